//! The one door to values: the least-cost program over states, remembered, warm-started from the base.
use crate::assignment::Assignment;
use crate::capacitated::{PathChanges, StudyPricing, assignment_of};
use crate::contracts::settle;
use crate::flow::solver::Solver;
use crate::flow::{Certificate, Flow, FlowError, Problem, Settings, Solved};
use crate::limits::Limits;
use crate::prepared::{Prepared, Start};
use crate::state::State;
use crate::touches::touching;
use crate::watch::Watch;
use crate::welfare::{Welfare, total_welfare, welfare};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use thalweg_model::mode::Effect;
use thalweg_model::rule::Rule;
use thalweg_model::scenario::Scenario;
use thalweg_network::class::TooManyFlags;
use thalweg_network::instance::Instance;

/// What a state is worth.
#[derive(Debug, Clone)]
pub struct Value {
    /// The instance of the state's scenarios; denials and closures stand in the state.
    pub instance: Arc<Instance>,
    /// Limits that bound it.
    pub limits: Arc<Limits>,
    /// Cost of delivery and non-delivery, generalised, tolls included, study currency a year.
    pub value: f64,
    /// The program's prices and group flows; its paths stand in the assignment alone, as very many values are kept.
    pub flow: Flow,
    /// Its paths and what is unserved.
    pub assignment: Assignment,
    /// Units that touch the gates of the state's touch charge, by segment; empty without one.
    pub touching: Vec<f64>,
    /// Shadow prices: limits that have one only together, and its sum, study currency per base unit.
    pub bottlenecks: Vec<(Vec<usize>, f64)>,
    /// Welfare by actor; adds up to the total.
    pub welfare: Welfare,
}

impl Value {
    /// How good the solution is.
    pub fn certificate(&self) -> &Certificate {
        &self.flow.certificate
    }
}

/// Why a state has no value.
#[derive(Debug, Clone, PartialEq)]
pub enum OracleError {
    /// Its rules need too many history conditions.
    Flags(TooManyFlags),
    /// Its numbers make no program.
    Flow(FlowError),
    /// An identity that must hold does not: the named one, by this relative amount.
    Identity(&'static str, f64),
}

impl fmt::Display for OracleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OracleError::Flags(error) => error.fmt(f),
            OracleError::Flow(error) => error.fmt(f),
            OracleError::Identity(name, amount) => {
                write!(f, "the solution breaks an identity it must keep: {name}, by {amount:e} of the value")
            }
        }
    }
}

impl std::error::Error for OracleError {}

impl From<TooManyFlags> for OracleError {
    fn from(error: TooManyFlags) -> Self {
        OracleError::Flags(error)
    }
}

impl From<FlowError> for OracleError {
    fn from(error: FlowError) -> Self {
        OracleError::Flow(error)
    }
}

/// What the oracle has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// States asked for.
    pub asked: u64,
    /// States solved.
    pub solves: u64,
    /// Rounds of path generation over all solves.
    pub rounds: u64,
    /// Exchanges of a basis over all solves.
    pub pivots: u64,
}

/// Values of states of one base; shared by threads.
pub struct Oracle {
    base: Arc<Prepared>,
    scenarios: Vec<Scenario>,
    prepared: Mutex<BTreeMap<Vec<usize>, Arc<Prepared>>>,
    memo: Mutex<BTreeMap<State, Result<Arc<Value>, OracleError>>>,
    asked: AtomicU64,
    solves: AtomicU64,
    rounds: AtomicU64,
    pivots: AtomicU64,
}

/// Largest relative error an identity may show.
const IDENTITY_TOLERANCE: f64 = 1e-7;
const EXACT: Settings = Settings { relative_gap: 0.0, rounds_max: 500 };

impl Oracle {
    /// An oracle over a base and the scenarios its states may name.
    pub fn new(base: Instance, scenarios: Vec<Scenario>) -> Self {
        Self {
            base: Arc::new(Prepared::of(Arc::new(base), |_, _| true)),
            scenarios,
            prepared: Mutex::new(BTreeMap::new()),
            memo: Mutex::new(BTreeMap::new()),
            asked: AtomicU64::new(0),
            solves: AtomicU64::new(0),
            rounds: AtomicU64::new(0),
            pivots: AtomicU64::new(0),
        }
    }

