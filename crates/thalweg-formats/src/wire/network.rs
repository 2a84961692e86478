//! The wire shape of a study's head and of its network on a date: what a map and its pickers need.
use crate::opened::Opened;
use crate::report::traffic::course;
use crate::wire::evidence::shipment_words;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, LinkId};
use thalweg_model::mode::Effect;
use thalweg_model::model::{Link, Model};
use thalweg_model::period::periods;
use thalweg_model::validity::Date;
use thalweg_model::watch_list::WatchList;
use thalweg_network::gates::selects;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;

/// What a study is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StudyReport {
    /// Key.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Date that holds unless another is asked for.
    pub as_of: String,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// Year whose prices they are in.
    pub price_year: i16,
    /// Licence of its tables.
    pub licence: String,
    /// Periods of the year that can be asked for beside the annual average.
    pub periods: Vec<String>,
    /// Whether saved scenarios go into the study's own folder; else they are kept beside it.
    pub writable: bool,
    /// Rows of each table.
    pub counts: BTreeMap<String, usize>,
    /// Scenarios.
    pub scenarios: Vec<ScenarioHead>,
    /// What somebody watches: `[[watch]]` in its study.toml.
    pub watch_lists: Vec<WatchListRow>,
    /// Other versions of the study that the server was started with.
    pub versions: Vec<VersionRow>,
    /// Rows that are legal but odd.
    pub warnings: usize,
    /// Fingerprint of its files; changes whenever one of them does.
    pub fingerprint: String,
    /// Version of the program.
    pub version: &'static str,
}

/// A scenario's name and title.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScenarioHead {
    /// Key.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Days it lasts, null where it is not of limited duration.
    pub days: Option<f64>,
}

/// A watch list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WatchListRow {
    /// Key.
    pub key: String,
    /// Title for people.
    pub title: String,
    /// Actors; all where none is listed.
    pub actors: Vec<String>,
    /// Kind and key of gates and corridors; all where none is listed.
    pub gates: Vec<String>,
    /// Commodities; all where none is listed.
    pub commodities: Vec<String>,
    /// Topics told; all where none is listed.
    pub topics: Vec<&'static str>,
}

/// Another version of the study.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VersionRow {
    /// What it is asked for by.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Date that holds unless another is asked for.
    pub as_of: String,
    /// Fingerprint of its files.
    pub fingerprint: String,
}

/// What a server knows of the study it serves beside the study itself.
#[derive(Debug, Clone)]
pub struct Serving {
    /// Whether saved scenarios go into the study's own folder.
    pub writable: bool,
    /// Fingerprint of its files.
    pub fingerprint: String,
    /// Other versions of it.
    pub versions: Vec<VersionRow>,
}

/// Everything a map and its pickers need, as of one date and under one scenario.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NetworkReport {
    /// Date the rows hold on.
    pub as_of: String,
    /// Scenario, null for the base.
    pub scenario: Option<String>,
    /// States, firms and blocs.
    pub actors: Vec<ActorRow>,
    /// Places.
    pub nodes: Vec<NodeRow>,
    /// Links.
    pub links: Vec<LinkRow>,
    /// Straits, canals and passes.
    pub passages: Vec<PassageRow>,
    /// Border crossings with their sides.
    pub crossings: Vec<CrossingRow>,
    /// What is shipped.
    pub commodities: Vec<CommodityRow>,
    /// Vehicle classes.
    pub vehicles: Vec<VehicleRow>,
}

/// An actor.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ActorRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// `state`, `firm` or `bloc`.
    pub kind: &'static str,
    /// State a firm answers to, empty otherwise.
    pub nationality: String,
}

/// A place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NodeRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Port, city, terminal, border, field: the study's word.
    pub kind: String,
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
    /// State under whose control it stands, empty at sea.
    pub territory: String,
    /// Operators of what is done there.
    pub operators: Vec<String>,
    /// `open`, `closed` or `planned`: open where one operation there is open, or none is listed.
    pub status: &'static str,
}

/// A link.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LinkRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Mode.
    pub mode: &'static str,
    /// Place it runs from.
    pub from: String,
    /// Place it runs to.
    pub to: String,
    /// Whether it runs that way only.
    pub directed: bool,
    /// State it stands on, empty at sea.
    pub territory: String,
    /// Who runs it, empty where nobody is named.
    pub operator: String,
    /// Corridor it is counted under, empty for none.
    pub corridor: String,
    /// Passage it goes through, empty for none.
    pub passage: String,
    /// `open`, `closed` or `planned`, as its row says.
    pub status: &'static str,
    /// Whether it is open in the state asked about, whatever rules say of single shipments.
    pub open: bool,
    /// Denials at its gates.
    pub closed_to: Vec<DenialRow>,
    /// Capacity, null where none is stated.
    pub capacity: Option<f64>,
    /// Unit of the capacity, empty without one.
    pub capacity_unit: String,
    /// Confidence of its row.
    pub confidence: &'static str,
    /// Points (degrees east, degrees north) from its first place to its second.
    pub geometry: Vec<[f64; 2]>,
    /// km.
    pub length_km: f64,
}

