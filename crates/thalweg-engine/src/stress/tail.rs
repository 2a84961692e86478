//! Weighted losses: mean, value at risk, and mean of the worst share; intervals from batches.

/// Losses with their probabilities.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Distribution {
    /// Loss and probability, the greatest loss first; probabilities add up to 1.
    atoms: Vec<(f64, f64)>,
}

impl Distribution {
    /// From losses and weights in any order; weights are scaled to add up to 1.
    pub fn new(mut atoms: Vec<(f64, f64)>) -> Self {
        atoms.retain(|(_, weight)| *weight > 0.0);
        let total: f64 = atoms.iter().map(|(_, weight)| weight).sum();
        atoms.iter_mut().for_each(|(_, weight)| *weight /= total);
        atoms.sort_by(|one, other| other.0.total_cmp(&one.0));
        Self { atoms }
    }

    /// Expected loss.
    pub fn mean(&self) -> f64 {
        self.atoms.iter().map(|(loss, weight)| loss * weight).sum()
    }

    /// The least loss that is not exceeded with probability `level`.
    pub fn value_at_risk(&self, level: f64) -> f64 {
        let mut above = 0.0;
        for (loss, weight) in &self.atoms {
            above += weight;
            if above > (1.0 - level) * (1.0 + 1e-12) {
                return *loss;
            }
        }
        self.atoms.last().map_or(0.0, |row| row.0)
    }

    /// Mean of the worst share 1 - `level` (Rockafellar and Uryasev 2000): an atom that straddles it counts in part.
    pub fn conditional_value_at_risk(&self, level: f64) -> f64 {
        let share = 1.0 - level;
        let (mut left, mut sum) = (share, 0.0);
        for (loss, weight) in &self.atoms {
            let part = weight.min(left);
            sum += loss * part;
            left -= part;
            if left <= 0.0 {
                break;
            }
        }
        if share > 0.0 { sum / share } else { self.atoms.first().map_or(0.0, |row| row.0) }
    }

    /// Probability of a loss above zero.
    pub fn chance_of_loss(&self) -> f64 {
        self.atoms.iter().filter(|(loss, _)| *loss > 0.0).map(|(_, weight)| weight).sum()
    }
}

/// An estimate with an interval of 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Half the width of the interval; 0 where nothing was sampled.
    pub half_width: f64,
}

/// Quantiles of Student's t at 97.5 % for 1 to 30 degrees of freedom.
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/// An estimate from all draws with the interval that the batches' own estimates give.
pub fn estimate(value: f64, batches: &[f64]) -> Estimate {
    let number = batches.len();
    if number < 2 {
        return Estimate { value, half_width: if number == 0 { 0.0 } else { f64::INFINITY } };
    }
    let mean = batches.iter().sum::<f64>() / number as f64;
    let variance = batches.iter().map(|batch| (batch - mean).powi(2)).sum::<f64>() / (number as f64 - 1.0);
    let quantile = STUDENT.get(number - 2).copied().unwrap_or(1.96);
    Estimate { value, half_width: quantile * (variance / number as f64).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Losses 0, 10, 50, 200, 1000 with probabilities .9, .05, .03, .015, .005: 10, 190 and 600 by hand.
    #[test]
    fn the_worst_five_and_one_percent_of_a_known_distribution_average_190_and_600() {
        let atoms = vec![(0.0, 0.9), (10.0, 0.05), (50.0, 0.03), (200.0, 0.015), (1000.0, 0.005)];
        let known = Distribution::new(atoms);
        assert!((known.mean() - 10.0).abs() < 1e-12);
        assert!((known.value_at_risk(0.95) - 10.0).abs() < 1e-12);
        assert!((known.conditional_value_at_risk(0.95) - 190.0).abs() < 1e-9);
        assert!((known.conditional_value_at_risk(0.99) - 600.0).abs() < 1e-9);
        assert!((known.chance_of_loss() - 0.1).abs() < 1e-12);
    }

    #[test]
    fn an_interval_covers_the_mean_of_batches_that_scatter() {
        let found = estimate(2.0, &[1.0, 2.0, 3.0]);
        assert!((found.half_width - 4.303 / 3.0f64.sqrt()).abs() < 1e-9, "{}", found.half_width);
        assert_eq!(estimate(2.0, &[2.0, 2.0, 2.0]).half_width, 0.0);
    }
}
