//! The wire shape of a study's questions: each with its answer, its figures, and the rows they rest on.
use crate::wire::brokerage::{BrokersRow, brokers_row};
use crate::wire::commands::command_of;
use crate::wire::consents::{ProjectRow, RouteConsentRow, UndoneRow, project_row, route_row, undone_row};
use crate::wire::dependence::{RelationRow, relation_row};
use crate::wire::evidence::WeakRow;
use crate::wire::incidence::{IncidenceActorRow, incidence_rows};
use crate::wire::losses::{ClosureRow, RefusalRow, closure_row, refusal_row};
use crate::wire::newcomer::{NewcomerRow, newcomer_row};
use crate::wire::power::{PowerRow, power_row};
use crate::wire::repair::{MendingRow, mending_row};
use crate::wire::resting::rests_on;
use crate::wire::risk::{RisksRow, risks_row};
use crate::wire::run::{FigureRow, ReachRow, figure_row, reach_row};
use crate::wire::stress::{EventRow, ForecastRow, forecast_row};
use crate::wire::{brokerage, dependence, power, stakes};
use crate::wire_route::{RouteReport, route_report};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::questions::{Agreed, Answer, Outcome};
use thalweg_engine::questions::{AtRisk, ByChance};
use thalweg_model::question::Ask;

/// A question of the study with its answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AnswerRow {
    /// Key of the question.
    pub key: String,
    /// The question in words.
    pub title: String,
    /// Which of the lists below answers it.
    pub kind: &'static str,
    /// Topic it belongs to.
    pub topic: Option<String>,
    /// State it was asked in.
    pub scenario: String,
    /// The command that asks it by itself; null where only a run answers it.
    pub command: Option<String>,
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
    /// The cost of a refusal by the size of what is new.
    pub newcomer: Option<NewcomerRow>,
    /// Who pays and who earns, the greatest change first.
    pub incidence: Vec<IncidenceActorRow>,
    /// What players add to coalitions of the others.
    pub power: Option<PowerRow>,
    /// Who stands between states that do not meet directly.
    pub brokers: Option<BrokersRow>,
    /// The order of repair and opening.
    pub repair: Option<MendingRow>,
    /// Consent to a route.
    pub route_consent: Option<RouteConsentRow>,
    /// Consent to a project.
    pub project: Option<ProjectRow>,
    /// A shared asset undone.
    pub undone: Option<UndoneRow>,
    /// Reach between the parts of divided countries.
    pub reach: Vec<ReachRow>,
    /// A year by chance.
    pub chance: Option<ForecastRow>,
    /// What hazards cost while nothing happens, and routes near a danger area.
    pub risk: Option<RisksRow>,
    /// Why there is nothing to work out; null where there is.
    pub nothing: Option<&'static str>,
    /// What holds for every figure of the answer.
    pub caveats: Vec<&'static str>,
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

/// An answer in the study's keys.
pub fn answer_row(answer: &Answer) -> AnswerRow {
    let question = &answer.question;
    let mut row = AnswerRow {
        key: question.key.clone(),
        title: question.title.clone(),
        kind: question.ask.kind().name(),
        topic: question.topic.clone(),
        scenario: question.scenario.clone().unwrap_or_else(|| "base".to_owned()),
        command: command_of(&answer.value.instance.model, question),
        figures: answer.figures.iter().map(figure_row).collect(),
        relations: Vec::new(),
        refusals: Vec::new(),
        route: None,
        failures: Vec::new(),
        pairs: Vec::new(),
        worst: None,
        newcomer: None,
        incidence: Vec::new(),
        power: None,
        brokers: None,
        repair: None,
        route_consent: None,
        project: None,
        undone: None,
        reach: Vec::new(),
        chance: None,
        risk: None,
        nothing: None,
        caveats: caveats(&question.ask),
        rests_on: rests_on(answer),
    };
    fill(&mut row, answer);
    row
}

