//! A year of failures by chance: exact for up to two events by probability, sampled beyond, with tail means.
use super::chance::Chance;
use super::losses::{BATCH, Loss, Losses, each_alone};
use super::tail::{Distribution, Estimate, estimate};
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Something that may happen once a year, on its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    /// What fails.
    pub element: usize,
    /// Probability that it happens in a year, 0 to 1.
    pub probability: f64,
    /// Days it lasts: between these, evenly; a year at most.
    pub days: (f64, f64),
}

impl Event {
    /// Mean share of the year it lasts.
    fn share(&self) -> f64 {
        // The mean of min(d, 365) for d even between low and high.
        let (low, high) = self.days;
        if high <= YEAR || low >= YEAR || high <= low {
            return f64::midpoint(low, high).min(YEAR) / YEAR;
        }
        let below = (YEAR - low) / (high - low);
        (below * f64::midpoint(low, YEAR) + (1.0 - below) * YEAR) / YEAR
    }

    fn share_at(&self, quantile: f64) -> f64 {
        (self.days.0 + (self.days.1 - self.days.0) * quantile).min(YEAR) / YEAR
    }

    fn chance(&self) -> f64 {
        self.probability.clamp(0.0, 1.0 - 1e-12)
    }
}

const YEAR: f64 = 365.0;
/// Batches of draws; intervals rest on the scatter between them.
const BATCHES: usize = 20;

/// What is to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What may happen.
    pub events: Vec<Event>,
    /// Years drawn among those with two events or more.
    pub draws: usize,
    /// Seed.
    pub seed: u64,
    /// Levels of value at risk, such as 0.95.
    pub levels: Vec<f64>,
}

/// The tail at one level, study currency a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// Level, such as 0.95.
    pub level: f64,
    /// Loss not exceeded with that probability.
    pub value_at_risk: Estimate,
    /// Mean loss of the worst share 1 - level.
    pub conditional: Estimate,
}

/// Losses of a year by chance, study currency.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecast {
    /// Cost with nothing failed, a year.
    pub base_cost: f64,
    /// Probability of no event, one, two, and more in a year.
    pub mass: [f64; 4],
    /// Expected loss of a year; the interval is that of the part with three events or more.
    pub expected: Estimate,
    /// Part of it from years with one or two events, exact.
    pub exact: f64,
    /// Loss given that only this event happens, at its mean duration, by event.
    pub given: Vec<f64>,
    /// Probability of a year with a loss.
    pub chance_of_loss: Estimate,
    /// Tails by level.
    pub tails: Vec<Tail>,
    /// Years drawn.
    pub drawn: usize,
    /// Different sets of elements that were down at once.
    pub sets: usize,
    /// Whether the work was stopped before its end; then what was finished is told.
    pub stopped: bool,
}

/// Draws years and adds up.
///
/// Events start evenly over the year, which is a circle, and last as drawn; each moment counts at the loss of the set
/// that is down then. The expected loss of years with at most two events is exact: with mean shares m, probability of
/// just these, and L(S) the yearly loss of a set, m_i L(i) and m_i L(i) + m_j L(j) + m_i m_j (L(ij) - L(i) - L(j)).
pub fn forecast(losses: &dyn Losses, plan: &Plan, watch: &dyn Watch) -> Result<Forecast, OracleError> {
    let mut found = Forecast::default();
    let Some(mut sets) = Sets::new(losses, plan, watch)? else { return Ok(Forecast { stopped: true, ..found }) };
    found.base_cost = sets.base.cost;
    let odds = Odds::of(&plan.events);
    found.mass = odds.mass();
    found.given = plan.events.iter().map(|event| event.share() * sets.of(&[event.element])).collect();
    exact_part(&mut found, &mut sets, &odds, watch)?;
    let mut batches = Vec::new();
    let mut atoms = vec![(0.0, odds.mass()[0])];
    let quantiles = quantiles(plan);
    while batches.len() < BATCHES && !found.stopped {
        let years = years_of(plan, &odds, &quantiles, batches.len());
        let needed: BTreeSet<Vec<usize>> = years.iter().flat_map(|year| &year.down).map(|row| row.0.clone()).collect();
        if !sets.work_out(needed, watch)? {
            found.stopped = true;
            break;
        }
        let of_batch: Vec<(f64, f64, usize)> =
            years.iter().map(|year| (sets.of_year(year), year.weight, year.order)).collect();
        found.drawn += of_batch.iter().filter(|row| row.2 > 1).count();
        atoms.extend(of_batch.iter().map(|(loss, weight, _)| (*loss, *weight / BATCHES as f64)));
        batches.push(of_batch);
        watch.progress(batches.len() as u64, BATCHES as u64, "batches");
    }
    found.sets = sets.known.len();
    add_estimates(&mut found, plan, &batches, atoms);
    Ok(found)
}

