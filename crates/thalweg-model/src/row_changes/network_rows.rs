//! Rows of the network as a watch tells them: places, links, transfers, sides, passages, limits, groups, hazards, needs.
use super::concerns::{Concerns, Reach, terminal};
use super::standing::{Cell, Standing, amount, capacity, exact, flag, words};
use crate::element::Element;
use crate::hazard::Struck;
use crate::mode::{Mode, Topic};
use crate::model::{BorderStep, Capacity, Link, Side, Sizes};
use crate::watch_list::WatchedGate;
use std::collections::BTreeSet;

use Topic::{Capacities, Charges, Hazards, Holdings, Statuses};

type Cells = Vec<(Topic, &'static str, Cell)>;

/// All rows of the tables of the network.
pub(crate) fn rows<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let mut rows = nodes(reach);
    rows.extend(links(reach));
    rows.extend(transfers(reach));
    rows.extend(sides(reach));
    rows.extend(passages(reach));
    rows.extend(sizes(reach));
    rows.extend(shared(reach));
    rows.extend(hazards(reach));
    rows
}

fn nodes<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Node)| {
        let mut concerns = reach.actors([row.territory]);
        concerns.gates.insert(WatchedGate::Terminal(row.key.clone()));
        reach.add_asset(&mut concerns, row.asset);
        let cells = vec![
            (Holdings, "territory", reach.actor(row.territory)),
            (Holdings, "asset", reach.asset(row.asset)),
            (Statuses, "region", words(&row.region)),
        ];
        let name = row.name.clone();
        let (key, provenance) = (row.key.clone(), &row.provenance);
        Standing { model, table: "node", position, key, name, home: Statuses, cells, provenance, concerns }
    };
    model.nodes.iter().enumerate().map(row).collect()
}

/// Columns of a capacity and its delay curve.
fn capacity_cells(row: Option<Capacity>) -> [(Topic, &'static str, Cell); 4] {
    let delay = row.and_then(|row| row.delay);
    [
        (Capacities, "capacity", capacity(row)),
        (Capacities, "delay_function", delay.map_or(Cell::Blank, |delay| words(delay.function.name()))),
        (Capacities, "delay_at_capacity", amount(delay.map(|delay| delay.at_capacity_h), "h")),
        (Capacities, "delay_power", amount(delay.map(|delay| delay.power), "")),
    ]
}

fn links<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a Link)| Standing {
        model,
        table: "link",
        position,
        key: row.key.clone(),
        name: row.name.clone(),
        home: Statuses,
        cells: link_cells(reach, row),
        provenance: &row.provenance,
        concerns: reach.about_link(row),
    };
    model.links.iter().enumerate().map(row).collect()
}

fn link_cells(reach: &Reach, row: &Link) -> Cells {
    let [toll, toll_to] = reach.toll(row.toll);
    let mut cells = vec![
        (Statuses, "status", words(row.status.name())),
        (Statuses, "from", reach.node(Some(row.from))),
        (Statuses, "to", reach.node(Some(row.to))),
        (Statuses, "directed", flag(row.directed)),
        (Statuses, "mode", words(row.mode.name())),
        (Statuses, "gauge", exact(row.gauge_mm.map(f64::from), "mm")),
        (Statuses, "limit", reach.limit(row.limit)),
        (Statuses, "passage", reach.passage(row.passage)),
        (Statuses, "commodities", reach.commodity_list(&row.commodities)),
        (Statuses, "corridor", words(&row.corridor)),
        (Charges, "length", amount(Some(row.length_km), "km")),
        (Charges, "time", amount(row.time_h, "h")),
        (Charges, "time_sd", amount(row.time_sd_h, "h")),
        (Charges, "cost", reach.charge(row.cost)),
        (Charges, "toll", toll),
        (Charges, "toll_to", toll_to),
        (Holdings, "territory", reach.actor(row.territory)),
        (Holdings, "operator", reach.actor(row.operator)),
        (Holdings, "asset", reach.asset(row.asset)),
    ];
    cells.extend(capacity_cells(row.capacity));
    cells
}

