//! Equilibria with a closed form, and properties that every one must have.

use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_engine::equilibrium::closures::{close_at_fixed_cost, close_under_equilibrium};
use thalweg_engine::equilibrium::road_network::{Extent, RoadLink, RoadNetwork};
use thalweg_engine::equilibrium::trip_table::{Trip, TripTable};
use thalweg_engine::equilibrium::volume_delay::VolumeDelay;
use thalweg_engine::equilibrium::{Ended, Equilibrium, Method, solve};
use thalweg_engine::watch::{Silent, Watch};

const UE: Method = Method::UserEquilibrium { relative_gap: 1e-12, iterations_max: 500 };
const SO: Method = Method::SystemOptimum { relative_gap: 1e-12, iterations_max: 500 };

fn linear(from: u32, to: u32, time: f64, slope: f64) -> RoadLink {
    let delay = if slope == 0.0 {
        VolumeDelay::Constant { time }
    } else {
        // A time of zero has no share that grows; the smallest one that does stands for it.
        let time = time.max(1e-9);
        VolumeDelay::Bpr { free_flow_time: time, coefficient: slope / time, power: 1.0, capacity: 1.0 }
    };
    RoadLink { from, to, delay, fixed_cost: 0.0 }
}

fn network(zones: u32, nodes: u32, first_thru_node: u32, links: Vec<RoadLink>) -> RoadNetwork {
    RoadNetwork::new(Extent { zones, nodes, first_thru_node }, links).unwrap()
}

fn trips(zones: u32, rows: &[(u32, u32, f64)]) -> TripTable {
    let row = |&(origin, destination, volume): &(u32, u32, f64)| Trip { origin, destination, volume };
    TripTable::new(zones, rows.iter().map(row).collect()).unwrap()
}

/// Braess (1968): zones 0 and 1, six trips.
fn braess() -> (RoadNetwork, TripTable) {
    let links = vec![
        linear(0, 2, 0.0, 10.0),
        linear(0, 3, 50.0, 1.0),
        linear(2, 1, 50.0, 1.0),
        linear(2, 3, 10.0, 1.0),
        linear(3, 1, 0.0, 10.0),
    ];
    (network(2, 4, 0, links), trips(2, &[(0, 1, 6.0)]))
}

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-7 * expected.abs().max(1.0), "found {found}, expected {expected}");
}

#[test]
fn braess_users_pay_552_where_498_would_do() {
    let (network, trips) = braess();
    let ue = solve(&network, &trips, UE, &Silent);
    assert_near(ue.beckmann, 386.0);
    assert_near(ue.tstt, 552.0);
    for (flow, expected) in ue.flow.iter().zip([4.0, 2.0, 2.0, 2.0, 4.0]) {
        assert_near(*flow, expected);
    }
    assert_near(solve(&network, &trips, SO, &Silent).tstt, 498.0);
}

#[test]
fn closing_the_bridge_of_braess_makes_everybody_faster_so_equilibrium_is_not_monotone() {
    let (network, trips) = braess();
    let (base, closures) = close_under_equilibrium(&network, &trips, &[3], (1e-12, 500), &Silent);
    assert_near(base.tstt, 552.0);
    assert_near(closures[0].tstt, 498.0);
    assert_near(closures[0].tstt_change, -54.0);
}

#[test]
fn parallel_links_share_flow_so_that_their_times_agree() {
    // 10 + x = 16 + 2 (12 - x): x = 10, and the constant link at 20 takes what is left of 30: 10, 2 and 18.
    let links = vec![linear(0, 1, 10.0, 1.0), linear(0, 1, 16.0, 2.0), linear(0, 1, 20.0, 0.0)];
    let found = solve(&network(2, 2, 0, links), &trips(2, &[(0, 1, 30.0)]), UE, &Silent);
    for (flow, expected) in found.flow.iter().zip([10.0, 2.0, 18.0]) {
        assert_near(*flow, expected);
    }
    assert_near(found.tstt, 600.0);
}

#[test]
fn a_conical_link_shares_flow_with_a_constant_one_at_the_time_both_take() {
    let conical = VolumeDelay::Conical { free_flow_time: 5.0, steepness: 4.0, capacity: 100.0 };
    let links = vec![
        RoadLink { from: 0, to: 1, delay: conical, fixed_cost: 2.0 },
        RoadLink { from: 0, to: 1, delay: VolumeDelay::Constant { time: 12.0 }, fixed_cost: 0.0 },
    ];
    let found = solve(&network(2, 2, 0, links), &trips(2, &[(0, 1, 300.0)]), UE, &Silent);
    assert_near(found.flow[0], 100.0);
    assert_near(found.cost[0], 12.0);
}

