//! Figures by name: what a claim or a question may ask of a run, whatever table of the results it stands in.
use crate::wire::run::{FigureRow, RunReport, ScenarioReport};
use thalweg_engine::figures::{LEAST_COST, PATH_SIZE_LOGIT};
use thalweg_model::claim::{FigureName, FigurePart, FigureProgram};
use thalweg_model::nearest::nearest;

/// Every measure that has a name. Those from `exposure` to `closure_loss` are of the base's analyses; their subjects are
/// `ARM GEO territory gas` (beneficiary, actor, lever, commodity), `GEO ARM territory` (refuser, refused, lever) and
/// `passage suez`. Those after it stand in answers to the study's questions only.
pub const MEASURES: &[&str] = &[
    "volume_served",
    "volume_unserved",
    "volume_by_corridor",
    "share_by_corridor",
    "volume_by_mode",
    "volume_by_territory",
    "volume_by_operator",
    "volume_by_passage",
    "volume_by_terminal",
    "origin_mix_at_terminal",
    "origin_share_at_terminal",
    "unit_km_by_mode",
    "cost_by_component",
    "delivered_cost_by_commodity",
    "receipts_by_actor",
    "mean_time",
    "mean_time_sd",
    "entropy_term",
    "volume_at_observation",
    "volume_at_capacity",
    "cost_total",
    "loss",
    "welfare_loss",
    "volume_rerouted",
    "time_added",
    "loss_per_day",
    "loss_over_days",
    "exposure",
    "refusal_harm",
    "refusal_self_cost",
    "refusal_system_loss",
    "refusal_room_for_coercion",
    "closure_loss",
    "depend_exposure",
    "depend_indispensability",
    "depend_refusal_loss",
    "depend_own_loss",
    "depend_toll_revenue",
    "route_length",
    "route_time",
    "route_cost",
    "opening_cost",
    "pair_loss",
    "pair_synergy",
    "worst_loss",
    "worst_loss_at_most",
    "chance_expected_loss",
    "chance_loss_at_least",
    "chance_loss_on_average",
    "chance_loss_if_alone",
    "risk_burden",
    "risk_routes_near",
    "newcomer_refusal",
    "newcomer_pivotal_until",
    "newcomer_saves",
    "incidence_gain",
    "incidence_surplus",
    "incidence_rents",
    "incidence_tolls",
    "power_shared",
    "power_withdrawal_loss",
    "power_own_loss",
    "power_shapley",
    "power_propensity_to_disrupt",
    "pairs_apart",
    "broker_cost",
    "broker_pairs",
    RELATION_PAIRS_BETWEEN,
    "repair_loss",
    "repair_saved",
    "consent_vetoes",
    "consent_own_loss",
    "consent_system_loss",
    "consent_gain",
    "consent_left_without",
    "undoing_loss",
    "undoing_share",
    "reach_length",
    "reach_states_crossed",
    "reach_modes",
    CLAIMS_BY_VERDICT,
];

/// How many claims of the study have a verdict; the subject is the verdict.
pub const CLAIMS_BY_VERDICT: &str = "claims_by_verdict";
/// Ordered pairs at odds with each other and on terms with an actor, by the table of relations.
pub const RELATION_PAIRS_BETWEEN: &str = "relation_pairs_between";

/// A figure that was found, with its range over draws where it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The number.
    pub value: f64,
    /// 5th percentile.
    pub low: Option<f64>,
    /// 95th percentile.
    pub high: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// Which program gave it.
    pub program: &'static str,
}

