//! Calibration of the descriptive program on counts, with what it predicts of counts held out.
//!
//! Demand never comes from the gate it is compared with; no count of a gate whose capacity binds is fitted.
pub mod adjustment;
pub mod counts;
pub mod dispersion;
pub mod gates;
pub mod measures;
mod year;

use crate::calibration::counts::{DataErrors, Standing, year_of};
use crate::calibration::dispersion::Unidentified;
use crate::calibration::measures::{Elasticity, Misfit, ModeShare, elasticities, misfit, mode_shares};
use crate::calibration::year::{Fitting, Year};
use crate::constants::Constants;
use crate::oracle::OracleError;
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use thalweg_model::calibration::{Constant, ConstantKind};
use thalweg_model::element::Element;
use thalweg_model::ids::CommodityId;
use thalweg_model::mode::Mode;
use thalweg_model::model::Model;
use thalweg_model::units::Unit;
use thalweg_model::validity::{Date, Validity};

/// What is fitted and what is held out.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Day whose rows the fit reads; counts of its year are fitted.
    pub as_of: Date,
    /// Years whose counts are predicted, on the same day of the year.
    pub hold_out_years: Vec<i16>,
    /// Keys of counts that are predicted though their year is fitted.
    pub hold_out_keys: BTreeSet<String>,
    /// Errors of counts without a range.
    pub errors: DataErrors,
    /// The command, as the table will say.
    pub run: String,
}

/// One count beside the program before and after calibration; volumes in the count's unit.
#[derive(Debug, Clone, PartialEq)]
pub struct FitRow {
    /// Key of the count.
    pub key: String,
    /// Kind and key of the gate.
    pub gate: String,
    /// Element and commodity, to pair years.
    pub at: (Element, Option<CommodityId>),
    /// Mode of the gate's movements, where it has one.
    pub mode: Option<Mode>,
    /// Its year, if its period is one.
    pub year: Option<i16>,
    /// The count.
    pub observed: f64,
    /// Standard error of the count.
    pub error: f64,
    /// Unit, per year, day or hour.
    pub unit: String,
    /// Spans of the unit in a year.
    pub spans_per_year: f64,
    /// Modelled with the commodities' own dispersions and no constants; none where the year was not solved.
    pub before: Option<f64>,
    /// Modelled with the constants.
    pub after: Option<f64>,
    /// Modelled with constants fitted to all other gates.
    pub left_out: Option<f64>,
    /// Its multiplier, study currency per base unit, if it was fitted.
    pub constant: Option<f64>,
    /// What it does in the fit, and why.
    pub standing: Standing,
}

/// Dispersion of one commodity: estimated, or why not.
#[derive(Debug, Clone, PartialEq)]
pub struct DispersionFit {
    /// Of what.
    pub commodity: CommodityId,
    /// Keys of the counts of alternatives.
    pub alternatives: Vec<String>,
    /// What the tables state, 1/(study currency per unit).
    pub stated: f64,
    /// Estimate and standard error, or why there is none.
    pub estimate: Result<(f64, f64), Unidentified>,
}

/// How a volume at a gate changed between the fit's year and a later one, as factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Kind and key of the gate.
    pub gate: String,
    /// From and to.
    pub years: (i16, i16),
    /// Count over count.
    pub observed: f64,
    /// Without constants.
    pub before: f64,
    /// With the constants of the first year.
    pub after: f64,
}

