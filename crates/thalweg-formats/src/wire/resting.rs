//! The rows that an answer rests on: those on which the paths in question incur the most cost.
use crate::wire::evidence::{WeakRow, rows_used};
use std::collections::BTreeSet;
use thalweg_engine::assignment::PathFlow;
use thalweg_engine::exposure::{LEVERS, benefits, lever_arcs};
use thalweg_engine::gate_kinds::{ClosureKind, arcs_of};
use thalweg_engine::questions::{Agreed, Answer, Outcome};
use thalweg_engine::stress::hazards::{shutting, struck_by};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_model::question::Ask;
use thalweg_network::instance::Instance;

/// How many rows an answer lists that it rests on.
const RESTS_ON_MAX: usize = 12;

/// Shipments in question, and the arcs at which a path of theirs is in question.
type Scope = (Option<ActorId>, BTreeSet<usize>);

/// The rows, the costliest first.
pub fn rests_on(answer: &Answer) -> Vec<WeakRow> {
    let instance = &answer.value.instance;
    let scopes = scopes(instance, answer);
    let meant = |segment: usize, path: &PathFlow| {
        let variant = &instance.demand.segments[segment].variants[path.variant];
        scopes.iter().any(|(of, arcs)| {
            of.is_none_or(|of| benefits(&instance.model, variant, of))
                && path.arcs.iter().any(|arc| arcs.contains(&arc.index()))
        })
    };
    let mut rows = rows_used(instance, &answer.value.assignment, meant);
    rows.truncate(RESTS_ON_MAX);
    rows
}

fn scopes(instance: &Instance, answer: &Answer) -> Vec<Scope> {
    let levers = |of: Option<ActorId>, by: ActorId, levers: &mut dyn Iterator<Item = Lever>| -> Scope {
        (of, levers.flat_map(|lever| lever_arcs(instance, by, lever).ones().collect::<Vec<_>>()).collect())
    };
    let standing =
        |kind: ClosureKind, subject: &str| -> Scope { (None, arcs_of(instance, kind, subject).ones().collect()) };
    let gate = |label: &String| -> Option<Scope> {
        let (kind, subject) = label.split_once(' ')?;
        Some(standing(ClosureKind::parse(kind)?, subject))
    };
    match &answer.outcome {
        Outcome::Depend(found) => found
            .iter()
            .map(|row| levers(row.relation.of, row.relation.by, &mut row.relation.levers.iter().copied()))
            .collect(),
        Outcome::Refusal(found) => {
            found.iter().map(|row| levers(Some(row.of), row.by, &mut std::iter::once(row.lever))).collect()
        }
        Outcome::Each(found) => found.iter().map(|(kind, row)| standing(*kind, &row.subject)).collect(),
        Outcome::Pairs(labels, found) => {
            found.rows.iter().flat_map(|row| row.elements).filter_map(|element| gate(&labels[element])).collect()
        }
        Outcome::Worst(labels, found) => {
            found.worst.elements.iter().filter_map(|element| gate(&labels[*element])).collect()
        }
        Outcome::Newcomer(question, _) => {
            let Ask::Newcomer { between, .. } = &answer.question.ask else { return Vec::new() };
            question.refusal.iter().map(|row| levers(between.of, row.by, &mut std::iter::once(row.lever))).collect()
        }
        Outcome::Power(table, _) => {
            table.players.iter().map(|&player| levers(None, player, &mut table.levers.iter().copied())).collect()
        }
        Outcome::Broker(found, ..) => {
            found.iter().map(|row| levers(None, row.actor, &mut std::iter::once(row.lever))).collect()
        }
        Outcome::Repair(found) => found.labels.iter().filter_map(gate).collect(),
        Outcome::Consent(agreed) => match agreed.as_ref() {
            Agreed::Project(_, found) => {
                found.left_without.iter().map(|(actor, _)| levers(None, *actor, &mut LEVERS.into_iter())).collect()
            }
            Agreed::Undoing(found) => {
                vec![standing(ClosureKind::Asset, &instance.model.assets[found.asset.index()].key)]
            }
            Agreed::Route(..) => Vec::new(),
        },
        Outcome::Chance(found) => {
            let struck = shutting(instance).zip(&found.labels);
            let shuts = struck.flat_map(|(hazard, _)| struck_by(&instance.model, &hazard.struck));
            shuts.map(|shut| standing(shut.kind, &shut.subject)).collect()
        }
        Outcome::Risk(found) => {
            let hazards = found.risks.hazards.iter().map(|at| &instance.model.hazards[*at]);
            let shuts = hazards.flat_map(|hazard| struck_by(&instance.model, &hazard.struck));
            shuts.map(|shut| standing(shut.kind, &shut.subject)).collect()
        }
        Outcome::Route(..) | Outcome::Incidence(_) | Outcome::Reach(_) | Outcome::Nothing(_) => Vec::new(),
    }
}
