//! For a pair with no route: every smallest set of permissions that would open one.
use crate::access::denials;
use crate::class::{Class, ClassInputs};
use crate::dijkstra::{DijkstraScratch, Path, Search};
use crate::network::{ArcId, ArcRow, VertexId};
use crate::supply::row_status;
use std::collections::{BTreeMap, VecDeque};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::{Lever, Status};
use thalweg_model::model::Model;
use thalweg_model::rule::GateSelector;

/// Most permissions in one set.
pub const PERMISSIONS_MAX: usize = 3;

/// One thing somebody could allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// An actor lifts its denial by one lever at one gate.
    Lift {
        /// Who.
        actor: ActorId,
        /// By which lever it denies.
        lever: Lever,
        /// At which gate.
        gate: GateSelector,
        /// Key of the rule that denies.
        rule: String,
    },
    /// An actor lifts a denial that depends on where the shipment has been.
    LiftAfter {
        /// Keys of the rules that deny.
        rules: Vec<String>,
    },
    /// Something shut or planned is opened.
    Open {
        /// The row: a link, side of a crossing, transfer, passage or supplier.
        row: ArcRow,
        /// Whether it exists and is shut, or is planned; open where a scenario shut it.
        status: Status,
    },
}

/// A smallest set of permissions and the cheapest route it opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// What must be allowed, all of it.
    pub permissions: Vec<Permission>,
    /// The route, with its generalised cost.
    pub path: Path,
}

/// Up to three positions in the list of permissions, ascending.
type SmallSet = Vec<u16>;

fn union(one: &[u16], other: &[u16]) -> Option<SmallSet> {
    let mut both: SmallSet = one.iter().chain(other).copied().collect();
    both.sort_unstable();
    both.dedup();
    (both.len() <= PERMISSIONS_MAX).then_some(both)
}

fn is_subset(small: &[u16], large: &[u16]) -> bool {
    small.iter().all(|item| large.binary_search(item).is_ok())
}

/// What each arc would need, and the permissions these are positions in.
pub struct Needs {
    /// All permissions that appear.
    pub permissions: Vec<Permission>,
    /// Needed by arc; `None` where no permission helps.
    by_arc: Vec<Option<SmallSet>>,
    /// Needed at arcs shut after a flag, by flag.
    by_flag: Vec<u16>,
}

/// Lists what every arc needs before one class may use it.
pub fn needs(inputs: ClassInputs, class: &Class) -> Needs {
    let ClassInputs { model, network, supply, .. } = inputs;
    let mut permissions: Vec<Permission> = Vec::new();
    let mut place = |permission: Permission| {
        let known = permissions.iter().position(|other| *other == permission);
        known.unwrap_or_else(|| {
            permissions.push(permission);
            permissions.len() - 1
        }) as u16
    };
    let by_flag =
        class.flags.iter().map(|flag| place(Permission::LiftAfter { rules: flag.denied_by.clone() })).collect();
    let by_arc = network
        .arcs()
        .iter()
        .enumerate()
        .map(|(position, arc)| {
            if !class.physical.contains(position) {
                return None;
            }
            let mut needed: SmallSet = Vec::new();
            if !supply.open.contains(position) {
                needed.push(place(Permission::Open { row: row_only(arc.row), status: row_status(model, arc.row) }));
            }
            for rule in denials(model, supply, &class.rules, arc) {
                needed.push(place(Permission::Lift {
                    actor: rule.actor,
                    lever: rule.lever,
                    gate: rule.gate.clone(),
                    rule: rule.key.clone(),
                }));
            }
            union(&needed, &[])
        })
        .collect();
    Needs { permissions, by_arc, by_flag }
}

/// The row without its direction: opening a link opens it both ways.
pub fn row_only(row: ArcRow) -> ArcRow {
    match row {
        ArcRow::Link(link, _) => ArcRow::Link(link, true),
        ArcRow::Passage(passage, link, _) => ArcRow::Passage(passage, link, true),
        ArcRow::Transfer(transfer, _) => ArcRow::Transfer(transfer, true),
        ArcRow::Exit(side) | ArcRow::Entry(side) => ArcRow::Exit(side),
        other => other,
    }
}

