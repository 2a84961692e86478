//! `thalweg stress`: what breaks when something fails, two things fail, or the worst few do.
mod asked;
mod each;
mod forecast;
mod pairs;
mod risk;
mod worst;

use crate::exit::{Ended, Failure};
use crate::study::StudyArgs;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `stress`.
#[derive(Debug, Args)]
pub struct StressArgs {
    #[command(flatten)]
    study: StudyArgs,
    /// Each failure in turn; kinds separated by commas: territory, operator, owner, passage, terminal, crossing, link,
    /// node, corridor, right_of_way, transfer, supply, asset
    #[arg(long, value_name = "KINDS", value_delimiter = ',', group = "question")]
    each: Vec<String>,
    /// Every pair of failures, with its synergy
    #[arg(long, value_name = "KINDS", value_delimiter = ',', group = "question")]
    pairs: Vec<String>,
    /// The worst failures within a budget of K, exact; each takes 1 unless --price says otherwise
    #[arg(long, value_name = "K", group = "question")]
    worst: Option<u32>,
    /// Kinds of which the worst are looked for
    #[arg(long, value_name = "KINDS", value_delimiter = ',', default_value = "territory,operator,passage")]
    among: Vec<String>,
    /// What an element takes of the budget, such as 'territory RUS=2'; may be given several times
    #[arg(long, value_name = "ELEMENT=N")]
    price: Vec<String>,
    /// Sets worked out at most in the search for the worst; the answer then has a bound
    #[arg(long, value_name = "N")]
    sets_max: Option<usize>,
    /// A year by chance, N years drawn: from the table hazard and from --chance
    #[arg(long, value_name = "N", group = "question")]
    monte_carlo: Option<usize>,
    /// Each element of a kind fails with this probability a year, for so many days, such as passage=0.05:7-90; may be
    /// given several times
    #[arg(long, value_name = "KIND=P:DAYS")]
    chance: Vec<String>,
    /// What the hazards of the study cost while nothing happens (premiums, spread, detours, by cause), and the routes that
    /// pass within so many km of a danger area's edge; 100 when left out
    #[arg(long, value_name = "KM", num_args = 0..=1, require_equals = true, default_missing_value = "100")]
    #[arg(group = "question")]
    risk: Option<f64>,
    /// Seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Only the N costliest, with as few solves as the bounds allow
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Share of its stated capacities that a failed element keeps; 0 shuts it
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    share_left: f64,
    /// Days a failure lasts: adds the loss over them, a year's loss times days over 365
    #[arg(long, value_name = "N")]
    days: Option<f64>,
    /// With what falls because of the table dependency, and with the layers of one right of way
    #[arg(long)]
    cascade: bool,
    /// Name single installations in worst-case results: pairs and worst few of links, terminals, places
    #[arg(long)]
    facilities: bool,
    /// File of losses found so far: read first, then written as they are found
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `stress`.
pub fn run(args: &StressArgs) -> Ended {
    asked::failures(args).check()?;
    if let Some(within_km) = args.risk {
        return risk::run(args, within_km);
    }
    match (args.each.is_empty(), args.pairs.is_empty(), args.worst, args.monte_carlo) {
        (false, ..) => each::run(args),
        (_, false, ..) => pairs::run(args),
        (.., Some(budget), _) => worst::run(args, budget),
        (.., Some(draws)) => forecast::run(args, draws),
        _ => Err(Failure::new("say what fails: --each KINDS, --pairs KINDS, --worst K, --monte-carlo N or --risk")),
    }
}