/// The part of the expected loss from years with one or two events.
fn exact_part(found: &mut Forecast, sets: &mut Sets, odds: &Odds, watch: &dyn Watch) -> Result<(), OracleError> {
    let events = &sets.plan.events;
    let pairs: Vec<(usize, usize)> =
        (0..events.len()).flat_map(|one| (one + 1..events.len()).map(move |other| (one, other))).collect();
    let pair_set = |(one, other): (usize, usize)| sorted(&[events[one].element, events[other].element]);
    let needed: BTreeSet<Vec<usize>> = pairs.iter().map(|pair| pair_set(*pair)).collect();
    if !sets.work_out(needed, watch)? {
        found.stopped = true;
        return Ok(());
    }
    found.exact = (0..events.len()).map(|event| odds.only(&[event]) * found.given[event]).sum();
    for (one, other) in pairs {
        let (first, second) = (&events[one], &events[other]);
        let together = sets.of(&pair_set((one, other)));
        let interaction = together - sets.of(&[first.element]) - sets.of(&[second.element]);
        let loss = found.given[one] + found.given[other] + first.share() * second.share() * interaction;
        found.exact += odds.only(&[one, other]) * loss;
    }
    Ok(())
}

/// Batches of (loss, weight, order) and all atoms into estimates.
fn add_estimates(found: &mut Forecast, plan: &Plan, batches: &[Vec<(f64, f64, usize)>], atoms: Vec<(f64, f64)>) {
    if batches.is_empty() {
        return;
    }
    let more = |batch: &Vec<(f64, f64, usize)>| -> f64 {
        batch.iter().filter(|row| row.2 == 3).map(|(loss, weight, _)| loss * weight).sum()
    };
    let of_more: Vec<f64> = batches.iter().map(more).collect();
    let mean = of_more.iter().sum::<f64>() / of_more.len() as f64;
    found.expected = estimate(found.exact + mean, &of_more);
    let whole = Distribution::new(atoms);
    let parts: Vec<Distribution> = batches
        .iter()
        .map(|batch| {
            let rows = batch.iter().map(|(loss, weight, _)| (*loss, *weight));
            Distribution::new(rows.chain([(0.0, found.mass[0])]).collect())
        })
        .collect();
    let over = |value: &dyn Fn(&Distribution) -> f64| {
        let batches: Vec<f64> = parts.iter().map(value).collect();
        estimate(value(&whole), &batches)
    };
    found.chance_of_loss = over(&Distribution::chance_of_loss);
    found.tails = plan
        .levels
        .iter()
        .map(|&level| Tail {
            level,
            value_at_risk: over(&|part| part.value_at_risk(level)),
            conditional: over(&|part| part.conditional_value_at_risk(level)),
        })
        .collect();
}

fn sorted(elements: &[usize]) -> Vec<usize> {
    elements.iter().copied().collect::<BTreeSet<usize>>().into_iter().collect()
}

/// Yearly losses of sets; what the flows decide is not solved.
struct Sets<'a> {
    losses: &'a dyn Losses,
    plan: &'a Plan,
    base: Loss,
    known: BTreeMap<Vec<usize>, Loss>,
}