    /// An oracle over the same base that remembers no value yet and whose states may name other scenarios; what it
    /// starts from is shared. A scenario that brings a supplier needs a base made with it.
    pub fn beside(&self, scenarios: Vec<Scenario>) -> Self {
        Self {
            base: self.base.clone(),
            scenarios,
            prepared: Mutex::default(),
            memo: Mutex::default(),
            asked: AtomicU64::new(0),
            solves: AtomicU64::new(0),
            rounds: AtomicU64::new(0),
            pivots: AtomicU64::new(0),
        }
    }

    /// The base state's instance.
    pub fn base(&self) -> &Instance {
        &self.base.instance
    }

    /// Scenarios states may name.
    pub fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    /// What has been done so far.
    pub fn counters(&self) -> Counters {
        Counters {
            asked: self.asked.load(Ordering::Relaxed),
            solves: self.solves.load(Ordering::Relaxed),
            rounds: self.rounds.load(Ordering::Relaxed),
            pivots: self.pivots.load(Ordering::Relaxed),
        }
    }

    /// The value of a state, solved when first asked for. A cancelled solve is not remembered.
    ///
    /// Nobody waits for another's solve: a solve spreads over the threads of the pool, and one that waited there for a
    /// state its own thread has begun would wait for ever. Two who ask at once both solve, and find the same.
    pub fn value(&self, state: &State, watch: &dyn Watch) -> Result<Arc<Value>, OracleError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let state = state.canonical();
        let known = self.memo.lock().unwrap_or_else(PoisonError::into_inner).get(&state).cloned();
        if let Some(known) = known {
            return known;
        }
        let (prepared, start) = self.started(&state.scenarios, watch)?;
        let value = self.solve((&state, &prepared), Some(&start), watch).map(Arc::new);
        let certificate = value.as_ref().map(|value| *value.certificate());
        if certificate.is_ok_and(|row| row.solved == Solved::Interrupted && row.rounds < EXACT.rounds_max) {
            return value;
        }
        self.memo.lock().unwrap_or_else(PoisonError::into_inner).entry(state).or_insert(value).clone()
    }

    /// The least cost of a state, study currency a year. What else is known of it is not kept, so very many states may be
    /// asked for.
    pub fn cost(&self, state: &State, watch: &dyn Watch) -> Result<f64, OracleError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let state = state.canonical();
        let known = self.memo.lock().unwrap_or_else(PoisonError::into_inner).get(&state).cloned();
        if let Some(known) = known {
            return known.map(|known| known.value);
        }
        let (prepared, start) = self.started(&state.scenarios, watch)?;
        let limits = limits_of(&state, &prepared);
        let changes = prepared.path_changes(&state);
        let pricing = StudyPricing::new(prepared.ground(&limits, &start.proofs), &changes);
        let factor = state.unserved_cost_factor() * prepared.instance.supply.unserved_cost_factor;
        let (_, mut flow) = self.flow((&pricing, &pricing.problem(factor)), Some(&start), watch)?;
        let gap = flow.certificate.relative_gap;
        if flow.certificate.solved != Solved::Interrupted && gap > IDENTITY_TOLERANCE {
            return Err(OracleError::Identity("the bound reaches the cost", gap));
        }
        drop(settle(&prepared.instance, &limits, &mut flow));
        Ok(flow.value)
    }

    /// The least-cost flow at the prices of the vertex found, and the solver that found it.
    fn flow(
        &self,
        (pricing, problem): (&StudyPricing, &Problem),
        start: Option<&Start>,
        watch: &dyn Watch,
    ) -> Result<(Solver, Flow), OracleError> {
        let mut solver = match start {
            Some(start) => started_from(&start.solver, problem, pricing)?,
            None => Solver::new(problem)?,
        };
        let flow = solver.solve(pricing, &EXACT, watch)?;
        self.solves.fetch_add(1, Ordering::Relaxed);
        self.rounds.fetch_add(u64::from(flow.certificate.rounds), Ordering::Relaxed);
        self.pivots.fetch_add(flow.certificate.pivots, Ordering::Relaxed);
        Ok((solver, flow))
    }

    /// The value of a state solved from nothing and not remembered: what `value` is held against.
    pub fn value_from_nothing(&self, state: &State, watch: &dyn Watch) -> Result<Value, OracleError> {
        let prepared = self.prepared(&state.scenarios)?;
        self.solve((&state.canonical(), &prepared), None, watch)
    }

    /// Lets a program of another kind ask a state's network for paths: `ask` is given the state's value and its pricing.
    pub fn with_paths<T>(
        &self,
        state: &State,
        watch: &dyn Watch,
        ask: impl FnOnce(&Value, &StudyPricing) -> Result<T, FlowError>,
    ) -> Result<T, OracleError> {
        let value = self.value(state, watch)?;
        let state = state.canonical();
        let prepared = self.prepared(&state.scenarios)?;
        let limits = limits_of(&state, &prepared);
        let changes = prepared.path_changes(&state);
        Ok(ask(&value, &StudyPricing::new(prepared.ground(&limits, &[]), &changes))?)
    }

    /// The instance after the state's scenarios; kept, as many states share it.
    pub fn instance(&self, scenarios: &[usize]) -> Result<Arc<Instance>, OracleError> {
        Ok(self.prepared(scenarios)?.instance.clone())
    }

    /// Lets go of what states of these scenarios would start from; values stay. It is made again when asked for.
    pub fn let_go(&self, scenarios: &[usize]) {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner).remove(scenarios);
    }

    fn prepared(&self, scenarios: &[usize]) -> Result<Arc<Prepared>, OracleError> {
        if scenarios.is_empty() {
            return Ok(self.base.clone());
        }
        let known = self.prepared.lock().unwrap_or_else(PoisonError::into_inner).get(scenarios).cloned();
        if let Some(prepared) = known {
            return Ok(prepared);
        }
        let mut instance = self.base().clone();
        for &scenario in scenarios {
            instance = instance.apply(&self.scenarios[scenario])?;
        }
        let prepared = Arc::new(Prepared::of(Arc::new(instance), |instance, limits| {
            limits.counts_as(&self.base.limits) && same_quotas(instance, self.base())
        }));
        let mut kept = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.entry(scenarios.to_vec()).or_insert(prepared).clone())
    }

    /// What states of these scenarios share, and where they start.
    pub(crate) fn started(
        &self,
        scenarios: &[usize],
        watch: &dyn Watch,
    ) -> Result<(Arc<Prepared>, Arc<Start>), OracleError> {
        let prepared = self.prepared(scenarios)?;
        let start = self.start(&prepared, watch)?;
        Ok((prepared, start))
    }

    /// Where all states of the same scenarios start: from their own solution without further changes, which starts from
    /// the base's. The state alone decides it, so no thread's luck does.
    fn start(&self, prepared: &Prepared, watch: &dyn Watch) -> Result<Arc<Start>, OracleError> {
        if let Some(start) = prepared.start.get() {
            return Ok(start.clone());
        }
        let changes = PathChanges::default();
        let pricing = StudyPricing::new(prepared.ground(&prepared.limits, &[]), &changes);
        let problem = pricing.problem(prepared.instance.supply.unserved_cost_factor);
        let is_base = std::ptr::eq(prepared, self.base.as_ref());
        let mut solver = if prepared.alike && !is_base {
            let base = self.start(&self.base, watch)?;
            started_from(&base.solver, &problem, &pricing)?
        } else {
            Solver::new(&problem)?
        };
        let mut flow = solver.solve(&pricing, &EXACT, watch)?;
        let at_vertex = solver.proof(&flow);
        let settled = solver.settle_prices(&pricing, &mut flow)?;
        drop(pricing);
        let start = Arc::new(Start { solver, proofs: at_vertex.into_iter().chain(settled).collect() });
        if watch.cancelled() {
            return Ok(start);
        }
        Ok(prepared.start.get_or_init(|| start).clone())
    }

    fn solve(
        &self,
        (state, prepared): (&State, &Prepared),
        start: Option<&Start>,
        watch: &dyn Watch,
    ) -> Result<Value, OracleError> {
        let instance = prepared.instance.clone();
        let limits = limits_of(state, prepared);
        let changes = prepared.path_changes(state);
        let proofs = start.map_or(&[][..], |start| &start.proofs);
        let pricing = StudyPricing::new(prepared.ground(&limits, proofs), &changes);
        let problem = pricing.problem(state.unserved_cost_factor() * instance.supply.unserved_cost_factor);
        let (mut solver, mut flow) = self.flow((&pricing, &problem), start, watch)?;
        if !watch.cancelled() {
            solver.settle_prices(&pricing, &mut flow)?;
        }
        if watch.cancelled() {
            flow.certificate.solved = Solved::Interrupted;
        }
        let settled = settle(&instance, &limits, &mut flow).map(Arc::new);
        let assignment = assignment_of(&pricing, &problem, &flow);
        flow.paths = Vec::new();
        let welfare = welfare(&instance, settled.as_ref().unwrap_or(&limits), &flow, &assignment);
        let bottlenecks = solver
            .bottlenecks(&flow)
            .into_iter()
            .map(|row| (row.groups.iter().map(|&group| group as usize).collect(), row.price))
            .collect();
        drop(pricing);
        let limits = settled.unwrap_or(limits);
        let touching = changes.touch.as_ref().map_or_else(Vec::new, |touch| touching(touch, &assignment));
        let value = Value { touching, value: flow.value, instance, limits, flow, assignment, bottlenecks, welfare };
        if value.certificate().solved != Solved::Interrupted {
            check_identities(&value)?;
        }
        Ok(value)
    }
}

