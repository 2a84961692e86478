//! The wire shape of a study's questions: each with its answer, its figures, and the rows they rest on.
use crate::wire::dependence::{RelationRow, relation_row};
use crate::wire::evidence::{WeakRow, rows_used};
use crate::wire::losses::{ClosureRow, RefusalRow, loss_row, refusal_row};
use crate::wire::run::{FigureRow, figure_row};
use crate::wire_route::{RouteReport, route_report};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use thalweg_engine::assignment::PathFlow;
use thalweg_engine::exposure::{benefits, lever_arcs};
use thalweg_engine::gate_kinds::{ClosureKind, arcs_of};
use thalweg_engine::questions::{Answer, Outcome};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::{Lever, QuestionKind};
use thalweg_model::question::Ask;

/// A question of the study with its answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerRow {
    /// Key of the question.
    pub key: String,
    /// The question in words.
    pub title: String,
    /// depend, refusal, route, each or pairs: which of the lists below answers it.
    pub kind: &'static str,
    /// State it was asked in.
    pub scenario: String,
    /// The answer as figures, with ranges over the draws.
    pub figures: Vec<FigureRow>,
    /// Dependence curves, the costliest refusal first.
    pub relations: Vec<RelationRow>,
    /// Refusals, the greatest system loss first.
    pub refusals: Vec<RefusalRow>,
    /// Routes, openings and consent.
    pub route: Option<RouteReport>,
    /// Failures one at a time by kind and subject, the costliest first.
    pub failures: Vec<FailedRow>,
    /// Failures two at a time, the costliest first.
    pub pairs: Vec<PairRow>,
    /// The worst failures together.
    pub worst: Option<WorstRow>,
    /// The twelve rows on which the paths in question incur the most cost.
    pub rests_on: Vec<WeakRow>,
}

/// One failure.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailedRow {
    /// Kind of gate.
    pub kind: &'static str,
    /// What fails and what follows.
    #[serde(flatten)]
    pub closure: ClosureRow,
}

/// Two failures at once.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PairRow {
    /// Kind and key of both.
    pub elements: [String; 2],
    /// Loss of both, currency a year.
    pub loss: f64,
    /// Loss of both less the loss of each alone.
    pub synergy: f64,
}

/// The worst failures together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WorstRow {
    /// Kind and key of each.
    pub elements: Vec<String>,
    /// Their loss, currency a year.
    pub loss: f64,
    /// No set of so many loses more; equal to `loss` where the search ended.
    pub at_most: f64,
    /// What a heuristic finds: the worst next one, then exchanges.
    pub heuristic: Vec<String>,
    /// Its loss.
    pub heuristic_loss: f64,
}

/// How many rows an answer lists that it rests on.
const RESTS_ON_MAX: usize = 12;

/// An answer in the study's keys.
pub fn answer_row(answer: &Answer) -> AnswerRow {
    let model = &answer.value.instance.model;
    let question = &answer.question;
    let mut row = AnswerRow {
        key: question.key.clone(),
        title: question.title.clone(),
        kind: kind(&question.ask).name(),
        scenario: question.scenario.clone().unwrap_or_else(|| "base".to_owned()),
        figures: answer.figures.iter().map(figure_row).collect(),
        relations: Vec::new(),
        refusals: Vec::new(),
        route: None,
        failures: Vec::new(),
        pairs: Vec::new(),
        worst: None,
        rests_on: rests_on(answer),
    };
    match &answer.outcome {
        Outcome::Depend(found) => row.relations = found.iter().map(|found| relation_row(model, found, None)).collect(),
        Outcome::Refusal(found) => row.refusals = found.iter().map(|found| refusal_row(model, found)).collect(),
        Outcome::Route(query, found) => row.route = Some(route_report(&answer.value.instance, query, found)),
        Outcome::Each(found) => {
            let failed = |(kind, found): &(ClosureKind, thalweg_engine::closures::Closure)| FailedRow {
                kind: kind.name(),
                closure: ClosureRow { subject: found.subject.clone(), change: loss_row(model, &found.change) },
            };
            row.failures = found.iter().map(failed).collect();
        }
        Outcome::Pairs(labels, found) => {
            let pair = |pair: &thalweg_engine::stress::pairs::Pair| PairRow {
                elements: pair.elements.map(|element| labels[element].clone()),
                loss: pair.loss,
                synergy: pair.synergy,
            };
            row.pairs = found.rows.iter().map(pair).collect();
        }
        Outcome::Worst(labels, found) => {
            let named = |elements: &[usize]| elements.iter().map(|element| labels[*element].clone()).collect();
            row.worst = Some(WorstRow {
                elements: named(&found.worst.elements),
                loss: found.worst.loss,
                at_most: found.at_most,
                heuristic: named(&found.greedy.elements),
                heuristic_loss: found.greedy.loss,
            });
        }
    }
    row
}

fn kind(ask: &Ask) -> QuestionKind {
    match ask {
        Ask::Depend(_) => QuestionKind::Depend,
        Ask::Refusal(_) => QuestionKind::Refusal,
        Ask::Route { .. } => QuestionKind::Route,
        Ask::Each { .. } => QuestionKind::Each,
        Ask::Pairs { .. } => QuestionKind::Pairs,
        Ask::Worst { .. } => QuestionKind::Worst,
    }
}

/// Shipments in question, and the arcs at which a path of theirs is in question.
type Scope = (Option<ActorId>, BTreeSet<usize>);

fn rests_on(answer: &Answer) -> Vec<WeakRow> {
    let instance = &answer.value.instance;
    let levers = |of: Option<ActorId>, by: ActorId, levers: &mut dyn Iterator<Item = Lever>| -> Scope {
        (of, levers.flat_map(|lever| lever_arcs(instance, by, lever).ones().collect::<Vec<_>>()).collect())
    };
    let gate = |label: &str| -> Option<Scope> {
        let (kind, subject) = label.split_once(' ')?;
        Some((None, arcs_of(instance, ClosureKind::parse(kind)?, subject).ones().collect()))
    };
    let scopes: Vec<Scope> = match &answer.outcome {
        Outcome::Depend(found) => found
            .iter()
            .map(|row| levers(row.relation.of, row.relation.by, &mut row.relation.levers.iter().copied()))
            .collect(),
        Outcome::Refusal(found) => {
            found.iter().map(|row| levers(Some(row.of), row.by, &mut std::iter::once(row.lever))).collect()
        }
        Outcome::Each(found) => {
            found.iter().map(|(kind, row)| (None, arcs_of(instance, *kind, &row.subject).ones().collect())).collect()
        }
        Outcome::Pairs(labels, found) => {
            found.rows.iter().flat_map(|row| row.elements).filter_map(|element| gate(&labels[element])).collect()
        }
        Outcome::Worst(labels, found) => {
            found.worst.elements.iter().filter_map(|element| gate(&labels[*element])).collect()
        }
        Outcome::Route(..) => Vec::new(),
    };
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
