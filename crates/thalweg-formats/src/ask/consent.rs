//! A question about consent: to a route, a project or the end of a shared asset.
use super::Scene;
use super::pair::Pair;
use crate::fault::Fault;
use crate::kept_parts::Parts;
use crate::wire::consents::{Answer, ConsentReport, consent_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::consents::{project_consent, route_consent, undo};
use thalweg_engine::watch::Watch;

/// To what; one of a pair of places, `project` and `undo`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ConsentRequest {
    /// Place a route starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Place it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// What is shipped; the study's first commodity when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// A scenario of the study, as a project or an arrangement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// A shared asset, and what undoing it would cost whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
}

impl ConsentRequest {
    /// Who must agree, and what refusing costs each.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<ConsentReport, Fault> {
        let Scene { opened, oracle, state, .. } = scene;
        match (&self.from, &self.to, &self.project, &self.undo) {
            (Some(from), Some(to), None, None) => {
                let instance = oracle.instance(&state.scenarios)?;
                let commodity = self.commodity.clone();
                let pair = Pair { from: from.clone(), to: to.clone(), commodity, ..Pair::default() };
                let query = pair.query(opened, &instance)?;
                let found = route_consent(oracle, state, (&query, &Parts::of(scene, "route")), watch)?;
                Ok(consent_report(oracle, state, Answer::Route((from, to), &found))?)
            }
            (None, None, Some(name), None) => {
                let position = opened.scenario_position("project", name)?;
                let found = project_consent(oracle, state, (position, &Parts::of(scene, "project")), watch)?;
                Ok(consent_report(oracle, state, Answer::Project(position, &found))?)
            }
            (None, None, None, Some(name)) => {
                let asset = opened.names.asset(name).map_err(|error| Fault::name("undo", &error))?;
                let found = undo(oracle, state, asset, watch)?;
                Ok(consent_report(oracle, state, Answer::Undone(&found))?)
            }
            _ => Err(Fault::new(
                "say to what: `from` and `to` of a route, a scenario as `project`, or an asset to `undo`",
            )),
        }
    }
}