fn transfers<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let mode = |mode: Option<Mode>| mode.map_or(Cell::Blank, |mode| words(mode.name()));
    let row = |(position, row): (usize, &'a crate::model::Transfer)| {
        let [toll, toll_to] = reach.toll(row.toll);
        let mut cells = vec![
            (Statuses, "status", words(row.status.name())),
            (Statuses, "node", reach.node(Some(row.node))),
            (Statuses, "operation", words(row.operation.name())),
            (Statuses, "from_mode", mode(row.from_mode)),
            (Statuses, "to_mode", mode(row.to_mode)),
            (Statuses, "from_gauge", exact(row.from_gauge_mm.map(f64::from), "mm")),
            (Statuses, "to_gauge", exact(row.to_gauge_mm.map(f64::from), "mm")),
            (Statuses, "directed", flag(row.directed)),
            (Statuses, "commodities", reach.commodity_list(&row.commodities)),
            (Charges, "time", amount(row.time_h, "h")),
            (Charges, "time_sd", amount(row.time_sd_h, "h")),
            (Charges, "cost", reach.charge(row.cost)),
            (Charges, "toll", toll),
            (Charges, "toll_to", toll_to),
            (Holdings, "operator", reach.actor(row.operator)),
            (Holdings, "asset", reach.asset(row.asset)),
        ];
        cells.extend(capacity_cells(row.capacity));
        let (key, name) = (row.key.clone(), model.nodes[row.node.index()].name.clone());
        let (provenance, concerns) = (&row.provenance, reach.about_transfer(row));
        Standing { model, table: "transfer", position, key, name, home: Statuses, cells, provenance, concerns }
    };
    model.transfers.iter().enumerate().map(row).collect()
}

fn sides<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a Side)| {
        let crossing = &model.crossings[row.crossing.index()];
        let mut concerns = reach.actors([Some(row.territory), row.operator, row.toll.map(|toll| toll.to)]);
        concerns.gates = BTreeSet::from([WatchedGate::Crossing(crossing.key.clone()), terminal(model, crossing.node)]);
        concerns.commodities = reach.carried(&[], &[Some(crossing.mode)]);
        let [toll, toll_to] = reach.toll(row.toll);
        let mut cells = vec![(Statuses, "status", words(row.status.name()))];
        cells.extend(step_cells(reach, row.exit, ["exit_time", "exit_time_sd", "exit_cost"]));
        cells.extend(step_cells(reach, row.entry, ["entry_time", "entry_time_sd", "entry_cost"]));
        cells.extend([
            (Charges, "toll", toll),
            (Charges, "toll_to", toll_to),
            (Holdings, "operator", reach.actor(row.operator)),
        ]);
        cells.extend(capacity_cells(row.capacity));
        let key = format!("{} {}", crossing.key, model.actors[row.territory.index()].key);
        let (name, provenance) = (crossing.name.clone(), &row.provenance);
        Standing { model, table: "border_crossing", position, key, name, home: Statuses, cells, provenance, concerns }
    };
    model.sides.iter().enumerate().map(row).collect()
}

fn step_cells(
    reach: &Reach,
    step: BorderStep,
    [time, time_sd, cost]: [&'static str; 3],
) -> [(Topic, &'static str, Cell); 3] {
    [
        (Charges, time, amount(step.time_h, "h")),
        (Charges, time_sd, amount(step.time_sd_h, "h")),
        (Charges, cost, reach.charge(step.cost)),
    ]
}

fn passages<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Passage)| {
        let [toll, toll_to] = reach.toll(row.toll);
        let mut cells = vec![
            (Statuses, "status", words(row.status.name())),
            (Statuses, "limit", reach.limit(row.limit)),
            (Charges, "time", amount(row.time_h, "h")),
            (Charges, "time_sd", amount(row.time_sd_h, "h")),
            (Charges, "toll", toll),
            (Charges, "toll_to", toll_to),
            (Holdings, "territory", reach.actor(row.territory)),
            (Holdings, "operator", reach.actor(row.operator)),
        ];
        cells.extend(capacity_cells(row.capacity));
        let (key, name) = (row.key.clone(), row.name.clone());
        let (provenance, concerns) = (&row.provenance, reach.about_passage(position.into()));
        Standing { model, table: "passage", position, key, name, home: Statuses, cells, provenance, concerns }
    };
    model.passages.iter().enumerate().map(row).collect()
}

