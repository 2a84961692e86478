//! Refusal as a pair: what B loses when A says no, and what saying no costs A.
use crate::assignment::{Assignment, reassign};
use crate::comparison::{Comparison, compare};
use crate::exposure::{LEVERS, exposures, lever_arcs};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_network::demand::state_of;
use thalweg_network::instance::Instance;

/// What follows when one actor denies one beneficiary by one lever; capacities not binding.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Who says no.
    pub by: ActorId,
    /// To whose shipments.
    pub of: ActorId,
    /// By which lever.
    pub lever: Lever,
    /// What the beneficiary's shipments lose.
    pub harm: Comparison,
    /// Tolls and surcharges the refuser, and firms that answer to it, no longer receive, study currency a year.
    pub receipts_lost: f64,
    /// What its own shippers lose among the refused shipments, study currency a year.
    pub own_shippers_loss: f64,
}

impl Refusal {
    /// What refusing costs the refuser, study currency a year.
    pub fn self_cost(&self) -> f64 {
        self.receipts_lost + self.own_shippers_loss
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
/// One that touches none of its paths takes nothing from it, so leaving it out is exact. The greatest harm first.
pub fn refusals(instance: &Instance, base: &Assignment, filter: RefusalFilter, watch: &dyn Watch) -> Vec<Refusal> {
    let wanted: BTreeSet<(ActorId, Lever, ActorId)> = exposures(instance, base)
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
        .map(|&(by, lever, of)| {
            let refusal = refuse(instance, base, (by, lever, of));
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, wanted.len() as u64, "refusals");
            refusal
        })
        .collect();
    found.sort_by(|one, other| {
        other.harm.loss.total_cmp(&one.harm.loss).then((one.by, one.lever, one.of).cmp(&(
            other.by,
            other.lever,
            other.of,
        )))
    });
    found
}

/// One refusal by least cost.
pub fn refuse(instance: &Instance, base: &Assignment, (by, lever, of): (ActorId, Lever, ActorId)) -> Refusal {
    let shut = lever_arcs(instance, by, lever);
    let benefits = |segment: usize| instance.demand.segments[segment].beneficiaries.contains(&of);
    let after = reassign(instance, base, &shut, benefits);
    let harm = compare((instance, base), (instance, &after), benefits);
    let model = &instance.model;
    let receipts_lost = -harm
        .receipts
        .iter()
        .filter(|(receiver, _)| state_of(model, **receiver) == by)
        .map(|(_, amount)| amount)
        .sum::<f64>();
    let own = |segment: usize| benefits(segment) && instance.demand.segments[segment].beneficiaries.contains(&by);
    let own_shippers_loss = compare((instance, base), (instance, &after), own).loss;
    Refusal { by, of, lever, harm, receipts_lost: receipts_lost + 0.0, own_shippers_loss }
}
