//! Which parts of a country can be reached from which, by mode, under the rules of a date.
use crate::routes::ends;
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId, NodeId};
use thalweg_model::mode::{Mode, Operation};
use thalweg_network::class::{Class, TooManyFlags};
use thalweg_network::demand::Shipment;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;

/// Whether one part of a country can be reached from another by one mode, and at what generalised cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Reach {
    /// The country.
    pub state: ActorId,
    /// From this part; empty for the main part.
    pub from_region: String,
    /// To this part.
    pub to_region: String,
    /// By this mode alone.
    pub mode: Mode,
    /// What is carried.
    pub commodity: CommodityId,
    /// States passed through on the cheapest way, the country itself left out.
    pub through: Vec<ActorId>,
    /// Length of the cheapest way, km; `None` where there is none.
    pub length_km: Option<f64>,
}

/// Reach between the parts of every country that has several, by each mode that serves one of its places.
pub fn reach(instance: &Instance) -> Result<Vec<Reach>, TooManyFlags> {
    let model = &instance.model;
    let mut parts: BTreeMap<ActorId, BTreeMap<&str, Vec<NodeId>>> = BTreeMap::new();
    for (position, node) in
        model.nodes.iter().enumerate().filter(|(_, node)| node.provenance.validity.holds(instance.as_of))
    {
        if let Some(state) = node.territory {
            parts.entry(state).or_default().entry(&node.region).or_default().push(position.into());
        }
    }
    let mut found = Vec::new();
    for (state, regions) in parts.iter().filter(|(_, regions)| regions.len() > 1) {
        for (from_region, from_nodes) in regions {
            for (to_region, to_nodes) in regions.iter().filter(|(region, _)| region != &from_region) {
                for mode in Mode::ALL {
                    let pair = ((*state, *from_region, from_nodes.as_slice()), (*to_region, to_nodes.as_slice()));
                    found.extend(between(instance, *mode, pair)?);
                }
            }
        }
    }
    Ok(found)
}

type Ends<'a> = ((ActorId, &'a str, &'a [NodeId]), (&'a str, &'a [NodeId]));

/// The cheapest way by one mode between any places of two regions, for the first commodity the mode carries.
fn between(
    instance: &Instance,
    mode: Mode,
    ((state, from_region, from), (to_region, to)): Ends,
) -> Result<Option<Reach>, TooManyFlags> {
    let model = &instance.model;
    let serves = |node: &NodeId| {
        instance.network.arcs().iter().any(|arc| {
            arc.operation == Operation::Load && arc.gates.mode == Some(mode) && arc.gates.terminal == Some(*node)
        })
    };
    let Some(commodity) = model.commodities.iter().position(|row| row.modes.contains(&mode)).map(CommodityId::from)
    else {
        return Ok(None);
    };
    if !from.iter().any(serves) && !to.iter().any(serves) {
        return Ok(None);
    }
    let mut best: Option<(f64, Vec<thalweg_network::network::ArcId>)> = None;
    let mut scratch = DijkstraScratch::default();
    // Places of one part mostly ship alike.
    let mut known: Vec<(Shipment, Class)> = Vec::new();
    for &start in from {
        for &end in to {
            let Some((origin, destination)) = ends(instance, start, end) else { continue };
            let shipment = crate::routes::RouteQuery::shipment(instance, start, end, commodity);
            let at = match known.iter().position(|(other, _)| *other == shipment) {
                Some(at) => at,
                None => {
                    let class = by_one_mode(instance, instance.class_of(&shipment)?, mode);
                    known.push((shipment, class));
                    known.len() - 1
                }
            };
            let path = Search::of(&instance.network, &known[at].1).cheapest(origin, destination, &mut scratch);
            if let Some(path) = path.filter(|path| best.as_ref().is_none_or(|(cost, _)| path.cost < *cost)) {
                best = Some((path.cost, path.arcs));
            }
        }
    }
    let arcs = best.map(|(_, arcs)| arcs);
    let through = arcs.as_deref().map_or_else(Vec::new, |arcs| crate::routes::territories(instance, arcs));
    Ok(Some(Reach {
        state,
        from_region: from_region.to_owned(),
        to_region: to_region.to_owned(),
        mode,
        commodity,
        through: through.into_iter().filter(|actor| *actor != state).collect(),
        length_km: arcs.map(|arcs| arcs.iter().map(|arc| instance.network.arc(*arc).length_km).sum()),
    }))
}

/// A class that moves by this mode only.
fn by_one_mode(instance: &Instance, mut class: Class, mode: Mode) -> Class {
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        if arc.operation == Operation::Move && arc.gates.mode != Some(mode) {
            class.allowed.set(position, false);
        }
    }
    class
}
