//! A new supplier or link of any size: what it takes from the cost of being refused by an old one, used or not.
use crate::indices::herfindahl_hirschman;
use crate::kept::{Kept, kept_or};
use crate::oracle::{Oracle, OracleError, Value};
use crate::state::{Denial, State};
use crate::touches::{meant_demand, touch_charge, touching, touching_arcs};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::element::Element;
use thalweg_model::ids::ActorId;
use thalweg_model::scenario::{Change, Target};

/// What is new, and who may refuse.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The scenario that brings it, by position.
    pub scenario: usize,
    /// Labels of the limits that are its size.
    pub limits: Vec<String>,
    /// The refusal that it should soften.
    pub refusal: BTreeSet<Denial>,
}

/// The newcomer at one size. Amounts are study currency a year, volumes units a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Size {
    /// Share of its full size, 0 to 1.
    pub share: f64,
    /// Least cost.
    pub cost: f64,
    /// Least cost when refused.
    pub refused_cost: f64,
    /// Rise of what goes undelivered when refused, of the shipments meant.
    pub undelivered: f64,
    /// What it carries without a refusal, base units of its limits.
    pub carried: f64,
    /// Share of the demand meant that touches the refuser's gates.
    pub exposure: f64,
    /// Concentration of where the demand meant comes from, 0 to 10,000.
    pub concentration: f64,
}

impl Size {
    /// What the refusal costs at this size.
    pub fn refusal(&self) -> f64 {
        self.refused_cost - self.cost
    }
}

/// The cost of refusal against the size of the newcomer.
#[derive(Debug, Clone, PartialEq)]
pub struct Newcomer {
    /// Its full size, base units a year of its smallest limit.
    pub full: f64,
    /// In order of size, from nothing to all.
    pub sizes: Vec<Size>,
    /// The least share of its size at which the refusal leaves nothing more undelivered: the old one is no longer pivotal.
    /// `None` where it is at any size.
    pub pivotal_until: Option<f64>,
    /// Whether it fails together with the old one: refused, its whole size saves nothing.
    pub fails_together: bool,
    /// Cost without the scenario, and refused without it.
    pub without: (f64, f64),
}

impl Newcomer {
    /// What it saves a year without a refusal, and under one.
    pub fn savings(&self) -> (f64, f64) {
        let full = self.sizes.last();
        let saved = |before: f64, after: Option<f64>| after.map_or(0.0, |after| before - after);
        (saved(self.without.0, full.map(|row| row.cost)), saved(self.without.1, full.map(|row| row.refused_cost)))
    }

    /// The probability of a refusal in a year from which it is worth an annual cost: (I - S0) / (S1 - S0).
    pub fn break_even(&self, annual_cost: f64) -> BreakEven {
        let (calm, refused) = self.savings();
        if calm >= annual_cost {
            BreakEven::Always
        } else if refused < annual_cost {
            BreakEven::Never
        } else {
            BreakEven::From((annual_cost - calm) / (refused - calm))
        }
    }

    /// The least size, as a share, and what it carries there, at which it saves an annual cost without any refusal; between
    /// two sizes by straight line, which is above the truth, the saving being concave.
    pub fn pays_from(&self, annual_cost: f64) -> Option<(f64, f64)> {
        let saved = |row: &Size| self.without.0 - row.cost;
        let reached = self.sizes.iter().position(|row| saved(row) >= annual_cost)?;
        let Some(before) = reached.checked_sub(1).map(|position| &self.sizes[position]) else {
            return Some((self.sizes[reached].share, self.sizes[reached].carried));
        };
        let after = &self.sizes[reached];
        let part = (annual_cost - saved(before)) / (saved(after) - saved(before));
        let between = |one: f64, other: f64| one + part * (other - one);
        Some((between(before.share, after.share), between(before.carried, after.carried)))
    }
}

/// From which probability of a refusal in a year a project is worth its cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BreakEven {
    /// It saves its cost without any refusal.
    Always,
    /// From this probability on.
    From(f64),
    /// Not even when refused every year.
    Never,
}

/// A share of its full size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share(pub f64);

/// Sizes worked out; a file that a next run reads may keep them.
pub type KeptSizes<'a> = dyn Kept<Share, Size> + 'a;

/// Sizes at which a newcomer is shown.
pub const SHARES: [f64; 11] = [0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0];
/// Halvings in the search for the size at which the old one stops being pivotal; to a millionth.
const HALVINGS: u32 = 20;

/// Labels of the limits of what a scenario opens, improves or lets sell; empty where none states a capacity.
pub fn limits_of(oracle: &Oracle, from: &State, scenario: usize) -> Result<Vec<String>, OracleError> {
    let instance = oracle.instance(&from.clone().after(scenario).scenarios)?;
    let model = &instance.model;
    let element = |element: &Element| crate::elements::element_label(model, element);
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    for change in &oracle.scenarios()[scenario].changes {
        match change {
            Change::SetSupply(row) => wanted.extend([element(&Element::Supply(row.key.clone()))]),
            Change::Open(Target::Element(target)) | Change::Improve { target: Target::Element(target), .. } => {
                wanted.extend([element(target)]);
            }
            _ => {}
        }
    }
    let fits = |label: &String| wanted.iter().any(|row| label == row || label.starts_with(&format!("{row} ")));
    let limits = crate::limits::Limits::of(&instance);
    Ok(limits.limits.into_iter().map(|limit| limit.label).filter(fits).collect())
}

