//! The worst failures within a budget: branch and bound over the oracle, exact, with a greedy answer beside it.
use super::losses::{BATCH, Loss, Losses, NOISE};
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// What may be spent on failures.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// The whole budget.
    pub total: u32,
    /// What each element takes of it, by position; at least 1.
    pub price: Vec<u32>,
    /// Sets worked out at most, so that a long search ends with a bound; `None` for no end.
    pub sets_max: Option<usize>,
}

impl Budget {
    /// At most so many elements.
    pub fn of_number(most: u32, elements: usize) -> Self {
        Self { total: most, price: vec![1; elements], sets_max: None }
    }
}

/// A set of failures and its loss against nothing failed, study currency a year.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FailedSet {
    /// Elements, ascending.
    pub elements: Vec<usize>,
    /// Loss.
    pub loss: f64,
}

/// The worst failures within a budget.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Worst {
    /// Cost with nothing failed, study currency a year.
    pub base_cost: f64,
    /// The worst set found.
    pub worst: FailedSet,
    /// Other sets that lose as much, as far as the search met them.
    pub equals: Vec<FailedSet>,
    /// No set within the budget loses more than this; equal to the loss of `worst` where the search ended.
    pub at_most: f64,
    /// What taking the worst next element, then exchanging one at a time, finds.
    pub greedy: FailedSet,
    /// Sets worked out.
    pub worked_out: usize,
    /// Whether the search was stopped before its end.
    pub stopped: bool,
}

/// A set that is not worked out yet; completions take none of the excluded.
struct Node {
    bound: f64,
    failed: Vec<usize>,
    excluded: Vec<usize>,
    spent: u32,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound.total_cmp(&other.bound).then_with(|| other.failed.cmp(&self.failed))
    }
}

/// The worst set of failures within a budget, with its bound.
///
/// Completions of a set that meet no flow of its solution change nothing, so only elements that do are branched on. A set
/// and its completions lose at most its own loss plus the best choice of its upper bounds within what is left.
pub fn worst(losses: &dyn Losses, budget: &Budget, watch: &dyn Watch) -> Result<Worst, OracleError> {
    let mut search = Search { losses, budget, watch, known: BTreeMap::new(), found: Worst::default() };
    let Some(base) = search.loss(&[])? else { return Ok(search.found) };
    search.found.base_cost = base.cost;
    search.found.at_most = f64::INFINITY;
    search.greedy(&base)?;
    search.found.worst = search.found.greedy.clone();
    let mut open = BinaryHeap::new();
    let none = Node { bound: f64::INFINITY, failed: Vec::new(), excluded: Vec::new(), spent: 0 };
    search.branch(&none, &base, &mut open);
    while let Some(top) = open.peek() {
        if top.bound <= search.to_beat() || search.found.stopped {
            break;
        }
        if budget.sets_max.is_some_and(|most| search.known.len() >= most) {
            search.found.stopped = true;
            break;
        }
        let mut batch = Vec::new();
        while batch.len() < BATCH && open.peek().is_some_and(|node| node.bound > search.to_beat()) {
            batch.extend(open.pop());
        }
        let sets: Vec<Vec<usize>> = batch.iter().map(|node| node.failed.clone()).collect();
        for (node, loss) in batch.into_iter().zip(search.losses_of(&sets)?) {
            match loss {
                Some(loss) => {
                    search.take(&node.failed, &loss);
                    search.branch(&node, &loss, &mut open);
                }
                None => {
                    search.found.stopped = true;
                    open.push(node);
                }
            }
        }
        watch.progress(search.known.len() as u64, (search.known.len() + open.len()) as u64, "sets");
    }
    let mut found = search.found;
    found.worked_out = search.known.len();
    let open_bound = open.peek().map_or(0.0, |node| node.bound);
    found.at_most = if found.stopped { open_bound.max(found.worst.loss) } else { found.worst.loss };
    Ok(found)
}

struct Search<'a> {
    losses: &'a dyn Losses,
    budget: &'a Budget,
    watch: &'a dyn Watch,
    known: BTreeMap<Vec<usize>, Loss>,
    found: Worst,
}

