//! The questions a study asks of every run, each answered by the analysis it names and read off as figures.
mod asked;
mod figures;
mod works;

use crate::brokerage::{Broker, Relations};
use crate::closures::Closure;
use crate::consents::{ProjectConsent, RouteConsent, Undoing};
use crate::dependence::Dependence;
use crate::figures::Figure;
use crate::gate_kinds::ClosureKind;
use crate::incidence::Incidence;
use crate::newcomer::{Newcomer, Question as Newness};
use crate::oracle::{Oracle, OracleError, Value};
use crate::power::{Power, Table};
use crate::reach::Reach;
use crate::refusal::Refusal;
use crate::routes::{RouteAnswer, RouteQuery};
use crate::state::State;
use crate::stress::monte_carlo::{Forecast, Plan};
use crate::stress::pairs::Pairs;
use crate::stress::risk::{NearRoute, Risks};
use crate::stress::worst::Worst;
use crate::watch::Watch;
use std::sync::Arc;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Cause;
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;

pub use asked::closure_kind;
pub use figures::relation_label;
pub use works::Mending;

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
    /// The cost of a refusal by the size of what is new.
    Newcomer(Newness, Newcomer),
    /// Who pays and who earns.
    Incidence(Incidence),
    /// The players at the table and their power.
    Power(Table, Power),
    /// Brokers of trade, the costliest first; the relations table described; pairs of states without a direct way.
    Broker(Vec<Broker>, Option<Relations>, Vec<(ActorId, ActorId)>),
    /// Orders of work.
    Repair(Box<Mending>),
    /// Consent.
    Consent(Box<Agreed>),
    /// Reach between the parts of divided countries.
    Reach(Vec<Reach>),
    /// A year by chance.
    Chance(Box<ByChance>),
    /// What hazards cost while nothing happens, and routes near a danger area.
    Risk(Box<AtRisk>),
    /// There is nothing to work out, for this reason.
    Nothing(&'static str),
}

/// A year of hazards by chance.
#[derive(Debug, Clone)]
pub struct ByChance {
    /// Labels of what may fail, by event.
    pub labels: Vec<String>,
    /// Causes, by event.
    pub causes: Vec<Cause>,
    /// What was drawn.
    pub plan: Plan,
    /// What it gives.
    pub forecast: Forecast,
}

/// What hazards cost while nothing happens.
#[derive(Debug, Clone)]
pub struct AtRisk {
    /// The instance without the risks.
    pub before: Arc<Value>,
    /// Burdens.
    pub risks: Risks,
    /// Routes near a danger area, the nearest first.
    pub near: Vec<NearRoute>,
}

/// Who has to agree.
#[derive(Debug, Clone)]
pub enum Agreed {
    /// To a route.
    Route(RouteQuery, RouteConsent),
    /// To what a scenario changes.
    Project(Scenario, ProjectConsent),
    /// To the end of a shared asset.
    Undoing(Undoing),
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
    let outcome = asked::outcome((oracle, &state, watch), &question.ask, &value)?;
    let figures = figures::figures(&value.instance, &outcome);
    Ok(Answer { question: question.clone(), value, outcome, figures })
}
