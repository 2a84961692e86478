//! Who can say no on an arc, and whether a rule's gate selector fits it.
use crate::network::{Arc, ArcGates};
use std::collections::BTreeSet;
use thalweg_model::ids::{ActorId, AssetId};
use thalweg_model::mode::Operation;
use thalweg_model::model::{Held, Holding, Model};
use thalweg_model::rule::GateSelector;
use thalweg_model::validity::Date;

/// For each asset the actors that can block it on a date, looked through chains of firms, states included.
#[derive(Debug, Clone, PartialEq)]
pub struct Blockers {
    by_asset: Vec<Vec<ActorId>>,
}

impl Blockers {
    /// Follows the holdings marked `can_block` that hold on `as_of`, down to the states holders answer to.
    pub fn of(model: &Model, holdings: &[Holding], as_of: Date) -> Self {
        let blocking: Vec<&Holding> =
            holdings.iter().filter(|holding| holding.can_block && holding.provenance.validity.holds(as_of)).collect();
        let by_asset = (0..model.assets.len())
            .map(|asset| {
                let mut found = BTreeSet::new();
                let mut open = vec![Held::Asset(AssetId::from(asset))];
                while let Some(held) = open.pop() {
                    for holding in blocking.iter().filter(|holding| holding.held == held) {
                        if found.insert(holding.holder) {
                            open.push(Held::Firm(holding.holder));
                        }
                    }
                    if let Held::Firm(firm) = held {
                        found.extend(model.actors[firm.index()].nationality);
                    }
                }
                found.into_iter().collect()
            })
            .collect();
        Self { by_asset }
    }

    /// Actors that can block an asset, sorted.
    pub fn of_asset(&self, asset: AssetId) -> &[ActorId] {
        self.by_asset.get(asset.index()).map_or(&[], Vec::as_slice)
    }
}

/// Whether `actor` is meant by `named`: the same actor, or a firm that answers to the state named.
pub fn answers_to(model: &Model, actor: ActorId, named: ActorId) -> bool {
    actor == named || model.actors[actor.index()].nationality == Some(named)
}

/// Whether every field the selector binds fits the arc.
pub fn selects(model: &Model, blockers: &Blockers, selector: &GateSelector, arc: &Arc) -> bool {
    let gates: &ArcGates = &arc.gates;
    fn fits<T: PartialEq>(wanted: Option<T>, found: Option<T>) -> bool {
        wanted.is_none() || wanted == found
    }
    fits(selector.territory, gates.territory)
        && selector
            .operator
            .is_none_or(|named| gates.operator.is_some_and(|operator| answers_to(model, operator, named)))
        && selector
            .owner
            .is_none_or(|named| gates.asset.is_some_and(|asset| blockers.of_asset(asset).binary_search(&named).is_ok()))
        && fits(selector.crossing, gates.crossing)
        && fits(selector.side, gates.side)
        && fits(selector.terminal, gates.terminal)
        && fits(selector.passage, gates.passage)
        && fits(selector.asset, gates.asset)
        && selector.link.as_ref().is_none_or(|key| gates.link.is_some_and(|link| &model.links[link.index()].key == key))
        && fits(selector.mode, gates.mode)
        && fits(selector.operation, Some(arc.operation))
}

/// Whether a charge at these gates is due at every arc it fits, rather than once a shipment.
///
/// A passage, a crossing, a terminal or a link is passed one time for each arc; a territory, an operator or an
/// owner spreads over many arcs and is charged at the first touch.
pub fn charged_per_arc(selector: &GateSelector) -> bool {
    selector.passage.is_some()
        || selector.crossing.is_some()
        || selector.side.is_some()
        || selector.terminal.is_some()
        || selector.link.is_some()
        || matches!(selector.operation, Some(operation) if operation != Operation::Move)
}

/// Whether a crossing-wide charge falls on this arc: once per crossing, on leaving, unless a side is named.
pub fn carries_crossing_charge(selector: &GateSelector, arc: &Arc) -> bool {
    let whole_crossing = selector.crossing.is_some() && selector.side.is_none() && selector.operation.is_none();
    !whole_crossing || arc.operation == Operation::BorderExit
}
