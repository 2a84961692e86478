//! What a set of failed elements costs: the one question every stress analysis asks, of an oracle or of a formula.
use crate::kept::Kept;
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;

/// The cost of one set of failures, and what more failures could do at most and at least.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Loss {
    /// Cost of delivery and non-delivery, study currency a year.
    pub cost: f64,
    /// By element, ascending: the most that its failing too can add. An element that is missing adds nothing: nothing
    /// runs through it. The sum over several elements bounds their joint failing.
    pub harm: Vec<(usize, f64)>,
    /// By element, ascending: the least that its failing too adds, where that is known to be above zero.
    pub floor: Vec<(usize, f64)>,
}

impl Loss {
    /// The most that one more element's failing can add.
    pub fn harm_of(&self, element: usize) -> f64 {
        of_element(&self.harm, element)
    }

    /// The least that one more element's failing adds.
    pub fn floor_of(&self, element: usize) -> f64 {
        of_element(&self.floor, element)
    }
}

fn of_element(amounts: &[(usize, f64)], element: usize) -> f64 {
    amounts.binary_search_by_key(&element, |row| row.0).map_or(0.0, |found| amounts[found].1)
}

/// What failures cost. Cost never falls when more fails.
pub trait Losses: Sync {
    /// Number of elements that may fail; sets name them by position.
    fn elements(&self) -> usize;

    /// The cost when exactly these fail, ascending and distinct; `None` where the work was stopped.
    fn loss(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Loss>, OracleError>;
}

/// Costs found earlier, by what failed.
pub type Ledger<'a> = dyn Kept<[usize], Loss> + 'a;

/// Losses that ask the ledger first.
pub struct Remembered<'a> {
    /// Who works out what is not known.
    pub losses: &'a dyn Losses,
    /// What is known.
    pub ledger: &'a Ledger<'a>,
}

impl Losses for Remembered<'_> {
    fn elements(&self) -> usize {
        self.losses.elements()
    }

    fn loss(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Loss>, OracleError> {
        if let Some(known) = self.ledger.find(failed) {
            return Ok(Some(known));
        }
        let found = self.losses.loss(failed, watch)?;
        if let Some(loss) = &found {
            self.ledger.keep(failed, loss);
        }
        Ok(found)
    }
}

/// The losses of single failures; one that nothing runs through changes nothing. `None` where the work was stopped.
pub(crate) fn each_alone(
    losses: &dyn Losses,
    base: &Loss,
    elements: &[usize],
    watch: &dyn Watch,
) -> Result<Option<Vec<Loss>>, OracleError> {
    elements
        .par_iter()
        .map(|element| match base.harm_of(*element) > 0.0 {
            true => losses.loss(&[*element], watch),
            false => Ok(Some(base.clone())),
        })
        .collect()
}

/// Sets worked out together: a fixed number, so that what is asked does not depend on the number of threads.
pub(crate) const BATCH: usize = 16;

/// Differences of costs below this share of the cost are rounding.
pub(crate) const NOISE: f64 = 1e-9;
