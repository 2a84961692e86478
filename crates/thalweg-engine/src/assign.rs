//! The one door to flows: least cost, user equilibrium, or path-size logit on frozen path sets, under the study's capacities.
use crate::assignment::{Assignment, PathFlow, SegmentFlow};
use crate::capacitated::{Ground, PathChanges, StudyPricing, assignment_of};
use crate::congestion::{Goal, equilibrate};
use crate::flow::dispersed::{FrozenPath, disperse};
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
    /// Nobody has a cheaper way at the delays all cause together, where rows have a delay curve.
    UserEquilibrium(Goal),
    /// Shares by path-size logit with each commodity's dispersion, scarce capacity priced.
    PathSizeLogit(&'a PathSets),
}

/// Dispersion of a commodity that states none, times its cost of not being served: the logit is then least cost to
/// within ln(paths) ten-thousandths of that cost a unit.
const SHARPEST: f64 = 1e4;

/// Assigns all demand of an instance.
pub fn assign(instance: &Instance, method: Method, watch: &dyn Watch) -> Result<Assignment, FlowError> {
    let limits = Limits::of(instance);
    let changes = PathChanges::default();
    let remaining = RemainingCosts::of(instance);
    let pricing = StudyPricing::new(Ground { instance, limits: &limits, remaining: &remaining, proofs: &[] }, &changes);
    let problem = pricing.problem(instance.supply.unserved_cost_factor);
    let sets = match method {
        Method::LeastCost => {
            let exact = Settings { relative_gap: 0.0, rounds_max: u32::MAX };
            let flow = Solver::new(&problem)?.solve(&pricing, &exact, watch)?;
            return Ok(assignment_of(&pricing, &problem, &flow));
        }
        Method::UserEquilibrium(goal) => return Ok(equilibrate(instance, goal, watch)?.assignment),
        Method::PathSizeLogit(sets) => sets,
    };
    let mut paths = Vec::new();
    for (segment, candidates) in (0u32..).zip(&sets.of_segment) {
        let open = candidates.iter().filter_map(|candidate| {
            let column = pricing.column(segment, candidate.variant, &candidate.arcs)?;
            Some(FrozenPath { column, path_size: candidate.path_size })
        });
        paths.extend(open);
    }
    let commodity = |segment: usize| &instance.model.commodities[instance.demand.segments[segment].commodity.index()];
    let dispersion: Vec<f64> = (0..problem.segments.len())
        .map(|segment| {
            let sharpest = SHARPEST / problem.segments[segment].unserved_cost.max(f64::MIN_POSITIVE);
            commodity(segment).dispersion.min(sharpest)
        })
        .collect();
    let dispersed = disperse(&problem, &paths, &dispersion, watch)?;
    let mut assignment = assignment_of(&pricing, &problem, &dispersed.flow);
    for (segment, row) in assignment.segments.iter_mut().enumerate() {
        row.paths.retain(|path| path.volume > 0.0);
        row.entropy = entropy(row, &sets.of_segment[segment], dispersion[segment]);
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
