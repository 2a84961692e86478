//! What somebody watches: actors, gates and commodities by key, so that two versions of a study can be told apart.
use crate::element::Element;
use crate::mode::Topic;
use crate::model::Model;
use crate::place::Place;
use std::collections::BTreeSet;
use std::fmt;

/// A gate or corridor that is watched, by key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum WatchedGate {
    /// The links that carry its name.
    Corridor(String),
    /// A link.
    Link(String),
    /// Handling at a place.
    Terminal(String),
    /// A border crossing.
    Crossing(String),
    /// A strait, canal or pass.
    Passage(String),
    /// An asset.
    Asset(String),
}

impl WatchedGate {
    /// The gate an element is; `None` for what is watched as an actor or through its members.
    pub fn of_element(model: &Model, element: &Element) -> Option<Self> {
        Some(match element {
            Element::Corridor(name) => Self::Corridor(name.clone()),
            Element::Link(key) => Self::Link(key.clone()),
            Element::Terminal(node) => Self::Terminal(model.nodes[node.index()].key.clone()),
            Element::Crossing(crossing) => Self::Crossing(model.crossings[crossing.index()].key.clone()),
            Element::Passage(passage) => Self::Passage(model.passages[passage.index()].key.clone()),
            Element::Transfer(_) | Element::Group(_) | Element::Territory(_) | Element::Supply(_) => return None,
        })
    }
}

impl fmt::Display for WatchedGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Corridor(name) => write!(f, "corridor {name}"),
            Self::Link(key) => write!(f, "link {key}"),
            Self::Terminal(key) => write!(f, "terminal {key}"),
            Self::Crossing(key) => write!(f, "crossing {key}"),
            Self::Passage(key) => write!(f, "passage {key}"),
            Self::Asset(key) => write!(f, "asset {key}"),
        }
    }
}

/// What is watched; an empty list of one kind watches all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Watched {
    /// Keys of actors.
    pub actors: BTreeSet<String>,
    /// Gates and corridors.
    pub gates: BTreeSet<WatchedGate>,
    /// Keys of commodities.
    pub commodities: BTreeSet<String>,
    /// What is told.
    pub topics: BTreeSet<Topic>,
}

impl Watched {
    /// Whether a topic is to be told.
    pub fn tells(&self, topic: Topic) -> bool {
        self.topics.is_empty() || self.topics.contains(&topic)
    }

    /// Both together: each kind of thing of either.
    pub fn with(mut self, other: Watched) -> Self {
        self.actors.extend(other.actors);
        self.gates.extend(other.gates);
        self.commodities.extend(other.commodities);
        self.topics.extend(other.topics);
        self
    }
}

/// A watch list of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchList {
    /// Key.
    pub key: String,
    /// In words.
    pub title: String,
    /// What it watches.
    pub watched: Watched,
    /// Where it was read from.
    pub place: Place,
}
