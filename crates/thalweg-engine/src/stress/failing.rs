//! The elements that may fail: what is shut or derated, and the arcs that stand on it.
use crate::elements::{Limited, limited_elements};
use crate::gate_kinds::{ClosureKind, arcs_of, closable};
use crate::state::{Shut, State};
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::element::Element;
use thalweg_model::model::{Link, Model};
use thalweg_network::instance::Instance;

/// How failing changes a state.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// These are shut.
    Shut(Vec<Shut>),
    /// A share of these limits is left, by label.
    Derated(Vec<String>, f64),
    /// A scenario that opens something is not in force yet, by position; it is while this has not failed.
    NotOpened(usize),
}

/// An element that may fail.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// What kind.
    pub kind: ClosureKind,
    /// Key of what.
    pub subject: String,
    /// Kind and key, or the hazard, as answers name it; no two are the same.
    pub label: String,
    /// What failing does.
    pub failure: Failure,
    /// Arcs that stand on it.
    pub arcs: FixedBitSet,
}

impl Failing {
    /// A state with this element failed.
    pub fn fail(&self, mut state: State) -> State {
        match &self.failure {
            Failure::Shut(all) => state.shut.extend(all.iter().cloned()),
            Failure::NotOpened(_) => {}
            Failure::Derated(labels, share) => {
                for label in labels {
                    let left = state.derated.get(label).map_or(1.0, |millionths| f64::from(*millionths) / 1e6);
                    state = state.derating(label, left.min(*share));
                }
            }
        }
        state
    }
}

fn label_of(kind: ClosureKind, subject: &str) -> String {
    format!("{} {subject}", kind.name())
}

/// One element shut.
pub fn shut(instance: &Instance, kind: ClosureKind, subject: &str) -> Failing {
    let one = Shut { kind, subject: subject.to_owned() };
    Failing {
        kind,
        subject: subject.to_owned(),
        label: label_of(kind, subject),
        failure: Failure::Shut(vec![one]),
        arcs: arcs_of(instance, kind, subject),
    }
}

/// Every subject of some kinds, shut.
pub fn all_shut(instance: &Instance, kinds: &[ClosureKind]) -> Vec<Failing> {
    let kinds: BTreeSet<ClosureKind> = kinds.iter().copied().collect();
    let mut found = Vec::new();
    for kind in kinds {
        found.extend(closable(instance, kind).into_iter().map(|(subject, arcs)| Failing {
            kind,
            failure: Failure::Shut(vec![Shut { kind, subject: subject.clone() }]),
            label: label_of(kind, &subject),
            subject,
            arcs,
        }));
    }
    found
}

/// Labels of the limits whose arcs all stand on an element.
pub(super) fn limits_inside(limited: &[Limited], arcs: &FixedBitSet) -> Vec<String> {
    let inside = |row: &&Limited| !row.arcs.is_empty() && row.arcs.iter().all(|(arc, _)| arcs.contains(*arc as usize));
    limited.iter().filter(inside).map(|row| row.label.clone()).collect()
}

/// Every subject of some kinds with a share of its stated capacities left; those that state none are left out, as a
/// share of no limit is no limit. Second: the elements left out.
pub fn all_derated(instance: &Instance, kinds: &[ClosureKind], share: f64) -> (Vec<Failing>, Vec<String>) {
    let limited = limited_elements(instance);
    let (mut found, mut unlimited) = (Vec::new(), Vec::new());
    for element in all_shut(instance, kinds) {
        let labels = limits_inside(&limited, &element.arcs);
        if labels.is_empty() {
            unlimited.push(element.label);
        } else {
            found.push(Failing { failure: Failure::Derated(labels, share), ..element });
        }
    }
    (found, unlimited)
}

/// What shuts with an element of a table: a group shuts all its members.
pub fn shuts_of(model: &Model, element: &Element) -> Vec<Shut> {
    let one = |kind: ClosureKind, subject: &str| vec![Shut { kind, subject: subject.to_owned() }];
    match element {
        Element::Link(key) => one(ClosureKind::Link, key),
        Element::Terminal(node) => one(ClosureKind::Terminal, &model.nodes[node.index()].key),
        Element::Transfer(key) => one(ClosureKind::Transfer, key),
        Element::Crossing(crossing) => one(ClosureKind::Crossing, &model.crossings[crossing.index()].key),
        Element::Passage(passage) => one(ClosureKind::Passage, &model.passages[passage.index()].key),
        Element::Territory(state) => one(ClosureKind::Territory, &model.actors[state.index()].key),
        Element::Corridor(name) => one(ClosureKind::Corridor, name),
        Element::Supply(key) => one(ClosureKind::Supply, key),
        Element::Group(group) => {
            model.groups[group.index()].members.iter().flat_map(|(member, _)| shuts_of(model, member)).collect()
        }
    }
}

/// A scenario as something that is down until it is opened; only the order of repair knows what to do with it.
pub fn not_opened(instance: &Instance, scenario: usize, name: &str) -> Failing {
    Failing {
        kind: ClosureKind::Link,
        subject: name.to_owned(),
        label: format!("open {name}"),
        failure: Failure::NotOpened(scenario),
        arcs: FixedBitSet::with_capacity(instance.network.arcs().len()),
    }
}

/// What is shut, and with each link those of other layers in its right of way: what hits one hits all.
pub fn with_right_of_way(model: &Model, shut: Vec<Shut>) -> Vec<Shut> {
    let mut found: BTreeSet<Shut> = shut.into_iter().collect();
    let link = |key: &str| Shut { kind: ClosureKind::Link, subject: key.to_owned() };
    let hit = |row: &&Link| {
        found.contains(&link(&row.key))
            || found.contains(&Shut { kind: ClosureKind::Corridor, subject: row.corridor.clone() })
    };
    let ways: BTreeSet<&String> =
        model.links.iter().filter(hit).map(|row| &row.right_of_way).filter(|way| !way.is_empty()).collect();
    let beside = model.links.iter().filter(|row| ways.contains(&row.right_of_way)).map(|row| link(&row.key));
    found.extend(beside.collect::<Vec<Shut>>());
    found.into_iter().collect()
}

/// An element of a table shut; a group with all its members.
pub fn shut_element(instance: &Instance, element: &Element) -> Failing {
    let shuts = shuts_of(&instance.model, element);
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    shuts.iter().for_each(|shut| arcs.union_with(&arcs_of(instance, shut.kind, &shut.subject)));
    let first = shuts.first();
    Failing {
        kind: first.map_or(ClosureKind::Link, |shut| shut.kind),
        subject: first.map_or_else(String::new, |shut| shut.subject.clone()),
        label: crate::elements::element_label(&instance.model, element),
        failure: Failure::Shut(shuts),
        arcs,
    }
}
