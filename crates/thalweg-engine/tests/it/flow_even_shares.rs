//! Evenly shared losses against linear programs over all simple paths, level by level.
use crate::flow_oracle::{Random, dense_simplex, pricing, random, simple_paths};
use thalweg_engine::flow::Problem;
use thalweg_engine::shared_losses::even_shares;
use thalweg_engine::watch::Silent;

/// What keeping the shares of those who are held is worth, against a share of those who rise.
const KEPT: f64 = 100.0;

/// A small network on which nothing may overflow and nothing is too dear.
fn case_of(seed: u64) -> Random {
    let mut case = random(seed);
    case.problem.segments.iter_mut().for_each(|segment| segment.unserved_cost = 1e7);
    case.problem.groups.iter_mut().for_each(|group| group.overflow_price = None);
    case
}

/// The largest t with t times its demand delivered to each of `rising` and, before all else, `held` times its demand to the
/// others: one program over all paths, with the share of `held` that is kept as a variable of its own.
fn largest(case: &Random, rising: &[usize], held: &[f64]) -> f64 {
    let Problem { segments, groups } = &case.problem;
    let (count, rows) = (segments.len(), 2 * segments.len() + groups.len() + 2);
    let (mut cost, mut columns): (Vec<f64>, Vec<Vec<f64>>) = (Vec::new(), Vec::new());
    for (segment, trip) in case.trips.iter().enumerate() {
        for path in simple_paths(case, trip.from, trip.to) {
            let mut column = vec![0.0; rows];
            (column[segment], column[count + segment]) = (1.0, -1.0);
            for (group, weight) in path.iter().flat_map(|&arc| &case.arcs[arc].usage) {
                column[2 * count + *group as usize] += weight;
            }
            cost.push(0.0);
            columns.push(column);
        }
    }
    let (mut kept, mut share) = (vec![0.0; rows], vec![0.0; rows]);
    for segment in 0..count {
        match rising.contains(&segment) {
            true => share[count + segment] = segments[segment].demand,
            false => kept[count + segment] = held[segment] * segments[segment].demand,
        }
    }
    (kept[rows - 2], share[rows - 1]) = (1.0, 1.0);
    cost.extend([-KEPT, -1.0]);
    columns.extend([kept, share]);
    let matrix: Vec<Vec<f64>> = (0..rows).map(|row| columns.iter().map(|column| column[row]).collect()).collect();
    let mut right: Vec<f64> = segments.iter().map(|segment| segment.demand).collect();
    right.extend(vec![0.0; count]);
    right.extend(groups.iter().map(|group| group.capacity));
    right.extend([1.0, 1.0]);
    -dense_simplex(&cost, &matrix, &right) - KEPT
}

/// Level by level: the highest share of all that are free; who can have no more alone keeps it.
fn by_enumeration(case: &Random) -> Vec<f64> {
    let count = case.problem.segments.len();
    let mut shares = vec![1.0; count];
    let mut free: Vec<usize> = (0..count).filter(|&segment| case.problem.segments[segment].demand > 0.0).collect();
    while !free.is_empty() {
        let level = largest(case, &free, &shares);
        free.iter().for_each(|&segment| shares[segment] = level);
        let before = free.len();
        free.retain(|&segment| level < 1.0 - 1e-9 && largest(case, &[segment], &shares) > level + 1e-6);
        assert!(free.len() < before, "nobody keeps the level {level}: {shares:?}, {:?}", case.problem);
    }
    shares
}

#[test]
fn losses_are_shared_as_evenly_as_level_by_level_programs_over_all_paths_say() {
    let mut uneven = 0;
    for seed in 0..200 {
        let case = case_of(seed);
        let found = even_shares(&case.problem, &pricing(&case), &Silent).unwrap();
        let expected = by_enumeration(&case);
        for (one, other) in found.iter().zip(&expected) {
            assert!((one - other).abs() < 1e-6, "seed {seed}: {found:?} against {expected:?}, {:?}", case.problem);
        }
        let lost: Vec<f64> = expected.iter().copied().filter(|share| *share < 1.0 - 1e-6).collect();
        uneven += usize::from(lost.iter().any(|share| (share - lost[0]).abs() > 1e-6));
    }
    assert!(uneven > 30, "only {uneven} cases have more than one level below the whole");
}
