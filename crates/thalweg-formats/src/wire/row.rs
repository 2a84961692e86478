//! The wire shape of one row of a study: what its tables say of it, where that is from, and the rules that touch it.
use crate::fault::Fault;
use crate::opened::Opened;
use crate::wire::evidence::{RuleRow, SourceRow, rule_row, source_row};
use crate::wire::tables::{Sheets, row_object};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use thalweg_model::ids::{ActorId, SourceId};
use thalweg_model::model::Model;
use thalweg_model::names::NameError;
use thalweg_model::nearest::nearest;
use thalweg_model::rule::{GateSelector, Rule};
use thalweg_model::schema::{Kind, Table, Target, table};
use thalweg_network::gates::{answers_to, selects};
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcRow};

/// One thing of a study.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RowReport {
    /// What it is, as asked.
    pub kind: String,
    /// Its key.
    pub key: String,
    /// Its table.
    pub table: &'static str,
    /// Date asked about.
    pub as_of: String,
    /// Its rows, of all dates.
    pub rows: Vec<WrittenRow>,
    /// Operations of it that are open in the state asked about, and how many it has; null for what has none.
    pub open: Option<[usize; 2]>,
    /// Rules in force that touch it; those with the effect `deny` close it to their shipments.
    pub rules: Vec<RuleRow>,
    /// Publications its rows and rules rest on.
    pub sources: Vec<SourceRow>,
}

/// A row as it was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WrittenRow {
    /// File it stands in.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// Whether it holds on the date asked about.
    pub holds: bool,
    /// What its cells say, by column.
    pub fields: Map<String, Value>,
}

/// What can be asked about, with what is looked up by name.
const KINDS: [(&str, Target); 12] = [
    ("node", Target::Node),
    ("link", Target::Link),
    ("crossing", Target::Crossing),
    ("passage", Target::Passage),
    ("actor", Target::Actor),
    ("asset", Target::Asset),
    ("commodity", Target::Commodity),
    ("vehicle", Target::Vehicle),
    ("transfer", Target::Transfer),
    ("demand", Target::Demand),
    ("supply", Target::Supply),
    ("rule", Target::Rule),
];

fn target_of(kind: &str) -> Result<Target, Fault> {
    KINDS.iter().find(|(name, _)| *name == kind).map(|(_, target)| *target).ok_or_else(|| {
        let near = nearest(kind, KINDS.iter().map(|(name, _)| *name));
        let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
        let all: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
        Fault::at("kind", format!("no kind is called `{kind}`{near}; there are {}", all.join(", ")))
    })
}

fn key_column(table: &'static Table) -> &'static str {
    let key = table.attributes().find(|column| column.kind == Kind::Key);
    key.map(|column| column.name).expect("a table that rows name has a key column")
}

/// What the study says of one thing, by any of its names.
pub fn row_report(
    (opened, sheets): (&Opened, &Sheets),
    instance: &Instance,
    (kind, name): (&str, &str),
) -> Result<RowReport, Fault> {
    let target = target_of(kind)?;
    let key = opened.names.key(target, name).map_err(|error: NameError| Fault::name("key", &error))?.to_owned();
    let model = &instance.model;
    let table = table(target.table()).expect("every kind has a table");
    let written = sheets.rows_of(table, key_column(table), &key);
    let mut cited: BTreeSet<&str> = BTreeSet::new();
    let mut rows = Vec::new();
    for row in written {
        if table.position("source").is_some() {
            cited.extend(row.list("source").iter().map(String::as_str));
        }
        rows.push(WrittenRow {
            file: row.place.file.clone(),
            line: row.place.row,
            holds: row.validity().holds(opened.as_of),
            fields: row_object(row),
        });
    }
    let arcs = arcs_of(instance, target, &key);
    let rules = touching(instance, target, (&key, &arcs));
    let named = |id: &SourceId| model.sources[id.index()].key.as_str();
    cited.extend(rules.iter().flat_map(|rule| rule.provenance.sources.iter().map(named)));
    let sources = model.sources.iter().filter(|source| cited.contains(source.key.as_str())).map(source_row);
    let open = arcs.iter().filter(|(position, _)| instance.supply.open.contains(*position)).count();
    Ok(RowReport {
        kind: kind.to_owned(),
        table: table.name,
        as_of: opened.as_of.to_string(),
        rows,
        open: (!arcs.is_empty()).then_some([open, arcs.len()]),
        rules: rules.iter().map(|rule| rule_row(model, rule)).collect(),
        sources: sources.collect(),
        key,
    })
}

fn arcs_of<'i>(instance: &'i Instance, target: Target, key: &str) -> Vec<(usize, &'i Arc)> {
    let model = &instance.model;
    let is_of = |arc: &Arc| match target {
        Target::Node => arc.gates.terminal.is_some_and(|id| model.nodes[id.index()].key == key),
        Target::Link => match arc.row {
            ArcRow::Link(link, _) | ArcRow::Passage(_, link, _) => model.links[link.index()].key == key,
            _ => false,
        },
        Target::Crossing => arc.gates.crossing.is_some_and(|id| model.crossings[id.index()].key == key),
        Target::Passage => arc.gates.passage.is_some_and(|id| model.passages[id.index()].key == key),
        Target::Asset => arc.gates.asset.is_some_and(|id| model.assets[id.index()].key == key),
        Target::Transfer => match arc.row {
            ArcRow::Transfer(transfer, _) => model.transfers[transfer.index()].key == key,
            _ => false,
        },
        _ => false,
    };
    instance.network.arcs().iter().enumerate().filter(|(_, arc)| is_of(arc)).collect()
}

/// Rules in force that touch a thing: at its gates; those an actor makes or that name it; itself.
fn touching<'i>(instance: &'i Instance, target: Target, (key, arcs): (&str, &[(usize, &Arc)])) -> Vec<&'i Rule> {
    let model = &instance.model;
    let actor = model.actors.iter().position(|row| row.key == key).map(ActorId::from);
    let touches = |rule: &Rule| match target {
        Target::Rule => rule.key == key,
        Target::Actor => actor.is_some_and(|actor| concerns(model, rule, actor)),
        Target::Commodity => rule.shipment.commodity.is_some_and(|id| model.commodities[id.index()].key == key),
        Target::Vehicle => rule.shipment.vehicle.is_some_and(|id| model.vehicles[id.index()].key == key),
        _ => arcs.iter().any(|(_, arc)| selects(model, &instance.supply.blockers, &rule.gate, arc)),
    };
    instance.supply.rules.iter().map(|row| &row.rule).filter(|rule| touches(rule)).collect()
}

fn concerns(model: &Model, rule: &Rule, actor: ActorId) -> bool {
    let GateSelector { territory, operator, owner, side, .. } = rule.gate;
    let shipment = &rule.shipment;
    let named = [
        Some(rule.actor),
        territory,
        operator,
        owner,
        side,
        shipment.origin,
        shipment.destination,
        shipment.shipper,
        shipment.consignee,
        shipment.flag,
        shipment.beneficiary,
    ];
    named.into_iter().flatten().any(|named| answers_to(model, named, actor))
}