impl<'a> Sets<'a> {
    /// With the losses of single elements; `None` where stopped.
    fn new(losses: &'a dyn Losses, plan: &'a Plan, watch: &dyn Watch) -> Result<Option<Self>, OracleError> {
        let Some(base) = losses.loss(&[], watch)? else { return Ok(None) };
        let elements = sorted(&plan.events.iter().map(|event| event.element).collect::<Vec<_>>());
        let found = each_alone(losses, &base, &elements, watch)?;
        Ok(found.map(|found| {
            let alone = elements.iter().map(|element| vec![*element]).zip(found);
            let known = alone.chain([(Vec::new(), base.clone())]).collect();
            Self { losses, plan, base, known }
        }))
    }

    /// The loss that the flows of the set with one element less decide: nothing runs through that one.
    fn decided(&self, set: &[usize]) -> Option<Loss> {
        (0..set.len()).find_map(|place| {
            let mut rest = set.to_vec();
            let last = rest.remove(place);
            self.known.get(&rest).filter(|loss| loss.harm_of(last) == 0.0).cloned()
        })
    }

    /// Makes the losses of sets known, small ones first so that they may decide larger ones; false where stopped.
    fn work_out(&mut self, needed: BTreeSet<Vec<usize>>, watch: &dyn Watch) -> Result<bool, OracleError> {
        let mut by_size: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
        for set in needed.into_iter().filter(|set| !self.known.contains_key(set)) {
            by_size.entry(set.len()).or_default().push(set);
        }
        for sets in by_size.into_values() {
            let (mut open, mut decided) = (Vec::new(), Vec::new());
            for set in sets {
                match self.decided(&set) {
                    Some(loss) => decided.push((set, loss)),
                    None => open.push(set),
                }
            }
            self.known.extend(decided);
            if !self.solve(&open, watch)? {
                return Ok(false);
            }
        }
        Ok(!watch.cancelled())
    }

    fn solve(&mut self, open: &[Vec<usize>], watch: &dyn Watch) -> Result<bool, OracleError> {
        for (number, batch) in open.chunks(4 * BATCH).enumerate() {
            let found: Vec<Option<Loss>> =
                batch.par_iter().map(|set| self.losses.loss(set, watch)).collect::<Result<_, OracleError>>()?;
            for (set, loss) in batch.iter().zip(found) {
                let Some(loss) = loss else { return Ok(false) };
                self.known.insert(set.clone(), loss);
            }
            watch.progress(((number + 1) * 4 * BATCH) as u64, open.len() as u64, "sets");
        }
        Ok(true)
    }

    /// Yearly loss of a set that is known.
    fn of(&self, set: &[usize]) -> f64 {
        self.known.get(set).map_or(0.0, |loss| (loss.cost - self.base.cost).max(0.0))
    }

    fn of_year(&self, year: &Year) -> f64 {
        year.down.iter().map(|(set, share)| share * self.of(set)).sum()
    }
}

/// Probabilities of sets of independent events.
struct Odds {
    chance: Vec<f64>,
    none: f64,
    /// Probability of exactly c events among those from i on.
    exactly: Vec<[f64; 3]>,
    /// Probability of at least c events among those from i on.
    at_least: Vec<[f64; 4]>,
}

impl Odds {
    fn of(events: &[Event]) -> Self {
        let chance: Vec<f64> = events.iter().map(Event::chance).collect();
        let number = chance.len();
        let (mut exactly, mut at_least) = (vec![[1.0, 0.0, 0.0]; number + 1], vec![[1.0, 0.0, 0.0, 0.0]; number + 1]);
        for place in (0..number).rev() {
            let chance = chance[place];
            exactly[place][0] = exactly[place + 1][0] * (1.0 - chance);
            for count in 1..3 {
                exactly[place][count] =
                    chance * exactly[place + 1][count - 1] + (1.0 - chance) * exactly[place + 1][count];
            }
            for count in 1..4 {
                at_least[place][count] =
                    chance * at_least[place + 1][count - 1] + (1.0 - chance) * at_least[place + 1][count];
            }
        }
        Self { none: exactly[0][0], chance, exactly, at_least }
    }

