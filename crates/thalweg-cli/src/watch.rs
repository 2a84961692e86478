//! `thalweg watch`: what changed for somebody between two dates or two versions of a study.
use crate::exit::{Ended, Failure, Outcome};
use crate::output::{print_json, print_text, short, table};
use crate::study::StudyArgs;
use crate::watching::Terminal;
use clap::Args;
use std::path::PathBuf;
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::watch::{WatchError, WatchRequest, answer_watch};
use thalweg_formats::wire::watch::{
    CellWire, ChangedCell, ChangedRow, CostChangeRow, CountRow, CountsRow, ExposureChangeRow, RefusalChangeRow,
    RouteChangeRow, ServedRow, SuppliedRow, TouchedRow, WatchReport,
};

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Folder of the study, or the name of a built-in one; the built-in `caspian` when left out
    #[arg(value_name = "STUDY")]
    study: Option<PathBuf>,
    /// Date of the earlier side (ISO, such as 2021-06-30); its study's own when left out
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Date of the later side; the study's own when left out
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// The earlier version of the study: a folder or a built-in study
    #[arg(long, value_name = "STUDY")]
    against: Option<PathBuf>,
    /// A watch list of the study, `[[watch]]` in its study.toml; further names add to it
    #[arg(long, value_name = "KEY")]
    list: Option<String>,
    /// Only what concerns this state, firm or bloc; may be given several times
    #[arg(long, value_name = "ACTOR")]
    actor: Vec<String>,
    /// Only what concerns this corridor; may be given several times
    #[arg(long, value_name = "NAME")]
    corridor: Vec<String>,
    /// Only what concerns this passage, place, crossing, link, asset or corridor, as `suez` or `terminal:Baku`; may be
    /// given several times
    #[arg(long, value_name = "NAME")]
    at: Vec<String>,
    /// Only what concerns this commodity; may be given several times
    #[arg(long, value_name = "NAME")]
    commodity: Vec<String>,
    /// Only this topic: rules, statuses, capacities, charges, holdings, relations, hazards, observed, demand, supply,
    /// routes, costs, exposure or refusals; may be given several times
    #[arg(long, value_name = "NAME")]
    topic: Vec<String>,
    /// Period of the year whose demand holds; the annual average when left out
    #[arg(long, value_name = "NAME")]
    period: Option<String>,
    /// Lines a table for people; `--json` has all
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// Runs `watch`; nothing is found when nothing that is watched differs.
pub fn run(args: &WatchArgs) -> Ended {
    let open =
        |study: Option<&PathBuf>| StudyArgs { study: study.cloned(), as_of: None, period: args.period.clone() }.open();
    let after = open(args.study.as_ref())?;
    let other = args.against.as_ref().map(|study| open(Some(study))).transpose();
    let other = other.map_err(|failure| Failure {
        lines: failure.lines.iter().map(|line| line.replacen("STUDY:", "--against:", 1)).collect(),
    })?;
    let request = WatchRequest {
        from: args.from.clone(),
        to: args.to.clone(),
        list: args.list.clone(),
        actor: args.actor.clone(),
        corridor: args.corridor.clone(),
        at: args.at.clone(),
        commodity: args.commodity.clone(),
        topic: args.topic.clone(),
    };
    let watch = Terminal::new();
    let report = answer_watch(other.as_ref().unwrap_or(&after), &after, &request, &watch).map_err(failure)?;
    let interrupted = watch.cancelled();
    drop(watch);
    let tables = tables(&report, args.top);
    if args.json {
        print_json(&report);
    } else {
        print_text(&describe(&report, &tables));
    }
    Ok(match (interrupted, tables.is_empty()) {
        (true, _) => Outcome::Interrupted,
        (false, true) => Outcome::NothingFound,
        (false, false) => Outcome::Answered,
    })
}

fn failure(error: WatchError) -> Failure {
    match error {
        WatchError::Request(wrong) => {
            Failure { lines: wrong.into_iter().map(|(field, why)| format!("--{field}: {why}")).collect() }
        }
        WatchError::Oracle(error) => error.into(),
    }
}

