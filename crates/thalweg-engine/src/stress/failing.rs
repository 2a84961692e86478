//! The elements that may fail: what is shut or derated, and the arcs that stand on it.
use crate::elements::{Limited, limited_elements};
use crate::gate_kinds::{ClosureKind, arcs_of, closable};
use crate::state::{Shut, State};
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::element::Element;
use thalweg_model::model::Model;
use thalweg_network::instance::Instance;

/// How failing changes a state.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// These are shut.
    Shut(Vec<Shut>),
    /// A share of these limits is left, by label.
    Derated(Vec<String>, f64),
}

/// An element that may fail.
#[derive(Debug, Clone, PartialEq)]
pub struct Failing {
    /// What kind.
    pub kind: ClosureKind,
    /// Key of what.
    pub subject: String,
    /// What failing does.
    pub failure: Failure,
    /// Arcs that stand on it.
    pub arcs: FixedBitSet,
}

impl Failing {
    /// Kind and key, as answers name it.
    pub fn label(&self) -> String {
        format!("{} {}", self.kind.name(), self.subject)
    }

    /// A state with this element failed.
    pub fn fail(&self, mut state: State) -> State {
        match &self.failure {
            Failure::Shut(all) => state.shut.extend(all.iter().cloned()),
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

/// One element shut.
pub fn shut(instance: &Instance, kind: ClosureKind, subject: &str) -> Failing {
    let one = Shut { kind, subject: subject.to_owned() };
    Failing {
        kind,
        subject: subject.to_owned(),
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
            unlimited.push(element.label());
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
