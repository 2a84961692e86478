//! `thalweg explain`: why something is shut to a shipment, what would open a pair, whose consent it needs.
use crate::exit::{Ended, Outcome};
use crate::output::{print_json, print_text};
use crate::route::{PairArgs, describe_openings};
use crate::study::StudyArgs;
use clap::Args;
use thalweg_formats::ask::pair::{ExplainRequest, RouteRequest};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    study: StudyArgs,
    #[command(flatten)]
    pair: PairArgs,
    /// The link, crossing, passage, terminal or territory asked about; the whole pair when left out
    #[arg(long, value_name = "NAME")]
    at: Option<String>,
    /// Under this scenario of the study
    #[arg(long, value_name = "NAME")]
    scenario: Option<String>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `explain`.
pub fn run(args: &ExplainArgs) -> Ended {
    let opened = args.study.open()?;
    let instance = opened.instance(args.scenario.as_deref())?;
    let pair = args.pair.pair();
    let Some(subject) = &args.at else {
        let (mode, avoid, close) = Default::default();
        let report = RouteRequest { pair, mode, avoid, close, k: 1 }.answer(&opened, &instance)?;
        if args.json {
            print_json(&report);
        } else {
            print_text(&format!("{} to {}: {}", report.query.from, report.query.to, report.status));
            match &report.consent {
                None => print_text(&describe_openings(&report.openings, &report.note)),
                Some(consent) => {
                    print_text(&format!("Can stop it alone: {}", consent.vetoes.join(", ")));
                    for coalition in consent.blocking.iter().filter(|coalition| coalition.len() > 1) {
                        print_text(&format!("Can stop it together: {}", coalition.join(", ")));
                    }
                    for coalition in &consent.opening {
                        print_text(&format!("Enough to open it: {}", coalition.join(", ")));
                    }
                }
            }
        }
        return Ok(Outcome::Answered);
    };
    let report = ExplainRequest { pair, at: subject.clone() }.answer(&opened, &instance)?;
    if args.json {
        print_json(&report);
        return Ok(Outcome::Answered);
    }
    print_text(&format!("{subject} is {} to {} as of {}", report.status, report.query.commodity, report.query.as_of));
    for reason in &report.reasons {
        let since = if reason.valid_from.is_empty() { String::new() } else { format!(", since {}", reason.valid_from) };
        let rule = if reason.rule.is_empty() {
            String::new()
        } else {
            format!(" (rule {}{since}, {})", reason.rule, reason.confidence)
        };
        print_text(&format!("- {}{rule}", reason.text));
        for source in &reason.sources {
            print_text(&format!("  source: {source}"));
        }
    }
    Ok(Outcome::Answered)
}
