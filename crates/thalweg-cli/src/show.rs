//! `thalweg show`: the rows of a study that hold on a date.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use thalweg_formats::opened::Opened;
use thalweg_model::ids::{ActorId, SourceId};
use thalweg_model::model::{Model, Provenance};
use thalweg_model::rule::{GateSelector, Rule, ShipmentPredicate};
use thalweg_model::scenario::Change;

/// Arguments of `show`.
#[derive(Debug, Args)]
#[command(override_usage = "thalweg show [STUDY] <WHAT> [OPTIONS]")]
pub struct ShowArgs {
    /// What to show: nodes, links, rules, actors, sources or scenarios; before it, a study that is not `caspian`
    #[arg(value_name = "[STUDY] WHAT", num_args = 1..=2, required = true)]
    pub words: Vec<String>,
    /// Date the rows hold on (ISO, such as 2021-06-30); the study's own when left out
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<jiff::civil::Date>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Places
    Nodes,
    /// Links
    Links,
    /// Access rules
    Rules,
    /// States, firms and blocs
    Actors,
    /// Sources
    Sources,
    /// Scenarios
    Scenarios,
}

/// Rows under column names.
struct Listing {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

/// Shows one kind of row; nothing found when none holds on the date.
pub fn run(args: &ShowArgs) -> Ended {
    let (study, word) = match args.words.as_slice() {
        [study, word] => (Some(study.into()), word),
        words => (None, &words[0]),
    };
    let what = What::from_str(word, true).map_err(|_| {
        let names = ["nodes", "links", "rules", "actors", "sources", "scenarios"];
        crate::exit::Failure::new(format!("WHAT: `{word}` is not one of {}", names.join(", ")))
    })?;
    let opened = StudyArgs { study, as_of: args.as_of, period: None }.open()?;
    let listing = match what {
        What::Nodes => nodes(&opened),
        What::Links => links(&opened),
        What::Rules => rules(&opened),
        What::Actors => actors(&opened),
        What::Sources => sources(&opened),
        What::Scenarios => scenarios(&opened),
    };
    let found = !listing.rows.is_empty();
    if args.json {
        let object = |row: Vec<Value>| -> Value {
            listing.columns.iter().map(|column| (*column).to_owned()).zip(row).collect::<Map<_, _>>().into()
        };
        let rows: Vec<Value> = listing.rows.into_iter().map(object).collect();
        print_json(&json!({ "shown": word.to_lowercase(), "as_of": opened.as_of.to_string(), "rows": rows }));
    } else if found {
        let text = |row: &Vec<Value>| row.iter().map(cell).collect();
        print_text(&table(listing.columns, listing.rows.iter().map(text).collect()));
    } else {
        print_text(&format!("no {} on {}", word.to_lowercase(), opened.as_of));
    }
    Ok(if found { Outcome::Answered } else { Outcome::NothingFound })
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(flag) => if *flag { "yes" } else { "" }.to_owned(),
        Value::Number(number) => number.as_f64().map(short).unwrap_or_default(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key} {}", cell(value))).collect::<Vec<_>>().join(", ")
        }
    }
}

fn actor(model: &Model, actor: Option<ActorId>) -> Value {
    actor.map_or(Value::Null, |actor| json!(model.actors[actor.index()].key))
}

fn source_keys(model: &Model, sources: &[SourceId]) -> Value {
    sources.iter().map(|source| model.sources[source.index()].key.clone()).collect()
}

fn dates(provenance: &Provenance) -> [Value; 2] {
    let date = |date: Option<jiff::civil::Date>| date.map_or(Value::Null, |date| json!(date.to_string()));
    [date(provenance.validity.from), date(provenance.validity.until)]
}

fn nodes(opened: &Opened) -> Listing {
    let model = &opened.model;
    let held = model.nodes.iter().filter(|row| row.provenance.validity.holds(opened.as_of));
    let row = |row: &thalweg_model::model::Node| {
        vec![
            json!(row.key),
            json!(row.name),
            json!(row.node_type),
            actor(model, row.territory),
            json!(row.region),
            json!(format!("{:.2}", row.longitude)),
            json!(format!("{:.2}", row.latitude)),
        ]
    };
    Listing { columns: &["node", "name", "type", "territory", "region", "lon", "lat"], rows: held.map(row).collect() }
}

fn links(opened: &Opened) -> Listing {
    let model = &opened.model;
    let held = model.links.iter().filter(|row| row.provenance.validity.holds(opened.as_of));
    let row = |row: &thalweg_model::model::Link| {
        let capacity =
            row.capacity.map(|capacity| format!("{} {}/yr", short(capacity.base_per_year()), base_unit(&capacity)));
        vec![
            json!(row.key),
            json!(model.nodes[row.from.index()].name),
            json!(model.nodes[row.to.index()].name),
            json!(row.mode.name()),
            json!(row.length_km.value),
            actor(model, row.territory),
            actor(model, row.operator),
            json!(row.status.name()),
            json!(capacity),
            json!(row.corridor),
            json!(row.provenance.confidence.name()),
        ]
    };
    let columns =
        &["link", "from", "to", "mode", "km", "territory", "operator", "status", "capacity", "corridor", "confidence"];
    Listing { columns, rows: held.map(row).collect() }
}

fn base_unit(capacity: &thalweg_model::model::Capacity) -> String {
    let name = capacity.unit.unit.name();
    match name {
        "kt" | "Mt" => "t".to_owned(),
        "kTEU" => "TEU".to_owned(),
        "kb" | "Mb" => "bbl".to_owned(),
        "mcm" | "bcm" => "m3".to_owned(),
        "GWh" | "TWh" => "MWh".to_owned(),
        other => other.to_owned(),
    }
}

