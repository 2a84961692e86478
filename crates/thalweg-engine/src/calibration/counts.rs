//! Which counts a fit may use, what each is in the program, and why the others are left out.
use crate::calibration::gates::SoftCount;
use crate::constants::arcs_of;
use crate::descriptive::{Choices, arcs_of_path, commodity_of};
use crate::elements::element_label;
use std::collections::BTreeSet;
use thalweg_model::element::Observation;
use thalweg_model::ids::SourceId;
use thalweg_model::mode::Confidence;
use thalweg_model::model::Model;
use thalweg_network::instance::Instance;

/// Relative error of a count that states no range, by confidence of its row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DataErrors {
    /// Official or primary.
    pub high: f64,
    /// Press or secondary.
    pub medium: f64,
    /// Inferred, unchecked or estimated.
    pub low: f64,
}

impl DataErrors {
    /// Standard error of a count, in its own unit. A stated range is read as the 5th to the 95th percentile.
    pub fn of(&self, row: &Observation) -> f64 {
        let volume = row.volume.value;
        if let (Some(low), Some(high)) = (volume.low, volume.high)
            && high > low
        {
            return (high - low) / (2.0 * 1.645);
        }
        let share = match row.provenance.confidence {
            Confidence::High => self.high,
            Confidence::Medium => self.medium,
            Confidence::Low | Confidence::Estimate => self.low,
        };
        share * volume.value
    }
}

/// What a count does in a fit.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// Fitted.
    Fitted,
    /// Predicted, not fitted.
    HeldOut,
    /// Demand rests on it.
    FeedsDemand,
    /// Demand rests on the same source.
    SharesSource(String),
    /// Its period is not one year.
    PartOfYear,
    /// Another year, neither fitted nor held out.
    OtherYear,
    /// Nothing of the demand converts to its unit.
    NotCountable,
    /// No path of the demand passes.
    NoPath,
    /// What passes takes the cheapest path whatever a constant says.
    NoDispersion,
    /// Its capacity, or one that all that passes needs, is full.
    CapacityBinds(Vec<String>),
    /// No constant reaches it: the demand lets so much pass at least and at most, in its unit.
    OutOfReach(f64, f64),
}

impl Standing {
    /// One word for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Standing::Fitted => "fitted",
            Standing::HeldOut => "held_out",
            Standing::FeedsDemand => "feeds_demand",
            Standing::SharesSource(_) => "shares_source",
            Standing::PartOfYear => "part_of_year",
            Standing::OtherYear => "other_year",
            Standing::NotCountable => "not_countable",
            Standing::NoPath => "no_path",
            Standing::NoDispersion => "no_dispersion",
            Standing::CapacityBinds(_) => "capacity_binds",
            Standing::OutOfReach(..) => "out_of_reach",
        }
    }

    /// Why, in words.
    pub fn reason(&self) -> String {
        match self {
            Standing::Fitted => "fitted".to_owned(),
            Standing::HeldOut => "held out: predicted, not fitted".to_owned(),
            Standing::FeedsDemand => "demand rests on it".to_owned(),
            Standing::SharesSource(source) => format!("demand rests on the same source `{source}`"),
            Standing::PartOfYear => "its period is not one whole year".to_owned(),
            Standing::OtherYear => "another year".to_owned(),
            Standing::NotCountable => "nothing that is wanted converts to its unit".to_owned(),
            Standing::NoPath => {
                "no path of the demand passes: the structure, not a constant, is in question".to_owned()
            }
            Standing::NoDispersion => "what passes takes the cheapest path, so no constant can be told".to_owned(),
            Standing::CapacityBinds(limits) => {
                format!("full in the base ({}): its constant and its shadow price are one", limits.join(", "))
            }
            Standing::OutOfReach(least, most) => format!(
                "no constant reaches it: of what is wanted, {least:.4} to {most:.4} can pass; the demand, not a constant, \
                 is in question"
            ),
        }
    }

    /// Whether a misfit of it tells something of the program.
    pub fn is_compared(&self) -> bool {
        !matches!(
            self,
            Standing::FeedsDemand | Standing::SharesSource(_) | Standing::PartOfYear | Standing::NotCountable
        )
    }
}

/// A year a period names, if it is exactly one.
pub fn year_of(period: &str) -> Option<i16> {
    (period.len() == 4).then(|| period.parse().ok()).flatten()
}

/// What the row itself says against it, whatever the year.
pub fn objection(model: &Model, row: &Observation, demand_sources: &BTreeSet<SourceId>) -> Option<Standing> {
    if row.feeds_demand {
        return Some(Standing::FeedsDemand);
    }
    if let Some(shared) = row.provenance.sources.iter().find(|source| demand_sources.contains(source)) {
        return Some(Standing::SharesSource(model.sources[shared.index()].key.clone()));
    }
    year_of(&row.period).is_none().then_some(Standing::PartOfYear)
}

