//! Demand adjusted to counts, as the last resort: volumes nearest to the study's own that meet what was counted.
//!
//! Nothing reads the adjusted volumes but the report and the table that the user asks for.
use crate::calibration::counts::{DataErrors, Standing, is_countable, uses};
use crate::calibration::year::{Fitting, Year};
use crate::calibration::{FitRow, Plan};
use crate::constants::Constants;
use crate::matrix_adjustment::{Adjusted, Cell, Counted, Criterion, adjust, relative_entropy};
use crate::oracle::OracleError;
use crate::watch::Watch;
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_model::calibration::Constant;
use thalweg_model::ids::{CommodityId, DemandId};
use thalweg_model::mode::Confidence;
use thalweg_model::model::Model;
use thalweg_network::instance::Instance;

/// How demand may be adjusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdjustmentPlan {
    /// What makes a volume near its prior.
    pub criterion: Criterion,
    /// Relative errors of demands without a range.
    pub demand_errors: DataErrors,
}

/// One demand before and after, commodity units a year.
#[derive(Debug, Clone, PartialEq)]
pub struct AdjustedDemand {
    /// The row.
    pub demand: DemandId,
    /// Of what.
    pub commodity: CommodityId,
    /// The study's volume.
    pub prior: f64,
    /// Its relative error.
    pub error: f64,
    /// The adjusted volume.
    pub volume: f64,
    /// Whether any count that was used meets a path of it.
    pub counted: bool,
}

/// One count that was used, in its own unit.
#[derive(Debug, Clone, PartialEq)]
pub struct AdjustedCount {
    /// The count with its gate, unit and error.
    pub row: FitRow,
    /// Modelled with the study's demand.
    pub prior: f64,
    /// Modelled with the adjusted demand on the same shares of paths.
    pub adjusted: f64,
    /// Modelled with the adjusted demand when paths are chosen anew.
    pub chosen_anew: f64,
}

/// How far the demand of one commodity was moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Distance {
    /// Of what.
    pub commodity: CommodityId,
    /// Sum of the study's volumes.
    pub prior: f64,
    /// Sum of the adjusted ones.
    pub volume: f64,
    /// Relative entropy of the adjusted volumes to the study's, per unit of the study's.
    pub relative_entropy: f64,
    /// Sum of changes, whatever their sign, as a share of the study's volumes.
    pub changed: f64,
}

/// Demand adjusted to counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    /// How.
    pub plan: AdjustmentPlan,
    /// Every demand in force that has a volume.
    pub demands: Vec<AdjustedDemand>,
    /// The counts used.
    pub counts: Vec<AdjustedCount>,
    /// By commodity.
    pub distances: Vec<Distance>,
    /// Largest distance of a count from the optimum, in errors.
    pub residual: f64,
    /// Newton steps made.
    pub steps: u32,
}

/// Whether a count may adjust demand: it may be fitted, or no constant reaches it; a full gate tells nothing of demand.
fn is_usable(standing: &Standing) -> bool {
    matches!(standing, Standing::Fitted | Standing::OutOfReach(..) | Standing::NoDispersion)
}

/// Adjusts the demand of the fitted year to its counts, on the shares of paths that given constants make.
pub fn adjust_to_counts(
    model: &Arc<Model>,
    (plan, constants): (&Plan, &[Constant]),
    how: AdjustmentPlan,
    watch: &dyn Watch,
) -> Result<Adjustment, OracleError> {
    let year = Year::of(model, plan.as_of)?;
    let mut fitting = Fitting::new(&year, plan, watch)?;
    fitting.disperse_as(&Constants::from_rows(&year.instance, constants.iter()));
    let instance = &year.instance;
    let rows: Vec<FitRow> = fitting.rows_of_table();
    let usable: Vec<usize> = (0..rows.len())
        .filter(|&at| is_usable(&rows[at].standing) && is_countable(instance, &model.observations[at]))
        .collect();
    let shares = shares(&fitting, (instance, constants), &usable, watch)?;
    let errors: Vec<f64> = instance
        .demand
        .segments
        .iter()
        .map(|segment| relative_error(&model.demands[segment.demand.index()], &how.demand_errors))
        .collect();
    let cells = cells(instance, &errors, how.criterion);
    let counts: Vec<Counted> = usable
        .iter()
        .zip(shares)
        .map(|(&at, proportions)| Counted { proportions, observed: rows[at].observed, error: rows[at].error })
        .collect();
    let adjusted = adjust(&cells, &counts, how.criterion);
    let anew = fitting.volumes_at(constants, &adjusted.volumes, &usable, watch)?;
    let seen = |(count, &at): (usize, &usize)| AdjustedCount {
        row: rows[at].clone(),
        prior: counts[count].proportions.iter().zip(&cells).map(|(share, cell)| share * cell.prior).sum(),
        adjusted: adjusted.counted[count],
        chosen_anew: anew[count],
    };
    Ok(Adjustment {
        plan: how,
        counts: usable.iter().enumerate().map(seen).collect(),
        distances: distances(instance, &cells, &adjusted),
        demands: demands(instance, (&cells, &errors), &counts, &adjusted),
        residual: adjusted.residual,
        steps: adjusted.steps,
    })
}

