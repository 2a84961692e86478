//! Claims as they were written, resolved against a model.
use super::desk::Desk;
use super::figure_names::{FigureNames, figure_name};
use super::index::Index;
use super::money::Money;
use crate::claim::{Claim, Evidence, Interval};
use crate::draft::{Entry, Row};
use crate::model::Model;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::Problem;
use crate::schema::Target;
use crate::schema::claims::{CLAIM, EVIDENCE};

/// `claims.toml` as entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaimsDraft {
    /// The file.
    pub file: String,
    /// Keys that stand outside every table.
    pub head: Vec<Entry>,
    /// The tables `[[claim]]`, each with the line it starts on.
    pub claims: Vec<(u32, Vec<Entry>)>,
    /// The tables `[[evidence]]`.
    pub evidence: Vec<(u32, Vec<Entry>)>,
}

/// Resolves claims against a model and the names a claim may use.
pub fn resolve_claims(draft: &ClaimsDraft, model: &Model, names: FigureNames) -> (Vec<Claim>, Vec<Problem>) {
    let index = Index::of_model(model);
    let money = Money::of_head(&model.head);
    let mut desk = Desk { index: &index, money: &money, sources_required: false, problems: Vec::new() };
    let place = Place::file(&draft.file);
    for entry in &draft.head {
        let place = Place { row: entry.row, ..place.column(&entry.key) };
        desk.error(place, "stands outside every table", "write it below [[claim]] or [[evidence]]");
    }
    let mut claims: Vec<Claim> = Vec::new();
    for (line, entries) in &draft.claims {
        let place = Place { row: *line, ..place.clone() };
        let row = Row::of_entries(&CLAIM, place, entries, &mut desk.problems);
        let Some(claim) = claim(&mut desk, &row, names) else { continue };
        if claims.iter().any(|other| other.key == claim.key) {
            desk.error(row.at("claim_id"), format!("`{}` is the key of an earlier claim", claim.key), "");
        }
        claims.push(claim);
    }
    for (line, entries) in &draft.evidence {
        let place = Place { row: *line, ..place.clone() };
        let row = Row::of_entries(&EVIDENCE, place, entries, &mut desk.problems);
        let Some(found) = evidence(&mut desk, &row) else { continue };
        let key = row.text("claim");
        match claims.iter_mut().find(|claim| claim.key == key) {
            Some(claim) => claim.evidence.push(found),
            None => {
                let hint = nearest(key, claims.iter().map(|claim| claim.key.as_str()))
                    .map_or_else(|| "add it as [[claim]]".to_owned(), |name| format!("the nearest name is `{name}`"));
                desk.error(row.at("claim"), format!("no claim is called `{key}`"), hint);
            }
        }
    }
    desk.problems.sort();
    (claims, desk.problems)
}

fn claim(desk: &mut Desk, row: &Row, names: FigureNames) -> Option<Claim> {
    let number = |column: &str| row.number(column).map(|number| number.value);
    let implied = Interval { low: number("implied_low"), high: number("implied_high") };
    if let (Some(low), Some(high)) = (implied.low, implied.high)
        && low > high
    {
        desk.error(row.at("implied_high"), format!("{high} lies below `implied_low` {low}"), "");
    }
    let figure = figure_name(desk, row, names);
    if figure.is_some() && implied == Interval::default() {
        desk.error(row.at("implied_low"), "the claim implies no range", "give implied_low, implied_high or both");
    }
    if row.is_blank("measure") && row.is_blank("note") {
        let problem = Problem::warning(row.at("measure"), "no figure is named, and no note says why");
        desk.problems.push(problem.hint("name a measure and subject, or say in `note` why the study has none"));
    }
    Some(Claim {
        key: row.some_text("claim_id")?.to_owned(),
        statement: row.some_text("statement")?.to_owned(),
        sources: desk.list(row, "source", Target::Source),
        implied,
        unit: row.text("unit").to_owned(),
        figure,
        evidence: Vec::new(),
        note: row.text("note").to_owned(),
        place: row.place.clone(),
    })
}

fn evidence(desk: &mut Desk, row: &Row) -> Option<Evidence> {
    Some(Evidence {
        sources: desk.list(row, "source", Target::Source),
        value: row.number("value")?,
        note: row.text("note").to_owned(),
        place: row.place.clone(),
    })
}
