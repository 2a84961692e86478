//! What the figures rest on: rules in force, confidence of the rows, sources.
use crate::wire_route::{gate_words, provenance, row_key};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_engine::assignment::{Assignment, PathFlow};
use thalweg_engine::states::Run;
use thalweg_model::ids::{ActorId, SourceId};
use thalweg_model::mode::{Confidence, Effect};
use thalweg_model::model::Model;
use thalweg_model::rule::{Rule, ShipmentPredicate};
use thalweg_model::validity::Date;
use thalweg_network::instance::Instance;

/// A rule in force.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleRow {
    /// Key.
    pub key: String,
    /// Who decides.
    pub actor: String,
    /// By which lever.
    pub lever: &'static str,
    /// Where, in words.
    pub gate: String,
    /// To which shipments, in words.
    pub shipment: String,
    /// permit, deny, surcharge, delay or quota.
    pub effect: &'static str,
    /// Amount of a surcharge (currency), delay (h) or quota (a year); null for permit and deny.
    pub value: Option<f64>,
    /// ISO date, empty where open.
    pub valid_from: String,
    /// ISO date, empty where open.
    pub valid_until: String,
    /// high, medium, low or estimate.
    pub confidence: &'static str,
    /// Source keys.
    pub sources: Vec<String>,
    /// Free text.
    pub note: String,
}

/// How much of a commodity's base rests on rows of one confidence.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConfidenceShare {
    /// Commodity key.
    pub commodity: String,
    /// high, medium, low, estimate, or `implied` for operations no row describes.
    pub confidence: &'static str,
    /// Share of its generalised delivery cost that is incurred on such rows, 0 to 1 (least cost).
    pub cost_share: f64,
    /// Share of its delivered volume that uses at least one such row, 0 to 1 (least cost).
    pub volume_share: f64,
    /// Share of its demand that such rows state, 0 to 1.
    pub demand_share: f64,
}

/// A row that flows use: of low confidence or our estimate where weak rows are listed, of any where an answer rests on it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WeakRow {
    /// Key.
    pub row: String,
    /// high, medium, low or estimate.
    pub confidence: &'static str,
    /// Generalised cost incurred on it, currency a year (least cost).
    pub cost: f64,
    /// Volume over it by commodity, units a year.
    pub volume: BTreeMap<String, f64>,
    /// Source keys.
    pub sources: Vec<String>,
    /// Free text of the row.
    pub note: String,
}

/// A publication.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceRow {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Year of publication.
    pub year: Option<i16>,
    /// Licence of derived data, empty for single facts.
    pub licence: String,
}

fn source_keys(model: &Model, sources: &[SourceId]) -> Vec<String> {
    sources.iter().map(|source| model.sources[source.index()].key.clone()).collect()
}

/// Rules that hold on a date.
pub fn rules(model: &Model, as_of: Date) -> Vec<RuleRow> {
    model.rules.iter().filter(|rule| rule.provenance.validity.holds(as_of)).map(|rule| rule_row(model, rule)).collect()
}

/// A rule in the study's keys.
pub fn rule_row(model: &Model, rule: &Rule) -> RuleRow {
    let amount = !matches!(rule.effect, Effect::Permit | Effect::Deny);
    let day = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
    RuleRow {
        key: rule.key.clone(),
        actor: model.actors[rule.actor.index()].key.clone(),
        lever: rule.lever.name(),
        gate: gate_words(model, &rule.gate),
        shipment: shipment_words(model, &rule.shipment),
        effect: rule.effect.name(),
        value: amount.then_some(rule.value.value),
        valid_from: day(rule.provenance.validity.from),
        valid_until: day(rule.provenance.validity.until),
        confidence: rule.provenance.confidence.name(),
        sources: source_keys(model, &rule.provenance.sources),
        note: rule.provenance.note.clone(),
    }
}

/// A shipment predicate in words: `commodity grain, to XCE`.
pub fn shipment_words(model: &Model, predicate: &ShipmentPredicate) -> String {
    let actor = |label: &str, id: Option<ActorId>| id.map(|id| format!("{label} {}", model.actors[id.index()].key));
    let parts: Vec<String> = [
        predicate.commodity.map(|id| model.commodities[id.index()].name.clone()),
        actor("from", predicate.origin),
        actor("to", predicate.destination),
        actor("shipped by", predicate.shipper),
        actor("received by", predicate.consignee),
        actor("under the flag of", predicate.flag),
        predicate.vehicle.map(|id| format!("in {}", model.vehicles[id.index()].key)),
        actor("for", predicate.beneficiary),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "all shipments".to_owned() } else { parts.join(", ") }
}

/// Publications that the tables cite.
pub fn sources(model: &Model) -> Vec<SourceRow> {
    model.sources.iter().map(source_row).collect()
}

