//! Ranges of figures: all ranged inputs drawn together, every state solved on each draw, percentiles of what comes out.
use crate::exposure::exposures;
use crate::figures::{Figure, FigureKey};
use crate::latin_hypercube::latin_hypercube;
use crate::oracle::OracleError;
use crate::questions::{Answer, answer};
use crate::states::{Run, Study, run_states};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;
use thalweg_model::model::Model;
use thalweg_model::ranges::{each_range, each_range_of_scenario};
use thalweg_model::scenario::Scenario;

/// How many draws, by which seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    /// Number of draws.
    pub count: usize,
    /// Seed of the hypercube.
    pub seed: u64,
}

/// Share of the draws that lie below `low`, and above `high`.
pub const TAIL: f64 = 0.05;
/// A spread below this part of the value is rounding, not a range.
const ROUNDING: f64 = 1e-9;

/// 5th and 95th percentile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// 5th percentile.
    pub low: f64,
    /// 95th percentile.
    pub high: f64,
}

impl Range {
    /// The range of drawn values; `None` where no draw moves it.
    pub fn of(mut drawn: Vec<f64>) -> Option<Range> {
        drawn.sort_by(f64::total_cmp);
        let (first, last) = (*drawn.first()?, *drawn.last()?);
        let size = first.abs().max(last.abs());
        (last - first > ROUNDING * size)
            .then(|| Range { low: percentile(&drawn, TAIL), high: percentile(&drawn, 1.0 - TAIL) })
    }
}

/// Linear between the sorted values, the first at 0 and the last at 1.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// Who is exposed to whom, by which lever, in what.
pub type ExposureKey = (ActorId, ActorId, Lever, CommodityId);

/// What the draws say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ranges {
    /// Draws that were finished.
    pub draws: usize,
    /// Seed they were drawn by.
    pub seed: u64,
    /// Numbers with a range that were drawn.
    pub numbers: usize,
    /// Figures by state (the base first) and key; those no draw moves are left out.
    pub figures: BTreeMap<(usize, FigureKey), Range>,
    /// Differences of figures against the base, draw by draw.
    pub changes: BTreeMap<(usize, FigureKey), Range>,
    /// Shares of a beneficiary's demand that touch, in the base.
    pub exposures: BTreeMap<ExposureKey, Range>,
    /// Figures of answers by position of the question; those that some draw lacks are left out.
    pub answers: BTreeMap<(usize, FigureKey), Range>,
}

/// Values by draw; a figure some draws lack.
type Drawn<K> = BTreeMap<K, Vec<(usize, f64)>>;

#[derive(Default)]
struct Collected {
    figures: Drawn<(usize, FigureKey)>,
    changes: Drawn<(usize, FigureKey)>,
    exposures: Drawn<ExposureKey>,
    answers: Drawn<(usize, FigureKey)>,
    finished: usize,
}

impl Collected {
    fn add(&mut self, draw: usize, runs: &[Run], answers: &[Answer]) {
        for (position, answer) in answers.iter().enumerate() {
            for figure in &answer.figures {
                self.answers.entry((position, figure.key())).or_default().push((draw, figure.value));
            }
        }
        for (state, run) in runs.iter().enumerate() {
            for figure in &run.figures {
                let key = (state, figure.key());
                if let Some(change) = figure.change {
                    self.changes.entry(key.clone()).or_default().push((draw, change));
                }
                self.figures.entry(key).or_default().push((draw, figure.value));
            }
        }
        for row in exposures(&runs[0].instance, &runs[0].least_cost.assignment) {
            let key = (row.beneficiary, row.actor, row.lever, row.commodity);
            self.exposures.entry(key).or_default().push((draw, row.share()));
        }
        self.finished += 1;
    }
}

/// Solves the base and every scenario on each of `draws.count` joint draws of all ranged inputs.
///
/// The answer depends on the study and the seed alone: draws are collected by number, whatever thread finished first.
/// After a stop the draws that were finished count.
pub fn ranges(study: Study, draws: Draws, watch: &dyn Watch) -> Result<Ranges, OracleError> {
    let numbers = ranged_numbers(study);
    let shares = latin_hypercube(numbers, draws.count, draws.seed);
    let collected = Mutex::new(Collected::default());
    let done = AtomicU64::new(0);
    let stop = OnlyStops(watch);
    (0..draws.count).into_par_iter().with_max_len(1).filter(|_| numbers > 0 && !watch.cancelled()).try_for_each(
        |draw| -> Result<(), OracleError> {
            let (model, scenarios) = drawn(study, |number| shares[number][draw]);
            let study = Study { model: &Arc::new(model), scenarios: &scenarios, ..study };
            let (oracle, runs) = run_states(study, (&stop, &mut |_| {}))?;
            let answers: Vec<Answer> = study
                .questions
                .iter()
                .filter(|_| !watch.cancelled())
                .map(|question| answer(&oracle, question, &stop))
                .collect::<Result<_, _>>()?;
            if !watch.cancelled() {
                collected.lock().unwrap_or_else(PoisonError::into_inner).add(draw, &runs, &answers);
                watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, draws.count as u64, "draws");
            }
            Ok(())
        },
    )?;
    let collected = collected.into_inner().unwrap_or_else(PoisonError::into_inner);
    let whole = collected.finished;
    Ok(Ranges {
        draws: whole,
        seed: draws.seed,
        numbers,
        figures: ranges_of(collected.figures, whole, |(_, (.., unit, _))| unit != "h"),
        changes: ranges_of(collected.changes, whole, |(_, (.., unit, _))| unit != "h"),
        exposures: ranges_of(collected.exposures, whole, |_| true),
        answers: ranges_of(whole_only(collected.answers, whole), whole, |_| true),
    })
}