/// Every inclusion-minimal set of up to three permissions that opens a route, the cheapest route first.
pub fn openings(inputs: ClassInputs, class: &Class, origin: VertexId, destination: VertexId) -> Vec<Opening> {
    let needs = needs(inputs, class);
    let mut found: Vec<Opening> = minimal_sets(inputs, class, &needs, (origin, destination))
        .into_iter()
        .filter_map(|set| {
            let opened = class_with(class, &needs, &set);
            let search = Search::of(inputs.network, &opened);
            let path = search.cheapest(origin, destination, &mut DijkstraScratch::default())?;
            let permissions = set.iter().map(|&position| needs.permissions[position as usize].clone()).collect();
            Some(Opening { permissions, path })
        })
        .collect();
    found.sort_by(|one, other| one.path.cost.total_cmp(&other.path.cost));
    found
}

/// The class once a set of permissions is granted.
pub fn class_with(class: &Class, needs: &Needs, granted: &[u16]) -> Class {
    let mut opened = class.clone();
    for (position, needed) in needs.by_arc.iter().enumerate() {
        let usable = needed.as_ref().is_some_and(|needed| is_subset(needed, granted));
        opened.allowed.set(position, usable);
    }
    for (flag, permission) in opened.flags.iter_mut().zip(&needs.by_flag) {
        if granted.contains(permission) {
            flag.denied_after.clear();
        }
    }
    opened
}

/// Spreads sets of needed permissions over the product of network and automaton, keeping only minimal ones.
fn minimal_sets(
    inputs: ClassInputs,
    class: &Class,
    needs: &Needs,
    (origin, destination): (VertexId, VertexId),
) -> Vec<SmallSet> {
    let network = inputs.network;
    let bits = class.flags.len() as u32;
    let mut kept: BTreeMap<u32, Vec<SmallSet>> = BTreeMap::new();
    let mut open: [VecDeque<(u32, SmallSet)>; PERMISSIONS_MAX + 1] = Default::default();
    let start = origin.0 << bits;
    kept.insert(start, vec![Vec::new()]);
    open[0].push_back((start, Vec::new()));
    while let Some(size) = (0..open.len()).find(|&size| !open[size].is_empty()) {
        let Some((state, set)) = open[size].pop_front() else { break };
        if !kept.get(&state).is_some_and(|sets| sets.contains(&set)) {
            continue;
        }
        let (vertex, seen) = (VertexId(state >> bits), state & ((1 << bits) - 1));
        for (id, arc) in network.out(vertex) {
            let Some((after, extra)) = step_needs(class, needs, id, seen) else { continue };
            let Some(joined) = union(&set, &extra) else { continue };
            let head = arc.head.0 << bits | after;
            let sets = kept.entry(head).or_default();
            if sets.iter().any(|other| is_subset(other, &joined)) {
                continue;
            }
            sets.retain(|other| !is_subset(&joined, other));
            sets.push(joined.clone());
            open[joined.len()].push_back((head, joined));
        }
    }
    let at_end = (0..1u32 << bits).filter_map(|seen| kept.get(&(destination.0 << bits | seen)));
    let mut minimal: Vec<SmallSet> = Vec::new();
    for set in at_end.flatten() {
        if !minimal.iter().any(|other| is_subset(other, set)) {
            minimal.retain(|other| !is_subset(set, other));
            minimal.push(set.clone());
        }
    }
    minimal.sort();
    minimal
}

fn step_needs(class: &Class, needs: &Needs, arc: ArcId, seen: u32) -> Option<(u32, SmallSet)> {
    let mut needed = needs.by_arc[arc.index()].clone()?;
    let mut after = seen;
    for (bit, flag) in class.flags.iter().enumerate() {
        if seen >> bit & 1 == 1 && flag.denied_after.contains(arc.index()) {
            needed.push(needs.by_flag[bit]);
        }
        if flag.met_at.contains(arc.index()) {
            after |= 1 << bit;
        }
    }
    union(&needed, &[]).map(|needed| (after, needed))
}