/// A denial at some gates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DenialRow {
    /// Rule key.
    pub rule: String,
    /// Who says no.
    pub actor: String,
    /// How.
    pub lever: &'static str,
    /// To which shipments, in words.
    pub shipments: String,
}

/// A strait, canal or pass.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PassageRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// State that controls it, empty for none.
    pub territory: String,
    /// Who runs it, empty where nobody is named.
    pub operator: String,
    /// `open`, `closed` or `planned`.
    pub status: &'static str,
    /// Links that go through it.
    pub links: Vec<String>,
}

/// A border crossing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CrossingRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Place.
    pub node: String,
    /// Mode it serves.
    pub mode: &'static str,
    /// Its sides.
    pub sides: Vec<SideRow>,
}

/// One side of a border crossing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SideRow {
    /// State whose side it is.
    pub territory: String,
    /// Who runs it, empty where nobody is named.
    pub operator: String,
    /// `open`, `closed` or `planned`.
    pub status: &'static str,
}

/// What is shipped.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CommodityRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Unit of volumes.
    pub unit: String,
    /// Layer it is drawn on.
    pub layer: String,
    /// Modes that carry it.
    pub modes: Vec<&'static str>,
}

/// A vehicle class.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VehicleRow {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// Mode it travels by.
    pub mode: &'static str,
}

/// What a study is; how many rows its tables have, where scenarios go and the fingerprint come from its files.
pub fn study_report(opened: &Opened, counts: BTreeMap<String, usize>, serving: Serving) -> StudyReport {
    let head = &opened.model.head;
    let scenario = |row: &thalweg_model::scenario::Scenario| ScenarioHead {
        name: row.name.clone(),
        title: row.title.clone(),
        question: row.question.clone(),
        days: row.days,
    };
    StudyReport {
        name: head.name.clone(),
        title: head.title.clone(),
        question: head.question.clone(),
        as_of: head.as_of.to_string(),
        currency: head.currency.clone(),
        price_year: head.price_year,
        licence: head.licence.clone(),
        periods: periods(&opened.model),
        writable: serving.writable,
        counts,
        scenarios: opened.scenarios.iter().map(scenario).collect(),
        watch_lists: opened.watch_lists.iter().map(watch_list_row).collect(),
        versions: serving.versions,
        warnings: opened.warnings.len(),
        fingerprint: serving.fingerprint,
        version: env!("CARGO_PKG_VERSION"),
    }
}

fn watch_list_row(list: &WatchList) -> WatchListRow {
    let watched = &list.watched;
    WatchListRow {
        key: list.key.clone(),
        title: list.title.clone(),
        actors: watched.actors.iter().cloned().collect(),
        gates: watched.gates.iter().map(ToString::to_string).collect(),
        commodities: watched.commodities.iter().cloned().collect(),
        topics: watched.topics.iter().map(|topic| topic.name()).collect(),
    }
}

fn key(model: &Model, actor: Option<ActorId>) -> String {
    actor.map_or_else(String::new, |actor| model.actors[actor.index()].key.clone())
}

/// The network of an instance.
pub fn network_report(instance: &Instance, scenario: Option<&str>) -> NetworkReport {
    let (model, as_of) = (&instance.model, instance.as_of);
    let vehicle = |row: &thalweg_model::model::Vehicle| VehicleRow {
        key: row.key.clone(),
        name: row.name.clone(),
        mode: row.mode.name(),
    };
    NetworkReport {
        as_of: as_of.to_string(),
        scenario: scenario.map(str::to_owned),
        actors: actors(model, as_of),
        nodes: nodes(model, as_of),
        links: links(instance),
        passages: passages(model, as_of),
        crossings: crossings(model, as_of),
        commodities: commodities(model),
        vehicles: model.vehicles.iter().map(vehicle).collect(),
    }
}

fn actors(model: &Model, as_of: Date) -> Vec<ActorRow> {
    let held = model.actors.iter().filter(|row| row.provenance.validity.holds(as_of));
    let row = |row: &thalweg_model::model::Actor| ActorRow {
        key: row.key.clone(),
        name: row.name.clone(),
        kind: row.kind.name(),
        nationality: key(model, row.nationality),
    };
    held.map(row).collect()
}

fn nodes(model: &Model, as_of: Date) -> Vec<NodeRow> {
    let held = model.nodes.iter().enumerate().filter(|(_, row)| row.provenance.validity.holds(as_of));
    let row = |(position, row): (usize, &thalweg_model::model::Node)| {
        let done = model
            .transfers
            .iter()
            .filter(|transfer| transfer.node.index() == position && transfer.provenance.validity.holds(as_of));
        let done: Vec<_> = done.collect();
        let operators: BTreeSet<String> =
            done.iter().map(|row| key(model, row.operator)).filter(|key| !key.is_empty()).collect();
        let statuses: BTreeSet<&str> = done.iter().map(|row| row.status.name()).collect();
        NodeRow {
            key: row.key.clone(),
            name: row.name.clone(),
            kind: row.node_type.clone(),
            lon: row.longitude,
            lat: row.latitude,
            territory: key(model, row.territory),
            operators: operators.into_iter().collect(),
            status: match statuses.first() {
                Some(first) if !statuses.contains("open") => first,
                _ => "open",
            },
        }
    };
    held.map(row).collect()
}

