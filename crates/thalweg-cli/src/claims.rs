//! `thalweg claims`: each claim of a study beside other sources and the modelled figure, and the verdict computed from them.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::run::RangeArgs;
use crate::study::StudyArgs;
use crate::watching::Terminal;
use clap::Args;
use thalweg_engine::watch::Watch;
use thalweg_formats::wire::claims::{ClaimRow, ClaimsReport};
use thalweg_formats::wire::run::run_report;

/// Arguments of `claims`.
#[derive(Debug, Args)]
pub struct ClaimsArgs {
    #[command(flatten)]
    study: StudyArgs,
    #[command(flatten)]
    ranges: RangeArgs,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `claims`.
pub fn run(args: &ClaimsArgs) -> Ended {
    let opened = args.study.open()?;
    if opened.claims.is_empty() {
        return Err(Failure::new(
            "STUDY: the study has no claims; docs/formats/claims.md says how to write claims.toml",
        ));
    }
    let watch = Terminal::new();
    let results = args.ranges.request().found(&opened, (&watch, &mut |_| {}))?;
    let stopped = watch.cancelled();
    drop(watch);
    let report = run_report(&results, &opened.claims);
    if args.json {
        print_json(&ClaimsReport { head: &report.head, claims: &report.claims });
    } else {
        print_text(&describe(&report.claims, report.head.draws));
    }
    Ok(if stopped { Outcome::Interrupted } else { Outcome::Answered })
}

fn describe(claims: &[ClaimRow], draws: usize) -> String {
    let rows = claims.iter().map(cells).collect();
    let mut text = table(&["claim", "claimed", "other sources", "modelled", "verdict"], rows);
    for row in claims {
        text += &format!("\n{}: {}\n  {}: {}.", row.key, row.statement, row.verdict, row.reason);
    }
    if draws == 0 {
        text += "\n--ranges N gives the modelled figures their ranges.";
    }
    text
}

fn cells(row: &ClaimRow) -> Vec<String> {
    let range = |value: f64, low: Option<f64>, high: Option<f64>| match low.zip(high) {
        Some((low, high)) => format!("{} ({} to {})", short(value), short(low), short(high)),
        None => short(value),
    };
    let others = row.others.iter().map(|other| range(other.value, other.low, other.high));
    let claimed = match (row.implied_low, row.implied_high) {
        (Some(low), Some(high)) => format!("{} to {}", short(low), short(high)),
        (Some(low), None) => format!("at least {}", short(low)),
        (None, Some(high)) => format!("at most {}", short(high)),
        (None, None) => String::new(),
    };
    vec![
        row.key.clone(),
        format!("{claimed} {}", row.unit).trim().to_owned(),
        others.collect::<Vec<_>>().join(", "),
        row.modelled.as_ref().map_or_else(String::new, |row| range(row.value, row.low, row.high)),
        row.verdict.to_owned(),
    ]
}
