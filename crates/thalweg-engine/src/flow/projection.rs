//! The point of a polyhedron nearest to a given one, by the dual active-set method.
//!
//! Goldfarb and Idnani 1983, Math. Program. 27, for the identity as the quadratic form.

use crate::flow::master::{add_scaled, dot};

/// A normal this short is rounding: its half space holds everywhere or nowhere.
const NO_NORMAL: f64 = 1e-9;

/// Half space: normal times point is at least `bound`.
#[derive(Clone, Debug)]
pub(crate) struct HalfSpace {
    pub normal: Vec<f64>,
    pub bound: f64,
}

/// Nearest point, or none when the half spaces have no common point to working precision.
pub(crate) fn project(point: &[f64], half_spaces: &[HalfSpace]) -> Option<Vec<f64>> {
    let mut nearest = point.to_vec();
    let mut active: Vec<usize> = Vec::new();
    let mut multipliers: Vec<f64> = Vec::new();
    let scale = scale_of(point, half_spaces);
    for _ in 0..50 * (half_spaces.len() + 10) {
        let Some(violated) = most_violated(&nearest, half_spaces, scale) else {
            return Some(nearest);
        };
        let space = &half_spaces[violated];
        let mut own_multiplier = 0.0;
        loop {
            let weights = combination(&active, half_spaces, &space.normal);
            let mut direction = space.normal.clone();
            for (&index, &weight) in active.iter().zip(&weights) {
                add_scaled(&mut direction, &half_spaces[index].normal, -weight);
            }
            let slope = dot(&direction, &space.normal);
            let (dual_step, leaving) = dual_limit(&multipliers, &weights);
            let parallel = 1e-12 * dot(&space.normal, &space.normal);
            let degenerate = active.len() == point.len() || slope <= parallel;
            if degenerate && leaving.is_none() {
                return None;
            }
            let missing = space.bound - dot(&nearest, &space.normal);
            let full_step = if degenerate { f64::INFINITY } else { missing / slope };
            let step = full_step.min(dual_step);
            if !degenerate {
                add_scaled(&mut nearest, &direction, step);
            }
            add_scaled(&mut multipliers, &weights, -step);
            own_multiplier += step;
            if full_step <= dual_step {
                active.push(violated);
                multipliers.push(own_multiplier);
                break;
            }
            let leaving = leaving?;
            active.remove(leaving);
            multipliers.remove(leaving);
        }
    }
    None
}

fn size(space: &HalfSpace) -> f64 {
    dot(&space.normal, &space.normal).sqrt()
}

/// Size of the distances at stake.
fn scale_of(point: &[f64], half_spaces: &[HalfSpace]) -> f64 {
    let distance = |space: &HalfSpace| match size(space) {
        small if small < NO_NORMAL => 0.0,
        size => space.bound.abs() / size,
    };
    half_spaces.iter().map(distance).fold(dot(point, point).sqrt(), f64::max)
}

fn most_violated(point: &[f64], half_spaces: &[HalfSpace], scale: f64) -> Option<usize> {
    let mut worst = (1e-12 * scale, None);
    for (index, space) in half_spaces.iter().enumerate() {
        let size = size(space);
        if size < NO_NORMAL {
            continue;
        }
        let missing = (space.bound - dot(point, &space.normal)) / size;
        if missing > worst.0 {
            worst = (missing, Some(index));
        }
    }
    worst.1
}

fn dual_limit(multipliers: &[f64], weights: &[f64]) -> (f64, Option<usize>) {
    let mut limit = (f64::INFINITY, None);
    for (index, (multiplier, weight)) in multipliers.iter().zip(weights).enumerate() {
        if *weight > 1e-14 && multiplier / weight < limit.0 {
            limit = (multiplier / weight, Some(index));
        }
    }
    limit
}

/// Weights of the active normals that come nearest to `normal`.
fn combination(active: &[usize], half_spaces: &[HalfSpace], normal: &[f64]) -> Vec<f64> {
    let count = active.len();
    let mut matrix = vec![0.0; count * count];
    let mut right: Vec<f64> = Vec::with_capacity(count);
    for (row, &a) in active.iter().enumerate() {
        for (column, &b) in active.iter().enumerate() {
            matrix[row * count + column] = dot(&half_spaces[a].normal, &half_spaces[b].normal);
        }
        right.push(dot(&half_spaces[a].normal, normal));
    }
    solve_positive(&mut matrix, &mut right);
    right
}

/// Solves a symmetric positive (semi)definite system in place by Cholesky's factors; a direction
/// without curvature gets zero.
pub(crate) fn solve_positive(matrix: &mut [f64], right: &mut [f64]) {
    let count = right.len();
    let largest = (0..count).map(|at| matrix[at * count + at]).fold(0.0, f64::max);
    for column in 0..count {
        for row in column..count {
            let (a, b) = (row * count, column * count);
            let inner = dot(&matrix[a..a + column], &matrix[b..b + column]);
            matrix[row * count + column] -= inner;
        }
        let pivot = matrix[column * count + column];
        let root = if pivot > 1e-14 * largest { pivot.sqrt() } else { f64::INFINITY };
        for row in column + 1..count {
            matrix[row * count + column] /= root;
        }
        matrix[column * count + column] = root;
    }
    for row in 0..count {
        let inner = dot(&matrix[row * count..row * count + row], &right[..row]);
        right[row] = (right[row] - inner) / matrix[row * count + row];
    }
    for row in (0..count).rev() {
        let inner: f64 = (row + 1..count).map(|below| matrix[below * count + row] * right[below]).sum();
        right[row] = (right[row] - inner) / matrix[row * count + row];
    }
}

#[cfg(test)]
mod tests {
    use super::{HalfSpace, project, solve_positive};

    fn at_least(normal: &[f64], bound: f64) -> HalfSpace {
        HalfSpace { normal: normal.to_vec(), bound }
    }

    #[test]
    fn the_nearest_point_of_a_corner_is_the_corner() {
        let corner = [at_least(&[1.0, 0.0], 2.0), at_least(&[0.0, 1.0], 3.0)];
        assert_eq!(project(&[0.0, 0.0], &corner), Some(vec![2.0, 3.0]));
    }

    #[test]
    fn a_sum_is_split_equally() {
        let nearest = project(&[0.0; 3], &[at_least(&[1.0; 3], 2.0)]).unwrap();
        assert!(nearest.iter().all(|share| (share - 2.0 / 3.0).abs() < 1e-12));
    }

    #[test]
    fn half_spaces_without_a_common_point_have_no_nearest_one() {
        let apart = [at_least(&[1.0], 2.0), at_least(&[-1.0], -1.0)];
        assert_eq!(project(&[0.0], &apart), None);
    }

    #[test]
    fn a_positive_system_is_solved() {
        let mut right = [1.0, 2.0];
        solve_positive(&mut [4.0, 2.0, 2.0, 3.0], &mut right);
        assert!((right[0] + 0.125).abs() < 1e-15 && (right[1] - 0.75).abs() < 1e-15);
    }
}
