//! Elements that state a capacity or are counted: their labels, limits and background.
use thalweg_model::element::Element;
use thalweg_model::mode::Operation;
use thalweg_model::model::{Capacity, Model};
use thalweg_model::units::Dimension;
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcRow};

/// Name of a capacity's unit as the table wrote it, reduced to per year, per day or per hour.
pub fn rate_name(capacity: &Capacity) -> String {
    let span = match capacity.unit.spans_per_year as u32 {
        1 => "yr",
        365 => "d",
        _ => "h",
    };
    format!("{}/{span}", capacity.unit.unit)
}

/// Kind and key of an element, as reports name it.
pub fn element_label(model: &Model, element: &Element) -> String {
    match element {
        Element::Link(key) => format!("link {key}"),
        Element::Terminal(node) => format!("terminal {}", model.nodes[node.index()].key),
        Element::Transfer(key) => format!("transfer {key}"),
        Element::Crossing(crossing) => format!("crossing {}", model.crossings[crossing.index()].key),
        Element::Passage(passage) => format!("passage {}", model.passages[passage.index()].key),
        Element::Group(group) => format!("group {}", model.groups[group.index()].key),
        Element::Territory(actor) => format!("territory {}", model.actors[actor.index()].key),
        Element::Corridor(name) => format!("corridor {name}"),
        Element::Supply(key) => format!("supply {key}"),
    }
}

/// Every element with a capacity in force: label, element, capacity.
pub fn limited_elements(instance: &Instance) -> Vec<(String, Element, Capacity)> {
    let model = &instance.model;
    let mut found: Vec<(Element, Capacity)> = Vec::new();
    let holds = |provenance: &thalweg_model::model::Provenance| provenance.validity.holds(instance.as_of);
    for link in model.links.iter().filter(|row| holds(&row.provenance)) {
        found.extend(link.capacity.map(|capacity| (Element::Link(link.key.clone()), capacity)));
    }
    for transfer in model.transfers.iter().filter(|row| holds(&row.provenance)) {
        found.extend(transfer.capacity.map(|capacity| (Element::Transfer(transfer.key.clone()), capacity)));
    }
    for side in model.sides.iter().filter(|row| holds(&row.provenance)) {
        found.extend(side.capacity.map(|capacity| (Element::Crossing(side.crossing), capacity)));
    }
    for (position, passage) in model.passages.iter().enumerate().filter(|(_, row)| holds(&row.provenance)) {
        found.extend(passage.capacity.map(|capacity| (Element::Passage(position.into()), capacity)));
    }
    for (position, group) in model.groups.iter().enumerate().filter(|(_, row)| holds(&row.provenance)) {
        found.push((Element::Group(position.into()), group.capacity));
    }
    for supply in model.supplies.iter().filter(|row| holds(&row.provenance)) {
        found.extend(supply.capacity.map(|capacity| (Element::Supply(supply.key.clone()), capacity)));
    }
    found.into_iter().map(|(element, capacity)| (element_label(model, &element), element, capacity)).collect()
}

/// Background of an element in base units of a dimension a year.
pub fn background(instance: &Instance, element: &Element, dimension: Dimension) -> f64 {
    instance
        .model
        .backgrounds
        .iter()
        .filter(|row| &row.element == element && row.volume.dimension() == dimension)
        .filter(|row| row.provenance.validity.holds(instance.as_of))
        .map(|row| row.volume.base_per_year())
        .sum()
}

/// Product of the scenario's capacity factors on an element: those of its first arc, as all its arcs share them.
pub fn capacity_factor(instance: &Instance, element: &Element) -> f64 {
    instance
        .network
        .arcs()
        .iter()
        .position(|arc| instance.is_part_of(arc.row, element))
        .map_or(1.0, |arc| instance.supply.adjustments[arc].capacity_factor)
}

/// Whether an arc's volume counts toward its element's capacity: a crossing is used once, on leaving.
pub fn counts_once(arc: &Arc) -> bool {
    !(arc.operation == Operation::BorderEntry && matches!(arc.row, ArcRow::Entry(_)))
}
