//! One question put to the analysis it names.
use super::works::mending;
use super::{Agreed, AtRisk, ByChance, Outcome};
use crate::brokerage::{material_brokers, pairs_without_a_direct_way, relational};
use crate::closures::closures;
use crate::consents::{project_consent, route_consent, undo};
use crate::dependence::{Dependence, RelationFilter, dependences, relations};
use crate::exposure::LEVERS;
use crate::gate_kinds::ClosureKind;
use crate::incidence::incidence;
use crate::kept::Nothing;
use crate::newcomer::{Question as Newness, limits_of, newcomer};
use crate::oracle::{Oracle, OracleError, Value};
use crate::power::{Table, power, strongest};
use crate::reach::reach;
use crate::refusal::{Refusal, RefusalFilter, refusals};
use crate::routes::{RouteQuery, routes};
use crate::state::{Denial, State};
use crate::stress::failing::{Failing, all_shut};
use crate::stress::hazards::{events_of, shutting};
use crate::stress::monte_carlo::{Plan, forecast};
use crate::stress::oracle_losses::OracleLosses;
use crate::stress::pairs::pairs;
use crate::stress::risk::{near_routes, risks};
use crate::stress::worst::{Budget, worst};
use crate::watch::Watch;
use std::sync::Arc;
use thalweg_model::mode::GateKind;
use thalweg_model::question::{Agreement, Ask, Between, PlacePair};
use thalweg_network::instance::Instance;

/// Whom to ask, in which state, and who watches.
pub(super) type Asking<'a> = (&'a Oracle, &'a State, &'a dyn Watch);

/// Sets a search for the worst works out at most; beyond, its answer is a bound.
const SETS_MAX: usize = 4000;

/// Answers what is asked.
pub(super) fn outcome(asking: Asking, ask: &Ask, value: &Arc<Value>) -> Result<Outcome, OracleError> {
    let (oracle, state, watch) = asking;
    Ok(match ask {
        Ask::Depend(between) => Outcome::Depend(depend(asking, between)?),
        Ask::Refusal(between) => Outcome::Refusal(refuse(asking, between)?),
        Ask::Route(pair) => {
            let query = query(&value.instance, pair);
            let found = routes(&value.instance, &query)?;
            Outcome::Route(query, Box::new(found))
        }
        Ask::Each { kinds, top } => each(asking, kinds, *top)?,
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
        Ask::Newcomer { between, project, .. } => size_of_newcomer(asking, between, project)?,
        Ask::Incidence { top } => {
            let mut found = incidence(oracle.value(&State::base(), watch)?.as_ref(), value)?;
            found.rows.truncate(*top);
            Outcome::Incidence(found)
        }
        Ask::Power { players, levers, top } => {
            let levers = if levers.is_empty() { LEVERS.to_vec() } else { levers.clone() };
            let mut players = players.clone();
            if players.is_empty() {
                players = strongest(oracle, state, (&levers, *top, &Nothing), watch)?;
            }
            players.sort_unstable();
            players.dedup();
            if players.len() < 2 {
                return Ok(Outcome::Nothing("Fewer than two players could stop anything."));
            }
            let table = Table { players, levers, blocs: None, orders: 0, seed: 0 };
            let found = power(oracle, state, (&table, &Nothing), watch)?;
            Outcome::Power(table, found)
        }
        Ask::Broker { top } => {
            let mut brokers = material_brokers(oracle, state, &Nothing, watch)?;
            brokers.truncate(*top);
            Outcome::Broker(brokers, relational(&value.instance), pairs_without_a_direct_way(value))
        }
        Ask::Repair(works) => Outcome::Repair(Box::new(mending(asking, works)?)),
        Ask::Consent(agreement) => consent(asking, agreement, value)?,
        Ask::Chance { draws, seed, .. } => by_chance(asking, *draws, *seed)?,
        Ask::Risk { within_km, .. } => at_risk(asking, *within_km)?,
        Ask::Reach { of } => {
            let mut found = reach(&value.instance)?;
            found.retain(|row| of.is_none_or(|of| row.state == of));
            Outcome::Reach(found)
        }
    })
}

/// The position of a scenario by name; questions are asked where every scenario they need is run.
pub(super) fn position(oracle: &Oracle, name: &str) -> usize {
    let found = oracle.scenarios().iter().position(|scenario| scenario.name == name);
    found.expect("a question is asked where every scenario it needs is there")
}

fn query(instance: &Instance, pair: &PlacePair) -> RouteQuery {
    let mut shipment = RouteQuery::shipment(instance, pair.from, pair.to, pair.commodity);
    shipment.shipper = pair.shipper.or(shipment.shipper);
    RouteQuery { from: pair.from, to: pair.to, shipment, modes: Vec::new(), avoid: Vec::new(), count: pair.count }
}

