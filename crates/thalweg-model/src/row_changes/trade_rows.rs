//! Rows about trade and access as a watch tells them: rules, demands, suppliers, commodities, conversions, rates.
use super::concerns::{Concerns, Reach};
use super::standing::{Cell, Standing, amount, capacity, exact, words};
use crate::mode::Topic::{Capacities, Charges, Demand, Rules, Supply};
use crate::mode::{Mode, Topic};
use crate::rule::{GateSelector, Rule};

type Cells = Vec<(Topic, &'static str, Cell)>;

/// All rows of the tables of trade and access.
pub(crate) fn rows<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let mut rows = rules(reach);
    rows.extend(demands(reach));
    rows.extend(supplies(reach));
    rows.extend(commodities(reach));
    rows.extend(conversions(reach));
    rows.extend(rates(reach));
    rows
}

fn rules<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let row = |(position, row): (usize, &'a Rule)| Standing {
        model: reach.model,
        table: "rule",
        position,
        key: row.key.clone(),
        name: String::new(),
        home: Rules,
        cells: rule_cells(reach, row),
        provenance: &row.provenance,
        concerns: reach.about_rule(row),
    };
    reach.model.rules.iter().enumerate().map(row).collect()
}

fn rule_cells(reach: &Reach, row: &Rule) -> Cells {
    let model = reach.model;
    let shipment = &row.shipment;
    let vehicle = shipment.vehicle.map_or(Cell::Blank, |id| words(&model.vehicles[id.index()].key));
    let mut cells = vec![
        ("actor", reach.actor(Some(row.actor))),
        ("lever", words(row.lever.name())),
        ("effect", words(row.effect.name())),
        ("value", amount(Some(row.value).filter(|value| value.value != 0.0), &rule_unit(reach, row))),
        ("commodity", reach.commodity(shipment.commodity)),
        ("origin", reach.actor(shipment.origin)),
        ("destination", reach.actor(shipment.destination)),
        ("shipper", reach.actor(shipment.shipper)),
        ("consignee", reach.actor(shipment.consignee)),
        ("flag", reach.actor(shipment.flag)),
        ("vehicle", vehicle),
        ("beneficiary", reach.actor(shipment.beneficiary)),
    ];
    cells.extend(GATES.into_iter().zip(gate_cells(reach, &row.gate)));
    let nowhere = GateSelector::default();
    let after = gate_cells(reach, row.after.as_ref().unwrap_or(&nowhere));
    cells.extend(AFTER_GATES.into_iter().zip(after));
    cells.into_iter().map(|(column, cell)| (Rules, column, cell)).collect()
}

const GATES: [&str; 11] =
    ["territory", "operator", "owner", "crossing", "side", "terminal", "passage", "asset", "link", "mode", "operation"];

const AFTER_GATES: [&str; 11] = [
    "after_territory",
    "after_operator",
    "after_owner",
    "after_crossing",
    "after_side",
    "after_terminal",
    "after_passage",
    "after_asset",
    "after_link",
    "after_mode",
    "after_operation",
];

fn gate_cells(reach: &Reach, gate: &GateSelector) -> [Cell; 11] {
    let crossing = gate.crossing.map_or(Cell::Blank, |id| words(&reach.model.crossings[id.index()].key));
    [
        reach.actor(gate.territory),
        reach.actor(gate.operator),
        reach.actor(gate.owner),
        crossing,
        reach.actor(gate.side),
        reach.node(gate.terminal),
        reach.passage(gate.passage),
        reach.asset(gate.asset),
        words(gate.link.as_deref().unwrap_or_default()),
        gate.mode.map_or(Cell::Blank, |mode| words(mode.name())),
        gate.operation.map_or(Cell::Blank, |operation| words(operation.name())),
    ]
}

fn rule_unit(reach: &Reach, row: &Rule) -> String {
    use crate::mode::Effect;
    match row.effect {
        Effect::Permit | Effect::Deny => String::new(),
        Effect::Surcharge => reach.money_per(row.unit),
        Effect::Delay => "h".to_owned(),
        Effect::Quota => format!("{}/yr", row.unit.map_or("unit", crate::units::Unit::name)),
    }
}

