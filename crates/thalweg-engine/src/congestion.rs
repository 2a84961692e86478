//! User equilibrium and system optimum of a study: rows with a delay curve take longer the fuller they are, all other
//! limits stay hard.
//!
//! Each curve is handed to the exact program as steps over a window around its volume, finer from round to round;
//! `docs/methods/congestion.md`.
use crate::assignment::Assignment;
use crate::capacitated::{Ground, PathChanges, StudyPricing, assignment_of};
use crate::contracts::settle;
use crate::delay_curves::{DelayCurve, Steps, Window, curves_in_force};
use crate::elements::limited_elements;
use crate::figures::{Figure, SYSTEM_OPTIMUM, Sums, USER_EQUILIBRIUM, figures};
use crate::flow::solver::Solver;
use crate::flow::{Ask, Flow, FlowError, Group, Pricing, Problem, Settings};
use crate::limits::Limits;
use crate::remaining_costs::RemainingCosts;
use crate::watch::Watch;
use std::sync::Arc;
use thalweg_network::instance::Instance;

/// What the flows settle at (Wardrop 1952).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Principle {
    /// Each shipment takes the way that is cheapest to itself.
    UserEquilibrium,
    /// Each takes the way that is cheapest to all of the study's shipments, as if it were charged for the delay of the
    /// others.
    SystemOptimum,
}

impl Principle {
    /// Both, the equilibrium first.
    pub const ALL: [Principle; 2] = [Principle::UserEquilibrium, Principle::SystemOptimum];

    /// Its name as a program of figures.
    pub fn program(self) -> &'static str {
        match self {
            Principle::UserEquilibrium => USER_EQUILIBRIUM,
            Principle::SystemOptimum => SYSTEM_OPTIMUM,
        }
    }
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// At what flows.
    pub principle: Principle,
    /// (cost - least cost at the delays found) / cost at which to stop.
    pub relative_gap: f64,
    /// Most rounds.
    pub rounds_max: u32,
}

impl Goal {
    /// What a report asks for: shares to about the sixth place.
    pub fn of_report(principle: Principle) -> Self {
        Self { principle, relative_gap: 1e-9, rounds_max: 60 }
    }
}

/// A study at user equilibrium or system optimum.
#[derive(Debug, Clone)]
pub struct Congested {
    /// Which of them.
    pub principle: Principle,
    /// The instance with the delays found on its arcs; its costs are what shipments pay.
    pub instance: Instance,
    /// Flows and costs at those delays; prices have what a system optimum would charge.
    pub assignment: Assignment,
    /// Rows with a curve, in the order of their tables.
    pub rows: Vec<CongestedRow>,
    /// (cost - least cost at these delays, charges and scarcity prices) / cost, charges included.
    pub relative_gap: f64,
    /// Programs solved.
    pub rounds: u32,
    /// Whether the gap asked for was reached.
    pub converged: bool,
}

/// A row with a delay curve at the equilibrium.
#[derive(Debug, Clone, PartialEq)]
pub struct CongestedRow {
    /// Kind and key.
    pub label: String,
    /// Volume with background over capacity.
    pub volume_over_capacity: f64,
    /// Time it takes longer than empty, h.
    pub delay_h: f64,
    /// What the delay of the others is worth that one base unit more causes, study currency; 0 at user equilibrium, where
    /// nobody answers for it.
    pub charge: f64,
    /// Unit of the charge.
    pub charge_unit: String,
}

/// Whether any row of the instance has a delay curve in force.
pub fn is_congestible(instance: &Instance) -> bool {
    let has_curve = limited_elements(instance).iter().any(|limited| limited.capacity.delay.is_some());
    has_curve && !curves_in_force(instance, &Limits::of(instance)).is_empty()
}

