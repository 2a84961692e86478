//! The wire shape of claims: claimed, other sources, modelled, and the verdict computed from them.
use crate::measures::{Found, find};
use crate::report::short;
use crate::wire::run::{RunHead, RunReport};
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::claims::{Stands, Verdict};
use thalweg_model::claim::{Claim, Evidence, Interval};
use thalweg_model::ids::SourceId;
use thalweg_model::model::Model;
use thalweg_model::units::RateUnit;

/// Answer of `thalweg claims`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ClaimsReport<'a> {
    /// What was run.
    pub head: &'a RunHead,
    /// The claims in the order of the file.
    pub claims: &'a [ClaimRow],
}

/// One claim held against its evidence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ClaimRow {
    /// Key.
    pub key: String,
    /// What is claimed.
    pub statement: String,
    /// Source keys of who claims it.
    pub sources: Vec<String>,
    /// Least value of the figure that the claim allows, null for open.
    pub implied_low: Option<f64>,
    /// Greatest value that the claim allows.
    pub implied_high: Option<f64>,
    /// Unit of the implied range, the evidence and the modelled figure.
    pub unit: String,
    /// What other sources say.
    pub others: Vec<EvidenceRow>,
    /// What the run says; null where no figure can check the claim.
    pub modelled: Option<ModelledRow>,
    /// agrees, upper end, lower end, unsupported, contradicted or not checkable; computed, never read.
    pub verdict: &'static str,
    /// Why.
    pub reason: String,
    /// Why the figure stands for the claim, or why there is none.
    pub note: String,
}

/// What another source says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceRow {
    /// Source keys.
    pub sources: Vec<String>,
    /// What it says.
    pub value: f64,
    /// Low end, null where it gives none.
    pub low: Option<f64>,
    /// High end.
    pub high: Option<f64>,
    /// below, inside or above the implied range.
    pub stands: &'static str,
    /// Exactly what it counts.
    pub note: String,
}

/// The figure of the run that checks a claim.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ModelledRow {
    /// State it is of.
    pub scenario: String,
    /// Measure.
    pub measure: String,
    /// Subject.
    pub subject: String,
    /// The number, in the claim's unit.
    pub value: f64,
    /// 5th percentile over draws, null where none were made or none moves it.
    pub low: Option<f64>,
    /// 95th percentile.
    pub high: Option<f64>,
    /// below, inside or above the implied range.
    pub stands: &'static str,
    /// Which program gave it.
    pub program: &'static str,
}

/// Holds claims against a run.
pub fn claim_rows(report: &RunReport, model: &Model, claims: &[Claim]) -> Vec<ClaimRow> {
    claims.iter().map(|claim| claim_row(report, model, claim)).collect()
}

fn source_keys(model: &Model, sources: &[SourceId]) -> Vec<String> {
    sources.iter().map(|source| model.sources[source.index()].key.clone()).collect()
}

fn claim_row(report: &RunReport, model: &Model, claim: &Claim) -> ClaimRow {
    let modelled = claim.figure.as_ref().map(|name| -> Result<(Stands, ModelledRow), String> {
        let found = find(report, name)?;
        let factor = factor(&found.unit, &claim.unit)?;
        let scaled = |end: Option<f64>| end.map(|end| end * factor);
        let (value, low, high) = (found.value * factor, scaled(found.low), scaled(found.high));
        let stands = stands(claim.implied, value, (low, high));
        let Found { program, .. } = found;
        Ok((
            stands,
            ModelledRow {
                scenario: name.scenario.clone(),
                measure: name.measure.clone(),
                subject: name.subject.clone(),
                value,
                low,
                high,
                stands: stands.name(),
                program,
            },
        ))
    });
    let (modelled, missing) = match modelled {
        None => (None, None),
        Some(Ok(found)) => (Some(found), None),
        Some(Err(why)) => (None, Some(why)),
    };
    let evidence = |row: &Evidence| stands(claim.implied, row.value.value, (row.value.low, row.value.high));
    let others: Vec<Stands> = claim.evidence.iter().map(evidence).collect();
    let pieces: Vec<Stands> = modelled.iter().map(|(stands, _)| *stands).chain(others.iter().copied()).collect();
    let verdict = Verdict::of(&pieces);
    ClaimRow {
        key: claim.key.clone(),
        statement: claim.statement.clone(),
        sources: source_keys(model, &claim.sources),
        implied_low: claim.implied.low,
        implied_high: claim.implied.high,
        unit: claim.unit.clone(),
        others: claim
            .evidence
            .iter()
            .zip(&others)
            .map(|(row, stands)| EvidenceRow {
                sources: source_keys(model, &row.sources),
                value: row.value.value,
                low: row.value.low,
                high: row.value.high,
                stands: stands.name(),
                note: row.note.clone(),
            })
            .collect(),
        verdict: verdict.name(),
        reason: reason(&others, modelled.as_ref().map(|(stands, row)| (*stands, row)), missing.as_deref()),
        modelled: modelled.map(|(_, row)| row),
        note: claim.note.clone(),
    }
}

fn stands(implied: Interval, value: f64, (low, high): (Option<f64>, Option<f64>)) -> Stands {
    Stands::of(implied, (low.unwrap_or(value).min(value), high.unwrap_or(value).max(value)))
}

/// What turns a figure's unit into the claim's.
pub(crate) fn factor(from: &str, to: &str) -> Result<f64, String> {
    if from == to || (from == "share" && to.is_empty()) {
        return Ok(1.0);
    }
    if from == "share" && to == "%" {
        return Ok(100.0);
    }
    match (RateUnit::parse(from), RateUnit::parse(to)) {
        (Some(one), Some(other)) if one.unit.dimension == other.unit.dimension => {
            Ok(one.base_per_year() / other.base_per_year())
        }
        _ => Err(format!(
            "the figure is in {from}, the claim in {}",
            if to.is_empty() { "a number without unit" } else { to }
        )),
    }
}

/// Where the pieces lie, in a sentence.
fn reason(others: &[Stands], modelled: Option<(Stands, &ModelledRow)>, missing: Option<&str>) -> String {
    let words = |stands: Stands| match stands {
        Stands::Below => "below the claimed range",
        Stands::Inside => "within the claimed range",
        Stands::Above => "above the claimed range",
    };
    let mut parts = Vec::new();
    match (modelled, missing) {
        (Some((stands, row)), _) => parts.push(format!("the modelled {} lies {}", short(row.value), words(stands))),
        (None, Some(why)) => parts.push(format!("no modelled figure: {why}")),
        (None, None) => parts.push("no figure of the study can check it".to_owned()),
    }
    if others.is_empty() {
        parts.push("no other source gives a number".to_owned());
    } else {
        let all = [Stands::Inside, Stands::Below, Stands::Above];
        let counted = all.into_iter().filter_map(|wanted| {
            let count = others.iter().filter(|stands| **stands == wanted).count();
            (count > 0).then(|| format!("{count} {}", words(wanted)))
        });
        let counted: Vec<String> = counted.collect();
        parts.push(format!("of {} other sources {}", others.len(), counted.join(", ")));
    }
    parts.join("; ")
}
