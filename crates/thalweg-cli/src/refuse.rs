//! `thalweg refuse`: who loses what when somebody says no, and what saying no costs.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::{Terminal, Work};
use clap::Args;
use thalweg_engine::refusal::Refusal;
use thalweg_engine::stakes::{Exchange, Stakes};
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::losses::RefuseRequest;
use thalweg_formats::wire::stakes::{CAVEATS, ExchangeRow, StakesRow, exchange_row, stakes_row};
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
    /// Also who else is hurt, who gains, what the refused could do in turn, shared assets, other costs of not being served;
    /// implied when both actors are named
    #[arg(long)]
    stakes: bool,
    /// Also at the long horizon: with this scenario that has ramped up by then; may be repeated
    #[arg(long, value_name = "NAME")]
    long: Vec<String>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `refuse`.
pub fn run(args: &RefuseArgs) -> Ended {
    let stage = args.study.stage(args.scenario.as_deref())?;
    let request =
        RefuseRequest { by: args.by.clone(), of: args.of.clone(), stakes: args.stakes, long: args.long.clone() };
    let watch = Terminal::new();
    let work = Work::start();
    let found = request.found(stage.scene(), &watch)?;
    let interrupted = watch.cancelled();
    drop(watch);
    let model = &stage.opened.model;
    if args.json {
        print_json(&found.report(stage.scene())?);
    } else {
        print_text(&describe(model, &found.refusals));
        print_text(&describe_stakes(model, &found.stakes, &found.exchanges));
        if let Some((_, long)) = &found.long {
            print_text(&format!("With {}:\n{}", args.long.join(", "), describe(model, long)));
        }
        print_text(&format!("{}\n{}", CAVEATS.join("\n"), work.done(&stage.oracle)));
    }
    Ok(match (interrupted, found.refusals.is_empty()) {
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
    for row in found.iter().filter(|row| !row.unsold.is_empty()) {
        let unsold: Vec<String> = (row.unsold.iter())
            .map(|(commodity, volume)| {
                let commodity = &model.commodities[commodity.index()];
                format!("{} {} of {}", short(*volume), commodity.unit.name(), commodity.key)
            })
            .collect();
        text += &format!(
            "\n{} sells no more when {} refuses by {}: {}",
            key(row.of),
            key(row.by),
            row.lever,
            unsold.join(", ")
        );
    }
    text
}

fn million(amount: f64) -> String {
    short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 })
}

fn describe_stakes(model: &Model, around: &[Stakes], traded: &[Exchange]) -> String {
    let rows = around.iter().map(|row| stake_lines(&stakes_row(model, row)));
    let trade = traded.iter().map(|row| exchange_line(&exchange_row(model, row)));
    rows.chain(trade).collect::<Vec<_>>().join("\n")
}

/// Others named on each side.
const OTHERS_SHOWN: usize = 4;

/// One refusal's surroundings, some lines.
fn stake_lines(row: &StakesRow) -> String {
    let others = |rows: &[thalweg_formats::wire::stakes::AmountRow]| {
        let named: Vec<String> =
            rows.iter().take(OTHERS_SHOWN).map(|row| format!("{} {}", row.actor, million(row.amount))).collect();
        if named.is_empty() { "nobody".to_owned() } else { named.join(", ") }
    };
    let mut text = format!("{} refuses {} by {}:", row.by, row.of, row.lever);
    if let Some(share) = row.harm_of_worth {
        text += &format!("\n  harm is {} % of what the refused's trade is worth", short(share * 100.0));
    }
    text += &format!(
        "\n  the refuser's own loss: shippers {}, rents {}, tolls {}",
        million(row.self_surplus),
        million(row.self_rents),
        million(row.self_tolls)
    );
    text += &format!("\n  others who lose: {}; who gain: {}", others(&row.harmed), others(&row.gainers));
    for factor in &row.by_unserved_cost {
        text += &format!(
            "\n  cost of not being served x {}: harm {}, own loss {}",
            factor.factor,
            million(factor.harm),
            million(factor.self_cost)
        );
    }
    text += &match &row.in_turn {
        Some(turn) => format!(
            "\n  in turn, by {}: harm {}, own loss {}; asymmetry {}, mutual stake {}",
            turn.lever,
            million(turn.harm),
            million(turn.self_cost),
            row.asymmetry.map_or_else(|| "none".to_owned(), short),
            million(row.mutual_stake)
        ),
        None => "\n  the refused has nothing to refuse in turn".to_owned(),
    };
    for asset in &row.shared_assets {
        text += &format!(
            "\n  both hold {}: {} % and {} %; {} a year is paid for what passes",
            asset.asset,
            short(asset.refuser * 100.0),
            short(asset.refused * 100.0),
            million(asset.paid)
        );
    }
    text
}

fn exchange_line(row: &ExchangeRow) -> String {
    format!(
        "{} to {}: {} {} of {} a year, paid {}; if {} stops it, {} loses {} and itself {}",
        row.from,
        row.to,
        short(row.volume),
        row.unit,
        row.commodity,
        million(row.paid),
        row.from,
        row.to,
        million(row.receiver_loss),
        million(row.sender_loss)
    )
}
