//! The wire shape of what only the interface says: errors, health, scenarios as they are saved, runs and their state.
use crate::fault::Fault;
use crate::scenario_json::ScenarioJson;
use crate::wire_check::{ProblemWire, problem_wire};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Why a request was not answered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorReport {
    /// The error.
    pub error: ErrorRow,
}

/// An error.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorRow {
    /// What is wrong and what to change.
    pub message: String,
    /// Field of the request that is wrong, empty where none is.
    pub field: String,
    /// Errors in changes or in a scenario, with their place.
    pub problems: Vec<ProblemWire>,
}

impl From<&Fault> for ErrorReport {
    fn from(fault: &Fault) -> Self {
        let message = match fault.field.as_str() {
            "" => fault.message.clone(),
            field => format!("{field}: {}", fault.message),
        };
        let problems = fault.problems.iter().map(problem_wire).collect();
        Self { error: ErrorRow { message, field: fault.field.clone(), problems } }
    }
}

/// That the server answers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HealthReport {
    /// `ok`.
    pub status: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Study key.
    pub study: String,
}

/// A scenario of the study as it is saved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SavedScenario {
    /// Key, the file's name without extension.
    pub name: String,
    /// Hash of the file; what `If-Match` is held against.
    pub hash: String,
    /// Whether it is part of the program: it can be replaced by one of the same name, not deleted.
    pub built_in: bool,
    /// The scenario.
    pub scenario: ScenarioJson,
    /// What is legal but odd about it.
    pub warnings: Vec<ProblemWire>,
}

/// All scenarios of the study.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScenariosReport {
    /// By name.
    pub scenarios: Vec<SavedScenario>,
}

/// A scenario to be saved under a new name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewScenario {
    /// Key: lower-case letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// The scenario.
    #[serde(flatten)]
    pub scenario: ScenarioJson,
}

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Waits for others to end.
    Queued,
    /// Is being worked out.
    Running,
    /// Ended with a result.
    Done,
    /// Ended with an error.
    Failed,
    /// Somebody cancelled it.
    Cancelled,
    /// The server stopped before it ended; asking again starts it anew.
    Interrupted,
}

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RunReportRow {
    /// Id: a hash of the study's files and the request.
    pub id: String,
    /// What kind of question it answers.
    pub kind: String,
    /// Where it stands.
    pub state: RunState,
    /// The request as understood.
    pub request: Map<String, Value>,
    /// Fingerprint of the study's files it was asked of.
    pub study: String,
    /// How far it is; null before it begins.
    pub progress: Option<ProgressRow>,
    /// When it was asked for, RFC 3339.
    pub asked: String,
    /// When it began, null before.
    pub started: Option<String>,
    /// When it ended, null before.
    pub ended: Option<String>,
    /// Why it failed, null where it did not.
    pub error: Option<String>,
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProgressRow {
    /// Steps finished.
    pub done: u64,
    /// Steps in all, as far as known.
    pub total: u64,
    /// Of what.
    pub what: String,
}

/// All runs that are known, the latest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RunsReport {
    /// Runs.
    pub runs: Vec<RunReportRow>,
}
