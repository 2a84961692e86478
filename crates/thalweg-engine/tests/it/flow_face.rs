//! The range of a share over all least-cost flows.

use thalweg_engine::flow::Pricing;
use thalweg_engine::flow::face::{Figure, Lean, range};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::watch::Silent;

use crate::flow_oracle::{Random, brute_force, pricing, random};
use crate::flow_sioux_falls::EXACT;

/// Flow on one arc.
struct OnArc<'a> {
    case: &'a Random,
    arc: usize,
}

impl Figure for OnArc<'_> {
    fn most(&self) -> f64 {
        0.0
    }

    fn of(&self, _segment: u32, path: &[u32]) -> f64 {
        path.iter().filter(|&&arc| arc as usize == self.arc).count() as f64
    }

    fn tilted(&self, lean: Lean, weight: f64) -> Box<dyn Pricing + '_> {
        let sign = if lean == Lean::Least { 1.0 } else { -1.0 };
        let mut tilted = pricing(self.case);
        tilted.set_cost(0, self.arc, self.case.cost[self.arc] + sign * weight);
        Box::new(tilted)
    }
}

#[test]
fn the_range_of_an_arc_flow_is_the_slope_of_the_least_cost_in_the_arcs_cost_on_either_side() {
    let mut wide = 0;
    for seed in 0..300 {
        let mut case = random(seed);
        let mut solver = Solver::new(&case.problem).unwrap();
        let flow = solver.solve(&pricing(&case), &EXACT, &Silent).unwrap();
        let found = range(&solver, &flow, &OnArc { case: &case, arc: 0 }).unwrap();
        let (cost, step) = (case.cost[0], 1e-4);
        let mut slope = |sign: f64| {
            case.cost[0] = cost + sign * step;
            let moved = brute_force(&case);
            case.cost[0] = cost;
            (moved - flow.value) / (sign * step)
        };
        let (least, most) = (slope(1.0), slope(-1.0));
        assert!(found.exact, "seed {seed}");
        assert!((found.min - least).abs() < 1e-4, "seed {seed}: {found:?}, {least} to {most}");
        assert!((found.max - most).abs() < 1e-4, "seed {seed}: {found:?}, {least} to {most}");
        assert!(found.min <= found.max + 1e-9);
        wide += usize::from(found.max > found.min + 1e-6);
    }
    assert!(wide > 8, "only {wide} networks had a range");
}
