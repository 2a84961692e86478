//! Rows of nodes, links, transfers, border crossings, passages, limits and vehicles.
use super::desk::Desk;
use crate::draft::Row;
use crate::ids::{ActorId, CrossingId, NodeId};
use crate::mode::{Mode, Operation, Status};
use crate::model::{Crossing, Limit, Link, Node, Passage, Side, Sizes, Transfer, Vehicle};
use crate::schema::Target;

pub(crate) fn node(desk: &mut Desk, row: &Row) -> Option<Node> {
    let provenance = desk.provenance(row);
    let territory = desk.optional(row, "territory", Target::State);
    let asset = desk.optional(row, "asset", Target::Asset);
    Some(Node {
        key: row.some_text("node_id")?.to_owned(),
        name: row.some_text("name")?.to_owned(),
        locode: row.text("locode").to_owned(),
        aliases: row.list("aliases").to_vec(),
        node_type: row.text("node_type").to_owned(),
        longitude: row.number("x_coord")?.value,
        latitude: row.number("y_coord")?.value,
        territory,
        region: row.text("region").to_owned(),
        asset,
        provenance,
    })
}

/// Modes that may run where no state rules.
pub(crate) fn may_leave_territory(mode: Mode) -> bool {
    matches!(mode, Mode::Sea | Mode::Ferry | Mode::Air)
}

pub(crate) fn link(desk: &mut Desk, row: &Row, territories: &[Option<ActorId>]) -> Option<Link> {
    let provenance = desk.provenance(row);
    let from: Option<NodeId> = desk.optional(row, "from_node_id", Target::Node);
    let to: Option<NodeId> = desk.optional(row, "to_node_id", Target::Node);
    let mode = Mode::parse(row.text("mode"));
    let named: Option<ActorId> = desk.optional(row, "territory", Target::State);
    let cost = desk.charge(row, "cost");
    let toll = desk.toll(row);
    let capacity = desk.congestible_capacity(row);
    let operator = desk.optional(row, "operator", Target::Actor);
    let asset = desk.optional(row, "asset", Target::Asset);
    let passage = desk.optional(row, "passage", Target::Passage);
    let limit = desk.optional(row, "limit", Target::Limit);
    let commodities = desk.list(row, "commodities", Target::Commodity);
    let (from, to, mode) = (from?, to?, mode?);
    if from == to {
        desk.error(row.at("to_node_id"), "the link ends where it starts", "name another node");
    }
    let territory = match row.is_blank("territory") && !may_leave_territory(mode) {
        true => shared_territory(desk, row, [territories[from.index()], territories[to.index()]]),
        false => named,
    };
    Some(Link {
        key: row.some_text("link_id")?.to_owned(),
        name: row.text("name").to_owned(),
        from,
        to,
        directed: row.flag("directed"),
        mode,
        length_km: row.number("length")?,
        time_h: row.number("time"),
        time_sd_h: row.number("time_sd"),
        cost,
        toll,
        capacity,
        gauge_mm: gauge(row, "gauge"),
        territory,
        operator,
        asset,
        passage,
        limit,
        commodities,
        status: status(row),
        corridor: row.text("corridor").to_owned(),
        right_of_way: row.text("right_of_way").to_owned(),
        shape: row.points("geometry").to_vec(),
        provenance,
    })
}

fn shared_territory(desk: &mut Desk, row: &Row, ends: [Option<ActorId>; 2]) -> Option<ActorId> {
    if ends[0].is_some() && ends[0] == ends[1] {
        return ends[0];
    }
    desk.error(
        row.at("territory"),
        "is empty, and the end nodes do not share a territory",
        "name the state it stands on; split a link at the border node",
    );
    None
}

fn gauge(row: &Row, column: &str) -> Option<u32> {
    row.integer(column).and_then(|gauge| u32::try_from(gauge).ok())
}

fn status(row: &Row) -> Status {
    Status::parse(row.text("status")).unwrap_or(Status::Open)
}

pub(crate) fn transfer(desk: &mut Desk, row: &Row) -> Option<Transfer> {
    let provenance = desk.provenance(row);
    let node = desk.optional(row, "node_id", Target::Node);
    let cost = desk.charge(row, "cost");
    let toll = desk.toll(row);
    let capacity = desk.congestible_capacity(row);
    let operator = desk.optional(row, "operator", Target::Actor);
    let asset = desk.optional(row, "asset", Target::Asset);
    let commodities = desk.list(row, "commodities", Target::Commodity);
    let operation = Operation::parse(row.text("operation"))?;
    check_ends(desk, row, operation);
    Some(Transfer {
        key: row.some_text("transfer_id")?.to_owned(),
        node: node?,
        operation,
        from_mode: Mode::parse(row.text("from_mode")),
        to_mode: Mode::parse(row.text("to_mode")),
        from_gauge_mm: gauge(row, "from_gauge"),
        to_gauge_mm: gauge(row, "to_gauge"),
        directed: row.flag("directed"),
        time_h: row.number("time"),
        time_sd_h: row.number("time_sd"),
        cost,
        toll,
        capacity,
        operator,
        asset,
        commodities,
        status: status(row),
        provenance,
    })
}

