//! The one door to flows: least cost, user equilibrium, system optimum, or path-size logit on frozen path sets, under the study's capacities.
use crate::assignment::{Assignment, PathFlow, SegmentFlow};
use crate::capacitated::{Ground, PathChanges, StudyPricing, assignment_of};
use crate::congestion::{Goal, equilibrate};
use crate::constants::Constants;
use crate::contracts::settle;
use crate::descriptive::Choices;
use crate::flow::solver::Solver;
use crate::flow::{FlowError, Settings};
use crate::limits::Limits;
use crate::path_sets::PathSets;
use crate::remaining_costs::RemainingCosts;
use crate::watch::Watch;
use thalweg_network::instance::Instance;

/// How shipments choose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method<'a> {
    /// Each takes its cheapest path.
    LeastCost,
    /// User equilibrium or system optimum at the delays all cause together, where rows have a delay curve.
    Congested(Goal),
    /// Shares by path-size logit with the study's calibrated constants, scarce capacity priced.
    PathSizeLogit(&'a PathSets),
}

/// Assigns all demand of an instance.
pub fn assign(instance: &Instance, method: Method, watch: &dyn Watch) -> Result<Assignment, FlowError> {
    match method {
        Method::Congested(goal) => Ok(equilibrate(instance, goal, watch)?.assignment),
        Method::PathSizeLogit(sets) => describe(instance, sets, &Constants::of(instance), watch),
        Method::LeastCost => {
            let limits = Limits::of(instance);
            let changes = PathChanges::default();
            let remaining = RemainingCosts::of(instance);
            let pricing =
                StudyPricing::new(Ground { instance, limits: &limits, remaining: &remaining, proofs: &[] }, &changes);
            let problem = pricing.problem(instance.supply.unserved_cost_factor);
            let exact = Settings { relative_gap: 0.0, rounds_max: u32::MAX };
            let mut flow = Solver::new(&problem)?.solve(&pricing, &exact, watch)?;
            settle(instance, &limits, &mut flow);
            Ok(assignment_of(&pricing, &problem, &flow))
        }
    }
}

/// The descriptive program at given constants.
pub fn describe(
    instance: &Instance,
    sets: &PathSets,
    constants: &Constants,
    watch: &dyn Watch,
) -> Result<Assignment, FlowError> {
    let limits = Limits::of(instance);
    let changes = PathChanges::default();
    let remaining = RemainingCosts::of(instance);
    let pricing = StudyPricing::new(Ground { instance, limits: &limits, remaining: &remaining, proofs: &[] }, &changes);
    let choices = Choices::of((instance, &pricing), sets, constants);
    let mut dispersed = choices.solve(&choices.added(instance, constants), watch)?;
    settle(instance, &limits, &mut dispersed.flow);
    let mut assignment = assignment_of(&pricing, &choices.problem, &dispersed.flow);
    for (segment, row) in assignment.segments.iter_mut().enumerate() {
        row.paths.retain(|path| path.volume > 0.0);
        row.entropy = entropy(row, &sets.of_segment[segment], choices.dispersion[segment]);
    }
    Ok(assignment)
}

/// Sum of volume times log of share over path size, over dispersion.
fn entropy(row: &SegmentFlow, candidates: &[crate::path_sets::CandidatePath], dispersion: f64) -> f64 {
    let served = row.served();
    let term = |path: &PathFlow| {
        let size = candidates
            .iter()
            .find(|candidate| candidate.variant == path.variant && candidate.arcs == path.arcs)
            .map_or(1.0, |candidate| candidate.path_size);
        path.volume * (path.volume / served / size).ln() / dispersion
    };
    row.paths.iter().map(term).sum()
}
