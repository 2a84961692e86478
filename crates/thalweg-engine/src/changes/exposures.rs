//! Whose gates the shipments of whom meet on both sides, and what a refusal there would cost.
use super::{Seen, differ};
use crate::exposure::{Exposure, LEVERS, actors_on};
use crate::exposure_range::ranged_exposures;
use crate::oracle::OracleError;
use crate::state::Denial;
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;
use thalweg_model::model::Model;

/// How much meets a gate, commodity units a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Touched {
    /// In the flow found.
    pub touching: f64,
    /// Least and greatest over equally cheap flows; `None` where not worked out or not proven.
    pub ends: Option<(f64, f64)>,
    /// What it is a share of.
    pub demand: f64,
}

impl Touched {
    /// Share of the demand, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.demand > 0.0 { self.touching / self.demand } else { 0.0 }
    }
}

/// One exposure on both sides; `None` where nothing of it can touch.
#[derive(Debug, Clone, PartialEq)]
pub struct ExposureChange {
    /// Key of the beneficiary.
    pub beneficiary: String,
    /// Key of the actor whose gates are met.
    pub actor: String,
    /// How it could act.
    pub lever: Lever,
    /// Key of the commodity.
    pub commodity: String,
    /// Before.
    pub before: Option<Touched>,
    /// After.
    pub after: Option<Touched>,
}

impl ExposureChange {
    /// Whether what touches, at either end where the ends are known, or what it is a share of, differs.
    pub(super) fn is_change(&self) -> bool {
        let (Some(before), Some(after)) = (self.before, self.after) else { return true };
        let apart = match (before.ends, after.ends) {
            (Some((least, most)), Some((least_after, most_after))) => {
                differ(least, least_after) || differ(most, most_after)
            }
            _ => differ(before.touching, after.touching),
        };
        apart || differ(before.demand, after.demand)
    }

    fn key(&self) -> Key {
        (self.beneficiary.clone(), self.actor.clone(), self.lever, self.commodity.clone())
    }
}

/// What a refusal would cost on both sides; `None` where it would stop nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusalChange {
    /// Key of the beneficiary refused.
    pub beneficiary: String,
    /// Key of the actor who refuses.
    pub actor: String,
    /// By this lever.
    pub lever: Lever,
    /// Shipments of this commodity.
    pub commodity: String,
    /// Rise of the whole system's cost before, study currency a year.
    pub before: Option<f64>,
    /// The same after.
    pub after: Option<f64>,
}

/// Beneficiary, actor, lever and commodity, in keys.
type Key = (String, String, Lever, String);

/// Exposures that are watched on either side, the unchanged ones included.
pub(super) fn exposure_pairs(sides: &[Seen; 2], watch: &dyn Watch) -> Result<Vec<ExposureChange>, OracleError> {
    let (mut before, after) = (touched(&sides[0], watch)?, touched(&sides[1], watch)?);
    let mut found = Vec::new();
    for (key, now) in after {
        let then = before.remove(&key);
        found.push((key, then, Some(now)));
    }
    found.extend(before.into_iter().map(|(key, then)| (key, Some(then), None)));
    found.sort_by(|one, other| one.0.cmp(&other.0));
    let change = |((beneficiary, actor, lever, commodity), before, after)| ExposureChange {
        beneficiary,
        actor,
        lever,
        commodity,
        before,
        after,
    };
    Ok(found.into_iter().map(change).collect())
}

fn touched(seen: &Seen, watch: &dyn Watch) -> Result<BTreeMap<Key, Touched>, OracleError> {
    let instance = seen.value.instance.as_ref();
    let model = &instance.model;
    let on_watched: BTreeSet<(Lever, ActorId)> = instance
        .network
        .arcs()
        .iter()
        .enumerate()
        .filter(|(position, _)| seen.lens.has_arc(*position))
        .flat_map(|(_, arc)| actors_on(instance, arc))
        .collect();
    let key = |actor: ActorId| model.actors[actor.index()].key.clone();
    let mut found = BTreeMap::new();
    let watched = |row: &Exposure| {
        seen.lens.has_commodity(row.commodity)
            && (seen.lens.has_actor(row.actor) || seen.lens.has_actor(row.beneficiary))
            && on_watched.contains(&(row.lever, row.actor))
    };
    let scenarios = (seen.side.oracle, &seen.side.state.scenarios[..]);
    for (row, range) in ranged_exposures(scenarios, &seen.value.assignment, &watched, watch)? {
        let ends = range.filter(|range| range.exact).map(|range| (range.min, range.max));
        if row.touching > 0.0 || ends.is_some_and(|(_, most)| most > 0.0) {
            let commodity = model.commodities[row.commodity.index()].key.clone();
            let touched = Touched { touching: row.touching, ends, demand: row.demand };
            found.insert((key(row.beneficiary), key(row.actor), row.lever, commodity), touched);
        }
    }
    Ok(found)
}

/// Costs of the refusals by all whose gates are met on either side, where they differ.
pub(super) fn refusal_changes(
    sides: &[Seen; 2],
    exposures: &[ExposureChange],
    watch: &dyn Watch,
) -> Result<Vec<RefusalChange>, OracleError> {
    let keys: BTreeSet<Key> =
        exposures.iter().filter(|row| LEVERS.contains(&row.lever)).map(ExposureChange::key).collect();
    let one = |key: &Key| -> Result<Option<RefusalChange>, OracleError> {
        let [before, after] = [&sides[0], &sides[1]].map(|seen| refusal(seen, key, watch));
        let (before, after) = (before?, after?);
        let apart = match (before, after) {
            (Some(one), Some(other)) => differ(one, other),
            (one, other) => one.is_some() != other.is_some(),
        };
        let (beneficiary, actor, lever, commodity) = key.clone();
        Ok(apart.then_some(RefusalChange { beneficiary, actor, lever, commodity, before, after }))
    };
    let keys: Vec<Key> = keys.into_iter().collect();
    let found: Result<Vec<_>, OracleError> = keys.par_iter().filter(|_| !watch.cancelled()).map(one).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// Rise of the system's cost when an actor refuses a beneficiary; `None` where a side lacks one of them.
fn refusal(seen: &Seen, (of, by, lever, commodity): &Key, watch: &dyn Watch) -> Result<Option<f64>, OracleError> {
    let model = &seen.value.instance.model;
    let (Some(of), Some(by), Some(commodity)) = (actor(model, of), actor(model, by), commodity_of(model, commodity))
    else {
        return Ok(None);
    };
    let denial = Denial::new(by, Some(of), *lever).of_commodity(Some(commodity));
    let refused = seen.side.state.clone().denying_all([denial]);
    Ok(Some((seen.side.oracle.cost(&refused, watch)? - seen.value.value).max(0.0)))
}

fn actor(model: &Model, key: &str) -> Option<ActorId> {
    model.actors.iter().position(|row| row.key == key).map(ActorId::from)
}

fn commodity_of(model: &Model, key: &str) -> Option<CommodityId> {
    model.commodities.iter().position(|row| row.key == key).map(CommodityId::from)
}
