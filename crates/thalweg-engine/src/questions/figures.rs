//! Answers read off as figures; subjects are those of claims.
use super::{Agreed, AtRisk, ByChance, Mending, Outcome};
use crate::dependence::Dependence;
use crate::figures::{Figure, LEAST_COST, Sums};
use crate::incidence::Incidence;
use crate::newcomer::Newcomer;
use crate::power::Power;
use crate::reach::Reach;
use crate::refusal::Refusal;
use crate::routes::{RouteAnswer, RouteQuery};
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;
use thalweg_network::demand::state_of;
use thalweg_network::instance::Instance;

/// Figures in the order they are added.
struct Rows<'a> {
    model: &'a Model,
    rows: Vec<Figure>,
}

impl Rows<'_> {
    fn add(&mut self, measure: &'static str, subject: &str, unit: &str, value: f64) {
        let mut sums = Sums::default();
        sums.add(subject, unit, value);
        self.rows.extend(sums.figures(measure, LEAST_COST));
    }

    fn money(&mut self, measure: &'static str, subject: &str, value: f64) {
        let unit = format!("{}/yr", self.model.head.currency);
        self.add(measure, subject, &unit, value);
    }

    fn actor(&self, id: ActorId) -> String {
        self.model.actors[id.index()].key.clone()
    }
}

/// What was found as figures.
pub(super) fn figures(instance: &Instance, outcome: &Outcome) -> Vec<Figure> {
    let mut rows = Rows { model: &instance.model, rows: Vec::new() };
    match outcome {
        Outcome::Depend(found) => found.iter().for_each(|row| depend(&mut rows, row)),
        Outcome::Refusal(found) => found.iter().for_each(|row| refusal(&mut rows, row)),
        Outcome::Route(query, found) => route(&mut rows, query, found),
        Outcome::Each(found) => {
            for (kind, row) in found {
                rows.money("closure_loss", &format!("{} {}", kind.name(), row.subject), row.change.loss);
            }
        }
        Outcome::Pairs(labels, found) => {
            for row in &found.rows {
                let subject = row.elements.map(|element| labels[element].as_str()).join(" and ");
                rows.money("pair_loss", &subject, row.loss);
                rows.money("pair_synergy", &subject, row.synergy);
            }
        }
        Outcome::Worst(_, found) => {
            rows.money("worst_loss", "all", found.worst.loss);
            rows.money("worst_loss_at_most", "all", found.at_most);
        }
        Outcome::Newcomer(_, found) => newcomer(&mut rows, found),
        Outcome::Incidence(found) => incidence(&mut rows, found),
        Outcome::Power(_, found) => power(&mut rows, found),
        Outcome::Broker(found, relations, apart) => {
            rows.add("pairs_apart", "all", "pairs", apart.len() as f64);
            for row in found {
                let subject = format!("{} {}", rows.actor(row.actor), row.lever);
                rows.money("broker_cost", &subject, row.cost());
                rows.add("broker_pairs", &subject, "pairs", row.pairs.len() as f64);
            }
            for row in relations.iter().flat_map(|relations| &relations.rows) {
                let subject = rows.actor(row.actor);
                rows.add("relation_pairs_between", &subject, "ordered pairs", row.roles.total() as f64);
            }
        }
        Outcome::Repair(found) => repair(&mut rows, found),
        Outcome::Consent(agreed) => consent(&mut rows, agreed),
        Outcome::Reach(found) => reach(&mut rows, found),
        Outcome::Chance(found) => chance(&mut rows, found),
        Outcome::Risk(found) => risk(&mut rows, found),
        Outcome::Nothing(_) => {}
    }
    rows.rows
}

fn depend(rows: &mut Rows, row: &Dependence) {
    let subject = relation_label(rows.model, row);
    rows.add("depend_exposure", &subject, "share", row.exposure());
    rows.add("depend_indispensability", &subject, "share", row.indispensability());
    rows.money("depend_refusal_loss", &subject, row.refusal);
    if let Some(own) = row.own_loss {
        rows.money("depend_own_loss", &subject, own);
    }
    if let Some((_, revenue)) = row.curve.extraction() {
        rows.money("depend_toll_revenue", &subject, revenue);
    }
}