/// Limits and vehicle classes.
fn sizes<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let size_cells = |sizes: Sizes| {
        vec![
            (Capacities, "draught", exact(sizes.draught_m, "m")),
            (Capacities, "beam", exact(sizes.beam_m, "m")),
            (Capacities, "length", exact(sizes.length_m, "m")),
            (Capacities, "deadweight", exact(sizes.deadweight_t, "t")),
            (Capacities, "axle_load", exact(sizes.axle_load_t, "t")),
        ]
    };
    let limit = |(position, row): (usize, &'a crate::model::Limit)| {
        let of_limit =
            |limit: Option<crate::ids::LimitId>| limit.is_some_and(|id| model.limits[id.index()].key == row.key);
        let links = model.links.iter().filter(|link| of_limit(link.limit)).map(|link| reach.about_link(link));
        let passages = (0..model.passages.len()).filter(|id| of_limit(model.passages[*id].limit));
        let all = links.chain(passages.map(|id| reach.about_passage(id.into())));
        Standing {
            model,
            table: "limit",
            position,
            key: row.key.clone(),
            name: String::new(),
            home: Capacities,
            cells: size_cells(row.sizes),
            provenance: &row.provenance,
            concerns: all.reduce(|one, other| one.and(&other)).unwrap_or_default(),
        }
    };
    let vehicle = |(position, row): (usize, &'a crate::model::Vehicle)| {
        let mut cells = size_cells(row.sizes);
        cells.push((Charges, "cost_factor", exact(Some(row.cost_factor), "")));
        let concerns = Concerns { commodities: reach.carried(&[], &[Some(row.mode)]), ..Concerns::default() };
        let (key, name, provenance) = (row.key.clone(), row.name.clone(), &row.provenance);
        Standing { model, table: "vehicle", position, key, name, home: Capacities, cells, provenance, concerns }
    };
    let limits = model.limits.iter().enumerate().map(limit);
    limits.chain(model.vehicles.iter().enumerate().map(vehicle)).collect()
}

/// Shared limits, and traffic that takes part of a capacity.
fn shared<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let group = |(position, row): (usize, &'a crate::element::CapacityGroup)| {
        let mut members: Vec<String> =
            row.members.iter().map(|(member, weight)| format!("{} x{weight}", member.label(model))).collect();
        members.sort();
        let cells = vec![
            (Capacities, "capacity", capacity(Some(row.capacity))),
            (Capacities, "members", words(&members.join("|"))),
        ];
        let concerns = reach.about_element(&Element::Group(position.into()));
        let (key, name, provenance) = (row.key.clone(), row.name.clone(), &row.provenance);
        Standing { model, table: "capacity_group", position, key, name, home: Capacities, cells, provenance, concerns }
    };
    let background = |(position, row): (usize, &'a crate::element::Background)| Standing {
        model,
        table: "background",
        position,
        key: row.element.label(model),
        name: String::new(),
        home: Capacities,
        cells: vec![(Capacities, "volume", capacity(Some(row.volume)))],
        provenance: &row.provenance,
        concerns: reach.about_element(&row.element),
    };
    let groups = model.groups.iter().enumerate().map(group);
    groups.chain(model.backgrounds.iter().enumerate().map(background)).collect()
}

/// Hazards and needs.
fn hazards<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let hazard = |(position, row): (usize, &'a crate::hazard::Hazard)| {
        let (struck, concerns) = match &row.struck {
            Struck::Element(element) => (element.label(model), reach.about_element(element)),
            Struck::Area { longitude, latitude, radius_km } => {
                (format!("{radius_km} km around {longitude} {latitude}"), Concerns::default())
            }
        };
        let cells = vec![
            (Hazards, "strikes", words(&struck)),
            (Hazards, "cause", words(row.cause.name())),
            (Hazards, "probability", exact(row.probability, "/yr")),
            (Hazards, "duration", amount(Some(row.duration_d), "d")),
            (Hazards, "share_left", exact(Some(row.share_left), "")),
            (Hazards, "time_sd", exact(Some(row.time_sd_h), "h")),
            (Hazards, "premium", exact(Some(row.premium), &reach.money_per(None))),
        ];
        let (key, name, provenance) = (row.key.clone(), String::new(), &row.provenance);
        Standing { model, table: "hazard", position, key, name, home: Hazards, cells, provenance, concerns }
    };
    let need = |(position, row): (usize, &'a crate::hazard::Need)| {
        let mut supports: Vec<String> = row.supports.iter().map(|support| support.label(model)).collect();
        supports.sort();
        let cells = vec![
            (Hazards, "dependent", words(&row.dependent.label(model))),
            (Hazards, "supports", words(&supports.join("|"))),
            (Hazards, "at_least", exact(Some(row.at_least as f64), "")),
            (Hazards, "backup", exact(Some(row.backup_h), "h")),
        ];
        let all = row.supports.iter().map(|support| reach.about_element(support));
        let concerns = all.fold(reach.about_element(&row.dependent), |one, other| one.and(&other));
        let (key, name, provenance) = (row.key.clone(), String::new(), &row.provenance);
        Standing { model, table: "dependency", position, key, name, home: Hazards, cells, provenance, concerns }
    };
    let hazards = model.hazards.iter().enumerate().map(hazard);
    hazards.chain(model.needs.iter().enumerate().map(need)).collect()
}
