//! `thalweg route`: the routes between two places, or what would open one.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use clap::Args;
use thalweg_formats::ask::pair::{Pair, RouteRequest};
use thalweg_formats::wire_route::{OpeningRow, RouteReport, RouteRow};

/// The pair and the shipment.
#[derive(Debug, Args)]
pub struct PairArgs {
    /// Place it starts from: key, UN/LOCODE, English name or alias
    #[arg(long, value_name = "PLACE")]
    pub from: String,
    /// Place it goes to
    #[arg(long, value_name = "PLACE")]
    pub to: String,
    /// What is shipped; the study's first commodity when left out
    #[arg(long, value_name = "COMMODITY")]
    pub commodity: Option<String>,
    /// Whose shipment it is; the state it starts from when left out
    #[arg(long, value_name = "ACTOR")]
    pub shipper: Option<String>,
    /// Vehicle class in place of the commodity's own for its mode; may be repeated
    #[arg(long, value_name = "VEHICLE")]
    pub vehicle: Vec<String>,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
pub struct RouteArgs {
    #[command(flatten)]
    study: StudyArgs,
    #[command(flatten)]
    pair: PairArgs,
    /// Only this mode; may be repeated
    #[arg(long, value_name = "MODE")]
    mode: Vec<String>,
    /// Passage, state, terminal, crossing or link the shipper avoids; may be repeated, `operator:NAME` for operators
    #[arg(long, value_name = "NAME")]
    avoid: Vec<String>,
    /// Passage, state, terminal, crossing or link that is closed; may be repeated
    #[arg(long, value_name = "NAME")]
    close: Vec<String>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// How many routes
    #[arg(short, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    k: u16,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

impl PairArgs {
    /// The pair as any face asks about it.
    pub fn pair(&self) -> Pair {
        Pair {
            from: self.from.clone(),
            to: self.to.clone(),
            commodity: self.commodity.clone(),
            shipper: self.shipper.clone(),
            vehicle: self.vehicle.clone(),
        }
    }
}

/// Runs `route`.
pub fn run(args: &RouteArgs) -> Ended {
    let opened = args.study.open()?;
    let request = RouteRequest {
        pair: args.pair.pair(),
        mode: args.mode.clone(),
        avoid: args.avoid.clone(),
        close: args.close.clone(),
        k: args.k,
    };
    let report = request.answer(&opened, &opened.instance(args.scenario.as_deref())?)?;
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
    }
    Ok(if report.routes.is_empty() { Outcome::NothingFound } else { Outcome::Answered })
}

fn describe(report: &RouteReport) -> String {
    let query = &report.query;
    let mut text = format!(
        "{} to {}, {} ({} per {}), as of {}: {}\n",
        query.from, query.to, query.commodity, query.currency, query.unit, query.as_of, report.status
    );
    if report.routes.is_empty() {
        text += &describe_openings(&report.openings, &report.note);
        return text;
    }
    let rows = report.routes.iter().enumerate().map(|(position, route)| route_cells(position, route)).collect();
    text += &table(
        &["#", "km", "days", "± days", "cost", "of it tolls", "modes", "territories", "passages", "gauge changes"],
        rows,
    );
    if let Some(consent) = &report.consent {
        let list = |names: &[String]| if names.is_empty() { "nobody".to_owned() } else { names.join(", ") };
        text += &format!("\nCan stop it alone: {}", list(&consent.vetoes));
        for pair in consent.blocking.iter().filter(|coalition| coalition.len() == 2).take(5) {
            text += &format!("\nCan stop it together: {}", pair.join(" and "));
        }
    }
    text
}

fn route_cells(position: usize, route: &RouteRow) -> Vec<String> {
    vec![
        (position + 1).to_string(),
        short(route.length_km),
        short(route.time_h / 24.0),
        short(route.time_sd_h / 24.0),
        short(route.cost["total"]),
        short(route.cost["tolls"]),
        route.modes.join(", "),
        route.territories.join(" "),
        route.passages.join(" "),
        route.gauge_changes.to_string(),
    ]
}

/// The openings in words, one a line.
pub fn describe_openings(openings: &[OpeningRow], note: &str) -> String {
    if openings.is_empty() {
        return note.to_owned();
    }
    let mut text = "It would open if".to_owned();
    for opening in openings.iter().take(8) {
        let permissions: Vec<String> = opening
            .permissions
            .iter()
            .map(|permission| match permission.kind {
                "lift" => format!("{} lifted {} (rule {})", permission.actor, permission.what, permission.rule),
                _ => format!("{} were opened", permission.what),
            })
            .collect();
        text += &format!(
            "\n- {}: {} per unit, {} km",
            permissions.join(" and "),
            short(opening.cost),
            short(opening.length_km)
        );
    }
    if openings.len() > 8 {
        text += &format!("\n- and {} dearer ways", openings.len() - 8);
    }
    text
}
