//! The keys of a study and the positions of their rows: what references resolve against.
use crate::draft::{ModelDraft, Row};
use crate::mode::ActorKind;
use crate::model::Model;
use crate::schema::{Table, Target, access, actors, network, trade};
use std::collections::{BTreeMap, BTreeSet};

/// Keys with the position of the first row that has them.
pub(crate) type Keys = BTreeMap<String, usize>;

/// The keys of every table that others refer to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    pub keys: BTreeMap<Target, Keys>,
    pub kinds: Vec<Option<ActorKind>>,
    pub corridors: BTreeSet<String>,
}

const KEYED: &[(Target, &Table, &str)] = &[
    (Target::Source, &actors::SOURCE, "source_id"),
    (Target::Actor, &actors::ACTOR, "actor_id"),
    (Target::Asset, &actors::ASSET, "asset_id"),
    (Target::Node, &network::NODE, "node_id"),
    (Target::Link, &network::LINK, "link_id"),
    (Target::Transfer, &network::TRANSFER, "transfer_id"),
    (Target::Crossing, &network::BORDER_CROSSING, "crossing_id"),
    (Target::Passage, &network::PASSAGE, "passage_id"),
    (Target::Limit, &network::LIMIT, "limit_id"),
    (Target::Vehicle, &network::VEHICLE, "vehicle_id"),
    (Target::Commodity, &trade::COMMODITY, "commodity_id"),
    (Target::Demand, &trade::DEMAND, "demand_id"),
    (Target::Supply, &trade::SUPPLY, "supply_id"),
    (Target::Rule, &access::RULE, "rule_id"),
    (Target::Group, &access::CAPACITY_GROUP, "group_id"),
];

impl Index {
    /// The keys of a draft, those of faulty rows included, so that one fault is reported once.
    pub fn of_draft(draft: &ModelDraft) -> Self {
        let mut index = Index::default();
        for &(target, table, column) in KEYED {
            let keys = draft.rows(table).iter().map(|row| row.text(column));
            index.keys.insert(target, positions(keys, target == Target::Crossing));
        }
        let kind = |row: &Row| ActorKind::parse(row.text("actor_type"));
        index.kinds = draft.rows(&actors::ACTOR).iter().map(kind).collect();
        let links = draft.rows(&network::LINK).iter();
        index.corridors = links.filter_map(|row| row.some_text("corridor")).map(str::to_owned).collect();
        index
    }

    /// The keys of a model.
    pub fn of_model(model: &Model) -> Self {
        let mut index = Index::default();
        let mut add = |target, keys: &mut dyn Iterator<Item = &str>| {
            index.keys.insert(target, positions(keys, false));
        };
        add(Target::Source, &mut model.sources.iter().map(|row| row.key.as_str()));
        add(Target::Actor, &mut model.actors.iter().map(|row| row.key.as_str()));
        add(Target::Asset, &mut model.assets.iter().map(|row| row.key.as_str()));
        add(Target::Node, &mut model.nodes.iter().map(|row| row.key.as_str()));
        add(Target::Link, &mut model.links.iter().map(|row| row.key.as_str()));
        add(Target::Transfer, &mut model.transfers.iter().map(|row| row.key.as_str()));
        add(Target::Crossing, &mut model.crossings.iter().map(|row| row.key.as_str()));
        add(Target::Passage, &mut model.passages.iter().map(|row| row.key.as_str()));
        add(Target::Limit, &mut model.limits.iter().map(|row| row.key.as_str()));
        add(Target::Vehicle, &mut model.vehicles.iter().map(|row| row.key.as_str()));
        add(Target::Commodity, &mut model.commodities.iter().map(|row| row.key.as_str()));
        add(Target::Demand, &mut model.demands.iter().map(|row| row.key.as_str()));
        add(Target::Supply, &mut model.supplies.iter().map(|row| row.key.as_str()));
        add(Target::Rule, &mut model.rules.iter().map(|row| row.key.as_str()));
        add(Target::Group, &mut model.groups.iter().map(|row| row.key.as_str()));
        index.kinds = model.actors.iter().map(|row| Some(row.kind)).collect();
        let links = model.links.iter().filter(|link| !link.corridor.is_empty());
        index.corridors = links.map(|link| link.corridor.clone()).collect();
        index
    }

    /// The position of a key.
    pub fn position(&self, target: Target, key: &str) -> Option<usize> {
        self.keys.get(&stored_as(target))?.get(key).copied()
    }

    /// All keys of a kind, for hints.
    pub fn names(&self, target: Target) -> impl Iterator<Item = &str> {
        let wanted = wanted_kind(target);
        self.keys
            .get(&stored_as(target))
            .into_iter()
            .flatten()
            .filter(move |(_, position)| wanted.is_none() || self.kinds[**position] == wanted)
            .map(|(key, _)| key.as_str())
    }
}

/// The kind of actor a reference asks for.
pub(crate) fn wanted_kind(target: Target) -> Option<ActorKind> {
    match target {
        Target::State => Some(ActorKind::State),
        Target::Bloc => Some(ActorKind::Bloc),
        _ => None,
    }
}

fn stored_as(target: Target) -> Target {
    match target {
        Target::State | Target::Bloc => Target::Actor,
        other => other,
    }
}

/// First position of each key; `dense` counts different keys instead of rows.
fn positions<'a>(keys: impl Iterator<Item = &'a str>, dense: bool) -> Keys {
    let mut found = Keys::new();
    for (row, key) in keys.enumerate() {
        let position = if dense { found.len() } else { row };
        if !key.is_empty() {
            found.entry(key.to_owned()).or_insert(position);
        }
    }
    found
}
