//! The wire shape of demand adjusted to counts.
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::calibration::adjustment::{AdjustedCount, AdjustedDemand, Adjustment, Distance};
use thalweg_model::mode::Confidence;
use thalweg_model::model::{Demand, Model};
use thalweg_model::units::Ranged;

/// Demand adjusted to counts, as the last resort.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AdjustmentReport {
    /// What it is, in words.
    pub statement: &'static str,
    /// `minimum_information` or `least_squares`.
    pub criterion: &'static str,
    /// Relative errors of demands without a range, by confidence high, medium, low.
    pub demand_errors: [f64; 3],
    /// How far the demand of each commodity was moved.
    pub distances: Vec<DistanceRow>,
    /// The counts used.
    pub counts: Vec<AdjustedCountRow>,
    /// Every demand with a volume, the most changed first.
    pub demands: Vec<AdjustedDemandRow>,
    /// Largest distance of a count from the optimum, in errors; 0 when solved.
    pub residual: f64,
    /// Newton steps made.
    pub steps: u32,
}

/// How far the demand of one commodity was moved.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DistanceRow {
    /// Commodity.
    pub commodity: String,
    /// Its unit; volumes are a year.
    pub unit: String,
    /// Sum of the study's volumes.
    pub prior: f64,
    /// Sum of the adjusted ones.
    pub adjusted: f64,
    /// Relative entropy to the study's volumes, nats per unit of them.
    pub relative_entropy: f64,
    /// Sum of changes, whatever their sign, %.
    pub changed: f64,
}

/// A count that was used, in its own unit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjustedCountRow {
    /// Key of the count.
    pub key: String,
    /// Kind and key of the gate.
    pub gate: String,
    /// The count.
    pub observed: f64,
    /// Its standard error.
    pub error: f64,
    /// Unit.
    pub unit: String,
    /// Modelled with the study's demand.
    pub prior: f64,
    /// Modelled with the adjusted demand on the same shares of paths.
    pub adjusted: f64,
    /// Modelled with the adjusted demand when paths are chosen anew under capacities.
    pub chosen_anew: f64,
    /// Standing in the calibration of constants.
    pub standing: &'static str,
}

/// A demand before and after, commodity units a year.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjustedDemandRow {
    /// Key.
    pub demand: String,
    /// Commodity.
    pub commodity: String,
    /// Unit.
    pub unit: String,
    /// The study's volume.
    pub prior: f64,
    /// Its relative error.
    pub error: f64,
    /// The adjusted volume.
    pub adjusted: f64,
    /// Change, %.
    pub change: f64,
    /// Whether a count that was used meets it; what none meets stays.
    pub counted: bool,
}

/// What an adjustment is, and what it is not.
pub const STATEMENT: &str = "A last resort: demand bent to the counts of one year. No figure of the study uses it, and a count \
                             used here is no evidence for the table it made.";

/// The report of an adjustment.
pub fn adjustment_report(model: &Model, found: &Adjustment) -> AdjustmentReport {
    let errors = found.plan.demand_errors;
    let mut demands: Vec<AdjustedDemandRow> = found.demands.iter().map(|row| demand_row(model, row)).collect();
    demands.sort_by(|one, other| other.change.abs().total_cmp(&one.change.abs()));
    AdjustmentReport {
        statement: STATEMENT,
        criterion: found.plan.criterion.name(),
        demand_errors: [errors.high, errors.medium, errors.low],
        distances: found.distances.iter().map(|row| distance_row(model, row)).collect(),
        counts: found.counts.iter().map(count_row).collect(),
        demands,
        residual: found.residual,
        steps: found.steps,
    }
}

/// The demands that were changed, as rows of the study's table.
pub fn adjusted_demands(model: &Model, found: &Adjustment, run: &str) -> Vec<Demand> {
    let changed = found.demands.iter().filter(|row| row.counted && row.volume != row.prior);
    let demand = |row: &AdjustedDemand| {
        let mut demand = model.demands[row.demand.index()].clone();
        let note = &demand.provenance.note;
        demand.provenance.note = format!(
            "adjusted to counts, {}: {} before; {run}{}{note}",
            found.plan.criterion.name(),
            row.prior,
            if note.is_empty() { "" } else { "; before: " }
        );
        demand.provenance.confidence = Confidence::Estimate;
        demand.volume = Ranged::exactly(row.volume);
        demand
    };
    changed.map(demand).collect()
}

fn distance_row(model: &Model, row: &Distance) -> DistanceRow {
    let commodity = &model.commodities[row.commodity.index()];
    DistanceRow {
        commodity: commodity.key.clone(),
        unit: commodity.unit.to_string(),
        prior: row.prior,
        adjusted: row.volume,
        relative_entropy: row.relative_entropy,
        changed: 100.0 * row.changed,
    }
}

fn count_row(row: &AdjustedCount) -> AdjustedCountRow {
    AdjustedCountRow {
        key: row.row.key.clone(),
        gate: row.row.gate.clone(),
        observed: row.row.observed,
        error: row.row.error,
        unit: row.row.unit.clone(),
        prior: row.prior,
        adjusted: row.adjusted,
        chosen_anew: row.chosen_anew,
        standing: row.row.standing.name(),
    }
}

fn demand_row(model: &Model, row: &AdjustedDemand) -> AdjustedDemandRow {
    let commodity = &model.commodities[row.commodity.index()];
    AdjustedDemandRow {
        demand: model.demands[row.demand.index()].key.clone(),
        commodity: commodity.key.clone(),
        unit: commodity.unit.to_string(),
        prior: row.prior,
        error: row.error,
        adjusted: row.volume,
        change: 100.0 * (row.volume / row.prior - 1.0),
        counted: row.counted,
    }
}
