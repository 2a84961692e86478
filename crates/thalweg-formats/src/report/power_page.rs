//! Sections on who can say no: exposure, refusals as pairs, closures, reach.
use crate::report::charts::pairs;
use crate::report::html::{escaped, figure, paragraph, picture, quantity, table};
use crate::report::number::short;
use crate::report::page::Page;
use crate::report::tornado::tornado;
use crate::wire::exposure::ExposureRow;
use std::collections::{BTreeMap, BTreeSet};

/// A matrix of beneficiaries by actors for every commodity and lever.
pub fn exposure(page: &Page) -> String {
    let rows = &page.report.exposures;
    if rows.is_empty() {
        return paragraph("No shipment meets a gate of another state.");
    }
    let mut tables: BTreeMap<(&str, &str), Vec<&ExposureRow>> = BTreeMap::new();
    for row in rows {
        tables.entry((&row.commodity, row.lever)).or_default().push(row);
    }
    let mut html = paragraph(
        "Share of a beneficiary's volume that meets a gate through which another actor could act. Rows are the \
         beneficiaries (shipper, origin or destination state); columns are those who could act. Exposure is not harm: the \
         next section says what a refusal would take. Levers are never added up. Least cost. Where equally cheap flows differ, \
         a cell shows the least and the greatest share.",
    );
    for (position, ((commodity, lever), rows)) in tables.iter().enumerate() {
        let title = format!("{}, by {lever}", page.commodity(commodity));
        let matrix = matrix(page, &title, rows);
        let open = if position < 2 { " open" } else { "" };
        html += &format!("<details{open}><summary>{}</summary>{matrix}</details>", escaped(&title));
    }
    html
}

fn matrix(page: &Page, title: &str, rows: &[&ExposureRow]) -> String {
    let mut weight: BTreeMap<&str, f64> = BTreeMap::new();
    rows.iter().for_each(|row| *weight.entry(&row.actor).or_default() += row.share);
    let mut actors: Vec<&str> = weight.keys().copied().collect();
    actors.sort_by(|one, other| weight[other].total_cmp(&weight[one]).then(one.cmp(other)));
    actors.truncate(16);
    let beneficiaries: BTreeSet<&str> = rows.iter().map(|row| row.beneficiary.as_str()).collect();
    let head: String = actors
        .iter()
        .map(|key| format!("<th scope=\"col\" title=\"{}\">{}</th>", escaped(&page.actor(key)), escaped(key)))
        .collect();
    let mut html = format!(
        "<div class=\"scroll\"><table class=\"heat\" aria-label=\"{}: share of the row's volume that meets the column's gates, %\">\
         <thead><tr><th></th>{head}</tr></thead><tbody>",
        escaped(title)
    );
    for beneficiary in beneficiaries {
        html += &format!("<tr><th scope=\"row\">{}</th>", escaped(&page.actor(beneficiary)));
        for actor in &actors {
            let found = rows.iter().find(|row| row.beneficiary == beneficiary && row.actor == *actor);
            html += &match found {
                None if *actor == beneficiary => "<td class=\"self\">–</td>".to_owned(),
                None => "<td class=\"self\">0</td>".to_owned(),
                Some(row) => format!(
                    "<td style=\"background:color-mix(in srgb,var(--b) {:.0}%,var(--paper))\" title=\"{} of {} {}/yr{}\">\
                     <data value=\"{}\">{}</data></td>",
                    row.share * 70.0,
                    short(row.touching),
                    short(row.demand),
                    escaped(&row.unit),
                    row.low.zip(row.high).map_or_else(String::new, |(low, high)| format!(
                        "; {:.0} to {:.0} %",
                        low * 100.0,
                        high * 100.0
                    )),
                    row.share,
                    percent_range(row)
                ),
            };
        }
        html += "</tr>";
    }
    html + "</tbody></table></div>"
}

/// A share in whole per cent, as a range where equally cheap flows differ.
fn percent_range(row: &ExposureRow) -> String {
    let whole = |share: f64| format!("{:.0}", share * 100.0);
    match (row.min.map(whole), row.max.map(whole)) {
        (Some(min), Some(max)) if min != max => format!("{min}–{max}"),
        _ => whole(row.share),
    }
}

/// Refusals as pairs.
pub fn refusals(page: &Page) -> String {
    let money = page.money();
    let lead = paragraph(
        "One actor denies another by one lever, for a year; everybody else adapts at least cost under capacities. The answer \
         is a pair: what the refused loses, and what refusing costs the refuser. The harm to the refused's shipments is \
         split into rerouting and what is no longer delivered; the latter hangs on the cost of going without, which the \
         study states for each demand. Others can gain or lose too.",
    );
    let real: Vec<_> = page.report.refusals.iter().filter(|row| row.system_loss > 0.0).collect();
    if real.is_empty() {
        return lead + &paragraph("No refusal takes anything: other ways cost the same.");
    }
    let words = |row: &crate::wire::losses::RefusalRow| format!("{} denies {} ({})", row.by, row.of, row.lever);
    let chart: Vec<(String, f64, f64)> =
        real.iter().take(15).map(|row| (words(row), row.harm, row.self_cost)).collect();
    let title = format!("The fifteen refusals with the greatest loss: pairs, {money}");
    let sides = ("Harm to the refused", "Cost to the refuser");
    let svg = pairs(&title, sides, &chart);
    let rows: Vec<Vec<String>> = real
        .iter()
        .take(40)
        .map(|row| {
            vec![
                format!("{} denies {}, {}", escaped(&page.actor(&row.by)), escaped(&page.actor(&row.of)), row.lever),
                figure(row.harm),
                figure(row.shipments.rerouting),
                figure(row.shipments.unserved),
                figure(row.self_cost),
                figure(row.receipts_lost),
                volumes_lost(page, row),
                others(page, &row.others),
            ]
        })
        .collect();
    let header = [
        "Refusal",
        "Harm",
        "Rerouting",
        "Not delivered",
        "Cost to refuser",
        "of it receipts",
        "Volume a year",
        "Others who lose most, gain most",
    ];
    let caption = format!("Refusals, {money}; {} of {} shown", rows.len(), real.len());
    let note = "Green to the right: the refuser gains. Both sides are on one scale.";
    lead + &picture(&title, note, &svg) + &table(&caption, &header, &rows, &[1, 2, 3, 4, 5])
}

