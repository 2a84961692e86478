//! What of an instance is watched: actors, commodities, and the arcs of the gates that are.
use super::Seen;
use crate::oracle::Value;
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::ActorKind;
use thalweg_model::model::Model;
use thalweg_model::row_changes::{Concerns, RowChange};
use thalweg_model::watch_list::{Watched, WatchedGate};
use thalweg_network::demand::{Segment, state_of};
use thalweg_network::gates::selects;
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcId, ArcRow};

/// What is watched, as one instance knows it.
pub(super) struct Lens {
    /// The list, with members of the blocs in it.
    pub watched: Watched,
    /// Watched actors; `None` for all.
    actors: Option<BTreeSet<ActorId>>,
    commodities: Option<BTreeSet<CommodityId>>,
    /// Arcs of watched gates; `None` for all.
    arcs: Option<FixedBitSet>,
}

impl Lens {
    pub fn of(value: &Value, watched: &Watched) -> Self {
        let instance = value.instance.as_ref();
        let model = &instance.model;
        let mut watched = watched.clone();
        watched.actors.extend(members(model, &watched.actors));
        let actors = model.actors.iter().enumerate().filter(|(_, row)| watched.actors.contains(&row.key));
        let actors: BTreeSet<ActorId> = actors.map(|(position, _)| position.into()).collect();
        let commodities = model.commodities.iter().enumerate();
        let commodities = commodities.filter(|(_, row)| watched.commodities.contains(&row.key));
        let commodities: BTreeSet<CommodityId> = commodities.map(|(position, _)| position.into()).collect();
        let arcs = (!watched.gates.is_empty()).then(|| watched_arcs(instance, &watched.gates));
        Self {
            actors: (!watched.actors.is_empty()).then_some(actors),
            commodities: (!watched.commodities.is_empty()).then_some(commodities),
            arcs,
            watched,
        }
    }

    pub fn has_actor(&self, actor: ActorId) -> bool {
        self.actors.as_ref().is_none_or(|actors| actors.contains(&actor))
    }

    pub fn has_commodity(&self, commodity: CommodityId) -> bool {
        self.commodities.as_ref().is_none_or(|commodities| commodities.contains(&commodity))
    }

    pub fn has_arc(&self, arc: usize) -> bool {
        self.arcs.as_ref().is_none_or(|arcs| arcs.contains(arc))
    }

    pub fn meets(&self, arcs: &[ArcId]) -> bool {
        self.arcs.is_none() || arcs.iter().any(|arc| self.has_arc(arc.index()))
    }

    /// Whether a demand is watched: its commodity is, an actor who is watched is a party to it, and it runs over a
    /// watched gate, or would by its cheapest way.
    pub fn has_segment(&self, value: &Value, segment: usize, way: Option<&[ArcId]>) -> bool {
        let row = &value.instance.demand.segments[segment];
        self.has_commodity(row.commodity)
            && parties(value, segment, row).into_iter().any(|actor| self.has_actor(actor))
            && (self.arcs.is_none()
                || way.is_some_and(|arcs| self.meets(arcs))
                || value.assignment.segments[segment].paths.iter().any(|path| self.meets(&path.arcs)))
    }
}

/// States that benefit from a demand or sell to it, and the actors it names.
fn parties(value: &Value, segment: usize, row: &Segment) -> BTreeSet<ActorId> {
    let model = &value.instance.model;
    let demand = &model.demands[row.demand.index()];
    let named = [demand.shipper, demand.consignee, demand.flag].into_iter().flatten();
    let sellers = value.assignment.segments[segment].paths.iter().flat_map(|path| {
        let shipment = &row.variants[path.variant].shipment;
        [shipment.shipper, shipment.origin].into_iter().flatten()
    });
    let actors: BTreeSet<ActorId> = named.chain(sellers).collect();
    let states = actors.iter().map(|actor| state_of(model, *actor));
    states.chain(actors.iter().copied()).chain(row.beneficiaries.iter().copied()).collect()
}

fn members(model: &Model, actors: &BTreeSet<String>) -> Vec<String> {
    let key = |actor: ActorId| &model.actors[actor.index()].key;
    let watched = |bloc: ActorId| model.actors[bloc.index()].kind == ActorKind::Bloc && actors.contains(key(bloc));
    model.memberships.iter().filter(|row| watched(row.bloc)).map(|row| key(row.member).clone()).collect()
}

fn watched_arcs(instance: &Instance, gates: &BTreeSet<WatchedGate>) -> FixedBitSet {
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        arcs.set(position, gates_of(instance, arc).iter().any(|gate| gates.contains(gate)));
    }
    arcs
}

/// The gates an arc is, as a watch list names them.
fn gates_of(instance: &Instance, arc: &Arc) -> Vec<WatchedGate> {
    let model = &instance.model;
    let gates = &arc.gates;
    let mut found = Vec::new();
    if let ArcRow::Link(link, _) = arc.row {
        let row = &model.links[link.index()];
        found.extend([WatchedGate::Link(row.key.clone()), WatchedGate::Corridor(row.corridor.clone())]);
    }
    found.extend(gates.terminal.map(|id| WatchedGate::Terminal(model.nodes[id.index()].key.clone())));
    found.extend(gates.crossing.map(|id| WatchedGate::Crossing(model.crossings[id.index()].key.clone())));
    found.extend(gates.passage.map(|id| WatchedGate::Passage(model.passages[id.index()].key.clone())));
    found.extend(gates.asset.map(|id| WatchedGate::Asset(model.assets[id.index()].key.clone())));
    found
}

/// Whether what a row is about is watched on either side.
pub(super) fn concerns(sides: &[Seen; 2], concerns: &Concerns) -> bool {
    sides.iter().any(|seen| {
        let watched = &seen.lens.watched;
        concerns.concern_actors(watched) && concerns.concern_commodities(watched) && concerns.concern_gates(watched)
    })
}

/// Whether a row that differs is watched. A rule stands at every gate it selects, named or not; a demand at every gate
/// it runs over.
pub(super) fn shows(sides: &[Seen; 2], row: &RowChange) -> bool {
    let about = |seen: &Seen| {
        let watched = &seen.lens.watched;
        row.concerns.concern_actors(watched) && row.concerns.concern_commodities(watched)
    };
    if concerns(sides, &row.concerns) {
        return true;
    }
    if !sides.iter().any(about) {
        return false;
    }
    match row.table {
        "rule" => {
            let [before, after] = sides;
            let selects = |seen: &Seen, of: &Option<thalweg_model::row_changes::RowOf>| {
                of.as_ref().is_some_and(|of| selects_watched(seen, of.position))
            };
            selects(before, &row.before) || selects(after, &row.after)
        }
        "demand" => sides.iter().any(|seen| {
            let model = &seen.value.instance.model;
            let own = |segment: &usize| {
                model.demands[seen.value.instance.demand.segments[*segment].demand.index()].key == row.key
            };
            let mut segments = (0..seen.value.instance.demand.segments.len()).filter(own);
            segments.any(|segment| seen.lens.has_segment(&seen.value, segment, None))
        }),
        _ => false,
    }
}

fn selects_watched(seen: &Seen, rule: usize) -> bool {
    let instance = seen.side.oracle.base();
    let gate = &instance.model.rules[rule].gate;
    let arcs = instance.network.arcs().iter().enumerate();
    arcs.filter(|(position, _)| seen.lens.has_arc(*position))
        .any(|(_, arc)| selects(&instance.model, &instance.supply.blockers, gate, arc))
}
