//! `thalweg stress --pairs`: every two failures at once, with their synergy.
use super::StressArgs;
use super::asked::{Asked, kinds_of, may_name};
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::pairs::pairs;
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::losses::losses_head;
use thalweg_formats::wire::stress::{PairsReport, pairs_report};

/// Runs `stress --pairs`.
pub fn run(args: &StressArgs) -> Ended {
    let kinds = kinds_of("--pairs", &args.pairs)?;
    may_name("--pairs", &kinds, args)?;
    let asked = Asked::new(args, kinds)?;
    let losses = asked.losses(args);
    let watch = Terminal::new();
    let found = pairs(&Remembered { losses: &losses, ledger: &asked.ledger }, args.top, &watch)?;
    let stopped = found.stopped || watch.cancelled();
    drop(watch);
    let head = losses_head(&asked.oracle, &asked.from)?;
    let report = pairs_report(head, asked.question.clone(), &found, &asked.labels);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&asked, &report, args.top.unwrap_or(SHOWN)));
        asked.say_work();
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

/// Rows a table for people shows where no number is asked for.
const SHOWN: usize = 30;

fn describe(asked: &Asked, report: &PairsReport, shown: usize) -> String {
    let model = &asked.oracle.base().model;
    let million = |amount: f64| short(amount / 1e6);
    let mut text = format!(
        "Two failures at once, at least cost under capacities, M {} of {} a year; base cost {} M\n\
         Synergy is the loss beyond the sum of each alone: above zero where one is the other's way round.\n",
        model.head.currency,
        model.head.price_year,
        million(report.head.base_cost)
    );
    let alone = |label: &String| report.alone.get(label).copied().unwrap_or(0.0);
    let rows = report.pairs.iter().take(shown);
    let cells = rows.map(|row| {
        let [one, other] = &row.elements;
        let mut cells = vec![one.clone(), other.clone(), million(row.loss)];
        cells.extend(row.loss_of_duration.map(million));
        cells.extend([million(alone(one)), million(alone(other)), million(row.synergy)]);
        cells
    });
    let over = report.question.days.map(|days| format!("over {days} days"));
    let mut header = vec!["one", "other", "loss"];
    header.extend(over.as_deref());
    header.extend(["first alone", "second alone", "synergy"]);
    text += &table(&header, cells.collect());
    text += &format!(
        "\n{} pairs with a loss, of {}; the flows alone decided {}.",
        report.pairs.len(),
        report.pairs_of_all,
        report.by_flow
    );
    if report.pairs.len() > shown {
        text += &format!(" The {shown} costliest are shown; --json lists all.");
    }
    if report.rest_at_most > 0.0 {
        text += &format!("\nNo pair that is not listed loses more than {} M.", million(report.rest_at_most));
    }
    if report.stopped {
        text += "\nStopped before the end: the list is of what was finished.";
    }
    text
}
