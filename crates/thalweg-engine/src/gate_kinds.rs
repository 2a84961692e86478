//! The kinds of gate that are shut one at a time, and the arcs of each.
use fixedbitset::FixedBitSet;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, NodeId};
use thalweg_model::mode::Operation;
use thalweg_network::gates::answers_to;
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcRow};

/// What is closed one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClosureKind {
    /// A state's territory, to everybody.
    Territory,
    /// An operator.
    Operator,
    /// A strait, canal or pass.
    Passage,
    /// A terminal: handling at a place.
    Terminal,
    /// A border crossing.
    Crossing,
    /// A link.
    Link,
    /// A holder that can block: every asset it holds so, firms looked through.
    Owner,
    /// A place: whatever starts, ends, is handled or passes there.
    Node,
    /// A corridor: the links counted under its name.
    Corridor,
    /// A right of way: the links of all layers that share it.
    RightOfWay,
    /// One operation at a terminal.
    Transfer,
    /// A supplier.
    Supply,
    /// An asset: whatever stands on it.
    Asset,
}

impl ClosureKind {
    /// Every kind with its name.
    pub const ALL: [(&'static str, ClosureKind); 13] = [
        ("territory", ClosureKind::Territory),
        ("operator", ClosureKind::Operator),
        ("passage", ClosureKind::Passage),
        ("terminal", ClosureKind::Terminal),
        ("crossing", ClosureKind::Crossing),
        ("link", ClosureKind::Link),
        ("owner", ClosureKind::Owner),
        ("node", ClosureKind::Node),
        ("corridor", ClosureKind::Corridor),
        ("right_of_way", ClosureKind::RightOfWay),
        ("transfer", ClosureKind::Transfer),
        ("supply", ClosureKind::Supply),
        ("asset", ClosureKind::Asset),
    ];

    /// The kinds a report lists: those that do not repeat another.
    pub const REPORTED: [ClosureKind; 6] = [
        ClosureKind::Territory,
        ClosureKind::Operator,
        ClosureKind::Passage,
        ClosureKind::Terminal,
        ClosureKind::Crossing,
        ClosureKind::Link,
    ];

    /// The kind's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The kind of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// Whether its subjects are single installations rather than states, firms or named gates.
    pub fn is_facility(self) -> bool {
        matches!(self, Self::Terminal | Self::Link | Self::Node | Self::Transfer | Self::RightOfWay)
    }
}

/// Keys of the closures of a kind that an arc belongs to, the operators' states not among them.
fn subjects(instance: &Instance, kind: ClosureKind, arc: &Arc) -> Vec<String> {
    let model = &instance.model;
    let gates = &arc.gates;
    let link = match arc.row {
        ArcRow::Link(link, _) | ArcRow::Passage(_, link, _) => Some(&model.links[link.index()]),
        _ => None,
    };
    let actor = |actor: ActorId| model.actors[actor.index()].key.clone();
    let named = |name: &String| (!name.is_empty()).then(|| name.clone());
    let found = match kind {
        ClosureKind::Territory => gates.territory.map(actor),
        ClosureKind::Operator => gates.operator.filter(|_| arc.operation != Operation::Supply).map(actor),
        ClosureKind::Passage => gates.passage.map(|passage| model.passages[passage.index()].key.clone()),
        ClosureKind::Terminal => gates.terminal.map(|node| model.nodes[node.index()].key.clone()),
        ClosureKind::Crossing => gates.crossing.map(|crossing| model.crossings[crossing.index()].key.clone()),
        ClosureKind::Link => match arc.row {
            ArcRow::Link(..) => link.map(|link| link.key.clone()),
            _ => None,
        },
        ClosureKind::Owner => {
            let holders = gates.asset.map_or(&[][..], |asset| instance.supply.blockers.of_asset(asset));
            return holders.iter().copied().map(actor).collect();
        }
        ClosureKind::Node => {
            let ends = [arc.tail, arc.head].map(|end| instance.network.place(end));
            let places: BTreeSet<NodeId> = ends.into_iter().flatten().collect();
            return places.into_iter().map(|node| model.nodes[node.index()].key.clone()).collect();
        }
        ClosureKind::Asset => gates.asset.map(|asset| model.assets[asset.index()].key.clone()),
        ClosureKind::Corridor => link.and_then(|link| named(&link.corridor)),
        ClosureKind::RightOfWay => link.and_then(|link| named(&link.right_of_way)),
        ClosureKind::Transfer => match arc.row {
            ArcRow::Transfer(transfer, _) => Some(model.transfers[transfer.index()].key.clone()),
            _ => None,
        },
        ClosureKind::Supply => match arc.row {
            ArcRow::Supply(supply) => {
                let own = model.supplies.get(supply.index());
                let extra = || instance.supply.extra_supplies.get(supply.index() - model.supplies.len());
                own.or_else(extra).map(|row| row.key.clone())
            }
            _ => None,
        },
    };
    found.into_iter().collect()
}

/// Arcs of every subject of a kind; a state that is an operator's closes its firms' arcs with its own.
pub fn closable(instance: &Instance, kind: ClosureKind) -> BTreeMap<String, FixedBitSet> {
    let arcs = instance.network.arcs();
    let mut found: BTreeMap<String, FixedBitSet> = BTreeMap::new();
    for (position, arc) in arcs.iter().enumerate() {
        for subject in subjects(instance, kind, arc) {
            found.entry(subject).or_insert_with(|| FixedBitSet::with_capacity(arcs.len())).insert(position);
        }
    }
    if kind == ClosureKind::Operator {
        for (key, shut) in &mut found {
            shut.union_with(&operated_for(instance, key));
        }
    }
    found
}

/// Arcs that an actor's firms run.
fn operated_for(instance: &Instance, key: &str) -> FixedBitSet {
    let (model, arcs) = (&instance.model, instance.network.arcs());
    let mut found = FixedBitSet::with_capacity(arcs.len());
    let Some(named) = model.actors.iter().position(|actor| actor.key == key) else { return found };
    for (position, arc) in arcs.iter().enumerate() {
        found.set(position, arc.gates.operator.is_some_and(|operator| answers_to(model, operator, named.into())));
    }
    found
}

/// Arcs of one subject of a kind; none where the study has no such subject.
pub fn arcs_of(instance: &Instance, kind: ClosureKind, subject: &str) -> FixedBitSet {
    let arcs = instance.network.arcs();
    let mut found = FixedBitSet::with_capacity(arcs.len());
    for (position, arc) in arcs.iter().enumerate() {
        found.set(position, subjects(instance, kind, arc).iter().any(|key| key == subject));
    }
    if kind == ClosureKind::Operator && !found.is_clear() {
        found.union_with(&operated_for(instance, subject));
    }
    found
}
