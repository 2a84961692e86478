//! `thalweg stress`: what breaks when something fails, two things fail, or the worst few do.
mod asked;
mod each;
mod pairs;

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
    /// node, corridor, right_of_way, transfer, supply
    #[arg(long, value_name = "KINDS", value_delimiter = ',', group = "question")]
    each: Vec<String>,
    /// Every pair of failures, with its synergy
    #[arg(long, value_name = "KINDS", value_delimiter = ',', group = "question")]
    pairs: Vec<String>,
    /// Only the N costliest, with as few solves as the bounds allow
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Share of its stated capacities that a failed element keeps; 0 shuts it
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    share_left: f64,
    /// Days a failure lasts: adds the loss over them, a year's loss times days over 365
    #[arg(long, value_name = "N")]
    days: Option<f64>,
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
    if !(0.0..1.0).contains(&args.share_left) {
        return Err(Failure::new("--share-left: a share from 0 to below 1, such as 0.5"));
    }
    if args.days.is_some_and(|days| !(days > 0.0 && days <= 365.0)) {
        return Err(Failure::new("--days: a number above 0, at most 365"));
    }
    match (args.each.is_empty(), args.pairs.is_empty()) {
        (false, _) => each::run(args),
        (_, false) => pairs::run(args),
        _ => Err(Failure::new("say what fails: --each KINDS or --pairs KINDS")),
    }
}
