//! A slow dense simplex over all simple paths, against which small random networks are held.

use thalweg_engine::flow::graph::{Arc, GraphPricing, Trip};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Group, Problem, Segment, Solved};
use thalweg_engine::watch::Silent;

use crate::flow_sioux_falls::{EXACT, assert_strong_duality};

/// Least of cost times x under matrix times x at most right (right from zero up), x from zero up.
pub fn dense_simplex(cost: &[f64], matrix: &[Vec<f64>], right: &[f64]) -> f64 {
    let (rows, columns) = (matrix.len(), cost.len());
    let mut table: Vec<Vec<f64>> = (0..rows)
        .map(|row| {
            let mut line = matrix[row].clone();
            line.extend((0..rows).map(|slack| if slack == row { 1.0 } else { 0.0 }));
            line.push(right[row]);
            line
        })
        .collect();
    let mut reduced: Vec<f64> = cost.to_vec();
    reduced.resize(columns + rows + 1, 0.0);
    let mut basis: Vec<usize> = (columns..columns + rows).collect();
    while let Some(entering) = (0..columns + rows).find(|&column| reduced[column] < -1e-9) {
        let ratio = |row: usize| table[row][columns + rows] / table[row][entering];
        let leaving = (0..rows)
            .filter(|&row| table[row][entering] > 1e-9)
            .min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(basis[a].cmp(&basis[b])))
            .unwrap();
        let pivot = table[leaving][entering];
        table[leaving].iter_mut().for_each(|entry| *entry /= pivot);
        let pivot_row = table[leaving].clone();
        for row in (0..rows).filter(|&row| row != leaving) {
            let factor = table[row][entering];
            table[row].iter_mut().zip(&pivot_row).for_each(|(entry, p)| *entry -= factor * p);
        }
        let factor = reduced[entering];
        reduced.iter_mut().zip(&pivot_row).for_each(|(entry, p)| *entry -= factor * p);
        basis[leaving] = entering;
    }
    -reduced[columns + rows]
}

/// A small linear congruential generator: the cases must not depend on a library's choices.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % end
    }
}

pub struct Random {
    pub nodes: usize,
    pub arcs: Vec<Arc>,
    pub cost: Vec<f64>,
    pub trips: Vec<Trip>,
    pub problem: Problem,
}

/// Integer costs and capacities, so that ties and degenerate vertices are common; some arcs
/// share groups, some groups may overflow.
pub fn random(seed: u64) -> Random {
    let mut dice = Dice(seed);
    let nodes = 4 + dice.below(3);
    let groups = 3 + dice.below(6);
    let count = 2 * nodes + dice.below(5);
    let arcs: Vec<Arc> = (0..count)
        .map(|_| {
            let from = dice.below(nodes);
            let to = (from + 1 + dice.below(nodes - 1)) % nodes;
            let first = dice.below(groups) as u32;
            let mut usage = vec![(first, (1 + dice.below(2)) as f64)];
            if dice.below(4) == 0 && u64::from(first) + 1 < groups {
                usage.push((first + 1, 0.5));
            }
            Arc { from: from as u32, to: to as u32, usage }
        })
        .collect();
    let segments = 2 + dice.below(5);
    let trips = (0..segments)
        .map(|_| {
            let from = dice.below(nodes);
            Trip { class: 0, from: from as u32, to: ((from + 1 + dice.below(nodes - 1)) % nodes) as u32 }
        })
        .collect();
    let mut segment = || Segment { demand: dice.below(10) as f64, unserved_cost: (5 + dice.below(30)) as f64 };
    let segments = (0..segments).map(|_| segment()).collect();
    let mut group = || Group {
        capacity: dice.below(12) as f64,
        overflow_price: (dice.below(4) == 0).then(|| (1 + dice.below(6)) as f64),
    };
    let groups = (0..groups).map(|_| group()).collect();
    let cost = (0..count).map(|_| (1 + dice.below(9)) as f64).collect();
    Random { nodes: nodes as usize, arcs, cost, trips, problem: Problem { segments, groups } }
}

pub fn simple_paths(case: &Random, from: u32, to: u32) -> Vec<Vec<usize>> {
    let (mut done, mut open) = (Vec::new(), vec![(from, Vec::new(), vec![from])]);
    while let Some((at, path, seen)) = open.pop() {
        if at == to {
            done.push(path);
            continue;
        }
        for (index, arc) in case.arcs.iter().enumerate() {
            if arc.from == at && !seen.contains(&arc.to) {
                let (mut path, mut seen): (Vec<usize>, Vec<u32>) = (path.clone(), seen.clone());
                path.push(index);
                seen.push(arc.to);
                open.push((arc.to, path, seen));
            }
        }
    }
    done
}

