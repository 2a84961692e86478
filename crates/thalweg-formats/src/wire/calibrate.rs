//! The wire shape of `calibrate`: constants, the fit of every count, what was predicted.
use crate::wire::adjustment::AdjustmentReport;
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::calibration::measures::Misfit;
use thalweg_engine::calibration::{Calibration, FitRow, Plan};
use thalweg_engine::elements::element_label;
use thalweg_model::calibration::{Constant, ConstantKind};
use thalweg_model::ids::CommodityId;
use thalweg_model::model::Model;

/// Answer of `thalweg calibrate`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CalibrationReport {
    /// Study key.
    pub study: String,
    /// Day whose rows the fit read.
    pub as_of: String,
    /// Years predicted.
    pub hold_out_years: Vec<i16>,
    /// Relative errors of counts without a range, by confidence high, medium, low.
    pub data_errors: [f64; 3],
    /// ISO 4217 of the constants.
    pub currency: String,
    /// `path_size_logit`: the descriptive program.
    pub program: &'static str,
    /// The command, as the table names it.
    pub run: String,
    /// Rows of the table.
    pub constants: Vec<ConstantRow>,
    /// Dispersions, estimated or not.
    pub dispersions: Vec<DispersionRow>,
    /// Every count beside the program.
    pub counts: Vec<CountRow>,
    /// Misfits by set of counts.
    pub misfits: Vec<MisfitRow>,
    /// Factors of change over time.
    pub changes: Vec<ChangeRow>,
    /// Shares of modes at counted gates.
    pub mode_shares: Vec<ModeShareRow>,
    /// Per cent of volume for one per cent on the money cost of a mode's movements.
    pub elasticities: Vec<ElasticityRow>,
    /// Largest relative residual of the soft equalities; 0 when solved.
    pub residual: f64,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
    /// Demand adjusted to the counts, null unless asked for.
    pub adjustment: Option<AdjustmentReport>,
}

/// A constant.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConstantRow {
    /// `dispersion`, `mode` or `gate`.
    pub parameter: &'static str,
    /// Commodity key, empty for all.
    pub commodity: String,
    /// Mode or kind and key of the gate; empty for a dispersion.
    pub at: String,
    /// The constant.
    pub value: f64,
    /// 1/(currency per unit), or currency per unit.
    pub unit: String,
    /// Standard error, null where none was estimated.
    pub standard_error: Option<f64>,
    /// Volume a year predicted for the gate without its own count.
    pub predicted: Option<f64>,
}

/// The dispersion of a commodity.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DispersionRow {
    /// Commodity key.
    pub commodity: String,
    /// Keys of the counts of alternatives.
    pub alternatives: Vec<String>,
    /// What the tables state.
    pub stated: f64,
    /// What was estimated, null where nothing was.
    pub estimated: Option<f64>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Why nothing was estimated, empty where it was.
    pub why_not: &'static str,
}

/// One count.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountRow {
    /// Key of the observation.
    pub key: String,
    /// Kind and key of the gate.
    pub gate: String,
    /// Commodity key, empty for all that convert to the unit.
    pub commodity: String,
    /// Year, null where the period is none.
    pub year: Option<i16>,
    /// The count.
    pub observed: f64,
    /// Its standard error.
    pub error: f64,
    /// Unit of all volumes of the row.
    pub unit: String,
    /// Modelled without constants.
    pub before: Option<f64>,
    /// Modelled with constants.
    pub after: Option<f64>,
    /// Modelled with constants fitted to all other gates.
    pub left_out: Option<f64>,
    /// The count's multiplier, currency per base unit.
    pub constant: Option<f64>,
    /// fitted, held_out, or why it is neither.
    pub standing: &'static str,
    /// The same in words.
    pub reason: String,
}

/// Misfit of a set of counts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MisfitRow {
    /// Which counts.
    pub set: &'static str,
    /// How many.
    pub counts: usize,
    /// Mean of |modelled / observed - 1| without constants.
    pub mape_before: f64,
    /// The same with constants.
    pub mape_after: f64,
    /// Mean GEH of daily volumes without constants; it depends on the unit.
    pub geh_before: f64,
    /// The same with constants.
    pub geh_after: f64,
    /// Counts within a factor of two without constants.
    pub within_factor_two_before: usize,
    /// The same with constants.
    pub within_factor_two_after: usize,
}

/// How a volume changed over time, as factors.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeRow {
    /// Kind and key of the gate.
    pub gate: String,
    /// From this year.
    pub from: i16,
    /// To this year.
    pub to: i16,
    /// Count over count.
    pub observed: f64,
    /// Modelled without constants, null where nothing was modelled in the first year.
    pub before: Option<f64>,
    /// Modelled with the constants of the first year.
    pub after: Option<f64>,
}

