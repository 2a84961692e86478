//! Conditional logit with its corrections for overlap, and the estimation of its parameters.
//!
//! Path size: Ben-Akiva and Bierlaire 1999; C-logit: Cascetta et al. 1996; estimation: McFadden
//! 1974, by Newton's method on the concave log-likelihood.

use std::fmt;

use crate::flow::projection::solve_positive;

/// A path as the links it uses.
pub type LinkPath = [u32];

/// By path: sum over its links of length share over the number of paths using the link.
pub fn path_sizes(paths: &[&LinkPath], length: &[f64]) -> Vec<f64> {
    let mut users = vec![0_u32; length.len()];
    for &link in paths.iter().copied().flatten() {
        users[link as usize] += 1;
    }
    let size = |path: &&LinkPath| {
        let total: f64 = path.iter().map(|&link| length[link as usize]).sum();
        if total == 0.0 {
            return 1.0;
        }
        let share = |&link: &u32| length[link as usize] / total / f64::from(users[link as usize]);
        path.iter().map(share).sum()
    };
    paths.iter().map(size).collect()
}

/// By path: log of the summed overlaps with all paths, itself included.
pub fn commonality(paths: &[&LinkPath], length: &[f64]) -> Vec<f64> {
    let total = |path: &LinkPath| -> f64 { path.iter().map(|&link| length[link as usize]).sum() };
    let shared = |a: &LinkPath, b: &LinkPath| -> f64 {
        a.iter().filter(|link| b.contains(link)).map(|&link| length[link as usize]).sum()
    };
    let factor = |a: &&LinkPath| -> f64 {
        let overlap = |b: &&LinkPath| {
            let size = (total(a) * total(b)).sqrt();
            if size > 0.0 { shared(a, b) / size } else { 0.0 }
        };
        let sum: f64 = paths.iter().map(overlap).sum();
        if sum > 0.0 { sum.ln() } else { 0.0 }
    };
    paths.iter().map(factor).collect()
}

/// Shares in proportion to the exponentials of the utilities.
pub fn shares(utilities: &[f64]) -> Vec<f64> {
    let largest = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = utilities.iter().map(|utility| (utility - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Expected cost of the best of several ways: minus the log of summed exponentials over dispersion.
pub fn logsum(costs: &[f64], dispersion: f64) -> f64 {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    let sum: f64 = costs.iter().map(|cost| (-dispersion * (cost - least)).exp()).sum();
    least - sum.ln() / dispersion
}

/// One situation in which a choice was observed.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    /// Attributes by alternative; as many of each as there are parameters.
    pub attributes: Vec<Vec<f64>>,
    /// Units observed to take each alternative.
    pub chosen: Vec<f64>,
}

/// Parameters with what the data say of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Utility per unit of each attribute.
    pub parameters: Vec<f64>,
    /// Standard error of each.
    pub standard_errors: Vec<f64>,
    /// Log-likelihood at the parameters.
    pub log_likelihood: f64,
    /// Log-likelihood at zero parameters.
    pub log_likelihood_at_zero: f64,
    /// Newton steps made.
    pub steps: u32,
}

/// Observations from which nothing can be estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogitError {
    /// A situation whose attributes or counts are of the wrong number, not finite or negative.
    Situation {
        /// Index of the situation.
        index: usize,
    },
    /// Two parameters cannot be told apart, or one never differs between alternatives.
    NotIdentified,
    /// The likelihood has no maximum: some rule predicts every choice.
    Separated,
}

impl fmt::Display for LogitError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Situation { index } => {
                write!(out, "situation {index} has a wrong number of values, or one that makes no sense")
            }
            Self::NotIdentified => {
                write!(out, "the observations do not tell the parameters apart")
            }
            Self::Separated => {
                write!(out, "the observations are predicted without error: the estimate has no bound")
            }
        }
    }
}

impl std::error::Error for LogitError {}

const STEPS_MAX: u32 = 100;