/// The least cost by the dense simplex over all simple paths.
pub fn brute_force(case: &Random) -> f64 {
    let Problem { segments, groups } = &case.problem;
    let (mut cost, mut columns) = (Vec::new(), Vec::new());
    for (segment, trip) in case.trips.iter().enumerate() {
        for path in simple_paths(case, trip.from, trip.to) {
            let mut column = vec![0.0; segments.len() + groups.len()];
            column[segment] = 1.0;
            for &arc in &path {
                for &(group, weight) in &case.arcs[arc].usage {
                    column[segments.len() + group as usize] += weight;
                }
            }
            let paid: f64 = path.iter().map(|&arc| case.cost[arc]).sum();
            cost.push(paid - segments[segment].unserved_cost);
            columns.push(column);
        }
    }
    for (index, group) in groups.iter().enumerate() {
        if let Some(price) = group.overflow_price {
            let mut column = vec![0.0; segments.len() + groups.len()];
            column[segments.len() + index] = -1.0;
            cost.push(price);
            columns.push(column);
        }
    }
    let rows = segments.len() + groups.len();
    let matrix: Vec<Vec<f64>> = (0..rows).map(|row| columns.iter().map(|column| column[row]).collect()).collect();
    let mut right: Vec<f64> = segments.iter().map(|segment| segment.demand).collect();
    right.extend(groups.iter().map(|group| group.capacity));
    let all_unserved: f64 = segments.iter().map(|s| s.demand * s.unserved_cost).sum();
    all_unserved + dense_simplex(&cost, &matrix, &right)
}

pub fn pricing(case: &Random) -> GraphPricing {
    GraphPricing::new(case.nodes, &case.arcs, vec![case.cost.clone()], case.trips.clone())
}

#[test]
fn random_networks_cost_what_a_dense_simplex_over_all_paths_says() {
    for seed in 0..600 {
        let case = random(seed);
        let pricing = pricing(&case);
        let mut solver = Solver::new(&case.problem).unwrap();
        let mut flow = solver.solve(&pricing, &EXACT, &Silent).unwrap();
        assert_eq!(flow.certificate.solved, Solved::Vertex, "seed {seed}");
        let expected = brute_force(&case);
        assert!((flow.value - expected).abs() <= 1e-9 * expected.max(1.0), "seed {seed}: {flow:?}");
        assert_strong_duality(&case.problem, &flow);
        solver.settle_prices(&pricing, &mut flow).unwrap();
        assert_strong_duality(&case.problem, &flow);
    }
}

#[test]
fn random_networks_solved_warm_after_any_change_cost_what_they_cost_cold() {
    for seed in 0..300 {
        let mut case = random(seed);
        let mut dice = Dice(seed + 77);
        let mut solver = Solver::new(&case.problem).unwrap();
        solver.solve(&pricing(&case), &EXACT, &Silent).unwrap();
        for _ in 0..6 {
            let group = dice.below(case.problem.groups.len() as u64) as usize;
            let segment = dice.below(case.problem.segments.len() as u64) as usize;
            let arc = dice.below(case.arcs.len() as u64) as usize;
            case.problem.groups[group].capacity = dice.below(12) as f64;
            case.problem.segments[segment].demand = dice.below(10) as f64;
            case.cost[arc] = if dice.below(3) == 0 { f64::INFINITY } else { (1 + dice.below(9)) as f64 };
            solver.set_capacity(group, case.problem.groups[group].capacity).unwrap();
            solver.set_demand(segment, case.problem.segments[segment].demand).unwrap();
            let pricing = pricing(&case);
            solver.refresh(&pricing).unwrap();
            let warm = solver.solve(&pricing, &EXACT, &Silent).unwrap();
            let cold = Solver::new(&case.problem).unwrap().solve(&pricing, &EXACT, &Silent).unwrap();
            assert!((warm.value - cold.value).abs() <= 1e-9 * cold.value.max(1.0), "seed {seed}");
            assert_strong_duality(&case.problem, &warm);
        }
    }
}

#[test]
fn more_capacity_never_costs_more() {
    for seed in 0..100 {
        let case = random(seed);
        let pricing = pricing(&case);
        let mut solver = Solver::new(&case.problem).unwrap();
        let mut before = solver.solve(&pricing, &EXACT, &Silent).unwrap().value;
        for step in 1..6 {
            let group = step % case.problem.groups.len();
            solver.set_capacity(group, case.problem.groups[group].capacity + step as f64).unwrap();
            let after = solver.solve(&pricing, &EXACT, &Silent).unwrap().value;
            assert!(after <= before + 1e-9 * before, "seed {seed}");
            before = after;
        }
    }
}
