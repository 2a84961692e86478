//! Who stands between states that do not meet directly: in relations as a description, in trade as a cost of refusal.
use crate::exposure::{LEVERS, actors_on};
use crate::kept::{Kept, kept_or};
use crate::oracle::{Oracle, OracleError, Value};
use crate::state::{Denial, Only, State};
use crate::structure::{
    Brokerage, Division, best_division, betweenness, constraint, effective_size, gould_fernandez, triangles,
};
use crate::watch::Watch;
use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::{Lever, RelationSign};
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;

/// A state that others' trade physically needs. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Broker {
    /// The state.
    pub actor: ActorId,
    /// By which lever it could refuse.
    pub lever: Lever,
    /// For each pair without a direct way: rise of everybody's cost when the broker refuses what they trade; the dearest
    /// first.
    pub pairs: Vec<((ActorId, ActorId), f64)>,
}

impl Broker {
    /// Sum over the pairs, each refused alone.
    pub fn cost(&self) -> f64 {
        self.pairs.iter().map(|(_, cost)| cost).sum()
    }
}

/// Pairs of states with trade but no admissible way that stands on their own territories and on nobody's.
pub fn pairs_without_a_direct_way(value: &Value) -> Vec<(ActorId, ActorId)> {
    let instance = &value.instance;
    let mut direct: BTreeMap<(ActorId, ActorId), bool> = BTreeMap::new();
    let mut scratch = DijkstraScratch::default();
    for (segment, row) in instance.demand.segments.iter().enumerate() {
        for (position, variant) in row.variants.iter().enumerate() {
            let (Some(one), Some(other)) = (variant.shipment.origin, variant.shipment.destination) else { continue };
            if one == other {
                continue;
            }
            let known = direct.entry((one.min(other), one.max(other))).or_insert(false);
            let Some(destination) = row.destination.filter(|_| !*known) else { continue };
            let shut = foreign_to(instance, (one, other));
            let class = instance.classes.class(instance.classes.of_variant[segment][position]);
            let search = Search { shut: Some(&shut), ..Search::of(&instance.network, class) };
            *known = search.cheapest(variant.origin, destination, &mut scratch).is_some();
        }
    }
    direct.into_iter().filter(|(_, direct)| !direct).map(|(pair, _)| pair).collect()
}

/// Arcs on the territory of anybody but two states.
fn foreign_to(instance: &Instance, (one, other): (ActorId, ActorId)) -> FixedBitSet {
    let mut shut = FixedBitSet::with_capacity(instance.network.arcs().len());
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        shut.set(position, arc.gates.territory.is_some_and(|state| state != one && state != other));
    }
    shut
}

/// Who refuses, by which lever, what which two states trade.
pub type Between = (ActorId, Lever, (ActorId, ActorId));

/// Everybody whom trade between states without a direct way touches, with the cost of its refusing each pair; the costliest
/// first. One that the least-cost paths of a pair do not touch costs that pair nothing.
pub fn material_brokers(
    oracle: &Oracle,
    from: &State,
    kept: &dyn Kept<Between, f64>,
    watch: &dyn Watch,
) -> Result<Vec<Broker>, OracleError> {
    let base = oracle.value(from, watch)?;
    let apart: BTreeSet<(ActorId, ActorId)> = pairs_without_a_direct_way(&base).into_iter().collect();
    let on_arc: Vec<BTreeSet<(Lever, ActorId)>> =
        base.instance.network.arcs().iter().map(|arc| actors_on(&base.instance, arc)).collect();
    let mut touched: BTreeSet<Between> = BTreeSet::new();
    for (segment, row) in base.assignment.segments.iter().enumerate() {
        for path in &row.paths {
            let shipment = &base.instance.demand.segments[segment].variants[path.variant].shipment;
            let (Some(one), Some(other)) = (shipment.origin, shipment.destination) else { continue };
            let pair = (one.min(other), one.max(other));
            let met = path.arcs.iter().flat_map(|arc| &on_arc[arc.index()]);
            let between = met.filter(|(_, actor)| *actor != one && *actor != other && apart.contains(&pair));
            touched.extend(between.map(|(lever, actor)| (*actor, *lever, pair)));
        }
    }
    let touched: Vec<_> = touched.into_iter().filter(|(_, lever, _)| LEVERS.contains(lever)).collect();
    let done = AtomicU64::new(0);
    let cost = |between: &Between| {
        let &(actor, lever, pair) = between;
        let only = Only { commodity: None, between: Some(pair) };
        let denial = Denial { only, ..Denial::new(actor, None, lever) };
        let refused = || oracle.cost(&from.clone().denying_all([denial]), watch);
        let cost = kept_or(kept, between, watch, refused)? - base.value;
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, touched.len() as u64, "refusals");
        Ok((actor, lever, pair, cost))
    };
    let costs: Vec<_> =
        touched.par_iter().filter(|_| !watch.cancelled()).map(cost).collect::<Result<_, OracleError>>()?;
    let mut found: BTreeMap<(ActorId, Lever), Broker> = BTreeMap::new();
    for (actor, lever, pair, cost) in costs {
        let broker = found.entry((actor, lever)).or_insert_with(|| Broker { actor, lever, pairs: Vec::new() });
        broker.pairs.push((pair, cost));
    }
    let mut found: Vec<Broker> = found.into_values().collect();
    for broker in &mut found {
        broker.pairs.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    }
    found.sort_by(|one, other| {
        other.cost().total_cmp(&one.cost()).then((one.actor, one.lever).cmp(&(other.actor, other.lever)))
    });
    Ok(found)
}

