//! How a handler says no: a problem for the caller, or a fault for the log.

use api::Problem;
use platform::{Failure, Fault};

/// Whatever is not the answer that was asked for.
#[derive(Debug, Clone)]
pub struct Error(pub Failure);

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl<F: Into<Failure>> From<F> for Error {
    fn from(failure: F) -> Self {
        Self(failure.into())
    }
}

impl Error {
    pub fn problem(&self) -> Problem {
        match &self.0 {
            Failure::Problem(problem) => (**problem).clone(),
            Failure::Fault(fault) => fault.problem(),
        }
    }

    pub(crate) fn fault(&self) -> Option<&Fault> {
        match &self.0 {
            Failure::Problem(_) => None,
            Failure::Fault(fault) => Some(fault),
        }
    }
}