#[test]
fn centroids_below_the_first_thru_node_are_never_passed() {
    let links = vec![linear(0, 1, 1.0, 0.0), linear(1, 2, 1.0, 0.0), linear(0, 3, 5.0, 0.0), linear(3, 2, 5.0, 0.0)];
    let table = trips(3, &[(0, 2, 4.0), (0, 1, 1.0)]);
    let passed = solve(&network(3, 4, 0, links.clone()), &table, Method::AllOrNothing, &Silent);
    assert_eq!(passed.flow, [5.0, 4.0, 0.0, 0.0]);
    let kept = solve(&network(3, 4, 3, links), &table, Method::AllOrNothing, &Silent);
    assert_eq!(kept.flow, [1.0, 0.0, 4.0, 4.0]);
}

#[test]
fn what_no_link_carries_is_reported() {
    let closed = VolumeDelay::Bpr { free_flow_time: 1.0, coefficient: 0.15, power: 4.0, capacity: 0.0 };
    let links = vec![linear(0, 1, 1.0, 1.0), RoadLink { from: 1, to: 2, delay: closed, fixed_cost: 0.0 }];
    let network = network(3, 3, 0, links);
    let found = solve(&network, &trips(3, &[(0, 1, 2.0), (0, 2, 3.0), (1, 1, 5.0)]), UE, &Silent);
    assert_eq!(network.closed(), [1]);
    assert_eq!((found.left_out.intrazonal, found.left_out.unreachable), (5.0, 3.0));
    assert_eq!(found.left_out.unreachable_pairs, 1);
    assert_eq!((found.flow[0], found.tstt), (2.0, 6.0));
}

#[test]
fn a_network_without_trips_is_at_equilibrium() {
    let found = solve(&braess().0, &trips(2, &[]), UE, &Silent);
    assert_eq!((found.tstt, found.relative_gap, found.ended), (0.0, 0.0, Ended::Converged));
}

#[test]
fn a_cancelled_solve_gives_the_best_flows_so_far_with_their_gap() {
    struct Once(AtomicU64);
    impl Watch for Once {
        fn cancelled(&self) -> bool {
            self.0.fetch_add(1, Ordering::Relaxed) >= 1
        }
    }
    let (network, table) = grid(7, 1);
    let found = solve(&network, &table, UE, &Once(AtomicU64::new(0)));
    assert_eq!((found.ended, found.iterations), (Ended::Cancelled, 2));
    assert!(found.relative_gap > 0.0 && found.relative_gap < 1.0);
}

/// A grid of two-way streets with zones at the first nodes; some streets cost nothing, some the same at any flow.
fn grid(side: u32, seed: u64) -> (RoadNetwork, TripTable) {
    let mut state = seed;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut links = Vec::new();
    let mut street = |from: u32, to: u32| {
        for (from, to) in [(from, to), (to, from)] {
            let free_flow_time = draw(4) as f64;
            let (coefficient, power) = (0.15 * draw(3) as f64, 1.0 + draw(8) as f64 / 2.0);
            let delay = VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity: 20.0 + draw(50) as f64 };
            links.push(RoadLink { from, to, delay, fixed_cost: 0.0 });
        }
    };
    for row in 0..side {
        for column in 0..side {
            let node = row * side + column;
            if column + 1 < side {
                street(node, node + 1);
            }
            if row + 1 < side {
                street(node, node + side);
            }
        }
    }
    let zones = side * side / 2;
    let rows: Vec<(u32, u32, f64)> = (0..zones).flat_map(|o| (0..zones).map(move |d| (o, d, 1.0))).collect();
    (network(zones, side * side, 0, links), trips(zones, &rows))
}

/// Gap by a plain search from every node over the whole table of links, without any of the solver's parts.
fn plain_gap(network: &RoadNetwork, rows: &[(u32, u32, f64)], found: &Equilibrium) -> f64 {
    let nodes = network.extent().nodes as usize;
    let mut shortest = 0.0;
    for origin in 0..network.extent().zones {
        let mut label = vec![f64::INFINITY; nodes];
        label[origin as usize] = 0.0;
        for _ in 0..nodes {
            for (link, cost) in network.links().iter().zip(&found.cost) {
                label[link.to as usize] = label[link.to as usize].min(label[link.from as usize] + cost);
            }
        }
        shortest += rows.iter().filter(|row| row.0 == origin).map(|row| row.2 * label[row.1 as usize]).sum::<f64>();
    }
    (found.tstt - shortest) / found.tstt
}