/// The actor whose permission it is, where one actor can give it.
pub fn giver(model: &Model, permission: &Permission) -> Option<ActorId> {
    match permission {
        Permission::Lift { actor, .. } => Some(*actor),
        Permission::LiftAfter { rules } => {
            rules.first().and_then(|key| model.rules.iter().find(|rule| &rule.key == key)).map(|rule| rule.actor)
        }
        Permission::Open { row, .. } => match row {
            ArcRow::Link(link, _) => {
                let link = &model.links[link.index()];
                link.operator.or(link.territory)
            }
            ArcRow::Exit(side) | ArcRow::Entry(side) => Some(model.sides[side.index()].territory),
            ArcRow::Passage(passage, ..) => model.passages[passage.index()].territory,
            ArcRow::Transfer(transfer, _) => {
                let transfer = &model.transfers[transfer.index()];
                transfer.operator.or(model.nodes[transfer.node.index()].territory)
            }
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demand::Shipment;
    use crate::instance::Instance;
    use rand::{RngExt, SeedableRng};
    use std::sync::Arc;
    use thalweg_model::sketch::sketch;

    /// Every permission set up to three, tried one by one: the slow oracle of `openings`.
    fn openings_by_trial(inputs: ClassInputs, class: &Class, origin: VertexId, destination: VertexId) -> Vec<SmallSet> {
        let needs = needs(inputs, class);
        let count = needs.permissions.len() as u16;
        let mut scratch = DijkstraScratch::default();
        let mut opens = |set: &[u16]| {
            let opened = class_with(class, &needs, set);
            Search::of(inputs.network, &opened).cheapest(origin, destination, &mut scratch).is_some()
        };
        let mut found: Vec<SmallSet> = Vec::new();
        let mut sets: Vec<SmallSet> = vec![Vec::new()];
        for _ in 0..=PERMISSIONS_MAX {
            for set in &sets {
                if !found.iter().any(|other| is_subset(other, set)) && opens(set) {
                    found.push(set.clone());
                }
            }
            let longer = |set: &SmallSet| {
                let first = set.last().map_or(0, |&last| last + 1);
                (first..count).map(|next| [set.as_slice(), &[next]].concat()).collect::<Vec<_>>()
            };
            sets = sets.iter().flat_map(longer).collect();
        }
        found.sort();
        found
    }

    fn pair(instance: &Instance) -> (Shipment, VertexId, VertexId) {
        let segment = &instance.demand.segments[0];
        (segment.variants[0].shipment.clone(), segment.variants[0].origin, segment.destination.unwrap())
    }

    /// A random network of eight places in four states, a third of it shut or denied, as a sketch.
    fn random_text(seed: u64) -> String {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
        let mut text = String::from("state S0 S1 S2 S3\n");
        for place in 0..8 {
            text += &format!("node N{place} in=S{}\n", place % 4);
        }
        for link in 0..14 {
            let (from, to) = (random.random_range(0..8), random.random_range(0..8));
            if from != to {
                let status = ["open", "open", "planned", "closed"][random.random_range(0..4)];
                let (state, cost) = (random.random_range(0..4), random.random_range(1..9));
                text += &format!("link N{from}-N{to} rail in=S{state} cost={cost} status={status} key=L{link}\n");
            }
        }
        for rule in 0..random.random_range(1..4) {
            let (state, origin) = (random.random_range(0..4), random.random_range(0..2));
            let history = ["", " after=territory:S1"][random.random_range(0..2)];
            text += &format!("deny S{state} territory=S{state} origin=S{origin} key=R{rule}{history}\n");
        }
        text + "demand N0>N7 goods 1"
    }

    #[test]
    fn minimal_openings_equal_trying_every_set_on_random_networks() {
        let mut compared = 0;
        for seed in 0..150 {
            let text = random_text(seed);
            let instance = Instance::base(Arc::new(sketch(&text)), sketch(&text).head.as_of, &[]).unwrap();
            if instance.demand.segments[0].destination.is_none() || instance.demand.segments[0].variants.is_empty() {
                continue;
            }
            let (shipment, origin, destination) = pair(&instance);
            let inputs = instance.class_inputs();
            let class = instance.class_of(&shipment).unwrap();
            let needs = needs(inputs, &class);
            let fast = minimal_sets(inputs, &class, &needs, (origin, destination));
            assert_eq!(fast, openings_by_trial(inputs, &class, origin, destination), "seed {seed}:\n{text}");
            compared += usize::from(fast.iter().any(|set| set.len() >= 2));
        }
        assert!(compared > 20, "only {compared} networks needed two permissions or more");
    }

    #[test]
    fn a_planned_link_in_a_refusing_state_needs_both_permissions() {
        let text = "state KAZ RUS; node A in=KAZ; node B in=RUS; link A-B rail in=RUS status=planned cost=3 key=new
            deny RUS territory=RUS mode=rail origin=KAZ key=ban; demand A>B goods 1";
        let instance = Instance::base(Arc::new(sketch(text)), sketch(text).head.as_of, &[]).unwrap();
        let (shipment, origin, destination) = pair(&instance);
        let class = instance.class_of(&shipment).unwrap();
        let found = openings(instance.class_inputs(), &class, origin, destination);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].permissions.len(), 2);
        assert_eq!(found[0].path.cost, 3.0);
    }
}