/// Limits of a state: those of its scenarios, derated.
fn limits_of(state: &State, prepared: &Prepared) -> Arc<Limits> {
    let mut limits = prepared.limits.clone();
    if !state.derated.is_empty() {
        for limit in &mut Arc::make_mut(&mut limits).limits {
            if let Some(millionths) = state.derated.get(&limit.label) {
                limit.capacity *= f64::from(*millionths) / 1e6;
            }
        }
    }
    limits
}

/// A solver that knows another's paths and basis, for a problem with the same groups.
fn started_from(start: &Solver, problem: &Problem, pricing: &StudyPricing) -> Result<Solver, FlowError> {
    let mut solver = start.clone();
    for (group, row) in problem.groups.iter().enumerate() {
        solver.set_capacity(group, row.capacity)?;
    }
    for (segment, row) in problem.segments.iter().enumerate() {
        solver.set_demand(segment, row.demand)?;
        solver.set_unserved_cost(segment, row.unserved_cost)?;
    }
    solver.refresh(pricing)?;
    Ok(solver)
}

/// Whether two states have the same quotas, so that a path known in one uses the same limits in the other.
fn same_quotas(one: &Instance, other: &Instance) -> bool {
    let quotas = |instance: &'_ Instance| -> Vec<Rule> {
        let rules = instance.supply.rules.iter().map(|row| &row.rule);
        rules.filter(|rule| rule.effect == Effect::Quota).cloned().collect()
    };
    quotas(one) == quotas(other)
}

/// Strong duality and the accounting, `methods` 1.3 (1) and (2), on every solution.
fn check_identities(value: &Value) -> Result<(), OracleError> {
    let scale = value.value.abs().max(1.0);
    let paid: f64 = value
        .instance
        .demand
        .segments
        .iter()
        .zip(&value.flow.delivered_price)
        .map(|(row, price)| row.volume * price)
        .sum();
    let rents: f64 =
        value.limits.limits.iter().zip(&value.flow.group_price).map(|(limit, price)| limit.capacity * price).sum();
    let duality = (paid - rents - value.value).abs() / scale;
    if duality > IDENTITY_TOLERANCE {
        return Err(OracleError::Identity("payments less rents equal the cost", duality));
    }
    let total = total_welfare(&value.instance, &value.assignment);
    let accounting = (value.welfare.total() - total).abs() / scale.max(total.abs());
    if accounting > IDENTITY_TOLERANCE {
        return Err(OracleError::Identity("welfare by actor adds up to the total", accounting));
    }
    Ok(())
}
