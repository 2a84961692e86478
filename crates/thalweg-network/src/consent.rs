//! For a pair with a route: who can stop it alone, and the smallest coalitions that can block or open it.
use crate::class::{Class, ClassInputs};
use crate::dijkstra::{DijkstraScratch, Search};
use crate::network::{ArcId, VertexId};
use fixedbitset::FixedBitSet;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use thalweg_model::ids::ActorId;

/// Largest blocking coalition looked for.
pub const BLOCKERS_MAX: usize = 3;
/// Labels after which the search for opening coalitions stops and says so.
const LABELS_MAX: usize = 200_000;

/// Who must agree to a shipment between two places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Actors each of whom can stop it alone.
    pub vetoes: Vec<ActorId>,
    /// Minimal coalitions of up to three that can stop it together, vetoes included as coalitions of one.
    pub blocking: Vec<Vec<ActorId>>,
    /// Minimal coalitions whose agreement is enough.
    pub opening: Vec<Vec<ActorId>>,
    /// Whether `opening` lists all of them.
    pub opening_complete: bool,
}

/// The actors who can say no on each arc a class may use: territory, operator, blocking owners.
pub fn arc_actors(inputs: ClassInputs) -> Vec<Vec<ActorId>> {
    inputs
        .network
        .arcs()
        .iter()
        .map(|arc| {
            let owners = arc.gates.asset.map_or(&[][..], |asset| inputs.supply.blockers.of_asset(asset));
            let mut actors: Vec<ActorId> = [arc.gates.territory, arc.gates.operator, arc.gates.side]
                .into_iter()
                .flatten()
                .chain(owners.iter().copied())
                .collect();
            actors.sort_unstable();
            actors.dedup();
            actors
        })
        .collect()
}

/// Who must consent, under the rules in force, for a class to get from `origin` to `destination`; `None` if no route.
pub fn consent(inputs: ClassInputs, class: &Class, origin: VertexId, destination: VertexId) -> Option<Consent> {
    let actors = arc_actors(inputs);
    let pair = Pair { inputs, class, actors: &actors, origin, destination };
    pair.route_without(&[])?;
    let mut blocking = BTreeSet::new();
    pair.block(&[], &mut (&mut blocking, &mut BTreeSet::new()));
    let blocking = minimal(blocking);
    let (opening, opening_complete) = pair.opening();
    let vetoes = blocking.iter().filter(|coalition| coalition.len() == 1).map(|coalition| coalition[0]).collect();
    Some(Consent { vetoes, blocking, opening, opening_complete })
}

/// Sets of actors, each sorted.
type Coalitions = BTreeSet<Vec<ActorId>>;

/// Drops every set that contains another.
fn minimal(sets: Coalitions) -> Vec<Vec<ActorId>> {
    let contains = |large: &[ActorId], small: &[ActorId]| small.iter().all(|actor| large.contains(actor));
    let mut kept: Vec<Vec<ActorId>> =
        sets.iter().filter(|set| !sets.iter().any(|other| other != *set && contains(set, other))).cloned().collect();
    kept.sort_by_key(|set| (set.len(), set.clone()));
    kept
}

struct Pair<'a> {
    inputs: ClassInputs<'a>,
    class: &'a Class,
    actors: &'a [Vec<ActorId>],
    origin: VertexId,
    destination: VertexId,
}