/// Sources on which demand in force rests.
pub fn demand_sources(instance: &Instance) -> BTreeSet<SourceId> {
    let rows = instance.demand.segments.iter().map(|row| &instance.model.demands[row.demand.index()]);
    rows.flat_map(|row| row.provenance.sources.iter().copied()).collect()
}

/// Units of a count, in the unit of its own row, that one commodity unit on each path is.
pub fn uses(instance: &Instance, choices: &Choices, row: &Observation) -> Vec<f64> {
    let met_at = arcs_of(instance, &row.element);
    let per_base = 1.0 / row.volume.unit.base_per_year();
    let one = |path: &crate::flow::dispersed::FrozenPath| {
        let commodity = commodity_of(instance, path);
        let wanted = row.commodity.is_none_or(|wanted| wanted == commodity);
        let base = instance.units.base_units(commodity, row.volume.dimension()).filter(|_| wanted)?;
        let passes = arcs_of_path(path).iter().any(|arc| met_at.contains(arc.index()));
        passes.then_some(base * per_base)
    };
    choices.paths.iter().map(|path| one(path).unwrap_or(0.0)).collect()
}

/// Whether anything wanted converts to the unit of a count.
pub fn is_countable(instance: &Instance, row: &Observation) -> bool {
    let converts = |segment: &thalweg_network::demand::Segment| {
        row.commodity.is_none_or(|wanted| wanted == segment.commodity)
            && instance.units.base_units(segment.commodity, row.volume.dimension()).is_some()
    };
    instance.demand.segments.iter().any(converts)
}

/// A count as a soft equality, or why it cannot be one. `full` are limits with a price in the base.
pub fn soft_count(
    (instance, choices): (&Instance, &Choices),
    row: &Observation,
    error: f64,
    (flows, full): (&[f64], &[(usize, String)]),
) -> Result<SoftCount, Standing> {
    if !is_countable(instance, row) {
        return Err(Standing::NotCountable);
    }
    let uses = uses(instance, choices, row);
    if uses.iter().all(|uses| *uses == 0.0) {
        return Err(Standing::NoPath);
    }
    if let Some(binding) = binding(instance, choices, row, (&uses, flows, full)) {
        return Err(Standing::CapacityBinds(binding));
    }
    let (least, most) = reach(choices, &uses);
    let count = row.volume.value.value;
    if count > most + 2.0 * error || count < least - 2.0 * error {
        return Err(Standing::OutOfReach(least, most));
    }
    let dispersion = dispersion_at(instance, choices, &uses);
    // A constant as large as the spread between shippers, 1/dispersion, leaves a misfit of one data error.
    let softness = error * dispersion.ok_or(Standing::NoDispersion)?;
    Ok(SoftCount { uses, count, softness: softness.max(f64::MIN_POSITIVE) })
}

/// Units a year that pass at least and at most, whatever costs are.
fn reach(choices: &Choices, uses: &[f64]) -> (f64, f64) {
    let segments = choices.problem.segments.len();
    let (mut least, mut most) = (vec![f64::INFINITY; segments], vec![0.0_f64; segments]);
    for (path, &uses) in choices.paths.iter().zip(uses) {
        let segment = path.column.segment as usize;
        least[segment] = least[segment].min(uses);
        most[segment] = most[segment].max(uses);
    }
    let total = |amounts: &[f64]| -> f64 {
        let rows = amounts.iter().zip(&choices.problem.segments);
        rows.filter(|(amount, _)| amount.is_finite()).map(|(amount, row)| amount * row.demand).sum()
    };
    (total(&least), total(&most))
}

/// Mean dispersion of what can pass, 1/(study currency per unit of the count); none where all of it is at least cost.
fn dispersion_at(instance: &Instance, choices: &Choices, uses: &[f64]) -> Option<f64> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (path, &uses) in choices.paths.iter().zip(uses).filter(|(_, uses)| **uses > 0.0) {
        let segment = path.column.segment as usize;
        let stated = instance.model.commodities[commodity_of(instance, path).index()].dispersion;
        if stated.is_finite() {
            let demand = choices.problem.segments[segment].demand * uses;
            sum += demand * choices.dispersion[segment] * uses;
            weight += demand;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

/// Full limits that are the gate's own, or that all that passes it needs; none where there is no such.
fn binding(
    instance: &Instance,
    choices: &Choices,
    row: &Observation,
    (uses, flows, full): (&[f64], &[f64], &[(usize, String)]),
) -> Option<Vec<String>> {
    let own = element_label(&instance.model, &row.element);
    let passing = || (0..uses.len()).filter(|&path| uses[path] > 0.0 && flows[path] > 1e-9);
    let needed = |limit: usize| {
        let needs = |path: usize| choices.paths[path].column.usage.iter().any(|(group, _)| *group as usize == limit);
        passing().next().is_some() && passing().all(needs)
    };
    let is_own = |label: &str| label == own || label.strip_prefix(&own).is_some_and(|rest| rest.starts_with(' '));
    let found: Vec<String> =
        full.iter().filter(|(limit, label)| is_own(label) || needed(*limit)).map(|(_, label)| label.clone()).collect();
    (!found.is_empty()).then_some(found)
}
