//! Elements of a network as rows about them name it: shared limits, background traffic, counts.
use crate::ids::{ActorId, CommodityId, CrossingId, GroupId, NodeId, PassageId};
use crate::model::{Capacity, Model, Provenance};

/// What a capacity group, background row or observation is attached to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// A link by key.
    Link(String),
    /// A terminal: all transfers, loadings and unloadings at a node.
    Terminal(NodeId),
    /// One transfer by key.
    Transfer(String),
    /// A border crossing.
    Crossing(CrossingId),
    /// A passage.
    Passage(PassageId),
    /// A capacity group.
    Group(GroupId),
    /// Everything on a state's territory.
    Territory(ActorId),
    /// A corridor: the links that carry its name.
    Corridor(String),
    /// Sales of a supplier key.
    Supply(String),
}

impl Element {
    /// Kind and key, as reports name it.
    pub fn label(&self, model: &Model) -> String {
        match self {
            Element::Link(key) => format!("link {key}"),
            Element::Terminal(node) => format!("terminal {}", model.nodes[node.index()].key),
            Element::Transfer(key) => format!("transfer {key}"),
            Element::Crossing(crossing) => format!("crossing {}", model.crossings[crossing.index()].key),
            Element::Passage(passage) => format!("passage {}", model.passages[passage.index()].key),
            Element::Group(group) => format!("group {}", model.groups[group.index()].key),
            Element::Territory(actor) => format!("territory {}", model.actors[actor.index()].key),
            Element::Corridor(name) => format!("corridor {name}"),
            Element::Supply(key) => format!("supply {key}"),
        }
    }
}

/// A limit that several elements share.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityGroup {
    /// Key.
    pub key: String,
    /// English name.
    pub name: String,
    /// How much.
    pub capacity: Capacity,
    /// Members with the weight of one unit of theirs.
    pub members: Vec<(Element, f64)>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Traffic the study does not model, which takes part of a capacity first.
#[derive(Debug, Clone, PartialEq)]
pub struct Background {
    /// Where.
    pub element: Element,
    /// How much.
    pub volume: Capacity,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A volume somebody counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Key.
    pub key: String,
    /// Where it was counted.
    pub element: Element,
    /// What was counted; `None` means all commodities that convert to the unit.
    pub commodity: Option<CommodityId>,
    /// Year or other period as the source names it.
    pub period: String,
    /// The count.
    pub volume: Capacity,
    /// Exactly what the source counts.
    pub counts: String,
    /// Whether a demand row rests on the same source, which leaves it out of the fit.
    pub feeds_demand: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}
