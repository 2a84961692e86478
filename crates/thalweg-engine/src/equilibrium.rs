//! Wardrop's equilibrium and the system optimum on congested networks, to a relative gap near rounding.
//!
//! Wardrop (1952); Beckmann, McGuire & Winsten (1956) for the objective; the algorithm is in `segments` and `balance`.

mod balance;
pub mod closures;
mod flows;
mod least_cost;
mod repair;
pub mod road_network;
mod search;
mod segments;
mod solver;
mod sum;
mod tree;
pub mod trip_table;
pub mod volume_delay;

use crate::watch::Watch;
use road_network::RoadNetwork;
use solver::{Solver, Stop};
use trip_table::TripTable;
use volume_delay::Pricing;

/// What is solved for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Every trip on a path that is shortest on the empty network.
    AllOrNothing,
    /// The least cost of the empty network's times under hard capacities: the exact program of `flow`.
    LeastCost {
        /// What a trip costs that finds no capacity.
        unserved_cost: f64,
        /// Rounds of shortest paths after which to stop anyway.
        iterations_max: u32,
    },
    /// No user can gain by changing the path (Wardrop's first principle).
    UserEquilibrium {
        /// (TSTT - SPTT) / TSTT at which to stop.
        relative_gap: f64,
        /// Rounds of shortest paths after which to stop anyway.
        iterations_max: u32,
    },
    /// The least total cost (Wardrop's second principle).
    SystemOptimum {
        /// The same gap, on marginal costs.
        relative_gap: f64,
        /// Rounds of shortest paths after which to stop anyway.
        iterations_max: u32,
    },
}

/// Flows with the figures that say how good they are.
#[derive(Clone, Debug)]
pub struct Equilibrium {
    /// Flow on every link, in the network's order.
    pub flow: Vec<f64>,
    /// What a user pays on every link at that flow.
    pub cost: Vec<f64>,
    /// (TSTT - SPTT) / TSTT, on the costs of the method.
    pub relative_gap: f64,
    /// Sum over links of the integral of the user's cost.
    pub beckmann: f64,
    /// Sum over links of flow times the user's cost.
    pub tstt: f64,
    /// Rounds of shortest paths.
    pub iterations: u32,
    /// Why the solve ended.
    pub ended: Ended,
    /// Trips that are on no link.
    pub left_out: LeftOut,
}

/// Why a solve ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The gap asked for is reached.
    Converged,
    /// The rounds allowed are used up.
    Iterations,
    /// The caller asked to stop; the best flows so far are given.
    Cancelled,
}

/// Trips that are on no link, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeftOut {
    /// Volume within zones.
    pub intrazonal: f64,
    /// Volume between zones that no path joins.
    pub unreachable: f64,
    /// How many pairs those are.
    pub unreachable_pairs: u64,
    /// Volume that found no capacity at less than its unserved cost; least cost alone leaves any.
    pub unserved: f64,
}

/// Solves the assignment. The trip table's zones are the network's: `trips.zones()` is at most its number of zones.
///
/// Threads of the current rayon pool are used; what is found does not depend on how many there are.
#[must_use]
pub fn solve(network: &RoadNetwork, trips: &TripTable, method: Method, watch: &dyn Watch) -> Equilibrium {
    let (zones, extent) = (trips.zones(), network.extent());
    assert!(zones <= extent.zones, "trips between {zones} zones on a network of {}", extent.zones);
    match method {
        Method::AllOrNothing => Solver::new(network, trips, Pricing::User).run(Stop::AT_ONCE, watch),
        Method::LeastCost { unserved_cost, iterations_max } => {
            least_cost::solve(network, trips, (unserved_cost, iterations_max), watch)
        }
        Method::UserEquilibrium { relative_gap, iterations_max } => {
            Solver::new(network, trips, Pricing::User).run(Stop { relative_gap, iterations_max }, watch)
        }
        Method::SystemOptimum { relative_gap, iterations_max } => {
            Solver::new(network, trips, Pricing::Marginal).run(Stop { relative_gap, iterations_max }, watch)
        }
    }
}
