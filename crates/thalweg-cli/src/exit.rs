//! How a command ends: documented exit codes, and failures that say what to change.
use std::fmt;
use std::process::ExitCode;
use thalweg_formats::fault::Fault;

/// How a command that did not fail ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All that was asked is answered.
    Answered,
    /// The question is sound, the answer is that there is nothing: no route, no such row.
    NothingFound,
    /// Stopped by the user; what was finished is kept.
    Interrupted,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        ExitCode::from(match outcome {
            Outcome::Answered => 0,
            Outcome::NothingFound => 3,
            Outcome::Interrupted => 130,
        })
    }
}

/// Exit code of bad input: flags, files or names.
pub const BAD_INPUT: u8 = 2;

/// Bad input, as lines for standard error.
#[derive(Debug)]
pub struct Failure {
    /// What is wrong and what to change, one line each.
    pub lines: Vec<String>,
}

impl Failure {
    /// A failure of one line.
    pub fn new(line: impl Into<String>) -> Self {
        Self { lines: vec![line.into()] }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines.join("\n"))
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let flag = match fault.field.as_str() {
            "" => String::new(),
            field => format!("--{}: ", field.replace('_', "-")),
        };
        let mut lines: Vec<String> = fault.problems.iter().map(ToString::to_string).collect();
        lines.push(format!("{flag}{}", fault.message));
        Self { lines }
    }
}

impl From<thalweg_network::class::TooManyFlags> for Failure {
    fn from(error: thalweg_network::class::TooManyFlags) -> Self {
        Self::new(error.to_string())
    }
}

impl From<thalweg_engine::oracle::OracleError> for Failure {
    fn from(error: thalweg_engine::oracle::OracleError) -> Self {
        Self::new(error.to_string())
    }
}

/// What every command returns.
pub type Ended = Result<Outcome, Failure>;
