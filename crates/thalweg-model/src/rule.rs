//! Access rules: at these gates, to these shipments, this happens.
use crate::ids::{ActorId, AssetId, CommodityId, CrossingId, NodeId, PassageId, VehicleId};
use crate::mode::{Effect, Lever, Mode, Operation};
use crate::model::Provenance;
use crate::units::{Ranged, Unit};

/// Which gates a rule is about; every field that is set must fit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GateSelector {
    /// State on whose territory the arc stands.
    pub territory: Option<ActorId>,
    /// Operator, or the state the operator answers to.
    pub operator: Option<ActorId>,
    /// Holder that can block, looked through chains.
    pub owner: Option<ActorId>,
    /// Border crossing.
    pub crossing: Option<CrossingId>,
    /// State whose side of a crossing it is.
    pub side: Option<ActorId>,
    /// Terminal: a transfer, loading or unloading there.
    pub terminal: Option<NodeId>,
    /// Passage.
    pub passage: Option<PassageId>,
    /// Asset.
    pub asset: Option<AssetId>,
    /// Key of a link.
    pub link: Option<String>,
    /// Mode.
    pub mode: Option<Mode>,
    /// Operation.
    pub operation: Option<Operation>,
}

impl GateSelector {
    /// Number of fields set: how specific the selector is.
    pub fn bound_fields(&self) -> u32 {
        [
            self.territory.is_some(),
            self.operator.is_some(),
            self.owner.is_some(),
            self.crossing.is_some(),
            self.side.is_some(),
            self.terminal.is_some(),
            self.passage.is_some(),
            self.asset.is_some(),
            self.link.is_some(),
            self.mode.is_some(),
            self.operation.is_some(),
        ]
        .iter()
        .map(|&bound| u32::from(bound))
        .sum()
    }
}

/// Which shipments a rule is about; every field that is set must fit, a bloc fits its members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShipmentPredicate {
    /// What is shipped.
    pub commodity: Option<CommodityId>,
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
    /// Vehicle class.
    pub vehicle: Option<VehicleId>,
    /// State that is shipper, origin or destination.
    pub beneficiary: Option<ActorId>,
}

impl ShipmentPredicate {
    /// Number of fields set: how specific the predicate is.
    pub fn bound_fields(&self) -> u32 {
        [
            self.commodity.is_some(),
            self.origin.is_some(),
            self.destination.is_some(),
            self.shipper.is_some(),
            self.consignee.is_some(),
            self.flag.is_some(),
            self.vehicle.is_some(),
            self.beneficiary.is_some(),
        ]
        .iter()
        .map(|&bound| u32::from(bound))
        .sum()
    }
}

/// An access rule: at these gates, to these shipments, this happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Key.
    pub key: String,
    /// Who decides, and could decide otherwise.
    pub actor: ActorId,
    /// By which lever.
    pub lever: Lever,
    /// Where.
    pub gate: GateSelector,
    /// To which shipments.
    pub shipment: ShipmentPredicate,
    /// Gates the shipment must already have met for the rule to apply; `None` for any history.
    pub after: Option<GateSelector>,
    /// What happens.
    pub effect: Effect,
    /// Amount of a surcharge (study currency), delay (h) or quota (per year); 0 otherwise.
    pub value: Ranged,
    /// Unit a surcharge is charged on or a quota counts; `None` means the shipment's own.
    pub unit: Option<Unit>,
    /// Where it comes from.
    pub provenance: Provenance,
}
