//! Sums whose rounding does not grow with their length.

/// Neumaier's compensated sum (1974): a gap near 1e-12 is the difference of two sums of many terms.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, term: f64) {
        let sum = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() { (self.sum - sum) + term } else { (term - sum) + self.sum };
        self.sum = sum;
    }

    pub(crate) fn value(&self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<Terms: IntoIterator<Item = f64>>(terms: Terms) -> Sum {
        let mut sum = Sum::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_survive_a_large_one_that_goes_away_again() {
        assert_eq!([1e16, 1.0, 1.0, -1e16].into_iter().collect::<Sum>().value(), 2.0);
    }
}
