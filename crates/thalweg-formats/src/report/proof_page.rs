//! Sections on what the figures rest on: fit, weak rows, rules, caveats, sources.
use crate::report::calendar::calendar;
use crate::report::charts::{Bar, Ratio, bars, ratios};
use crate::report::html::{escaped, figure, paragraph, picture, quantity, share, spread, table};
use crate::report::number::{percent, short};
use crate::report::page::Page;
use crate::wire::run::ObservedReport;
use std::collections::BTreeMap;
use thalweg_engine::figures::PATH_SIZE_LOGIT;

/// Whether the fit counts an observation.
pub fn in_fit(row: &ObservedReport) -> bool {
    !row.feeds_demand && row.same_year && row.observed > 0.0
}

/// How far a modelled volume is from its count: the size of the logarithm of their ratio.
pub fn misfit(row: &ObservedReport) -> f64 {
    if row.observed > 0.0 { (row.modelled / row.observed).ln().abs() } else { f64::INFINITY }
}

/// Counts beside modelled volumes.
pub fn observed(page: &Page) -> String {
    let mut rows: Vec<&ObservedReport> = page.report.base().observed.iter().collect();
    if rows.is_empty() {
        return paragraph("The study lists no observed volume, so nothing shows how well the model fits.");
    }
    rows.sort_by(|one, other| misfit(other).total_cmp(&misfit(one)).then(one.key.cmp(&other.key)));
    let fitted: Vec<&&ObservedReport> = rows.iter().filter(|row| in_fit(row)).collect();
    let within = fitted.iter().filter(|row| misfit(row) <= 2f64.ln() + 1e-9).count();
    let far: Vec<String> = fitted
        .iter()
        .filter(|row| misfit(row) > 2f64.ln() + 1e-9)
        .map(|row| {
            let times = if row.modelled <= 0.0 {
                "nothing modelled".to_owned()
            } else if row.modelled > row.observed {
                format!("{} times too much", short(row.modelled / row.observed))
            } else {
                format!("{} of the count", percent(row.modelled / row.observed))
            };
            format!("{} ({times})", escaped(&page.element(&row.gate)))
        })
        .collect();
    let misses =
        if far.is_empty() { "None misses by more.".to_owned() } else { format!("The misfits: {}.", far.join("; ")) };
    let lead = paragraph(&format!(
        "{within} of {} counts in the fit lie within a factor of two. {misses} {} rows are left out of the fit: demand rests \
         on the same source, or they count another year. Descriptive program, {}.",
        fitted.len(),
        rows.len() - fitted.len(),
        if page.report.fit.is_empty() { "not calibrated" } else { "with the constants of the calibration table" },
    ));
    let dots: Vec<Ratio> = rows
        .iter()
        .map(|row| Ratio {
            label: {
                let (kind, key) = row.gate.split_once(' ').unwrap_or(("", &row.gate));
                format!("{} {}", page.named(kind, key), row.period)
            },
            ratio: if row.observed > 0.0 { row.modelled / row.observed } else { 1.0 },
            fitted: in_fit(row),
            note: format!("{} / {} {}", short(row.modelled), short(row.observed), row.unit),
        })
        .collect();
    let title = "Modelled over observed";
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                escaped(&page.element(&row.gate)),
                escaped(&if row.commodity.is_empty() { "all".to_owned() } else { page.commodity(&row.commodity) }),
                escaped(&row.period),
                figure(row.observed),
                figure(row.modelled) + &modelled_range(page, row),
                escaped(&row.unit),
                escaped(&row.counts),
                if row.feeds_demand {
                    "feeds demand"
                } else if row.same_year {
                    "in the fit"
                } else {
                    "other year"
                }
                .to_owned(),
            ]
        })
        .collect();
    let header = ["Where", "Commodity", "Period", "Observed", "Modelled", "Unit", "What is counted", "Standing"];
    lead + &picture(title, "Words to the right: modelled / observed.", &ratios(title, &dots))
        + &table("Observed volumes", &header, &lines, &[3, 4])
        + &crate::report::fit_page::fit(page)
}

fn modelled_range(page: &Page, row: &ObservedReport) -> String {
    let mut found = page.report.base().of("volume_at_observation", PATH_SIZE_LOGIT);
    found.find(|figure| figure.subject == row.key).map_or_else(String::new, |figure| spread(figure.low, figure.high))
}

