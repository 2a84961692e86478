//! A question a study asks of every run: who, whom, by what, in which state.
use crate::element::Element;
use crate::ids::{ActorId, AssetId, CommodityId, NodeId};
use crate::mode::{GateKind, Lever, QuestionKind};
use crate::place::Place;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// How much of whose trade needs whose gates, and what that is worth.
    Depend(Between),
    /// What refusing takes and costs.
    Refusal(Between),
    /// Routes of a pair; what would open one; whose consent it needs.
    Route(PlacePair),
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
    /// The cost of a refusal against the size of what a scenario brings.
    Newcomer {
        /// Who refuses whom; the actor is there.
        between: Between,
        /// The scenario that brings it.
        project: String,
        /// What it costs a year, study currency.
        annual_cost: Option<f64>,
    },
    /// Who pays and who earns in the question's scenario against the base, the greatest `top` changes.
    Incidence {
        /// How many are kept.
        top: usize,
    },
    /// What players add to coalitions of the others.
    Power {
        /// The players; the `top` states whose leaving alone costs most where there are none.
        players: Vec<ActorId>,
        /// Gates a player can shut: those of these levers, of every lever where there are none.
        levers: Vec<Lever>,
        /// How many play where none is named.
        top: usize,
    },
    /// Who stands between states that do not meet directly, the costliest `top`.
    Broker {
        /// How many are kept.
        top: usize,
    },
    /// In which order to mend and open.
    Repair(Works),
    /// Who can stop it, and what refusing costs each.
    Consent(Agreement),
    /// Which parts of a divided country can be reached from which.
    Reach {
        /// The country; every divided one where `None`.
        of: Option<ActorId>,
    },
    /// A year of the study's hazards by chance.
    Chance {
        /// Years drawn among those with two events or more.
        draws: usize,
        /// Seed of the draws.
        seed: u64,
        /// How many events are kept, the costliest.
        top: usize,
    },
    /// What the study's hazards cost while nothing happens, and the routes that pass near a danger area.
    Risk {
        /// Distance from an area's edge within which routes are told, km.
        within_km: f64,
        /// How many hazards and routes are kept.
        top: usize,
    },
}

/// From one place to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacePair {
    /// From.
    pub from: NodeId,
    /// To.
    pub to: NodeId,
    /// Of this commodity.
    pub commodity: CommodityId,
    /// Whose shipment; `None` is the state it starts from.
    pub shipper: Option<ActorId>,
    /// How many routes.
    pub count: usize,
}

/// What somebody has to agree to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Agreement {
    /// A route.
    Route(PlacePair),
    /// What a scenario changes, by its name.
    Project(String),
    /// The end of a shared asset.
    Undoing(AssetId),
}

/// What is broken or not yet open, and how long each takes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Works {
    /// Broken, with the days its repair takes and what it costs, study currency.
    pub mend: Vec<(Element, u32, f64)>,
    /// Scenarios that may be brought about, with days and cost.
    pub open: Vec<(String, u32, f64)>,
    /// A scenario in force from the start, to compare with.
    pub opened: Option<String>,
    /// Days looked at.
    pub horizon_days: u32,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Key.
    pub key: String,
    /// In words.
    pub title: String,
    /// In this scenario; the base where `None`.
    pub scenario: Option<String>,
    /// Key of the topic it belongs to.
    pub topic: Option<String>,
    /// What is asked.
    pub ask: Ask,
    /// Where it was read from.
    pub place: Place,
}

impl Question {
    /// Every scenario it needs.
    pub fn scenarios(&self) -> Vec<&str> {
        let mut named: Vec<&str> = self.scenario.as_deref().into_iter().collect();
        match &self.ask {
            Ask::Newcomer { project, .. } | Ask::Consent(Agreement::Project(project)) => named.push(project),
            Ask::Repair(works) => {
                named.extend(works.open.iter().map(|(name, ..)| name.as_str()).chain(works.opened.as_deref()));
            }
            _ => {}
        }
        named
    }
}

impl Ask {
    /// The word of files for it.
    pub fn kind(&self) -> QuestionKind {
        match self {
            Ask::Depend(_) => QuestionKind::Depend,
            Ask::Refusal(_) => QuestionKind::Refusal,
            Ask::Route(_) => QuestionKind::Route,
            Ask::Each { .. } => QuestionKind::Each,
            Ask::Pairs { .. } => QuestionKind::Pairs,
            Ask::Worst { .. } => QuestionKind::Worst,
            Ask::Newcomer { .. } => QuestionKind::Newcomer,
            Ask::Incidence { .. } => QuestionKind::Incidence,
            Ask::Power { .. } => QuestionKind::Power,
            Ask::Broker { .. } => QuestionKind::Broker,
            Ask::Repair(_) => QuestionKind::Repair,
            Ask::Consent(_) => QuestionKind::Consent,
            Ask::Reach { .. } => QuestionKind::Reach,
            Ask::Chance { .. } => QuestionKind::Chance,
            Ask::Risk { .. } => QuestionKind::Risk,
        }
    }
}
