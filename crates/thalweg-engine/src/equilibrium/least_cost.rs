//! Least cost under hard capacities on a road network: the exact program of `flow`, one segment for each pair of zones.

use super::road_network::RoadNetwork;
use super::trip_table::TripTable;
use super::volume_delay::VolumeDelay;
use super::{Ended, Equilibrium, LeftOut};
use crate::flow::graph::{Arc, GraphPricing, Trip};
use crate::flow::solver::Solver;
use crate::flow::{Group, Problem, Segment, Settings, Solved};
use crate::watch::Watch;

/// Flows of least cost at the empty network's costs. `relative_gap` is the program's: value against its dual bound.
pub(super) fn solve(
    network: &RoadNetwork,
    trips: &TripTable,
    (unserved_cost, iterations_max): (f64, u32),
    watch: &dyn Watch,
) -> Equilibrium {
    let links = network.links();
    let cost: Vec<f64> = links.iter().map(|link| link.delay.at(0.0) + link.fixed_cost).collect();
    let (problem, pricing) = pose(network, trips, &cost, unserved_cost);
    let mut solver =
        Solver::new(&problem).expect("volumes, capacities and costs of a network are numbers from zero up");
    let settings = Settings { relative_gap: 0.0, rounds_max: iterations_max };
    let found = solver.solve(&pricing, &settings, watch).expect("a gap of zero can be asked for");
    let mut flow = vec![0.0; links.len()];
    for path in &found.paths {
        for link in &path.path {
            flow[*link as usize] += path.flow;
        }
    }
    let total: f64 = flow.iter().zip(&cost).map(|(flow, cost)| flow * cost).sum();
    let unserved = found.unserved.iter().fold(0.0, |sum, volume| sum + volume);
    Equilibrium {
        flow,
        relative_gap: found.certificate.relative_gap,
        beckmann: total,
        tstt: total,
        cost,
        iterations: found.certificate.rounds,
        ended: match found.certificate.solved {
            Solved::Vertex | Solved::WithinGap | Solved::SmoothDual => Ended::Converged,
            Solved::Interrupted if watch.cancelled() => Ended::Cancelled,
            Solved::Interrupted => Ended::Iterations,
        },
        left_out: LeftOut { intrazonal: trips.intrazonal(), unserved, ..LeftOut::default() },
    }
}

fn pose(network: &RoadNetwork, trips: &TripTable, cost: &[f64], unserved_cost: f64) -> (Problem, GraphPricing) {
    let links = network.links();
    let mut groups = Vec::new();
    let mut arcs = Vec::with_capacity(links.len());
    for link in links {
        let mut usage = Vec::new();
        if let VolumeDelay::Bpr { capacity, .. } | VolumeDelay::Conical { capacity, .. } = link.delay {
            usage.push((groups.len() as u32, 1.0));
            groups.push(Group { capacity: capacity.max(0.0), overflow_price: None });
        }
        arcs.push(Arc { from: link.from, to: link.to, usage });
    }
    let mut segments = Vec::new();
    let mut pairs = Vec::new();
    for (row, origin) in trips.origins().iter().enumerate() {
        for end in trips.ends(row) {
            segments.push(Segment { demand: end.volume, unserved_cost });
            pairs.push(Trip { class: 0, from: *origin, to: end.zone });
        }
    }
    let extent = network.extent();
    let pricing = GraphPricing::new(extent.nodes as usize, &arcs, vec![cost.to_vec()], pairs)
        .with_first_through(extent.first_thru_node);
    (Problem { segments, groups }, pricing)
}
