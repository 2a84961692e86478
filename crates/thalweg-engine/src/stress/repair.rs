//! Repair and opening in order: what to mend first so that least is lost on the way.
use super::losses::{BATCH, Losses, NOISE};
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Something to mend or open. One at a time is worked on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task {
    /// The element that is down until then.
    pub element: usize,
    /// Periods it takes; it counts from the end of the last.
    pub periods: u32,
    /// What it costs, study currency, spread evenly over its periods.
    pub cost: f64,
}

/// Which tasks an order must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What does not pay is left out.
    WhatPays,
    /// All of them, as decided before; the order alone is open. They must fit the horizon.
    All,
}

/// Tasks and how time counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Works {
    /// What may be done.
    pub tasks: Vec<Task>,
    /// Whether some may be left out.
    pub scope: Scope,
    /// Periods that are looked at.
    pub horizon: u32,
    /// Years of one period: turns a year's cost into a period's.
    pub years: f64,
    /// Interest a period; running cost falls due at a period's end, work at its start.
    pub interest: f64,
}

/// An order of work.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// Tasks in order; what does not pay is left out where that is allowed.
    pub tasks: Vec<usize>,
    /// Running cost and work over the horizon, discounted, study currency.
    pub total: f64,
    /// Yearly cost at the start and after each task, study currency a year.
    pub yearly: Vec<f64>,
}

/// The best order found and what it is compared with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Repair {
    /// The best order.
    pub best: Order,
    /// Whether no other order costs less.
    pub exact: bool,
    /// Always the task that helps most at once.
    pub myopic: Order,
    /// Nothing is done.
    pub none: f64,
    /// All done at once and for nothing: no order costs less.
    pub at_least: f64,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// Above this number of tasks the order is looked for two tasks ahead.
pub const EXACT_MAX: usize = 12;

/// The order in which to mend: exact by dynamic programming over the sets of what is done (Held and Karp 1962) to twelve
/// tasks, two tasks ahead beyond.
pub fn repair(losses: &dyn Losses, works: &Works, watch: &dyn Watch) -> Result<Repair, OracleError> {
    let mut rates = Rates { losses, works, watch, known: BTreeMap::new() };
    let mut found = Repair { exact: works.tasks.len() <= EXACT_MAX, ..Repair::default() };
    let all: Done = (0..works.tasks.len()).collect();
    if !rates.work_out([Done::new(), all.clone()].into())? {
        return Ok(Repair { stopped: true, exact: false, ..found });
    }
    found.none = rates.running(&Done::new(), 0, works.horizon);
    found.at_least = rates.running(&all, 0, works.horizon);
    let Some(myopic) = ahead(&mut rates, 1)? else { return Ok(Repair { stopped: true, exact: false, ..found }) };
    found.myopic = myopic;
    let best = if found.exact { exact(&mut rates)? } else { ahead(&mut rates, 2)? };
    match best {
        Some(best) if best.total <= found.myopic.total => found.best = best,
        Some(_) => found.best = found.myopic.clone(),
        None => {
            found.best = found.myopic.clone();
            (found.stopped, found.exact) = (true, false);
        }
    }
    Ok(found)
}

impl Works {
    fn may_stop(&self, done: usize) -> bool {
        let all: u32 = self.tasks.iter().map(|task| task.periods).sum();
        self.scope == Scope::WhatPays || done == self.tasks.len() || all > self.horizon
    }
}

/// Tasks that are done.
type Done = BTreeSet<usize>;

struct Rates<'a> {
    losses: &'a dyn Losses,
    works: &'a Works,
    watch: &'a dyn Watch,
    known: BTreeMap<Done, f64>,
}