/// The flows of the goal's principle: at the delays that all cause together no shipment has a cheaper way, to itself or to all.
pub fn equilibrate(instance: &Instance, goal: Goal, watch: &dyn Watch) -> Result<Congested, FlowError> {
    let mut search = Rounds::new(instance, goal.principle);
    let mut best: Option<Congested> = None;
    for round in 1..=goal.rounds_max.max(1) {
        let mut found = search.round(watch)?;
        found.rounds = round;
        found.converged = found.relative_gap <= goal.relative_gap;
        let ended = found.converged || search.curves.is_empty() || watch.cancelled();
        if best.as_ref().is_none_or(|best| found.relative_gap < best.relative_gap) {
            best = Some(found);
        }
        if ended {
            break;
        }
    }
    Ok(best.expect("one round at least is run"))
}

/// Figures of the flows: those of any assignment, then delay, fullness and charge of each row, and the gap.
pub fn congestion_figures(found: &Congested) -> Vec<Figure> {
    let program = found.principle.program();
    let mut all = figures(&found.instance, &found.assignment, program);
    let mut add = |measure, rows: Vec<(String, &str, f64)>| {
        let mut sums = Sums::default();
        rows.into_iter().for_each(|(subject, unit, value)| sums.add(subject, unit, value));
        all.extend(sums.figures(measure, program));
    };
    add("delay", found.rows.iter().map(|row| (row.label.clone(), "h", row.delay_h)).collect());
    add(
        "volume_over_capacity",
        found.rows.iter().map(|row| (row.label.clone(), "1", row.volume_over_capacity)).collect(),
    );
    if found.principle == Principle::SystemOptimum {
        let rows = found.rows.iter().map(|row| (row.label.clone(), row.charge_unit.as_str(), row.charge));
        add("congestion_charge", rows.collect());
    }
    add("relative_gap", vec![("study".to_owned(), "1", found.relative_gap)]);
    all
}

/// The curves with their windows, round after round.
struct Rounds<'a> {
    principle: Principle,
    instance: &'a Instance,
    limits: Limits,
    /// Limits of the study; those after them are steps of curves.
    own_limits: usize,
    curves: Vec<DelayCurve>,
    windows: Vec<Window>,
}

impl<'a> Rounds<'a> {
    fn new(instance: &'a Instance, principle: Principle) -> Self {
        let mut limits = Limits::of(instance);
        let mut curves = curves_in_force(instance, &limits);
        if principle == Principle::SystemOptimum {
            curves.iter_mut().for_each(|curve| curve.charged = 1.0);
        }
        let own_limits = limits.limits.len();
        for curve in &curves {
            limits.repeat(curve.limit, Window::STEPS);
        }
        let windows = curves.iter().map(|curve| Window::up_to(curve.volume_max)).collect();
        Self { principle, instance, limits, own_limits, curves, windows }
    }

    /// One program at the present windows; afterwards the windows are narrower, or elsewhere.
    fn round(&mut self, watch: &dyn Watch) -> Result<Congested, FlowError> {
        let steps: Vec<Steps> =
            self.curves.iter().zip(&self.windows).map(|(curve, window)| window.steps(curve)).collect();
        let (flow, volumes) = {
            let state = anchored(self.instance, &self.curves, &steps);
            let remaining = RemainingCosts::of(&state);
            let changes = PathChanges::default();
            let pricing = StudyPricing::new(
                Ground { instance: &state, limits: &self.limits, remaining: &remaining, proofs: &[] },
                &changes,
            );
            let mut problem = pricing.problem(self.instance.supply.unserved_cost_factor);
            for (position, (curve, steps)) in self.curves.iter().zip(&steps).enumerate() {
                let first = self.own_limits + position * Window::STEPS;
                problem.groups[curve.limit as usize] = without_limit(curve);
                for (offset, (volume, rise_h)) in steps.rises.iter().enumerate() {
                    let overflow_price = Some(rise_h * curve.hour_price);
                    problem.groups[first + offset] = Group { capacity: *volume, overflow_price };
                }
            }
            let exact = Settings { relative_gap: 0.0, rounds_max: u32::MAX };
            let flow = Solver::new(&problem)?.solve(&pricing, &exact, watch)?;
            let volumes: Vec<f64> = self.curves.iter().map(|curve| volume_on(&flow, curve.limit)).collect();
            (flow, volumes)
        };
        if self.principle == Principle::SystemOptimum {
            for (curve, volume) in
                self.curves.iter_mut().zip(&volumes).filter(|(curve, volume)| **volume > 0.0 && curve.hour_price > 0.0)
            {
                curve.charged = worth_on(self.instance, &flow, curve.limit) / volume / curve.hour_price;
            }
        }
        let found = self.judge(flow, &volumes);
        for ((window, curve), volume) in self.windows.iter_mut().zip(&self.curves).zip(&volumes) {
            window.close_in_on(*volume, curve.hour_spread);
        }
        Ok(found)
    }

