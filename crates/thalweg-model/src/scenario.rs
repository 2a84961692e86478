//! A scenario: named, dated, sourced changes to a study, and nothing else.
use crate::element::Element;
use crate::ids::{ActorId, CommodityId};
use crate::model::{Holding, Supply};
use crate::place::Place;
use crate::rule::{GateSelector, Rule};
use crate::validity::Validity;

/// What a change is applied to.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// One element of the network.
    Element(Element),
    /// Every arc whose gates fit.
    Gates(GateSelector),
}

/// What an improvement does; factors multiply what is there, 1 leaves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Improvement {
    /// On the time of every operation of the target.
    pub time_factor: f64,
    /// On the resource cost.
    pub cost_factor: f64,
    /// On the capacity.
    pub capacity_factor: f64,
    /// Hours added to the time after the factor; negative shortens.
    pub time_h: f64,
    /// On the standard deviation of the time.
    pub spread_factor: f64,
}

impl Improvement {
    /// Leaves everything as it is.
    pub const NONE: Improvement =
        Improvement { time_factor: 1.0, cost_factor: 1.0, capacity_factor: 1.0, time_h: 0.0, spread_factor: 1.0 };
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing passes.
    Close(Target),
    /// A share of the capacity is left.
    Derate {
        /// What.
        target: Target,
        /// Share left, 0 to 1.
        factor: f64,
    },
    /// Every passing takes longer.
    Delay {
        /// What.
        target: Target,
        /// Hours added.
        hours: f64,
    },
    /// Every passing costs more, paid to an actor or lost.
    Surcharge {
        /// What.
        target: Target,
        /// Study currency per unit of the shipment.
        amount: f64,
        /// Who receives it; `None` means it is a resource cost.
        to: Option<ActorId>,
    },
    /// What exists gets better.
    Improve {
        /// What.
        target: Target,
        /// How.
        improvement: Improvement,
    },
    /// A closed or planned element is opened.
    Open(Target),
    /// A rule is added; it takes part in precedence like any other.
    AddRule(Box<Rule>),
    /// A rule is dropped, by key.
    DropRule(String),
    /// A supplier is added or replaced, by key.
    SetSupply(Box<Supply>),
    /// Demand is multiplied.
    ScaleDemand {
        /// Demand key; `None` for all.
        demand: Option<String>,
        /// Commodity; `None` for all.
        commodity: Option<CommodityId>,
        /// Factor on the volume.
        factor: f64,
    },
    /// A holding replaces the holder's earlier ones of the same thing.
    SetHolding(Box<Holding>),
    /// The cost of not being served is multiplied for every demand.
    ScaleUnservedCost(f64),
}

/// A named set of changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Short key, the file's name without extension.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Where it comes from, as free text with addresses.
    pub source: String,
    /// When it holds; also the date whose rules apply where `as_of` is empty.
    pub validity: Validity,
    /// Days it lasts, where it is a closure of limited duration.
    pub days: Option<f64>,
    /// What changes.
    pub changes: Vec<Change>,
    /// File it was read from.
    pub place: Place,
}

/// The base: no change.
impl Scenario {
    /// The scenario that changes nothing.
    pub fn base() -> Self {
        Self {
            name: "base".to_owned(),
            title: "Base".to_owned(),
            question: String::new(),
            source: String::new(),
            validity: Validity::ALWAYS,
            days: None,
            changes: Vec::new(),
            place: Place::default(),
        }
    }
}