fn each((oracle, state, watch): Asking, kinds: &[GateKind], top: usize) -> Result<Outcome, OracleError> {
    let mut found = Vec::new();
    for kind in kinds.iter().copied().map(closure_kind) {
        found.extend(closures(oracle, state, kind, watch)?.into_iter().map(|row| (kind, row)));
    }
    found.retain(|(_, row)| row.change.loss > 0.0);
    found.sort_by(|one, other| other.1.change.loss.total_cmp(&one.1.change.loss));
    found.truncate(top);
    Ok(Outcome::Each(found))
}

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

fn depend((oracle, state, watch): Asking, between: &Between) -> Result<Vec<Dependence>, OracleError> {
    let filter = RelationFilter {
        by: between.by,
        of: between.of,
        levers: between.levers.iter().copied().collect(),
        commodity: between.commodity,
    };
    let wanted = relations(oracle, state, &filter)?;
    let mut found = dependences(oracle, state, (&wanted, &Nothing), watch)?;
    found.truncate(between.top);
    Ok(found)
}

fn refuse((oracle, state, watch): Asking, between: &Between) -> Result<Vec<Refusal>, OracleError> {
    let mut found = refusals(oracle, state, RefusalFilter { by: between.by, of: between.of }, watch)?;
    found.retain(|row| between.levers.is_empty() || between.levers.contains(&row.lever));
    found.truncate(between.top);
    Ok(found)
}

fn size_of_newcomer((oracle, state, watch): Asking, between: &Between, project: &str) -> Result<Outcome, OracleError> {
    let scenario = position(oracle, project);
    let limits = limits_of(oracle, state, scenario)?;
    let Some(by) = between.by.filter(|_| !limits.is_empty()) else {
        return Ok(Outcome::Nothing("Nothing that the scenario brings states a capacity."));
    };
    let levers = LEVERS.into_iter().filter(|lever| between.levers.is_empty() || between.levers.contains(lever));
    let denial = |lever| Denial::new(by, between.of, lever).of_commodity(between.commodity);
    let question = Newness { scenario, limits, refusal: levers.map(denial).collect() };
    let found = newcomer(oracle, state, (&question, &Nothing), watch)?;
    Ok(Outcome::Newcomer(question, found))
}

/// Levels of value at risk.
const LEVELS: [f64; 2] = [0.95, 0.99];

fn by_chance((oracle, state, watch): Asking, draws: usize, seed: u64) -> Result<Outcome, OracleError> {
    let instance = oracle.instance(&state.scenarios)?;
    let (elements, events) = events_of(&instance);
    if events.is_empty() {
        return Ok(Outcome::Nothing("No hazard of the study has a probability on this date."));
    }
    let causes = shutting(&instance).map(|hazard| hazard.cause).collect();
    let labels = elements.iter().map(|element| element.label.clone()).collect();
    let plan = Plan { events, draws, seed, levels: LEVELS.to_vec() };
    let forecast = forecast(&OracleLosses::new(oracle, state.clone(), elements), &plan, watch)?;
    Ok(Outcome::Chance(Box::new(ByChance { labels, causes, plan, forecast })))
}

fn at_risk((oracle, state, watch): Asking, within_km: f64) -> Result<Outcome, OracleError> {
    // Risks are put on the state asked for, so a scenario becomes the base.
    let instance = oracle.instance(&state.scenarios)?;
    let beside = (!state.scenarios.is_empty()).then(|| Oracle::new(instance.as_ref().clone(), Vec::new()));
    let oracle = beside.as_ref().unwrap_or(oracle);
    let before = oracle.value(&State::base(), watch)?;
    let (risks, near) = (risks(oracle, &Nothing, watch)?, near_routes(&before, within_km));
    if risks.together.is_none() && near.is_empty() {
        return Ok(Outcome::Nothing(
            "No hazard of the study has a premium or a spread on this date, and no route passes near a danger area.",
        ));
    }
    Ok(Outcome::Risk(Box::new(AtRisk { before, risks, near })))
}

fn consent((oracle, state, watch): Asking, agreement: &Agreement, value: &Arc<Value>) -> Result<Outcome, OracleError> {
    let agreed = match agreement {
        Agreement::Route(pair) => {
            let query = query(&value.instance, pair);
            let found = route_consent(oracle, state, (&query, &Nothing), watch)?;
            Agreed::Route(query, found)
        }
        Agreement::Project(name) => {
            let scenario = position(oracle, name);
            let found = project_consent(oracle, state, (scenario, &Nothing), watch)?;
            Agreed::Project(oracle.scenarios()[scenario].clone(), found)
        }
        Agreement::Undoing(asset) => Agreed::Undoing(undo(oracle, state, *asset, watch)?),
    };
    Ok(Outcome::Consent(Box::new(agreed)))
}