/// A calibration.
#[derive(Debug, Clone)]
pub struct Calibration {
    /// Rows of the table, gate constants with what was predicted when they were left out.
    pub constants: Vec<Constant>,
    /// Dispersions by commodity.
    pub dispersions: Vec<DispersionFit>,
    /// All counts.
    pub rows: Vec<FitRow>,
    /// Misfits by set of counts.
    pub misfits: Vec<(&'static str, Misfit, Misfit)>,
    /// Changes over time at gates counted in both years.
    pub changes: Vec<Change>,
    /// Shares of modes.
    pub mode_shares: Vec<ModeShare>,
    /// Elasticities in the fitted year.
    pub elasticities: Vec<Elasticity>,
    /// Largest relative residual of the soft equalities: 0 when all are solved.
    pub residual: f64,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
}

/// Fits the constants, predicts what was held out, and measures both.
pub fn calibrate(model: &Arc<Model>, plan: &Plan, watch: &dyn Watch) -> Result<Calibration, OracleError> {
    let fit_year = Year::of(model, plan.as_of)?;
    let mut fitting = Fitting::new(&fit_year, plan, watch)?;
    let (dispersions, mut constants) = fitting.estimate_dispersions(plan, watch)?;
    let met = fitting.meet_counts(&constants, None, watch)?;
    constants.extend(fitting.gate_constants(&met, plan));
    let mut rows = fitting.rows(&met);
    fitting.leave_each_out(&mut rows, &constants, watch)?;
    for constant in &mut constants {
        if let ConstantKind::Gate { element, per } = &constant.kind {
            constant.predicted = left_out_volume(&rows, (element, constant.commodity), *per);
        }
    }
    enter(&mut rows, plan.as_of.year(), &before_and_after(&fit_year, &constants, watch)?);
    for &year in &plan.hold_out_years {
        if !watch.cancelled() && year != plan.as_of.year() {
            let other = Year::of(model, same_day(plan.as_of, year))?;
            enter(&mut rows, year, &before_and_after(&other, &constants, watch)?);
        }
    }
    let elasticities =
        fitting.with(&constants, |instance, choices, added| elasticities(instance, choices, added, watch))?;
    Ok(Calibration {
        misfits: misfits(&rows),
        changes: changes(&rows, plan.as_of.year()),
        mode_shares: mode_shares(&rows),
        residual: met.residual,
        interrupted: watch.cancelled(),
        constants,
        dispersions,
        rows,
        elasticities,
    })
}

/// Counts of every year that a calibrated study has, before and after, at the constants of its own table.
pub fn misfits_of_study(model: &Arc<Model>, watch: &dyn Watch) -> Result<Vec<FitRow>, OracleError> {
    let Some(first) = model.calibration.first() else { return Ok(Vec::new()) };
    let plan = Plan {
        as_of: first.fitted,
        hold_out_years: model.observations.iter().filter_map(|row| year_of(&row.period)).collect(),
        hold_out_keys: BTreeSet::new(),
        errors: DataErrors { high: 0.0, medium: 0.0, low: 0.0 },
        run: String::new(),
    };
    let years: BTreeSet<i16> = plan.hold_out_years.iter().copied().chain([plan.as_of.year()]).collect();
    let fit_year = Year::of(model, plan.as_of)?;
    let fitting = Fitting::new(&fit_year, &plan, watch)?;
    let mut rows = fitting.rows_of_table();
    stand_as_the_table_says(&mut rows, &plan, &model.calibration);
    let modelled = |&year: &i16| -> Result<Option<BeforeAfter>, OracleError> {
        if watch.cancelled() {
            return Ok(None);
        }
        before_and_after(&Year::of(model, same_day(plan.as_of, year))?, &model.calibration, watch).map(Some)
    };
    let by_year: Vec<Option<BeforeAfter>> = years.par_iter().map(modelled).collect::<Result<_, _>>()?;
    for (&year, volumes) in years.iter().zip(&by_year) {
        if let Some(volumes) = volumes {
            enter(&mut rows, year, volumes);
        }
    }
    Ok(rows)
}

/// A count of the fitted year is fitted if the table holds its gate, and held out if not; its own prediction stands there.
fn stand_as_the_table_says(rows: &mut [FitRow], plan: &Plan, table: &[Constant]) {
    for row in rows.iter_mut().filter(|row| row.year == Some(plan.as_of.year())) {
        let of_row = |constant: &&Constant| match &constant.kind {
            ConstantKind::Gate { element, .. } => (element, constant.commodity) == (&row.at.0, row.at.1),
            _ => false,
        };
        let constant = table.iter().find(of_row);
        match (&row.standing, constant) {
            (Standing::Fitted | Standing::OutOfReach(..), Some(constant)) => {
                row.standing = Standing::Fitted;
                row.constant = Some(constant.value);
                let (ConstantKind::Gate { per, .. }, Some(volume)) = (&constant.kind, constant.predicted) else {
                    continue;
                };
                let unit = thalweg_model::units::RateUnit::parse(&row.unit);
                row.left_out = unit.map(|unit| volume * per.factor / unit.base_per_year());
            }
            (Standing::Fitted, None) => row.standing = Standing::HeldOut,
            _ => {}
        }
    }
}

/// Modelled volumes of all observations without the constants and with them.
type BeforeAfter = (Vec<f64>, Vec<f64>);

fn before_and_after(year: &Year, constants: &[Constant], watch: &dyn Watch) -> Result<BeforeAfter, OracleError> {
    let (before, after) = rayon::join(
        || year.volumes(&Constants::none(&year.instance), watch),
        || year.volumes(&Constants::from_rows(&year.instance, constants.iter()), watch),
    );
    Ok((before?, after?))
}

/// Enters the modelled volumes of one year's counts.
fn enter(rows: &mut [FitRow], year: i16, (before, after): &BeforeAfter) {
    for (position, row) in rows.iter_mut().enumerate().filter(|(_, row)| row.year == Some(year)) {
        row.before = Some(before[position]);
        row.after = Some(after[position]);
    }
}

/// The same day in another year; 29 February becomes the 28th.
fn same_day(day: Date, year: i16) -> Date {
    let moved = day.with().year(year).build();
    moved.unwrap_or_else(|_| Date::constant(year, 2, 28))
}

fn left_out_volume(rows: &[FitRow], at: (&Element, Option<CommodityId>), per: Unit) -> Option<f64> {
    let row = rows.iter().find(|row| (&row.at.0, row.at.1) == at && row.left_out.is_some())?;
    let unit = thalweg_model::units::RateUnit::parse(&row.unit)?;
    Some(row.left_out? * unit.base_per_year() / per.factor)
}

/// Names of the sets of counts that misfits are worked out for.
pub const SETS: [&str; 5] =
    ["fitted", "held out by gate", "fitted gates in other years", "all held out", "not fitted for a reason"];

/// Misfits before and after, by set.
pub fn misfits(rows: &[FitRow]) -> Vec<(&'static str, Misfit, Misfit)> {
    let compared = |row: &&FitRow| row.standing.is_compared() && row.after.is_some();
    let of = |wanted: &dyn Fn(&FitRow) -> bool, modelled: &dyn Fn(&FitRow) -> Option<f64>| {
        let rows = rows.iter().filter(compared).filter(|row| wanted(row));
        misfit(rows.filter_map(|row| Some((modelled(row)? * row.spans_per_year, row.observed * row.spans_per_year))))
    };
    let fitted = |row: &FitRow| row.standing == Standing::Fitted;
    let held = |row: &FitRow| row.standing == Standing::HeldOut;
    let gates: BTreeSet<_> = rows.iter().filter(|row| fitted(row)).map(|row| &row.at).collect();
    let again = |row: &FitRow| held(row) && gates.contains(&row.at);
    let rest = |row: &FitRow| !fitted(row) && !held(row) && row.standing != Standing::OtherYear;
    let (before, after) = (|row: &FitRow| row.before, |row: &FitRow| row.after);
    vec![
        (SETS[0], of(&fitted, &before), of(&fitted, &after)),
        (SETS[1], of(&|row| fitted(row) && row.left_out.is_some(), &before), of(&fitted, &|row| row.left_out)),
        (SETS[2], of(&again, &before), of(&again, &after)),
        (SETS[3], of(&held, &before), of(&held, &after)),
        (SETS[4], of(&rest, &before), of(&rest, &after)),
    ]
}

/// Observed and modelled factors between the fit's year and each other, at gates counted in both.
pub fn changes(rows: &[FitRow], fit_year: i16) -> Vec<Change> {
    let compared = |row: &&FitRow| row.standing.is_compared() && row.after.is_some() && row.observed > 0.0;
    let mut first: BTreeMap<(&Element, Option<CommodityId>, &str), &FitRow> = BTreeMap::new();
    for row in rows.iter().filter(compared).filter(|row| row.year == Some(fit_year)) {
        first.entry((&row.at.0, row.at.1, &row.unit)).or_insert(row);
    }
    let factor = |now: Option<f64>, then: Option<f64>| match (now, then) {
        (Some(now), Some(then)) if then > 0.0 => now / then,
        _ => f64::NAN,
    };
    let later = rows.iter().filter(compared).filter(|row| row.year.is_some_and(|year| year != fit_year));
    later
        .filter_map(|row| {
            let then = first.get(&(&row.at.0, row.at.1, row.unit.as_str()))?;
            Some(Change {
                gate: row.gate.clone(),
                years: (fit_year, row.year?),
                observed: row.observed / then.observed,
                before: factor(row.before, then.before),
                after: factor(row.after, then.after),
            })
        })
        .collect()
}

/// A row of the table made by this plan.
fn constant(
    (kind, commodity): (ConstantKind, Option<CommodityId>),
    (value, error): (f64, Option<f64>),
    plan: &Plan,
) -> Constant {
    Constant {
        kind,
        commodity,
        value,
        standard_error: error,
        predicted: None,
        fitted: plan.as_of,
        run: plan.run.clone(),
        validity: Validity::ALWAYS,
    }
}
