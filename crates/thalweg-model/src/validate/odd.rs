//! What is legal in a study but probably not meant.
mod backgrounds;
mod counts;
mod distances;
mod meetings;
mod reach;
mod units;

use crate::model::Model;
use crate::problem::Problem;

/// Everything odd in a sound study.
pub(crate) fn check(model: &Model) -> Vec<Problem> {
    let mut problems = Vec::new();
    distances::check(model, &mut problems);
    meetings::check(model, &mut problems);
    reach::check(model, &mut problems);
    units::check(model, &mut problems);
    counts::check(model, &mut problems);
    backgrounds::check(model, &mut problems);
    problems
}