/// The figure of a name, or why there is none.
///
/// A value is that of the descriptive program where both give it, since shares and counts come from there; a change is
/// that of the exact program.
pub fn find(report: &RunReport, name: &FigureName) -> Result<Found, String> {
    if name.measure == CLAIMS_BY_VERDICT {
        let count = report.claims.iter().filter(|claim| claim.verdict == name.subject).count();
        let unit = "claims".to_owned();
        return Ok(Found { value: count as f64, low: None, high: None, unit, program: LEAST_COST });
    }
    if let Some(answer) = report.answers.iter().find(|answer| answer.key == name.scenario) {
        let mut rows = answer.figures.iter();
        let row = rows.find(|row| row.measure == name.measure && row.subject == name.subject);
        let row = row.ok_or_else(|| {
            format!("the answer `{}` has no figure `{}` of `{}`", name.scenario, name.measure, name.subject)
        })?;
        return Ok(found(row));
    }
    let state = report.scenarios.iter().find(|state| state.name == name.scenario);
    let state = state.ok_or_else(|| format!("the run has no scenario `{}`", name.scenario))?;
    if let Some(found) = of_analyses(report, name) {
        return found;
    }
    let programs: &[&str] = match (name.program, name.of) {
        (Some(FigureProgram::LeastCost), _) => &[LEAST_COST],
        (Some(FigureProgram::PathSizeLogit), _) => &[PATH_SIZE_LOGIT],
        (None, FigurePart::Value) => &[PATH_SIZE_LOGIT, LEAST_COST],
        (None, FigurePart::Change) => &[LEAST_COST, PATH_SIZE_LOGIT],
    };
    let named = |row: &&FigureRow| row.measure == name.measure && row.subject == name.subject;
    let mut rows =
        programs.iter().filter_map(|program| state.figures.iter().find(|row| named(row) && row.program == *program));
    let row = rows.next().ok_or_else(|| missing(state, name))?;
    match name.of {
        FigurePart::Value => Ok(found(row)),
        FigurePart::Change => {
            let change = row.change.ok_or_else(|| format!("`{}` has no difference against the base", name.measure))?;
            Ok(Found {
                value: change,
                low: row.change_low,
                high: row.change_high,
                unit: row.unit.clone(),
                program: row.program,
            })
        }
    }
}

fn found(row: &FigureRow) -> Found {
    Found { value: row.value, low: row.low, high: row.high, unit: row.unit.clone(), program: row.program }
}

fn missing(state: &ScenarioReport, name: &FigureName) -> String {
    let subjects = state.figures.iter().filter(|row| row.measure == name.measure).map(|row| row.subject.as_str());
    let near =
        nearest(&name.subject, subjects).map_or_else(String::new, |near| format!("; the nearest subject is `{near}`"));
    format!("the state `{}` has no figure `{}` of `{}`{near}", state.name, name.measure, name.subject)
}

/// Figures of the analyses of the base, which stand in tables of their own; `None` for other measures.
fn of_analyses(report: &RunReport, name: &FigureName) -> Option<Result<Found, String>> {
    let words: Vec<&str> = name.subject.split_whitespace().collect();
    let money = format!("{}/yr", report.head.currency);
    let exact = |value: f64| Found { value, low: None, high: None, unit: money.clone(), program: LEAST_COST };
    let found = match (name.measure.as_str(), words.as_slice()) {
        ("exposure", [beneficiary, actor, lever, commodity]) => {
            let mut rows = report.exposures.iter();
            let row = rows.find(|row| {
                (row.beneficiary.as_str(), row.actor.as_str()) == (*beneficiary, *actor)
                    && (row.lever, row.commodity.as_str()) == (*lever, *commodity)
            });
            row.map(|row| Found {
                value: row.share,
                low: row.low,
                high: row.high,
                unit: "share".to_owned(),
                program: LEAST_COST,
            })
        }
        ("closure_loss", [kind, subject]) => {
            let rows = report.closures.get(kind);
            rows.and_then(|rows| rows.iter().find(|row| row.subject == *subject)).map(|row| exact(row.change.loss))
        }
        (measure, [by, of, lever]) if measure.starts_with("refusal_") => {
            let mut rows = report.refusals.iter();
            let row = rows.find(|row| (row.by.as_str(), row.of.as_str(), row.lever) == (*by, *of, *lever));
            row.map(|row| {
                exact(match measure {
                    "refusal_harm" => row.harm,
                    "refusal_self_cost" => row.self_cost,
                    "refusal_system_loss" => row.system_loss,
                    _ => row.room_for_coercion,
                })
            })
        }
        (measure, _) if measure.starts_with("refusal_") || ["exposure", "closure_loss"].contains(&measure) => None,
        _ => return None,
    };
    Some(found.ok_or_else(|| format!("the base has no `{}` of `{}`", name.measure, name.subject)))
}
