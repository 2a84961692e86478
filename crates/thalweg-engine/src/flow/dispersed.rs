//! The dispersed program: path-size logit under capacities on a frozen path set.
//!
//! Fisk 1980, Transp. Res. B 14; Bell 1995, Transp. Res. B 29. The unit price of a segment is
//! the logsum over its paths, and demand goes unserved only where that price reaches the cost of
//! not being served. Solved by a primal-dual interior-point method on the group prices.

mod interior;

use crate::flow::{Certificate, Column, Flow, FlowError, PathFlow, Problem, Solved};
use crate::watch::Watch;
use interior::{Choice, Outcome, Point, Program};
use std::collections::BTreeSet;

/// A path with its share of a route: one when it overlaps no other.
#[derive(Clone, Debug, PartialEq)]
pub struct FrozenPath {
    /// The path.
    pub column: Column,
    /// Path size, above zero and at most one.
    pub path_size: f64,
}

/// The flow of the dispersed program.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispersed {
    /// Flows and prices; `value` is money only, the certificate's primal has the entropy as well.
    pub flow: Flow,
    /// Sum of flow times log of share over path size, over dispersion: no money.
    pub entropy: f64,
    /// The money spent exceeds that of the least-cost flow on the same paths by no more.
    pub excess_bound: f64,
}

/// Most interior-point steps for one set of watched groups.
const STEPS_MAX: u32 = 300;
/// Relative size of gap and residual at which the program counts as solved.
const ACCURACY: f64 = 1e-12;
/// Relative size at which rounding may be what keeps gap and residual from shrinking.
const ROUNDING: f64 = 1e-9;
/// Steps that do not halve gap and residual after which rounding is taken to be what stops them.
const VAIN_STEPS_MAX: u32 = 6;

/// Solves the program for one dispersion (per unit of cost) by segment.
///
/// Most capacities never bind, so prices are sought of those alone that the flow without prices exceeds; when the answer
/// exceeds others, of these too. Where no more is exceeded, it is the program's.
pub fn disperse(
    problem: &Problem,
    paths: &[FrozenPath],
    dispersion: &[f64],
    watch: &dyn Watch,
) -> Result<Dispersed, FlowError> {
    check(problem, paths, dispersion)?;
    let choices = Choice::all(problem, paths, dispersion);
    let mut answer = Answer {
        outcomes: choices.iter().map(Choice::uncharged).collect(),
        price: vec![0.0; problem.groups.len()],
        choices,
        problem,
    };
    let parts = parts(problem, &answer.choices);
    let mut watched = vec![false; problem.groups.len()];
    let mut steps = 0;
    let mut solved = Solved::SmoothDual;
    loop {
        let fresh = answer.watch_exceeded(&mut watched);
        let touched: BTreeSet<u32> = fresh.iter().map(|&group| parts[group]).collect();
        if touched.is_empty() || solved == Solved::Interrupted {
            break;
        }
        for part in touched {
            let groups = (0..watched.len()).filter(|&group| watched[group] && parts[group] == part).collect();
            let program = Program::new(problem, &answer.choices, groups);
            let mut point = Point::start(&program);
            let (ended, made) = approach(&program, &mut point, watch);
            steps += made;
            if ended == Solved::Interrupted {
                solved = ended;
            }
            for (at, row) in program.coupled.iter().enumerate() {
                answer.outcomes[row.position] = point.outcome(at);
            }
            for (group, price) in program.prices(&point) {
                answer.price[group] = price;
            }
        }
    }
    Ok(answer.dispersed(solved, steps))
}

/// By group a number that two groups share when some chain of choices joins them: prices of groups that none joins do
/// not bear on each other.
fn parts(problem: &Problem, choices: &[Choice<'_>]) -> Vec<u32> {
    let mut joined: Vec<u32> = (0..problem.groups.len() as u32).collect();
    let root = |joined: &mut [u32], mut group: u32| {
        while joined[group as usize] != group {
            let above = joined[joined[group as usize] as usize];
            joined[group as usize] = above;
            group = above;
        }
        group
    };
    for choice in choices {
        let mut first = None;
        for &(group, _) in choice.paths.iter().flat_map(|path| &path.column.usage) {
            let (one, other) = (root(&mut joined, *first.get_or_insert(group)), root(&mut joined, group));
            joined[one.max(other) as usize] = one.min(other);
        }
    }
    (0..joined.len() as u32).map(|group| root(&mut joined, group)).collect()
}

/// Steps until the program is solved, or no step can be made.
fn approach(program: &Program<'_>, point: &mut Point, watch: &dyn Watch) -> (Solved, u32) {
    let mut best = f64::INFINITY;
    let mut vain = 0;
    for steps in 0..STEPS_MAX {
        if watch.cancelled() {
            return (Solved::Interrupted, steps);
        }
        watch.progress(u64::from(steps), u64::from(STEPS_MAX), "interior-point steps");
        let measure = point.measure(program);
        vain = if measure < 0.5 * best { 0 } else { vain + 1 };
        best = best.min(measure);
        // Rounding may stop the steps before the accuracy asked for; the gap says how far.
        let stopped = best < ROUNDING && vain >= VAIN_STEPS_MAX;
        if measure < ACCURACY || stopped || !point.advance(program) {
            return (Solved::SmoothDual, steps);
        }
    }
    (Solved::Interrupted, STEPS_MAX)
}

fn check(problem: &Problem, paths: &[FrozenPath], dispersion: &[f64]) -> Result<(), FlowError> {
    super::solver::check(problem)?;
    assert_eq!(dispersion.len(), problem.segments.len(), "one dispersion per segment");
    for &value in dispersion {
        if !(value.is_finite() && value > 0.0) {
            return Err(FlowError::Dispersion { value });
        }
    }
    for path in paths {
        let column = &path.column;
        let groups = problem.groups.len();
        let sound = (column.segment as usize) < problem.segments.len()
            && column.cost.is_finite()
            && column.cost >= 0.0
            && path.path_size > 0.0
            && path.path_size.is_finite()
            && column.usage.iter().all(|&(group, weight)| (group as usize) < groups && weight > 0.0);
        if !sound {
            return Err(FlowError::Path { segment: column.segment });
        }
    }
    Ok(())
}

/// What becomes of each choice at the prices at hand.
struct Answer<'a> {
    problem: &'a Problem,
    choices: Vec<Choice<'a>>,
    outcomes: Vec<Outcome>,
    price: Vec<f64>,
}

