//! How much of a beneficiary's trade still touches an actor when touching costs more: the dependence curve and its sums.
use crate::comparison::{Comparison, compare};
use crate::curve::{Curve, Sample, trace};
use crate::exposure::{LEVERS, exposures};
use crate::kept::{Kept, kept_or};
use crate::oracle::{Oracle, OracleError, Value};
use crate::refusal::welfare_loss;
use crate::state::{Denial, State};
use crate::touches::{meant_demand, touch_charge, touching, touching_arcs};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;

/// Whose gates, whose shipments, by which levers together, of which commodity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// Whose gates.
    pub by: ActorId,
    /// Whose shipments; everybody's where `None`.
    pub of: Option<ActorId>,
    /// Gates of any of these levers count; a shipment counts once.
    pub levers: BTreeSet<Lever>,
    /// Of this commodity; of all where `None`, which makes sense where all have one unit.
    pub commodity: Option<CommodityId>,
}

impl Relation {
    /// The denials that a refusal by all its levers is.
    pub fn denials(&self) -> BTreeSet<Denial> {
        let denial = |lever: &Lever| Denial::new(self.by, self.of, *lever).of_commodity(self.commodity);
        self.levers.iter().map(denial).collect()
    }
}

/// The curve of one relation and what follows from it. Amounts are study currency a year, volumes units a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Dependence {
    /// Between whom.
    pub relation: Relation,
    /// Demand of the shipments meant.
    pub demand: f64,
    /// What is delivered of it without a charge.
    pub touching_in_base_flow: f64,
    /// Units that touch by charge.
    pub curve: Curve,
    /// C(refused) - C(base): the system's loss, which the area under the curve equals.
    pub refusal: f64,
    /// What the refusal does to the whole system: rerouting and unserved parts, volumes, delays.
    pub change: Comparison,
    /// Rise of the volume not delivered, of the shipments meant.
    pub indispensable: f64,
    /// Fall of the beneficiary's own welfare when refused; `None` where everybody is refused.
    pub own_loss: Option<f64>,
    /// C(refused) - C(base) at other costs of not being served: factor, loss.
    pub by_unserved_cost: Vec<(f64, f64)>,
    /// Programs the oracle solved for this curve and its sums, those remembered not counted.
    pub samples: u32,
}

impl Dependence {
    /// Share of the demand that touches at the smallest charge: what cannot turn away for nothing. 0 to 1.
    pub fn exposure(&self) -> f64 {
        self.share(self.curve.at_once())
    }

    /// Share of the demand that goes undelivered when refused. 0 to 1.
    pub fn indispensability(&self) -> f64 {
        self.share(self.indispensable)
    }

    /// The smallest charge per unit that brings the share that touches to at most `share`, 0 to 1.
    pub fn charge_for_share(&self, share: f64) -> Option<f64> {
        self.curve.charge_to_reach(share * self.demand * (1.0 + 1e-12))
    }

    fn share(&self, units: f64) -> f64 {
        if self.demand > 0.0 { units / self.demand } else { 0.0 }
    }
}

/// Factors on the cost of not being served at which every refusal is worked out, 1 besides.
pub const UNSERVED_FACTORS: [f64; 2] = [0.5, 2.0];
/// Relative error that the area of a curve may show.
const AREA_TOLERANCE: f64 = 1e-7;