fn demands<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Demand)| {
        let commodity = &model.commodities[row.commodity.index()];
        let unit = commodity.unit.name();
        let mut vehicles: Vec<&str> = row.vehicles.iter().map(|id| model.vehicles[id.index()].key.as_str()).collect();
        vehicles.sort_unstable();
        let cells = [
            ("volume", amount(Some(row.volume), &format!("{unit}/yr"))),
            ("commodity", words(&commodity.key)),
            ("origin", reach.node(row.origin)),
            ("destination", reach.node(Some(row.destination))),
            ("shipper", reach.actor(row.shipper)),
            ("consignee", reach.actor(row.consignee)),
            ("flag", reach.actor(row.flag)),
            ("vehicles", words(&vehicles.join("|"))),
            ("unserved_cost", amount(row.unserved_cost, &format!("{}/{unit}", model.head.currency))),
        ];
        let ends = [row.origin, Some(row.destination)];
        let mut concerns = reach.actors([row.shipper, row.consignee, row.flag]);
        for node in ends.into_iter().flatten() {
            reach.add_actor(&mut concerns, reach.territory(node));
            concerns.gates.insert(super::concerns::terminal(model, node));
        }
        concerns.commodities = reach.of_commodity(Some(row.commodity));
        // Rows of one key differ by period too.
        let key = [row.key.as_str(), row.period.as_str()].join(" ").trim_end().to_owned();
        let cells = cells.into_iter().map(|(column, cell)| (Demand, column, cell)).collect();
        let (name, provenance) = (String::new(), &row.provenance);
        Standing { model, table: "demand", position, key, name, home: Demand, cells, provenance, concerns }
    };
    model.demands.iter().enumerate().map(row).collect()
}

fn supplies<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Supply)| {
        let unit = model.commodities[row.commodity.index()].unit.name();
        let cells = [
            ("commodity", reach.commodity(Some(row.commodity))),
            ("node", reach.node(Some(row.node))),
            ("supplier", reach.actor(row.supplier)),
            ("capacity", capacity(row.capacity)),
            ("cost", reach.charge(row.cost)),
            ("minimum", exact(Some(row.minimum).filter(|least| *least > 0.0), &format!("{unit}/yr"))),
        ];
        let mut concerns = reach.actors([row.supplier, reach.territory(row.node)]);
        concerns.gates.insert(super::concerns::terminal(model, row.node));
        concerns.commodities = reach.of_commodity(Some(row.commodity));
        let cells = cells.into_iter().map(|(column, cell)| (Supply, column, cell)).collect();
        let (key, name, provenance) = (row.key.clone(), String::new(), &row.provenance);
        Standing { model, table: "supply", position, key, name, home: Supply, cells, provenance, concerns }
    };
    model.supplies.iter().enumerate().map(row).collect()
}

fn commodities<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Commodity)| {
        let (currency, unit) = (&model.head.currency, row.unit.name());
        let cells = vec![
            (Demand, "unserved_cost", amount(Some(row.unserved_cost), &format!("{currency}/{unit}"))),
            (Charges, "value_of_time", amount(Some(row.value_of_time), &format!("{currency}/({unit} h)"))),
            (
                Charges,
                "value_of_reliability",
                amount(Some(row.value_of_reliability), &format!("{currency}/({unit} h)")),
            ),
        ];
        let concerns = Concerns { commodities: reach.of_commodity(Some(position.into())), ..Concerns::default() };
        let (key, name, provenance) = (row.key.clone(), row.name.clone(), &row.provenance);
        Standing { model, table: "commodity", position, key, name, home: Demand, cells, provenance, concerns }
    };
    model.commodities.iter().enumerate().map(row).collect()
}

fn conversions<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Conversion)| {
        let (commodity, base) = (&model.commodities[row.commodity.index()], row.dimension.base_name());
        Standing {
            model,
            table: "conversion",
            position,
            key: format!("{} {base}", commodity.key),
            name: String::new(),
            home: Capacities,
            cells: vec![(Capacities, "factor", exact(Some(row.factor), &format!("{}/{base}", commodity.unit)))],
            provenance: &row.provenance,
            concerns: Concerns { commodities: reach.of_commodity(Some(row.commodity)), ..Concerns::default() },
        }
    };
    model.conversions.iter().enumerate().map(row).collect()
}

fn rates<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let mode = |mode: Option<Mode>| mode.map(|mode| mode.name().to_owned());
    let row = |(position, row): (usize, &'a crate::model::Rate)| {
        let territory = row.territory.map(|id| model.actors[id.index()].key.clone());
        let commodity = row.commodity.map(|id| model.commodities[id.index()].key.clone());
        let fits = [mode(row.mode), mode(row.to_mode), territory, commodity];
        let key: Vec<String> = fits.into_iter().map(|part| part.unwrap_or_else(|| "any".to_owned())).collect();
        let cells = vec![
            (Charges, "cost", reach.charge(Some(row.cost))),
            (Charges, "speed", amount(row.speed_km_h, "km/h")),
            (Charges, "time", amount(row.time_h, "h")),
            (Charges, "time_sd_share", exact(row.time_sd_share, "")),
        ];
        let mut concerns = reach.actors([row.territory]);
        concerns.commodities =
            reach.of_commodity(row.commodity).or_else(|| reach.carried(&[], &[row.mode, row.to_mode]));
        let (key, name) = (format!("{} {}", row.operation, key.join(" ")), String::new());
        let provenance = &row.provenance;
        Standing { model, table: "rate", position, key, name, home: Charges, cells, provenance, concerns }
    };
    model.rates.iter().enumerate().map(row).collect()
}