/// Share of a mode at counted gates.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ModeShareRow {
    /// Year.
    pub year: i16,
    /// Unit of the counts.
    pub unit: String,
    /// Mode.
    pub mode: &'static str,
    /// Of the counts, 0 to 1.
    pub observed: f64,
    /// Of the modelled volumes.
    pub modelled: f64,
}

/// An elasticity.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ElasticityRow {
    /// Commodity key.
    pub commodity: String,
    /// Mode whose cost rises.
    pub cost_of: &'static str,
    /// Mode whose volume answers.
    pub volume_of: &'static str,
    /// Of units shipped mainly by the mode.
    pub units: f64,
    /// Of unit-km by the mode.
    pub unit_km: f64,
}

/// A calibration in the study's keys.
pub fn calibration_report(model: &Model, plan: &Plan, found: &Calibration) -> CalibrationReport {
    let finite = |factor: f64| factor.is_finite().then_some(factor);
    CalibrationReport {
        study: model.head.name.clone(),
        as_of: plan.as_of.to_string(),
        hold_out_years: plan.hold_out_years.clone(),
        data_errors: [plan.errors.high, plan.errors.medium, plan.errors.low],
        currency: model.head.currency.clone(),
        program: thalweg_engine::figures::PATH_SIZE_LOGIT,
        run: plan.run.clone(),
        constants: found.constants.iter().map(|row| constant_row(model, row)).collect(),
        dispersions: found
            .dispersions
            .iter()
            .map(|row| DispersionRow {
                commodity: commodity_key(model, Some(row.commodity)),
                alternatives: row.alternatives.clone(),
                stated: row.stated,
                estimated: row.estimate.ok().map(|(value, _)| value),
                standard_error: row.estimate.ok().map(|(_, error)| error),
                why_not: row.estimate.err().map_or("", |why| why.words()),
            })
            .collect(),
        counts: found.rows.iter().map(|row| count_row(model, row)).collect(),
        misfits: found.misfits.iter().map(misfit_row).collect(),
        changes: found
            .changes
            .iter()
            .map(|row| ChangeRow {
                gate: row.gate.clone(),
                from: row.years.0,
                to: row.years.1,
                observed: row.observed,
                before: finite(row.before),
                after: finite(row.after),
            })
            .collect(),
        mode_shares: found
            .mode_shares
            .iter()
            .map(|row| ModeShareRow {
                year: row.year,
                unit: row.unit.clone(),
                mode: row.mode.name(),
                observed: row.observed,
                modelled: row.modelled,
            })
            .collect(),
        elasticities: found
            .elasticities
            .iter()
            .map(|row| ElasticityRow {
                commodity: commodity_key(model, Some(row.commodity)),
                cost_of: row.cost_of.name(),
                volume_of: row.volume_of.name(),
                units: row.units,
                unit_km: row.unit_km,
            })
            .collect(),
        residual: found.residual,
        interrupted: found.interrupted,
        adjustment: None,
    }
}

/// A count in the study's keys.
pub fn count_row(model: &Model, row: &FitRow) -> CountRow {
    CountRow {
        key: row.key.clone(),
        gate: row.gate.clone(),
        commodity: commodity_key(model, row.at.1),
        year: row.year,
        observed: row.observed,
        error: row.error,
        unit: row.unit.clone(),
        before: row.before,
        after: row.after,
        left_out: row.left_out,
        constant: row.constant,
        standing: row.standing.name(),
        reason: row.standing.reason(),
    }
}

/// Misfits of a set.
pub fn misfit_row((set, before, after): &(&'static str, Misfit, Misfit)) -> MisfitRow {
    MisfitRow {
        set,
        counts: after.counts,
        mape_before: before.mape,
        mape_after: after.mape,
        geh_before: before.geh,
        geh_after: after.geh,
        within_factor_two_before: before.within_factor_two,
        within_factor_two_after: after.within_factor_two,
    }
}

fn commodity_key(model: &Model, commodity: Option<CommodityId>) -> String {
    commodity.map_or_else(String::new, |id| model.commodities[id.index()].key.clone())
}

fn constant_row(model: &Model, row: &Constant) -> ConstantRow {
    let currency = &model.head.currency;
    let own = row.commodity.map_or("unit", |id| model.commodities[id.index()].unit.name());
    let (parameter, at, unit) = match &row.kind {
        ConstantKind::Dispersion => ("dispersion", String::new(), format!("{own}/{currency}")),
        ConstantKind::Mode(mode) => ("mode", mode.name().to_owned(), format!("{currency}/{own}")),
        ConstantKind::Gate { element, per } => ("gate", element_label(model, element), format!("{currency}/{per}")),
    };
    ConstantRow {
        parameter,
        commodity: commodity_key(model, row.commodity),
        at,
        value: row.value,
        unit,
        standard_error: row.standard_error,
        predicted: row.predicted,
    }
}
