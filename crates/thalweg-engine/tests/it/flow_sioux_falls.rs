//! The capacitated flow of Sioux Falls at several capacities, and its 76 closures.

use thalweg_engine::flow::graph::{Arc, GraphPricing, Trip};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Flow, Group, Problem, Segment, Settings, Solved};
use thalweg_engine::watch::Silent;

use crate::flow_cases::{Json, TntpLink, assert_close, outside_case, tntp_links, tntp_trips};

pub const EXACT: Settings = Settings { relative_gap: 0.0, rounds_max: 1000 };

pub struct SiouxFalls {
    pub links: Vec<TntpLink>,
    pub problem: Problem,
    pub pricing: GraphPricing,
}

pub fn sioux_falls(capacity_factor: f64) -> Option<SiouxFalls> {
    let links = tntp_links(&outside_case("tntp/SiouxFalls_net.tntp")?);
    let trips = tntp_trips(&outside_case("tntp/SiouxFalls_trips.tntp")?);
    let arc =
        |(index, link): (usize, &TntpLink)| Arc { from: link.from, to: link.to, usage: vec![(index as u32, 1.0)] };
    let arcs: Vec<Arc> = links.iter().enumerate().map(arc).collect();
    let costs = vec![links.iter().map(|link| link.free_flow_time).collect()];
    let demand = trips.iter().map(|&(_, _, demand)| Segment { demand, unserved_cost: 100.0 });
    let capacity = links.iter().map(|link| Group { capacity: link.capacity * capacity_factor, overflow_price: None });
    let problem = Problem { segments: demand.collect(), groups: capacity.collect() };
    let trips = trips.iter().map(|&(from, to, _)| Trip { class: 0, from, to }).collect();
    Some(SiouxFalls { pricing: GraphPricing::new(24, &arcs, costs, trips), links, problem })
}

/// Value = sum of delivered prices times demands less the worth of the capacities.
#[track_caller]
pub fn assert_strong_duality(problem: &Problem, flow: &Flow) {
    let prices = flow.delivered_price.iter().zip(&problem.segments);
    let paid: f64 = prices.map(|(price, segment)| price * segment.demand).sum();
    let prices = flow.group_price.iter().zip(&problem.groups);
    let rents: f64 = prices.map(|(price, group)| price * group.capacity).sum();
    assert_close(paid - rents, flow.value, 1e-9);
    assert_close(flow.certificate.dual_bound, flow.value, 1e-9);
}

fn expected() -> Option<Json> {
    outside_case("tntp/sioux_lp_expected.json").map(|text| Json::parse(&text))
}

#[test]
fn sioux_falls_costs_what_the_linear_program_says_at_every_capacity() {
    let Some(expected) = expected() else { return };
    for (factor, name) in [(1.0, "base"), (1.5, "cap_x1.5"), (2.0, "cap_x2"), (3.0, "cap_x3")] {
        let Some(case) = sioux_falls(factor) else {
            return;
        };
        let mut solver = Solver::new(&case.problem).unwrap();
        let flow = solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
        println!("{factor}: {:?}", flow.certificate);
        let unserved: f64 = flow.unserved.iter().sum();
        assert_eq!(flow.certificate.solved, Solved::Vertex);
        assert_close(flow.value, expected.at(name).at("obj").number(), 1e-9);
        assert!((unserved - expected.at(name).at("unmet").number()).abs() < 1e-4);
        assert!(flow.certificate.capacity_violation_max < 1e-9);
        assert_strong_duality(&case.problem, &flow);
    }
}

#[test]
fn the_published_shadow_prices_of_sioux_falls_prove_the_same_value() {
    let (Some(expected), Some(case)) = (expected(), sioux_falls(1.0)) else {
        return;
    };
    let mut solver = Solver::new(&case.problem).unwrap();
    let mut flow = solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
    let duals = expected.at("base").at("duals").table();
    assert_eq!(duals.len(), 52);
    let name = |link: &TntpLink| format!("{}-{}", link.from + 1, link.to + 1);
    let published: Vec<f64> = case.links.iter().map(|link| duals.get(&name(link)).map_or(0.0, Json::number)).collect();
    // The duals are printed to six decimals and stand against 260,000 units of capacity.
    assert_close(solver.bound_at(&case.pricing, &published).unwrap(), flow.value, 1e-7);

    solver.settle_prices(&case.pricing, &mut flow).unwrap();
    assert_strong_duality(&case.problem, &flow);
    assert_close(solver.bound_at(&case.pricing, &flow.group_price).unwrap(), flow.value, 1e-9);
    let length = |prices: &[f64]| prices.iter().map(|price| price * price).sum::<f64>();
    assert!(length(&flow.group_price) <= length(&published) * (1.0 + 1e-6));
    let binding = flow.group_price.iter().filter(|price| **price > 1e-9).count();
    assert_eq!(binding, 52);
}

#[test]
fn every_closure_in_sioux_falls_costs_what_the_linear_program_says() {
    let (Some(expected), Some(case)) = (expected(), sioux_falls(1.0)) else {
        return;
    };
    let mut base = Solver::new(&case.problem).unwrap();
    let before = base.solve(&case.pricing, &EXACT, &Silent).unwrap();
    let closures = expected.at("single_closures").table();
    assert_eq!(closures.len(), 76);
    for (index, link) in case.links.iter().enumerate() {
        let closure = &closures[&format!("{}-{}", link.from + 1, link.to + 1)];
        let mut pricing = case.pricing.clone();
        pricing.set_cost(0, index, f64::INFINITY);
        let mut solver = base.clone();
        solver.refresh(&pricing).unwrap();
        let after = solver.solve(&pricing, &EXACT, &Silent).unwrap();
        let loss = after.value - before.value;
        assert!((loss - closure.at("dC").number()).abs() < 1e-9 * after.value, "{index}");
        let unserved: f64 = after.unserved.iter().sum();
        assert!((unserved - closure.at("unmet").number()).abs() < 1e-3, "{index}");
        let bound = before.group_price[index] * before.group_flow[index];
        assert!(loss >= bound - 1e-6);
        assert!(loss >= closure.at("dual_bound").number() - 1e-6);
    }
}
