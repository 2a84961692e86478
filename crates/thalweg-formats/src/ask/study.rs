//! The whole study: its base and scenarios with the report's figures, and its claims.
use super::Scene;
use crate::fault::Fault;
use crate::opened::Opened;
use crate::wire::run::{RunReport, run_report};
use crate::wire::topics::topic_rows;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::ranges::Draws;
use thalweg_engine::states::{Callbacks, Study};
use thalweg_engine::study::{StudyResults, run_study};
use thalweg_engine::watch::Watch;
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;

/// Which scenarios are run beside the base, and whether ranged inputs are drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StudyRequest {
    /// Scenarios beside the base; all when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scenarios: Vec<String>,
    /// Draw all ranged inputs together so many times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 100_000))]
    pub ranges: Option<u32>,
    /// Seed of the draws.
    #[serde(default = "one")]
    pub seed: u64,
}

fn one() -> u64 {
    1
}

impl StudyRequest {
    /// The draws asked for.
    pub fn draws(&self) -> Result<Option<Draws>, Fault> {
        match self.ranges {
            Some(count) if !(2..=100_000).contains(&count) => {
                Err(Fault::at("ranges", "a number of draws from 2 to 100000"))
            }
            count => Ok(count.map(|count| Draws { count: count as usize, seed: self.seed })),
        }
    }

    /// Results of the base and the scenarios; each is handed over as soon as it is done.
    pub fn found(&self, opened: &Opened, callbacks: Callbacks) -> Result<StudyResults, Fault> {
        let scenarios: Vec<Scenario> = match self.scenarios.is_empty() {
            true => opened.scenarios.clone(),
            false => self.scenarios.iter().map(|name| opened.scenario(name).cloned()).collect::<Result<_, _>>()?,
        };
        // A question in a scenario that is left out of the run is left out too.
        let runs = |name: &str| scenarios.iter().any(|scenario| scenario.name == name);
        let needs = |question: &&Question| question.scenarios().into_iter().all(runs);
        let questions: Vec<Question> = opened.questions.iter().filter(needs).cloned().collect();
        let study = Study { model: &opened.model, scenarios: &scenarios, questions: &questions, as_of: opened.as_of };
        Ok(run_study(study, self.draws()?, callbacks)?)
    }

    /// The same as they are written.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<RunReport, Fault> {
        let results = self.found(scene.opened, (watch, &mut |_| {}))?;
        Ok(report_of(scene.opened, &results))
    }
}

/// Results as they are written, with the study's claims and topics held against them.
pub fn report_of(opened: &Opened, results: &StudyResults) -> RunReport {
    let mut report = run_report(results, &opened.claims);
    report.topics = topic_rows(&report, &opened.topics);
    report
}