impl Pair<'_> {
    /// Actors on a cheapest route that needs none of `refusing`.
    fn route_without(&self, refusing: &[ActorId]) -> Option<BTreeSet<ActorId>> {
        let mut shut = FixedBitSet::with_capacity(self.actors.len());
        for (position, actors) in self.actors.iter().enumerate() {
            shut.set(position, actors.iter().any(|actor| refusing.contains(actor)));
        }
        let search = Search { shut: Some(&shut), ..Search::of(self.inputs.network, self.class) };
        let path = search.cheapest(self.origin, self.destination, &mut DijkstraScratch::default())?;
        Some(path.arcs.iter().flat_map(|arc: &ArcId| self.actors[arc.index()].iter().copied()).collect())
    }

    /// Any coalition that blocks must hold an actor of every route: branch over the actors of one route left.
    fn block(&self, refusing: &[ActorId], (found, tried): &mut (&mut Coalitions, &mut Coalitions)) {
        if !tried.insert(refusing.to_vec()) {
            return;
        }
        let Some(route) = self.route_without(refusing) else {
            found.insert(refusing.to_vec());
            return;
        };
        if refusing.len() == BLOCKERS_MAX {
            return;
        }
        for actor in route {
            let mut larger = refusing.to_vec();
            larger.push(actor);
            larger.sort_unstable();
            self.block(&larger, &mut (found, tried));
        }
    }

    /// Minimal sets of actors whose agreement opens a route, by spreading sets of actors over the product graph.
    fn opening(&self) -> (Vec<Vec<ActorId>>, bool) {
        let mut players: Vec<ActorId> = self.actors.iter().flatten().copied().collect();
        players.sort_unstable();
        players.dedup();
        if players.len() > 128 {
            return (Vec::new(), false);
        }
        let bit = |actor: &ActorId| players.binary_search(actor).map_or(0, |position| 1u128 << position);
        let by_arc: Vec<u128> =
            self.actors.iter().map(|actors| actors.iter().map(bit).fold(0, |all, one| all | one)).collect();
        let (kept, complete) = self.spread(&by_arc);
        let bits = self.class.flags.len() as u32;
        let mut minimal: Vec<u128> = Vec::new();
        for set in (0..1u32 << bits).filter_map(|seen| kept.get(&(self.destination.0 << bits | seen))).flatten() {
            if !minimal.iter().any(|other| other & set == *other) {
                minimal.retain(|other| set & other != *set);
                minimal.push(*set);
            }
        }
        let mut coalitions: Vec<Vec<ActorId>> = minimal
            .into_iter()
            .map(|set| {
                (0..players.len()).filter(|player| set >> player & 1 == 1).map(|player| players[player]).collect()
            })
            .collect();
        coalitions.sort_by_key(|coalition: &Vec<ActorId>| (coalition.len(), coalition.clone()));
        (coalitions, complete)
    }

    fn spread(&self, by_arc: &[u128]) -> (BTreeMap<u32, Vec<u128>>, bool) {
        let bits = self.class.flags.len() as u32;
        let mut kept: BTreeMap<u32, Vec<u128>> = BTreeMap::new();
        let mut open: VecDeque<(u32, u128)> = VecDeque::new();
        kept.insert(self.origin.0 << bits, vec![0]);
        open.push_back((self.origin.0 << bits, 0));
        let mut labels = 0;
        while let Some((state, set)) = open.pop_front() {
            if !kept.get(&state).is_some_and(|sets| sets.contains(&set)) {
                continue;
            }
            let (vertex, seen) = (VertexId(state >> bits), state & ((1 << bits) - 1));
            for (id, arc) in self.inputs.network.out(vertex) {
                let Some(after) = self.step(id, seen) else { continue };
                let joined = set | by_arc[id.index()];
                let sets = kept.entry(arc.head.0 << bits | after).or_default();
                if sets.iter().any(|other| other & joined == *other) {
                    continue;
                }
                sets.retain(|other| joined & other != joined);
                sets.push(joined);
                labels += 1;
                if labels > LABELS_MAX {
                    return (kept, false);
                }
                open.push_back((arc.head.0 << bits | after, joined));
            }
        }
        (kept, true)
    }

    fn step(&self, arc: ArcId, seen: u32) -> Option<u32> {
        let class = self.class;
        if !class.allowed.contains(arc.index()) {
            return None;
        }
        let mut after = seen;
        for (bit, flag) in class.flags.iter().enumerate() {
            if seen >> bit & 1 == 1 && flag.denied_after.contains(arc.index()) {
                return None;
            }
            if flag.met_at.contains(arc.index()) {
                after |= 1 << bit;
            }
        }
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::Instance;
    use std::sync::Arc;
    use thalweg_model::sketch::sketch;

    /// Tries every coalition: those whose refusal blocks, those whose agreement alone suffices, minimal ones only.
    fn by_trial(pair: &Pair) -> (Vec<Vec<ActorId>>, Vec<Vec<ActorId>>) {
        let mut players: Vec<ActorId> = pair.actors.iter().flatten().copied().collect();
        players.sort_unstable();
        players.dedup();
        let members = |mask: u32, inside: u32| -> Vec<ActorId> {
            (0..players.len()).filter(|player| mask >> player & 1 == inside).map(|player| players[player]).collect()
        };
        let (mut blocking, mut opening) = (BTreeSet::new(), BTreeSet::new());
        for mask in 0u32..1 << players.len() {
            let inside = members(mask, 1);
            if inside.len() <= BLOCKERS_MAX && pair.route_without(&inside).is_none() {
                blocking.insert(inside.clone());
            }
            if pair.route_without(&members(mask, 0)).is_some() {
                opening.insert(inside);
            }
        }
        (minimal(blocking), minimal(opening))
    }

    #[test]
    fn coalitions_equal_trying_every_set_of_actors() {
        let text = "state A B C D E F; firm R of=A
            node O in=A; node X in=B; node Y in=C; node Z in=D; node T in=E
            hold pipe F 60 block
            link O-X rail in=B cost=1; link X-T rail in=E cost=1; link O-Y rail in=C by=R cost=2
            link Y-T rail in=E cost=2; link X-Y rail in=C cost=1; link O-Z pipeline in=D asset=pipe cost=4; link Z-T pipeline in=E cost=1
            demand O>T goods 1";
        let instance = Instance::base(Arc::new(sketch(text)), sketch(text).head.as_of, &[]).unwrap();
        let segment = &instance.demand.segments[0];
        let class = instance.class_of(&segment.variants[0].shipment).unwrap();
        let (origin, destination) = (segment.variants[0].origin, segment.destination.unwrap());
        let inputs = instance.class_inputs();
        let found = consent(inputs, &class, origin, destination).unwrap();
        let actors = arc_actors(inputs);
        let (blocking, opening) = by_trial(&Pair { inputs, class: &class, actors: &actors, origin, destination });
        assert_eq!(found.blocking, blocking);
        assert_eq!(found.opening, opening);
        assert!(found.opening_complete);
        let names =
            |ids: &[ActorId]| ids.iter().map(|id| instance.model.actors[id.index()].key.as_str()).collect::<Vec<_>>();
        assert_eq!(names(&found.vetoes), ["A", "E"]);
    }
}
