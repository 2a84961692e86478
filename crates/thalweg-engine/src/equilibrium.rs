//! Wardrop's equilibrium and the system optimum on congested networks, to a relative gap near rounding.

mod balance;
mod flows;
pub mod road_network;
mod search;
mod segments;
mod tree;
pub mod trip_table;
pub mod volume_delay;

use crate::watch::Watch;
use balance::Balance;
use flows::Flows;
use road_network::RoadNetwork;
use search::Search;
use tree::Tree;
use trip_table::TripTable;
use volume_delay::Pricing;

/// What is solved for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// Every trip on a path that is shortest on the empty network.
    AllOrNothing,
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
}

/// Solves the assignment.
#[must_use]
pub fn solve(network: &RoadNetwork, trips: &TripTable, method: Method, watch: &dyn Watch) -> Equilibrium {
    match method {
        Method::AllOrNothing => equilibrate(network, trips, Pricing::User, (f64::INFINITY, 1), watch),
        Method::UserEquilibrium { relative_gap, iterations_max } => {
            equilibrate(network, trips, Pricing::User, (relative_gap, iterations_max), watch)
        }
        Method::SystemOptimum { relative_gap, iterations_max } => {
            equilibrate(network, trips, Pricing::Marginal, (relative_gap, iterations_max), watch)
        }
    }
}

fn equilibrate(
    network: &RoadNetwork,
    trips: &TripTable,
    pricing: Pricing,
    (target, iterations_max): (f64, u32),
    watch: &dyn Watch,
) -> Equilibrium {
    let mut left_out = LeftOut { intrazonal: trips.intrazonal(), ..LeftOut::default() };
    let mut tree = Tree::new(network.extent().nodes);
    let mut balance = Balance::new(network, Flows::new(network, trips.origins().len(), pricing));
    let free: Vec<f64> = balance.flows.links().iter().map(|state| state.cost).collect();
    let t = std::time::Instant::now();
    let mut search = Search::new(network);
    let dbg = std::env::var("DBG").is_ok();
    if dbg { eprintln!("contract {:.4}", t.elapsed().as_secs_f64()); }
    search.customise(&free);
    if dbg { eprintln!("customised {:.4}", t.elapsed().as_secs_f64()); }
    search.for_each(network, &free, trips.origins(), |row, lane| {
        tree.plant(lane.origin);
        let reached = tree.reach(&lane, trips.ends(row));
        left_out.unreachable += reached.unreachable;
        left_out.unreachable_pairs += reached.unreachable_pairs;
        let flows = &mut balance.flows;
        tree.load(&lane, trips.ends(row), |link, volume| flows.add_to_row(row as u32, link, volume));
    });
    if dbg { eprintln!("init {:.4}", t.elapsed().as_secs_f64()); }
    let mut iteration = 0;
    loop {
        iteration += 1;
        balance.flows.total_rows();
        let flow: Vec<f64> = balance.flows.links().iter().map(|state| state.flow).collect();
        let cost: Vec<f64> = balance.flows.links().iter().map(|state| state.cost).collect();
        let total: f64 = flow.iter().zip(&cost).map(|(flow, cost)| flow * cost).sum();
        let mut shortest = 0.0;
        let t = std::time::Instant::now();
        search.customise(&cost);
        let tg = t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        let mut tr = 0.0;
        search.for_each(network, &cost, trips.origins(), |row, lane| {
            let t = std::time::Instant::now();
            tree.plant(lane.origin);
            shortest += tree.reach(&lane, trips.ends(row)).cost;
            balance.relieve(&lane, &mut tree, row as u32);
            tr += t.elapsed().as_secs_f64();
        });
        let tall = t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        let gap = if total > 0.0 { (total - shortest) / total } else { 0.0 };
        watch.progress(u64::from(iteration), u64::from(iterations_max), "rounds of shortest paths");
        if std::env::var("DBG").is_ok() { eprintln!("{iteration} gap {gap:.3e} pairs {}", balance.segments.len()); }
        let ended = if gap <= target {
            Some(Ended::Converged)
        } else if watch.cancelled() {
            Some(Ended::Cancelled)
        } else if iteration >= iterations_max {
            Some(Ended::Iterations)
        } else {
            None
        };
        if let Some(ended) = ended {
            return finish(network, flow, gap, iteration, (ended, left_out));
        }
        let ns: f64 = std::env::var("NS").map_or(2.5, |v| v.parse().unwrap());
        balance.sweep((3.0 - ns*gap.log10()).clamp(3.0, 30.0) as u32);
        let nsw=0;
        let tsw = t.elapsed().as_secs_f64();
        let t = std::time::Instant::now();
        balance.forget_idle();
        if std::env::var("DBG").is_ok() { eprintln!("     customise {tg:.4} sweep {tall:.4} relieve {tr:.4} sweeps {nsw} {tsw:.4} forget {:.4}", t.elapsed().as_secs_f64()); }
    }
}

fn finish(
    network: &RoadNetwork,
    flow: Vec<f64>,
    relative_gap: f64,
    iterations: u32,
    (ended, left_out): (Ended, LeftOut),
) -> Equilibrium {
    let delays: Vec<_> = network.links().iter().map(|link| link.delay.delay(link.fixed_cost)).collect();
    let cost: Vec<f64> = delays.iter().zip(&flow).map(|(delay, flow)| delay.cost(*flow)).collect();
    let beckmann = delays.iter().zip(&flow).map(|(delay, flow)| delay.integral(*flow)).sum();
    let tstt = flow.iter().zip(&cost).map(|(flow, cost)| flow * cost).sum();
    Equilibrium { flow, cost, relative_gap, beckmann, tstt, iterations, ended, left_out }
}
