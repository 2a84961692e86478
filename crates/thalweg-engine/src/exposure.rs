//! How much of each beneficiary's trade meets a gate through which another actor could act, lever by lever.
use crate::assignment::Assignment;
use fixedbitset::FixedBitSet;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;
use thalweg_model::model::Model;
use thalweg_network::demand::{Segment, Variant, state_of};
use thalweg_network::gates::selects;
use thalweg_network::instance::{Instance, lever_gates};
use thalweg_network::network::Arc;

/// Levers that act on arcs of the network.
pub const LEVERS: [Lever; 4] = [Lever::Territory, Lever::Operation, Lever::Ownership, Lever::Supply];

/// One beneficiary's exposure to one actor by one lever in one commodity.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure {
    /// Who benefits from the shipments.
    pub beneficiary: ActorId,
    /// Who could act.
    pub actor: ActorId,
    /// How.
    pub lever: Lever,
    /// In what.
    pub commodity: CommodityId,
    /// Volume that touches a gate of the actor, commodity units a year.
    pub touching: f64,
    /// The beneficiary's whole demand for it, and what it sells to demands that any supplier may serve, commodity
    /// units a year.
    pub demand: f64,
}

impl Exposure {
    /// Share of the demand that touches, 0 to 1.
    pub fn share(&self) -> f64 {
        if self.demand > 0.0 { self.touching / self.demand } else { 0.0 }
    }
}

/// States that could act on an arc, by lever: states, and firms that answer to none.
pub fn actors_on(instance: &Instance, arc: &Arc) -> BTreeSet<(Lever, ActorId)> {
    let model = &instance.model;
    let mut found = BTreeSet::new();
    let territory = arc.gates.territory;
    if arc.operation == thalweg_model::mode::Operation::Supply {
        found.extend(territory.map(|state| (Lever::Supply, state)));
    }
    found.extend(territory.map(|state| (Lever::Territory, state)));
    found.extend(arc.gates.operator.map(|operator| (Lever::Operation, state_of(model, operator))));
    let owners = arc.gates.asset.map_or(&[][..], |asset| instance.supply.blockers.of_asset(asset));
    found.extend(owners.iter().map(|owner| (Lever::Ownership, state_of(model, *owner))));
    found
}

/// Exposure of every beneficiary to every actor its paths touch, itself left out.
pub fn exposures(instance: &Instance, assignment: &Assignment) -> Vec<Exposure> {
    let on_arc: Vec<BTreeSet<(Lever, ActorId)>> =
        instance.network.arcs().iter().map(|arc| actors_on(instance, arc)).collect();
    let demand = demands(instance, assignment);
    let mut touching: BTreeMap<(ActorId, ActorId, Lever, CommodityId), f64> = BTreeMap::new();
    for (segment, flow) in assignment.segments.iter().enumerate() {
        let row = &instance.demand.segments[segment];
        for path in &flow.paths {
            let touched: BTreeSet<&(Lever, ActorId)> = path.arcs.iter().flat_map(|arc| &on_arc[arc.index()]).collect();
            for beneficiary in &sharing(instance, row, path.variant) {
                for (lever, actor) in touched.iter().filter(|(_, actor)| actor != beneficiary) {
                    *touching.entry((*beneficiary, *actor, *lever, row.commodity)).or_default() += path.volume;
                }
            }
        }
    }
    touching
        .into_iter()
        .map(|((beneficiary, actor, lever, commodity), touching)| Exposure {
            beneficiary,
            actor,
            lever,
            commodity,
            touching,
            demand: demand[&(beneficiary, commodity)],
        })
        .collect()
}

/// What exposure is a share of, commodity units a year: a beneficiary's demand, and what it sells to demands that any
/// supplier may serve.
pub(crate) fn demands(instance: &Instance, assignment: &Assignment) -> BTreeMap<(ActorId, CommodityId), f64> {
    let mut demand: BTreeMap<(ActorId, CommodityId), f64> = BTreeMap::new();
    for (segment, flow) in assignment.segments.iter().enumerate() {
        let row = &instance.demand.segments[segment];
        for beneficiary in &row.beneficiaries {
            *demand.entry((*beneficiary, row.commodity)).or_default() += row.volume;
        }
        for path in &flow.paths {
            for beneficiary in sharing(instance, row, path.variant) {
                if !row.beneficiaries.contains(&beneficiary) {
                    *demand.entry((beneficiary, row.commodity)).or_default() += path.volume;
                }
            }
        }
    }
    demand
}

/// Who benefits from what one variant delivers: the segment's own beneficiaries, and the supplier chosen.
pub(crate) fn sharing(instance: &Instance, row: &Segment, variant: usize) -> BTreeSet<ActorId> {
    let shipment = &row.variants[variant].shipment;
    let parties = [shipment.shipper, shipment.origin, shipment.destination].into_iter().flatten();
    row.beneficiaries.iter().copied().chain(parties.map(|party| state_of(&instance.model, party))).collect()
}

/// Whether a shipment is a beneficiary's: its shipper's, or it comes from or goes to it.
pub fn benefits(model: &Model, variant: &Variant, beneficiary: ActorId) -> bool {
    let shipment = &variant.shipment;
    [shipment.shipper, shipment.origin, shipment.destination]
        .into_iter()
        .flatten()
        .any(|party| party == beneficiary || state_of(model, party) == beneficiary)
}

/// Arcs at which an actor can act by a lever.
pub fn lever_arcs(instance: &Instance, actor: ActorId, lever: Lever) -> FixedBitSet {
    let gates = lever_gates(actor, lever);
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        let fits = gates.iter().any(|gate| selects(&instance.model, &instance.supply.blockers, gate, arc));
        arcs.set(position, fits);
    }
    arcs
}
