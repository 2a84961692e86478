//! The demand side of an instance: who wants what moved, and the shipments that could serve it.
use crate::network::{Network, Vertex, VertexId};
use thalweg_model::ids::{ActorId, CommodityId, DemandId, NodeId, SupplyId, VehicleId};
use thalweg_model::mode::ActorKind;
use thalweg_model::model::{Demand as DemandRow, Model, Supply as SupplyRow};
use thalweg_model::validity::Date;

/// The attributes by which rules tell shipments apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shipment {
    /// What.
    pub commodity: CommodityId,
    /// State it comes from.
    pub origin: Option<ActorId>,
    /// State it goes to.
    pub destination: Option<ActorId>,
    /// Whose it is.
    pub shipper: Option<ActorId>,
    /// Who receives it.
    pub consignee: Option<ActorId>,
    /// Whose flag it flies.
    pub flag: Option<ActorId>,
    /// Vehicle classes, at most one a mode, sorted.
    pub vehicles: Vec<VehicleId>,
}

/// One way to serve a segment: from its own origin, or from one supplier.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Where it starts.
    pub origin: VertexId,
    /// Supplier, for demands that take any.
    pub supply: Option<SupplyId>,
    /// What the rules see.
    pub shipment: Shipment,
}

/// One row of demand in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The row.
    pub demand: DemandId,
    /// What is wanted.
    pub commodity: CommodityId,
    /// Where; `None` where no link or terminal reaches the place.
    pub destination: Option<VertexId>,
    /// Ways to serve it; empty where nothing leaves the origin.
    pub variants: Vec<Variant>,
    /// Commodity units a year.
    pub volume: f64,
    /// Study currency per unit not delivered, before scenario factors.
    pub unserved_cost: f64,
    /// States that benefit: shipper's, origin's and destination's, sorted.
    pub beneficiaries: Vec<ActorId>,
}

/// All demand in force on a date and in a period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demand {
    /// In the order of the table.
    pub segments: Vec<Segment>,
}

impl Demand {
    /// The rows that hold on `as_of` in `period` (empty for the annual average).
    pub fn of(model: &Model, network: &Network, as_of: Date, period: &str, extra_supplies: &[SupplyRow]) -> Self {
        let segments = model
            .demands
            .iter()
            .enumerate()
            .filter(|(_, row)| row.provenance.validity.holds(as_of) && row.period == period)
            .map(|(position, row)| segment(model, network, (DemandId::from(position), row), (as_of, extra_supplies)))
            .collect();
        Self { segments }
    }
}

fn segment(
    model: &Model,
    network: &Network,
    (demand, row): (DemandId, &DemandRow),
    (as_of, extra_supplies): (Date, &[SupplyRow]),
) -> Segment {
    let commodity = &model.commodities[row.commodity.index()];
    let state_at = |node: NodeId| model.nodes[node.index()].territory;
    let shipment = |origin: Option<ActorId>, seller: Option<ActorId>| Shipment {
        commodity: row.commodity,
        origin,
        destination: state_at(row.destination),
        shipper: row.shipper.or(seller),
        consignee: row.consignee,
        flag: row.flag,
        vehicles: vehicles(model, row),
    };
    let variants: Vec<Variant> = match row.origin {
        Some(origin) => network
            .find(Vertex::Source(origin))
            .map(|vertex| Variant {
                origin: vertex,
                supply: None,
                shipment: shipment(state_at(origin), state_at(origin)),
            })
            .into_iter()
            .collect(),
        None => (0..)
            .map(SupplyId)
            .zip(model.supplies.iter().chain(extra_supplies))
            .filter(|(_, supply)| supply.commodity == row.commodity && supply.provenance.validity.holds(as_of))
            .filter_map(|(id, supply)| {
                let origin = network.find(Vertex::Supplier(id))?;
                let shipment = shipment(state_at(supply.node), supply.supplier.or(state_at(supply.node)));
                Some(Variant { origin, supply: Some(id), shipment })
            })
            .collect(),
    };
    let mut beneficiaries: Vec<ActorId> = [row.shipper, row.origin.and_then(state_at), state_at(row.destination)]
        .into_iter()
        .flatten()
        .map(|actor| state_of(model, actor))
        .collect();
    beneficiaries.sort_unstable();
    beneficiaries.dedup();
    Segment {
        demand,
        commodity: row.commodity,
        destination: network.find(Vertex::Sink(row.destination)),
        variants,
        volume: row.volume.value,
        unserved_cost: row.unserved_cost.unwrap_or(commodity.unserved_cost).value,
        beneficiaries,
    }
}

/// Whose surplus a demand is: its shipper's, else the state's it comes from; where any supplier may serve it, its
/// consignee's, else the state's it goes to.
pub fn consumer(model: &Model, row: &DemandRow) -> Option<ActorId> {
    let state_at = |node: NodeId| model.nodes[node.index()].territory;
    let buyer = || row.consignee.or(state_at(row.destination));
    row.shipper.or_else(|| row.origin.map_or_else(buyer, state_at))
}

/// The state an actor is or answers to; a firm without nationality stands for itself.
pub fn state_of(model: &Model, actor: ActorId) -> ActorId {
    let row = &model.actors[actor.index()];
    if row.kind == ActorKind::State { actor } else { row.nationality.unwrap_or(actor) }
}

/// The row's vehicle classes, and the commodity's for the modes the row leaves out.
fn vehicles(model: &Model, row: &DemandRow) -> Vec<VehicleId> {
    let mode = |vehicle: &VehicleId| model.vehicles[vehicle.index()].mode;
    let mut chosen = row.vehicles.clone();
    for vehicle in &model.commodities[row.commodity.index()].vehicles {
        if !chosen.iter().any(|other| mode(other) == mode(vehicle)) {
            chosen.push(*vehicle);
        }
    }
    chosen.sort_unstable();
    chosen
}
