//! The wire shape of risks: what hazards cost while nothing happens, and which routes pass near a danger.
use crate::wire::losses::{LossRow, LossesHead, loss_row};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use thalweg_engine::oracle::Value;
use thalweg_engine::stress::risk::{Burden, NearRoute, Risks};
use thalweg_model::hazard::Hazard;
use thalweg_model::model::Model;

/// Answer of `thalweg stress --risk`. Amounts are a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RiskReport {
    /// Units and base without the risks.
    pub head: LossesHead,
    /// What they cost.
    #[serde(flatten)]
    pub found: RisksRow,
}

/// What hazards cost while nothing happens. Amounts are a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RisksRow {
    /// Each hazard alone, the costliest first.
    pub hazards: Vec<RiskRow>,
    /// All hazards of a cause.
    pub by_cause: BTreeMap<&'static str, BurdenRow>,
    /// All together; `null` where the study has no such hazard.
    pub together: Option<BurdenRow>,
    /// Distance from a danger area's edge within which routes are listed, km.
    pub within_km: f64,
    /// Routes with flow that pass so near, the nearest first.
    pub near: Vec<NearRow>,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// One hazard.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RiskRow {
    /// Key.
    pub hazard: String,
    /// Deliberate, negligent, accident or nature.
    pub cause: &'static str,
    /// Premium at each passing, study currency per unit.
    pub premium: f64,
    /// Standard deviation added to each passing, h.
    pub time_sd_h: f64,
    /// What it costs.
    #[serde(flatten)]
    pub burden: BurdenRow,
}

/// What a risk costs while nothing happens.
#[derive(Debug, Serialize, JsonSchema)]
pub struct BurdenRow {
    /// Rise of cost, volumes that go round, delay.
    #[serde(flatten)]
    pub change: LossRow,
    /// Volume through what is struck without the risk, by commodity, units a year.
    pub through_before: BTreeMap<String, f64>,
    /// The same with it.
    pub through_after: BTreeMap<String, f64>,
}

/// A route near a danger area.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NearRow {
    /// The hazard.
    pub hazard: String,
    /// Key of the demand.
    pub demand: String,
    /// What is shipped.
    pub commodity: String,
    /// Units a year on the route.
    pub volume: f64,
    /// Least distance from the area's edge, km; 0 inside.
    pub distance_km: f64,
    /// Link that comes nearest.
    pub link: String,
}

fn burden_row(model: &Model, burden: &Burden) -> BurdenRow {
    let key = |id: &thalweg_model::ids::CommodityId| model.commodities[id.index()].key.clone();
    BurdenRow {
        change: loss_row(model, &burden.change),
        through_before: burden.through.iter().map(|(id, volume)| (key(id), volume.0)).collect(),
        through_after: burden.through.iter().map(|(id, volume)| (key(id), volume.1)).collect(),
    }
}

/// A study's risks as they are written.
pub fn risks_row(value: &Value, risks: &Risks, (within_km, near): (f64, &[NearRoute])) -> RisksRow {
    let model = &value.instance.model;
    let row = |(position, burden): (&usize, &Burden)| {
        let Hazard { key, cause, premium, time_sd_h, .. } = &model.hazards[*position];
        RiskRow {
            hazard: key.clone(),
            cause: cause.name(),
            premium: *premium,
            time_sd_h: *time_sd_h,
            burden: burden_row(model, burden),
        }
    };
    let mut hazards: Vec<RiskRow> = risks.hazards.iter().zip(&risks.alone).map(row).collect();
    hazards.sort_by(|one, other| other.burden.change.loss.total_cmp(&one.burden.change.loss));
    let near_row = |route: &NearRoute| {
        let segment = &value.instance.demand.segments[route.segment];
        NearRow {
            hazard: model.hazards[route.hazard].key.clone(),
            demand: model.demands[segment.demand.index()].key.clone(),
            commodity: model.commodities[segment.commodity.index()].key.clone(),
            volume: route.volume,
            distance_km: route.distance_km,
            link: route.link.clone(),
        }
    };
    RisksRow {
        hazards,
        by_cause: risks.by_cause.iter().map(|(cause, burden)| (cause.name(), burden_row(model, burden))).collect(),
        together: risks.together.as_ref().map(|burden| burden_row(model, burden)),
        within_km,
        near: near.iter().map(near_row).collect(),
        stopped: risks.stopped,
    }
}
