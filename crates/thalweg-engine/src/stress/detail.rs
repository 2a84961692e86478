//! What a failure does beyond its cost: who pays, whose prices move, what becomes scarce, who gains volume.
use super::oracle_losses::OracleLosses;
use crate::comparison::{Comparison, compare};
use crate::gate_kinds::{ClosureKind, closable};
use crate::oracle::{OracleError, Value};
use crate::refusal::welfare_loss;
use crate::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, CommodityId};

/// What follows from a set of failures, against the state they fail in.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Cost, volumes, delay, receipts.
    pub change: Comparison,
    /// Fall of welfare by state, gains negative, study currency a year.
    pub welfare_loss: BTreeMap<ActorId, f64>,
    /// Delivered prices that move: segment, before, after, study currency per commodity unit.
    pub prices: Vec<(usize, f64, f64)>,
    /// Shadow prices that move: limit, before, after, study currency per base unit.
    pub scarcity: Vec<(String, f64, f64)>,
    /// Change of throughput by kind, subject and commodity, commodity units a year.
    pub volumes: BTreeMap<(ClosureKind, String, CommodityId), f64>,
}

/// What follows when these fail; volumes of the kinds asked for. `None` where the work was stopped.
pub fn detail(
    losses: &OracleLosses,
    failed: &[usize],
    kinds: &[ClosureKind],
    watch: &dyn Watch,
) -> Result<Option<Detail>, OracleError> {
    let (before, after) = (losses.value(&[], watch)?, losses.value(failed, watch)?);
    Ok(before.zip(after).map(|(before, after)| between(&before, &after, kinds)))
}

fn between(before: &Value, after: &Value, kinds: &[ClosureKind]) -> Detail {
    let change = compare((&before.instance, &before.assignment), (&after.instance, &after.assignment), |_| true);
    let moves = |one: f64, other: f64| (one - other).abs() > 1e-9 * one.abs().max(other.abs()).max(1.0);
    let segments = before.assignment.segments.iter().zip(&after.assignment.segments).enumerate();
    let prices = segments
        .filter(|(_, (one, other))| moves(one.price, other.price))
        .map(|(segment, (one, other))| (segment, one.price, other.price))
        .collect();
    let mut volumes = throughput(after, kinds);
    for (key, volume) in throughput(before, kinds) {
        *volumes.entry(key).or_default() -= volume;
    }
    volumes.retain(|_, volume| volume.abs() > 1e-9);
    Detail { change, welfare_loss: welfare_loss(before, after), prices, scarcity: scarcity(before, after), volumes }
}

/// Shadow prices that move; a limit that only one state has costs nothing in the other.
fn scarcity(before: &Value, after: &Value) -> Vec<(String, f64, f64)> {
    let priced = |value: &Value| -> BTreeMap<String, f64> {
        let limits = value.limits.limits.iter().zip(&value.flow.group_price);
        limits.filter(|(_, price)| **price > 0.0).map(|(limit, price)| (limit.label.clone(), *price)).collect()
    };
    let (one, other) = (priced(before), priced(after));
    let labels: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    labels
        .into_iter()
        .map(|label| (label.clone(), one.get(label).copied().unwrap_or(0.0), other.get(label).copied().unwrap_or(0.0)))
        .filter(|(_, one, other)| (one - other).abs() > 1e-9 * one.max(*other).max(1.0))
        .collect()
}

/// Volume that meets each subject of some kinds, counted once a shipment.
fn throughput(value: &Value, kinds: &[ClosureKind]) -> BTreeMap<(ClosureKind, String, CommodityId), f64> {
    let mut volumes = BTreeMap::new();
    for kind in kinds {
        for (subject, arcs) in closable(&value.instance, *kind) {
            for (row, flow) in value.instance.demand.segments.iter().zip(&value.assignment.segments) {
                let meets = flow.paths.iter().filter(|path| path.arcs.iter().any(|arc| arcs.contains(arc.index())));
                let volume: f64 = meets.map(|path| path.volume).sum();
                if volume > 0.0 {
                    *volumes.entry((*kind, subject.clone(), row.commodity)).or_default() += volume;
                }
            }
        }
    }
    volumes
}
