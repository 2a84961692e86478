//! `thalweg broker`: whose gates trade between states that do not meet directly needs, and who stands between whom.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::{Terminal, Work};
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::measures::BrokerRequest;
use thalweg_formats::wire::brokerage::{BrokerReport, BrokerRow, RelationsRow};

/// Arguments of `broker`.
#[derive(Debug, Args)]
pub struct BrokerArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Only the N costliest
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// File of costs found so far: read first, then written as they are found
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `broker`.
pub fn run(args: &BrokerArgs) -> Ended {
    let mut stage = args.study.stage(args.scenario.as_deref())?;
    let setting = "broker";
    let head = args.study.line_head(&stage.opened, args.scenario.as_deref(), setting);
    stage.resume(args.resume.as_deref(), || head)?;
    let watch = Terminal::new();
    let work = Work::start();
    let report = BrokerRequest { top: args.top }.answer(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report));
        print_text(&format!("{}\n{}", report.caveats.join("\n"), work.done(&stage.oracle)));
    }
    let nothing = report.found.brokers.is_empty() && report.found.relations.is_none();
    Ok(match (interrupted, nothing) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

/// Pairs named for each broker.
const PAIRS_SHOWN: usize = 4;

fn describe(report: &BrokerReport) -> String {
    let mut text = format!(
        "{} pairs of states trade and have no way of their own. Refusing one of them, M {} of {} a year, at least cost\n",
        report.found.pairs_apart.len(),
        report.head.currency,
        report.head.price_year
    );
    let million = |amount: f64| short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 });
    let cells = |row: &BrokerRow| {
        let pairs = row.pairs.iter().take(PAIRS_SHOWN);
        let named: Vec<String> =
            pairs.map(|pair| format!("{}-{} {}", pair.one, pair.other, million(pair.cost))).collect();
        vec![row.actor.clone(), row.lever.to_owned(), million(row.cost), row.pairs.len().to_string(), named.join(", ")]
    };
    text += &table(
        &["between", "lever", "costs all", "pairs", "dearest pairs"],
        report.found.brokers.iter().filter(|row| row.cost >= 1.0).map(cells).collect(),
    );
    let free = report.found.brokers.iter().filter(|row| row.cost < 1.0).count();
    if free > 0 {
        text += &format!("\n{free} more are touched and could be avoided for nothing.");
    }
    text += &match &report.found.relations {
        Some(relations) => describe_relations(relations),
        None => "\nThe study has no table `relation`: nothing is said of who speaks to whom.".to_owned(),
    };
    text
}

fn describe_relations(relations: &RelationsRow) -> String {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
    let mut rows: Vec<_> = relations.states.iter().collect();
    let total = |row: &thalweg_formats::wire::brokerage::RelationalStateRow| {
        row.coordinator + row.itinerant + row.gatekeeper + row.representative + row.liaison
    };
    rows.sort_by_key(|row| std::cmp::Reverse(total(row)));
    let cells = rows.into_iter().map(|row| {
        vec![
            row.actor.clone(),
            total(row).to_string(),
            row.coordinator.to_string(),
            row.itinerant.to_string(),
            row.gatekeeper.to_string(),
            row.representative.to_string(),
            row.liaison.to_string(),
            number(row.constraint),
            number(row.effective_size),
            number(Some(row.betweenness)),
        ]
    });
    let header = [
        "state",
        "stands between",
        "coordinator",
        "itinerant",
        "gatekeeper",
        "representative",
        "liaison",
        "constraint",
        "effective size",
        "betweenness",
    ];
    let mut text = "\nRelations as the table gives them, ordered pairs of friends that are not friends:\n".to_owned();
    text += &table(&header, cells.collect());
    let exact = if relations.exact { "" } else { " or fewer" };
    text + &format!(
        "\n{} of {} triangles are balanced; {}{exact} relations do not fit two camps.",
        relations.balanced, relations.triangles, relations.frustration_index
    )
}
