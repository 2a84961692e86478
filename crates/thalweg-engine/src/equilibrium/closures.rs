//! Every single link taken out in turn: at fixed costs, and under equilibrium.

use super::repair::{Loss, Rooted};
use super::road_network::RoadNetwork;
use super::solver::{Solver, Stop};
use super::trip_table::TripTable;
use super::volume_delay::Pricing;
use super::{Equilibrium, LeftOut};
use crate::watch::{Silent, Watch};
use rayon::prelude::*;

/// Origins that share a tree's room; the blocks, and so the order of all sums, do not depend on threads.
const ORIGINS_PER_BLOCK: usize = 8;

/// What closing a link does where costs do not depend on flow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FixedClosure {
    /// Rise of volume times cost, over the pairs that still have a path.
    pub cost_change: f64,
    /// Volume that loses every path; it is in no cost.
    pub unreachable: f64,
    /// Pairs that lose every path.
    pub unreachable_pairs: u64,
}

/// What closing a link does once users have found their new paths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquilibriumClosure {
    /// The link closed.
    pub link: u32,
    /// Total cost at the equilibrium without the link.
    pub tstt: f64,
    /// That minus the total cost with it; below zero where Braess' paradox holds.
    pub tstt_change: f64,
    /// Beckmann's objective without the link.
    pub beckmann: f64,
    /// (TSTT - SPTT) / TSTT reached.
    pub relative_gap: f64,
    /// Rounds of shortest paths from the flows with the link.
    pub iterations: u32,
    /// Trips without a path, those that had none before included.
    pub left_out: LeftOut,
}

/// For every link, what its closure costs all trips at the given link costs; in the network's order.
#[must_use]
pub fn close_at_fixed_cost(
    network: &RoadNetwork,
    trips: &TripTable,
    cost: &[f64],
    watch: &dyn Watch,
) -> Vec<FixedClosure> {
    assert_eq!(cost.len(), network.links().len(), "one cost for each link");
    let origins = trips.origins();
    let blocks: Vec<Vec<Loss>> = origins
        .par_chunks(ORIGINS_PER_BLOCK)
        .enumerate()
        .map(|(block, origins)| {
            let mut rooted = Rooted::new(network, cost);
            let mut losses = Vec::new();
            for (offset, origin) in origins.iter().enumerate().filter(|_| !watch.cancelled()) {
                losses.append(&mut rooted.losses(*origin, trips.ends(block * ORIGINS_PER_BLOCK + offset)));
            }
            losses
        })
        .collect();
    let mut closures = vec![FixedClosure::default(); network.links().len()];
    for loss in blocks.into_iter().flatten() {
        let closure = &mut closures[loss.link as usize];
        closure.cost_change += loss.cost;
        closure.unreachable += loss.unreachable;
        closure.unreachable_pairs += loss.unreachable_pairs;
    }
    closures
}

/// The user equilibrium, and that without each of `links`, from its flows onwards.
#[must_use]
pub fn close_under_equilibrium(
    network: &RoadNetwork,
    trips: &TripTable,
    links: &[u32],
    (relative_gap, iterations_max): (f64, u32),
    watch: &dyn Watch,
) -> (Equilibrium, Vec<EquilibriumClosure>) {
    let stop = Stop { relative_gap, iterations_max };
    let mut solver = Solver::new(network, trips, Pricing::User);
    let base = solver.run(stop, watch);
    let total = links.len() as u64;
    let done = std::sync::atomic::AtomicU64::new(0);
    let closures = links
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|&link| {
            let without = network.without_link(link);
            let mut closed = solver.without(&without, link);
            let found = closed.run(stop, &Silent);
            watch.progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, total, "closures");
            EquilibriumClosure {
                link,
                tstt: found.tstt,
                tstt_change: found.tstt - base.tstt,
                beckmann: found.beckmann,
                relative_gap: found.relative_gap,
                iterations: found.iterations,
                left_out: found.left_out,
            }
        })
        .collect();
    (base, closures)
}
