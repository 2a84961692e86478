//! Demand of one period of the year, such as a peak day or a cold spell, in place of the annual average.
//!
//! All volumes and capacities of a model are rates, so a period differs from the year in demand alone.
use crate::model::{Demand, Model};
use std::collections::BTreeSet;
use std::fmt;

/// A period no demand row has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPeriod {
    /// What was asked for.
    pub asked: String,
    /// Periods that demand rows have, sorted.
    pub known: Vec<String>,
}

impl fmt::Display for UnknownPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known.is_empty() {
            true => write!(f, "no demand row has a period, so there is no `{}`", self.asked),
            false => write!(f, "no demand row has the period `{}`; there are {}", self.asked, self.known.join(", ")),
        }
    }
}

impl std::error::Error for UnknownPeriod {}

/// Periods that demand rows have beside the annual average, sorted.
pub fn periods(model: &Model) -> Vec<String> {
    let named: BTreeSet<&String> = model.demands.iter().map(|row| &row.period).filter(|row| !row.is_empty()).collect();
    named.into_iter().cloned().collect()
}

/// The model with a period's demand: its own rows, and the annual average of every key that has none in it.
pub fn in_period(mut model: Model, period: &str) -> Result<Model, UnknownPeriod> {
    let known = periods(&model);
    if !known.iter().any(|name| name == period) {
        return Err(UnknownPeriod { asked: period.to_owned(), known });
    }
    let own: BTreeSet<String> =
        model.demands.iter().filter(|row| row.period == period).map(|row| row.key.clone()).collect();
    let holds = |row: &Demand| row.period == period || (row.period.is_empty() && !own.contains(&row.key));
    model.demands.retain(holds);
    for row in &mut model.demands {
        row.period.clear();
    }
    model.head.period = period.to_owned();
    Ok(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::sketch;

    fn two_periods() -> Model {
        let mut model =
            sketch("node A; node B; demand A>B goods 10 key=a; demand A>B goods 30 key=a; demand A>B ore 5 key=b");
        model.demands[1].period = "peak day".to_owned();
        model
    }

    #[test]
    fn a_period_replaces_the_rows_of_its_keys_and_keeps_the_others() {
        let peak = in_period(two_periods(), "peak day").unwrap();
        let volumes: Vec<f64> = peak.demands.iter().map(|row| row.volume.value).collect();
        assert_eq!(volumes, [30.0, 5.0]);
        assert!(peak.demands.iter().all(|row| row.period.is_empty()));
        assert_eq!(peak.head.period, "peak day");
    }

    #[test]
    fn a_period_that_no_row_has_is_answered_with_those_there_are() {
        let error = in_period(two_periods(), "peak week").unwrap_err();
        assert_eq!(error.to_string(), "no demand row has the period `peak week`; there are peak day");
    }
}