/// By count and segment: units counted for one unit of the demand, at the constants.
fn shares(
    fitting: &Fitting,
    (instance, constants): (&Instance, &[Constant]),
    usable: &[usize],
    watch: &dyn Watch,
) -> Result<Vec<Vec<f64>>, OracleError> {
    let flows = fitting.flows_at(constants, watch)?;
    let choices = fitting.choices();
    let wanted = |segment: usize| instance.demand.segments[segment].volume;
    let of_count = |&at: &usize| {
        let uses = uses(instance, choices, &instance.model.observations[at]);
        let mut shares = vec![0.0; instance.demand.segments.len()];
        for ((path, uses), flow) in choices.paths.iter().zip(uses).zip(&flows) {
            let segment = path.column.segment as usize;
            if wanted(segment) > 0.0 {
                shares[segment] += uses * flow / wanted(segment);
            }
        }
        shares
    };
    Ok(usable.iter().map(of_count).collect())
}

/// Relative standard error of a demand. A stated range is read as the 5th to the 95th percentile.
fn relative_error(row: &thalweg_model::model::Demand, errors: &DataErrors) -> f64 {
    let volume = row.volume;
    if let (Some(low), Some(high)) = (volume.low, volume.high)
        && high > low
        && volume.value > 0.0
    {
        return (high - low) / (2.0 * 1.645 * volume.value);
    }
    match row.provenance.confidence {
        Confidence::High => errors.high,
        Confidence::Medium => errors.medium,
        Confidence::Low | Confidence::Estimate => errors.low,
    }
}

/// Prior and spread of every demand. One unit of information is so large that the mean demand of its commodity has its
/// stated relative error; then units of quantity play no part, and demands of one error move by one factor.
fn cells(instance: &Instance, errors: &[f64], criterion: Criterion) -> Vec<Cell> {
    let mut sums: BTreeMap<CommodityId, (f64, f64)> = BTreeMap::new();
    for row in instance.demand.segments.iter().filter(|row| row.volume > 0.0) {
        let sum = sums.entry(row.commodity).or_default();
        *sum = (sum.0 + row.volume, sum.1 + 1.0);
    }
    let cell = |(row, error): (&thalweg_network::demand::Segment, &f64)| {
        let mean = sums.get(&row.commodity).map_or(0.0, |(sum, count)| sum / count);
        let spread = match criterion {
            Criterion::MinimumInformation => error * error * mean,
            Criterion::LeastSquares => (error * row.volume).powi(2),
        };
        Cell { prior: row.volume, spread }
    };
    instance.demand.segments.iter().zip(errors).map(cell).collect()
}

fn demands(
    instance: &Instance,
    (cells, errors): (&[Cell], &[f64]),
    counts: &[Counted],
    adjusted: &Adjusted,
) -> Vec<AdjustedDemand> {
    let row = |segment: usize| AdjustedDemand {
        demand: instance.demand.segments[segment].demand,
        commodity: instance.demand.segments[segment].commodity,
        prior: cells[segment].prior,
        error: errors[segment],
        volume: adjusted.volumes[segment],
        counted: counts.iter().any(|count| count.proportions[segment] > 0.0),
    };
    (0..cells.len()).filter(|segment| cells[*segment].prior > 0.0).map(row).collect()
}

fn distances(instance: &Instance, cells: &[Cell], adjusted: &Adjusted) -> Vec<Distance> {
    let mut by_commodity: BTreeMap<CommodityId, Vec<(f64, f64)>> = BTreeMap::new();
    for ((row, cell), volume) in instance.demand.segments.iter().zip(cells).zip(&adjusted.volumes) {
        if cell.prior > 0.0 {
            by_commodity.entry(row.commodity).or_default().push((*volume, cell.prior));
        }
    }
    let distance = |(commodity, rows): (CommodityId, Vec<(f64, f64)>)| {
        let prior: f64 = rows.iter().map(|(_, prior)| prior).sum();
        Distance {
            commodity,
            prior,
            volume: rows.iter().map(|(volume, _)| volume).sum(),
            relative_entropy: relative_entropy(rows.iter().copied()) / prior,
            changed: rows.iter().map(|(volume, prior)| (volume - prior).abs()).sum::<f64>() / prior,
        }
    };
    by_commodity.into_iter().map(distance).collect()
}
