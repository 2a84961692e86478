//! `thalweg stress --worst`: the worst few failures within a budget, exact, with what a heuristic finds beside it.
use super::StressArgs;
use super::asked::{Asked, kinds_of, may_name};
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::worst::{Budget, worst};
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::losses::losses_head;
use thalweg_formats::wire::stress::{SetRow, WorstReport, worst_report};
use thalweg_model::nearest::nearest;

/// Runs `stress --worst`.
pub fn run(args: &StressArgs, budget: u32) -> Ended {
    let kinds = kinds_of("--among", &args.among)?;
    may_name("--among", &kinds, args)?;
    let asked = Asked::new(args, kinds)?;
    let losses = asked.losses(args);
    let budget = Budget { price: prices(args, &asked)?, sets_max: args.sets_max, ..Budget::of_number(budget, 0) };
    let watch = Terminal::new();
    let found = worst(&Remembered { losses: &losses, ledger: &asked.ledger }, &budget, &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    let head = losses_head(&asked.oracle, &asked.from)?;
    let report = worst_report(head, asked.question.clone(), (&budget, &found), &asked.labels);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&asked, &report));
        asked.say_work();
    }
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Answered })
}

/// What each element takes of the budget: `--price 'territory RUS=2'`.
fn prices(args: &StressArgs, asked: &Asked) -> Result<Vec<u32>, Failure> {
    let mut prices = vec![1; asked.labels.len()];
    for text in &args.price {
        let (label, price) = text.rsplit_once('=').unwrap_or((text, ""));
        let price: u32 = price.trim().parse().ok().filter(|price| *price > 0).ok_or_else(|| {
            Failure::new(format!("--price: `{text}` is not an element and a whole number, as 'territory RUS=2'"))
        })?;
        let Some(element) = asked.labels.iter().position(|known| known == label.trim()) else {
            let near = nearest(label, asked.labels.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
            return Err(Failure::new(format!("--price: nothing that may fail is called `{label}`{hint}")));
        };
        prices[element] = price;
    }
    Ok(prices)
}

fn describe(asked: &Asked, report: &WorstReport) -> String {
    let model = &asked.oracle.base().model;
    let million = |amount: f64| short(amount / 1e6);
    let mut text = format!(
        "The worst failures within a budget of {}, among {} of {}; M {} of {} a year, base cost {} M\n",
        report.budget,
        report.question.elements,
        report.question.kinds.join(", "),
        model.head.currency,
        model.head.price_year,
        million(report.head.base_cost)
    );
    let row = |what: &str, set: &SetRow| {
        let mut cells = vec![what.to_owned(), set.elements.join(" + "), million(set.loss)];
        cells.extend(set.loss_of_duration.map(million));
        cells
    };
    let mut rows = vec![row("worst", &report.worst)];
    rows.extend(report.equals.iter().map(|set| row("as bad", set)));
    rows.push(row("heuristic", &report.heuristic));
    let over = report.question.days.map(|days| format!("over {days} days"));
    let mut header = vec!["", "what fails", "loss"];
    header.extend(over.as_deref());
    text += &table(&header, rows);
    text += &match report.stopped {
        false => format!("\nExact: no set within the budget loses more; {} sets were worked out.", report.worked_out),
        true => format!(
            "\nNot searched to the end: no set loses more than {} M; {} sets were worked out.",
            million(report.at_most),
            report.worked_out
        ),
    };
    text += &format!("\nThe heuristic is at most {:.1} % short of it.", 100.0 * report.heuristic_gap);
    text
}
