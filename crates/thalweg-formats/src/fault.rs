//! Why a question cannot be answered as it was asked: the field that is wrong, and what to change.
use std::fmt;
use thalweg_engine::oracle::OracleError;
use thalweg_model::names::NameError;
use thalweg_model::problem::{Problem, Severity};
use thalweg_network::class::TooManyFlags;

/// A question that cannot be answered as asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fault {
    /// Field of the question that is wrong, in words joined by `_`; empty where none is.
    pub field: String,
    /// What is wrong and what to change.
    pub message: String,
    /// Errors of files, or of changes written as in a file.
    pub problems: Vec<Problem>,
}

impl Fault {
    /// A fault of no field.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// A fault of a field.
    pub fn at(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into(), problems: Vec::new() }
    }

    /// A name the study does not know, or knows twice.
    pub fn name(field: &str, error: &NameError) -> Self {
        Self::at(field, error.to_string())
    }

    /// The errors among problems, with how many there are.
    pub fn problems(origin: &str, problems: Vec<Problem>) -> Self {
        let problems: Vec<Problem> =
            problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect();
        let count = problems.len();
        let message = format!("{origin}: {count} problem{} to mend", if count == 1 { "" } else { "s" });
        Self { field: String::new(), message, problems }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(f, "{problem}")?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl From<TooManyFlags> for Fault {
    fn from(error: TooManyFlags) -> Self {
        Self::new(error.to_string())
    }
}

impl From<OracleError> for Fault {
    fn from(error: OracleError) -> Self {
        Self::new(error.to_string())
    }
}