fn refusal(rows: &mut Rows, row: &Refusal) {
    let subject = format!("{} {} {}", rows.actor(row.by), rows.actor(row.of), row.lever);
    rows.money("refusal_harm", &subject, row.harm_to_refused());
    rows.money("refusal_self_cost", &subject, row.self_cost());
    rows.money("refusal_system_loss", &subject, row.system_loss);
    rows.money("refusal_room_for_coercion", &subject, row.room_for_coercion());
}

fn route(rows: &mut Rows, query: &RouteQuery, found: &RouteAnswer) {
    let commodity = &rows.model.commodities[query.shipment.commodity.index()];
    let per_unit = format!("{}/{}", rows.model.head.currency, commodity.unit);
    if let Some(best) = found.routes.first() {
        rows.add("route_length", "cheapest", "km", best.totals.length_km);
        rows.add("route_time", "cheapest", "h", best.totals.time_h);
        rows.add("route_cost", "cheapest", &per_unit, best.totals.generalised());
    }
    if let Some(consent) = &found.consent {
        rows.add("consent_vetoes", "all", "actors", consent.vetoes.len() as f64);
    }
    if let Some(best) = found.openings.first() {
        rows.add("opening_cost", "cheapest", &per_unit, best.path.cost);
    }
}

/// Shares of a newcomer's size at which the refusal is a figure.
const SHARES: [f64; 4] = [0.0, 0.1, 0.4, 1.0];

fn newcomer(rows: &mut Rows, found: &Newcomer) {
    rows.money("newcomer_refusal", "without", found.without.1 - found.without.0);
    for row in found.sizes.iter().filter(|row| SHARES.contains(&row.share)) {
        rows.money("newcomer_refusal", &format!("{:.0} % of its size", row.share * 100.0), row.refusal());
    }
    if let Some(share) = found.pivotal_until {
        rows.add("newcomer_pivotal_until", "all", "share", share);
    }
    let (calm, refused) = found.savings();
    rows.money("newcomer_saves", "in calm", calm);
    rows.money("newcomer_saves", "when refused", refused);
}

fn incidence(rows: &mut Rows, found: &Incidence) {
    rows.money("incidence_gain", "all", found.total.1 - found.total.0);
    for row in &found.rows {
        let subject = row.actor.map_or_else(|| "nobody named".to_owned(), |actor| rows.actor(actor));
        rows.money("incidence_gain", &subject, row.gain());
        rows.money("incidence_surplus", &subject, row.after.consumer_surplus - row.before.consumer_surplus);
        rows.money("incidence_rents", &subject, row.after.rents - row.before.rents);
        rows.money("incidence_tolls", &subject, row.after.tolls - row.before.tolls);
    }
}

fn power(rows: &mut Rows, found: &Power) {
    rows.money("power_shared", "all", found.shared);
    for row in &found.players {
        let subject = rows.actor(row.actor);
        rows.money("power_withdrawal_loss", &subject, row.withdrawal_loss);
        rows.money("power_own_loss", &subject, row.own_loss);
        if let Some(value) = row.shapley {
            rows.money("power_shapley", &subject, value.value);
        }
        if let Some(propensity) = row.propensity_to_disrupt() {
            rows.add("power_propensity_to_disrupt", &subject, "ratio", propensity);
        }
    }
}

fn repair(rows: &mut Rows, found: &Mending) {
    let currency = rows.model.head.currency.to_string();
    let plan = &found.plan;
    let above = |total: f64| total - plan.at_least;
    for (subject, total) in [("best", plan.best.total), ("greatest help first", plan.myopic.total), ("none", plan.none)]
    {
        rows.add("repair_loss", subject, &currency, above(total));
    }
    if let Some((mending, opening, both)) = found.savings() {
        for (subject, saved) in [("mending", mending), ("opening", opening), ("both", both)] {
            rows.add("repair_saved", subject, &currency, saved);
        }
    }
}

