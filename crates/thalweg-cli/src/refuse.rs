//! `thalweg refuse`: who loses what when somebody says no, and what saying no costs.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::Terminal;
use clap::Args;
use thalweg_engine::refusal::{Refusal, RefusalFilter, refusals};
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::losses::refusals_report;
use thalweg_model::model::Model;

/// Arguments of `refuse`.
#[derive(Debug, Args)]
pub struct RefuseArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Only refusals by this actor
    #[arg(long, value_name = "ACTOR")]
    by: Option<String>,
    /// Only refusals of this beneficiary
    #[arg(long, value_name = "ACTOR")]
    of: Option<String>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `refuse`.
pub fn run(args: &RefuseArgs) -> Ended {
    let opened = args.study.open()?;
    let actor = |flag: &str, text: &Option<String>| {
        text.as_ref().map(|text| opened.names.actor(text).map_err(|error| Failure::name(flag, &error))).transpose()
    };
    let filter = RefusalFilter { by: actor("--by", &args.by)?, of: actor("--of", &args.of)? };
    let (oracle, state) = opened.oracle(args.scenario.as_deref())?;
    let watch = Terminal::new();
    let found = refusals(&oracle, &state, filter, &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&refusals_report(&oracle, &state, &found)?);
    } else {
        print_text(&describe(&opened.model, &found));
    }
    Ok(match (interrupted, found.is_empty()) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

fn describe(model: &Model, found: &[Refusal]) -> String {
    if found.is_empty() {
        return "No least-cost path of the beneficiary meets a gate of the actor: refusing would take nothing."
            .to_owned();
    }
    let key = |actor: thalweg_model::ids::ActorId| model.actors[actor.index()].key.clone();
    let rows = found
        .iter()
        .map(|row| {
            vec![
                key(row.by),
                key(row.of),
                row.lever.to_string(),
                short(row.system_loss / 1e6),
                short(row.harm_to_refused() / 1e6),
                short(row.self_cost() / 1e6),
                short(row.receipts_lost / 1e6),
                short(row.room_for_coercion() / 1e6),
            ]
        })
        .collect();
    let mut text = format!(
        "At least cost under capacities, M {} of {} a year; losses of welfare, gains negative\n",
        model.head.currency, model.head.price_year
    );
    text += &table(
        &[
            "by",
            "of",
            "lever",
            "system",
            "harm to the refused",
            "cost to the refuser",
            "of it tolls",
            "room for coercion",
        ],
        rows,
    );
    text + "\nRoom for coercion is an upper bound on a one-shot demand, not a forecast."
}
