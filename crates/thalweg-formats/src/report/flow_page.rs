//! Sections on what flows: maps, corridors, what is not delivered, what is full.
use crate::report::charts::{Bar, bars};
use crate::report::html::{escaped, figure, paragraph, picture, quantity, table};
use crate::report::map::{drawn_layers, layer_map, overview, region};
use crate::report::number::{percent, short};
use crate::report::page::Page;
use crate::report::traffic::traffic;
use crate::wire::run::FigureRow;
use std::collections::BTreeMap;
use thalweg_engine::figures::PATH_SIZE_LOGIT;

const SHADES: [&str; 6] = ["s1", "s2", "s3", "s4", "s5", "s6"];

/// A map of every layer that carries anything, and of the wider world where it needs one.
pub fn maps(page: &Page) -> String {
    let base = &page.results.base;
    let flows = traffic(&base.instance, &base.described);
    let mut html = paragraph(
        "Width is volume, colour is mode. Flows are those of the descriptive program: shippers spread over routes by \
         cost. Thin grey links are open but unused; dotted ones are closed or planned.",
    );
    for layer in drawn_layers(&base.instance, &flows) {
        let name = layer.contents(&base.instance);
        let near = region(&base.instance, &flows, &layer);
        html += &picture(&format!("{name}, volume by link"), "", &layer_map(base, &layer, &page.basemap, near));
        if let Some(world) = overview(&base.instance, &flows, &layer) {
            let svg = layer_map(base, &layer, &page.basemap, world);
            html += &picture(&format!("{name}: the whole way"), "", &svg);
        }
    }
    if page.basemap.polygons.is_empty() {
        html += "<p class=\"note\">No base map is part of this build: links stand without coasts and borders.</p>";
    }
    html
}

/// Corridor volumes of the base by commodity, as shares of what is delivered.
pub fn corridors(page: &Page) -> String {
    let base = page.report.base();
    let mut by_commodity: BTreeMap<&str, Vec<(&str, &FigureRow)>> = BTreeMap::new();
    for row in base.of("volume_by_corridor", PATH_SIZE_LOGIT) {
        if let Some((corridor, commodity)) = row.subject.rsplit_once(' ') {
            by_commodity.entry(commodity).or_default().push((corridor, row));
        }
    }
    if by_commodity.is_empty() {
        return paragraph("No link of the study names a corridor, or none carries anything.");
    }
    let mut html = paragraph(
        "A shipment counts once on every corridor it uses, so shares can add up to more than 100 %. Corridors with under \
         0.05 % are left out. Descriptive program.",
    );
    for (commodity, mut rows) in by_commodity {
        rows.sort_by(|one, other| other.1.value.total_cmp(&one.1.value).then(one.0.cmp(other.0)));
        let served: f64 =
            base.of("volume_served", PATH_SIZE_LOGIT).filter(|row| row.subject == commodity).map(|row| row.value).sum();
        let unit = format!("{}/yr", page.unit(commodity));
        let rows: Vec<Bar> = rows
            .into_iter()
            .filter(|(_, row)| row.high.unwrap_or(row.value).max(row.value) > 0.0005 * served)
            .enumerate()
            .map(|(position, (corridor, row))| Bar {
                label: corridor.replace('_', " "),
                parts: vec![(row.value, SHADES[position.min(SHADES.len() - 1)])],
                note: match row.low.zip(row.high) {
                    Some((low, high)) => format!("{} ({} to {})", short(row.value), short(low), short(high)),
                    None => format!("{}, {} of delivered", short(row.value), percent(row.value / served.max(1e-12))),
                },
            })
            .collect();
        let title = format!("{} by corridor, {unit}", page.commodity(commodity));
        html += &picture(&title, "", &bars(&title, &unit, &[], &rows));
    }
    html
}

/// Demands not delivered in full.
pub fn unmet(page: &Page) -> String {
    let base = page.report.base();
    let lead = paragraph(
        "<em>Unreachable</em> is an answer: under the rules and statuses of the date no route exists. \
         <code>thalweg explain</code> lists the smallest sets of permissions that would open one. <em>Reachable</em> means \
         that a route exists, but costs more than going without or is full.",
    );
    if base.unmet.is_empty() {
        return lead + &paragraph("In the base every demand is delivered in full.");
    }
    let rows: Vec<Vec<String>> = base
        .unmet
        .iter()
        .map(|row| {
            let from = if row.from.is_empty() { "any supplier" } else { page.report.name("nodes", &row.from) };
            vec![
                escaped(&row.demand),
                escaped(&page.commodity(&row.commodity)),
                format!("{} to {}", escaped(from), escaped(page.report.name("nodes", &row.to))),
                quantity(row.volume, &format!("{}/yr", row.unit)),
                quantity(row.served, &format!("{}/yr", row.unit)),
                if row.reachable { "reachable" } else { "unreachable" }.to_owned(),
                quantity(row.unserved_cost, &format!("{}/{}", page.report.head.currency, row.unit)),
            ]
        })
        .collect();
    let header = ["Demand", "Commodity", "From and to", "Not delivered", "Delivered", "Route", "Cost of going without"];
    lead + &table("Base, least cost under capacities", &header, &rows, &[3, 4, 6])
}

