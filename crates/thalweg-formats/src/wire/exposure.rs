//! The wire shape of exposures: who meets whose gates, with the ends over equally cheap flows and over draws.
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_engine::exposure::actors_on;
use thalweg_engine::exposure_range::RangedExposure;
use thalweg_engine::states::Run;
use thalweg_engine::study::StudyResults;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;

/// One beneficiary's exposure to one actor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExposureRow {
    /// Who benefits from the shipments.
    pub beneficiary: String,
    /// Who could act.
    pub actor: String,
    /// territory, operation, ownership or supply; never merged.
    pub lever: &'static str,
    /// Commodity key.
    pub commodity: String,
    /// Volume that meets a gate of the actor, a year.
    pub touching: f64,
    /// The beneficiary's whole demand, a year.
    pub demand: f64,
    /// Commodity unit.
    pub unit: String,
    /// Share of the demand, 0 to 1.
    pub share: f64,
    /// 5th percentile of the share over the draws, null where none were made or none moves it.
    pub low: Option<f64>,
    /// 95th percentile of the share.
    pub high: Option<f64>,
    /// Part of the touching volume in which the actor is no party: not the state of shipper, origin or destination.
    pub third_party: f64,
    /// Least volume over equally cheap flows, null where not worked out or not proven.
    pub touching_min: Option<f64>,
    /// Greatest volume over equally cheap flows.
    pub touching_max: Option<f64>,
    /// Least share over equally cheap flows, null where not worked out or where the demand it is of varies too.
    pub min: Option<f64>,
    /// Greatest share over equally cheap flows.
    pub max: Option<f64>,
}

/// Exposures of the base in the study's keys.
pub fn exposure_rows(results: &StudyResults) -> Vec<ExposureRow> {
    let third = third_party(&results.base);
    results.exposures.iter().map(|row| exposure_row(results, row, &third)).collect()
}

/// Volume of third parties by beneficiary, actor, lever and commodity.
type ThirdParty = BTreeMap<(ActorId, ActorId, Lever, CommodityId), f64>;

/// What meets gates of actors who are no party to the shipment.
fn third_party(base: &Run) -> ThirdParty {
    let instance = &base.instance;
    let on_arc: Vec<_> = instance.network.arcs().iter().map(|arc| actors_on(instance, arc)).collect();
    let mut found = ThirdParty::new();
    for (segment, flow) in instance.demand.segments.iter().zip(&base.least_cost.assignment.segments) {
        for path in &flow.paths {
            let origin = segment.variants.get(path.variant).and_then(|variant| variant.shipment.origin);
            let touched: BTreeSet<&(Lever, ActorId)> = path.arcs.iter().flat_map(|arc| &on_arc[arc.index()]).collect();
            let outside =
                touched.iter().filter(|(_, actor)| !segment.beneficiaries.contains(actor) && origin != Some(*actor));
            for (lever, actor) in outside {
                for beneficiary in &segment.beneficiaries {
                    *found.entry((*beneficiary, *actor, *lever, segment.commodity)).or_default() += path.volume;
                }
            }
        }
    }
    found
}

fn exposure_row(results: &StudyResults, (row, ends): &RangedExposure, third: &ThirdParty) -> ExposureRow {
    let model = &results.base.instance.model;
    let of_demand = |volume: f64| if row.demand > 0.0 { volume / row.demand } else { 0.0 };
    let ends = ends.filter(|ends| ends.exact);
    let fixed = ends.filter(|ends| ends.share_is_fixed);
    let key = (row.beneficiary, row.actor, row.lever, row.commodity);
    let range = results.ranges.exposures.get(&key);
    let commodity = &model.commodities[row.commodity.index()];
    ExposureRow {
        beneficiary: model.actors[row.beneficiary.index()].key.clone(),
        actor: model.actors[row.actor.index()].key.clone(),
        lever: row.lever.name(),
        commodity: commodity.key.clone(),
        touching: row.touching,
        demand: row.demand,
        unit: commodity.unit.to_string(),
        share: row.share(),
        low: range.map(|range| range.low),
        high: range.map(|range| range.high),
        third_party: third.get(&key).copied().unwrap_or(0.0),
        touching_min: ends.map(|ends| ends.min),
        touching_max: ends.map(|ends| ends.max),
        min: fixed.map(|ends| of_demand(ends.min)),
        max: fixed.map(|ends| of_demand(ends.max)),
    }
}
