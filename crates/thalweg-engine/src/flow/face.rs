//! How far a share can vary while the cost stays least: both ends of a linear figure over the optimal face.
//!
//! The cost is tilted by a small multiple of the figure, paths are priced under the tilt so that
//! no equally cheap one is missed, and the tilt is taken back until the cost proper is the least.

use crate::flow::solver::Solver;
use crate::flow::{Flow, FlowError, Pricing, Settings};
use crate::watch::Silent;

/// Which end of the figure is sought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lean {
    /// Paths cost more by the weight times their figure.
    Least,
    /// Paths cost more by the weight times what their figure lacks of [`Figure::most`].
    Most,
}

/// A figure that adds up over paths in proportion to flow, such as "touches this state".
pub trait Figure: Sync {
    /// A constant from which figures are subtracted when most is sought: one for a touch; zero
    /// will do where arcs stay dearer than nothing under the tilt.
    fn most(&self) -> f64;

    /// The figure of a unit on the path.
    fn of(&self, segment: u32, path: &[u32]) -> f64;

    /// The same network at tilted costs.
    fn tilted(&self, lean: Lean, weight: f64) -> Box<dyn Pricing + '_>;
}

/// Both ends of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The smallest over all least-cost flows.
    pub min: f64,
    /// The largest over all least-cost flows.
    pub max: f64,
    /// False when no tilt was found at which the cost stayed least: the ends are then those of
    /// flows within the last tilt of the least cost.
    pub exact: bool,
}

/// First tilt relative to the mean delivered price, and how often it is divided by sixteen.
const FIRST_TILT: f64 = 1.0 / 4096.0;
const TILTS: u32 = 5;
const SAME_COST: f64 = 1e-11;

/// The range of a figure over all flows that cost as little as `flow`, which `solver` has found.
pub fn range(solver: &Solver, flow: &Flow, figure: &dyn Figure) -> Result<Range, FlowError> {
    let (min, exact_min) = end(solver, flow, (figure, Lean::Least))?;
    let (max, exact_max) = end(solver, flow, (figure, Lean::Most))?;
    Ok(Range { min, max, exact: exact_min && exact_max })
}

fn end(solver: &Solver, flow: &Flow, (figure, lean): (&dyn Figure, Lean)) -> Result<(f64, bool), FlowError> {
    let shipped: f64 = flow.paths.iter().map(|path| path.flow).sum();
    let unserved: f64 = flow.unserved.iter().sum();
    let mut weight = FIRST_TILT * flow.value / (shipped + unserved).max(f64::MIN_POSITIVE);
    if weight == 0.0 {
        weight = FIRST_TILT;
    }
    let mut last = 0.0;
    for _ in 0..TILTS {
        let (amount, cost) = leant(solver, (figure, lean), weight)?;
        last = amount;
        if (cost - flow.value).abs() <= SAME_COST * flow.value.abs() {
            return Ok((amount, true));
        }
        weight /= 16.0;
    }
    Ok((last, false))
}

/// The figure and the cost proper of the flow that is cheapest at tilted costs.
fn leant(solver: &Solver, (figure, lean): (&dyn Figure, Lean), weight: f64) -> Result<(f64, f64), FlowError> {
    let mut solver = solver.clone();
    let bias = match lean {
        Lean::Least => 0.0,
        Lean::Most => weight * figure.most(),
    };
    for segment in 0..solver.segments() {
        solver.set_unserved_cost(segment, solver.unserved_cost(segment) + bias)?;
    }
    let pricing = figure.tilted(lean, weight);
    solver.refresh(pricing.as_ref())?;
    let exact = Settings { relative_gap: 0.0, rounds_max: u32::MAX };
    let flow = solver.solve(pricing.as_ref(), &exact, &Silent)?;
    let on_path = |path: &crate::flow::PathFlow| path.flow * figure.of(path.segment, &path.path);
    let amount: f64 = flow.paths.iter().map(on_path).sum();
    let shipped: f64 = flow.paths.iter().map(|path| path.flow).sum();
    let unserved: f64 = flow.unserved.iter().sum();
    let tilt = match lean {
        Lean::Least => weight * amount,
        Lean::Most => bias * (shipped + unserved) - weight * amount,
    };
    Ok((amount, flow.value - tilt))
}