impl Rates<'_> {
    /// Makes the yearly costs of sets known; false where stopped.
    fn work_out(&mut self, sets: BTreeSet<Done>) -> Result<bool, OracleError> {
        let open: Vec<Done> = sets.into_iter().filter(|set| !self.known.contains_key(set)).collect();
        for (number, batch) in open.chunks(BATCH).enumerate() {
            let costs: Vec<Option<f64>> = batch
                .par_iter()
                .map(|done| {
                    let down = self.works.tasks.iter().enumerate().filter(|(task, _)| !done.contains(task));
                    let down: BTreeSet<usize> = down.map(|(_, task)| task.element).collect();
                    let down: Vec<usize> = down.into_iter().collect();
                    Ok(self.losses.loss(&down, self.watch)?.map(|loss| loss.cost))
                })
                .collect::<Result<_, OracleError>>()?;
            for (done, cost) in batch.iter().zip(costs) {
                let Some(cost) = cost else { return Ok(false) };
                self.known.insert(done.clone(), cost);
            }
            self.watch.progress(((number + 1) * BATCH) as u64, open.len() as u64, "states");
        }
        Ok(true)
    }

    /// Running cost of a set over periods `from` to before `until`, each due at its end.
    fn running(&self, done: &Done, from: u32, until: u32) -> f64 {
        let yearly = self.known.get(done).copied().unwrap_or(0.0);
        yearly * self.works.years * (discounted(self.works.interest, until) - discounted(self.works.interest, from))
    }

    /// Cost of the work of a task begun at a period, each period's part due at its start.
    fn work(&self, task: &Task, from: u32) -> f64 {
        let interest = self.works.interest;
        let sum = discounted(interest, from + task.periods) - discounted(interest, from);
        task.cost / f64::from(task.periods.max(1)) * sum * (1.0 + interest)
    }

    fn begun(&self, done: &Done) -> u32 {
        done.iter().map(|task| self.works.tasks[*task].periods).sum()
    }

    fn order(&self, tasks: Vec<usize>) -> Order {
        let (mut done, mut begun, mut total) = (Done::new(), 0, 0.0);
        let mut yearly = vec![self.known.get(&done).copied().unwrap_or(0.0)];
        for place in &tasks {
            let task = &self.works.tasks[*place];
            total += self.work(task, begun) + self.running(&done, begun, begun + task.periods);
            begun += task.periods;
            done.insert(*place);
            yearly.push(self.known.get(&done).copied().unwrap_or(0.0));
        }
        total += self.running(&done, begun, self.works.horizon);
        Order { tasks, total, yearly }
    }
}

/// Worth of 1 due at the end of each of so many periods.
fn discounted(interest: f64, periods: u32) -> f64 {
    match interest == 0.0 {
        true => f64::from(periods),
        false => (1.0 - (1.0 + interest).powi(-(periods as i32))) / interest,
    }
}

/// Every set of what is done, from all backwards: the cost from there on is the least over the next task or none.
fn exact(rates: &mut Rates) -> Result<Option<Order>, OracleError> {
    let number = rates.works.tasks.len();
    let set_of = |mask: usize| -> Done { (0..number).filter(|task| mask >> task & 1 == 1).collect() };
    if !rates.work_out((0..1usize << number).map(set_of).collect())? {
        return Ok(None);
    }
    let mut rest = vec![(0.0f64, None::<usize>); 1 << number];
    for mask in (0..1usize << number).rev() {
        let done = set_of(mask);
        let begun = rates.begun(&done);
        rest[mask] = match rates.works.may_stop(done.len()) {
            true => (rates.running(&done, begun, rates.works.horizon.max(begun)), None),
            false => (f64::INFINITY, None),
        };
        for place in (0..number).filter(|task| mask >> task & 1 == 0) {
            let task = &rates.works.tasks[place];
            let end = begun + task.periods;
            if end > rates.works.horizon {
                continue;
            }
            let next = rates.work(task, begun) + rates.running(&done, begun, end) + rest[mask | 1 << place].0;
            if next < rest[mask].0 - NOISE * next.abs() && next.is_finite() {
                rest[mask] = (next, Some(place));
            }
        }
    }
    let (mut mask, mut tasks) = (0, Vec::new());
    while let Some(place) = rest[mask].1 {
        tasks.push(place);
        mask |= 1 << place;
    }
    Ok(Some(rates.order(tasks)))
}

/// Takes the first task of the best short run, again and again, as long as one helps.
fn ahead(rates: &mut Rates, steps: usize) -> Result<Option<Order>, OracleError> {
    let mut tasks: Vec<usize> = Vec::new();
    loop {
        let runs = runs_from(rates.works, &tasks, steps);
        let sets = runs.iter().map(|run| tasks.iter().chain(run).copied().collect::<Done>());
        if !rates.work_out(sets.collect())? {
            return Ok(None);
        }
        let total = |run: &Vec<usize>| rates.order(tasks.iter().chain(run).copied().collect()).total;
        let stay = if rates.works.may_stop(tasks.len()) { total(&Vec::new()) } else { f64::MAX };
        let best = runs.iter().map(|run| (total(run), run)).min_by(|one, other| one.0.total_cmp(&other.0));
        match best.filter(|(cost, _)| *cost < stay - NOISE * cost.abs()) {
            Some((_, run)) => tasks.push(run[0]),
            None => return Ok(Some(rates.order(tasks))),
        }
    }
}

/// Runs of up to so many further tasks that end within the horizon.
fn runs_from(works: &Works, done: &[usize], steps: usize) -> Vec<Vec<usize>> {
    let begun: u32 = done.iter().map(|task| works.tasks[*task].periods).sum();
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<Vec<usize>> = vec![Vec::new()];
    while let Some(run) = open.pop() {
        for next in (0..works.tasks.len()).filter(|task| !done.contains(task) && !run.contains(task)) {
            let mut longer = run.clone();
            longer.push(next);
            let periods: u32 = longer.iter().map(|task| works.tasks[*task].periods).sum();
            if begun + periods > works.horizon {
                continue;
            }
            if longer.len() < steps {
                open.push(longer.clone());
            }
            found.push(longer);
        }
    }
    found.sort();
    found
}
