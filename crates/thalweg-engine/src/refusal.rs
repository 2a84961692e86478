//! Refusal as a pair: what B loses when A says no, and what saying no costs A.
use crate::comparison::{Comparison, compare};
use crate::exposure::{LEVERS, benefits, exposures};
use crate::oracle::{Oracle, OracleError, Value};
use crate::state::State;
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;
use thalweg_network::demand::{Shipment, state_of};

/// What follows when one actor denies one beneficiary by one lever. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Who says no.
    pub by: ActorId,
    /// To whose shipments.
    pub of: ActorId,
    /// By which lever.
    pub lever: Lever,
    /// Whether some of the refused's shipments come from or go to the refuser: then the refusal is an embargo too.
    pub by_partner: bool,
    /// Rise of the whole system's cost: C(refused) - C(base), the area under the dependence curve.
    pub system_loss: f64,
    /// What happens to the beneficiary's own shipments.
    pub harm: Comparison,
    /// Fall of welfare by state, gains negative: surplus of its shippers, rents by share, tolls.
    pub welfare_loss: BTreeMap<ActorId, f64>,
    /// Part of the refuser's loss that is tolls and surcharges no longer received.
    pub receipts_lost: f64,
    /// What the refused sold where suppliers compete and sells no more, commodity units a year. Its customers may buy
    /// from others, so none of it need be undelivered.
    pub unsold: BTreeMap<CommodityId, f64>,
}

impl Refusal {
    /// What the beneficiary loses: the fall of its welfare.
    pub fn harm_to_refused(&self) -> f64 {
        self.welfare_loss.get(&self.of).copied().unwrap_or(0.0)
    }

    /// What refusing costs the refuser: the fall of its own welfare; negative where it gains.
    pub fn self_cost(&self) -> f64 {
        self.welfare_loss.get(&self.by).copied().unwrap_or(0.0)
    }

    /// Upper bound on what a one-shot threat could extract: harm above what carrying it out would cost.
    pub fn room_for_coercion(&self) -> f64 {
        (self.harm_to_refused() - self.self_cost()).max(0.0)
    }
}

/// Which refusals to work out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefusalFilter {
    /// Only by this actor.
    pub by: Option<ActorId>,
    /// Only of this beneficiary.
    pub of: Option<ActorId>,
}

/// Every refusal that could matter: an actor whose gates the beneficiary's least-cost paths touch.
///
/// One that touches none of its paths leaves the flow feasible and so costs nothing: leaving it out is exact. The
/// greatest system loss first.
pub fn refusals(
    oracle: &Oracle,
    from: &State,
    filter: RefusalFilter,
    watch: &dyn Watch,
) -> Result<Vec<Refusal>, OracleError> {
    let base = oracle.value(from, watch)?;
    let wanted: BTreeSet<(ActorId, Lever, ActorId)> = exposures(&base.instance, &base.assignment)
        .into_iter()
        .filter(|row| LEVERS.contains(&row.lever) && row.touching > 0.0)
        .filter(|row| filter.by.is_none_or(|by| by == row.actor) && filter.of.is_none_or(|of| of == row.beneficiary))
        .map(|row| (row.actor, row.lever, row.beneficiary))
        .collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let done = AtomicU64::new(0);
    let mut found: Vec<Refusal> = wanted
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|&pair| {
            let refusal = refuse(oracle, from, pair, watch);
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, wanted.len() as u64, "refusals");
            refusal
        })
        .collect::<Result<_, OracleError>>()?;
    found.sort_by(|one, other| {
        let key = |row: &Refusal| (row.by, row.lever, row.of);
        other.system_loss.total_cmp(&one.system_loss).then(key(one).cmp(&key(other)))
    });
    Ok(found)
}

/// One refusal.
pub fn refuse(
    oracle: &Oracle,
    from: &State,
    (by, lever, of): (ActorId, Lever, ActorId),
    watch: &dyn Watch,
) -> Result<Refusal, OracleError> {
    let base = oracle.value(from, watch)?;
    let after = oracle.value(&from.clone().denying(by, Some(of), lever), watch)?;
    let own = |segment: usize| base.instance.demand.segments[segment].beneficiaries.contains(&of);
    let harm = compare((&base.instance, &base.assignment), (&after.instance, &after.assignment), own);
    let tolls = |value: &Value| value.welfare.of_state(&value.instance, by).tolls;
    Ok(Refusal {
        by,
        of,
        lever,
        by_partner: trade_together(&base, by, of),
        system_loss: after.value - base.value,
        harm,
        welfare_loss: welfare_loss(&base, &after),
        receipts_lost: tolls(&base) - tolls(&after),
        unsold: unsold((&base, &after), of),
    })
}

/// Fall of what a state sells, by commodity, where it falls.
fn unsold((before, after): (&Value, &Value), seller: ActorId) -> BTreeMap<CommodityId, f64> {
    let mut fall = sold(before, seller);
    for (commodity, volume) in sold(after, seller) {
        *fall.entry(commodity).or_default() -= volume;
    }
    let before = sold(before, seller);
    fall.retain(|commodity, volume| *volume > 1e-9 * before.get(commodity).copied().unwrap_or(0.0).max(1.0));
    fall
}

/// What the suppliers of a state sell, by commodity.
fn sold(value: &Value, seller: ActorId) -> BTreeMap<CommodityId, f64> {
    let model = &value.instance.model;
    let own = |shipment: &Shipment| shipment.origin.is_some_and(|origin| state_of(model, origin) == seller);
    let mut volumes: BTreeMap<CommodityId, f64> = BTreeMap::new();
    for (row, flow) in value.instance.demand.segments.iter().zip(&value.assignment.segments) {
        for path in &flow.paths {
            let variant = &row.variants[path.variant];
            if variant.supply.is_some() && own(&variant.shipment) {
                *volumes.entry(row.commodity).or_default() += path.volume;
            }
        }
    }
    volumes
}

/// Whether a demand of one comes from or goes to the other, or one sells to the other where suppliers compete.
fn trade_together(base: &Value, by: ActorId, of: ActorId) -> bool {
    let partner = |shipment: &Shipment| shipment.origin == Some(by) || shipment.destination == Some(by);
    let pairs = base.instance.demand.segments.iter().zip(&base.assignment.segments);
    pairs.into_iter().any(|(row, flow)| {
        row.variants.iter().enumerate().any(|(position, variant)| {
            let own = row.beneficiaries.contains(&of)
                || benefits(&base.instance.model, variant, of)
                    && flow.paths.iter().any(|path| path.variant == position);
            own && partner(&variant.shipment)
        })
    })
}

/// Fall of welfare by state, and by firms that answer to none; gains are negative.
pub fn welfare_loss(before: &Value, after: &Value) -> BTreeMap<ActorId, f64> {
    let model = &before.instance.model;
    let mut loss: BTreeMap<ActorId, f64> = BTreeMap::new();
    for (actor, welfare) in &before.welfare.by_actor {
        *loss.entry(state_of(model, *actor)).or_default() += welfare.total();
    }
    for (actor, welfare) in &after.welfare.by_actor {
        *loss.entry(state_of(model, *actor)).or_default() -= welfare.total();
    }
    let scale = before.value.abs().max(1.0);
    loss.retain(|_, amount| amount.abs() > 1e-9 * scale);
    loss
}
