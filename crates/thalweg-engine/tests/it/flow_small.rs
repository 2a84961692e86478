//! Small published and closed-form cases of the least-cost flow, and bad input.

use thalweg_engine::flow::graph::{Arc, GraphPricing, Trip};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Flow, FlowError, Group, Problem, Segment, Settings, Solved};
use thalweg_engine::watch::{Silent, Watch};

use crate::flow_cases::{Json, assert_close, outside_case};
use crate::flow_sioux_falls::{EXACT, assert_strong_duality};

fn plain_arcs(ends: &[(u32, u32)]) -> Vec<Arc> {
    let arc = |(index, &(from, to)): (usize, &(u32, u32))| Arc { from, to, usage: vec![(index as u32, 1.0)] };
    ends.iter().enumerate().map(arc).collect()
}

fn hard(capacities: &[f64]) -> Vec<Group> {
    capacities.iter().map(|&capacity| Group { capacity, overflow_price: None }).collect()
}

fn solve(problem: &Problem, pricing: &GraphPricing) -> Flow {
    let mut solver = Solver::new(problem).unwrap();
    let mut flow = solver.solve(pricing, &EXACT, &Silent).unwrap();
    solver.settle_prices(pricing, &mut flow).unwrap();
    assert_strong_duality(problem, &flow);
    flow
}

#[test]
fn two_commodities_on_five_arcs_cost_67_at_prices_3_and_1() {
    let arcs = plain_arcs(&[(0, 1), (0, 2), (1, 2), (1, 3), (2, 3)]);
    let costs = vec![vec![3., 2., 2., 4., 1.], vec![4., 2., 1., 2., 5.]];
    let demands = [(0, 0, 3, 6.0), (0, 1, 3, 2.0), (1, 0, 2, 3.0), (1, 0, 3, 4.0)];
    let trips = demands.iter().map(|&(class, from, to, _)| Trip { class, from, to }).collect();
    let segments = demands.iter().map(|&(_, _, _, demand)| Segment { demand, unserved_cost: 1000.0 });
    let problem = Problem { segments: segments.collect(), groups: hard(&[10., 5., 15., 6., 7.]) };
    let flow = solve(&problem, &GraphPricing::new(4, &arcs, costs, trips));
    assert_close(flow.value, 67.0, 1e-9);
    for (price, expected) in flow.group_price.iter().zip([0., 3., 0., 0., 1.]) {
        assert_close(*price, expected, 1e-9);
    }
}

/// A buyer of 100 units at 20 each, with a supplier of 100 at 1, one of 20 at 3 and a newcomer.
fn cost_to_buyer(newcomer: f64, first_supplier: f64) -> Flow {
    let arcs = plain_arcs(&[(0, 1), (0, 1), (0, 1)]);
    let problem = Problem {
        segments: vec![Segment { demand: 100.0, unserved_cost: 20.0 }],
        groups: hard(&[first_supplier, 20.0, newcomer]),
    };
    let trip = vec![Trip { class: 0, from: 0, to: 1 }];
    solve(&problem, &GraphPricing::new(2, &arcs, vec![vec![1., 3., 4.]], trip))
}

#[test]
fn a_newcomer_that_carries_nothing_lowers_the_cost_of_refusal_by_16_a_unit_up_to_80() {
    for size in [0., 1., 5., 10., 20., 40., 60., 80., 100.] {
        let (base, refused) = (cost_to_buyer(size, 100.0), cost_to_buyer(size, 0.0));
        assert_close(base.value, 100.0, 1e-9);
        assert_close(base.group_flow[0], 100.0, 1e-9);
        assert_close(refused.value - base.value, 1560.0 - 16.0 * f64::min(size, 80.0), 1e-9);
        assert_close(refused.unserved[0], f64::max(80.0 - size, 0.0), 1e-9);
    }
}