/// The cost of a refusal against the size of a newcomer.
pub fn newcomer(
    oracle: &Oracle,
    from: &State,
    (question, kept): (&Question, &KeptSizes<'_>),
    watch: &dyn Watch,
) -> Result<Newcomer, OracleError> {
    let done = AtomicU64::new(0);
    let size = |&share: &f64| {
        let found = kept_or(kept, &Share(share), watch, || size(oracle, (from, question), share, watch));
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, u64::from(HALVINGS) + SHARES.len() as u64, "sizes");
        found
    };
    let sizes: Vec<Size> =
        SHARES.par_iter().filter(|_| !watch.cancelled()).map(size).collect::<Result<_, OracleError>>()?;
    let refuse = |state: State| state.denying_all(question.refusal.iter().copied());
    let without = (oracle.cost(from, watch)?, oracle.cost(&refuse(from.clone()), watch)?);
    let full = oracle.value(&sized(from, question, 1.0), watch)?;
    let capacities = full.limits.limits.iter().filter(|limit| question.limits.contains(&limit.label));
    let scale = 1e-9 * without.1.abs().max(1.0);
    let nothing_saved =
        sizes.first().zip(sizes.last()).is_some_and(|(none, all)| none.refused_cost - all.refused_cost <= scale);
    Ok(Newcomer {
        full: capacities.map(|limit| limit.capacity).fold(f64::INFINITY, f64::min),
        fails_together: nothing_saved && without.1 - without.0 > scale,
        pivotal_until: pivotal_until(&sizes, watch, size)?,
        sizes,
        without,
    })
}

/// The state with the newcomer at a share of its size.
fn sized(from: &State, question: &Question, share: f64) -> State {
    let with = from.clone().after(question.scenario);
    question.limits.iter().fold(with, |state, limit| state.derating(limit, share))
}

fn size(
    oracle: &Oracle,
    (from, question): (&State, &Question),
    share: f64,
    watch: &dyn Watch,
) -> Result<Size, OracleError> {
    let state = sized(from, question, share);
    let base = oracle.value(&state, watch)?;
    let refused = oracle.value(&state.denying_all(question.refusal.iter().copied()), watch)?;
    let touch =
        touch_charge(&base.instance, &question.refusal, (touching_arcs(&base.instance, &question.refusal), 0.0));
    let meant = |value: &Value| -> f64 {
        let rows = value.assignment.segments.iter().zip(&touch.concerns);
        rows.filter(|(_, meant)| meant.contains(&true)).map(|(row, _)| row.unserved).sum()
    };
    let mut origins: BTreeMap<Option<ActorId>, f64> = BTreeMap::new();
    for (segment, row) in base.assignment.segments.iter().enumerate() {
        for path in row.paths.iter().filter(|path| touch.concerns[segment][path.variant]) {
            let shipment = &base.instance.demand.segments[segment].variants[path.variant].shipment;
            *origins.entry(shipment.origin).or_default() += path.volume;
        }
    }
    let demand = meant_demand(&touch, (&base.instance, &base.assignment));
    let limits = base.limits.limits.iter().enumerate();
    let carried = limits
        .filter(|(_, limit)| question.limits.contains(&limit.label))
        .map(|(position, _)| base.flow.group_flow[position])
        .fold(0.0, f64::max);
    Ok(Size {
        share,
        cost: base.value,
        refused_cost: refused.value,
        undelivered: meant(&refused) - meant(&base),
        carried,
        exposure: if demand > 0.0 { touching(&touch, &base.assignment).iter().sum::<f64>() / demand } else { 0.0 },
        concentration: herfindahl_hirschman(&origins.into_values().collect::<Vec<_>>()),
    })
}

/// The least share at which the refusal leaves nothing more undelivered, by halving.
fn pivotal_until(
    sizes: &[Size],
    watch: &dyn Watch,
    size: impl Fn(&f64) -> Result<Size, OracleError>,
) -> Result<Option<f64>, OracleError> {
    let covered = |row: &Size| row.undelivered <= 1e-6;
    let Some(reached) = sizes.iter().position(covered) else { return Ok(None) };
    let Some(before) = reached.checked_sub(1) else { return Ok(Some(sizes[reached].share)) };
    let (mut low, mut high) = (sizes[before].share, sizes[reached].share);
    for _ in 0..HALVINGS {
        if watch.cancelled() {
            break;
        }
        let middle = (low + high) / 2.0;
        let row = size(&middle)?;
        if covered(&row) { high = middle } else { low = middle }
    }
    Ok(Some(high))
}
