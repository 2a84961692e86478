//! Elements that state a capacity or are counted: their labels, limits and background.
use std::collections::BTreeMap;
use thalweg_model::element::Element;
use thalweg_model::mode::Operation;
use thalweg_model::model::{Capacity, Model, Provenance};
use thalweg_model::units::{Dimension, RateUnit};
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcRow};
use thalweg_network::supply::CapacityChange;

/// Name of a capacity's unit as the table wrote it, reduced to per year, per day or per hour.
pub fn rate_name(capacity: &Capacity) -> String {
    rate_unit_name(capacity.unit)
}

/// Name of a rate unit, reduced to per year, per day or per hour.
pub fn rate_unit_name(rate: RateUnit) -> String {
    let span = match rate.spans_per_year as u32 {
        1 => "yr",
        365 => "d",
        _ => "h",
    };
    format!("{}/{span}", rate.unit)
}

/// Kind and key of an element, as reports name it.
pub fn element_label(model: &Model, element: &Element) -> String {
    element.label(model)
}

/// An element with a capacity in force, or one side of a crossing, or one step of a supplier's cost curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Limited {
    /// Kind and key, as reports name it; no two are the same.
    pub label: String,
    /// The element.
    pub element: Element,
    /// Its capacity.
    pub capacity: Capacity,
    /// Arcs whose volume counts toward it, with the weight of one unit.
    pub arcs: Vec<(u32, f64)>,
}

/// Everything with a capacity in force.
pub fn limited_elements(instance: &Instance) -> Vec<Limited> {
    let mut found = Vec::new();
    add_ways(instance, &mut found);
    add_sides(instance, &mut found);
    add_supplies(instance, &mut found);
    found
}

fn holds(instance: &Instance, provenance: &Provenance) -> bool {
    provenance.validity.holds(instance.as_of)
}

/// Links, transfers, passages and groups.
fn add_ways(instance: &Instance, found: &mut Vec<Limited>) {
    let model = &instance.model;
    let mut rows: BTreeMap<ArcRow, Vec<u32>> = BTreeMap::new();
    for (id, arc) in (0u32..).zip(instance.network.arcs()).filter(|(_, arc)| counts_once(arc)) {
        rows.entry(arc.row).or_default().push(id);
    }
    let mut add = |element: Element, provenance: &Provenance, capacity: Option<Capacity>| {
        if let Some(capacity) = capacity.filter(|_| holds(instance, provenance)) {
            let arcs = member_arcs((instance, &rows), &element);
            found.push(Limited { label: element_label(model, &element), element, capacity, arcs });
        }
    };
    for link in &model.links {
        add(Element::Link(link.key.clone()), &link.provenance, link.capacity);
    }
    for transfer in &model.transfers {
        add(Element::Transfer(transfer.key.clone()), &transfer.provenance, transfer.capacity);
    }
    for (position, passage) in model.passages.iter().enumerate() {
        add(Element::Passage(position.into()), &passage.provenance, passage.capacity);
    }
    for (position, group) in model.groups.iter().enumerate() {
        add(Element::Group(position.into()), &group.provenance, Some(group.capacity));
    }
}

/// Sides of crossings: who leaves or enters by a side uses it once.
fn add_sides(instance: &Instance, found: &mut Vec<Limited>) {
    let model = &instance.model;
    for (position, side) in model.sides.iter().enumerate().filter(|(_, side)| holds(instance, &side.provenance)) {
        let Some(capacity) = side.capacity else { continue };
        let uses = |row: ArcRow| matches!(row, ArcRow::Exit(id) | ArcRow::Entry(id) if id.index() == position);
        let element = Element::Crossing(side.crossing);
        let state = &model.actors[side.territory.index()].key;
        let label = format!("{} {state}", element_label(model, &element));
        found.push(Limited { label, element, capacity, arcs: arcs_where(instance, uses) });
    }
}

/// Suppliers, those only scenarios bring included: each row sells up to its own capacity.
fn add_supplies(instance: &Instance, found: &mut Vec<Limited>) {
    let mut steps: BTreeMap<&str, u32> = BTreeMap::new();
    let rows = instance.model.supplies.iter().chain(instance.supply.extra_supplies.iter());
    for (position, row) in rows.enumerate().filter(|(_, row)| holds(instance, &row.provenance)) {
        let Some(capacity) = row.capacity else { continue };
        let step = steps.entry(&row.key).or_default();
        *step += 1;
        let element = Element::Supply(row.key.clone());
        let label = element_label(&instance.model, &element);
        let label = if *step == 1 { label } else { format!("{label} step {step}") };
        let sells = |row: ArcRow| matches!(row, ArcRow::Supply(id) if id.index() == position);
        found.push(Limited { label, element, capacity, arcs: arcs_where(instance, sells) });
    }
}

fn arcs_where(instance: &Instance, fits: impl Fn(ArcRow) -> bool) -> Vec<(u32, f64)> {
    (0u32..).zip(instance.network.arcs()).filter(|(_, arc)| fits(arc.row)).map(|(id, _)| (id, 1.0)).collect()
}

/// Arcs whose volume counts toward an element's capacity, with the weight of one unit.
fn member_arcs((instance, rows): (&Instance, &BTreeMap<ArcRow, Vec<u32>>), element: &Element) -> Vec<(u32, f64)> {
    let weight = |row: ArcRow| match element {
        Element::Group(group) => {
            let members = &instance.model.groups[group.index()].members;
            members.iter().filter(|(member, _)| instance.is_part_of(row, member)).map(|(_, weight)| weight).sum()
        }
        _ => f64::from(u8::from(instance.is_part_of(row, element))),
    };
    let mut found = Vec::new();
    for (&row, arcs) in rows {
        let weight = weight(row);
        if weight > 0.0 {
            found.extend(arcs.iter().map(|&arc| (arc, weight)));
        }
    }
    found.sort_unstable_by_key(|&(arc, _)| arc);
    found
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

/// Product of the scenario's factors on what all these arcs belong to: derating one member leaves a group alone.
pub fn capacity_factor(instance: &Instance, arcs: &[(u32, f64)]) -> f64 {
    let covers = |change: &&CapacityChange| arcs.iter().all(|(arc, _)| change.arcs.contains(*arc as usize));
    let changes = instance.supply.capacity_changes.iter().filter(|_| !arcs.is_empty());
    changes.filter(covers).map(|change| change.factor).product()
}

/// Whether an arc's volume counts toward its element's capacity: a crossing is used once, on leaving.
fn counts_once(arc: &Arc) -> bool {
    !(arc.operation == Operation::BorderEntry && matches!(arc.row, ArcRow::Entry(_)))
}