fn fill(row: &mut AnswerRow, answer: &Answer) {
    let model = &answer.value.instance.model;
    match &answer.outcome {
        Outcome::Depend(found) => row.relations = found.iter().map(|found| relation_row(model, found, None)).collect(),
        Outcome::Refusal(found) => row.refusals = found.iter().map(|found| refusal_row(model, found)).collect(),
        Outcome::Route(query, found) => row.route = Some(route_report(&answer.value.instance, query, found)),
        Outcome::Each(found) => {
            let failed = |(kind, found): &(ClosureKind, thalweg_engine::closures::Closure)| FailedRow {
                kind: kind.name(),
                closure: closure_row(model, found),
            };
            row.failures = found.iter().map(failed).collect();
        }
        Outcome::Pairs(labels, found) => row.pairs = found.rows.iter().map(|pair| pair_row(labels, pair)).collect(),
        Outcome::Worst(labels, found) => row.worst = Some(worst_row(labels, found)),
        Outcome::Newcomer(question, found) => {
            let Ask::Newcomer { project, annual_cost, .. } = &answer.question.ask else { return };
            row.newcomer = Some(newcomer_row(project, (question, found), *annual_cost));
        }
        Outcome::Incidence(found) => row.incidence = incidence_rows(model, found),
        Outcome::Power(table, found) => row.power = Some(power_row(model, table, found)),
        Outcome::Broker(found, relations, apart) => {
            row.brokers = Some(brokers_row(model, (found, relations.as_ref()), apart));
        }
        Outcome::Repair(found) => row.repair = Some(mending_row(found)),
        Outcome::Consent(agreed) => match agreed.as_ref() {
            Agreed::Route(query, found) => {
                let ends = [query.from, query.to].map(|node| model.nodes[node.index()].key.as_str());
                row.route_consent = Some(route_row(model, (ends[0], ends[1]), found));
            }
            Agreed::Project(scenario, found) => row.project = Some(project_row(model, scenario, found)),
            Agreed::Undoing(found) => row.undone = Some(undone_row(model, found)),
        },
        Outcome::Reach(found) => row.reach = found.iter().map(|found| reach_row(model, found)).collect(),
        Outcome::Chance(found) => row.chance = Some(chance_row(found, &answer.question.ask)),
        Outcome::Risk(found) => row.risk = Some(risk_row(found, &answer.question.ask)),
        Outcome::Nothing(why) => row.nothing = Some(why),
    }
}

fn pair_row(labels: &[String], pair: &thalweg_engine::stress::pairs::Pair) -> PairRow {
    PairRow { elements: pair.elements.map(|element| labels[element].clone()), loss: pair.loss, synergy: pair.synergy }
}

fn worst_row(labels: &[String], found: &thalweg_engine::stress::worst::Worst) -> WorstRow {
    let named = |elements: &[usize]| elements.iter().map(|element| labels[*element].clone()).collect();
    WorstRow {
        elements: named(&found.worst.elements),
        loss: found.worst.loss,
        at_most: found.at_most,
        heuristic: named(&found.greedy.elements),
        heuristic_loss: found.greedy.loss,
    }
}

/// A year by chance, the costliest events only.
fn chance_row(found: &ByChance, ask: &Ask) -> ForecastRow {
    let events = found.plan.events.iter().enumerate().map(|(position, event)| EventRow {
        element: found.labels[position].clone(),
        cause: found.causes[position].name().to_owned(),
        probability: event.probability,
        days_low: event.days.0,
        days_high: event.days.1,
        loss_if_alone: 0.0,
    });
    let mut row = forecast_row(found.plan.seed, &found.forecast, events.collect());
    if let Ask::Chance { top, .. } = ask {
        row.events.truncate(*top);
    }
    row
}

/// The costliest hazards and the nearest routes only.
fn risk_row(found: &AtRisk, ask: &Ask) -> RisksRow {
    let Ask::Risk { within_km, top } = ask else { return risks_row(&found.before, &found.risks, (0.0, &found.near)) };
    let mut row = risks_row(&found.before, &found.risks, (*within_km, &found.near));
    row.hazards.truncate(*top);
    row.near.truncate(*top);
    row
}

/// What is to be kept in mind with an answer.
fn caveats(ask: &Ask) -> Vec<&'static str> {
    match ask {
        Ask::Depend(_) => dependence::CAVEATS.to_vec(),
        Ask::Refusal(_) => stakes::CAVEATS.to_vec(),
        Ask::Newcomer { .. } => vec![
            "If refused for a whole year, at least cost. Nothing here says how likely a refusal is.",
            "Touch and concentration describe; they need not move when the cost of a refusal falls.",
        ],
        Ask::Incidence { .. } => {
            vec![
                "Rows add up to the welfare of all; prices are those of the least-cost program, and capacity rents \
                  follow them where a capacity binds.",
            ]
        }
        Ask::Power { .. } => power::CAVEATS.to_vec(),
        Ask::Broker { .. } => brokerage::CAVEATS.to_vec(),
        Ask::Repair(_) => vec![
            "One task at a time; each helps from the day it is done. Flows settle at least cost in every state on the way.",
            "What local acceptance, money or safety allow is not modelled: the order is what least cost alone says.",
        ],
        Ask::Consent(_) => vec![
            "Who can stop is read off the gates: territory, operator, side of a border, owner that can block, maker of a rule.",
            "What refusing costs each is a loss of modelled trade at least cost, not a forecast of what they will do.",
        ],
        Ask::Route(_) => vec!["One shipment at the prices of the tables; a full capacity is seen in flows, not here."],
        Ask::Each { .. } | Ask::Pairs { .. } | Ask::Worst { .. } => {
            vec!["If it happens for a whole year; nothing here says how likely it is."]
        }
        Ask::Chance { .. } => vec![
            "Probabilities and durations are those of the table of hazards; each happens at most once a year, on its own.",
            "Years with one or two events are exact; those with more are drawn, and figures that rest on them have an interval.",
        ],
        Ask::Risk { .. } => vec![
            "Premiums and spreads of the table of hazards, paid while nothing happens; shippers go round where that is cheaper.",
        ],
        Ask::Reach { .. } => {
            vec!["By one mode alone, under the rules of the date, for the first commodity that mode carries."]
        }
    }
}