#[test]
fn design_instances_with_all_arcs_open_cost_their_published_linear_flow() {
    let Some(expected) = outside_case("cases/cmnd/expected.json") else {
        return;
    };
    for (name, file) in [("r01.1", "cases/cmnd/r01.1.dow"), ("c33", "cases/cmnd/c33.dow")] {
        let Some(text) = outside_case(file) else {
            return;
        };
        let rows: Vec<Vec<f64>> = text
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().map(|field| field.parse().unwrap()).collect())
            .collect();
        let (nodes, arc_count) = (rows[0][0] as usize, rows[0][1] as usize);
        let (arc_rows, demand_rows) = rows[1..].split_at(arc_count);
        let ends: Vec<(u32, u32)> = arc_rows.iter().map(|row| (row[0] as u32 - 1, row[1] as u32 - 1)).collect();
        let costs = vec![arc_rows.iter().map(|row| row[2]).collect()];
        let capacities: Vec<f64> = arc_rows.iter().map(|row| row[3]).collect();
        let demands: Vec<&Vec<f64>> = demand_rows.iter().filter(|row| row.len() == 3).collect();
        let segments = demands.iter().map(|row| Segment { demand: row[2], unserved_cost: 1e5 });
        let problem = Problem { segments: segments.collect(), groups: hard(&capacities) };
        let trip = |row: &&Vec<f64>| Trip { class: 0, from: row[0] as u32 - 1, to: row[1] as u32 - 1 };
        let trips = demands.iter().map(trip).collect();
        let flow = solve(&problem, &GraphPricing::new(nodes, &plain_arcs(&ends), costs, trips));
        assert!(flow.unserved.iter().all(|unserved| *unserved < 1e-9));
        assert_close(flow.value, Json::parse(&expected).at(name).at("linear_mcf").number(), 1e-9);
    }
}

#[test]
fn an_unreachable_segment_goes_unserved() {
    let problem = Problem { segments: vec![Segment { demand: 4.0, unserved_cost: 7.0 }], groups: Vec::new() };
    let trip = vec![Trip { class: 0, from: 1, to: 0 }];
    let arcs = [Arc { from: 0, to: 1, usage: Vec::new() }];
    let flow = solve(&problem, &GraphPricing::new(2, &arcs, vec![vec![1.0]], trip));
    assert_eq!((flow.value, flow.unserved[0], flow.delivered_price[0]), (28.0, 4.0, 7.0));
}

#[test]
fn senseless_numbers_are_named_not_solved() {
    let problem = |demand: f64, unserved_cost: f64, capacity: f64| Problem {
        segments: vec![Segment { demand, unserved_cost }],
        groups: hard(&[capacity]),
    };
    let error = |problem: Problem| Solver::new(&problem).unwrap_err();
    assert_eq!(error(problem(-1., 1., 1.)), FlowError::Demand { segment: 0, value: -1. });
    assert_eq!(error(problem(1., -2., 1.)), FlowError::UnservedCost { segment: 0, value: -2. });
    let infinite = FlowError::Capacity { group: 0, value: f64::INFINITY };
    assert_eq!(error(problem(1., 1., f64::INFINITY)), infinite);
    assert!(matches!(error(problem(f64::NAN, 1., 1.)), FlowError::Demand { segment: 0, .. }));
    let mut solver = Solver::new(&problem(1., 1., 1.)).unwrap();
    assert!(solver.set_capacity(0, -3.0).is_err());
    let trip = vec![Trip { class: 0, from: 0, to: 1 }];
    let pricing = GraphPricing::new(2, &plain_arcs(&[(0, 1)]), vec![vec![1.0]], trip);
    let impossible = Settings { relative_gap: -1e-4, rounds_max: 10 };
    let gap = solver.solve(&pricing, &impossible, &Silent).unwrap_err();
    assert_eq!(gap.to_string(), "a relative gap of -0.0001 cannot be reached");
}

struct Impatient;

impl Watch for Impatient {
    fn cancelled(&self) -> bool {
        true
    }
}

#[test]
fn a_cancelled_run_answers_with_what_it_has_and_its_gap() {
    let problem = Problem { segments: vec![Segment { demand: 10.0, unserved_cost: 9.0 }], groups: hard(&[4.0, 20.0]) };
    let trip = vec![Trip { class: 0, from: 0, to: 1 }];
    let pricing = GraphPricing::new(2, &plain_arcs(&[(0, 1), (0, 1)]), vec![vec![1.0, 2.0]], trip);
    let mut solver = Solver::new(&problem).unwrap();
    let flow = solver.solve(&pricing, &EXACT, &Impatient).unwrap();
    assert_eq!(flow.certificate.solved, Solved::Interrupted);
    assert!(flow.certificate.relative_gap > 0.0);
    let resumed = solver.solve(&pricing, &EXACT, &Silent).unwrap();
    assert_close(resumed.value, 16.0, 1e-12);
}

#[test]
fn the_same_input_gives_the_same_bytes_on_one_thread_and_on_two() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let case = crate::flow_sioux_falls::sioux_falls(1.0)?;
            let mut solver = Solver::new(&case.problem).unwrap();
            let mut flow = solver.solve(&case.pricing, &EXACT, &Silent).unwrap();
            solver.settle_prices(&case.pricing, &mut flow).unwrap();
            Some(format!("{flow:?}"))
        })
    };
    assert_eq!(run(1), run(2));
}
