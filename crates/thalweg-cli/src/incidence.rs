//! `thalweg incidence`: who pays and who earns, in the base and under a scenario.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::{Terminal, Work};
use clap::Args;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::measures::IncidenceRequest;
use thalweg_formats::wire::incidence::{IncidenceActorRow, IncidenceReport};

/// Arguments of `incidence`.
#[derive(Debug, Args)]
pub struct IncidenceArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Under this scenario of the study, against the base; the base alone without one
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `incidence`.
pub fn run(args: &IncidenceArgs) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let watch = Terminal::new();
    let work = Work::start();
    let report = IncidenceRequest {}.answer(stage.scene(), &watch);
    if watch.cancelled() {
        return Ok(Outcome::Interrupted);
    }
    drop(watch);
    let report = report?;
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
        print_text(&work.done(&stage.oracle));
    }
    Ok(Outcome::Answered)
}

fn describe(report: &IncidenceReport) -> String {
    let million = |amount: f64| short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 });
    let mut text = format!(
        "Welfare of all {}, least cost under capacities, M {} of {} a year: {} in the base, {} asked about\n",
        report.scenario.as_deref().unwrap_or("base"),
        report.head.currency,
        report.head.price_year,
        million(report.total_before),
        million(report.total_after)
    );
    let cells = |row: &IncidenceActorRow| {
        let change = |after: f64, before: f64| million(after - before);
        vec![
            row.actor.clone().unwrap_or_else(|| "nobody named".to_owned()),
            million(row.before.surplus),
            million(row.before.rents),
            million(row.before.tolls),
            change(row.after.surplus, row.before.surplus),
            change(row.after.rents, row.before.rents),
            change(row.after.tolls, row.before.tolls),
            million(row.gain),
        ]
    };
    text += &table(
        &["state", "surplus", "rents", "tolls", "change of surplus", "of rents", "of tolls", "gain"],
        report.rows.iter().map(cells).collect(),
    );
    text + "\nSurplus: what its shipments are worth above what they pay. Rows add up to the welfare of all."
}