#[test]
fn on_grids_with_free_and_constant_streets_the_gap_is_what_a_plain_search_measures() {
    for seed in 0..6 {
        let (network, table) = grid(6, seed);
        let found = solve(&network, &table, UE, &Silent);
        assert_eq!(found.ended, Ended::Converged, "seed {seed}: gap {}", found.relative_gap);
        let rows: Vec<(u32, u32, f64)> = (0..18).flat_map(|o| (0..18).map(move |d| (o, d, 1.0))).collect();
        let gap = plain_gap(&network, &rows, &found);
        assert!((gap - found.relative_gap).abs() < 1e-12, "seed {seed}: {gap:e} against {:e}", found.relative_gap);
        let mut balance = vec![0.0; 36];
        for (link, flow) in network.links().iter().zip(&found.flow) {
            balance[link.from as usize] -= flow;
            balance[link.to as usize] += flow;
        }
        assert!(balance.iter().all(|rest| rest.abs() < 1e-9), "seed {seed}: {balance:?}");
    }
}

#[test]
fn threads_change_no_bit_of_the_flows() {
    let (network, table) = grid(9, 3);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let found = pool.install(|| solve(&network, &table, UE, &Silent));
        found.flow.iter().chain([&found.relative_gap]).map(|value| value.to_bits()).collect::<Vec<u64>>()
    };
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(5));
}

#[test]
fn fixed_cost_closures_are_what_solving_without_the_link_gives() {
    for seed in 0..4 {
        let (network, table) = grid(5, seed);
        let cost: Vec<f64> = network.links().iter().map(|link| link.delay.at(0.0)).collect();
        let closures = close_at_fixed_cost(&network, &table, &cost, &Silent);
        let total = |network: &RoadNetwork| {
            let found = solve(network, &table, Method::AllOrNothing, &Silent);
            found.flow.iter().zip(&cost).map(|(flow, cost)| flow * cost).sum::<f64>()
        };
        let base = total(&network);
        for (link, closure) in (0_u32..).zip(&closures) {
            assert_near(base + closure.cost_change, total(&network.without_link(link)));
        }
    }
}

#[test]
fn a_closure_that_cuts_trips_off_counts_them_and_not_their_cost() {
    let links = vec![linear(0, 1, 1.0, 0.5), linear(0, 2, 1.0, 0.0), linear(2, 1, 2.0, 0.0), linear(1, 3, 1.0, 0.0)];
    let network = network(4, 4, 0, links);
    let table = trips(4, &[(0, 3, 2.0), (0, 1, 1.0)]);
    let cost = [1.0, 1.0, 2.0, 1.0];
    let fixed = close_at_fixed_cost(&network, &table, &cost, &Silent);
    assert_eq!((fixed[0].cost_change, fixed[0].unreachable), (6.0, 0.0));
    assert_eq!((fixed[3].cost_change, fixed[3].unreachable, fixed[3].unreachable_pairs), (0.0, 2.0, 1));
    let (_, closures) = close_under_equilibrium(&network, &table, &[3, 0], (1e-12, 100), &Silent);
    assert_eq!(closures[0].left_out.unreachable, 2.0);
    assert_near(closures[0].tstt, 1.5);
    assert_near(closures[1].tstt, 3.0 * 3.0 + 2.0);
}

#[test]
fn a_closure_that_crowds_the_only_way_left_still_reaches_its_gap_and_what_a_cold_solve_finds() {
    // Without the wide link all 60 trips squeeze through a capacity of one: dearer than any sum of today's costs.
    let road = |from, to, capacity| {
        let delay = VolumeDelay::Bpr { free_flow_time: 1.0, coefficient: 0.15, power: 4.0, capacity };
        RoadLink { from, to, delay, fixed_cost: 0.0 }
    };
    let links = vec![road(0, 2, 50.0), road(2, 1, 50.0), road(0, 3, 1.0), road(3, 1, 1.0), road(3, 2, 1.0)];
    let network = network(2, 4, 0, links);
    let table = trips(2, &[(0, 1, 60.0)]);
    let (_, closures) = close_under_equilibrium(&network, &table, &[0, 1], (1e-12, 500), &Silent);
    for closure in &closures {
        let cold = solve(&network.without_link(closure.link), &table, UE, &Silent);
        assert!(closure.relative_gap <= 1e-12, "link {}: gap {}", closure.link, closure.relative_gap);
        assert_near(closure.tstt, cold.tstt);
    }
}

#[test]
fn closures_under_equilibrium_are_what_solving_without_the_link_gives() {
    let (network, table) = grid(5, 2);
    let links: Vec<u32> = (0..network.links().len() as u32).collect();
    let (_, closures) = close_under_equilibrium(&network, &table, &links, (1e-11, 500), &Silent);
    for closure in &closures {
        let cold = solve(&network.without_link(closure.link), &table, UE, &Silent);
        assert_near(closure.beckmann, cold.beckmann);
        assert_eq!(closure.left_out, cold.left_out, "link {}", closure.link);
    }
}