/// Volume of the refused's shipments that is not delivered, and what it sells no more.
fn volumes_lost(page: &Page, row: &crate::wire::losses::RefusalRow) -> String {
    let lost = page.volumes(&row.shipments.unserved_volume);
    let unsold = page.volumes(&row.unsold);
    let words = [(lost, "not delivered"), (unsold, "sold no more")];
    let said = words.into_iter().filter(|(volumes, _)| !volumes.is_empty());
    said.map(|(volumes, words)| format!("{words}: {volumes}")).collect::<Vec<_>>().join("; ")
}

/// The third party that loses most, and the one that gains most.
fn others(page: &Page, others: &BTreeMap<String, f64>) -> String {
    let most = others.iter().max_by(|one, other| one.1.total_cmp(other.1)).filter(|(_, loss)| **loss > 0.0);
    let least = others.iter().min_by(|one, other| one.1.total_cmp(other.1)).filter(|(_, loss)| **loss < 0.0);
    let words = [
        most.map(|(key, loss)| format!("{} loses {}", escaped(&page.actor(key)), short(*loss))),
        least.map(|(key, loss)| format!("{} gains {}", escaped(&page.actor(key)), short(-loss))),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Closures: the costliest of any kind, then kind by kind.
pub fn closures(page: &Page) -> String {
    let mut html = paragraph(
        "Each is closed alone, to everybody, for a year. The loss is what delivery costs more, and what is no longer \
         delivered. It is solved at least cost under capacities.",
    );
    let kinds = || page.report.closures.iter().map(|(kind, rows)| (*kind, rows));
    let all: Vec<_> = kinds().flat_map(|(kind, rows)| rows.iter().map(move |row| (kind, row))).collect();
    if all.iter().all(|(_, row)| row.change.loss <= 0.0) {
        return html + &paragraph("No closure costs anything: nothing runs there, or another way costs the same.");
    }
    let note = "To the right what all lose together; to the left what those who gain from it gain, which the others lose \
                besides. Kinds overlap: a territory shuts with its crossings and terminals. So bars are never added up.";
    html += &tornado(page, "The costliest closures of any kind", &all, note);
    for (kind, rows) in kinds() {
        let rows: Vec<_> = rows.iter().map(|row| (kind, row)).collect();
        let free = rows.iter().filter(|(_, row)| row.change.loss <= 0.0).count();
        if free == rows.len() {
            continue;
        }
        let more = format!("{free} more cost nothing: unused, or another way costs the same.");
        let note = if free > 0 { more.as_str() } else { "" };
        let picture = tornado(page, &format!("Closing one {kind}"), &rows, note);
        html += &format!("<details><summary>Closing one {kind}</summary>{picture}</details>");
    }
    html
}

/// A loss as parts of a bar; savings run to the left.
pub fn split(rerouting: f64, unserved: f64) -> Vec<(f64, &'static str)> {
    let class = |amount: f64, class: &'static str| if amount < 0.0 { "benefit" } else { class };
    vec![(rerouting, class(rerouting, "rerouting")), (unserved, class(unserved, "unserved"))]
}

/// Reach between the parts of divided countries.
pub fn reach(page: &Page) -> String {
    let rows: Vec<Vec<String>> = page
        .report
        .reach
        .iter()
        .map(|row| {
            let part = |region: &str| if region.is_empty() { "main part".to_owned() } else { escaped(region) };
            let through: Vec<String> = row.through.iter().map(|key| escaped(&page.actor(key))).collect();
            vec![
                escaped(&page.actor(&row.state)),
                format!("{} to {}", part(&row.from_region), part(&row.to_region)),
                row.mode.replace('_', " "),
                escaped(&page.commodity(&row.commodity)),
                row.status.to_owned(),
                if row.length_km.is_none() {
                    "–".to_owned()
                } else if through.is_empty() {
                    "nobody".to_owned()
                } else {
                    through.join(", ")
                },
                row.length_km.map_or_else(|| "–".to_owned(), |length| quantity(length, "km")),
            ]
        })
        .collect();
    if rows.is_empty() {
        return paragraph("No country of the study has parts that are reached apart.");
    }
    let lead = paragraph(
        "By one mode alone, under the rules of the date. A mode is listed where it serves a place of either part.",
    );
    let header = ["Country", "From and to", "Mode", "Carrying", "Status", "Through", "Length"];
    lead + &table("Reach", &header, &rows, &[6])
}
