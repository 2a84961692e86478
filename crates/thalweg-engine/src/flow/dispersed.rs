//! The dispersed program: path-size logit under capacities on a frozen path set.
//!
//! Fisk 1980, Transp. Res. B 14; Bell 1995, Transp. Res. B 29. The unit price of a segment is
//! the logsum over its paths, and demand goes unserved only where that price reaches the cost of
//! not being served. Solved by a primal-dual interior-point method on the group prices.

mod interior;

use crate::flow::{Certificate, Column, Flow, FlowError, PathFlow, Problem, Solved};
use crate::watch::Watch;
use interior::{Point, Program};

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

/// Most interior-point steps.
const STEPS_MAX: u32 = 300;
/// Relative size of gap and residual at which the program counts as solved.
const ACCURACY: f64 = 1e-12;

/// Solves the program for one dispersion (per unit of cost) by segment.
pub fn disperse(
    problem: &Problem,
    paths: &[FrozenPath],
    dispersion: &[f64],
    watch: &dyn Watch,
) -> Result<Dispersed, FlowError> {
    check(problem, paths, dispersion)?;
    let program = Program::new(problem, paths, dispersion);
    let mut point = Point::start(&program);
    let mut steps = 0;
    let mut solved = Solved::Interrupted;
    while steps < STEPS_MAX && !watch.cancelled() {
        if point.measure(&program) < ACCURACY {
            solved = Solved::SmoothDual;
            break;
        }
        if !point.advance(&program) {
            // Rounding stops the steps before the accuracy asked for; the gap says how far.
            solved = Solved::SmoothDual;
            break;
        }
        steps += 1;
        watch.progress(u64::from(steps), u64::from(STEPS_MAX), "interior-point steps");
    }
    Ok(answer(&program, &point, (solved, steps)))
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

fn answer(program: &Program<'_>, point: &Point, (solved, steps): (Solved, u32)) -> Dispersed {
    let problem = program.problem;
    let prices = &point.price;
    let mut unserved: Vec<f64> = problem.segments.iter().map(|segment| segment.demand).collect();
    let mut delivered: Vec<f64> = problem.segments.iter().map(|s| s.unserved_cost).collect();
    let mut group_flow = vec![0.0; problem.groups.len()];
    let (mut paths, mut entropy, mut excess_bound) = (Vec::new(), 0.0, 0.0);
    for (index, choice) in program.choices.iter().enumerate() {
        let segment = choice.segment;
        let shipped = point.shipped[index];
        unserved[segment] = choice.demand - shipped;
        delivered[segment] = point.logsum[index].min(choice.unserved_cost);
        excess_bound += choice.demand * choice.spread() / choice.dispersion;
        for (path, &share) in choice.paths.iter().zip(&point.shares[index]) {
            let flow = shipped * share;
            if share > 0.0 {
                entropy += flow * (share / path.path_size).ln() / choice.dispersion;
            }
            for &(group, weight) in &path.column.usage {
                group_flow[group as usize] += weight * flow;
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
    let (spent, worth, violation) = settle(problem, (&group_flow, prices));
    let shipped: f64 = paths.iter().map(|path| path.flow * path.cost).sum();
    let segments = || problem.segments.iter();
    let given_up: f64 = unserved.iter().zip(segments()).map(|(n, s)| n * s.unserved_cost).sum();
    let paid: f64 = delivered.iter().zip(segments()).map(|(price, s)| price * s.demand).sum();
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
