//! The kinds of gate that are shut one at a time, and the arcs of each.
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
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
}

impl ClosureKind {
    /// Every kind with its name.
    pub const ALL: [(&'static str, ClosureKind); 6] = [
        ("territory", ClosureKind::Territory),
        ("operator", ClosureKind::Operator),
        ("passage", ClosureKind::Passage),
        ("terminal", ClosureKind::Terminal),
        ("crossing", ClosureKind::Crossing),
        ("link", ClosureKind::Link),
    ];

    /// The kind's name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

/// Keys of the closures of a kind that arcs belong to.
fn subjects(instance: &Instance, kind: ClosureKind, arc: &Arc) -> Option<String> {
    let model = &instance.model;
    let gates = &arc.gates;
    match kind {
        ClosureKind::Territory => gates.territory.map(|state| model.actors[state.index()].key.clone()),
        ClosureKind::Operator => gates
            .operator
            .filter(|_| arc.operation != Operation::Supply)
            .map(|operator| model.actors[operator.index()].key.clone()),
        ClosureKind::Passage => gates.passage.map(|passage| model.passages[passage.index()].key.clone()),
        ClosureKind::Terminal => gates.terminal.map(|node| model.nodes[node.index()].key.clone()),
        ClosureKind::Crossing => gates.crossing.map(|crossing| model.crossings[crossing.index()].key.clone()),
        ClosureKind::Link => match arc.row {
            ArcRow::Link(link, _) => Some(model.links[link.index()].key.clone()),
            _ => None,
        },
    }
}

/// Arcs of every subject of a kind; a state that is an operator's closes its firms' arcs with its own.
pub fn closable(instance: &Instance, kind: ClosureKind) -> BTreeMap<String, FixedBitSet> {
    let arcs = instance.network.arcs();
    let mut found: BTreeMap<String, FixedBitSet> = BTreeMap::new();
    for (position, arc) in arcs.iter().enumerate() {
        if let Some(subject) = subjects(instance, kind, arc) {
            found.entry(subject).or_insert_with(|| FixedBitSet::with_capacity(arcs.len())).insert(position);
        }
    }
    if kind == ClosureKind::Operator {
        let model = &instance.model;
        for (key, shut) in &mut found {
            let Some(named) = model.actors.iter().position(|actor| &actor.key == key) else { continue };
            for (position, arc) in arcs.iter().enumerate() {
                if arc.gates.operator.is_some_and(|operator| answers_to(model, operator, named.into())) {
                    shut.insert(position);
                }
            }
        }
    }
    found
}

/// Arcs of one subject of a kind; none where the study has no such subject.
pub fn arcs_of(instance: &Instance, kind: ClosureKind, subject: &str) -> FixedBitSet {
    let none = || FixedBitSet::with_capacity(instance.network.arcs().len());
    closable(instance, kind).remove(subject).unwrap_or_else(none)
}