/// Denials at the gates of each link, by link.
fn denials(instance: &Instance) -> BTreeMap<LinkId, Vec<DenialRow>> {
    let model = &instance.model;
    let denying = instance.supply.rules.iter().filter(|row| matches!(row.rule.effect, Effect::Deny));
    let mut found: BTreeMap<LinkId, Vec<DenialRow>> = BTreeMap::new();
    for rule in denying.map(|row| &row.rule) {
        let row = DenialRow {
            rule: rule.key.clone(),
            actor: key(model, Some(rule.actor)),
            lever: rule.lever.name(),
            shipments: shipment_words(model, &rule.shipment),
        };
        for arc in instance.network.arcs() {
            let link = match arc.row {
                ArcRow::Link(link, _) | ArcRow::Passage(_, link, _) => link,
                _ => continue,
            };
            let of_link = found.entry(link).or_default();
            if of_link.last() != Some(&row) && selects(model, &instance.supply.blockers, &rule.gate, arc) {
                of_link.push(row.clone());
            }
        }
    }
    found
}

fn links(instance: &Instance) -> Vec<LinkRow> {
    let model = &instance.model;
    let mut open: BTreeSet<LinkId> = BTreeSet::new();
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        if let ArcRow::Link(link, _) = arc.row
            && instance.supply.open.contains(position)
        {
            open.insert(link);
        }
    }
    let mut denials = denials(instance);
    let held = model.links.iter().enumerate().filter(|(_, row)| row.provenance.validity.holds(instance.as_of));
    held.map(|(position, row)| {
        let id = LinkId::from(position);
        let closed_to = denials.remove(&id).unwrap_or_default();
        LinkRow { open: open.contains(&id), closed_to, ..link_row(instance, row) }
    })
    .collect()
}

fn link_row(instance: &Instance, row: &Link) -> LinkRow {
    let model = &instance.model;
    LinkRow {
        key: row.key.clone(),
        name: row.name.clone(),
        mode: row.mode.name(),
        from: model.nodes[row.from.index()].key.clone(),
        to: model.nodes[row.to.index()].key.clone(),
        directed: row.directed,
        territory: key(model, row.territory),
        operator: key(model, row.operator),
        corridor: row.corridor.clone(),
        passage: row.passage.map_or_else(String::new, |id| model.passages[id.index()].key.clone()),
        status: row.status.name(),
        open: false,
        closed_to: Vec::new(),
        capacity: row.capacity.map(|capacity| capacity.value.value),
        capacity_unit: row.capacity.as_ref().map_or_else(String::new, thalweg_engine::elements::rate_name),
        confidence: row.provenance.confidence.name(),
        geometry: course(instance, row).into_iter().map(|(lon, lat)| [lon, lat]).collect(),
        length_km: row.length_km.value,
    }
}

fn passages(model: &Model, as_of: Date) -> Vec<PassageRow> {
    let held = model.passages.iter().enumerate().filter(|(_, row)| row.provenance.validity.holds(as_of));
    let row = |(position, row): (usize, &thalweg_model::model::Passage)| {
        let through = model.links.iter().filter(|link| {
            link.passage.is_some_and(|id| id.index() == position) && link.provenance.validity.holds(as_of)
        });
        PassageRow {
            key: row.key.clone(),
            name: row.name.clone(),
            territory: key(model, row.territory),
            operator: key(model, row.operator),
            status: row.status.name(),
            links: through.map(|link| link.key.clone()).collect(),
        }
    };
    held.map(row).collect()
}

fn crossings(model: &Model, as_of: Date) -> Vec<CrossingRow> {
    let row = |(position, row): (usize, &thalweg_model::model::Crossing)| {
        let sides = model
            .sides
            .iter()
            .filter(|side| side.crossing.index() == position && side.provenance.validity.holds(as_of));
        CrossingRow {
            key: row.key.clone(),
            name: row.name.clone(),
            node: model.nodes[row.node.index()].key.clone(),
            mode: row.mode.name(),
            sides: sides
                .map(|side| SideRow {
                    territory: key(model, Some(side.territory)),
                    operator: key(model, side.operator),
                    status: side.status.name(),
                })
                .collect(),
        }
    };
    let rows = model.crossings.iter().enumerate().map(row);
    rows.filter(|row| !row.sides.is_empty()).collect()
}

fn commodities(model: &Model) -> Vec<CommodityRow> {
    let row = |row: &thalweg_model::model::Commodity| CommodityRow {
        key: row.key.clone(),
        name: row.name.clone(),
        unit: row.unit.to_string(),
        layer: if row.layer.is_empty() { row.name.clone() } else { row.layer.clone() },
        modes: row.modes.iter().map(|mode| mode.name()).collect(),
    };
    model.commodities.iter().map(row).collect()
}
