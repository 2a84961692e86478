//! Single failures in order of their loss, with as few solves as their bounds allow.
use super::losses::{BATCH, Losses, NOISE};
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;

/// Single failures, the costliest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Singles {
    /// Cost with nothing failed, study currency a year.
    pub base_cost: f64,
    /// Element and loss against nothing failed, study currency a year: the costliest first, then by position. With a
    /// wish for the top few no more than those.
    pub rows: Vec<(usize, f64)>,
    /// Elements that had to be worked out.
    pub worked_out: usize,
    /// Elements that nothing runs through: they lose nothing and are among `rows` where all are wanted.
    pub idle: usize,
    /// No element outside `rows` loses more than this.
    pub rest_at_most: f64,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// The `top` costliest single failures, or all of them.
///
/// Elements are worked out in decreasing upper bound until the least of the best `top` exceeds the next bound: exact.
pub fn singles(losses: &dyn Losses, top: Option<usize>, watch: &dyn Watch) -> Result<Singles, OracleError> {
    let mut found = Singles::default();
    let Some(base) = losses.loss(&[], watch)? else { return Ok(Singles { stopped: true, ..found }) };
    found.base_cost = base.cost;
    let mut open: Vec<(usize, f64)> = base.harm.iter().copied().filter(|(_, harm)| *harm > 0.0).collect();
    open.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    found.idle = losses.elements() - open.len();
    let wanted = top.unwrap_or(usize::MAX);
    let mut floors: Vec<f64> = base.floor.iter().map(|(_, floor)| *floor).collect();
    floors.sort_by(|one, other| other.total_cmp(one));
    let floor = wanted.checked_sub(1).and_then(|last| floors.get(last)).copied().unwrap_or(0.0);
    let mut next = 0;
    while next < open.len() && !found.stopped {
        let least = wanted.checked_sub(1).and_then(|last| found.rows.get(last)).map_or(floor, |row| row.1.max(floor));
        if top.is_some() && open[next].1 < least - NOISE * base.cost.abs() {
            break;
        }
        let batch = &open[next..open.len().min(next + BATCH)];
        let costs: Vec<Option<f64>> = batch
            .par_iter()
            .map(|(element, _)| Ok(losses.loss(&[*element], watch)?.map(|loss| loss.cost)))
            .collect::<Result<_, OracleError>>()?;
        for ((element, _), cost) in batch.iter().zip(costs) {
            match cost {
                Some(cost) => found.rows.push((*element, (cost - base.cost).max(0.0))),
                None => found.stopped = true,
            }
        }
        next += batch.len();
        found.worked_out = found.rows.len();
        found.rows.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        watch.progress(next as u64, open.len() as u64, "failures");
    }
    found.rest_at_most = open.get(next).map_or(0.0, |row| row.1);
    match top {
        Some(top) => {
            let left_out = found.rows.get(top).map_or(0.0, |row| row.1);
            found.rest_at_most = found.rest_at_most.max(left_out);
            found.rows.truncate(top);
        }
        None if !found.stopped => {
            let idle = (0..losses.elements()).filter(|element| base.harm_of(*element) == 0.0);
            found.rows.extend(idle.map(|element| (element, 0.0)));
        }
        None => {}
    }
    Ok(found)
}
