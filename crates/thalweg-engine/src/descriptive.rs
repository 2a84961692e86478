//! The descriptive program of one instance: frozen paths, dispersions, and its solution with constants added to costs.
use crate::capacitated::StudyPricing;
use crate::constants::Constants;
use crate::flow::dispersed::{Dispersed, FrozenPath, disperse};
use crate::flow::{FlowError, Problem};
use crate::path_sets::PathSets;
use crate::watch::Watch;
use thalweg_model::ids::CommodityId;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcId;

/// Dispersion of a commodity that states none, times its cost of not being served: the logit is then least cost to
/// within ln(paths) ten-thousandths of that cost a unit.
const SHARPEST: f64 = 1e4;

/// Everything the dispersed program reads, constants apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Segments and limits.
    pub problem: Problem,
    /// Paths that are open, by segment.
    pub paths: Vec<FrozenPath>,
    /// Dispersion by segment, 1/(study currency per unit).
    pub dispersion: Vec<f64>,
}

impl Choices {
    /// Those of an instance on frozen path sets, at the dispersions of given constants.
    pub fn of((instance, pricing): (&Instance, &StudyPricing), sets: &PathSets, constants: &Constants) -> Self {
        let problem = pricing.problem(instance.supply.unserved_cost_factor);
        let mut paths = Vec::new();
        for (segment, candidates) in (0u32..).zip(&sets.of_segment) {
            let open = candidates.iter().filter_map(|candidate| {
                let column = pricing.column(segment, candidate.variant, &candidate.arcs)?;
                Some(FrozenPath { column, path_size: candidate.path_size })
            });
            paths.extend(open);
        }
        let segments = problem.segments.iter().zip(&instance.demand.segments);
        let dispersion = segments
            .map(|(segment, row)| {
                let sharpest = SHARPEST / segment.unserved_cost.max(f64::MIN_POSITIVE);
                constants.dispersion(row.commodity).min(sharpest)
            })
            .collect();
        Self { problem, paths, dispersion }
    }

    /// What the constants add to each path, study currency per commodity unit.
    pub fn added(&self, instance: &Instance, constants: &Constants) -> Vec<f64> {
        let added = |path: &FrozenPath| constants.added(instance, commodity_of(instance, path), &arcs_of_path(path));
        self.paths.iter().map(added).collect()
    }

    /// The program with an amount added to the cost of each path.
    ///
    /// Costs and value of the answer are money: the amounts are taken out again. Delivered prices keep them, and so do
    /// primal and bound of the certificate, whose difference is the gap.
    pub fn solve(&self, added: &[f64], watch: &dyn Watch) -> Result<Dispersed, FlowError> {
        let mut shift = vec![0.0_f64; self.problem.segments.len()];
        for (path, added) in self.paths.iter().zip(added) {
            let shift = &mut shift[path.column.segment as usize];
            *shift = shift.max(-(path.column.cost + added));
        }
        let mut problem = self.problem.clone();
        for (segment, shift) in problem.segments.iter_mut().zip(&shift) {
            segment.unserved_cost += shift;
        }
        let mut paths = self.paths.clone();
        for (path, added) in paths.iter_mut().zip(added) {
            path.column.cost += added + shift[path.column.segment as usize];
        }
        let mut answer = disperse(&problem, &paths, &self.dispersion, watch)?;
        let mut moved = 0.0;
        let mut taken_out = 0.0;
        for (segment, shift) in shift.iter().enumerate() {
            moved += shift * problem.segments[segment].demand;
            taken_out += shift * answer.flow.unserved[segment];
            answer.flow.delivered_price[segment] -= shift;
        }
        for (flow, position) in answer.flow.paths.iter_mut().zip(self.carrying()) {
            let extra = added[position] + shift[flow.segment as usize];
            flow.cost -= extra;
            taken_out += extra * flow.flow;
        }
        answer.flow.value -= taken_out;
        answer.flow.certificate.primal -= moved;
        answer.flow.certificate.dual_bound -= moved;
        Ok(answer)
    }

    /// Positions of the paths an answer lists, in its order: those of segments with demand.
    pub fn carrying(&self) -> impl Iterator<Item = usize> + '_ {
        let wanted = |path: &FrozenPath| self.problem.segments[path.column.segment as usize].demand > 0.0;
        (0..self.paths.len()).filter(move |&position| wanted(&self.paths[position]))
    }

    /// Flow on each path, in the order of the paths.
    pub fn flows(&self, answer: &Dispersed) -> Vec<f64> {
        let mut flows = vec![0.0; self.paths.len()];
        for (position, path) in self.carrying().zip(&answer.flow.paths) {
            flows[position] = path.flow;
        }
        flows
    }
}

/// What a frozen path carries.
pub fn commodity_of(instance: &Instance, path: &FrozenPath) -> CommodityId {
    instance.demand.segments[path.column.segment as usize].commodity
}

/// The arcs of a frozen path.
pub fn arcs_of_path(path: &FrozenPath) -> Vec<ArcId> {
    path.column.path.iter().skip(1).map(|&arc| ArcId(arc)).collect()
}
