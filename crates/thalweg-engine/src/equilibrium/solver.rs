//! The rounds of a solve: search all origins, relieve what they use off their trees, then balance the pairs found.

use super::balance::Balance;
use super::flows::Flows;
use super::road_network::RoadNetwork;
use super::search::Search;
use super::sum::Sum;
use super::tree::Tree;
use super::trip_table::TripTable;
use super::volume_delay::{Delay, Pricing};
use super::{Ended, Equilibrium, LeftOut};
use crate::watch::Watch;

/// Rounds of balancing between two searches: this many, and so many more for each decimal place of the gap. Early
/// pairs are soon replaced by better ones; late ones are kept, and only balancing brings the gap down.
const BALANCE_ROUNDS: f64 = 3.0;
const BALANCE_ROUNDS_PER_PLACE: f64 = 4.0;
const BALANCE_ROUNDS_MAX: f64 = 40.0;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stop {
    pub(crate) relative_gap: f64,
    pub(crate) iterations_max: u32,
}

impl Stop {
    /// After the first flows, whatever their gap.
    pub(crate) const AT_ONCE: Stop = Stop { relative_gap: f64::INFINITY, iterations_max: 1 };
}

/// A solve that can be run on from where it is.
#[derive(Debug)]
pub(crate) struct Solver<'a> {
    network: &'a RoadNetwork,
    trips: &'a TripTable,
    search: Search,
    tree: Tree,
    pub(crate) balance: Balance,
    left_out: LeftOut,
}

/// Flows at the beginning of a round, and what the round's searches say of them.
struct Judged {
    flow: Vec<f64>,
    relative_gap: f64,
}

impl<'a> Solver<'a> {
    /// Begins with all trips on paths that are shortest on the empty network.
    pub(crate) fn new(network: &'a RoadNetwork, trips: &'a TripTable, pricing: Pricing) -> Solver<'a> {
        let mut solver = Solver {
            network,
            trips,
            search: Search::new(network),
            tree: Tree::new(network.extent().nodes),
            balance: Balance::new(network, Flows::new(network, trips.origins().len(), pricing)),
            left_out: LeftOut { intrazonal: trips.intrazonal(), ..LeftOut::default() },
        };
        solver.load(|_| true);
        solver
    }

    /// Goes on from these flows on the network without `link`: origins that used it begin anew, each destination on the
    /// path that is shortest at these costs.
    pub(crate) fn without<'b>(&self, network: &'b RoadNetwork, link: u32) -> Solver<'b>
    where
        'a: 'b,
    {
        let mut solver = Solver {
            network,
            trips: self.trips,
            search: self.search.without(link),
            tree: Tree::new(network.extent().nodes),
            balance: self.balance.clone(),
            left_out: LeftOut { intrazonal: self.trips.intrazonal(), ..LeftOut::default() },
        };
        for row in (0..self.trips.origins().len() as u32).filter(|row| self.balance.flows.of_row(*row, link) > 0.0) {
            solver.balance.flows.clear_row(row);
        }
        solver.balance.segments.retain(|first, second, _| !first.contains(&link) && !second.contains(&link));
        solver.load(|row| self.balance.flows.of_row(row, link) > 0.0);
        solver
    }

    /// Puts the trips of the chosen origins on shortest paths, and counts what no path joins from any origin.
    fn load(&mut self, chosen: impl Fn(u32) -> bool + Sync) {
        let Solver { network, trips, search, tree, balance, left_out } = self;
        let cost: Vec<f64> = balance.flows.links().iter().map(|state| state.cost).collect();
        search.customise(&cost);
        search.for_each(network, &cost, trips.origins(), |row, lane| {
            let ends = trips.ends(row);
            tree.plant(lane.origin);
            let reached = tree.reach(&lane, ends);
            left_out.unreachable += reached.unreachable;
            left_out.unreachable_pairs += reached.unreachable_pairs;
            if chosen(row as u32) {
                tree.load(&lane, ends, |link, volume| balance.flows.add_to_row(row as u32, link, volume));
            }
        });
    }

    /// Rounds until the gap is reached; the flows given are those whose gap was measured.
    pub(crate) fn run(&mut self, stop: Stop, watch: &dyn Watch) -> Equilibrium {
        let mut best: Option<Judged> = None;
        let mut iterations = 0;
        let ended = loop {
            iterations += 1;
            let judged = self.judge_and_relieve();
            let relative_gap = judged.relative_gap;
            if best.as_ref().is_none_or(|best| relative_gap < best.relative_gap) {
                best = Some(judged);
            }
            watch.progress(u64::from(iterations), u64::from(stop.iterations_max), "rounds of shortest paths");
            if relative_gap <= stop.relative_gap {
                break Ended::Converged;
            } else if iterations >= stop.iterations_max {
                break Ended::Iterations;
            } else if watch.cancelled() {
                break Ended::Cancelled;
            }
            let places = -relative_gap.max(f64::MIN_POSITIVE).log10();
            let rounds = BALANCE_ROUNDS + BALANCE_ROUNDS_PER_PLACE * places;
            self.balance.sweep(rounds.clamp(BALANCE_ROUNDS, BALANCE_ROUNDS_MAX) as u32);
            self.balance.forget_idle();
        };
        let best = best.expect("one round at least is run");
        describe(self.network, best, self.left_out, (iterations, ended))
    }

    fn judge_and_relieve(&mut self) -> Judged {
        let Solver { network, trips, search, tree, balance, .. } = self;
        balance.flows.total_rows();
        let flow: Vec<f64> = balance.flows.links().iter().map(|state| state.flow).collect();
        let cost: Vec<f64> = balance.flows.links().iter().map(|state| state.cost).collect();
        let total = flow.iter().zip(&cost).map(|(flow, cost)| flow * cost).collect::<Sum>().value();
        let mut shortest = Sum::default();
        search.customise(&cost);
        search.for_each(network, &cost, trips.origins(), |row, lane| {
            tree.plant(lane.origin);
            shortest.add(tree.reach(&lane, trips.ends(row)).cost);
            balance.relieve(&lane, tree, row as u32);
        });
        let relative_gap = if total > 0.0 { (total - shortest.value()) / total } else { 0.0 };
        Judged { flow, relative_gap }
    }
}

fn describe(
    network: &RoadNetwork,
    Judged { flow, relative_gap }: Judged,
    left_out: LeftOut,
    (iterations, ended): (u32, Ended),
) -> Equilibrium {
    let delays: Vec<Delay> = network.links().iter().map(|link| link.delay.delay(link.fixed_cost)).collect();
    let cost: Vec<f64> = delays.iter().zip(&flow).map(|(delay, flow)| delay.cost(*flow)).collect();
    let beckmann = delays.iter().zip(&flow).map(|(delay, flow)| delay.integral(*flow)).collect::<Sum>().value();
    let tstt = flow.iter().zip(&cost).filter(|(flow, _)| **flow > 0.0).map(|(flow, cost)| flow * cost);
    let tstt = tstt.collect::<Sum>().value();
    Equilibrium { flow, cost, relative_gap, beckmann, tstt, iterations, ended, left_out }
}
