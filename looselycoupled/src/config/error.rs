//! Everything that is wrong with a configuration.

use std::fmt;

use super::fault::Fault;

/// Everything that is wrong with a configuration; never without a fault.
#[derive(Debug, Clone)]
pub struct ConfigError {
    faults: Vec<Fault>,
}

impl ConfigError {
    /// Gathers faults into one error, in the order of their lines.
    ///
    /// # Errors
    ///
    /// The error that holds them all, if there are any.
    pub fn check(mut faults: Vec<Fault>) -> Result<(), Self> {
        if faults.is_empty() {
            return Ok(());
        }
        // Stable, so that faults without a line keep their order behind those with one.
        faults.sort_by_key(|fault| (fault.line().is_none(), fault.line(), fault.column()));
        Err(Self { faults })
    }

    /// The single faults, in the order of their lines.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// The single faults by value, to be shown together with others.
    #[must_use]
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }
}

impl From<Fault> for ConfigError {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
