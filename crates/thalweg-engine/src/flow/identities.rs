//! What must hold of every least-cost flow, checked from the answer alone.

use crate::flow::{Flow, Problem};

/// Relative error up to which two figures count as the same.
const SAME: f64 = 1e-8;

/// A statement about a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Shipped and unserved add up to the demand of the segment.
    Conservation {
        /// Index of the segment.
        segment: usize,
    },
    /// A group carries no more than its capacity, unless more has a price.
    Capacity {
        /// Index of the group.
        group: usize,
    },
    /// Paths, unserved demand and overflow cost the value.
    Accounting,
    /// Delivered prices times demands less the worth of the capacities is the value, within the
    /// gap of the certificate.
    StrongDuality,
}

/// An identity that does not hold, with its two sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Broken {
    /// The statement.
    pub identity: Identity,
    /// The side that was added up.
    pub found: f64,
    /// The side it should equal, or not exceed.
    pub expected: f64,
}

/// The first identity that the flow breaks.
pub fn broken(problem: &Problem, flow: &Flow) -> Option<Broken> {
    let mut shipped = flow.unserved.clone();
    let mut cost = 0.0;
    for path in &flow.paths {
        shipped[path.segment as usize] += path.flow;
        cost += path.flow * path.cost;
    }
    let volume = problem.segments.iter().map(|segment| segment.demand).fold(0.0, f64::max);
    for (segment, (&found, given)) in shipped.iter().zip(&problem.segments).enumerate() {
        if (found - given.demand).abs() > SAME * volume {
            let identity = Identity::Conservation { segment };
            return Some(Broken { identity, found, expected: given.demand });
        }
        cost += flow.unserved[segment] * given.unserved_cost;
    }
    for (group, (&found, given)) in flow.group_flow.iter().zip(&problem.groups).enumerate() {
        let above = (found - given.capacity).max(0.0);
        match given.overflow_price {
            Some(price) => cost += price * above,
            None if above > SAME * given.capacity.max(volume) => {
                let identity = Identity::Capacity { group };
                return Some(Broken { identity, found, expected: given.capacity });
            }
            None => {}
        }
    }
    let off = |found: f64, slip: f64| (found - flow.value).abs() > slip * flow.value.abs().max(SAME);
    if off(cost, SAME) {
        let identity = Identity::Accounting;
        return Some(Broken { identity, found: cost, expected: flow.value });
    }
    let prices = flow.delivered_price.iter().zip(&problem.segments);
    let paid: f64 = prices.map(|(price, segment)| price * segment.demand).sum();
    let prices = flow.group_price.iter().zip(&problem.groups);
    let worth: f64 = prices.map(|(price, group)| price * group.capacity).sum();
    let slip = SAME + flow.certificate.relative_gap;
    off(paid - worth, slip).then_some(Broken {
        identity: Identity::StrongDuality,
        found: paid - worth,
        expected: flow.value,
    })
}
