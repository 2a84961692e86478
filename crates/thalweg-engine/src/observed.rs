//! Modelled volumes of the elements somebody counted, and the limits elements state.
use crate::assignment::Assignment;
use crate::figures::rate_name;
use std::collections::BTreeMap;
use thalweg_model::mode::Operation;
use thalweg_model::model::{Capacity, Element, Model, Provenance};
use thalweg_model::units::Dimension;
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcRow};
use thalweg_network::supply::CapacityChange;

/// A count beside what the model says.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedRow {
    /// Key of the observation.
    pub key: String,
    /// Element: kind and key.
    pub gate: String,
    /// Commodity key, empty for all that convert to the unit.
    pub commodity: String,
    /// Year or period of the count.
    pub period: String,
    /// The count, in `unit`.
    pub observed: f64,
    /// What flows amount to, in `unit`.
    pub modelled: f64,
    /// Unit, per year, day or hour.
    pub unit: String,
    /// Exactly what was counted.
    pub counts: String,
    /// Whether the fit leaves it out because demand rests on the same source.
    pub feeds_demand: bool,
    /// Whether the period is the year of the run.
    pub same_year: bool,
}

/// Every observation with its modelled counterpart.
pub fn observed(instance: &Instance, assignment: &Assignment) -> Vec<ObservedRow> {
    let model = &instance.model;
    let year = instance.as_of.year().to_string();
    model
        .observations
        .iter()
        .map(|row| {
            let dimension = row.volume.dimension();
            let mut modelled = 0.0;
            for (segment, flow) in assignment.segments.iter().enumerate() {
                let commodity = instance.demand.segments[segment].commodity;
                let wanted = row.commodity.is_none_or(|wanted| wanted == commodity);
                let Some(base) = instance.units.base_units(commodity, dimension).filter(|_| wanted) else { continue };
                let through: f64 = flow
                    .paths
                    .iter()
                    .filter(|path| {
                        path.arcs.iter().any(|arc| instance.is_part_of(instance.network.arc(*arc).row, &row.element))
                    })
                    .map(|path| path.volume)
                    .sum();
                modelled += through * base;
            }
            ObservedRow {
                key: row.key.clone(),
                gate: element_label(model, &row.element),
                commodity: row.commodity.map_or_else(String::new, |id| model.commodities[id.index()].key.clone()),
                period: row.period.clone(),
                observed: row.volume.value.value,
                modelled: modelled / row.volume.unit.base_per_year(),
                unit: rate_name(&row.volume),
                counts: row.counts.clone(),
                feeds_demand: row.feeds_demand,
                same_year: row.period.contains(&year),
            }
        })
        .collect()
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
    let mut add = |element: Element, provenance: &Provenance, capacity: Option<Capacity>| {
        if let Some(capacity) = capacity.filter(|_| holds(instance, provenance)) {
            let arcs = member_arcs(instance, &element);
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
fn member_arcs(instance: &Instance, element: &Element) -> Vec<(u32, f64)> {
    let arcs = (0u32..).zip(instance.network.arcs()).filter(|(_, arc)| counts_once(arc));
    if let Element::Group(group) = element {
        let members = &instance.model.groups[group.index()].members;
        return arcs
            .filter_map(|(id, arc)| {
                let weight: f64 = members
                    .iter()
                    .filter(|(member, _)| instance.is_part_of(arc.row, member))
                    .map(|(_, weight)| weight)
                    .sum();
                (weight > 0.0).then_some((id, weight))
            })
            .collect();
    }
    arcs.filter(|(_, arc)| instance.is_part_of(arc.row, element)).map(|(id, _)| (id, 1.0)).collect()
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
