//! Keys that stand twice: always wrong for what others refer to, wrong for dated rows when their dates overlap.
use super::desk::Desk;
use crate::draft::{ModelDraft, Row};
use crate::schema::{Table, access, actors, calibration, network, stress, trade};
use std::collections::BTreeMap;

/// Tables whose rows are referred to one by one: a key stands once.
const ONCE: &[(&Table, &[&str])] = &[
    (&actors::SOURCE, &["source_id"]),
    (&actors::ACTOR, &["actor_id"]),
    (&actors::ASSET, &["asset_id"]),
    (&network::NODE, &["node_id"]),
    (&network::PASSAGE, &["passage_id"]),
    (&network::LIMIT, &["limit_id"]),
    (&network::VEHICLE, &["vehicle_id"]),
    (&trade::COMMODITY, &["commodity_id"]),
    (&access::CAPACITY_GROUP, &["group_id"]),
    (&access::CAPACITY_MEMBER, &["group_id", "element_type", "element"]),
];

/// Tables whose rows say the same thing at different dates.
const ONCE_A_DAY: &[(&Table, &[&str])] = &[
    (&actors::CURRENCY, &["currency", "price_year"]),
    (&actors::MEMBERSHIP, &["actor_id", "bloc"]),
    (&actors::RELATION, &["state_a", "state_b", "matter"]),
    (&actors::HOLDING, &["held", "holder", "holding_type"]),
    (&network::LINK, &["link_id"]),
    (&network::TRANSFER, &["transfer_id"]),
    (&network::BORDER_CROSSING, &["crossing_id", "territory"]),
    (&trade::CONVERSION, &["commodity", "unit"]),
    (&trade::RATE, &["operation", "mode", "to_mode", "territory", "commodity"]),
    (&trade::DEMAND, &["demand_id", "period"]),
    (&access::RULE, &["rule_id"]),
    (&access::OBSERVED, &["observed_id"]),
    (&stress::HAZARD, &["hazard_id"]),
    (&calibration::CALIBRATION, &["parameter", "commodity", "mode", "element_type", "element"]),
];

/// Reports every row that repeats an earlier one.
pub(crate) fn check(desk: &mut Desk, draft: &ModelDraft) {
    for (table, columns) in ONCE {
        repeated(desk, draft.rows(table), columns, |_, _| true);
    }
    for (table, columns) in ONCE_A_DAY {
        repeated(desk, draft.rows(table), columns, |a, b| a.validity().overlaps(b.validity()));
    }
}

fn repeated(desk: &mut Desk, rows: &[Row], columns: &[&str], clash: impl Fn(&Row, &Row) -> bool) {
    let mut seen: BTreeMap<Vec<String>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let key: Vec<String> = columns.iter().map(|column| row.spelled(column)).collect();
        if key[0].is_empty() {
            continue;
        }
        let earlier = seen.entry(key).or_default();
        if let Some(first) = earlier.iter().find(|first| clash(first, row)) {
            let hint = match ONCE_A_DAY.iter().any(|(table, _)| table.name == row.table.name) {
                true => "give one of them another key, or dates that do not overlap",
                false => "give one of them another key",
            };
            let what = columns.iter().map(|column| row.spelled(column)).filter(|text| !text.is_empty());
            let what = what.collect::<Vec<_>>().join(", ");
            desk.error(row.at(columns[0]), format!("`{what}` is already in {}", first.place), hint);
        }
        earlier.push(row);
    }
}