/// The parameters of greatest likelihood.
pub fn estimate(situations: &[Situation], parameters: usize) -> Result<Estimate, LogitError> {
    check(situations, parameters)?;
    let mut at = vec![0.0; parameters];
    let start = likelihood(situations, &at);
    let mut here = likelihood(situations, &at);
    for steps in 1..=STEPS_MAX {
        let direction = newton(&here)?;
        let promised: f64 = direction.iter().zip(&here.gradient).map(|(d, g)| d * g).sum();
        let mut length = 1.0;
        loop {
            let next: Vec<f64> = at.iter().zip(&direction).map(|(x, d)| x + length * d).collect();
            let there = likelihood(situations, &next);
            if there.value >= here.value || length < 1e-9 {
                (at, here) = (next, there);
                break;
            }
            length *= 0.5;
        }
        if promised < 1e-13 * here.value.abs().max(1.0) {
            return finish(at, &here, &start, steps);
        }
    }
    Err(LogitError::Separated)
}

fn finish(parameters: Vec<f64>, here: &Likelihood, start: &Likelihood, steps: u32) -> Result<Estimate, LogitError> {
    if here.value > -1e-9 * start.value.abs() && start.value < 0.0 {
        return Err(LogitError::Separated);
    }
    let count = parameters.len();
    let mut standard_errors = Vec::with_capacity(count);
    for axis in 0..count {
        let mut unit = vec![0.0; count];
        unit[axis] = 1.0;
        solve_positive(&mut here.information.clone(), &mut unit);
        standard_errors.push(unit[axis].max(0.0).sqrt());
    }
    Ok(Estimate { parameters, standard_errors, log_likelihood: here.value, log_likelihood_at_zero: start.value, steps })
}

fn check(situations: &[Situation], parameters: usize) -> Result<(), LogitError> {
    for (index, situation) in situations.iter().enumerate() {
        let shaped = situation.attributes.len() == situation.chosen.len()
            && situation.attributes.iter().all(|row| row.len() == parameters);
        let finite = situation.attributes.iter().flatten().all(|value| value.is_finite())
            && situation.chosen.iter().all(|count| count.is_finite() && *count >= 0.0);
        if !shaped || !finite {
            return Err(LogitError::Situation { index });
        }
    }
    Ok(())
}

struct Likelihood {
    value: f64,
    gradient: Vec<f64>,
    /// Minus the matrix of second derivatives, row by row.
    information: Vec<f64>,
}

fn likelihood(situations: &[Situation], parameters: &[f64]) -> Likelihood {
    let count = parameters.len();
    let (mut value, mut gradient) = (0.0, vec![0.0; count]);
    let mut information = vec![0.0; count * count];
    for situation in situations {
        let total: f64 = situation.chosen.iter().sum();
        let utility = |row: &Vec<f64>| row.iter().zip(parameters).map(|(x, b)| x * b).sum::<f64>();
        let utilities: Vec<f64> = situation.attributes.iter().map(utility).collect();
        let shares = shares(&utilities);
        let mut mean = vec![0.0; count];
        for (row, share) in situation.attributes.iter().zip(&shares) {
            mean.iter_mut().zip(row).for_each(|(mean, x)| *mean += share * x);
        }
        for ((row, share), &chosen) in situation.attributes.iter().zip(&shares).zip(&situation.chosen) {
            if chosen > 0.0 {
                value += chosen * share.max(f64::MIN_POSITIVE).ln();
            }
            for a in 0..count {
                gradient[a] += chosen * (row[a] - mean[a]);
                for b in 0..count {
                    information[a * count + b] += total * share * (row[a] - mean[a]) * (row[b] - mean[b]);
                }
            }
        }
    }
    Likelihood { value, gradient, information }
}

/// The step to the top of the parabola; parameters without information are refused.
fn newton(here: &Likelihood) -> Result<Vec<f64>, LogitError> {
    let count = here.gradient.len();
    let scale: Vec<f64> = (0..count).map(|at| here.information[at * count + at].sqrt()).collect();
    if scale.iter().any(|&scale| scale < 1e-150) {
        return Err(LogitError::NotIdentified);
    }
    let mut matrix = here.information.clone();
    for row in 0..count {
        for column in 0..count {
            matrix[row * count + column] /= scale[row] * scale[column];
        }
    }
    let mut step: Vec<f64> = here.gradient.iter().zip(&scale).map(|(g, s)| g / s).collect();
    solve_positive(&mut matrix, &mut step);
    // The factor's diagonal tells how much of a parameter the ones before it leave open.
    if (0..count).any(|at| !matrix[at * count + at].is_finite() || matrix[at * count + at] < 1e-6) {
        return Err(LogitError::NotIdentified);
    }
    Ok(step.iter().zip(&scale).map(|(step, scale)| step / scale).collect())
}
