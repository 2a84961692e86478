//! Gate constants: multipliers of soft equalities of throughput in the dispersed program.
//!
//! Equality constraints of the entropy program: van Zuylen and Willumsen 1980, Transp. Res. B 14. Each equality is soft:
//! the program pays `(x - T)^2 / (2 r)` for missing a count T, and `(x - T) / r` is the constant. The dual is concave
//! in the constants and its gradient is `x - T - r kappa`; Newton's method with halved steps finds its top.
use crate::descriptive::Choices;
use crate::flow::FlowError;
use crate::flow::dispersed::Dispersed;
use crate::flow::projection::solve_positive;
use crate::watch::Watch;

/// A count to be met.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftCount {
    /// By path: units of the count that one commodity unit on it is; 0 where it does not pass.
    pub uses: Vec<f64>,
    /// Units counted a year.
    pub count: f64,
    /// Misfit, in units a year, that a constant of one study currency per unit leaves.
    pub softness: f64,
}

impl SoftCount {
    /// Units a year of given flows.
    pub fn volume(&self, flows: &[f64]) -> f64 {
        self.uses.iter().zip(flows).map(|(uses, flow)| uses * flow).sum()
    }
}

/// Counts met as far as their softness lets them.
#[derive(Debug, Clone, PartialEq)]
pub struct Met {
    /// By count: what passing costs more, study currency per unit of the count.
    pub constants: Vec<f64>,
    /// By count: units a year at these constants.
    pub volumes: Vec<f64>,
    /// The program's answer.
    pub dispersed: Dispersed,
    /// Largest `|x - T - r kappa|` relative to `T + x`.
    pub residual: f64,
    /// Steps made.
    pub steps: u32,
}

/// Residual at which the equalities count as met.
const ACCURACY: f64 = 1e-9;
const STEPS_MAX: u32 = 200;

/// The constants at which each volume is its count plus softness times constant; `added` is fixed and stays.
pub fn meet(choices: &Choices, added: &[f64], counts: &[SoftCount], watch: &dyn Watch) -> Result<Met, FlowError> {
    let mut here = Point::at(choices, (added, counts), vec![0.0; counts.len()], watch)?;
    let mut steps = 0;
    while steps < STEPS_MAX && here.residual(counts) > ACCURACY && !watch.cancelled() {
        let direction = here.direction(choices, counts);
        let mut length = 1.0;
        let next = loop {
            let constants = here.constants.iter().zip(&direction).map(|(at, step)| at + length * step).collect();
            let there = Point::at(choices, (added, counts), constants, watch)?;
            if there.worth >= here.worth - NOISE * here.worth.abs() && there.is_no_farther(&here, counts) {
                break Some(there);
            }
            length *= 0.5;
            if length < 1e-6 {
                break None;
            }
        };
        steps += 1;
        let Some(next) = next else { break };
        here = next;
        watch.progress(u64::from(steps), u64::from(STEPS_MAX), "steps of the gate constants");
    }
    let residual = here.residual(counts);
    Ok(Met { constants: here.constants, volumes: here.volumes, dispersed: here.dispersed, residual, steps })
}

/// Relative size of a change of the dual that rounding can make.
const NOISE: f64 = 1e-11;

/// The program at some constants.
struct Point {
    constants: Vec<f64>,
    flows: Vec<f64>,
    volumes: Vec<f64>,
    dispersed: Dispersed,
    /// Value of the dual.
    worth: f64,
}

impl Point {
    fn at(
        choices: &Choices,
        (added, counts): (&[f64], &[SoftCount]),
        constants: Vec<f64>,
        watch: &dyn Watch,
    ) -> Result<Self, FlowError> {
        let mut all = added.to_vec();
        for (count, constant) in counts.iter().zip(&constants) {
            all.iter_mut().zip(&count.uses).for_each(|(added, uses)| *added += constant * uses);
        }
        let dispersed = choices.solve(&all, watch)?;
        let flows = choices.flows(&dispersed);
        let volumes = counts.iter().map(|count| count.volume(&flows)).collect();
        let paid = |(count, at): (&SoftCount, &f64)| at * (count.count + 0.5 * count.softness * at);
        let worth = dispersed.flow.certificate.primal - counts.iter().zip(&constants).map(paid).sum::<f64>();
        Ok(Self { constants, flows, volumes, dispersed, worth })
    }

    fn gradient(&self, counts: &[SoftCount]) -> Vec<f64> {
        let rows = counts.iter().zip(&self.volumes).zip(&self.constants);
        rows.map(|((count, volume), at)| volume - count.count - count.softness * at).collect()
    }

    fn residual(&self, counts: &[SoftCount]) -> f64 {
        let rows = self.gradient(counts).into_iter().zip(counts).zip(&self.volumes);
        rows.map(|((slope, count), volume)| slope.abs() / (count.count + volume).max(f64::MIN_POSITIVE))
            .fold(0.0, f64::max)
    }

    /// Near the top the dual is flat to within rounding: there the gradient decides.
    fn is_no_farther(&self, before: &Point, counts: &[SoftCount]) -> bool {
        self.worth > before.worth || self.residual(counts) <= before.residual(counts)
    }

    /// Newton's step; the curvature is that of the logit, exact where no capacity binds and too steep where one does.
    fn direction(&self, choices: &Choices, counts: &[SoftCount]) -> Vec<f64> {
        let size = counts.len();
        let mut matrix = vec![0.0; size * size];
        for (at, count) in counts.iter().enumerate() {
            matrix[at * size + at] = count.softness;
        }
        let segments = choices.problem.segments.len();
        let mut shipped = vec![0.0; segments];
        let mut through = vec![vec![0.0; size]; segments];
        for (position, path) in choices.paths.iter().enumerate() {
            let (segment, flow) = (path.column.segment as usize, self.flows[position]);
            shipped[segment] += flow;
            let dispersion = choices.dispersion[segment];
            for row in (0..size).filter(|&row| counts[row].uses[position] != 0.0) {
                through[segment][row] += flow * counts[row].uses[position];
                for column in 0..size {
                    let both = counts[row].uses[position] * counts[column].uses[position];
                    matrix[row * size + column] += dispersion * flow * both;
                }
            }
        }
        for segment in (0..segments).filter(|&segment| shipped[segment] > 0.0) {
            for row in 0..size {
                for column in 0..size {
                    let both = through[segment][row] * through[segment][column];
                    matrix[row * size + column] -= choices.dispersion[segment] * both / shipped[segment];
                }
            }
        }
        let mut step = self.gradient(counts);
        solve_positive(&mut matrix, &mut step);
        step
    }
}
