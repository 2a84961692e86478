//! Questions whose answers are differences of values: closures, refusals, dependence.
use super::Scene;
use super::stress::kind_of;
use crate::fault::Fault;
use crate::kept_parts::Parts;
use crate::opened::Opened;
use crate::wire::dependence::{DependReport, depend_report};
use crate::wire::losses::{ClosuresReport, closures_report};
use crate::wire::stakes::{Found, RefuseReport, refuse_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thalweg_engine::closures::{Closure, closures};
use thalweg_engine::dependence::{Dependence, RelationFilter, dependences, relations};
use thalweg_engine::exposure::LEVERS;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::refusal::{Refusal, RefusalFilter, refusals};
use thalweg_engine::stakes::{Exchange, Stakes, exchanges, stakes};
use thalweg_engine::state::State;
use thalweg_engine::watch::Watch;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;

/// What is closed, one at a time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CloseRequest {
    /// Kind: territory, operator, passage, terminal, crossing, link, or another that `stress` knows.
    pub each: String,
    /// Only so many, the costliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<u32>,
}

impl CloseRequest {
    /// The kind it names.
    pub fn kind(&self) -> Result<ClosureKind, Fault> {
        kind_of("each", &self.each)
    }

    /// The closures, the costliest first.
    pub fn found(&self, scene: Scene, watch: &dyn Watch) -> Result<Vec<Closure>, Fault> {
        let mut found = closures(scene.oracle, scene.state, self.kind()?, watch)?;
        found.truncate(self.top.map_or(usize::MAX, |top| top as usize));
        Ok(found)
    }

    /// The same as they are written.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<ClosuresReport, Fault> {
        let found = self.found(scene, watch)?;
        Ok(closures_report(scene.oracle, scene.state, self.kind()?, &found)?)
    }
}

/// The actor a field names, where it names one.
pub fn actor(opened: &Opened, field: &str, text: Option<&String>) -> Result<Option<ActorId>, Fault> {
    let found = text.map(|text| opened.names.actor(text).map_err(|error| Fault::name(field, &error)));
    found.transpose()
}

/// The commodity a field names, where it names one.
pub fn commodity(opened: &Opened, text: Option<&String>) -> Result<Option<CommodityId>, Fault> {
    let found = text.map(|text| opened.names.commodity(text).map_err(|error| Fault::name("commodity", &error)));
    found.transpose()
}

/// The levers that texts name.
pub fn levers(texts: &[String]) -> Result<BTreeSet<Lever>, Fault> {
    let lever = |text: &String| {
        LEVERS.iter().find(|lever| lever.name() == text).copied().ok_or_else(|| {
            let message = format!(
                "no lever that acts on the network is called `{text}`; there are territory, operation, ownership, supply"
            );
            Fault::at("lever", message)
        })
    };
    texts.iter().map(lever).collect()
}

/// A state after scenarios that have ramped up by the long horizon.
fn later(scene: Scene, long: &[String]) -> Result<State, Fault> {
    let mut state = scene.state.clone();
    for name in long {
        state = state.after(scene.opened.scenario_position("long", name)?);
    }
    Ok(state)
}

/// Who refuses whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct RefuseRequest {
    /// Only refusals by this actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Only refusals of this beneficiary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Also who else is hurt, who gains, and what the refused could do in turn; implied when both are named.
    #[serde(default)]
    pub stakes: bool,
    /// Also at the long horizon, with these scenarios.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub long: Vec<String>,
}

/// Refusals with what stands around them.
pub struct Refusals {
    /// At the short horizon.
    pub refusals: Vec<Refusal>,
    /// Their stakes.
    pub stakes: Vec<Stakes>,
    /// Trade of the pair.
    pub exchanges: Vec<Exchange>,
    /// State and refusals of the long horizon.
    pub long: Option<(State, Vec<Refusal>)>,
}

