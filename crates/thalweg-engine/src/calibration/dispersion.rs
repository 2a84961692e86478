//! Dispersion and mode constants by conditional logit on counts of alternatives that exclude each other.
//!
//! Conditional logit: McFadden 1974. An alternative is what passes one counted gate; its probability is the program's
//! volume over that of all counted alternatives. The log-likelihood of the counts is climbed by Fisher scoring with
//! numerical derivatives of the volumes, so that capacities and path sizes are those of the program itself.
use crate::descriptive::Choices;
use crate::flow::FlowError;
use crate::flow::projection::solve_positive;
use crate::watch::Watch;

/// Counts of gates of which every path passes at most one.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternatives {
    /// By alternative and path: units of the counts that one commodity unit is; 0 where it does not pass.
    pub uses: Vec<Vec<f64>>,
    /// Units counted a year, by alternative.
    pub counts: Vec<f64>,
    /// As many independent units as the counts are worth, from their errors.
    pub weight: f64,
    /// Segments whose dispersion is sought.
    pub concerns: Vec<bool>,
    /// By mode constant and path: whether it is added.
    pub modes: Vec<Vec<bool>>,
}

/// What the counts say of dispersion and mode constants.
#[derive(Debug, Clone, PartialEq)]
pub struct DispersionEstimate {
    /// Factor on the dispersions started from.
    pub factor: f64,
    /// Standard error of its logarithm.
    pub log_error: f64,
    /// Mode constants with standard errors, study currency per commodity unit.
    pub modes: Vec<(f64, f64)>,
    /// Shares of the alternatives at the estimate.
    pub shares: Vec<f64>,
    /// Steps made.
    pub steps: u32,
}

/// Why nothing was estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unidentified {
    /// Fewer alternatives counted than parameters and one.
    TooFew,
    /// The counts do not tell the parameters apart.
    Flat,
    /// The estimate has no bound within a factor of a thousand: cost alone, or nothing, explains the counts.
    Unbounded,
    /// Stopped before the end.
    Stopped,
}

impl Unidentified {
    /// Why, in words.
    pub fn words(self) -> &'static str {
        match self {
            Unidentified::TooFew => {
                "fewer alternatives are counted than constants sought: the table's dispersion stands"
            }
            Unidentified::Flat => "the counts do not tell the constants apart: the table's dispersion stands",
            Unidentified::Unbounded => {
                "no dispersion within a factor of a thousand fits best: costs do not explain the counts, and the table's \
                 dispersion stands"
            }
            Unidentified::Stopped => "stopped before the end: the table's dispersion stands",
        }
    }
}

const STEPS_MAX: u32 = 60;
const FACTOR_MAX: f64 = 1e3;
/// Steps of the numerical derivatives, in logarithms of the dispersion and in units of 1/dispersion.
const STEP: f64 = 1e-4;

/// The estimate of greatest likelihood.
pub fn estimate_dispersion(
    choices: &Choices,
    alternatives: &Alternatives,
    watch: &dyn Watch,
) -> Result<Result<DispersionEstimate, Unidentified>, FlowError> {
    let parameters = 1 + alternatives.modes.len();
    if alternatives.counts.len() <= parameters {
        return Ok(Err(Unidentified::TooFew));
    }
    let model = Model { choices, alternatives, spread: spread(choices, alternatives) };
    let mut at = vec![0.0; parameters];
    for steps in 1..=STEPS_MAX {
        if watch.cancelled() {
            return Ok(Err(Unidentified::Stopped));
        }
        let here = model.shares(&at, watch)?;
        let slopes = model.slopes(&at, watch)?;
        let (information, gradient) = model.score(&here, &slopes);
        let scale: Vec<f64> = (0..parameters).map(|row| information[row * parameters + row].sqrt()).collect();
        if scale.iter().any(|scale| scale.is_nan() || *scale < 1e-7 * model.alternatives.weight.sqrt()) {
            return Ok(Err(Unidentified::Flat));
        }
        let mut step = gradient.clone();
        solve_positive(&mut information.clone(), &mut step);
        let value = model.likelihood(&here);
        let mut length = (1.0_f64).min(2.0 / step.iter().fold(1e-300, |most, s| f64::max(most, s.abs())));
        let promised: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
        if promised < 1e-10 {
            let errors = inverse_diagonal(&information, parameters);
            return Ok(Ok(model.answer(&at, &errors, here, steps)));
        }
        loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(x, s)| x + length * s).collect();
            if model.likelihood(&model.shares(&next, watch)?) >= value || length < 1e-6 {
                at = next;
                break;
            }
            length *= 0.5;
        }
        if at[0].abs() > FACTOR_MAX.ln() {
            return Ok(Err(Unidentified::Unbounded));
        }
    }
    Ok(Err(Unidentified::Unbounded))
}

