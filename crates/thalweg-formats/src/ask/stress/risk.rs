//! What hazards cost while nothing happens, and which routes pass near a danger area.
use crate::ask::Scene;
use crate::fault::Fault;
use crate::kept_parts::Parts;
use crate::wire::losses::losses_head;
use crate::wire::risk::{RiskReport, risks_row};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::risk::{near_routes, risks};
use thalweg_engine::watch::Watch;

/// How near is near.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RiskRequest {
    /// Distance from a danger area's edge within which routes are listed, km.
    #[serde(default = "hundred")]
    #[schemars(range(min = 0.0, max = 20_000.0))]
    pub within_km: f64,
}

fn hundred() -> f64 {
    100.0
}

impl RiskRequest {
    /// Each hazard alone, all of a cause, all together, and routes near a danger.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<RiskReport, Fault> {
        // The risks are put on the state asked for, so a scenario becomes the base.
        let instance = scene.oracle.instance(&scene.state.scenarios)?;
        let oracle = Oracle::new(instance.as_ref().clone(), Vec::new());
        let value = oracle.value(&State::base(), watch)?;
        let found = risks(&oracle, &Parts::of(scene, ""), watch)?;
        let near = near_routes(&value, self.within_km);
        let head = losses_head(&oracle, &State::base())?;
        Ok(RiskReport { head, found: risks_row(&value, &found, (self.within_km, &near)) })
    }
}