/// Shares by confidence, and the weak rows that carry the most.
pub fn weak(page: &Page) -> String {
    let mut by_commodity: BTreeMap<&str, BTreeMap<&str, &crate::wire::evidence::ConfidenceShare>> = BTreeMap::new();
    for row in &page.report.confidence {
        by_commodity.entry(&row.commodity).or_default().insert(row.confidence, row);
    }
    let classes = [("high", "s3"), ("medium", "s1"), ("low", "s4"), ("estimate", "s2"), ("implied", "s6")];
    let rows: Vec<Bar> = by_commodity
        .iter()
        .map(|(commodity, found)| {
            let of = |name: &str| found.get(name).map_or(0.0, |row| row.cost_share);
            Bar {
                label: page.commodity(commodity),
                parts: classes.iter().map(|(name, class)| (of(name) * 100.0, *class)).collect(),
                note: format!("{} on weak rows", percent(of("low") + of("estimate"))),
            }
        })
        .collect();
    let legend: Vec<(&str, &str)> = classes.iter().map(|(name, class)| (*class, *name)).collect();
    let title = "Share of delivery cost by confidence of the row it is incurred on";
    let table_rows: Vec<Vec<String>> = page
        .report
        .confidence
        .iter()
        .map(|row| {
            vec![
                escaped(&page.commodity(&row.commodity)),
                row.confidence.to_owned(),
                share(row.cost_share),
                share(row.volume_share),
                share(row.demand_share),
            ]
        })
        .collect();
    let lines: Vec<Vec<String>> = page
        .report
        .weak
        .iter()
        .map(|row| {
            vec![
                escaped(page.report.name("links", &row.row)),
                row.confidence.to_owned(),
                quantity(row.cost, &page.money()),
                page.volumes(&row.volume),
                escaped(&row.note),
            ]
        })
        .collect();
    let lead = paragraph(
        "<em>high</em>: official or primary. <em>medium</em>: press or secondary. <em>low</em>: inferred or unchecked. \
         <em>estimate</em>: ours. <em>implied</em>: operations that no row describes, priced by a rate. Least cost.",
    );
    let shares = table(
        "What rests on rows of each confidence",
        &["Commodity", "Confidence", "Of delivery cost", "Of volume (uses at least one)", "Of demand stated"],
        &table_rows,
        &[2, 3, 4],
    );
    let listed = if lines.is_empty() {
        paragraph("No row of low confidence or our own estimate carries anything.")
    } else {
        let header = ["Row", "Confidence", "Cost on it", "Volume over it", "Note"];
        table("Weak rows on which most is incurred", &header, &lines, &[2])
    };
    lead + &picture(title, "", &bars(title, "% of generalised delivery cost", &legend, &rows)) + &shares + &listed
}

/// Access rules on the date.
pub fn rules(page: &Page) -> String {
    let rows: Vec<Vec<String>> = page
        .report
        .rules
        .iter()
        .map(|row| {
            let from = if row.valid_from.is_empty() { "…" } else { &row.valid_from };
            let until = if row.valid_until.is_empty() { "…" } else { &row.valid_until };
            vec![
                format!("<code>{}</code>", escaped(&row.key)),
                escaped(&page.actor(&row.actor)),
                row.lever.to_owned(),
                format!("{}{}", row.effect, row.value.map_or_else(String::new, |value| format!(" {}", short(value)))),
                escaped(&row.gate),
                escaped(&row.shipment),
                format!("{from} to {until}"),
                row.confidence.to_owned(),
                row.sources.iter().map(|key| cited(key)).collect::<Vec<_>>().join(", "),
            ]
        })
        .collect();
    if rows.is_empty() {
        return paragraph("No rule is in force on this date.") + &calendar(page);
    }
    let lead = paragraph("A relation never closes a border by itself; a dated, sourced rule does.");
    let header = ["Rule", "Who", "Lever", "Effect", "Where", "To what", "Dates", "Confidence", "Sources"];
    let table = table(&format!("Rules in force on {}", page.report.head.as_of), &header, &rows, &[]);
    lead + &calendar(page) + &format!("<details><summary>{} rules one by one</summary>{table}</details>", rows.len())
}

fn cited(key: &str) -> String {
    format!("<a href=\"#source-{0}\">{0}</a>", escaped(key))
}

/// What the figures are and are not.
pub fn caveats(page: &Page) -> String {
    let base = page.report.base();
    format!(
        "<ul><li><strong>Least cost</strong> is the exact program: every shipment takes its cheapest permitted way, \
         capacities bind. Losses, exposure, refusals and closures are its differences. The base is certified to a relative \
         gap of {:.1e}.</li>\
         <li><strong>Descriptive</strong> figures (shares, maps, modelled against observed) spread shippers over routes by a \
         path-size logit under the same capacities.</li>\
         <li>Volumes and costs are annual averages. Seasons, peaks and queues are not in them.</li>\
         <li>Trade does not grow or shrink with cost: no demand is induced. What costs more than going without is not \
         delivered, and says so.</li>\
         <li>Where two ways cost the same, how flows divide between them is not unique. Losses are unique; volumes on single \
         links need not be. Exposure is given with its least and greatest value over all least-cost flows.</li>\
         <li>Statements are conditional: <em>if</em> this closes for a year. Nothing here says how likely it is.</li>\
         <li>The harm of what is not delivered is proportional to the study's cost of going without. Read it with that cost \
         in mind; it is listed with each demand.</li>\
         <li>No figure is a score. Money is {} of {}; three digits are shown, the tables beside this page hold all.</li></ul>",
        base.relative_gap, page.report.head.currency, page.report.head.price_year
    )
}

/// Publications with their addresses.
pub fn sources(page: &Page) -> String {
    if page.report.sources.is_empty() {
        return paragraph("The study cites no sources.");
    }
    let item = |row: &crate::wire::evidence::SourceRow| {
        let year = row.year.map_or_else(String::new, |year| format!(" ({year})"));
        let licence = if row.licence.is_empty() { String::new() } else { format!(". {}", escaped(&row.licence)) };
        let title = if row.url.starts_with("https://") || row.url.starts_with("http://") {
            format!("<a href=\"{}\">{}</a>", escaped(&row.url), escaped(&row.title))
        } else {
            escaped(&row.title)
        };
        format!("<li id=\"source-{0}\"><code>{0}</code>: {title}{year}{licence}</li>", escaped(&row.key))
    };
    format!("<ul class=\"note\">{}</ul>", page.report.sources.iter().map(item).collect::<String>())
}
