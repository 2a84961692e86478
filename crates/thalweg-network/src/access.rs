//! Which rules bind a shipment at an arc, who said so, and what they decide.
//!
//! Each actor decides for itself, lever by lever: among the rules of one actor and lever that fit a shipment and an
//! arc, the one that binds most shipment fields wins, then the one that binds most gate fields, then deny over permit,
//! then the latest. An arc is open when no actor and lever denies it; a permit lifts only its own actor's denial.
use crate::demand::{Shipment, state_of};
use crate::gates::{carries_crossing_charge, selects};
use crate::network::Arc;
use crate::supply::{RuleInForce, Standing, Supply};
use std::collections::BTreeMap;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::{ActorKind, Effect, Lever};
use thalweg_model::model::Model;
use thalweg_model::rule::{Rule, ShipmentPredicate};
use thalweg_model::validity::Date;

/// Position of a rule in `Supply::rules`.
pub type RulePosition = usize;

/// Whether a state is the one named, or a member of the bloc named, or a firm answers to it.
fn is_meant(model: &Model, as_of: Date, actor: Option<ActorId>, named: Option<ActorId>) -> bool {
    let Some(named) = named else { return true };
    let Some(actor) = actor else { return false };
    let state = state_of(model, actor);
    if actor == named || state == named {
        return true;
    }
    model.actors[named.index()].kind == ActorKind::Bloc
        && model
            .memberships
            .iter()
            .any(|row| row.bloc == named && row.member == state && row.provenance.validity.holds(as_of))
}

/// Whether every field the predicate binds fits the shipment.
pub fn concerns(model: &Model, as_of: Date, predicate: &ShipmentPredicate, shipment: &Shipment) -> bool {
    let meant = |actor, named| is_meant(model, as_of, actor, named);
    predicate.commodity.is_none_or(|commodity| commodity == shipment.commodity)
        && meant(shipment.origin, predicate.origin)
        && meant(shipment.destination, predicate.destination)
        && meant(shipment.shipper, predicate.shipper)
        && meant(shipment.consignee, predicate.consignee)
        && meant(shipment.flag, predicate.flag)
        && predicate.vehicle.is_none_or(|vehicle| shipment.vehicles.contains(&vehicle))
        && (predicate.beneficiary.is_none()
            || [shipment.shipper, shipment.origin, shipment.destination]
                .iter()
                .any(|&party| party.is_some() && meant(party, predicate.beneficiary)))
}

/// Positions of the rules that concern a shipment, in the order of `Supply::rules`.
pub fn rules_for(model: &Model, as_of: Date, supply: &Supply, shipment: &Shipment) -> Vec<RulePosition> {
    (0..supply.rules.len())
        .filter(|&rule| concerns(model, as_of, &supply.rules[rule].rule.shipment, shipment))
        .collect()
}

/// How a rule ranks among those of its actor and lever: the greater prevails.
pub fn precedence(rule: &Rule) -> (u32, u32, bool, Option<Date>) {
    let denies = matches!(rule.effect, Effect::Deny);
    (rule.shipment.bound_fields(), rule.gate.bound_fields(), denies, rule.provenance.validity.from)
}

/// One voice at a gate: an actor using one lever, the study's rules apart from decrees.
pub type Voice = (ActorId, Lever, Standing);

/// The rules without history that decide an arc: for each voice the one that prevails.
pub fn decisions<'r>(
    model: &Model,
    supply: &'r Supply,
    rules: &[RulePosition],
    arc: &Arc,
) -> BTreeMap<Voice, &'r Rule> {
    let mut prevailing: BTreeMap<Voice, &'r Rule> = BTreeMap::new();
    for RuleInForce { rule, standing, .. } in fitting(model, supply, rules, arc) {
        if rule.after.is_none() && matches!(rule.effect, Effect::Permit | Effect::Deny) {
            let best = prevailing.entry((rule.actor, rule.lever, *standing)).or_insert(rule);
            if precedence(rule) > precedence(best) {
                *best = rule;
            }
        }
    }
    prevailing
}

/// Rules of the given positions whose gate selector fits an arc.
pub fn fitting<'r>(
    model: &Model,
    supply: &'r Supply,
    rules: &[RulePosition],
    arc: &Arc,
) -> impl Iterator<Item = &'r RuleInForce> {
    rules
        .iter()
        .map(|&position| supply.rules[position].as_ref())
        .filter(move |row| selects(model, &supply.blockers, &row.rule.gate, arc))
}

/// The denials that shut an arc to a shipment regardless of history, one for each voice that denies.
pub fn denials<'r>(model: &Model, supply: &'r Supply, rules: &[RulePosition], arc: &Arc) -> Vec<&'r Rule> {
    decisions(model, supply, rules, arc).into_values().filter(|rule| rule.effect == Effect::Deny).collect()
}

/// Surcharge and delay due at an arc each time it is passed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Charges {
    /// Study currency per unit.
    pub surcharge: f64,
    /// Who receives how much of it; the rest is a resource cost.
    pub receipts: Vec<(ActorId, f64)>,
    /// h.
    pub delay_h: f64,
}

impl Charges {
    /// Adds a surcharge, paid to somebody or lost.
    pub fn add(&mut self, surcharge: f64, to: Option<ActorId>) {
        self.surcharge += surcharge;
        self.receipts.extend(to.filter(|_| surcharge != 0.0).map(|to| (to, surcharge)));
    }
}

/// The charging rules that prevail at an arc: for each voice and effect the most specific, then the latest; every
/// decree charges.
pub fn charging<'r>(model: &Model, supply: &'r Supply, rules: &[RulePosition], arc: &Arc) -> Vec<&'r RuleInForce> {
    let mut prevailing: BTreeMap<(Voice, Effect, usize), &'r RuleInForce> = BTreeMap::new();
    for (position, row) in fitting(model, supply, rules, arc).enumerate() {
        let RuleInForce { rule, standing, .. } = row;
        let charges = matches!(rule.effect, Effect::Surcharge | Effect::Delay) && rule.after.is_none();
        if charges && carries_crossing_charge(&rule.gate, arc) {
            let own = if *standing == Standing::Decree { position } else { 0 };
            let best = prevailing.entry(((rule.actor, rule.lever, *standing), rule.effect, own)).or_insert(row);
            if precedence(rule) > precedence(&best.rule) {
                *best = row;
            }
        }
    }
    prevailing.into_values().collect()
}

/// Pairs of rules of equal precedence that charge different amounts at one arc: nobody could say which holds.
pub fn contradictions<'r>(model: &Model, supply: &'r Supply, arcs: &[Arc]) -> Vec<(&'r Rule, &'r Rule)> {
    let mut found = Vec::new();
    let rules: Vec<&Rule> =
        supply.rules.iter().filter(|row| row.standing == Standing::Study).map(|row| &row.rule).collect();
    for (position, &first) in rules.iter().enumerate() {
        for &second in &rules[position + 1..] {
            let same_voice = (first.actor, first.lever, first.effect) == (second.actor, second.lever, second.effect);
            let undecided = precedence(first) == precedence(second) && first.value != second.value;
            if same_voice && undecided && first.shipment == second.shipment && first.after == second.after {
                let meet = arcs.iter().any(|arc| {
                    selects(model, &supply.blockers, &first.gate, arc)
                        && selects(model, &supply.blockers, &second.gate, arc)
                });
                if meet {
                    found.push((first, second));
                }
            }
        }
    }
    found
}
