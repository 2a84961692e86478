//! The JSON of `thalweg check`.
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_model::problem::{Problem, Severity};

/// One thing wrong or odd.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProblemWire {
    /// File relative to the study's folder.
    pub file: String,
    /// Row, the header being row 1; 0 for a whole file.
    pub row: u32,
    /// Column or key, empty for a whole row.
    pub column: String,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// The answer of `thalweg check`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckWire {
    /// Where the study was read from.
    pub study: String,
    /// Whether it can be used.
    pub sound: bool,
    /// How many problems are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// All of them.
    pub problems: Vec<ProblemWire>,
}

/// A problem as JSON gives it.
pub fn problem_wire(problem: &Problem) -> ProblemWire {
    ProblemWire {
        file: problem.place.file.clone(),
        row: problem.place.row,
        column: problem.place.column.clone(),
        severity: match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: problem.message.clone(),
        hint: problem.hint.clone(),
    }
}