impl Answer<'_> {
    /// Weighted flow of each group.
    fn group_flow(&self) -> Vec<f64> {
        let mut flow = vec![0.0; self.problem.groups.len()];
        for (choice, outcome) in self.choices.iter().zip(&self.outcomes) {
            for (path, share) in choice.paths.iter().zip(&outcome.shares) {
                for &(group, weight) in &path.column.usage {
                    flow[group as usize] += weight * outcome.shipped * share;
                }
            }
        }
        flow
    }

    /// Marks the groups whose capacity the flow exceeds, and returns those that were not marked before.
    fn watch_exceeded(&self, watched: &mut [bool]) -> Vec<usize> {
        let mut fresh = Vec::new();
        for (group, flow) in self.group_flow().into_iter().enumerate() {
            if flow > self.problem.groups[group].capacity * (1.0 + ACCURACY) && !watched[group] {
                watched[group] = true;
                fresh.push(group);
            }
        }
        fresh
    }

    fn dispersed(&self, solved: Solved, steps: u32) -> Dispersed {
        let (problem, prices) = (self.problem, &self.price);
        let mut unserved: Vec<f64> = problem.segments.iter().map(|segment| segment.demand).collect();
        let mut delivered: Vec<f64> = problem.segments.iter().map(|s| s.unserved_cost).collect();
        let (mut paths, mut entropy, mut excess_bound) = (Vec::new(), 0.0, 0.0);
        for (choice, outcome) in self.choices.iter().zip(&self.outcomes) {
            let segment = choice.segment;
            unserved[segment] = choice.demand - outcome.shipped;
            delivered[segment] = outcome.logsum.min(choice.unserved_cost);
            excess_bound += choice.demand * choice.spread() / choice.dispersion;
            for (path, &share) in choice.paths.iter().zip(&outcome.shares) {
                let flow = outcome.shipped * share;
                if share > 0.0 {
                    entropy += flow * (share / path.path_size).ln() / choice.dispersion;
                }
                paths.push(PathFlow {
                    segment: segment as u32,
                    flow,
                    cost: path.column.cost,
                    usage: path.column.usage.clone(),
                    path: path.column.path.clone(),
                });
            }
        }
        let group_flow = self.group_flow();
        let (spent, worth, violation) = settle(problem, (&group_flow, prices));
        let shipped: f64 = paths.iter().map(|path| path.flow * path.cost).sum();
        let segments = || problem.segments.iter();
        let given_up: f64 = segments().zip(&unserved).map(|(s, n)| n * s.unserved_cost).sum();
        let paid: f64 = segments().zip(&delivered).map(|(s, price)| price * s.demand).sum();
        let value = shipped + given_up + spent;
        let (primal, dual_bound) = (value + entropy, paid - worth);
        let certificate = Certificate {
            primal,
            dual_bound,
            relative_gap: (primal - dual_bound).abs() / primal.abs().max(f64::MIN_POSITIVE),
            capacity_violation_max: violation,
            columns: paths.len(),
            rounds: steps,
            pivots: 0,
            solved,
        };
        let flow = Flow {
            value,
            paths,
            group_flow,
            unserved,
            delivered_price: delivered,
            group_price: prices.clone(),
            certificate,
        };
        Dispersed { flow, entropy, excess_bound }
    }
}

/// Spent on overflow, worth of the capacities, and the largest relative excess over a capacity
/// that nothing may exceed.
fn settle(problem: &Problem, (group_flow, prices): (&[f64], &[f64])) -> (f64, f64, f64) {
    let (mut spent, mut worth, mut violation) = (0.0, 0.0, 0.0_f64);
    for ((group, &used), price) in problem.groups.iter().zip(group_flow).zip(prices) {
        let above = (used - group.capacity).max(0.0);
        match group.overflow_price {
            Some(price) => spent += price * above,
            None => violation = violation.max(above / group.capacity.max(f64::MIN_POSITIVE)),
        }
        worth += price * group.capacity;
    }
    (spent, worth, violation)
}
