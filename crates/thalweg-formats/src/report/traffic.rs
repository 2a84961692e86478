//! What runs over each link, and the layers of commodities that can be drawn on one scale.
use std::collections::BTreeMap;
use thalweg_engine::assignment::Assignment;
use thalweg_model::ids::{CommodityId, LinkId};
use thalweg_model::model::Link;
use thalweg_model::units::Unit;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;

/// Volumes of one link by direction, commodity units a year.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    /// From the link's first node to its second.
    pub forward: BTreeMap<CommodityId, f64>,
    /// The other way.
    pub backward: BTreeMap<CommodityId, f64>,
}

impl Traffic {
    /// Both directions together.
    pub fn volume(&self, commodity: CommodityId) -> f64 {
        self.forward.get(&commodity).unwrap_or(&0.0) + self.backward.get(&commodity).unwrap_or(&0.0)
    }
}

/// Traffic of every link that carries something; a shipment counts once a link and direction.
pub fn traffic(instance: &Instance, assignment: &Assignment) -> BTreeMap<LinkId, Traffic> {
    let model = &instance.model;
    let commodities = model.commodities.len();
    // By link, direction and commodity; and by link and direction the path that counted last.
    let mut volumes: Vec<Option<f64>> = vec![None; 2 * model.links.len() * commodities];
    let mut counted = vec![0; 2 * model.links.len()];
    let flows = instance.demand.segments.iter().zip(&assignment.segments);
    let paths = flows.flat_map(|(segment, flow)| flow.paths.iter().map(|path| (segment.commodity.index(), path)));
    for (number, (commodity, path)) in (1..).zip(paths) {
        for arc in &path.arcs {
            let ArcRow::Link(link, forward) = instance.network.arc(*arc).row else { continue };
            let side = 2 * link.index() + usize::from(!forward);
            if std::mem::replace(&mut counted[side], number) != number {
                *volumes[side * commodities + commodity].get_or_insert(0.0) += path.volume;
            }
        }
    }
    let mut found: BTreeMap<LinkId, Traffic> = BTreeMap::new();
    for (at, volume) in volumes.into_iter().enumerate() {
        let Some(volume) = volume else { continue };
        let (side, commodity) = (at / commodities, CommodityId::from(at % commodities));
        let traffic = found.entry(LinkId::from(side / 2)).or_default();
        let direction = if side % 2 == 0 { &mut traffic.forward } else { &mut traffic.backward };
        direction.insert(commodity, volume);
    }
    found
}

/// Commodities that convert to one unit and stand on one layer of the study.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// The study's word.
    pub name: String,
    /// Unit volumes are drawn in.
    pub unit: Unit,
    /// Commodities with their units of `unit` in one unit of theirs.
    pub commodities: Vec<(CommodityId, f64)>,
}

/// Layers in the order in which the commodity table first names them.
pub fn layers(instance: &Instance) -> Vec<Layer> {
    let mut layers: Vec<Layer> = Vec::new();
    for (position, row) in instance.model.commodities.iter().enumerate() {
        let id = CommodityId::from(position);
        let name = if row.layer.is_empty() { &row.name } else { &row.layer };
        let fits = layers.iter_mut().filter(|layer| &layer.name == name).find_map(|layer| {
            let base = instance.units.base_units(id, layer.unit.dimension)?;
            Some((base / layer.unit.factor, layer))
        });
        match fits {
            Some((factor, layer)) => layer.commodities.push((id, factor)),
            None => layers.push(Layer { name: name.clone(), unit: row.unit, commodities: vec![(id, 1.0)] }),
        }
    }
    layers
}

impl Layer {
    /// Volume of a link in the layer's unit a year.
    pub fn volume(&self, traffic: &Traffic) -> f64 {
        self.commodities.iter().map(|(commodity, factor)| traffic.volume(*commodity) * factor).sum()
    }

    /// Names of its commodities.
    pub fn contents(&self, instance: &Instance) -> String {
        let name = |(id, _): &(CommodityId, f64)| instance.model.commodities[id.index()].name.clone();
        self.commodities.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    /// Whether a link of its mode could carry the layer.
    pub fn uses(&self, instance: &Instance, link: &Link) -> bool {
        self.commodities.iter().any(|(id, _)| {
            instance.model.commodities[id.index()].modes.contains(&link.mode)
                && (link.commodities.is_empty() || link.commodities.contains(id))
        })
    }
}

/// Points of a link from its first node to its second, longitude and latitude.
pub fn course(instance: &Instance, link: &Link) -> Vec<(f64, f64)> {
    let nodes = &instance.model.nodes;
    let at = |id: thalweg_model::ids::NodeId| (nodes[id.index()].longitude, nodes[id.index()].latitude);
    std::iter::once(at(link.from)).chain(link.shape.iter().copied()).chain([at(link.to)]).collect()
}
