//! A question about one pair: its routes, why something is shut to it, what would open one, whose consent it needs.
use crate::path_sets::VARIETY;
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::ids::{ActorId, CommodityId, NodeId};
use thalweg_model::mode::{Effect, Mode, Operation};
use thalweg_model::rule::Rule;
use thalweg_model::scenario::Target;
use thalweg_network::access::denials;
use thalweg_network::alternatives::{Avoidable, Variety, alternatives};
use thalweg_network::class::{Class, TooManyFlags};
use thalweg_network::consent::{Consent, consent};
use thalweg_network::demand::Shipment;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, Vertex, VertexId};
use thalweg_network::openings::{Opening, openings};
use thalweg_network::totals::PathTotals;

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteQuery {
    /// From.
    pub from: NodeId,
    /// To.
    pub to: NodeId,
    /// What the rules see of the shipment.
    pub shipment: Shipment,
    /// Only these modes; empty for all the commodity may take.
    pub modes: Vec<Mode>,
    /// Gates or elements the shipper avoids.
    pub avoid: Vec<Target>,
    /// How many routes.
    pub count: usize,
}

impl RouteQuery {
    /// The shipment between two places of a commodity in its default vehicles, shipped by the origin's state.
    pub fn shipment(instance: &Instance, from: NodeId, to: NodeId, commodity: CommodityId) -> Shipment {
        let state = |node: NodeId| instance.model.nodes[node.index()].territory;
        let mut vehicles = instance.model.commodities[commodity.index()].vehicles.clone();
        vehicles.sort_unstable();
        Shipment {
            commodity,
            origin: state(from),
            destination: state(to),
            shipper: state(from),
            consignee: None,
            flag: None,
            vehicles,
        }
    }
}

/// One route.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Its arcs.
    pub arcs: Vec<ArcId>,
    /// What it takes and costs.
    pub totals: PathTotals,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteAnswer {
    /// Routes, the cheapest first; empty where the pair is unreachable.
    pub routes: Vec<Route>,
    /// Where there is no route: smallest sets of permissions that open one, the cheapest route first.
    pub openings: Vec<Opening>,
    /// Where there is one: whose consent it needs.
    pub consent: Option<Consent>,
    /// The shipment's class.
    pub class: Class,
}

/// Answers a query.
pub fn routes(instance: &Instance, query: &RouteQuery) -> Result<RouteAnswer, TooManyFlags> {
    let mut class = instance.class_of(&query.shipment)?;
    let mut avoided = FixedBitSet::with_capacity(instance.network.arcs().len());
    for target in &query.avoid {
        for arc in instance.arcs_of(target) {
            avoided.insert(arc);
        }
    }
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        let moves = arc.operation == Operation::Move;
        let other_mode =
            arc.gates.mode.is_some_and(|mode| moves && !query.modes.is_empty() && !query.modes.contains(&mode));
        if other_mode || avoided.contains(position) {
            class.physical.set(position, false);
            class.allowed.set(position, false);
        }
    }
    let empty = RouteAnswer { routes: Vec::new(), openings: Vec::new(), consent: None, class: class.clone() };
    let Some((origin, destination)) = ends(instance, query.from, query.to) else { return Ok(empty) };
    let search = Search::of(&instance.network, &class);
    let variety = Variety { count_max: query.count.max(1), ..VARIETY };
    let avoidable = Avoidable::of(&instance.network);
    let paths = alternatives((search, &avoidable), (origin, destination), variety, &mut DijkstraScratch::default());
    let routes: Vec<Route> = paths
        .into_iter()
        .map(|path| Route { totals: PathTotals::of(&instance.network, &class, &path.arcs), arcs: path.arcs })
        .collect();
    let openings =
        if routes.is_empty() { openings(instance.class_inputs(), &class, origin, destination) } else { Vec::new() };
    let consent = consent(instance.class_inputs(), &class, origin, destination);
    Ok(RouteAnswer { routes, openings, consent, class })
}

/// Where a shipment between two places starts and ends; `None` where nothing leaves or reaches one of them.
pub fn ends(instance: &Instance, from: NodeId, to: NodeId) -> Option<(VertexId, VertexId)> {
    Some((instance.network.find(Vertex::Source(from))?, instance.network.find(Vertex::Sink(to))?))
}

/// Why an arc is shut to a shipment.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// The row itself is closed or planned, or a scenario shut it.
    NotOpen,
    /// Its mode or its own list does not carry the commodity.
    NotCarried,
    /// The vehicle does not fit, by the limit with this key.
    TooLarge(String),
    /// A rule denies it.
    Rule(Box<Rule>),
}

/// Why the arcs of a target are shut to a shipment; empty where all are open.
pub fn why_shut(instance: &Instance, shipment: &Shipment, target: &Target) -> Result<Vec<Reason>, TooManyFlags> {
    let class = instance.class_of(shipment)?;
    let model = &instance.model;
    let mut reasons: Vec<Reason> = Vec::new();
    let mut add = |reason: Reason| {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    };
    for position in instance.arcs_of(target) {
        let arc = &instance.network.arcs()[position];
        if !instance.supply.open.contains(position) {
            add(Reason::NotOpen);
        }
        for rule in denials(model, &instance.supply, &class.rules, arc) {
            add(Reason::Rule(Box::new(rule.clone())));
        }
        if !class.physical.contains(position) {
            let commodity = &model.commodities[shipment.commodity.index()];
            let carried = arc.gates.mode.is_none_or(|mode| commodity.modes.contains(&mode))
                && (arc.commodities.is_empty() || arc.commodities.contains(&shipment.commodity));
            match arc.limit.filter(|_| carried) {
                Some(limit) => add(Reason::TooLarge(model.limits[limit.index()].key.clone())),
                None => add(Reason::NotCarried),
            }
        }
    }
    Ok(reasons)
}

/// How many arcs of a target a shipment may use, and how many it has.
pub fn open_arcs(instance: &Instance, shipment: &Shipment, target: &Target) -> Result<(usize, usize), TooManyFlags> {
    let class = instance.class_of(shipment)?;
    let arcs = instance.arcs_of(target);
    Ok((arcs.iter().filter(|arc| class.allowed.contains(**arc)).count(), arcs.len()))
}

/// Rules of the class that are denials or charges, for the record of an answer.
pub fn rules_that_bind<'i>(instance: &'i Instance, class: &Class) -> Vec<&'i Rule> {
    let bound: BTreeSet<usize> = class.rules.iter().copied().collect();
    bound
        .into_iter()
        .map(|position| &instance.supply.rules[position].rule)
        .filter(|rule| rule.effect != Effect::Permit)
        .collect()
}

/// Territories a path runs through, in order, each once.
pub fn territories(instance: &Instance, arcs: &[ArcId]) -> Vec<ActorId> {
    let mut found: Vec<ActorId> = Vec::new();
    for territory in arcs.iter().filter_map(|arc| instance.network.arc(*arc).gates.territory) {
        if !found.contains(&territory) {
            found.push(territory);
        }
    }
    found
}

/// Modes a path moves by, in order, each once.
pub fn modes(instance: &Instance, arcs: &[ArcId]) -> Vec<Mode> {
    let mut found: Vec<Mode> = Vec::new();
    for arc in arcs.iter().map(|arc| instance.network.arc(*arc)).filter(|arc| arc.operation == Operation::Move) {
        found.extend(arc.gates.mode.filter(|mode| !found.contains(mode)));
    }
    found
}