/// The curve of one relation, from a given state.
pub fn dependence(
    oracle: &Oracle,
    from: &State,
    relation: &Relation,
    watch: &dyn Watch,
) -> Result<Dependence, OracleError> {
    let denials = relation.denials();
    let base = oracle.value(from, watch)?;
    let refused = oracle.value(&from.clone().denying_all(denials.iter().copied()), watch)?;
    let touch = touch_charge(&base.instance, &denials, (touching_arcs(&base.instance, &denials), 0.0));
    let touching_in_base_flow: f64 = touching(&touch, &base.assignment).iter().sum();
    let start = Sample { charge: 0.0, cost: base.value, touching: touching_in_base_flow };
    let sample = |charge: f64| -> Result<Option<Sample>, OracleError> {
        let value = oracle.value(&from.clone().charging(denials.iter().copied(), charge), watch)?;
        if watch.cancelled() {
            return Ok(None);
        }
        let touching = if charge > 0.0 { value.touching.iter().sum() } else { touching_in_base_flow };
        Ok(Some(Sample { charge, cost: value.value, touching }))
    };
    let curve = trace(start, refused.value, sample)?;
    let refusal = refused.value - base.value;
    let error = (curve.area() - refusal).abs() / base.value.abs().max(1.0);
    if curve.exact && !watch.cancelled() && error > AREA_TOLERANCE {
        return Err(OracleError::Identity("the area under a dependence curve is the cost of refusal", error));
    }
    let meant = |value: &Value| -> f64 {
        let rows = value.assignment.segments.iter().zip(&touch.concerns);
        rows.filter(|(_, meant)| meant.contains(&true)).map(|(row, _)| row.unserved).sum()
    };
    Ok(Dependence {
        demand: meant_demand(&touch, (&base.instance, &base.assignment)),
        touching_in_base_flow,
        refusal,
        change: compare((&base.instance, &base.assignment), (&refused.instance, &refused.assignment), |_| true),
        indispensable: (meant(&refused) - meant(&base)).max(0.0),
        own_loss: relation.of.map(|of| welfare_loss(&base, &refused).get(&of).copied().unwrap_or(0.0)),
        by_unserved_cost: at_other_unserved_costs(oracle, (from, &denials), watch)?,
        samples: curve.samples + 2 + 2 * UNSERVED_FACTORS.len() as u32,
        relation: relation.clone(),
        curve,
    })
}

/// Cost of a refusal at other costs of not being served.
pub fn at_other_unserved_costs(
    oracle: &Oracle,
    (from, denials): (&State, &BTreeSet<Denial>),
    watch: &dyn Watch,
) -> Result<Vec<(f64, f64)>, OracleError> {
    UNSERVED_FACTORS
        .iter()
        .map(|&factor| {
            let state = from.clone().unserved_cost_times(factor * from.unserved_cost_factor());
            let before = oracle.value(&state, watch)?.value;
            let after = oracle.value(&state.denying_all(denials.iter().copied()), watch)?.value;
            Ok((factor, after - before))
        })
        .collect()
}

/// Which relations to trace.
#[derive(Debug, Clone, Default)]
pub struct RelationFilter {
    /// Only this actor's gates.
    pub by: Option<ActorId>,
    /// Only this beneficiary's shipments.
    pub of: Option<ActorId>,
    /// These levers, counted together; each of its own where none is named.
    pub levers: BTreeSet<Lever>,
    /// Only this commodity.
    pub commodity: Option<CommodityId>,
}

/// Relations whose least-cost paths touch: lever by lever and commodity by commodity, or levers together where some are
/// named. What touches in no path costs nothing to refuse and has an empty curve.
pub fn relations(oracle: &Oracle, from: &State, filter: &RelationFilter) -> Result<Vec<Relation>, OracleError> {
    let base = oracle.value(from, &crate::watch::Silent)?;
    let found: BTreeSet<Relation> = exposures(&base.instance, &base.assignment)
        .into_iter()
        .filter(|row| LEVERS.contains(&row.lever) && row.touching > 0.0)
        .filter(|row| filter.by.is_none_or(|by| by == row.actor) && filter.of.is_none_or(|of| of == row.beneficiary))
        .filter(|row| filter.levers.is_empty() || filter.levers.contains(&row.lever))
        .filter(|row| filter.commodity.is_none_or(|commodity| commodity == row.commodity))
        .map(|row| Relation {
            by: row.actor,
            of: Some(row.beneficiary),
            levers: if filter.levers.is_empty() { BTreeSet::from([row.lever]) } else { filter.levers.clone() },
            commodity: Some(row.commodity),
        })
        .collect();
    Ok(found.into_iter().collect())
}

/// Curves of many relations, those kept taken as they are; the costliest refusal first. Those a stop leaves out are missing.
pub fn dependences(
    oracle: &Oracle,
    from: &State,
    (relations, kept): (&[Relation], &dyn Kept<Relation, Dependence>),
    watch: &dyn Watch,
) -> Result<Vec<Dependence>, OracleError> {
    let done = AtomicU64::new(0);
    let mut found: Vec<Dependence> = relations
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|relation| {
            let found = kept_or(kept, relation, watch, || dependence(oracle, from, relation, watch));
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, relations.len() as u64, "curves");
            found
        })
        .collect::<Result<_, OracleError>>()?;
    if watch.cancelled() {
        found.retain(|row| row.curve.exact);
    }
    found.sort_by(|one, other| other.refusal.total_cmp(&one.refusal).then_with(|| one.relation.cmp(&other.relation)));
    Ok(found)
}
