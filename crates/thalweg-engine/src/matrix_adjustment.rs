//! Volumes nearest to a prior that meet counts as far as the errors of the counts let them.
//!
//! Minimum information: van Zuylen and Willumsen 1980, Transp. Res. B 14, with soft counts; generalised least squares:
//! Cascetta 1984, Transp. Res. B 18. Both duals are convex in one multiplier a count and fall to Newton's method.
use crate::flow::projection::solve_positive;

/// What makes a volume near its prior.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// `sum (t ln(t/q) - t + q) / m`: every volume keeps its sign and moves by a factor.
    MinimumInformation,
    /// `sum (t - q)^2 / (2 v)`, volumes at least zero.
    LeastSquares,
}

impl Criterion {
    /// Every criterion.
    pub const ALL: [Criterion; 2] = [Criterion::MinimumInformation, Criterion::LeastSquares];

    /// Its name in reports and flags.
    pub fn name(self) -> &'static str {
        match self {
            Criterion::MinimumInformation => "minimum_information",
            Criterion::LeastSquares => "least_squares",
        }
    }
}

/// A volume before anything is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The prior.
    pub prior: f64,
    /// How far a count may move it: the size m of one unit of information, or the variance v.
    pub spread: f64,
}

/// A count to be met.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// By cell: units counted for one unit of it.
    pub proportions: Vec<f64>,
    /// What was counted.
    pub observed: f64,
    /// Its standard error, above zero.
    pub error: f64,
}

/// The adjusted volumes.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjusted {
    /// By cell.
    pub volumes: Vec<f64>,
    /// By count: what is counted of them.
    pub counted: Vec<f64>,
    /// By count: its multiplier, per unit of the count.
    pub multipliers: Vec<f64>,
    /// Largest distance from the optimum of any count, in errors of its own.
    pub residual: f64,
    /// Newton steps made.
    pub steps: u32,
}

/// Distance from the optimum, in errors, at which the counts count as met.
const ACCURACY: f64 = 1e-10;
const STEPS_MAX: u32 = 200;

/// The volumes nearest to the prior.
pub fn adjust(cells: &[Cell], counts: &[Counted], criterion: Criterion) -> Adjusted {
    let problem = Problem { cells, counts, criterion };
    let mut here = problem.at(vec![0.0; counts.len()]);
    let mut steps = 0;
    while steps < STEPS_MAX && here.residual() > ACCURACY {
        let direction = problem.direction(&here);
        let slope: f64 = here.gradient.iter().zip(&direction).map(|(slope, step)| slope * step).sum();
        let mut length = 1.0;
        let next = loop {
            let scaled = here.scaled.iter().zip(&direction).map(|(at, step)| at + length * step).collect();
            let there = problem.at(scaled);
            let falls = there.worth <= here.worth + 1e-4 * length * slope;
            // Near the bottom the dual is flat to within rounding: there the gradient decides.
            if falls || (there.worth.is_finite() && there.residual() < 0.5 * here.residual()) {
                break Some(there);
            }
            length *= 0.5;
            if length < 1e-12 {
                break None;
            }
        };
        steps += 1;
        let Some(next) = next else { break };
        here = next;
    }
    let counted = counts.iter().map(|count| dot(&count.proportions, &here.volumes)).collect();
    let multipliers = here.scaled.iter().zip(counts).map(|(scaled, count)| scaled / count.error).collect();
    Adjusted { counted, multipliers, residual: here.residual(), steps, volumes: here.volumes }
}

/// Relative entropy of volumes to their priors, in units of the volumes: `sum t ln(t/q) - t + q`.
pub fn relative_entropy(volumes: impl Iterator<Item = (f64, f64)>) -> f64 {
    volumes
        .map(|(volume, prior)| if volume > 0.0 { volume * (volume / prior).ln() - volume + prior } else { prior })
        .sum()
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

struct Problem<'a> {
    cells: &'a [Cell],
    counts: &'a [Counted],
    criterion: Criterion,
}

/// The dual at some multipliers, each scaled by the error of its count.
struct Point {
    scaled: Vec<f64>,
    volumes: Vec<f64>,
    gradient: Vec<f64>,
    worth: f64,
}

impl Point {
    fn residual(&self) -> f64 {
        self.gradient.iter().map(|slope| slope.abs()).fold(0.0, f64::max)
    }
}

impl Problem<'_> {
    fn at(&self, scaled: Vec<f64>) -> Point {
        let mut worth = 0.0;
        let mut volumes = Vec::with_capacity(self.cells.len());
        for (at, cell) in self.cells.iter().enumerate() {
            let rows = self.counts.iter().zip(&scaled);
            let price: f64 = rows.map(|(count, scaled)| count.proportions[at] * scaled / count.error).sum();
            let volume = match self.criterion {
                Criterion::MinimumInformation => cell.prior * (-cell.spread * price).exp(),
                Criterion::LeastSquares => (cell.prior - cell.spread * price).max(0.0),
            };
            // A cell without spread stays and adds nothing that changes.
            worth += match self.criterion {
                _ if cell.spread == 0.0 => -cell.prior * price,
                Criterion::MinimumInformation => volume / cell.spread,
                Criterion::LeastSquares => volume * volume / (2.0 * cell.spread),
            };
            volumes.push(volume);
        }
        let rows = self.counts.iter().zip(&scaled);
        worth += rows.map(|(count, at)| at * (count.observed / count.error + 0.5 * at)).sum::<f64>();
        let slope =
            |(count, at): (&Counted, &f64)| at + (count.observed - dot(&count.proportions, &volumes)) / count.error;
        let gradient = self.counts.iter().zip(&scaled).map(slope).collect();
        Point { scaled, volumes, gradient, worth }
    }

    /// Newton's step down.
    fn direction(&self, here: &Point) -> Vec<f64> {
        let size = self.counts.len();
        let bend = |(cell, &volume): (&Cell, &f64)| match self.criterion {
            Criterion::MinimumInformation => volume * cell.spread,
            Criterion::LeastSquares if volume > 0.0 => cell.spread,
            Criterion::LeastSquares => 0.0,
        };
        let bends: Vec<f64> = self.cells.iter().zip(&here.volumes).map(bend).collect();
        let mut matrix = vec![0.0; size * size];
        for (at, row) in self.counts.iter().enumerate() {
            let weighted: Vec<f64> = row.proportions.iter().zip(&bends).map(|(share, bend)| share * bend).collect();
            for (other, column) in self.counts.iter().enumerate() {
                matrix[at * size + other] = dot(&weighted, &column.proportions) / (row.error * column.error);
            }
            matrix[at * size + at] += 1.0;
        }
        let mut step: Vec<f64> = here.gradient.iter().map(|slope| -slope).collect();
        solve_positive(&mut matrix, &mut step);
        step
    }
}
