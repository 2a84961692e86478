//! `thalweg power`: what each player adds to coalitions of the others, beside what its leaving costs.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::{Terminal, Work};
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::power::Power;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::measures::PowerRequest;
use thalweg_formats::wire::power::{CAVEATS, power_report};
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;

/// Arguments of `power`.
#[derive(Debug, Args)]
pub struct PowerArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// A player; may be repeated. Without any, the states whose leaving alone costs most
    #[arg(long, value_name = "ACTOR")]
    player: Vec<String>,
    /// How many players where none is named
    #[arg(long, value_name = "N", default_value_t = 8)]
    players: usize,
    /// Gates a player can shut: territory, operation, ownership or supply; may be repeated, all without any
    #[arg(long, value_name = "LEVER")]
    lever: Vec<String>,
    /// Members of this bloc play as one in the Owen value; may be repeated
    #[arg(long, value_name = "BLOC")]
    bloc: Vec<String>,
    /// Orders sampled with more than 16 players
    #[arg(long, value_name = "N", default_value_t = 700)]
    orders: usize,
    /// Seed of the sample
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
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

/// Runs `power`.
pub fn run(args: &PowerArgs) -> Ended {
    let mut stage = args.study.stage(args.scenario.as_deref())?;
    let request = PowerRequest {
        player: args.player.clone(),
        players: args.players,
        lever: args.lever.clone(),
        bloc: args.bloc.clone(),
        orders: args.orders,
        seed: args.seed,
    };
    let setting = format!("power, {}", args.lever.join(" "));
    let head = args.study.line_head(&stage.opened, args.scenario.as_deref(), &setting);
    stage.resume(args.resume.as_deref(), || head)?;
    let watch = Terminal::new();
    let work = Work::start();
    let Some((asked, found)) = request.found(stage.scene(), &watch)? else { return Ok(Outcome::NothingFound) };
    let interrupted = watch.cancelled();
    drop(watch);
    if args.json {
        print_json(&power_report(&stage.oracle, &stage.state, &asked, &found)?);
    } else {
        print_text(&describe(&stage.opened.model, &found));
        print_text(&format!("{}\n{}", CAVEATS.join("\n"), work.done(&stage.oracle)));
    }
    Ok(if interrupted { Outcome::Interrupted } else { Outcome::Answered })
}

/// Pairs of players shown with their interaction.
const PAIRS_SHOWN: usize = 6;

fn describe(model: &Model, found: &Power) -> String {
    let key = |actor: ActorId| model.actors[actor.index()].key.clone();
    let million = |amount: f64| short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 });
    let mut text = format!(
        "What all players together save: M {} {} of {} a year",
        million(found.shared),
        model.head.currency,
        model.head.price_year
    );
    text += &if found.orders == 0 {
        "; every coalition valued\n".to_owned()
    } else {
        format!("; {} orders sampled, 95 % intervals\n", found.orders)
    };
    let rows = found.players.iter().map(|row| {
        let rank = if row.ranks.0 == row.ranks.1 {
            row.ranks.0.to_string()
        } else {
            format!("{}-{}", row.ranks.0, row.ranks.1)
        };
        vec![
            key(row.actor),
            million(row.withdrawal_loss),
            million(row.own_loss),
            million(row.others_loss),
            row.propensity_to_disrupt().map_or_else(|| "loses nothing".to_owned(), short),
            row.shapley.map_or_else(String::new, |value| million(value.value)),
            row.shapley.map_or_else(String::new, |value| format!("{} to {}", million(value.low), million(value.high))),
            rank,
            row.banzhaf.map_or_else(String::new, million),
            row.owen.map_or_else(String::new, million),
        ]
    });
    text += &table(
        &[
            "player",
            "leaving costs all",
            "itself",
            "others",
            "disrupts",
            "Shapley",
            "interval",
            "rank",
            "Banzhaf",
            "Owen",
        ],
        rows.collect(),
    );
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (one, row) in found.interactions.iter().flatten().enumerate() {
        pairs.extend((0..one).map(|other| (row[other], other, one)));
    }
    pairs.sort_by(|one, other| other.0.abs().total_cmp(&one.0.abs()));
    for (amount, one, other) in pairs.into_iter().take(PAIRS_SHOWN).filter(|(amount, ..)| amount.abs() >= 1.0) {
        let word = if amount > 0.0 { "need each other" } else { "stand in for each other" };
        let (one, other) = (key(found.players[one].actor), key(found.players[other].actor));
        text += &format!("\n{one} and {other} {word}: interaction {}", million(amount));
    }
    text
}
