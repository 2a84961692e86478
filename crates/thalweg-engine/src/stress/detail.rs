//! What a failure does beyond its cost: who pays, whose prices move, what becomes scarce, who gains volume.
use super::oracle_losses::OracleLosses;
use crate::comparison::{Comparison, compare};
use crate::gate_kinds::{ClosureKind, closable};
use crate::oracle::{OracleError, Value};
use crate::refusal::welfare_loss;
use crate::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
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

/// What runs through which subject: the subjects of some kinds, looked up once for many failures.
pub struct Throughput {
    subjects: Vec<(ClosureKind, String)>,
    /// Subjects by arc.
    on_arc: Vec<Vec<u32>>,
    before: Vec<BTreeMap<CommodityId, f64>>,
    /// The state with nothing failed.
    base: Arc<Value>,
}

impl Throughput {
    /// Of the subjects of some kinds, from the state the losses start in; `None` where the work was stopped.
    pub fn of(losses: &OracleLosses, kinds: &[ClosureKind], watch: &dyn Watch) -> Result<Option<Self>, OracleError> {
        let Some(base) = losses.value(&[], watch)? else { return Ok(None) };
        let mut found = Self {
            subjects: Vec::new(),
            on_arc: vec![Vec::new(); base.instance.network.arcs().len()],
            before: Vec::new(),
            base: base.clone(),
        };
        for kind in kinds {
            for (subject, arcs) in closable(&base.instance, *kind) {
                let position = found.subjects.len() as u32;
                arcs.ones().for_each(|arc| found.on_arc[arc].push(position));
                found.subjects.push((*kind, subject));
            }
        }
        found.before = found.volumes(&base);
        Ok(Some(found))
    }

    /// Volume that meets each subject, counted once a shipment.
    fn volumes(&self, value: &Value) -> Vec<BTreeMap<CommodityId, f64>> {
        let mut volumes = vec![BTreeMap::new(); self.subjects.len()];
        for (row, flow) in value.instance.demand.segments.iter().zip(&value.assignment.segments) {
            for path in flow.paths.iter().filter(|path| path.volume > 0.0) {
                let met: BTreeSet<u32> = path.arcs.iter().flat_map(|arc| &self.on_arc[arc.index()]).copied().collect();
                for subject in met {
                    *volumes[subject as usize].entry(row.commodity).or_insert(0.0) += path.volume;
                }
            }
        }
        volumes
    }

    /// Changes against nothing failed, by kind, subject and commodity.
    fn changes(&self, after: &Value) -> BTreeMap<(ClosureKind, String, CommodityId), f64> {
        let mut changes = BTreeMap::new();
        for (((kind, subject), before), now) in self.subjects.iter().zip(&self.before).zip(self.volumes(after)) {
            let commodities: BTreeSet<CommodityId> = before.keys().chain(now.keys()).copied().collect();
            for commodity in commodities {
                let volume = |volumes: &BTreeMap<CommodityId, f64>| volumes.get(&commodity).copied().unwrap_or(0.0);
                let change = volume(&now) - volume(before);
                if change.abs() > 1e-9 {
                    changes.insert((*kind, subject.clone(), commodity), change);
                }
            }
        }
        changes
    }
}

/// What follows when these fail. `None` where the work was stopped.
pub fn detail(
    losses: &OracleLosses,
    failed: &[usize],
    throughput: &Throughput,
    watch: &dyn Watch,
) -> Result<Option<Detail>, OracleError> {
    Ok(losses.value(failed, watch)?.map(|after| between(&throughput.base, &after, throughput)))
}

fn between(before: &Value, after: &Value, throughput: &Throughput) -> Detail {
    let change = compare((&before.instance, &before.assignment), (&after.instance, &after.assignment), |_| true);
    let moves = |one: f64, other: f64| (one - other).abs() > 1e-9 * one.abs().max(other.abs()).max(1.0);
    let segments = before.assignment.segments.iter().zip(&after.assignment.segments).enumerate();
    let prices = segments
        .filter(|(_, (one, other))| moves(one.price, other.price))
        .map(|(segment, (one, other))| (segment, one.price, other.price))
        .collect();
    Detail {
        change,
        welfare_loss: welfare_loss(before, after),
        prices,
        scarcity: scarcity(before, after),
        volumes: throughput.changes(after),
    }
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
