//! Codes of what goes wrong: they stay, so that people can look them up and programs compare them.

mod calls;

pub use calls::ErrorCode;

macro_rules! codes {
    (
        $(#[$about:meta])*
        $kind:ident, each of them $one:literal:
        $($(#[$documentation:meta])* $name:ident = $code:literal, $title:literal;)*
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, ::serde::Serialize, ::serde::Deserialize)]
        #[non_exhaustive]
        pub enum $kind {
            $($(#[$documentation])* #[serde(rename = $code)] $name,)*
        }

        impl $kind {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written, `LC0101`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            #[doc = concat!("What such ", $one, "s are, in the plural.")]
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }

        impl ::std::fmt::Display for $kind {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use codes;
