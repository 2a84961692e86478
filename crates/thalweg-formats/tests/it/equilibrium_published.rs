//! Published equilibria of the public test networks, which stay outside the project.

use std::path::PathBuf;
use thalweg_engine::equilibrium::closures::close_under_equilibrium;
use thalweg_engine::equilibrium::road_network::{RoadLink, RoadNetwork};
use thalweg_engine::equilibrium::trip_table::TripTable;
use thalweg_engine::equilibrium::volume_delay::VolumeDelay;
use thalweg_engine::equilibrium::{Ended, Equilibrium, Method, solve};
use thalweg_engine::watch::Silent;
use thalweg_formats::tntp::{TntpLink, read_flows, read_net, read_trips};

/// The user equilibrium, tightly.
pub const UE: Method = Method::UserEquilibrium { relative_gap: 1e-10, iterations_max: 200 };
/// The system optimum, tightly.
pub const SO: Method = Method::SystemOptimum { relative_gap: 1e-10, iterations_max: 200 };

/// A file of the outside cases, or nothing, said once, where they are absent.
fn outside(name: &str) -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = std::env::var("THALWEG_CASES").unwrap_or_else(|_| "../shared".to_owned());
    let file = root.join(folder).join(name);
    if !file.exists() {
        println!("1 skipped: no {name} in the folder of outside cases (THALWEG_CASES)");
        return None;
    }
    Some(file)
}

fn road(link: &TntpLink, (toll_weight, distance_weight): (f64, f64)) -> RoadLink {
    let delay = VolumeDelay::Bpr {
        free_flow_time: link.free_flow_time,
        coefficient: link.b,
        power: link.power,
        capacity: link.capacity,
    };
    let fixed_cost = toll_weight * link.toll + distance_weight * link.length;
    RoadLink { from: link.from, to: link.to, delay, fixed_cost }
}

/// A published network and its trips, or nothing where the files are absent.
pub fn case(name: &str, weights: (f64, f64)) -> Option<(RoadNetwork, TripTable)> {
    let net = read_net(&outside(&format!("tntp/{name}_net.tntp"))?).unwrap();
    let trips = read_trips(&outside(&format!("tntp/{name}_trips.tntp"))?).unwrap();
    let links = net.links.iter().map(|link| road(link, weights)).collect();
    Some((RoadNetwork::new(net.extent, links).unwrap(), TripTable::new(trips.zones, trips.trips).unwrap()))
}

fn assert_near(found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "found {found}, expected {expected}");
}

/// Beckmann at the user equilibrium, and the total costs of both principles.
fn check(name: &str, weights: (f64, f64), (beckmann, tstt, optimum): (f64, f64, f64)) {
    let Some((network, trips)) = case(name, weights) else { return };
    let ue = solve(&network, &trips, UE, &Silent);
    assert_eq!(ue.ended, Ended::Converged);
    assert_near(ue.beckmann, beckmann, 1e-8);
    assert_near(ue.tstt, tstt, 1e-7);
    assert_published_flows(name, &network, &ue);
    let so = solve(&network, &trips, SO, &Silent);
    assert_eq!(so.ended, Ended::Converged);
    assert_near(so.tstt, optimum, 1e-8);
}

/// Link flows are unique where cost rises with flow, and only there.
fn assert_published_flows(name: &str, network: &RoadNetwork, found: &Equilibrium) {
    if name == "Braess" {
        return;
    }
    let Some(file) = outside(&format!("tntp/{name}_flow.tntp")) else { return };
    let published = read_flows(&file).unwrap();
    assert_eq!(published.len(), found.flow.len());
    let total: f64 = published.iter().map(|row| row.volume).sum();
    for ((link, row), flow) in network.links().iter().zip(&published).zip(&found.flow) {
        assert_eq!((link.from, link.to), (row.from, row.to), "{name}");
        let rises = link.delay.at(row.volume + 1.0) > link.delay.at(row.volume) * (1.0 + 1e-9);
        assert!(!rises || (flow - row.volume).abs() < 1e-6 * total, "{name} {row:?}: {flow}");
    }
}

#[test]
fn braess_has_its_published_equilibrium_and_optimum() {
    check("Braess", (0.0, 0.0), (386.0, 552.0, 498.0));
}

#[test]
fn sioux_falls_has_its_published_equilibrium_and_optimum() {
    check("SiouxFalls", (0.0, 0.0), (4_231_335.287107440, 7_480_225.3448, 7_194_256.0529));
}

#[test]
fn anaheim_has_its_published_equilibrium_and_optimum() {
    check("Anaheim", (0.0, 0.0), (1_286_032.171096, 1_419_913.8511, 1_395_015.0867));
}

#[test]
fn barcelona_has_its_published_equilibrium_and_optimum() {
    check("Barcelona", (0.0, 0.0), (1_265_654.92203176, 1_365_715.6838, 1_334_389.0882));
}

