//! The dispersed program: closed forms, the corridor by dispersion, Sioux Falls against its limit.

use thalweg_engine::flow::dispersed::{Dispersed, FrozenPath, disperse};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Column, FlowError, Group, Problem, Segment, Solved};
use thalweg_engine::watch::Silent;

use crate::flow_cases::assert_close;
use crate::flow_corridor::{Refusal, corridor};
use crate::flow_sioux_falls::{EXACT, sioux_falls};

fn alone(column: Column) -> FrozenPath {
    FrozenPath { column, path_size: 1.0 }
}

/// One segment of 100 units whose paths have a cost and perhaps a capacity of their own.
fn two_ways(ways: &[(f64, Option<f64>)], dispersion: f64, unserved_cost: f64) -> Dispersed {
    let mut groups = Vec::new();
    let mut paths = Vec::new();
    for (index, &(cost, capacity)) in ways.iter().enumerate() {
        let mut usage = Vec::new();
        if let Some(capacity) = capacity {
            usage.push((groups.len() as u32, 1.0));
            groups.push(Group { capacity, overflow_price: None });
        }
        paths.push(alone(Column { segment: 0, cost, usage, path: [index as u32].into() }));
    }
    let problem = Problem { segments: vec![Segment { demand: 100.0, unserved_cost }], groups };
    disperse(&problem, &paths, &[dispersion], &Silent).unwrap()
}

#[test]
fn without_capacities_shares_are_those_of_the_logit_and_nothing_goes_unserved() {
    let found = two_ways(&[(10., None), (12., None)], 0.5, 20.0);
    let odds = (0.5_f64 * 2.0).exp();
    assert_close(found.flow.paths[0].flow, 100.0 * odds / (1.0 + odds), 1e-9);
    assert!(found.flow.unserved[0] < 1e-8, "{:?}", found.flow);
    let logsum = 10.0 - 2.0 * (1.0 + (-1.0_f64).exp()).ln();
    assert_close(found.flow.delivered_price[0], logsum, 1e-9);
    // With "not shipped" inside the logit 0.49 units would leak away at this price.
    assert!(found.flow.unserved[0] < 0.49016890496729215 / 1e6);
}

#[test]
fn a_full_way_costs_the_difference_plus_the_log_of_the_odds_whatever_the_dispersion() {
    for dispersion in [0.1, 0.5, 1.0, 5.0, 50.0] {
        let found = two_ways(&[(10., Some(40.)), (12., None)], dispersion, 100.0);
        assert_close(found.flow.paths[0].flow, 40.0, 1e-9);
        assert_close(found.flow.paths[1].flow, 60.0, 1e-9);
        assert_close(found.flow.group_price[0], 2.0 + 1.5_f64.ln() / dispersion, 1e-9);
        assert!(found.flow.value - 1120.0 <= found.excess_bound + 1e-6);
        assert_close(found.flow.certificate.primal, found.flow.certificate.dual_bound, 1e-9);
    }
}

#[test]
fn demand_goes_unserved_where_the_delivered_price_reaches_its_cost() {
    let found = two_ways(&[(10., Some(40.)), (12., Some(30.))], 0.5, 20.0);
    assert_close(found.flow.unserved[0], 30.0, 1e-9);
    assert_close(found.flow.delivered_price[0], 20.0, 1e-9);
    assert_close(found.flow.group_price[0], 10.0 - 2.0 * (40.0_f64 / 70.0).ln(), 1e-9);
    assert_close(found.flow.group_price[1], 8.0 - 2.0 * (30.0_f64 / 70.0).ln(), 1e-9);
}

#[test]
fn a_dispersion_that_is_no_positive_number_is_named() {
    let problem = Problem { segments: vec![Segment { demand: 1.0, unserved_cost: 2.0 }], groups: Vec::new() };
    let error = disperse(&problem, &[], &[0.0], &Silent).unwrap_err();
    assert_eq!(error, FlowError::Dispersion { value: 0.0 });
}

#[test]
fn the_corridor_approaches_its_least_cost_as_dispersion_ends() {
    let base: [(f64, f64); 6] = [
        (0.05, 88807.96319914678),
        (0.1, 86121.26656653297),
        (0.2, 83145.2483926928),
        (0.5, 81841.61305679727),
        (1.0, 81732.12760376945),
        (5.0, 81681.33857018492),
    ];
    let without_suez: [(f64, f64); 6] = [
        (0.05, 103056.75367484213),
        (0.1, 101835.13781561093),
        (0.2, 100649.16082803639),
        (0.5, 100395.62237794697),
        (1.0, 100381.22625393246),
        (5.0, 100331.33841754243),
    ];
    type Row<'a> = (&'a [Refusal<'a>], f64, [(f64, f64); 6]);
    let cases: [Row; 2] = [(&[], 81680.0, base), (&[("BY", "*"), ("EG", "*")], 100330.0, without_suez)];
    for (refusals, least_cost, expected) in cases {
        let case = corridor(refusals, &[]);
        let paths: Vec<FrozenPath> = case.all_paths().into_iter().map(alone).collect();
        for (dispersion, cost) in expected {
            let found = disperse(&case.problem, &paths, &[dispersion; 6], &Silent).unwrap();
            assert_eq!(found.flow.certificate.solved, Solved::SmoothDual);
            // The reference leaves capacities exceeded by up to 1e-5.
            assert_close(found.flow.value, cost, 1e-6);
            assert!(found.flow.certificate.capacity_violation_max < 1e-9);
            assert!(found.flow.value - least_cost <= found.excess_bound);
            assert_close(found.flow.certificate.primal, found.flow.certificate.dual_bound, 1e-9);
        }
    }
}

#[test]
fn dispersed_sioux_falls_leaves_as_much_unserved_as_the_least_cost_flow() {
    for factor in [1.0, 1.5, 2.0] {
        let Some(case) = sioux_falls(factor) else {
            return;
        };
        let mut solver = Solver::new(&case.problem).unwrap();
        let exact = solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
        let paths: Vec<FrozenPath> = solver.paths().into_iter().map(alone).collect();
        let least: f64 = exact.unserved.iter().sum();
        for dispersion in [0.5, 2.0] {
            let dispersions = vec![dispersion; case.problem.segments.len()];
            let found = disperse(&case.problem, &paths, &dispersions, &Silent).unwrap();
            println!("{factor} {dispersion} {} {:?}", found.flow.value, found.flow.certificate);
            let unserved: f64 = found.flow.unserved.iter().sum();
            assert!(unserved - least < 2e-3 * least.max(1.0), "{unserved} {least}");
            assert!(found.flow.certificate.capacity_violation_max < 1e-8);
            assert!(found.flow.value >= exact.value * (1.0 - 1e-9));
            assert!(found.flow.value - exact.value <= found.excess_bound);
            assert!(found.flow.certificate.relative_gap < 1e-8);
        }
    }
}