    fn mass(&self) -> [f64; 4] {
        let [none, one, two] = self.exactly[0];
        [none, one, two, self.at_least[0][3]]
    }

    /// Probability that just these events happen.
    fn only(&self, events: &[usize]) -> f64 {
        events.iter().fold(self.none, |mass, event| mass * self.chance[*event] / (1.0 - self.chance[*event]))
    }

    /// Events of a year with exactly two, or with three or more.
    fn draw(&self, order: usize, chance: &mut Chance) -> Vec<usize> {
        let mut needed = order;
        let mut found = Vec::new();
        for place in 0..self.chance.len() {
            let taken = match (order, needed) {
                (2, 0) => 0.0,
                (2, _) => self.chance[place] * self.exactly[place + 1][needed - 1] / self.exactly[place][needed],
                (_, 0) => self.chance[place],
                _ => self.chance[place] * self.at_least[place + 1][needed - 1] / self.at_least[place][needed],
            };
            if chance.number() < taken {
                found.push(place);
                needed = needed.saturating_sub(1);
            }
        }
        found
    }
}

/// A year: what is down for which share of it, with its weight in the batch.
struct Year {
    down: Vec<(Vec<usize>, f64)>,
    weight: f64,
    /// Events: 1, 2, or 3 for more.
    order: usize,
}

/// By event, the batch whose slice of the durations each batch takes: together the batches cover all durations.
fn quantiles(plan: &Plan) -> Vec<Vec<usize>> {
    (0..plan.events.len()).map(|event| Chance::new(plan.seed, 1, event as u64).shuffled(BATCHES)).collect()
}

/// The years of a batch: each single event once, and draws of two and of more events.
fn years_of(plan: &Plan, odds: &Odds, quantiles: &[Vec<usize>], batch: usize) -> Vec<Year> {
    let single = (0..plan.events.len()).map(|place| {
        let event = &plan.events[place];
        let inside = Chance::new(plan.seed, 2, (place * BATCHES + batch) as u64).number();
        let share = event.share_at((quantiles[place][batch] as f64 + inside) / BATCHES as f64);
        Year { down: vec![(vec![event.element], share)], weight: odds.only(&[place]), order: 1 }
    });
    let mut years: Vec<Year> = single.collect();
    let mass = odds.mass();
    let drawn: Vec<usize> = [2, 3].into_iter().filter(|order| mass[*order] > 0.0).collect();
    for order in &drawn {
        let number = (plan.draws / drawn.len()).div_ceil(BATCHES).max(1);
        let first = batch * number;
        let draws = (first..first + number).into_par_iter().map(|draw| {
            let mut chance = Chance::new(plan.seed, 2 + *order as u64, draw as u64);
            let events = odds.draw(*order, &mut chance);
            let down = timeline(plan, &events, &mut chance);
            Year { down, weight: mass[*order] / number as f64, order: *order }
        });
        years.par_extend(draws);
    }
    years
}

/// Which elements are down at once, and for which share of the year.
fn timeline(plan: &Plan, events: &[usize], chance: &mut Chance) -> Vec<(Vec<usize>, f64)> {
    let spans: Vec<(usize, f64, f64)> = events
        .iter()
        .map(|event| {
            let event = &plan.events[*event];
            (event.element, chance.number(), event.share_at(chance.number()))
        })
        .collect();
    let mut moments: Vec<f64> = vec![0.0, 1.0];
    moments.extend(spans.iter().flat_map(|(_, start, share)| [*start, (start + share).fract()]));
    moments.sort_by(f64::total_cmp);
    let mut down: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    for pair in moments.windows(2).filter(|pair| pair[1] > pair[0]) {
        let middle = f64::midpoint(pair[0], pair[1]);
        let active = spans.iter().filter(|(_, start, share)| (middle - start).rem_euclid(1.0) < *share);
        let set = sorted(&active.map(|span| span.0).collect::<Vec<_>>());
        if !set.is_empty() {
            *down.entry(set).or_default() += pair[1] - pair[0];
        }
    }
    down.into_iter().collect()
}
