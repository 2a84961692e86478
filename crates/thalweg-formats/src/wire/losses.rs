//! The wire shape of closures and refusals.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thalweg_engine::closures::Closure;
use thalweg_engine::comparison::Comparison;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::{Counters, Oracle, OracleError};
use thalweg_engine::refusal::Refusal;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::model::Model;

/// What all amounts of an answer are in, and what it cost to find them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LossesHead {
    /// Study key.
    pub study: String,
    /// Date of rules, capacities and demands.
    pub as_of: String,
    /// ISO 4217; amounts are a year.
    pub currency: String,
    /// Year of the prices.
    pub price_year: i16,
    /// `least_cost`: the exact program under capacities.
    pub program: &'static str,
    /// Cost of the state compared with: delivery and non-delivery.
    pub base_cost: f64,
    /// Volume delivered in it, by commodity, units a year.
    pub base_served: BTreeMap<String, f64>,
    /// Relative gap of its certificate.
    pub relative_gap: f64,
    /// Programs solved for this answer.
    pub solves: u64,
    /// Values asked for.
    pub asked: u64,
}

/// The difference a state makes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LossRow {
    /// Rise of cost of delivery and non-delivery.
    pub loss: f64,
    /// Part on what is still delivered.
    pub rerouting: f64,
    /// Part on what is no longer delivered.
    pub unserved: f64,
    /// Volume no longer delivered, commodity units a year.
    pub unserved_volume: BTreeMap<String, f64>,
    /// Volume that arrives another way.
    pub rerouted_volume: BTreeMap<String, f64>,
    /// Mean time added, h.
    pub delay_h: BTreeMap<String, f64>,
    /// Change of tolls and surcharges received, by actor.
    pub receipts: BTreeMap<String, f64>,
}

/// Answer of `thalweg close`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClosuresReport {
    /// Units and base.
    pub head: LossesHead,
    /// What was closed one at a time.
    pub kind: &'static str,
    /// The costliest first.
    pub closures: Vec<ClosureRow>,
}

/// One closure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClosureRow {
    /// Key of what is closed.
    pub subject: String,
    /// What follows.
    #[serde(flatten)]
    pub change: LossRow,
    /// Fall of welfare by state (surplus, rents by share, tolls); gains are negative.
    pub welfare_loss: BTreeMap<String, f64>,
}

/// A closure in the study's keys.
pub fn closure_row(model: &Model, row: &Closure) -> ClosureRow {
    ClosureRow {
        subject: row.subject.clone(),
        change: loss_row(model, &row.change),
        welfare_loss: row.welfare_loss.iter().map(|(actor, amount)| (key(model, *actor), *amount)).collect(),
    }
}

/// Answer of `thalweg refuse`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalsReport {
    /// Units and base.
    pub head: LossesHead,
    /// The greatest system loss first.
    pub refusals: Vec<RefusalRow>,
}

/// One refusal, as a pair.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalRow {
    /// Who says no.
    pub by: String,
    /// To whom.
    pub of: String,
    /// By which lever.
    pub lever: &'static str,
    /// Whether the refuser trades with the refused itself, so that its refusal is an embargo and not only of transit.
    pub by_partner: bool,
    /// Rise of the whole system's cost.
    pub system_loss: f64,
    /// Fall of the refused's welfare.
    pub harm: f64,
    /// Fall of the refuser's welfare.
    pub self_cost: f64,
    /// Part of it that is tolls and surcharges no longer received.
    pub receipts_lost: f64,
    /// Upper bound on a one-shot demand: harm less own cost, at least 0.
    pub room_for_coercion: f64,
    /// Fall of welfare of everybody else; gains are negative.
    pub others: BTreeMap<String, f64>,
    /// What the refused sold where suppliers compete and sells no more, by commodity; others may serve its customers.
    pub unsold: BTreeMap<String, f64>,
    /// The refused's own shipments.
    pub shipments: LossRow,
}

/// The key of an actor.
pub fn key(model: &Model, actor: ActorId) -> String {
    model.actors[actor.index()].key.clone()
}

/// Head of an answer about one state of an oracle.
pub fn losses_head(oracle: &Oracle, state: &State) -> Result<LossesHead, OracleError> {
    let base = oracle.value(state, &Silent)?;
    let model = &oracle.base().model;
    let mut base_served: BTreeMap<String, f64> = BTreeMap::new();
    for (row, flow) in base.instance.demand.segments.iter().zip(&base.assignment.segments) {
        *base_served.entry(model.commodities[row.commodity.index()].key.clone()).or_default() += flow.served();
    }
    let Counters { solves, asked, .. } = oracle.counters();
    Ok(LossesHead {
        study: model.head.name.clone(),
        as_of: oracle.base().as_of.to_string(),
        currency: model.head.currency.clone(),
        price_year: model.head.price_year,
        program: thalweg_engine::figures::LEAST_COST,
        base_cost: base.value,
        base_served,
        relative_gap: base.certificate().relative_gap,
        solves,
        asked,
    })
}

/// A difference in the study's keys.
pub fn loss_row(model: &Model, change: &Comparison) -> LossRow {
    let by_commodity = |amounts: &BTreeMap<CommodityId, f64>| {
        amounts.iter().map(|(id, amount)| (model.commodities[id.index()].key.clone(), *amount)).collect()
    };
    LossRow {
        loss: change.loss,
        rerouting: change.rerouting,
        unserved: change.unserved,
        unserved_volume: by_commodity(&change.unserved_volume),
        rerouted_volume: by_commodity(&change.rerouted_volume),
        delay_h: by_commodity(&change.delay_h),
        receipts: change.receipts.iter().map(|(actor, amount)| (key(model, *actor), *amount)).collect(),
    }
}

/// The report of a list of closures.
pub fn closures_report(
    oracle: &Oracle,
    state: &State,
    kind: ClosureKind,
    found: &[Closure],
) -> Result<ClosuresReport, OracleError> {
    let model = &oracle.base().model;
    Ok(ClosuresReport {
        head: losses_head(oracle, state)?,
        kind: kind.name(),
        closures: found.iter().map(|row| closure_row(model, row)).collect(),
    })
}

/// One refusal in the study's keys.
pub fn refusal_row(model: &Model, refusal: &Refusal) -> RefusalRow {
    let others = refusal
        .welfare_loss
        .iter()
        .filter(|(actor, _)| **actor != refusal.by && **actor != refusal.of)
        .map(|(actor, amount)| (key(model, *actor), *amount))
        .collect();
    RefusalRow {
        by: key(model, refusal.by),
        of: key(model, refusal.of),
        lever: refusal.lever.name(),
        by_partner: refusal.by_partner,
        system_loss: refusal.system_loss,
        harm: refusal.harm_to_refused(),
        self_cost: refusal.self_cost(),
        receipts_lost: refusal.receipts_lost,
        room_for_coercion: refusal.room_for_coercion(),
        others,
        unsold: (refusal.unsold.iter())
            .map(|(commodity, volume)| (model.commodities[commodity.index()].key.clone(), *volume))
            .collect(),
        shipments: loss_row(model, &refusal.harm),
    }
}

/// The report of a list of refusals.
pub fn refusals_report(oracle: &Oracle, state: &State, found: &[Refusal]) -> Result<RefusalsReport, OracleError> {
    let model = &oracle.base().model;
    Ok(RefusalsReport {
        head: losses_head(oracle, state)?,
        refusals: found.iter().map(|refusal| refusal_row(model, refusal)).collect(),
    })
}
