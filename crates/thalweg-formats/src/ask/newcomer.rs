//! What a new supplier or link of any size leaves of the cost of a refusal.
use super::Scene;
use super::losses::DependRequest;
use crate::fault::Fault;
use crate::kept_parts::Parts;
use crate::wire::newcomer::{NewcomerReport, newcomer_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::exposure::LEVERS;
use thalweg_engine::limits::Limits;
use thalweg_engine::newcomer::{Question, limits_of, newcomer};
use thalweg_engine::state::Denial;
use thalweg_engine::watch::Watch;
use thalweg_model::nearest::nearest;

/// Who refuses whom, and what is new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewcomerRequest {
    /// Scenario of the study that brings it.
    pub new: String,
    /// Who refuses.
    pub by: String,
    /// Whom.
    pub of: String,
    /// Levers refused together; all without any: territory, operation, ownership, supply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lever: Vec<String>,
    /// Only this commodity is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// Limits that are its size, such as `link KEY`; those of what the scenario opens, improves or lets sell without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limit: Vec<String>,
    /// What it costs a year, in the study's currency: from which probability of a refusal it is worth it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub annual_cost: Option<f64>,
}

impl NewcomerRequest {
    /// The cost of the refusal from nothing of the newcomer to all of it.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<NewcomerReport, Fault> {
        let question = self.question(scene)?;
        let found = newcomer(scene.oracle, scene.state, (&question, &Parts::of(scene, "")), watch)?;
        Ok(newcomer_report(scene.oracle, scene.state, (&question, &found), self.annual_cost)?)
    }

    fn question(&self, scene: Scene) -> Result<Question, Fault> {
        let filter = DependRequest {
            by: Some(self.by.clone()),
            of: Some(self.of.clone()),
            lever: self.lever.clone(),
            commodity: self.commodity.clone(),
            ..DependRequest::default()
        };
        let filter = filter.filter(scene.opened)?;
        let scenario = scene.opened.scenario_position("new", &self.new)?;
        let limits = match self.limit.is_empty() {
            true => limits_of(scene.oracle, scene.state, scenario)?,
            false => self.limit.clone(),
        };
        let instance = scene.oracle.instance(&scene.state.clone().after(scenario).scenarios)?;
        let labels: Vec<String> = Limits::of(&instance).limits.into_iter().map(|limit| limit.label).collect();
        if let Some(unknown) = limits.iter().find(|limit| !labels.contains(limit)) {
            let near = nearest(unknown, labels.iter().map(String::as_str)).unwrap_or("none");
            return Err(Fault::at("limit", format!("no limit is called `{unknown}`; the nearest is `{near}`")));
        }
        if limits.is_empty() {
            let name = &self.new;
            let message = format!("nothing that `{name}` opens, improves or lets sell states a capacity; name a limit");
            return Err(Fault::at("new", message));
        }
        let by = filter.by.ok_or_else(|| Fault::at("by", "say who refuses"))?;
        let levers = LEVERS.into_iter().filter(|lever| filter.levers.is_empty() || filter.levers.contains(lever));
        let denial = |lever| Denial::new(by, filter.of, lever).of_commodity(filter.commodity);
        Ok(Question { scenario, limits, refusal: levers.map(denial).collect() })
    }
}
