//! Why the stub of an interface does not fit a module.

use std::fmt;

/// What keeps the stub of an interface from calling a module.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InterfaceFault {
    /// The module does not say that it implements the interface.
    Missing {
        /// The interface that the stub is for.
        interface: &'static str,
        /// Those that the module implements.
        implemented: Box<[&'static str]>,
    },
    /// It implements another version.
    Version {
        /// The interface.
        interface: &'static str,
        /// The version that the stub is for.
        expected: u32,
        /// The version that the module implements.
        found: u32,
    },
    /// It implements another interface that has the same name.
    Namesake {
        /// The name.
        interface: &'static str,
        /// Where the interface stands that the stub is for.
        expected: &'static str,
        /// Where that of the module stands.
        found: &'static str,
    },
    /// A task has other types than the interface says, which only a generic module can hide from the compiler.
    Types {
        /// The interface.
        interface: &'static str,
        /// Its method.
        method: &'static str,
    },
}

impl fmt::Display for InterfaceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { interface, implemented } => {
                write!(f, "does not implement `{interface}`; it implements ")?;
                write_all(f, implemented)
            }
            Self::Version { interface, expected, found } => {
                write!(f, "implements version {found} of `{interface}`, the stub is for version {expected}")
            }
            Self::Namesake { interface, expected, found } => {
                write!(f, "implements `{interface}` of `{found}`, the stub is for that of `{expected}`")
            }
            Self::Types { interface, method } => write!(
                f,
                "implements `{interface}`, but its task `{method}` has other types than the interface says"
            ),
        }
    }
}

fn write_all(f: &mut fmt::Formatter<'_>, names: &[&str]) -> fmt::Result {
    let Some((first, others)) = names.split_first() else { return f.write_str("no interface") };
    write!(f, "`{first}`")?;
    others.iter().try_for_each(|name| write!(f, ", `{name}`"))
}