fn check_ends(desk: &mut Desk, row: &Row, operation: Operation) {
    let needed: &[&str] = match operation {
        Operation::Load => &["to_mode"],
        Operation::Unload => &["from_mode"],
        Operation::GaugeChange => &["from_gauge", "to_gauge"],
        _ => &["from_mode", "to_mode"],
    };
    for column in needed {
        if row.is_blank(column) {
            desk.error(row.at(column), format!("must not be empty for {operation}"), "say what meets here");
        }
    }
}

/// The crossings and their sides; a crossing's name, node and mode are those of its first side.
pub(crate) fn crossings(desk: &mut Desk, rows: &[Row]) -> (Vec<Crossing>, Vec<Side>) {
    let (mut crossings, mut sides): (Vec<Crossing>, Vec<Side>) = (Vec::new(), Vec::new());
    for row in rows {
        let Some((crossing, side)) = crossing_and_side(desk, row) else { continue };
        match crossings.get(side.crossing.index()) {
            Some(first) if first.node != crossing.node || first.mode != crossing.mode => desk.error(
                row.at(if first.node == crossing.node { "mode" } else { "node_id" }),
                format!("differs from the other side of `{}`", crossing.key),
                "both sides of a crossing name the same node and mode",
            ),
            Some(_) => {}
            None => crossings.push(crossing),
        }
        sides.push(side);
    }
    (crossings, sides)
}

fn crossing_and_side(desk: &mut Desk, row: &Row) -> Option<(Crossing, Side)> {
    let provenance = desk.provenance(row);
    let node = desk.optional(row, "node_id", Target::Node);
    let territory = desk.optional(row, "territory", Target::State);
    let exit = desk.border_step(row, ["exit_time", "exit_time_sd", "exit_cost"]);
    let entry = desk.border_step(row, ["entry_time", "entry_time_sd", "entry_cost"]);
    let toll = desk.toll(row);
    let capacity = desk.congestible_capacity(row);
    let operator = desk.optional(row, "operator", Target::Actor);
    let key = row.some_text("crossing_id")?.to_owned();
    let crossing: CrossingId = desk.index.position(Target::Crossing, &key)?.into();
    let head =
        Crossing { key, name: row.some_text("name")?.to_owned(), node: node?, mode: Mode::parse(row.text("mode"))? };
    let territory = territory?;
    Some((head, Side { crossing, territory, exit, entry, toll, capacity, operator, status: status(row), provenance }))
}

pub(crate) fn passage(desk: &mut Desk, row: &Row) -> Option<Passage> {
    let provenance = desk.provenance(row);
    let territory = desk.optional(row, "territory", Target::State);
    let operator = desk.optional(row, "operator", Target::Actor);
    let toll = desk.toll(row);
    let capacity = desk.congestible_capacity(row);
    let limit = desk.optional(row, "limit", Target::Limit);
    Some(Passage {
        key: row.some_text("passage_id")?.to_owned(),
        name: row.some_text("name")?.to_owned(),
        aliases: row.list("aliases").to_vec(),
        territory,
        operator,
        time_h: row.number("time"),
        time_sd_h: row.number("time_sd"),
        toll,
        capacity,
        limit,
        status: status(row),
        provenance,
    })
}

fn sizes(row: &Row) -> Sizes {
    let size = |column: &str| row.number(column).map(|number| number.value);
    Sizes {
        draught_m: size("draught"),
        beam_m: size("beam"),
        length_m: size("length"),
        deadweight_t: size("deadweight"),
        axle_load_t: size("axle_load"),
    }
}

pub(crate) fn limit(desk: &mut Desk, row: &Row) -> Option<Limit> {
    let provenance = desk.provenance(row);
    Some(Limit { key: row.some_text("limit_id")?.to_owned(), sizes: sizes(row), provenance })
}

pub(crate) fn vehicle(desk: &mut Desk, row: &Row) -> Option<Vehicle> {
    let provenance = desk.provenance(row);
    Some(Vehicle {
        key: row.some_text("vehicle_id")?.to_owned(),
        name: row.some_text("name")?.to_owned(),
        mode: Mode::parse(row.text("mode"))?,
        sizes: sizes(row),
        cost_factor: row.number("cost_factor")?.value,
        provenance,
    })
}