#[test]
fn chicago_sketch_has_its_published_equilibrium_and_optimum() {
    check("ChicagoSketch", (0.02, 0.04), (17_313_018.7387477, 18_935_450.2600, 18_518_575.8057));
}

#[test]
fn berlin_center_has_its_recomputed_equilibrium() {
    let Some((network, trips)) = case("berlin-center", (0.0, 0.0)) else { return };
    let found = solve(&network, &trips, UE, &Silent);
    assert_eq!(found.ended, Ended::Converged);
    assert_near(found.beckmann, 20_817_213.2010, 1e-8);
}

#[test]
fn sioux_falls_loses_what_is_recomputed_by_each_of_76_closures() {
    let Some((network, trips)) = case("SiouxFalls", (0.0, 0.0)) else { return };
    let Some(file) = outside("tntp/sioux_single_link_closures.csv") else { return };
    let links: Vec<u32> = (0..76).collect();
    let (_, closures) = close_under_equilibrium(&network, &trips, &links, (1e-11, 500), &Silent);
    let text = std::fs::read_to_string(file).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(2).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 76);
    for (row, closure) in rows.iter().zip(&closures) {
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        // The recomputed values stop at gaps up to 1e-9.
        assert_near(closure.tstt, number(4), 1e-7);
        assert_near(closure.beckmann, number(6), 1e-8);
        assert!(closure.relative_gap <= 1e-11, "{row:?}: gap {}", closure.relative_gap);
    }
    let worst = closures.iter().max_by(|a, b| a.tstt_change.total_cmp(&b.tstt_change)).unwrap();
    let ends = network.links()[worst.link as usize];
    assert_eq!((ends.from + 1, ends.to + 1), (15, 10));
    assert_near(worst.tstt_change, 3_411_884.1, 1e-6);
}

#[test]
fn sioux_falls_under_hard_capacities_costs_what_the_linear_program_says() {
    let Some((network, trips)) = case("SiouxFalls", (0.0, 0.0)) else { return };
    let found = solve(&network, &trips, Method::LeastCost { unserved_cost: 100.0, iterations_max: 1000 }, &Silent);
    assert_eq!(found.ended, Ended::Converged);
    assert_near(found.tstt + 100.0 * found.left_out.unserved, 11_957_962.215883, 1e-9);
    assert_near(found.left_out.unserved, 99_051.949408, 1e-8);
}

/// Rey's designs: the candidate links come last; a design opens those of its mask, in pairs of directions as listed.
#[test]
fn the_listed_designs_of_sioux_falls_have_their_listed_total_costs() {
    let Some(file) = outside("cases/dndp/expected.json") else { return };
    let expected: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    for row in expected.as_array().unwrap() {
        let name = row["instance"].as_str().unwrap();
        let net = outside(&format!("cases/dndp/{name}.txt")).unwrap();
        let (links, candidates) = design_links(&std::fs::read_to_string(net).unwrap());
        let trips = read_trips(&outside("cases/dndp/SiouxFalls_trips.txt").unwrap()).unwrap();
        let trips = TripTable::new(trips.zones, trips.trips).unwrap();
        let bits = row["opt_mask_bits"].as_str().unwrap();
        let all = "1".repeat(candidates.len());
        for (bits, value) in [(bits, "opt_tstt"), ("0000000000", "tstt_none"), (all.as_str(), "tstt_all")] {
            let open = candidates.iter().zip(bits.bytes()).filter(|(_, bit)| *bit == b'1').map(|(link, _)| *link);
            let links = links.iter().copied().chain(open).collect();
            let extent = thalweg_engine::equilibrium::road_network::Extent { zones: 24, nodes: 24, first_thru_node: 0 };
            let found = solve(&RoadNetwork::new(extent, links).unwrap(), &trips, UE, &Silent);
            assert_near(found.tstt, row[value].as_f64().unwrap(), 2e-5);
        }
    }
}

fn design_links(text: &str) -> (Vec<RoadLink>, Vec<RoadLink>) {
    let rows = text.lines().filter(|line| line.trim_start().starts_with(|first: char| first.is_ascii_digit()));
    let links: Vec<RoadLink> = rows
        .map(|line| {
            let field: Vec<f64> =
                line.split_whitespace().filter(|word| *word != ";").map(|word| word.parse().unwrap()).collect();
            let (capacity, free_flow_time, coefficient, power) = (field[2], field[4], field[5], field[6]);
            let delay = VolumeDelay::Bpr { free_flow_time, coefficient, power, capacity };
            RoadLink { from: field[0] as u32 - 1, to: field[1] as u32 - 1, delay, fixed_cost: 0.0 }
        })
        .collect();
    assert_eq!(links.len(), 86);
    (links[..76].to_vec(), links[76..].to_vec())
}
