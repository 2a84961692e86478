//! Every single closure of a kind: what it costs, strands, delays, and who receives more or less.
use crate::assignment::{Assignment, reassign};
use crate::comparison::{Comparison, compare};
use crate::watch::Watch;
use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
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

/// One closure and what follows; capacities not binding.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    /// Key of what is closed.
    pub subject: String,
    /// What changes.
    pub change: Comparison,
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

/// Closes each subject of a kind in turn, by least cost; the costliest first.
pub fn closures(instance: &Instance, base: &Assignment, kind: ClosureKind, watch: &dyn Watch) -> Vec<Closure> {
    let subjects: Vec<(String, FixedBitSet)> = closable(instance, kind).into_iter().collect();
    let done = AtomicU64::new(0);
    let mut found: Vec<Closure> = subjects
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|(subject, shut)| {
            let after = reassign(instance, base, shut, |_| true);
            let change = compare((instance, base), (instance, &after), |_| true);
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, subjects.len() as u64, "closures");
            Closure { subject: subject.clone(), change }
        })
        .collect();
    found.sort_by(|one, other| other.change.loss.total_cmp(&one.change.loss).then(one.subject.cmp(&other.subject)));
    found
}
