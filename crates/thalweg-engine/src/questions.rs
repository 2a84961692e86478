//! The questions a study asks of every run, each answered by the analysis it names and read off as figures.
use crate::closures::{Closure, closures};
use crate::dependence::{Dependence, RelationFilter, dependences, relations};
use crate::figures::{Figure, LEAST_COST, Sums};
use crate::gate_kinds::ClosureKind;
use crate::oracle::{Oracle, OracleError, Value};
use crate::refusal::{Refusal, RefusalFilter, refusals};
use crate::routes::{RouteAnswer, RouteQuery, routes};
use crate::state::State;
use crate::stress::failing::{Failing, all_shut};
use crate::stress::oracle_losses::OracleLosses;
use crate::stress::pairs::{Pairs, pairs};
use crate::stress::worst::{Budget, Worst, worst};
use crate::watch::Watch;
use std::sync::Arc;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::GateKind;
use thalweg_model::question::{Ask, Between, Question};
use thalweg_network::instance::Instance;

/// What the analysis found.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// Dependence curves, the costliest refusal first.
    Depend(Vec<Dependence>),
    /// Refusals, the greatest system loss first.
    Refusal(Vec<Refusal>),
    /// Routes, or openings, and consent.
    Route(RouteQuery, Box<RouteAnswer>),
    /// Failures one at a time, the costliest first.
    Each(Vec<(ClosureKind, Closure)>),
    /// Failures two at a time: labels of the elements, and the pairs.
    Pairs(Vec<String>, Pairs),
    /// The worst failures together: labels of the elements, and the set.
    Worst(Vec<String>, Worst),
}

/// A question with its answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// Least cost of the state it was asked in.
    pub value: Arc<Value>,
    /// What was found.
    pub outcome: Outcome,
    /// The same as figures, whose ranges come from draws.
    pub figures: Vec<Figure>,
}

/// Answers one question.
pub fn answer(oracle: &Oracle, question: &Question, watch: &dyn Watch) -> Result<Answer, OracleError> {
    let named = |name: &String| oracle.scenarios().iter().position(|scenario| &scenario.name == name);
    let state = question.scenario.as_ref().and_then(named).map_or_else(State::base, State::scenario);
    let value = oracle.value(&state, watch)?;
    let instance = &value.instance;
    let outcome = match &question.ask {
        Ask::Depend(between) => Outcome::Depend(depend(oracle, &state, between, watch)?),
        Ask::Refusal(between) => Outcome::Refusal(refuse(oracle, &state, between, watch)?),
        Ask::Route { from, to, commodity, shipper, count } => {
            let mut shipment = RouteQuery::shipment(instance, *from, *to, *commodity);
            shipment.shipper = shipper.or(shipment.shipper);
            let query =
                RouteQuery { from: *from, to: *to, shipment, modes: Vec::new(), avoid: Vec::new(), count: *count };
            let found = routes(instance, &query)?;
            Outcome::Route(query, Box::new(found))
        }
        Ask::Each { kinds, top } => {
            let mut found = Vec::new();
            for kind in kinds.iter().copied().map(closure_kind) {
                found.extend(closures(oracle, &state, kind, watch)?.into_iter().map(|row| (kind, row)));
            }
            found.retain(|(_, row)| row.change.loss > 0.0);
            found.sort_by(|one, other| other.1.change.loss.total_cmp(&one.1.change.loss));
            found.truncate(*top);
            Outcome::Each(found)
        }
        Ask::Pairs { kinds, top } => {
            let (labels, elements) = failing(oracle, kinds);
            let mut found = pairs(&OracleLosses::new(oracle, state.clone(), elements), Some(*top), watch)?;
            found.rows.truncate(*top);
            Outcome::Pairs(labels, found)
        }
        Ask::Worst { kinds, most } => {
            let (labels, elements) = failing(oracle, kinds);
            let budget = Budget { sets_max: Some(SETS_MAX), ..Budget::of_number(*most, elements.len()) };
            let found = worst(&OracleLosses::new(oracle, state.clone(), elements), &budget, watch)?;
            Outcome::Worst(labels, found)
        }
    };
    let figures = figures(instance, &outcome);
    Ok(Answer { question: question.clone(), value, outcome, figures })
}

/// Sets a search for the worst works out at most; beyond, its answer is a bound.
const SETS_MAX: usize = 4000;

/// What may fail, with labels.
fn failing(oracle: &Oracle, kinds: &[GateKind]) -> (Vec<String>, Vec<Failing>) {
    let kinds: Vec<ClosureKind> = kinds.iter().copied().map(closure_kind).collect();
    let elements = all_shut(oracle.base(), &kinds);
    (elements.iter().map(|element| element.label.clone()).collect(), elements)
}