fn describe(report: &WatchReport, tables: &[String]) -> String {
    let watched = &report.watched;
    let lists = [("actors", &watched.actors), ("gates", &watched.gates), ("commodities", &watched.commodities)];
    let named: Vec<String> = lists
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(kind, names)| format!("{kind} {}", names.join(", ")))
        .collect();
    let what = if named.is_empty() { "everything".to_owned() } else { named.join("; ") };
    let (before, after) = (&report.before, &report.after);
    let mut text = format!(
        "{} on {} against {} on {}: {what}\nCost of delivery and non-delivery in all: M {} to M {} {} of {} a year",
        after.study,
        after.as_of,
        before.study,
        before.as_of,
        short(before.base_cost / 1e6),
        short(after.base_cost / 1e6),
        after.currency,
        after.price_year
    );
    if tables.is_empty() {
        text += "\nNothing that is watched differs.";
    }
    for table in tables {
        text += &format!("\n\n{table}");
    }
    format!("{text}\n\n{}", report.caveats.join("\n"))
}

/// A table for each kind of change there is.
fn tables(report: &WatchReport, top: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut topics: Vec<&str> = report.rows.iter().map(|row| row.topic).collect();
    topics.dedup();
    for topic in topics {
        let rows = report.rows.iter().filter(|row| row.topic == topic);
        let header = ["table", "row", "", "since", "what", "confidence"];
        found.extend(listed(topic, &header, rows.map(row_cells).collect(), top));
    }
    let currency = &report.after.currency;
    let million = format!("M {currency}");
    let counts = report.observed.iter().map(count_cells).collect();
    found.extend(listed("observed", &["gate", "commodity", "before", "after", "unit", "factor"], counts, top));
    let header = ["demand", "commodity", "days", "a unit, cheapest", "delivered price", "unserved", "unit", "through"];
    let title = format!("routes, {currency} a unit");
    found.extend(listed(&title, &header, report.routes.iter().map(route_cells).collect(), top));
    let header = ["beneficiary", "commodity", "wanted", "delivered", "unit", "a unit", &million, "not delivered"];
    let title = format!("costs a year, {currency} and {million}");
    found.extend(listed(&title, &header, report.costs.iter().map(cost_cells).collect(), top));
    let header = ["shipments of", "gates of", "lever", "commodity", "touch", "unit", "share, %"];
    found.extend(listed("exposure a year", &header, report.exposures.iter().map(exposure_cells).collect(), top));
    let header = ["shipments of", "refused by", "lever", "commodity", "cost"];
    let title = format!("refusals, {million} a year");
    found.extend(listed(&title, &header, report.refusals.iter().map(refusal_cells).collect(), top));
    found
}

fn listed(title: &str, header: &[&str], mut rows: Vec<Vec<String>>, top: usize) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let count = rows.len();
    rows.truncate(top);
    let rest = count - rows.len();
    let more = if rest == 0 { String::new() } else { format!("\n{rest} more; --top shows more lines") };
    Some(format!("{title}: {count}\n{}{more}", table(header, rows)))
}

/// `before > after`, or one number where both show the same.
fn pair(before: Option<String>, after: Option<String>) -> String {
    let [before, after] = [before, after].map(|side| side.unwrap_or_else(|| "–".to_owned()));
    if before == after { before } else { format!("{before} > {after}") }
}

fn row_cells(row: &ChangedRow) -> Vec<String> {
    let whole = row.turn != "altered";
    let telling =
        |cell: &&ChangedCell| !whole || ["status", "capacity", "volume", "share", "sign"].contains(&cell.column);
    let cells: Vec<String> = row.cells.iter().filter(telling).map(cell_words).collect();
    let mut what = cells.join("; ");
    if !row.words.is_empty() {
        what = if whole { row.words.clone() } else { format!("{}: {what}", row.words) };
    }
    if row.turn == "passed" {
        what += &format!(" (until {})", row.valid_until);
    }
    let key = if row.name.is_empty() { row.key.clone() } else { format!("{} ({})", row.key, row.name) };
    vec![row.table.to_owned(), key, row.turn.to_owned(), row.since.clone(), what, row.confidence.to_owned()]
}