fn rules(opened: &Opened) -> Listing {
    let model = &opened.model;
    let held = model.rules.iter().filter(|row| row.provenance.validity.holds(opened.as_of));
    let row = |row: &Rule| {
        let [from, until] = dates(&row.provenance);
        vec![
            json!(row.key),
            actor(model, Some(row.actor)),
            json!(row.lever.name()),
            json!(row.effect.name()),
            json!(if row.value.value == 0.0 { None } else { Some(row.value.value) }),
            gates(model, &row.gate),
            shipments(model, &row.shipment),
            row.after.as_ref().map_or(Value::Null, |after| gates(model, after)),
            from,
            until,
            source_keys(model, &row.provenance.sources),
            json!(row.provenance.confidence.name()),
        ]
    };
    let columns = &[
        "rule",
        "actor",
        "lever",
        "effect",
        "value",
        "gates",
        "shipments",
        "after",
        "from",
        "until",
        "sources",
        "confidence",
    ];
    Listing { columns, rows: held.map(row).collect() }
}

fn fields<const N: usize>(named: [(&str, Option<String>); N]) -> Value {
    let set = named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))));
    Value::Object(set.collect())
}

fn gates(model: &Model, gate: &GateSelector) -> Value {
    let actor = |id: Option<ActorId>| id.map(|id| model.actors[id.index()].key.clone());
    fields([
        ("territory", actor(gate.territory)),
        ("operator", actor(gate.operator)),
        ("owner", actor(gate.owner)),
        ("crossing", gate.crossing.map(|id| model.crossings[id.index()].key.clone())),
        ("side", actor(gate.side)),
        ("terminal", gate.terminal.map(|id| model.nodes[id.index()].key.clone())),
        ("passage", gate.passage.map(|id| model.passages[id.index()].key.clone())),
        ("asset", gate.asset.map(|id| model.assets[id.index()].key.clone())),
        ("link", gate.link.clone()),
        ("mode", gate.mode.map(|mode| mode.name().to_owned())),
        ("operation", gate.operation.map(|operation| operation.name().to_owned())),
    ])
}

fn shipments(model: &Model, shipment: &ShipmentPredicate) -> Value {
    let actor = |id: Option<ActorId>| id.map(|id| model.actors[id.index()].key.clone());
    fields([
        ("commodity", shipment.commodity.map(|id| model.commodities[id.index()].key.clone())),
        ("origin", actor(shipment.origin)),
        ("destination", actor(shipment.destination)),
        ("shipper", actor(shipment.shipper)),
        ("consignee", actor(shipment.consignee)),
        ("flag", actor(shipment.flag)),
        ("vehicle", shipment.vehicle.map(|id| model.vehicles[id.index()].key.clone())),
        ("beneficiary", actor(shipment.beneficiary)),
    ])
}

fn actors(opened: &Opened) -> Listing {
    let model = &opened.model;
    let held = model.actors.iter().enumerate().filter(|(_, row)| row.provenance.validity.holds(opened.as_of));
    let row = |(position, row): (usize, &thalweg_model::model::Actor)| {
        let blocs = model.memberships.iter().filter(|membership| {
            membership.member.index() == position && membership.provenance.validity.holds(opened.as_of)
        });
        let blocs: Vec<&str> = blocs.map(|row| model.actors[row.bloc.index()].key.as_str()).collect();
        vec![
            json!(row.key),
            json!(row.name),
            json!(row.kind.name()),
            actor(model, row.nationality),
            json!(blocs),
            json!(row.aliases),
        ]
    };
    Listing { columns: &["actor", "name", "type", "nationality", "blocs", "aliases"], rows: held.map(row).collect() }
}

fn sources(opened: &Opened) -> Listing {
    let row = |row: &thalweg_model::model::Source| {
        let year = row.year.map_or(Value::Null, |year| json!(year.to_string()));
        vec![json!(row.key), json!(row.title), year, json!(row.licence), json!(row.url)]
    };
    Listing {
        columns: &["source", "title", "year", "licence", "url"],
        rows: opened.model.sources.iter().map(row).collect(),
    }
}

fn scenarios(opened: &Opened) -> Listing {
    let row = |row: &thalweg_model::scenario::Scenario| {
        let date = |date: Option<jiff::civil::Date>| date.map_or(Value::Null, |date| json!(date.to_string()));
        let does: Vec<&str> = row.changes.iter().map(verb).collect();
        vec![
            json!(row.name),
            json!(row.title),
            json!(does),
            date(row.validity.from),
            date(row.validity.until),
            json!(row.days),
            json!(row.question),
        ]
    };
    let columns = &["scenario", "title", "changes", "from", "until", "days", "question"];
    Listing { columns, rows: opened.scenarios.iter().map(row).collect() }
}

fn verb(change: &Change) -> &'static str {
    match change {
        Change::Close(_) => "close",
        Change::Derate { .. } => "derate",
        Change::Delay { .. } => "delay",
        Change::Surcharge { .. } => "surcharge",
        Change::Improve { .. } => "improve",
        Change::Open(_) => "open",
        Change::AddRule(_) => "add_rule",
        Change::DropRule(_) => "drop_rule",
        Change::SetSupply(_) => "set_supply",
        Change::ScaleDemand { .. } => "scale_demand",
        Change::SetHolding(_) => "set_holding",
        Change::ScaleUnservedCost(_) => "scale_unserved_cost",
    }
}
