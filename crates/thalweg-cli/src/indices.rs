//! `thalweg indices`: where a state's imports come from, and what one loss leaves; descriptions.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::{Terminal, Work};
use clap::Args;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::measures::IndicesRequest;
use thalweg_formats::wire::indices::{IndicesReport, MarketRow, SourceRow, ZoneRow};

/// Arguments of `indices`.
#[derive(Debug, Args)]
pub struct IndicesArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Only what this state receives
    #[arg(long, value_name = "STATE")]
    of: Option<String>,
    /// Only this commodity
    #[arg(long, value_name = "NAME")]
    commodity: Option<String>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `indices`.
pub fn run(args: &IndicesArgs) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let watch = Terminal::new();
    let work = Work::start();
    let request = IndicesRequest { of: args.of.clone(), commodity: args.commodity.clone() };
    let report = request.answer(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
        print_text(&format!("{}\n{}", report.caveats.join("\n"), work.done(&stage.oracle)));
    }
    Ok(match (interrupted, report.zones.is_empty()) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

/// Origins and lost sources named for each state.
const NAMED: usize = 3;

fn describe(report: &IndicesReport) -> String {
    let cells = |row: &ZoneRow| {
        let origins = row.origins.iter().take(NAMED).map(|origin| {
            let share = if row.delivered > 0.0 { 100.0 * origin.volume / row.delivered } else { 0.0 };
            format!("{} {}", origin.state.as_deref().unwrap_or("?"), short(share))
        });
        let lost = |rows: &[SourceRow]| {
            let lost = rows.iter().filter(|source| source.undelivered > 1e-9).take(NAMED);
            let lost = lost.map(|source| format!("{} {}", source.state, short(100.0 * source.undelivered)));
            lost.collect::<Vec<_>>().join(", ")
        };
        vec![
            row.state.clone(),
            row.commodity.clone(),
            short(row.delivered),
            origins.collect::<Vec<_>>().join(", "),
            short(row.concentration),
            short(row.effective_origins),
            short(row.route_concentration),
            row.n_minus_1.map_or_else(String::new, short),
            row.n_minus_1_link.clone().unwrap_or_default(),
            lost(&row.without_source),
            lost(&row.shared_without_source),
        ]
    };
    let mut text = table(
        &[
            "state",
            "commodity",
            "receives a year",
            "from, %",
            "HHI",
            "effective",
            "route HHI",
            "N-1, %",
            "without",
            "lost without source, %",
            "if shared, %",
        ],
        report.zones.iter().map(cells).collect(),
    );
    for market in &report.markets {
        text += &market_lines(market);
    }
    text
}

fn market_lines(market: &MarketRow) -> String {
    let rows = market.sellers.iter().map(|row| {
        let pivotal = if row.residual_supply < 1.0 { "pivotal" } else { "" };
        vec![
            row.state.clone(),
            short(row.capacity),
            format!("{:.3}", row.residual_supply),
            format!("{:.3}", row.three_pivotal),
            pivotal.to_owned(),
        ]
    });
    let head = format!("\n{}: {} {} a year wanted in all\n", market.commodity, short(market.demand), market.unit);
    head + &table(&["seller", "can sell", "residual supply", "three pivotal", ""], rows.collect())
}