fn cell_words(cell: &ChangedCell) -> String {
    let words = |side: &Option<CellWire>| {
        side.as_ref().map(|side| match side {
            CellWire::Words(text) => text.clone(),
            CellWire::Number { value, low: None, high: None } => short(*value),
            CellWire::Number { value, low, high } => {
                let end = |end: &Option<f64>| end.map_or_else(|| "?".to_owned(), short);
                format!("{} ({} to {})", short(*value), end(low), end(high))
            }
        })
    };
    let unit = if cell.unit.is_empty() { String::new() } else { format!(" {}", cell.unit) };
    let both = match (&cell.before, &cell.after) {
        (None, Some(_)) | (Some(_), None) => words(&cell.after).or(words(&cell.before)).unwrap_or_default(),
        _ => pair(words(&cell.before), words(&cell.after)),
    };
    format!("{} {both}{unit}", cell.column)
}

fn count_cells(row: &CountsRow) -> Vec<String> {
    let counts = |counts: &[CountRow]| {
        let each: Vec<String> =
            counts.iter().map(|count| format!("{} in {}", short(count.volume), count.period)).collect();
        if each.is_empty() { "–".to_owned() } else { each.join(", ") }
    };
    let unit = row.after.first().or(row.before.first()).map_or_else(String::new, |count| count.unit.clone());
    let factor = match (row.times_min, row.times_max) {
        (Some(least), Some(most)) if short(least) == short(most) => short(least),
        (Some(least), Some(most)) => format!("{} to {}", short(least), short(most)),
        _ => String::new(),
    };
    vec![row.gate.clone(), row.commodity.clone(), counts(&row.before), counts(&row.after), unit, factor]
}

fn route_cells(row: &RouteChangeRow) -> Vec<String> {
    let both = |part: &dyn Fn(&ServedRow) -> Option<String>| {
        pair(row.before.as_ref().and_then(part), row.after.as_ref().and_then(part))
    };
    vec![
        row.demand.clone(),
        row.commodity.clone(),
        both(&|side| side.way.as_ref().map(|way| short(way.days))),
        both(&|side| side.way.as_ref().map(|way| short(way.cost))),
        both(&|side| Some(short(side.price))),
        both(&|side| Some(short(side.unserved))),
        row.unit.clone(),
        both(&|side| side.way.as_ref().map(|way| way.territories.join(" "))),
    ]
}

fn cost_cells(row: &CostChangeRow) -> Vec<String> {
    let both = |part: &dyn Fn(&SuppliedRow) -> Option<String>| {
        pair(row.before.as_ref().and_then(part), row.after.as_ref().and_then(part))
    };
    vec![
        row.beneficiary.clone(),
        row.commodity.clone(),
        both(&|side| Some(short(side.wanted))),
        both(&|side| Some(short(side.delivered))),
        row.unit.clone(),
        both(&|side| side.unit_cost.map(short)),
        both(&|side| Some(short(side.delivery_cost / 1e6))),
        both(&|side| Some(short(side.unserved_cost / 1e6))),
    ]
}

fn exposure_cells(row: &ExposureChangeRow) -> Vec<String> {
    let ends = |side: &TouchedRow, scale: f64| match (side.min, side.max) {
        (Some(least), Some(most)) if short(least * scale) != short(most * scale) => {
            format!("{} to {}", short(least * scale), short(most * scale))
        }
        _ => short(side.touching * scale),
    };
    let share = |side: &TouchedRow| if side.demand > 0.0 { ends(side, 100.0 / side.demand) } else { "0".to_owned() };
    let both = |part: &dyn Fn(&TouchedRow) -> String| pair(row.before.as_ref().map(part), row.after.as_ref().map(part));
    vec![
        row.beneficiary.clone(),
        row.actor.clone(),
        row.lever.to_owned(),
        row.commodity.clone(),
        both(&|side| ends(side, 1.0)),
        row.unit.clone(),
        both(&share),
    ]
}

fn refusal_cells(row: &RefusalChangeRow) -> Vec<String> {
    let million = |amount: f64| short(if amount.abs() < 1.0 { 0.0 } else { amount / 1e6 });
    vec![
        row.beneficiary.clone(),
        row.actor.clone(),
        row.lever.to_owned(),
        row.commodity.clone(),
        pair(row.before.map(million), row.after.map(million)),
    ]
}