    /// What the flows cost at the delays they cause, against the least that the same trips could cost there.
    fn judge(&self, mut flow: Flow, volumes: &[f64]) -> Congested {
        let delays_h: Vec<f64> =
            self.curves.iter().zip(volumes).map(|(curve, volume)| curve.delay_h(*volume)).collect();
        let instance = delayed(self.instance, &self.curves, &delays_h);
        let charged = charged(&instance, &self.curves, volumes);
        let remaining = RemainingCosts::of(&charged);
        let changes = PathChanges::default();
        let ground = Ground { instance: &charged, limits: &self.limits, remaining: &remaining, proofs: &[] };
        let pricing = StudyPricing::new(ground, &changes);
        let problem = pricing.problem(instance.supply.unserved_cost_factor);
        for curve in &self.curves {
            flow.group_price[curve.limit as usize] = 0.0;
        }
        flow.group_price[self.own_limits..].fill(0.0);
        reprice(&pricing, &mut flow);
        flow.delivered_price = cheapest(&pricing, &problem, &flow.group_price);
        let relative_gap = gap(&problem, &flow);
        let free = Ground { instance: &instance, ..ground };
        let pricing = StudyPricing::new(free, &changes);
        reprice(&pricing, &mut flow);
        settle(&instance, &self.limits, &mut flow);
        let assignment = assignment_of(&pricing, &problem, &flow);
        drop(pricing);
        let row = |((curve, delay_h), volume): ((&DelayCurve, &f64), &f64)| CongestedRow {
            label: self.limits.limits[curve.limit as usize].label.clone(),
            volume_over_capacity: (volume_on(&flow, curve.limit) + curve.background) / curve.capacity,
            delay_h: *delay_h,
            charge: curve.charge_h(*volume) * curve.hour_price,
            charge_unit: format!("{}/{}", instance.model.head.currency, curve.dimension.base_unit().name()),
        };
        let rows = self.curves.iter().zip(&delays_h).zip(volumes).map(row).collect();
        let principle = self.principle;
        Congested { principle, instance, assignment, rows, relative_gap, rounds: 0, converged: false }
    }
}

fn reprice(pricing: &StudyPricing, flow: &mut Flow) {
    for path in &mut flow.paths {
        path.cost = pricing.reprice(path.segment, &path.path).expect("delays shut no path");
    }
}

/// The instance with what a unit of each class pays on a curve's arcs before the first rise: its own value of the delay
/// in the middle of the window and the charge there, less the rises that lead there. So everybody pays the true price in
/// the middle, and elsewhere in the window one that is wrong by the spread of values alone.
fn anchored(instance: &Instance, curves: &[DelayCurve], steps: &[Steps]) -> Instance {
    let mut state = instance.clone();
    for class in &mut Arc::make_mut(&mut state.classes).classes {
        let generalised = Arc::make_mut(&mut class.generalised);
        for (curve, steps) in curves.iter().zip(steps) {
            let base = instance.units.base_units(class.commodity, curve.dimension).unwrap_or(0.0);
            let rises = (steps.middle_h - steps.least_h - steps.middle_charge_h) * curve.hour_price * base;
            let own_h = steps.middle_h - steps.middle_charge_h;
            for arc in &curve.arcs {
                let cost = &mut generalised[*arc as usize];
                *cost = (*cost + class.value_of_time * own_h - rises).max(0.0);
            }
        }
    }
    state
}