/// How full limited elements are.
pub fn capacity(page: &Page) -> String {
    let base = page.report.base();
    let mut loads: Vec<_> = base.loads.iter().filter_map(|row| Some((row.ratio?, row))).collect();
    if loads.is_empty() {
        return paragraph("No row of the study states a capacity.");
    }
    loads.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.element.cmp(&other.1.element)));
    let over = loads.iter().filter(|(ratio, _)| *ratio > 1.0 + 1e-6).count();
    let full = loads.iter().filter(|(ratio, _)| (*ratio - 1.0).abs() <= 1e-6).count();
    let lead = paragraph(&format!(
        "Capacities bind in the least-cost program, which these loads are from: {full} of {} limited elements are full{}. \
         They bind in the descriptive program too. Background is traffic the study does not model.",
        loads.len(),
        if over > 0 {
            format!(", and background alone or a stated minimum takes {over} beyond capacity")
        } else {
            String::new()
        }
    ));
    let bar = |(ratio, row): &(f64, &crate::wire::run::LoadRow)| Bar {
        label: page.element(&row.element),
        parts: vec![
            (row.background / row.capacity * 100.0, "before"),
            ((row.volume - row.background) / row.capacity * 100.0, if *ratio > 1.0 + 1e-6 { "over" } else { "after" }),
        ],
        note: format!("{} of {} {}", short(row.volume), short(row.capacity), row.unit),
    };
    let used: Vec<Bar> = loads.iter().filter(|(ratio, _)| *ratio > 0.0).take(20).map(bar).collect();
    let legend = [("before", "background"), ("after", "modelled"), ("over", "modelled, beyond capacity")];
    let title = "Use of capacity, the fullest twenty";
    let rows: Vec<Vec<String>> = loads
        .iter()
        .map(|(ratio, row)| {
            vec![
                escaped(&page.element(&row.element)),
                figure(row.volume),
                figure(row.background),
                figure(row.capacity),
                escaped(&row.unit),
                percent(*ratio),
            ]
        })
        .collect();
    let header = ["Element", "Volume", "of it background", "Capacity", "Unit", "Use"];
    lead + &picture(title, "", &bars(title, "% of capacity", &legend, &used))
        + "<details><summary>All limited elements</summary>"
        + &table("Base, least cost", &header, &rows, &[1, 2, 3, 5])
        + "</details>"
        + &shadow_prices(page)
        + &contracts(page)
}

/// Volumes that must be taken, and what they cost at the margin.
fn contracts(page: &Page) -> String {
    let rows: Vec<Vec<String>> = page
        .report
        .base()
        .contracts
        .iter()
        .map(|row| {
            let per_unit = format!("{}/{}", page.report.head.currency, row.unit);
            vec![
                escaped(&row.supply),
                quantity(row.minimum, &format!("{}/yr", row.unit)),
                quantity(row.taken, &format!("{}/yr", row.unit)),
                row.shadow_cost.map_or_else(|| "not met".to_owned(), |cost| quantity(cost, &per_unit)),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let lead = paragraph(
        "A contract is a volume that must be taken. Its shadow cost is what one unit less would save; its buyers bear it. A \
         minimum that cannot be met is taken as far as it goes.",
    );
    let header = ["Supplier", "Minimum", "Taken", "Shadow cost"];
    lead + &table("Contracts, base, least cost", &header, &rows, &[1, 2, 3])
}

/// What one more unit of each full limit would save.
fn shadow_prices(page: &Page) -> String {
    let base = page.report.base();
    if base.bottlenecks.is_empty() {
        return paragraph("No full limit has a price: one more unit of any would save nothing.");
    }
    let currency = &page.report.head.currency;
    let rows: Vec<Vec<String>> = base
        .bottlenecks
        .iter()
        .map(|row| {
            let unit = if row.unit.is_empty() { "unit" } else { row.unit };
            let limits: Vec<String> = row.limits.iter().map(|label| escaped(&page.element(label))).collect();
            vec![
                limits.join(" with "),
                quantity(row.shadow_price, &format!("{currency}/{unit}")),
                quantity(row.capacity, &format!("{unit}/yr")),
                quantity(row.shadow_price * row.capacity, &page.money()),
            ]
        })
        .collect();
    let lead = paragraph(
        "A shadow price is what one more unit of a full limit would save. Limits that the same shipments use alike are \
         one bottleneck: only the sum of their prices is determined. Rent is price times capacity.",
    );
    lead + &table(
        "Shadow prices of the base, least cost",
        &["Bottleneck", "Price", "Capacity", "Rent"],
        &rows,
        &[1, 2, 3],
    )
}
