//! Every pair of failures, with its synergy: what two cost together beyond the sum of each alone.
use super::losses::{BATCH, Loss, Losses, NOISE, each_alone};
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;

/// How a pair's loss was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// The program was solved with both failed.
    Solved,
    /// With one of them failed nothing runs through the other: the pair costs what the one costs.
    ByFlow,
}

/// Two failures at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The elements, ascending.
    pub elements: [usize; 2],
    /// Loss of both together against nothing failed, study currency a year.
    pub loss: f64,
    /// Loss of both less the loss of each alone: above zero where one is the other's alternative, below where they
    /// stand in one chain.
    pub synergy: f64,
    /// How it was found.
    pub decided: Decided,
}

/// Pairs of failures, the costliest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// Cost with nothing failed, study currency a year.
    pub base_cost: f64,
    /// Loss of each element alone, by position, study currency a year.
    pub single: Vec<f64>,
    /// The pairs; those of a zero loss are left out.
    pub rows: Vec<Pair>,
    /// Pairs of all elements.
    pub all: usize,
    /// Pairs decided without a solve.
    pub by_flow: usize,
    /// No pair outside `rows` loses more than this.
    pub rest_at_most: f64,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// A pair that needs a solve: upper bound on its loss, and the elements.
type Open = (f64, [usize; 2]);

/// The `top` costliest pairs, or every pair with a loss.
pub fn pairs(losses: &dyn Losses, top: Option<usize>, watch: &dyn Watch) -> Result<Pairs, OracleError> {
    let mut found = Pairs { all: losses.elements() * losses.elements().saturating_sub(1) / 2, ..Pairs::default() };
    let Some((base, alone)) = alone(losses, watch)? else { return Ok(Pairs { stopped: true, ..found }) };
    found.base_cost = base.cost;
    found.single = alone.iter().map(|loss| (loss.cost - base.cost).max(0.0)).collect();
    let mut open = decide_by_flow(&alone, &mut found);
    open.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    sort(&mut found.rows);
    let wanted = top.unwrap_or(usize::MAX);
    let mut next = 0;
    while next < open.len() && !found.stopped {
        let least = wanted.checked_sub(1).and_then(|last| found.rows.get(last)).map_or(0.0, |row| row.loss);
        if top.is_some() && open[next].0 < least - NOISE * base.cost.abs() {
            break;
        }
        let batch = &open[next..open.len().min(next + BATCH)];
        let costs: Vec<Option<f64>> = batch
            .par_iter()
            .map(|(_, pair)| Ok(losses.loss(pair, watch)?.map(|loss| loss.cost)))
            .collect::<Result<_, OracleError>>()?;
        for ((_, elements), cost) in batch.iter().zip(costs) {
            match cost {
                Some(cost) => found.push(*elements, cost, Decided::Solved),
                None => found.stopped = true,
            }
        }
        next += batch.len();
        sort(&mut found.rows);
        watch.progress(next as u64, open.len() as u64, "pairs");
    }
    found.rest_at_most = open.get(next).map_or(0.0, |row| row.0);
    if let Some(top) = top {
        found.rest_at_most = found.rest_at_most.max(found.rows.get(top).map_or(0.0, |row| row.loss));
        found.rows.truncate(top);
    }
    Ok(found)
}

impl Pairs {
    fn push(&mut self, elements: [usize; 2], cost: f64, decided: Decided) {
        let loss = (cost - self.base_cost).max(0.0);
        if loss > NOISE * self.base_cost.abs() {
            let synergy = loss - self.single[elements[0]] - self.single[elements[1]];
            self.rows.push(Pair { elements, loss, synergy, decided });
        }
    }
}

fn sort(rows: &mut [Pair]) {
    rows.sort_by(|one, other| other.loss.total_cmp(&one.loss).then(one.elements.cmp(&other.elements)));
}

/// The loss with nothing failed and with each element failed alone; one that nothing runs through changes nothing.
fn alone(losses: &dyn Losses, watch: &dyn Watch) -> Result<Option<(Loss, Vec<Loss>)>, OracleError> {
    let Some(base) = losses.loss(&[], watch)? else { return Ok(None) };
    let elements: Vec<usize> = (0..losses.elements()).collect();
    let found = each_alone(losses, &base, &elements, watch)?;
    Ok(found.map(|found| (base, found)))
}

/// Settles the pairs in which one failing leaves nothing running through the other; the rest with their upper bounds.
fn decide_by_flow(alone: &[Loss], found: &mut Pairs) -> Vec<Open> {
    let mut open = Vec::new();
    for one in 0..alone.len() {
        for other in one + 1..alone.len() {
            let (first, second) = (&alone[one], &alone[other]);
            let (more, less) = (first.harm_of(other), second.harm_of(one));
            if more > 0.0 && less > 0.0 {
                let bound = (first.cost + more).min(second.cost + less) - found.base_cost;
                open.push((bound, [one, other]));
                continue;
            }
            let cost = if more > 0.0 { second.cost } else { first.cost };
            found.push([one, other], cost, Decided::ByFlow);
            found.by_flow += 1;
        }
    }
    open
}