impl Search<'_> {
    fn loss(&mut self, failed: &[usize]) -> Result<Option<Loss>, OracleError> {
        Ok(self.losses_of(&[failed.to_vec()])?.pop().flatten())
    }

    /// Losses of several sets, each worked out once.
    fn losses_of(&mut self, sets: &[Vec<usize>]) -> Result<Vec<Option<Loss>>, OracleError> {
        let found: Vec<Option<Loss>> = sets
            .par_iter()
            .map(|set| match self.known.get(set) {
                Some(known) => Ok(Some(known.clone())),
                None => self.losses.loss(set, self.watch),
            })
            .collect::<Result<_, OracleError>>()?;
        for (set, loss) in sets.iter().zip(&found) {
            match loss {
                Some(loss) => {
                    self.known.insert(set.clone(), loss.clone());
                }
                None => self.found.stopped = true,
            }
        }
        Ok(found)
    }

    /// A loss that is not above this is no news.
    fn to_beat(&self) -> f64 {
        self.found.worst.loss + NOISE * self.found.base_cost.abs()
    }

    fn take(&mut self, failed: &[usize], loss: &Loss) {
        let set = FailedSet { elements: failed.to_vec(), loss: (loss.cost - self.found.base_cost).max(0.0) };
        if set.loss > self.to_beat() {
            self.found.worst = set;
            self.found.equals.clear();
        } else if (set.loss - self.found.worst.loss).abs() <= NOISE * self.found.base_cost.abs()
            && set.elements != self.found.worst.elements
        {
            self.found.equals.push(set);
        }
    }

    fn affordable(&self, spent: u32, element: usize) -> bool {
        spent + self.budget.price[element] <= self.budget.total
    }

    /// Puts the sets with one more element in the queue; each leaves out the elements before it, so none comes twice.
    fn branch(&self, node: &Node, loss: &Loss, open: &mut BinaryHeap<Node>) {
        let own = loss.cost - self.found.base_cost;
        let mut choices: Vec<(usize, f64)> = loss
            .harm
            .iter()
            .copied()
            .filter(|(element, harm)| *harm > 0.0 && !node.excluded.contains(element) && !node.failed.contains(element))
            .filter(|(element, _)| self.affordable(node.spent, *element))
            .collect();
        choices.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        for (place, (element, harm)) in choices.iter().enumerate() {
            let spent = node.spent + self.budget.price[*element];
            let rest = most_within(&choices[place + 1..], &self.budget.price, self.budget.total - spent);
            let bound = (own + harm + rest).min(node.bound);
            if bound <= self.to_beat() {
                continue;
            }
            let mut failed = node.failed.clone();
            failed.insert(failed.partition_point(|other| other < element), *element);
            let excluded = node.excluded.iter().copied().chain(choices[..place].iter().map(|row| row.0)).collect();
            open.push(Node { bound, failed, excluded, spent });
        }
    }

    /// Takes the element that adds the most while one fits, then exchanges one for another while that helps.
    fn greedy(&mut self, base: &Loss) -> Result<(), OracleError> {
        let mut set = FailedSet::default();
        let mut loss = base.clone();
        while let Some((next, found)) = self.best_next(&set.elements, &loss)? {
            set = FailedSet { loss: found.cost - base.cost, elements: next };
            loss = found;
        }
        let mut improved = true;
        while improved && !self.found.stopped {
            improved = false;
            for place in 0..set.elements.len() {
                let mut without = set.elements.clone();
                without.remove(place);
                let Some(rest) = self.loss(&without)? else { break };
                let Some((next, found)) = self.best_next(&without, &rest)? else { continue };
                let better = found.cost - base.cost > set.loss + NOISE * base.cost.abs();
                if better {
                    set = FailedSet { loss: found.cost - base.cost, elements: next };
                    improved = true;
                }
            }
        }
        self.found.greedy = set;
        Ok(())
    }

    /// The set with the one more element that loses the most; none where none adds anything.
    fn best_next(&mut self, failed: &[usize], loss: &Loss) -> Result<Option<(Vec<usize>, Loss)>, OracleError> {
        let spent: u32 = failed.iter().map(|element| self.budget.price[*element]).sum();
        let mut choices: Vec<(usize, f64)> =
            loss.harm.iter().copied().filter(|row| row.1 > 0.0 && self.affordable(spent, row.0)).collect();
        choices.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        let mut best: Option<(Vec<usize>, Loss)> = None;
        for batch in choices.chunks(BATCH) {
            let least = best.as_ref().map_or(loss.cost + NOISE * loss.cost.abs(), |row| row.1.cost);
            if loss.cost + batch[0].1 <= least || self.found.stopped {
                break;
            }
            let with = |(element, _): &(usize, f64)| {
                let mut set = failed.to_vec();
                set.insert(set.partition_point(|other| other < element), *element);
                set
            };
            let sets: Vec<Vec<usize>> = batch.iter().map(with).collect();
            for (set, found) in sets.iter().zip(self.losses_of(&sets)?) {
                let Some(found) = found else { continue };
                let least = best.as_ref().map_or(loss.cost + NOISE * loss.cost.abs(), |row| row.1.cost);
                if found.cost > least {
                    best = Some((set.clone(), found));
                }
            }
        }
        Ok(best)
    }
}

/// The most that harms can add within a budget, the last element in part: the relaxed knapsack.
fn most_within(harms: &[(usize, f64)], price: &[u32], left: u32) -> f64 {
    let mut rows: Vec<(f64, f64)> = harms.iter().map(|(element, harm)| (*harm, f64::from(price[*element]))).collect();
    rows.sort_by(|one, other| (other.0 / other.1).total_cmp(&(one.0 / one.1)));
    let (mut sum, mut left) = (0.0, f64::from(left));
    for (harm, price) in rows {
        let part = (left / price).min(1.0);
        sum += harm * part;
        left -= price * part;
        if left <= 0.0 {
            break;
        }
    }
    sum
}
