//! The wire shape of consent: to a route, to a project, and to a shared asset that is undone.
use crate::wire::losses::{LossesHead, key, losses_head};
use crate::wire_route::{ConsentRow, consent_row};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use thalweg_engine::consents::{ProjectConsent, RouteConsent, Undoing};
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;
use thalweg_model::model::Model;
use thalweg_model::scenario::{Change, Scenario};

/// Answer of `thalweg consent`; one of the three is there. Amounts are a year.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConsentReport {
    /// Units and base.
    pub head: LossesHead,
    /// To the route of a pair.
    pub route: Option<RouteConsentRow>,
    /// To a scenario as a project or an arrangement.
    pub project: Option<ProjectRow>,
    /// A shared asset undone.
    pub undone: Option<UndoneRow>,
}

/// Consent to a route.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteConsentRow {
    /// From this place.
    pub from: String,
    /// To this one.
    pub to: String,
    /// Who can stop, block and open; none where there is no route.
    pub consent: Option<ConsentRow>,
    /// What each that can stop it alone loses by refusing all that is traded between the two states.
    pub losses: Vec<VetoRow>,
}

/// One veto player.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VetoRow {
    /// Who.
    pub actor: String,
    /// Fall of its own welfare; negative where it gains.
    pub own_loss: f64,
    /// Rise of everybody's cost.
    pub system_loss: f64,
}

/// Consent to a scenario.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProjectRow {
    /// The scenario.
    pub scenario: String,
    /// Fall of everybody's cost with it.
    pub gain: f64,
    /// Each can stop it as it stands; all of them together open it.
    pub signatories: Vec<SignatoryRow>,
    /// Rise of welfare by state with it: what each forgoes when it is stopped.
    pub gains: BTreeMap<String, f64>,
    /// What is left of the gain when a state its traffic meets lets nobody through.
    pub left_without: BTreeMap<String, f64>,
}

/// One whose agreement the project needs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignatoryRow {
    /// Who.
    pub actor: String,
    /// State it is or answers to.
    pub state: String,
    /// Rise of that state's welfare with the project: what it would lose by refusing.
    pub gain: f64,
    /// Changes that need its agreement, in words.
    pub changes: Vec<String>,
}

/// A shared asset undone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UndoneRow {
    /// The asset.
    pub asset: String,
    /// Rise of everybody's cost without it.
    pub system_loss: f64,
    /// Fall of welfare by state; gains negative.
    pub losses: BTreeMap<String, f64>,
    /// Final holders' shares, 0 to 1.
    pub holders: BTreeMap<String, f64>,
    /// Who can block it.
    pub blockers: Vec<String>,
}

/// The report of one of the three questions.
pub fn consent_report(oracle: &Oracle, state: &State, answer: Answer) -> Result<ConsentReport, OracleError> {
    let head = losses_head(oracle, state)?;
    let mut report = ConsentReport { head, route: None, project: None, undone: None };
    let model = &oracle.base().model;
    match answer {
        Answer::Route(ends, found) => report.route = Some(route_row(model, ends, found)),
        Answer::Project(scenario, found) => {
            report.project = Some(project_row(model, &oracle.scenarios()[scenario], found))
        }
        Answer::Undone(found) => report.undone = Some(undone_row(model, found)),
    }
    Ok(report)
}

/// An answer about consent.
pub enum Answer<'a> {
    /// To a route between two places.
    Route((&'a str, &'a str), &'a RouteConsent),
    /// To the scenario at a position.
    Project(usize, &'a ProjectConsent),
    /// An asset undone.
    Undone(&'a Undoing),
}

/// Consent to a route between two places.
pub fn route_row(model: &Model, (from, to): (&str, &str), found: &RouteConsent) -> RouteConsentRow {
    let veto = |row: &thalweg_engine::consents::VetoLoss| VetoRow {
        actor: key(model, row.actor),
        own_loss: row.own_loss,
        system_loss: row.system_loss,
    };
    RouteConsentRow {
        from: from.to_owned(),
        to: to.to_owned(),
        consent: found.consent.as_ref().map(|consent| consent_row(model, consent)),
        losses: found.losses.iter().map(veto).collect(),
    }
}

/// Consent to what a scenario changes.
pub fn project_row(model: &Model, scenario: &Scenario, found: &ProjectConsent) -> ProjectRow {
    let signatory = |row: &thalweg_engine::consents::Signatory| {
        let state = thalweg_network::demand::state_of(model, row.actor);
        SignatoryRow {
            actor: key(model, row.actor),
            state: key(model, state),
            gain: found.gains.get(&state).copied().unwrap_or(0.0),
            changes: row.changes.iter().map(|&position| change_words(model, &scenario.changes[position])).collect(),
        }
    };
    ProjectRow {
        scenario: scenario.name.clone(),
        gain: found.gain,
        signatories: found.signatories.iter().map(signatory).collect(),
        gains: found.gains.iter().map(|(actor, amount)| (key(model, *actor), *amount)).collect(),
        left_without: found.left_without.iter().map(|(actor, left)| (key(model, *actor), *left)).collect(),
    }
}

/// A change in a few words.
fn change_words(model: &Model, change: &Change) -> String {
    let of = |target: &thalweg_model::scenario::Target| match target {
        thalweg_model::scenario::Target::Element(element) => thalweg_engine::elements::element_label(model, element),
        thalweg_model::scenario::Target::Gates(gate) => crate::wire_route::gate_words(model, gate),
    };
    match change {
        Change::Open(target) => format!("open {}", of(target)),
        Change::Improve { target, .. } => format!("improve {}", of(target)),
        Change::SetSupply(row) => format!("sell from {}", row.key),
        Change::DropRule(rule) => format!("lift rule {rule}"),
        Change::AddRule(rule) => format!("set rule {}", rule.key),
        Change::SetHolding(_) => "hold a share".to_owned(),
        _ => "other change".to_owned(),
    }
}

/// A shared asset undone.
pub fn undone_row(model: &Model, found: &Undoing) -> UndoneRow {
    UndoneRow {
        asset: model.assets[found.asset.index()].key.clone(),
        system_loss: found.system_loss,
        losses: found.welfare_loss.iter().map(|(actor, amount)| (key(model, *actor), *amount)).collect(),
        holders: found.holders.iter().map(|(actor, share)| (key(model, *actor), *share)).collect(),
        blockers: found.blockers.iter().map(|actor| key(model, *actor)).collect(),
    }
}
