//! A question a study asks of every run: who, whom, by what, in which state.
use crate::ids::{ActorId, CommodityId, NodeId};
use crate::mode::{GateKind, Lever};
use crate::place::Place;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// How much of whose trade needs whose gates, and what that is worth.
    Depend(Between),
    /// What refusing takes and costs.
    Refusal(Between),
    /// Routes of a pair; what would open one; whose consent it needs.
    Route {
        /// From.
        from: NodeId,
        /// To.
        to: NodeId,
        /// Of this commodity.
        commodity: CommodityId,
        /// Whose shipment; `None` is the state it starts from.
        shipper: Option<ActorId>,
        /// How many routes.
        count: usize,
    },
    /// Each failure in turn, the costliest `top`.
    Each {
        /// Kinds of gate that fail.
        kinds: Vec<GateKind>,
        /// How many are kept.
        top: usize,
    },
    /// Every pair of failures, the costliest `top`.
    Pairs {
        /// Kinds of gate that fail.
        kinds: Vec<GateKind>,
        /// How many are kept.
        top: usize,
    },
    /// The worst failures together, at most `most` of them.
    Worst {
        /// Kinds of gate that fail.
        kinds: Vec<GateKind>,
        /// How many fail at most.
        most: u32,
    },
}

/// Between whom: actors are any where `None`, levers each alone where none is named.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Between {
    /// Whose gates.
    pub by: Option<ActorId>,
    /// Whose shipments.
    pub of: Option<ActorId>,
    /// By which levers.
    pub levers: Vec<Lever>,
    /// Of which commodity.
    pub commodity: Option<CommodityId>,
    /// How many answers are kept.
    pub top: usize,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Key.
    pub key: String,
    /// In words.
    pub title: String,
    /// In this scenario; the base where `None`.
    pub scenario: Option<String>,
    /// What is asked.
    pub ask: Ask,
    /// Where it was read from.
    pub place: Place,
}
