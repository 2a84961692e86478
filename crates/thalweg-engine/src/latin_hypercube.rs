//! Latin hypercube samples (McKay, Beckman and Conover 1979): every number is drawn once from each of its strata.
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Shares between 0 and 1 for each of `numbers` independent numbers, `draws` for each.
///
/// A number's draws come from a stream of their own: more numbers do not change those before them.
pub fn latin_hypercube(numbers: usize, draws: usize, seed: u64) -> Vec<Vec<f64>> {
    let of_number = |number: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number as u64);
        let mut strata: Vec<usize> = (0..draws).collect();
        strata.shuffle(&mut random);
        strata.into_iter().map(|stratum| (stratum as f64 + random.random::<f64>()) / draws as f64).collect()
    };
    (0..numbers).map(of_number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_drawn_once_from_every_stratum() {
        for shares in latin_hypercube(7, 40, 11) {
            let mut strata: Vec<usize> = shares.iter().map(|share| (share * 40.0) as usize).collect();
            strata.sort_unstable();
            assert_eq!(strata, (0..40).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_are_drawn_independently_and_by_seed() {
        let drawn = latin_hypercube(2, 2000, 5);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let product: Vec<f64> = drawn[0].iter().zip(&drawn[1]).map(|(one, other)| one * other).collect();
        let covariance = mean(&product) - mean(&drawn[0]) * mean(&drawn[1]);
        assert!(covariance.abs() < 0.006, "three standard errors are 0.0056, found {covariance}");
        assert_eq!(drawn, latin_hypercube(2, 2000, 5));
        assert_eq!(drawn[0], latin_hypercube(1, 2000, 5)[0]);
        assert_ne!(drawn, latin_hypercube(2, 2000, 6));
    }
}
