//! What went wrong on our side: never the caller's fault, never shown to them.

use std::fmt;

use api::problem::{Problem, codes};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Could not be reached, was too busy, or did not answer: the same call may work later, and may have taken effect.
    Unavailable,
    /// A database constraint refused a write; the whole batch was undone.
    Constraint,
    /// Ours to mend: a broken invariant, an answer that makes no sense, a missing setting.
    Defect,
}

/// An unexpected failure, with text for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub kind: FaultKind,
    pub message: String,
}

impl Fault {
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self { kind: FaultKind::Unavailable, message: message.into() }
    }

    pub fn constraint(message: impl Into<String>) -> Self {
        Self { kind: FaultKind::Constraint, message: message.into() }
    }

    pub fn defect(message: impl Into<String>) -> Self {
        Self { kind: FaultKind::Defect, message: message.into() }
    }

    /// Whether this is the unique key over `table.column` (or any constraint whose SQLite text names it).
    pub fn violates(&self, what: &str) -> bool {
        self.kind == FaultKind::Constraint && self.message.contains(what)
    }

    pub fn context(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// All that a caller learns.
    pub fn problem(&self) -> Problem {
        match self.kind {
            FaultKind::Unavailable => Problem::new(codes::service_unavailable).retry_after(1),
            FaultKind::Constraint | FaultKind::Defect => Problem::new(codes::internal_error),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.message)
    }
}

impl std::error::Error for Fault {}

/// Why a use case gave no answer: the caller is told the problem, the fault goes to the log.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    // Boxed: a problem is large and rare, and every use case returns this.
    Problem(Box<Problem>),
    Fault(Fault),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Failure::Fault(fault)
    }
}

/// Problems, and every refusal that `api` turns into one.
impl<R: Into<Problem>> From<R> for Failure {
    fn from(refusal: R) -> Self {
        Failure::Problem(Box::new(refusal.into()))
    }
}