/// Passes a stop on, and no progress.
struct OnlyStops<'a>(&'a dyn Watch);

impl Watch for OnlyStops<'_> {
    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}

/// Keys that every draw has: an answer that keeps the costliest few need not keep the same on each draw.
fn whole_only<K: Ord>(mut drawn: Drawn<K>, draws: usize) -> Drawn<K> {
    drawn.retain(|_, values| values.len() == draws);
    drawn
}

/// Percentiles of each key; a sum that a draw lacks is 0 there, a mean is left out.
fn ranges_of<K: Ord>(drawn: Drawn<K>, draws: usize, is_sum: impl Fn(&K) -> bool) -> BTreeMap<K, Range> {
    let range = |(key, values): (K, Vec<(usize, f64)>)| {
        let lacking = if is_sum(&key) { draws - values.len() } else { 0 };
        let values = values.into_iter().map(|(_, value)| value).chain(std::iter::repeat_n(0.0, lacking));
        Some((key, Range::of(values.collect())?))
    };
    drawn.into_iter().filter_map(range).collect()
}

fn ranged_numbers(study: Study) -> usize {
    let mut count = 0;
    drawn(study, |number| {
        count = number + 1;
        0.5
    });
    count
}

/// The tables and scenarios with every ranged number at the share of its range that `share` gives by position.
fn drawn(study: Study, mut share: impl FnMut(usize) -> f64) -> (Model, Vec<Scenario>) {
    let mut model = study.model.as_ref().clone();
    let mut scenarios = study.scenarios.to_vec();
    let mut number = 0;
    let mut draw = |ranged: &mut thalweg_model::units::Ranged| {
        ranged.value = ranged.quantile(share(number));
        number += 1;
    };
    each_range(&mut model, &mut draw);
    scenarios.iter_mut().for_each(|scenario| each_range_of_scenario(scenario, &mut draw));
    (model, scenarios)
}

impl Ranges {
    /// Writes the ranges into the figures of the runs, and adds those that are none at the values given but some on a
    /// draw.
    pub fn apply(&self, runs: &mut [Run]) {
        for (state, run) in runs.iter_mut().enumerate() {
            for figure in &mut run.figures {
                let key = (state, figure.key());
                let range = self.figures.get(&key);
                (figure.low, figure.high) = (range.map(|range| range.low), range.map(|range| range.high));
                let change = self.changes.get(&key).filter(|_| figure.change.is_some());
                (figure.change_low, figure.change_high) =
                    (change.map(|range| range.low), change.map(|range| range.high));
            }
            self.add_missing(state, &mut run.figures);
        }
    }

    /// Writes the ranges into the figures of answers.
    pub fn apply_to_answers(&self, answers: &mut [Answer]) {
        for (position, answer) in answers.iter_mut().enumerate() {
            for figure in &mut answer.figures {
                let range = self.answers.get(&(position, figure.key()));
                (figure.low, figure.high) = (range.map(|range| range.low), range.map(|range| range.high));
            }
        }
    }

    fn add_missing(&self, state: usize, figures: &mut Vec<Figure>) {
        let known: std::collections::BTreeSet<FigureKey> = figures.iter().map(Figure::key).collect();
        let missing = self.figures.iter().filter(|((of, key), _)| *of == state && !known.contains(key));
        for ((_, key), range) in missing {
            let (measure, subject, unit, program) = key.clone();
            let change = self.changes.get(&(state, key.clone()));
            let figure = Figure {
                measure,
                subject,
                value: 0.0,
                unit,
                low: Some(range.low),
                high: Some(range.high),
                change: change.map(|_| 0.0),
                change_low: change.map(|range| range.low),
                change_high: change.map(|range| range.high),
                program,
            };
            if figure.is_mean() {
                continue;
            }
            let after = figures.iter().rposition(|row| (row.measure, row.program) == (measure, program));
            figures.insert(after.map_or(figures.len(), |after| after + 1), figure);
        }
    }
}