/// The instance with each curve's arcs delayed by its hours.
fn delayed(instance: &Instance, curves: &[DelayCurve], hours: &[f64]) -> Instance {
    let mut state = instance.clone();
    for (curve, hours) in curves.iter().zip(hours) {
        for arc in &curve.arcs {
            state.supply.adjustments[*arc as usize].time_h += hours;
        }
    }
    state.classified().expect("delays add no rule to those that made classes before")
}

/// The instance with what each unit is charged on a curve's arcs for the delay of the others.
fn charged(instance: &Instance, curves: &[DelayCurve], volumes: &[f64]) -> Instance {
    let mut state = instance.clone();
    if curves.iter().all(|curve| curve.charged == 0.0) {
        return state;
    }
    for class in &mut Arc::make_mut(&mut state.classes).classes {
        let generalised = Arc::make_mut(&mut class.generalised);
        for (curve, volume) in curves.iter().zip(volumes) {
            let base = instance.units.base_units(class.commodity, curve.dimension).unwrap_or(0.0);
            let charge = curve.charge_h(*volume) * curve.hour_price * base;
            curve.arcs.iter().for_each(|arc| generalised[*arc as usize] += charge);
        }
    }
    state
}

/// A curve takes the place of the hard limit: no volume reaches this one.
fn without_limit(curve: &DelayCurve) -> Group {
    Group { capacity: 2.0 * curve.volume_max + 1.0, overflow_price: None }
}

fn volume_on(flow: &Flow, limit: u32) -> f64 {
    let used = |path: &crate::flow::PathFlow| {
        path.usage.iter().find(|(group, _)| *group == limit).map_or(0.0, |(_, weight)| weight * path.flow)
    };
    flow.paths.iter().map(used).sum()
}

/// What an hour is worth to all that is on a row together, study currency a year.
fn worth_on(instance: &Instance, flow: &Flow, limit: u32) -> f64 {
    let on_it = |path: &&crate::flow::PathFlow| path.usage.iter().any(|(group, _)| *group == limit);
    let worth = |path: &crate::flow::PathFlow| {
        let commodity = instance.demand.segments[path.segment as usize].commodity;
        path.flow * instance.model.commodities[commodity.index()].value_of_time.value
    };
    flow.paths.iter().filter(on_it).map(worth).sum()
}

/// Least price of each segment, at most its cost of not being served.
fn cheapest(pricing: &StudyPricing, problem: &Problem, group_price: &[f64]) -> Vec<f64> {
    let limit: Vec<f64> = problem.segments.iter().map(|row| row.unserved_cost).collect();
    let mut price = limit.clone();
    for batch in pricing.batches() {
        for offer in pricing.cheapest(Ask { group_price, limit: &limit }, batch) {
            price[offer.segment as usize] = offer.price.min(limit[offer.segment as usize]);
        }
    }
    price
}

/// Cost against the bound that the delivered and scarcity prices give for the same trips at the same delays.
fn gap(problem: &Problem, flow: &Flow) -> f64 {
    let delivered: f64 = flow.paths.iter().map(|path| path.flow * path.cost).sum();
    let not: f64 = flow.unserved.iter().zip(&problem.segments).map(|(volume, row)| volume * row.unserved_cost).sum();
    let paid: f64 = flow.delivered_price.iter().zip(&problem.segments).map(|(price, row)| price * row.demand).sum();
    let rents: f64 = flow.group_price.iter().zip(&problem.groups).map(|(price, group)| price * group.capacity).sum();
    let cost = delivered + not;
    if cost > 0.0 { ((cost - (paid - rents)) / cost).max(0.0) } else { 0.0 }
}