/// The kind of closure a study's word means.
pub fn closure_kind(kind: GateKind) -> ClosureKind {
    match kind {
        GateKind::Territory => ClosureKind::Territory,
        GateKind::Operator => ClosureKind::Operator,
        GateKind::Owner => ClosureKind::Owner,
        GateKind::Passage => ClosureKind::Passage,
        GateKind::Terminal => ClosureKind::Terminal,
        GateKind::Crossing => ClosureKind::Crossing,
        GateKind::Link => ClosureKind::Link,
        GateKind::Corridor => ClosureKind::Corridor,
        GateKind::Supply => ClosureKind::Supply,
    }
}

fn depend(
    oracle: &Oracle,
    state: &State,
    between: &Between,
    watch: &dyn Watch,
) -> Result<Vec<Dependence>, OracleError> {
    let filter = RelationFilter {
        by: between.by,
        of: between.of,
        levers: between.levers.iter().copied().collect(),
        commodity: between.commodity,
    };
    let wanted = relations(oracle, state, &filter)?;
    let mut found = dependences(oracle, state, &wanted, watch)?;
    found.truncate(between.top);
    Ok(found)
}

fn refuse(oracle: &Oracle, state: &State, between: &Between, watch: &dyn Watch) -> Result<Vec<Refusal>, OracleError> {
    let mut found = refusals(oracle, state, RefusalFilter { by: between.by, of: between.of }, watch)?;
    found.retain(|row| between.levers.is_empty() || between.levers.contains(&row.lever));
    found.truncate(between.top);
    Ok(found)
}

/// What was found as figures; subjects are those of claims.
fn figures(instance: &Instance, outcome: &Outcome) -> Vec<Figure> {
    let model = &instance.model;
    let actor = |id: ActorId| model.actors[id.index()].key.as_str();
    let money = format!("{}/yr", model.head.currency);
    let mut rows: Vec<(&'static str, String, String, f64)> = Vec::new();
    let mut add = |measure: &'static str, subject: &str, unit: &str, value: f64| {
        rows.push((measure, subject.to_owned(), unit.to_owned(), value));
    };
    match outcome {
        Outcome::Depend(found) => {
            for row in found {
                let subject = relation_label(model, row);
                add("depend_exposure", &subject, "share", row.exposure());
                add("depend_indispensability", &subject, "share", row.indispensability());
                add("depend_refusal_loss", &subject, &money, row.refusal);
                if let Some(own) = row.own_loss {
                    add("depend_own_loss", &subject, &money, own);
                }
                if let Some((_, revenue)) = row.curve.extraction() {
                    add("depend_toll_revenue", &subject, &money, revenue);
                }
            }
        }
        Outcome::Refusal(found) => {
            for row in found {
                let subject = format!("{} {} {}", actor(row.by), actor(row.of), row.lever);
                add("refusal_harm", &subject, &money, row.harm_to_refused());
                add("refusal_self_cost", &subject, &money, row.self_cost());
                add("refusal_system_loss", &subject, &money, row.system_loss);
                add("refusal_room_for_coercion", &subject, &money, row.room_for_coercion());
            }
        }
        Outcome::Route(query, found) => {
            let commodity = &model.commodities[query.shipment.commodity.index()];
            let per_unit = format!("{}/{}", model.head.currency, commodity.unit);
            if let Some(best) = found.routes.first() {
                add("route_length", "cheapest", "km", best.totals.length_km);
                add("route_time", "cheapest", "h", best.totals.time_h);
                add("route_cost", "cheapest", &per_unit, best.totals.generalised());
            }
            if let Some(best) = found.openings.first() {
                add("opening_cost", "cheapest", &per_unit, best.path.cost);
            }
        }
        Outcome::Each(found) => {
            for (kind, row) in found {
                add("closure_loss", &format!("{} {}", kind.name(), row.subject), &money, row.change.loss);
            }
        }
        Outcome::Pairs(labels, found) => {
            for row in &found.rows {
                let subject = row.elements.map(|element| labels[element].as_str()).join(" and ");
                add("pair_loss", &subject, &money, row.loss);
                add("pair_synergy", &subject, &money, row.synergy);
            }
        }
        Outcome::Worst(_, found) => {
            add("worst_loss", "all", &money, found.worst.loss);
            add("worst_loss_at_most", "all", &money, found.at_most);
        }
    }
    let one = |(measure, subject, unit, value): (&'static str, String, String, f64)| {
        let mut sums = Sums::default();
        sums.add(subject, unit, value);
        sums.figures(measure, LEAST_COST).collect::<Vec<_>>()
    };
    rows.into_iter().flat_map(one).collect()
}

/// `KAZ RUS territory container`: beneficiary, actor, levers, commodity, as the subjects of exposures.
pub fn relation_label(model: &thalweg_model::model::Model, row: &Dependence) -> String {
    let relation = &row.relation;
    let actor = |id: ActorId| model.actors[id.index()].key.as_str();
    let levers: Vec<&str> = relation.levers.iter().map(|lever| lever.name()).collect();
    let commodity = relation.commodity.map_or("all", |id| model.commodities[id.index()].key.as_str());
    format!("{} {} {} {commodity}", relation.of.map_or("all", actor), actor(relation.by), levers.join("|"))
}