/// A typical 1/dispersion, the unit in which mode constants are sought.
fn spread(choices: &Choices, alternatives: &Alternatives) -> f64 {
    let known = choices.dispersion.iter().zip(&alternatives.concerns).filter(|(_, concerned)| **concerned);
    let (sum, count) = known.fold((0.0, 0.0), |(sum, count), (dispersion, _)| (sum + 1.0 / dispersion, count + 1.0));
    if count > 0.0 { sum / count } else { 1.0 }
}

struct Model<'a> {
    choices: &'a Choices,
    alternatives: &'a Alternatives,
    spread: f64,
}

impl Model<'_> {
    fn shares(&self, at: &[f64], watch: &dyn Watch) -> Result<Vec<f64>, FlowError> {
        let mut choices = self.choices.clone();
        for (dispersion, concerned) in choices.dispersion.iter_mut().zip(&self.alternatives.concerns) {
            *dispersion *= if *concerned { at[0].exp() } else { 1.0 };
        }
        let mut added = vec![0.0; choices.paths.len()];
        for (mode, constant) in self.alternatives.modes.iter().zip(&at[1..]) {
            let of_mode = added.iter_mut().zip(mode).filter(|(_, is)| **is);
            of_mode.for_each(|(added, _)| *added += constant * self.spread);
        }
        let flows = choices.flows(&choices.solve(&added, watch)?);
        let volume = |uses: &Vec<f64>| uses.iter().zip(&flows).map(|(uses, flow)| uses * flow).sum::<f64>();
        let volumes: Vec<f64> = self.alternatives.uses.iter().map(volume).collect();
        let total: f64 = volumes.iter().sum();
        Ok(volumes.iter().map(|volume| volume / total.max(f64::MIN_POSITIVE)).collect())
    }

    /// Derivatives of the shares, by parameter.
    fn slopes(&self, at: &[f64], watch: &dyn Watch) -> Result<Vec<Vec<f64>>, FlowError> {
        let mut slopes = Vec::with_capacity(at.len());
        for parameter in 0..at.len() {
            let mut moved = at.to_vec();
            moved[parameter] += STEP;
            let above = self.shares(&moved, watch)?;
            moved[parameter] -= 2.0 * STEP;
            let below = self.shares(&moved, watch)?;
            slopes.push(above.iter().zip(&below).map(|(a, b)| (a - b) / (2.0 * STEP)).collect());
        }
        Ok(slopes)
    }

    fn wanted(&self) -> Vec<f64> {
        let total: f64 = self.alternatives.counts.iter().sum();
        self.alternatives.counts.iter().map(|count| count / total).collect()
    }

    fn likelihood(&self, shares: &[f64]) -> f64 {
        let term = |(wanted, share): (f64, &f64)| wanted * share.max(1e-300).ln();
        self.alternatives.weight * self.wanted().into_iter().zip(shares).map(term).sum::<f64>()
    }

    /// Fisher's information and the gradient of the log-likelihood.
    fn score(&self, shares: &[f64], slopes: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
        let (size, weight) = (slopes.len(), self.alternatives.weight);
        let (mut information, mut gradient) = (vec![0.0; size * size], vec![0.0; size]);
        for (alternative, wanted) in self.wanted().into_iter().enumerate() {
            let share = shares[alternative].max(1e-12);
            for row in 0..size {
                gradient[row] += weight * wanted / share * slopes[row][alternative];
                for column in 0..size {
                    let both = slopes[row][alternative] * slopes[column][alternative];
                    information[row * size + column] += weight * both / share;
                }
            }
        }
        (information, gradient)
    }

    fn answer(&self, at: &[f64], errors: &[f64], shares: Vec<f64>, steps: u32) -> DispersionEstimate {
        let modes = at[1..].iter().zip(&errors[1..]).map(|(a, e)| (a * self.spread, e * self.spread)).collect();
        DispersionEstimate { factor: at[0].exp(), log_error: errors[0], modes, shares, steps }
    }
}

/// Roots of the diagonal of the inverse of a positive matrix.
fn inverse_diagonal(matrix: &[f64], size: usize) -> Vec<f64> {
    let of = |axis: usize| {
        let mut unit = vec![0.0; size];
        unit[axis] = 1.0;
        solve_positive(&mut matrix.to_vec(), &mut unit);
        unit[axis].max(0.0).sqrt()
    };
    (0..size).map(of).collect()
}