impl RefuseRequest {
    /// The refusals, the greatest system loss first.
    pub fn found(&self, scene: Scene, watch: &dyn Watch) -> Result<Refusals, Fault> {
        let Scene { opened, oracle, state, .. } = scene;
        let filter =
            RefusalFilter { by: actor(opened, "by", self.by.as_ref())?, of: actor(opened, "of", self.of.as_ref())? };
        let later = later(scene, &self.long)?;
        let found = refusals(oracle, state, filter, watch)?;
        let long = match self.long.is_empty() {
            true => None,
            false => Some((later.clone(), refusals(oracle, &later, filter, watch)?)),
        };
        let pair = filter.by.zip(filter.of);
        let around = match self.stakes || pair.is_some() {
            true => stakes(oracle, state, &found, watch)?,
            false => Vec::new(),
        };
        let exchanges = pair.map_or_else(|| Ok(Vec::new()), |pair| exchanges(oracle, state, pair, watch))?;
        Ok(Refusals { refusals: found, stakes: around, exchanges, long })
    }
}

impl Refusals {
    /// As they are written.
    pub fn report(&self, scene: Scene) -> Result<RefuseReport, Fault> {
        let long = self.long.as_ref().map(|(state, rows)| (state, rows.as_slice()));
        let (refusals, stakes, exchanges) = (&self.refusals, &self.stakes, &self.exchanges);
        Ok(refuse_report(scene.oracle, scene.state, &Found { refusals, stakes, exchanges, long })?)
    }
}

/// Who depends on whose gates.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DependRequest {
    /// Only this actor's gates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Only this beneficiary's shipments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Levers counted together; each alone without any: territory, operation, ownership, supply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lever: Vec<String>,
    /// Only this commodity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// Also the charge that brings the share that touches to this percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub under: Option<f64>,
    /// Also at the long horizon, with these scenarios.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub long: Vec<String>,
    /// Only so many, the costliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

/// Dependence at one horizon: its name, its state, its rows.
pub type Horizon = (&'static str, State, Vec<Dependence>);

impl DependRequest {
    /// The relations it names.
    pub fn filter(&self, opened: &Opened) -> Result<RelationFilter, Fault> {
        Ok(RelationFilter {
            by: actor(opened, "by", self.by.as_ref())?,
            of: actor(opened, "of", self.of.as_ref())?,
            levers: levers(&self.lever)?,
            commodity: commodity(opened, self.commodity.as_ref())?,
        })
    }

    /// The share asked about, between 0 and 1.
    pub fn share(&self) -> Result<Option<f64>, Fault> {
        match self.under {
            Some(percent) if !(0.0..=100.0).contains(&percent) => {
                Err(Fault::at("under", "a percentage is from 0 to 100"))
            }
            under => Ok(under.map(|percent| percent / 100.0)),
        }
    }

    /// Curves at one or two horizons.
    pub fn found(&self, scene: Scene, watch: &dyn Watch) -> Result<Vec<Horizon>, Fault> {
        self.share()?;
        let filter = self.filter(scene.opened)?;
        let mut states = vec![("short", scene.state.clone())];
        if !self.long.is_empty() {
            states.push(("long", later(scene, &self.long)?));
        }
        let mut found = Vec::new();
        for (name, state) in states {
            let wanted = relations(scene.oracle, &state, &filter)?;
            let mut rows = dependences(scene.oracle, &state, (&wanted, &Parts::of(scene, name)), watch)?;
            rows.truncate(self.top.unwrap_or(usize::MAX));
            found.push((name, state, rows));
        }
        Ok(found)
    }

    /// The same as they are written.
    pub fn report(&self, scene: Scene, found: &[Horizon]) -> Result<DependReport, Fault> {
        let rows: Vec<_> = found.iter().map(|(name, state, rows)| (*name, state, rows.as_slice())).collect();
        Ok(depend_report(scene.oracle, scene.state, &rows, self.share()?)?)
    }
}
