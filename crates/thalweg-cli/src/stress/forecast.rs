//! `thalweg stress --monte-carlo`: a year of failures by chance, from the study's hazards or probabilities given here.
use super::StressArgs;
use super::asked::{failures, resume, say_work};
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use std::time::Instant;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::stress::forecast::ForecastRequest;
use thalweg_formats::wire::stress::{EstimateRow, ForecastRow};
use thalweg_model::model::Model;

/// Runs `stress --monte-carlo`.
pub fn run(args: &StressArgs, draws: usize) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let began = Instant::now();
    let request =
        ForecastRequest { monte_carlo: draws, chance: args.chance.clone(), seed: args.seed, failures: failures(args) };
    let (mut asked, chances) = request.asked(stage.scene())?;
    resume(args, &mut asked)?;
    let watch = Terminal::new();
    let report = request.answer((&asked, chances), &watch)?;
    let stopped = report.found.stopped || watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&stage.opened.model, &report.found));
        say_work(&stage, &asked, began);
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

/// Events a table for people shows.
const SHOWN: usize = 15;

fn describe(model: &Model, report: &ForecastRow) -> String {
    let million = |amount: f64| short(amount / 1e6);
    let percent = |share: f64| format!("{:.3} %", 100.0 * share);
    let between = |row: &EstimateRow| format!("{} ({} to {})", million(row.value), million(row.min), million(row.max));
    let [none, one, two, more] = report.mass;
    let mut text = format!(
        "A year by chance, probabilities as given, M {} of {}; seed {}, {} years drawn among those with two events \
         or more\n\
         no event {}, one {}, two {}, more {}\n\
         expected loss {}, of which exact {}\n",
        model.head.currency,
        model.head.price_year,
        report.seed,
        report.drawn,
        percent(none),
        percent(one),
        percent(two),
        percent(more),
        between(&report.expected),
        million(report.exact)
    );
    for tail in &report.tails {
        let share = 100.0 * (1.0 - tail.level);
        text += &format!(
            "worst {share:.0} % of years: at least {}, on average {}\n",
            between(&tail.value_at_risk),
            between(&tail.conditional)
        );
    }
    let causes = report.by_cause.iter().filter(|(cause, _)| !cause.is_empty());
    for (cause, amount) in causes {
        text += &format!("{cause}: {} expected, events each alone\n", million(*amount));
    }
    let rows = report.events.iter().take(SHOWN).map(|row| {
        let days = format!("{}-{}", row.days_low, row.days_high);
        vec![row.element.clone(), row.cause.clone(), percent(row.probability), days, million(row.loss_if_alone)]
    });
    text += &table(&["if this happens", "cause", "a year", "days", "loss, M"], rows.collect());
    if report.stopped {
        text += "\nStopped before the end: what was finished is told.";
    }
    text
}
