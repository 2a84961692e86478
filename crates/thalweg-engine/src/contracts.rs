//! Contract minima of suppliers: volumes that must be taken, as limits that only going beyond frees from a penalty.
//!
//! A minimum m of supplier s is a lower bound x_s >= m. Every unit of the commodity that competing demand takes elsewhere,
//! or goes without, is charged a penalty B, and so is what s sells beyond m. That adds B (D - min(x_s, m)) to the cost: a
//! constant once the minimum is met, so that the flow is the least-cost one under the bound. Of the group's price pi the dual
//! of the bound is B - pi: what one unit less of the contract would save.
use crate::flow::Flow;
use crate::limits::Limits;
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId, SupplyId};
use thalweg_network::demand::{Segment, Variant, consumer};
use thalweg_network::instance::Instance;

/// Penalty over the largest cost of not being served of the demand that competes. A contract is broken only where keeping
/// it costs more than this many times that cost a unit, or cannot be kept at all.
const PENALTY: f64 = 10.0;

/// A volume that must be taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contract {
    /// Whose.
    pub supply: SupplyId,
    /// Of what.
    pub commodity: CommodityId,
    /// Commodity units a year that must be taken.
    pub minimum: f64,
    /// Study currency per unit charged on everything else.
    pub penalty: f64,
}

/// Contracts in force, of suppliers that only scenarios bring too.
pub(crate) fn contracts(instance: &Instance) -> Vec<Contract> {
    let rows = instance.model.supplies.iter().chain(instance.supply.extra_supplies.iter());
    rows.zip(0..)
        .filter(|(row, _)| row.minimum > 0.0 && row.provenance.validity.holds(instance.as_of))
        .map(|(row, id)| Contract {
            supply: SupplyId(id),
            commodity: row.commodity,
            minimum: row.minimum,
            penalty: PENALTY * dearest(instance, row.commodity),
        })
        .collect()
}

/// Largest cost of not being served among demands that suppliers compete for.
fn dearest(instance: &Instance, commodity: CommodityId) -> f64 {
    let competing = instance.demand.segments.iter().filter(|row| row.commodity == commodity && competes(row));
    competing.map(|row| row.unserved_cost).fold(1.0, f64::max)
}

/// Whether suppliers compete for a demand.
pub(crate) fn competes(row: &Segment) -> bool {
    row.variants.iter().any(|variant| variant.supply.is_some())
}

/// Penalties of an instance's contracts, as pricing needs them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Penalties {
    of_commodity: BTreeMap<CommodityId, f64>,
    contracted: Vec<SupplyId>,
}

impl Penalties {
    pub fn of(limits: &Limits) -> Self {
        let contracts = || limits.limits.iter().filter_map(|limit| limit.contract);
        Self {
            of_commodity: contracts().map(|row| (row.commodity, row.penalty)).collect(),
            contracted: contracts().map(|row| row.supply).collect(),
        }
    }

    /// Charged on a unit of a demand that is not delivered.
    pub fn unserved(&self, row: &Segment) -> f64 {
        if self.of_commodity.is_empty() || !competes(row) {
            return 0.0;
        }
        self.of_commodity.get(&row.commodity).copied().unwrap_or(0.0)
    }

    /// Charged on a unit one variant delivers: nothing where its supplier has a contract.
    pub fn delivered(&self, row: &Segment, variant: &Variant) -> f64 {
        if variant.supply.is_some_and(|supply| self.contracted.contains(&supply)) { 0.0 } else { self.unserved(row) }
    }
}

/// Takes the penalties out of a flow: costs, prices and value are money again. Of each contract the group price becomes the
/// negative dual of the bound, the capacity what was taken toward the minimum, and the owners those who took it.
pub(crate) fn settle(instance: &Instance, limits: &Limits, flow: &mut Flow) -> Option<Limits> {
    limits.limits.iter().any(|limit| limit.contract.is_some()).then(|| {
        let penalties = Penalties::of(limits);
        let mut settled = limits.clone();
        let mut buyers: BTreeMap<SupplyId, BTreeMap<Option<ActorId>, f64>> = BTreeMap::new();
        let mut charged = 0.0;
        for path in &mut flow.paths {
            let row = &instance.demand.segments[path.segment as usize];
            let variant = &row.variants[path.path[0] as usize];
            let penalty = penalties.delivered(row, variant);
            path.cost -= penalty;
            charged += penalty * path.flow;
            if let Some(supply) = variant.supply {
                let buyer = consumer(&instance.model, &instance.model.demands[row.demand.index()]);
                *buyers.entry(supply).or_default().entry(buyer).or_default() += path.flow;
            }
        }
        for (segment, row) in instance.demand.segments.iter().enumerate() {
            let penalty = penalties.unserved(row);
            flow.delivered_price[segment] -= penalty;
            charged += penalty * flow.unserved[segment];
        }
        for (group, limit) in settled.limits.iter_mut().enumerate() {
            let Some(contract) = limit.contract else { continue };
            let taken = flow.group_flow[group];
            charged += contract.penalty * (taken - contract.minimum).max(0.0);
            flow.group_price[group] = (flow.group_price[group] - contract.penalty).min(0.0);
            limit.capacity = taken.min(contract.minimum);
            let by = buyers.remove(&contract.supply).unwrap_or_default();
            let named = |(buyer, volume): (Option<ActorId>, f64)| Some((buyer?, volume / taken.max(f64::MIN_POSITIVE)));
            limit.owners = by.into_iter().filter_map(named).collect();
        }
        flow.value -= charged;
        flow.certificate.primal -= charged;
        flow.certificate.dual_bound -= charged;
        settled
    })
}