fn consent(rows: &mut Rows, agreed: &Agreed) {
    match agreed {
        Agreed::Route(_, found) => {
            let vetoes = found.consent.as_ref().map(|consent| consent.vetoes.len());
            if let Some(count) = vetoes {
                rows.add("consent_vetoes", "all", "actors", count as f64);
            }
            for row in &found.losses {
                let subject = rows.actor(row.actor);
                rows.money("consent_own_loss", &subject, row.own_loss);
                rows.money("consent_system_loss", &subject, row.system_loss);
            }
        }
        Agreed::Project(_, found) => {
            let states: BTreeSet<ActorId> =
                found.signatories.iter().map(|row| state_of(rows.model, row.actor)).collect();
            rows.add("consent_vetoes", "all", "actors", found.signatories.len() as f64);
            rows.add("consent_vetoes", "states", "actors", states.len() as f64);
            rows.money("consent_gain", "all", found.gain);
            for (actor, gain) in &found.gains {
                let subject = rows.actor(*actor);
                rows.money("consent_gain", &subject, *gain);
            }
            for (actor, left) in &found.left_without {
                let subject = rows.actor(*actor);
                rows.money("consent_left_without", &subject, *left);
            }
        }
        Agreed::Undoing(found) => {
            rows.money("undoing_loss", "all", found.system_loss);
            for (actor, loss) in &found.welfare_loss {
                let subject = rows.actor(*actor);
                rows.money("undoing_loss", &subject, *loss);
            }
            for (actor, share) in &found.holders {
                let subject = rows.actor(*actor);
                rows.add("undoing_share", &subject, "share", *share);
            }
        }
    }
}

fn reach(rows: &mut Rows, found: &[Reach]) {
    let part = |region: &str| if region.is_empty() { "main".to_owned() } else { region.to_owned() };
    let mut modes: BTreeMap<String, f64> = BTreeMap::new();
    for row in found {
        let pair = format!("{} {} to {}", rows.actor(row.state), part(&row.from_region), part(&row.to_region));
        *modes.entry(pair.clone()).or_default() += f64::from(u8::from(row.length_km.is_some()));
        let subject = format!("{pair} by {}", row.mode.name());
        if let Some(length) = row.length_km {
            rows.add("reach_length", &subject, "km", length);
            rows.add("reach_states_crossed", &subject, "states", row.through.len() as f64);
        }
    }
    for (pair, count) in modes {
        rows.add("reach_modes", &pair, "modes", count);
    }
}

fn chance(rows: &mut Rows, found: &ByChance) {
    let forecast = &found.forecast;
    rows.money("chance_expected_loss", "all", forecast.expected.value);
    for tail in &forecast.tails {
        let subject = format!("worst {:.0} % of years", 100.0 * (1.0 - tail.level));
        rows.money("chance_loss_at_least", &subject, tail.value_at_risk.value);
        rows.money("chance_loss_on_average", &subject, tail.conditional.value);
    }
    for (label, loss) in found.labels.iter().zip(&forecast.given) {
        rows.money("chance_loss_if_alone", label, *loss);
    }
}

fn risk(rows: &mut Rows, found: &AtRisk) {
    let risks = &found.risks;
    for (hazard, burden) in risks.hazards.iter().zip(&risks.alone) {
        let subject = format!("hazard {}", rows.model.hazards[*hazard].key);
        rows.money("risk_burden", &subject, burden.change.loss);
    }
    for (cause, burden) in &risks.by_cause {
        rows.money("risk_burden", cause.name(), burden.change.loss);
    }
    if let Some(burden) = &risks.together {
        rows.money("risk_burden", "all", burden.change.loss);
    }
    rows.add("risk_routes_near", "all", "routes", found.near.len() as f64);
}

/// `KAZ RUS territory container`: beneficiary, actor, levers, commodity, as the subjects of exposures.
pub fn relation_label(model: &Model, row: &Dependence) -> String {
    let relation = &row.relation;
    let actor = |id: ActorId| model.actors[id.index()].key.as_str();
    let levers: Vec<&str> = relation.levers.iter().map(|lever| lever.name()).collect();
    let commodity = relation.commodity.map_or("all", |id| model.commodities[id.index()].key.as_str());
    format!("{} {} {} {commodity}", relation.of.map_or("all", actor), actor(relation.by), levers.join("|"))
}
