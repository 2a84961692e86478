//! A row of any table as its columns say it, in keys, base units and study money.
use super::concerns::{Concerns, Reach};
use crate::ids::{ActorId, AssetId, CommodityId, LimitId, NodeId, PassageId};
use crate::mode::{Confidence, Topic};
use crate::model::{Capacity, Charge, Model, Provenance, Toll};
use crate::units::{Ranged, Unit};
use crate::validity::Date;

/// What a column says.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Blank,
    /// A word, key or list of keys.
    Words(String),
    /// A number in a unit.
    Amount(Ranged, String),
}

/// Which row of its table it is, when it holds, and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct RowOf {
    /// Position in its table.
    pub position: usize,
    /// First day it holds.
    pub from: Option<Date>,
    /// Last day it holds.
    pub until: Option<Date>,
    /// Keys of its sources.
    pub sources: Vec<String>,
    /// How well it is supported.
    pub confidence: Confidence,
    /// Free text.
    pub note: String,
}

/// A row with what each column says, and the topic that tells it.
pub(crate) struct Standing<'a> {
    pub model: &'a Model,
    pub table: &'static str,
    pub position: usize,
    pub key: String,
    pub name: String,
    /// Topic that tells of the row as a whole.
    pub home: Topic,
    /// The same columns in the same order for every row of a table.
    pub cells: Vec<(Topic, &'static str, Cell)>,
    pub provenance: &'a Provenance,
    pub concerns: Concerns,
}

impl RowOf {
    pub(crate) fn new(model: &Model, position: usize, provenance: &Provenance) -> Self {
        let Provenance { validity, sources, confidence, note, .. } = provenance;
        Self {
            position,
            from: validity.from,
            until: validity.until,
            sources: sources.iter().map(|source| model.sources[source.index()].key.clone()).collect(),
            confidence: *confidence,
            note: note.clone(),
        }
    }
}

impl Standing<'_> {
    pub(crate) fn origin(&self) -> RowOf {
        RowOf::new(self.model, self.position, self.provenance)
    }
}

/// A text, `Blank` where it is empty.
pub(crate) fn words(text: &str) -> Cell {
    if text.is_empty() { Cell::Blank } else { Cell::Words(text.to_owned()) }
}

pub(crate) fn flag(set: bool) -> Cell {
    if set { Cell::Words("true".to_owned()) } else { Cell::Blank }
}

pub(crate) fn amount(number: Option<Ranged>, unit: &str) -> Cell {
    number.map_or(Cell::Blank, |number| Cell::Amount(number, unit.to_owned()))
}

pub(crate) fn exact(number: Option<f64>, unit: &str) -> Cell {
    amount(number.map(Ranged::exactly), unit)
}

/// A capacity in base units a year.
pub(crate) fn capacity(capacity: Option<Capacity>) -> Cell {
    let base = |row: Capacity| {
        let unit = format!("{}/yr", row.dimension().base_name());
        Cell::Amount(row.value.scaled(row.unit.base_per_year()), unit)
    };
    capacity.map_or(Cell::Blank, base)
}

impl Reach<'_> {
    pub(crate) fn actor(&self, actor: Option<ActorId>) -> Cell {
        actor.map_or(Cell::Blank, |actor| words(&self.model.actors[actor.index()].key))
    }

    pub(crate) fn node(&self, node: Option<NodeId>) -> Cell {
        node.map_or(Cell::Blank, |node| words(&self.model.nodes[node.index()].key))
    }

    pub(crate) fn asset(&self, asset: Option<AssetId>) -> Cell {
        asset.map_or(Cell::Blank, |asset| words(&self.model.assets[asset.index()].key))
    }

    pub(crate) fn passage(&self, passage: Option<PassageId>) -> Cell {
        passage.map_or(Cell::Blank, |passage| words(&self.model.passages[passage.index()].key))
    }

    pub(crate) fn limit(&self, limit: Option<LimitId>) -> Cell {
        limit.map_or(Cell::Blank, |limit| words(&self.model.limits[limit.index()].key))
    }

    pub(crate) fn commodity(&self, commodity: Option<CommodityId>) -> Cell {
        commodity.map_or(Cell::Blank, |commodity| words(&self.model.commodities[commodity.index()].key))
    }

    pub(crate) fn commodity_list(&self, commodities: &[CommodityId]) -> Cell {
        let mut keys: Vec<&str> =
            commodities.iter().map(|id| self.model.commodities[id.index()].key.as_str()).collect();
        keys.sort_unstable();
        words(&keys.join("|"))
    }

    /// Money per unit.
    pub(crate) fn charge(&self, charge: Option<Charge>) -> Cell {
        charge.map_or(Cell::Blank, |charge| Cell::Amount(charge.amount, self.money_per(charge.per)))
    }

    pub(crate) fn toll(&self, toll: Option<Toll>) -> [Cell; 2] {
        [self.charge(toll.map(|toll| toll.charge)), self.actor(toll.map(|toll| toll.to))]
    }

    /// Unit of an amount of money on a unit, the shipment's own where none is named.
    pub(crate) fn money_per(&self, unit: Option<Unit>) -> String {
        let per = unit.map_or("unit", Unit::name);
        format!("{}/{per}", self.model.head.currency)
    }
}