/// One state among the relations of a date.
#[derive(Debug, Clone, PartialEq)]
pub struct RelationalRow {
    /// The state.
    pub actor: ActorId,
    /// Ordered pairs that are friends with it and not with each other, by bloc.
    pub roles: Brokerage,
    /// Burt's constraint; `None` without friends.
    pub constraint: Option<f64>,
    /// Effective size of its circle of friends; `None` without friends.
    pub effective_size: Option<f64>,
    /// Share of the pairs of others whose shortest chains of friends pass it.
    pub betweenness: f64,
}

/// The relations of a date described.
#[derive(Debug, Clone, PartialEq)]
pub struct Relations {
    /// By state.
    pub rows: Vec<RelationalRow>,
    /// Triangles with three signs, and how many of them are balanced.
    pub triangles: (usize, usize),
    /// The division into two camps with the fewest misfits.
    pub two_camps: Division,
}

/// Describes the relations in force; `None` where the study has none.
pub fn relational(instance: &Instance) -> Option<Relations> {
    let model = &instance.model;
    let rows: Vec<_> = model.relations.iter().filter(|row| row.provenance.validity.holds(instance.as_of)).collect();
    let states: Vec<ActorId> =
        rows.iter().flat_map(|row| [row.one, row.other]).collect::<BTreeSet<_>>().into_iter().collect();
    if states.is_empty() {
        return None;
    }
    let position = |actor: ActorId| states.binary_search(&actor).expect("the list holds both ends of every relation");
    let mut sign = vec![vec![0i8; states.len()]; states.len()];
    for row in rows {
        let (one, other) = (position(row.one), position(row.other));
        let value = if row.sign == RelationSign::Friendly { 1 } else { -1 };
        // Hostility in one matter outweighs friendship in another.
        let value = if sign[one][other] == 0 { value } else { value.min(sign[one][other]) };
        (sign[one][other], sign[other][one]) = (value, value);
    }
    let friends: Vec<Vec<bool>> = sign.iter().map(|row| row.iter().map(|sign| *sign > 0).collect()).collect();
    let weight: Vec<Vec<f64>> =
        friends.iter().map(|row| row.iter().map(|tie| f64::from(u8::from(*tie))).collect()).collect();
    let bloc = |actor: &ActorId| {
        let holds = |row: &&thalweg_model::model::Membership| row.provenance.validity.holds(instance.as_of);
        model.memberships.iter().filter(holds).find(|row| row.member == *actor).map_or(*actor, |row| row.bloc)
    };
    let group: Vec<usize> = states.iter().map(|actor| bloc(actor).index()).collect();
    let (roles, constraint) = (gould_fernandez(&friends, &group), constraint(&weight));
    let (size, between) = (effective_size(&friends), betweenness(&friends));
    let row = |(position, actor): (usize, &ActorId)| RelationalRow {
        actor: *actor,
        roles: roles[position],
        constraint: constraint[position],
        effective_size: size[position],
        betweenness: between[position],
    };
    Some(Relations {
        rows: states.iter().enumerate().map(row).collect(),
        triangles: triangles(&sign),
        two_camps: best_division(&sign, 2),
    })
}
