//! The page: one file, readable without a network, on a screen and on paper.
use crate::report::basemap::Basemap;
use crate::report::headlines::headlines;
use crate::report::html::{escaped, section, spread};
use crate::report::map::MAP_STYLE;
use crate::report::number::{percent, short};
use crate::report::{claims_page, flow_page, power_page, proof_page, question_page, scenario_page, topic_page};
use crate::wire::run::RunReport;
use thalweg_engine::study::StudyResults;

/// What every section reads.
pub struct Page<'a> {
    /// States, for maps.
    pub results: &'a StudyResults,
    /// Figures in the study's keys.
    pub report: &'a RunReport,
    /// Land behind the maps.
    pub basemap: Basemap,
}

/// The whole page.
pub fn report_html(results: &StudyResults, report: &RunReport) -> String {
    let page = Page { results, report, basemap: Basemap::built_in() };
    let head = &report.head;
    let mut sections = vec![
        ("question", "In short", page.in_short()),
        ("questions", "The study's questions", question_page::questions(&page)),
        ("maps", "Where it flows", flow_page::maps(&page)),
        ("corridors", "Shares by corridor", flow_page::corridors(&page)),
        ("observed", "Modelled against observed", proof_page::observed(&page)),
        ("exposure", "Who is exposed to whom", power_page::exposure(&page)),
        ("refusal", "What a refusal takes, and what it costs", power_page::refusals(&page)),
        ("closures", "What a closure costs", power_page::closures(&page)),
        ("scenarios", "Each scenario against the base", scenario_page::scenarios(&page)),
        ("claims", "Claims and verdicts", claims_page::claims(&page)),
        ("reach", "Reach of divided countries", power_page::reach(&page)),
        ("unmet", "What is not delivered", flow_page::unmet(&page)),
        ("capacity", "Volume over capacity", flow_page::capacity(&page)),
        ("weak", "What rests on weak rows", proof_page::weak(&page)),
        ("rules", "Rules in force", proof_page::rules(&page)),
        ("caveats", "How to read this", proof_page::caveats(&page)),
        ("sources", "Sources", proof_page::sources(&page)),
    ];
    if !report.topics.is_empty() {
        sections.insert(0, ("topics", "Questions and answers", topic_page::topics(&page)));
    }
    let links: String =
        sections.iter().map(|(id, title, _)| format!("<a href=\"#{id}\">{}</a> ", escaped(title))).collect();
    let body: String = sections.iter().map(|(id, title, body)| section(id, title, body)).collect();
    let stopped = if report.interrupted {
        "<p><strong>The run was stopped before its end: scenarios or analyses are missing.</strong></p>"
    } else {
        ""
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{title}</title>\
         <style>{MAP_STYLE}{}</style></head><body><header><h1>{title}</h1><p class=\"question\">{}</p>\
         <p class=\"meta\">Rules, capacities and demand as of {}{}. Money in {} of {}. Volumes a year. {} Thalweg {}, inputs {}.</p>{stopped}</header>\
         <nav aria-label=\"Sections\">{links}</nav><main>{body}</main>\
         <footer>Made by Thalweg {} from the study <code>{}</code>. The same figures stand in figures.csv, figures.xlsx, \
         results.json and flows.geojson beside this page. Licence of the tables: {}.</footer></body></html>\n",
        include_str!("page.css"),
        escaped(&head.question),
        head.as_of,
        if head.period.is_empty() { String::new() } else { format!(", period {}, at its rate", escaped(&head.period)) },
        head.currency,
        head.price_year,
        drawn(report),
        head.engine,
        &head.inputs,
        head.engine,
        escaped(&head.study),
        escaped(if head.licence.is_empty() { "not stated" } else { &head.licence }),
        title = escaped(&head.title),
    )
}

/// What the ranges rest on, in one sentence.
fn drawn(report: &RunReport) -> String {
    let head = &report.head;
    match head.seed {
        None => "No ranges were drawn.".to_owned(),
        Some(seed) => format!(
            "Ranges in brackets are the 5th to 95th percentile over {} joint draws of {} ranged inputs, seed {seed}; a figure \
             without brackets is moved by none of them.",
            head.draws, head.ranged_inputs
        ),
    }
}

impl Page<'_> {
    fn in_short(&self) -> String {
        let base = self.report.base();
        let wanted = |key: &str| base.served.get(key).unwrap_or(&0.0) + base.unserved.get(key).unwrap_or(&0.0);
        let cards: String = base
            .served
            .iter()
            .map(|(key, served)| {
                let unit = self.unit(key);
                let share = if wanted(key) > 0.0 { served / wanted(key) } else { 0.0 };
                format!(
                    "<div class=\"card\"><b>{} {unit}</b><span>of {}{} delivered a year, {} of what is wanted (least cost)</span></div>",
                    short(*served),
                    escaped(self.report.name("commodities", key)),
                    base.exact_of("volume_served", key).map_or_else(String::new, |row| spread(row.low, row.high)),
                    percent(share)
                )
            })
            .collect();
        let lines: String = headlines(self.report).iter().map(|line| format!("<li>{}</li>", escaped(line))).collect();
        format!("<div class=\"cards\">{cards}</div><ul class=\"headlines\">{lines}</ul>")
    }

    /// Unit of a commodity by key.
    pub fn unit(&self, commodity: &str) -> String {
        let rows = &self.results.base.instance.model.commodities;
        rows.iter().find(|row| row.key == commodity).map_or_else(String::new, |row| row.unit.to_string())
    }

    /// Name of an actor.
    pub fn actor(&self, key: &str) -> String {
        self.report.name("actors", key).to_owned()
    }

    /// Name of a commodity.
    pub fn commodity(&self, key: &str) -> String {
        self.report.name("commodities", key).to_owned()
    }

    /// Currency a year, as a unit.
    pub fn money(&self) -> String {
        format!("{}/yr", self.report.head.currency)
    }

    /// `hazard refahiye_blast` as `refahiye blast`.
    pub fn hazard(&self, label: &str) -> String {
        label.trim_start_matches("hazard ").replace('_', " ")
    }

    /// `terminal GEPTI` as `Poti (terminal)`.
    pub fn element(&self, label: &str) -> String {
        let (kind, key) = label.split_once(' ').unwrap_or(("", label));
        format!("{} ({kind})", self.named(kind, key))
    }

    /// Name of something of a kind.
    pub fn named(&self, kind: &str, key: &str) -> String {
        named(self.report, kind, key)
    }

    /// Amounts by commodity with units: `12,000 t of Grain`.
    pub fn volumes(&self, amounts: &std::collections::BTreeMap<String, f64>) -> String {
        let shown = amounts
            .iter()
            .filter(|(_, amount)| amount.abs() > 1e-9)
            .map(|(key, amount)| format!("{} {} of {}", short(*amount), self.unit(key), escaped(&self.commodity(key))));
        shown.collect::<Vec<_>>().join(", ")
    }
}

/// English name of something of a kind: a closure's subject, an element's key.
pub fn named(report: &RunReport, kind: &str, key: &str) -> String {
    let table = match kind {
        "territory" | "operator" => "actors",
        "terminal" => "nodes",
        "passage" => "passages",
        "crossing" => "crossings",
        "link" => "links",
        "group" => "groups",
        _ => return key.replace('_', " "),
    };
    report.name(table, key).to_owned()
}