/// A publication.
pub fn source_row(source: &thalweg_model::model::Source) -> SourceRow {
    SourceRow {
        key: source.key.clone(),
        title: source.title.clone(),
        url: source.url.clone(),
        year: source.year,
        licence: source.licence.clone(),
    }
}

const IMPLIED: &str = "implied";

#[derive(Default)]
struct Resting {
    cost: BTreeMap<&'static str, f64>,
    volume: BTreeMap<&'static str, f64>,
    demand: BTreeMap<&'static str, f64>,
    served: f64,
}

/// Shares of cost, volume and demand by confidence, for every commodity, at least cost.
pub fn confidence_shares(base: &Run) -> Vec<ConfidenceShare> {
    let instance = &base.instance;
    let model = &instance.model;
    let mut by_commodity: BTreeMap<usize, Resting> = BTreeMap::new();
    for (segment, flow) in instance.demand.segments.iter().zip(&base.least_cost.assignment.segments) {
        let resting = by_commodity.entry(segment.commodity.index()).or_default();
        let stated = model.demands[segment.demand.index()].provenance.confidence.name();
        *resting.demand.entry(stated).or_default() += segment.volume;
        for path in &flow.paths {
            let class = instance.classes.class(path.class);
            let mut met: BTreeSet<&'static str> = BTreeSet::new();
            for arc in &path.arcs {
                let row = provenance(instance, instance.network.arc(*arc).row);
                let confidence = row.map_or(IMPLIED, |row| row.confidence.name());
                *resting.cost.entry(confidence).or_default() += path.volume * class.generalised[arc.index()];
                met.insert(confidence);
            }
            for confidence in met {
                *resting.volume.entry(confidence).or_default() += path.volume;
            }
            resting.served += path.volume;
        }
    }
    let mut rows = Vec::new();
    for (commodity, resting) in by_commodity {
        let whole: f64 = resting.cost.values().sum();
        let wanted: f64 = resting.demand.values().sum();
        let share = |parts: &BTreeMap<&'static str, f64>, name: &str, whole: f64| {
            parts.get(name).filter(|_| whole > 0.0).map_or(0.0, |part| part / whole)
        };
        for name in Confidence::NAMES.iter().copied().chain([IMPLIED]) {
            let row = ConfidenceShare {
                commodity: model.commodities[commodity].key.clone(),
                confidence: name,
                cost_share: share(&resting.cost, name, whole),
                volume_share: share(&resting.volume, name, resting.served),
                demand_share: share(&resting.demand, name, wanted),
            };
            if row.cost_share + row.volume_share + row.demand_share > 0.0 {
                rows.push(row);
            }
        }
    }
    rows
}

/// The thirty rows of low confidence or our estimate on which the most cost is incurred.
pub fn weak_rows(base: &Run) -> Vec<WeakRow> {
    let weak = |confidence| matches!(confidence, Confidence::Low | Confidence::Estimate);
    let mut rows = rows_used(&base.instance, &base.least_cost.assignment, |_, _| true);
    rows.retain(|row| Confidence::parse(row.confidence).is_some_and(weak));
    rows.truncate(30);
    rows
}

/// Rows that some paths use, with the cost incurred on them and their volume, the costliest first; `concerns` picks the
/// paths, by segment.
pub fn rows_used(
    instance: &Instance,
    assignment: &Assignment,
    concerns: impl Fn(usize, &PathFlow) -> bool,
) -> Vec<WeakRow> {
    let model = &instance.model;
    let mut found: BTreeMap<String, WeakRow> = BTreeMap::new();
    for (segment, flow) in assignment.segments.iter().enumerate() {
        let commodity = &model.commodities[instance.demand.segments[segment].commodity.index()].key;
        for path in flow.paths.iter().filter(|path| concerns(segment, path)) {
            let class = instance.classes.class(path.class);
            let mut met: BTreeSet<String> = BTreeSet::new();
            for arc in &path.arcs {
                let row = instance.network.arc(*arc).row;
                let Some(from) = provenance(instance, row) else { continue };
                let key = row_key(instance, row);
                let used = found.entry(key.clone()).or_insert_with(|| WeakRow {
                    row: key.clone(),
                    confidence: from.confidence.name(),
                    cost: 0.0,
                    volume: BTreeMap::new(),
                    sources: source_keys(model, &from.sources),
                    note: from.note.clone(),
                });
                used.cost += path.volume * class.generalised[arc.index()];
                if met.insert(key) {
                    *used.volume.entry(commodity.clone()).or_default() += path.volume;
                }
            }
        }
    }
    let mut rows: Vec<WeakRow> = found.into_values().collect();
    rows.sort_by(|one, other| other.cost.total_cmp(&one.cost).then_with(|| one.row.cmp(&other.row)));
    rows
}
