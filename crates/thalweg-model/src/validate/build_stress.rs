//! Rows of hazards and needs.
use super::desk::Desk;
use crate::draft::Row;
use crate::hazard::{Hazard, Need, Struck};
use crate::mode::Cause;
use crate::units::Ranged;

pub(crate) fn hazard(desk: &mut Desk, row: &Row) -> Option<Hazard> {
    let provenance = desk.provenance(row);
    let struck = struck(desk, row);
    let premium = desk.amount(row, "premium");
    Some(Hazard {
        key: row.some_text("hazard_id")?.to_owned(),
        struck: struck?,
        cause: Cause::parse(row.text("cause"))?,
        probability: row.number("probability").map(|chance| chance.value),
        duration_d: row.number("duration").unwrap_or(Ranged::exactly(365.0)),
        share_left: row.number("share_left")?.value,
        time_sd_h: row.number("time_sd")?.value,
        premium: premium?.value,
        provenance,
    })
}

fn struck(desk: &mut Desk, row: &Row) -> Option<Struck> {
    let of_area = ["x_coord", "y_coord", "radius"];
    let area: Vec<f64> = of_area.iter().filter_map(|column| Some(row.number(column)?.value)).collect();
    let named = !row.is_blank("element_type") || !row.is_blank("element");
    match (named, area.as_slice()) {
        (true, []) => {
            for column in ["element_type", "element"] {
                if row.is_blank(column) {
                    desk.error(row.at(column), "must not be empty beside the other", "name the type and the key");
                }
            }
            desk.element(row).map(Struck::Element)
        }
        (false, &[longitude, latitude, radius_km]) => Some(Struck::Area { longitude, latitude, radius_km }),
        _ => {
            let hint = "either element_type and element, or x_coord, y_coord and radius";
            desk.error(row.at("element"), "does not say where it strikes", hint);
            None
        }
    }
}

/// The needs, from the rows of their supports.
pub(crate) fn needs(desk: &mut Desk, rows: &[Row]) -> Vec<Need> {
    let mut found: Vec<(Need, Option<i64>)> = Vec::new();
    for row in rows {
        let provenance = desk.provenance(row);
        let dependent = desk.element(row);
        let (word, key) = (row.some_text("support_type"), row.some_text("support"));
        let support = word.zip(key).and_then(|(word, key)| desk.named_element(word, key, row.at("support")));
        let (Some(dependent), Some(support), Some(key)) = (dependent, support, row.some_text("need_id")) else {
            continue;
        };
        let at_least = row.integer("at_least");
        let backup_h = row.number("backup").map_or(0.0, |hours| hours.value);
        match found.iter_mut().find(|(need, _)| need.key == key) {
            None => {
                let supports = vec![support];
                let need = Need { key: key.to_owned(), dependent, supports, at_least: 0, backup_h, provenance };
                found.push((need, at_least));
            }
            Some((need, least)) if need.dependent == dependent && *least == at_least && need.backup_h == backup_h => {
                need.supports.push(support);
            }
            Some(_) => desk.error(
                row.at("need_id"),
                format!("differs from the first row of the need `{key}`"),
                "all supports of a need name the same dependent, number and backup",
            ),
        }
    }
    let counted = |(need, least): (Need, Option<i64>)| {
        let all = need.supports.len();
        let at_least = least.and_then(|least| usize::try_from(least).ok()).unwrap_or(all).min(all);
        Need { at_least, ..need }
    };
    found.into_iter().map(counted).collect()
}
