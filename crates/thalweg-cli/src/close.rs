//! `thalweg close`: every single closure of a kind, the costliest first.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::{Stage, StudyArgs};
use crate::watching::Terminal;
use clap::Args;
use thalweg_engine::closures::Closure;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::losses::CloseRequest;
use thalweg_formats::wire::losses::closures_report;
use thalweg_model::model::Model;

/// Arguments of `close`.
#[derive(Debug, Args)]
pub struct CloseArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// What is closed one at a time: territory, operator, passage, terminal, crossing or link
    #[arg(long, value_name = "KIND")]
    each: String,
    /// Only the N costliest
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `close`.
pub fn run(args: &CloseArgs) -> Ended {
    let request = CloseRequest { each: args.each.clone(), top: args.top };
    let kind = request.kind()?;
    let stage = args.study.stage(args.scenario.as_deref())?;
    let Stage { oracle, state, .. } = &stage;
    let watch = Terminal::new();
    let found = request.found(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&closures_report(oracle, state, kind, &found)?);
    } else {
        print_text(&describe(oracle, state, &found)?);
    }
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Answered })
}

fn describe(oracle: &Oracle, state: &State, found: &[Closure]) -> Result<String, Failure> {
    let model = &oracle.base().model;
    let base = oracle.value(state, &thalweg_engine::watch::Silent)?;
    let mut text = format!(
        "Closed one at a time, at least cost under capacities, {} of {} a year; base cost {} M\n",
        model.head.currency,
        model.head.price_year,
        short(base.value / 1e6)
    );
    let rows = found.iter().filter(|row| row.change.loss > 0.0).map(|row| cells(model, row)).collect();
    text += &table(&["closed", "loss, M", "rerouting, M", "unserved, M", "not delivered", "delay, days"], rows);
    let free = found.iter().filter(|row| row.change.loss <= 0.0).count();
    if free > 0 {
        text += &format!("\n{free} more cost nothing: nothing runs there, or another way costs the same.");
    }
    Ok(text)
}

fn cells(model: &Model, row: &Closure) -> Vec<String> {
    let by_commodity = |amounts: &std::collections::BTreeMap<_, f64>, scale: f64, unit: bool| {
        let shown = amounts.iter().filter(|(_, amount)| amount.abs() > 1e-6).map(
            |(id, amount): (&thalweg_model::ids::CommodityId, _)| {
                let commodity = &model.commodities[id.index()];
                let unit = if unit { format!(" {}", commodity.unit) } else { String::new() };
                format!("{} {}{unit}", commodity.key, short(amount * scale))
            },
        );
        shown.collect::<Vec<_>>().join(", ")
    };
    vec![
        row.subject.clone(),
        short(row.change.loss / 1e6),
        short(row.change.rerouting / 1e6),
        short(row.change.unserved / 1e6),
        by_commodity(&row.change.unserved_volume, 1.0, true),
        by_commodity(&row.change.delay_h, 1.0 / 24.0, false),
    ]
}
