//! `thalweg stress --monte-carlo`: a year of failures by chance, from the study's hazards or probabilities given here.
use super::StressArgs;
use super::asked::Asked;
use crate::close::kind_of;
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::watching::Terminal;
use thalweg_engine::stress::failing::{Failing, all_shut};
use thalweg_engine::stress::hazards::{events_of, in_force};
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::monte_carlo::{Event, Plan, forecast};
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::losses::losses_head;
use thalweg_formats::wire::stress::{EstimateRow, EventRow, ForecastReport, forecast_report};
use thalweg_network::instance::Instance;

/// Levels of value at risk an answer gives.
const LEVELS: [f64; 2] = [0.95, 0.99];

/// What may happen, with causes.
struct Chances {
    elements: Vec<Failing>,
    events: Vec<Event>,
    causes: Vec<String>,
}

/// Runs `stress --monte-carlo`.
pub fn run(args: &StressArgs, draws: usize) -> Ended {
    let mut chances = None;
    let setting = format!("chance {}", args.chance.join(" "));
    let asked = Asked::of(args, Vec::new(), setting, |instance| {
        let found = chances_of(instance, args)?;
        let elements = found.elements.clone();
        chances = Some(found);
        Ok((elements, Vec::new()))
    })?;
    let Some(Chances { events, causes, .. }) = chances.filter(|chances| !chances.events.is_empty()) else {
        let hint = "add rows with a probability to the table hazard, or give --chance passage=0.05:7-90";
        return Err(Failure::new(format!("--monte-carlo: nothing may happen: {hint}")));
    };
    let losses = asked.losses(args);
    let plan = Plan { events, draws, seed: args.seed, levels: LEVELS.to_vec() };
    let watch = Terminal::new();
    let found = forecast(&Remembered { losses: &losses, ledger: &asked.ledger }, &plan, &watch)?;
    let stopped = found.stopped || watch.cancelled();
    drop(watch);
    let rows = plan.events.iter().zip(causes).map(|(event, cause)| EventRow {
        element: asked.labels[event.element].clone(),
        cause,
        probability: event.probability,
        days_low: event.days.0,
        days_high: event.days.1,
        loss_if_alone: 0.0,
    });
    let report = forecast_report(losses_head(&asked.oracle, &asked.from)?, args.seed, &found, rows.collect());
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&asked, &report));
        asked.say_work();
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

/// The study's hazards, and what `--chance` adds.
fn chances_of(instance: &Instance, args: &StressArgs) -> Result<Chances, Failure> {
    let (elements, events) = events_of(instance);
    let shutting = in_force(instance).filter(|hazard| hazard.probability.is_some_and(|chance| chance > 0.0));
    let causes = shutting.map(|hazard| hazard.cause.name().to_owned()).collect();
    let mut found = Chances { elements, events, causes };
    for text in &args.chance {
        let wrong =
            || Failure::new(format!("--chance: `{text}` is not KIND=PROBABILITY:DAYS or KIND=PROBABILITY:LOW-HIGH"));
        let (kind, rest) = text.split_once('=').ok_or_else(wrong)?;
        let kind = kind_of("--chance", kind.trim())?;
        let (probability, days) = rest.split_once(':').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| wrong());
        let (low, high) = days.split_once('-').unwrap_or((days, days));
        let (probability, days) = (number(probability)?, (number(low)?, number(high)?));
        let sound = (0.0..=1.0).contains(&probability) && 0.0 <= days.0 && days.0 <= days.1 && days.1 <= 365.0;
        if !sound {
            return Err(Failure::new(format!("--chance: `{text}`: a probability from 0 to 1, days from 0 to 365")));
        }
        for element in all_shut(instance, &[kind]) {
            found.events.push(Event { element: found.elements.len(), probability, days });
            found.elements.push(element);
            found.causes.push(String::new());
        }
    }
    Ok(found)
}

/// Events a table for people shows.
const SHOWN: usize = 15;

fn describe(asked: &Asked, report: &ForecastReport) -> String {
    let model = &asked.oracle.base().model;
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
