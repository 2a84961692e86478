//! Rows of rules, capacity groups, background traffic and observations.
use super::desk::Desk;
use crate::draft::Row;
use crate::element::{Background, CapacityGroup, Observation};
use crate::mode::{Effect, Lever, Mode, Operation};
use crate::model::Capacity;
use crate::rule::{GateSelector, Rule, ShipmentPredicate};
use crate::schema::Target;
use crate::units::Ranged;

pub(crate) fn rule(desk: &mut Desk, row: &Row) -> Option<Rule> {
    let provenance = desk.provenance(row);
    let actor = desk.optional(row, "actor", Target::Actor);
    let gate = desk.gates(row);
    let shipment = shipment(desk, row);
    let after = after(desk, row);
    let effect = Effect::parse(row.text("effect"))?;
    let value = rule_value(desk, row, effect);
    Some(Rule {
        key: row.some_text("rule_id")?.to_owned(),
        actor: actor?,
        lever: Lever::parse(row.text("lever"))?,
        gate,
        shipment,
        after,
        effect,
        value: value?,
        unit: row.unit("unit"),
        provenance,
    })
}

fn shipment(desk: &mut Desk, row: &Row) -> ShipmentPredicate {
    ShipmentPredicate {
        commodity: desk.optional(row, "commodity", Target::Commodity),
        origin: desk.optional(row, "origin", Target::Actor),
        destination: desk.optional(row, "destination", Target::Actor),
        shipper: desk.optional(row, "shipper", Target::Actor),
        consignee: desk.optional(row, "consignee", Target::Actor),
        flag: desk.optional(row, "flag", Target::Actor),
        vehicle: desk.optional(row, "vehicle", Target::Vehicle),
        beneficiary: desk.optional(row, "beneficiary", Target::Actor),
    }
}

fn after(desk: &mut Desk, row: &Row) -> Option<GateSelector> {
    let after = GateSelector {
        territory: desk.optional(row, "after_territory", Target::State),
        operator: desk.optional(row, "after_operator", Target::Actor),
        operation: Operation::parse(row.text("after_operation")),
        terminal: desk.optional(row, "after_terminal", Target::Node),
        passage: desk.optional(row, "after_passage", Target::Passage),
        mode: Mode::parse(row.text("after_mode")),
        ..GateSelector::default()
    };
    (after.bound_fields() > 0).then_some(after)
}

fn rule_value(desk: &mut Desk, row: &Row, effect: Effect) -> Option<Ranged> {
    match effect {
        Effect::Permit | Effect::Deny => Some(Ranged::exactly(0.0)),
        _ if row.is_blank("value") => {
            desk.error(
                row.at("value"),
                format!("must not be empty for {effect}"),
                "an amount, hours or a volume a year",
            );
            None
        }
        Effect::Surcharge => desk.amount(row, "value"),
        Effect::Delay | Effect::Quota => row.number("value"),
    }
}

pub(crate) fn group(desk: &mut Desk, row: &Row) -> Option<CapacityGroup> {
    let provenance = desk.provenance(row);
    let capacity = desk.capacity(row);
    Some(CapacityGroup {
        key: row.some_text("group_id")?.to_owned(),
        name: row.some_text("name")?.to_owned(),
        capacity: capacity?,
        members: Vec::new(),
        provenance,
    })
}

/// Puts the rows of `capacity_member` into their groups.
pub(crate) fn members(desk: &mut Desk, rows: &[Row], groups: &mut [CapacityGroup]) {
    for row in rows {
        let group: Option<crate::ids::GroupId> = desk.optional(row, "group_id", Target::Group);
        let element = desk.element(row);
        let weight = row.number("weight").map(|weight| weight.value);
        let (Some(group), Some(element), Some(weight)) = (group, element, weight) else { continue };
        if let Some(group) = groups.get_mut(group.index()) {
            group.members.push((element, weight));
        }
    }
}

fn volume(row: &Row) -> Option<Capacity> {
    Some(Capacity { value: row.number("volume")?, unit: row.rate_unit("unit")?, delay: None })
}

pub(crate) fn background(desk: &mut Desk, row: &Row) -> Option<Background> {
    let provenance = desk.provenance(row);
    let element = desk.element(row);
    Some(Background { element: element?, volume: volume(row)?, provenance })
}

pub(crate) fn observation(desk: &mut Desk, row: &Row) -> Option<Observation> {
    let provenance = desk.provenance(row);
    let element = desk.element(row);
    let commodity = desk.optional(row, "commodity", Target::Commodity);
    Some(Observation {
        key: row.some_text("observed_id")?.to_owned(),
        element: element?,
        commodity,
        period: row.some_text("period")?.to_owned(),
        volume: volume(row)?,
        counts: row.some_text("counts")?.to_owned(),
        feeds_demand: row.flag("feeds_demand"),
        provenance,
    })
}
