//! Section on the scenarios: all at a glance, then each with what moves and who gains.
use crate::report::charts::{Bar, bars};
use crate::report::html::{escaped, figure, paragraph, picture, spread, table};
use crate::report::map::{change_map, drawn_layers};
use crate::report::number::short;
use crate::report::page::Page;
use crate::report::power_page::split;
use crate::report::traffic::traffic;
use crate::wire::run::ScenarioReport;
use std::collections::BTreeMap;
use thalweg_engine::figures::PATH_SIZE_LOGIT;
use thalweg_engine::states::Run;

/// All scenarios, then one by one.
pub fn scenarios(page: &Page) -> String {
    let states = &page.report.scenarios[1..];
    if states.is_empty() {
        return paragraph("The run had no scenarios.");
    }
    let money = page.money();
    let mut html = paragraph(
        "Losses at least cost under capacities, against the base. Every amount is for a year in that state, unless it says <em>a day</em> \
         or <em>over its days</em>. A bar to the left is a saving. Beside each stands what is no longer delivered: a cost \
         means little without the volume it served.",
    );
    let rows: Vec<Bar> = states
        .iter()
        .filter_map(|state| {
            let change = state.against_base.as_ref()?;
            Some(Bar {
                label: state.title.clone(),
                parts: split(change.rerouting, change.unserved),
                note: short(change.loss),
            })
        })
        .collect();
    let legend =
        [("rerouting", "rerouting"), ("unserved", "no longer delivered"), ("benefit", "saved or newly delivered")];
    let title = format!("Loss by scenario, {money}");
    html += &picture(&title, "", &bars(&title, &money, &legend, &rows));
    html += &summary(page, states);
    for (state, run) in states.iter().zip(&page.results.scenarios) {
        html += &one(page, state, run);
    }
    html
}

fn summary(page: &Page, states: &[ScenarioReport]) -> String {
    let rows: Vec<Vec<String>> = states
        .iter()
        .filter_map(|state| {
            let change = state.against_base.as_ref()?;
            let (lost, won) = signed(&change.unserved_volume);
            let moved = |key: &String| lost.contains_key(key) || won.contains_key(key);
            let served = state.served.iter().filter(|(key, _)| moved(key));
            let served: BTreeMap<String, f64> = served.map(|(key, amount)| (key.clone(), *amount)).collect();
            Some(vec![
                escaped(&state.title),
                loss_cell(state, change.loss),
                figure(change.rerouting),
                figure(change.unserved),
                lasts_cell(state),
                or(page.volumes(&lost), "none"),
                or(page.volumes(&won), "none"),
                or(page.volumes(&served), "as in the base"),
            ])
        })
        .collect();
    let header = [
        "Scenario",
        "Loss",
        "of it rerouting",
        "of it not delivered",
        "Over its days",
        "Volume lost a year",
        "Volume won a year",
        "Of these delivered a year",
    ];
    let ranged = if page.report.head.draws > 0 { "; in brackets 5th to 95th percentile" } else { "" };
    table(&format!("Scenarios against the base, {}{ranged}", page.money()), &header, &rows, &[1, 2, 3, 4])
}

fn loss_cell(state: &ScenarioReport, loss: f64) -> String {
    let range = state.exact_of("loss", "total");
    figure(loss) + &range.map_or_else(String::new, |row| spread(row.low, row.high))
}

fn lasts_cell(state: &ScenarioReport) -> String {
    state.while_it_lasts.as_ref().map_or_else(
        || "whole year".to_owned(),
        |row| format!("{} in {} days", figure(row.loss_over_days), short(row.days)),
    )
}

fn or(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

/// Rises, and falls as positive amounts.
fn signed(amounts: &BTreeMap<String, f64>) -> (BTreeMap<String, f64>, BTreeMap<String, f64>) {
    let rises = amounts.iter().filter(|(_, amount)| **amount > 0.0).map(|(key, amount)| (key.clone(), *amount));
    let falls = amounts.iter().filter(|(_, amount)| **amount < 0.0).map(|(key, amount)| (key.clone(), -*amount));
    (rises.collect(), falls.collect())
}

/// Why a scenario leaves the least cost as it is, and the corridor that shippers who differ would take more of.
fn nothing_changes(state: &ScenarioReport) -> String {
    let mut text =
        "It changes nothing at least cost: nothing it opens, frees or adds is cheaper than what is in use, and \
                    nothing it shuts is in use."
            .to_owned();
    let gains = state.of("volume_by_corridor", PATH_SIZE_LOGIT).filter_map(|row| Some((row.change?, row)));
    if let Some((more, row)) = gains.max_by(|one, other| one.0.total_cmp(&other.0))
        && more > 0.005 * row.value
    {
        let corridor = row.subject.rsplit_once(' ').map_or(row.subject.as_str(), |(corridor, _)| corridor);
        let (corridor, unit) = (escaped(&corridor.replace('_', " ")), escaped(&row.unit));
        text += &format!(" In the descriptive program {corridor} carries {} {unit} more.", short(more));
    }
    text
}

fn one(page: &Page, state: &ScenarioReport, run: &Run) -> String {
    let Some(change) = &state.against_base else { return String::new() };
    let mut html = format!("<h3 id=\"scenario-{}\">{}</h3>", escaped(&state.name), escaped(&state.title));
    if !state.question.is_empty() {
        html += &format!("<p class=\"question\">{}</p>", escaped(&state.question));
    }
    let money = page.money();
    let saves = change.loss < 0.0;
    let range = state.exact_of("loss", "total").and_then(|row| row.low.zip(row.high));
    let range = range.map(|(low, high)| if saves { (-high, -low) } else { (low, high) });
    let mut text = format!(
        "{} {} {money}{}.",
        if saves { "It saves" } else { "It costs" },
        figure(change.loss.abs()),
        spread(range.map(|(low, _)| low), range.map(|(_, high)| high))
    );
    if change.loss == 0.0 {
        text = nothing_changes(state);
    }
    let moved = page.volumes(&change.rerouted_volume);
    if !moved.is_empty() {
        text += &format!(" Another way goes {moved}.");
    }
    let slower = change.delay_h.iter().filter(|(_, hours)| hours.abs() >= 0.05).map(|(key, hours)| {
        let word = if *hours > 0.0 { "later" } else { "sooner" };
        format!("{} arrives {} h {word} on average", escaped(&page.commodity(key)), short(hours.abs()))
    });
    let slower: Vec<String> = slower.collect();
    if !slower.is_empty() {
        text += &format!(" {}.", slower.join("; "));
    }
    text += &while_it_lasts(page, state);
    html += &paragraph(&text);
    html += &before_after(page, state);
    html += &gainers(page, state);
    let base = &page.results.base;
    let flows = traffic(&base.instance, &base.described);
    for layer in drawn_layers(&base.instance, &flows) {
        if let Some(svg) = change_map((base, run), &layer, &page.basemap) {
            html += &picture(&format!("Where {} move", layer.contents(&base.instance)), "Descriptive program.", &svg);
        }
    }
    if !state.source.is_empty() {
        html += &format!("<p class=\"note\">Source: {}</p>", linked(&state.source));
    }
    html
}

/// What a state of limited duration costs a day and over its days, and the volume that goes with it.
fn while_it_lasts(page: &Page, state: &ScenarioReport) -> String {
    let Some(row) = &state.while_it_lasts else { return String::new() };
    let currency = &page.report.head.currency;
    let lost = page.volumes(&row.unserved_over_days);
    format!(
        " That is a year at this state; it lasts {} days: {} {currency} a day, {} {currency} over its days{}.",
        short(row.days),
        figure(row.loss_per_day),
        figure(row.loss_over_days),
        if lost.is_empty() {
            ", and all is still delivered".to_owned()
        } else {
            format!("; not delivered in them {lost}")
        }
    )
}

/// Free text with its addresses as links.
fn linked(text: &str) -> String {
    let word = |word: &str| {
        let address = word.trim_end_matches([',', '.', ';', ')']);
        if address.starts_with("https://") || address.starts_with("http://") {
            let rest = &word[address.len()..];
            format!("<a href=\"{0}\">{0}</a>{1}", escaped(address), escaped(rest))
        } else {
            escaped(word)
        }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Corridor volumes before and after, where they change.
fn before_after(page: &Page, state: &ScenarioReport) -> String {
    let volumes = |state: &ScenarioReport| -> BTreeMap<String, f64> {
        state.of("volume_by_corridor", PATH_SIZE_LOGIT).map(|row| (row.subject.clone(), row.value)).collect()
    };
    let (before, after) = (volumes(page.report.base()), volumes(state));
    let mut largest: BTreeMap<&str, f64> = BTreeMap::new();
    for (subject, volume) in before.iter().chain(&after) {
        if let Some((_, commodity)) = subject.rsplit_once(' ') {
            let known = largest.entry(commodity).or_default();
            *known = known.max(*volume);
        }
    }
    let mut by_commodity: BTreeMap<String, Vec<Bar>> = BTreeMap::new();
    let subjects: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for subject in subjects {
        let (old, new) = (before.get(subject).copied().unwrap_or(0.0), after.get(subject).copied().unwrap_or(0.0));
        let Some((corridor, commodity)) = subject.rsplit_once(' ') else { continue };
        // A change of the corridor's volume that could be seen beside the commodity's largest corridor.
        let seen = (0.005 * old.max(new)).max(0.001 * largest.get(commodity).unwrap_or(&0.0));
        if (new - old).abs() <= seen {
            continue;
        }
        let bars = by_commodity.entry(commodity.to_owned()).or_default();
        let name = corridor.replace('_', " ");
        bars.push(Bar { label: format!("{name}, before"), parts: vec![(old, "before")], note: short(old) });
        bars.push(Bar { label: "after".to_owned(), parts: vec![(new, "after")], note: short(new) });
    }
    let mut html = String::new();
    for (commodity, rows) in by_commodity {
        let unit = format!("{}/yr", page.unit(&commodity));
        let title = format!("{} by corridor before and after, {unit}", page.commodity(&commodity));
        html += &picture(&title, "Descriptive program.", &bars(&title, &unit, &[], &rows));
    }
    html
}

/// Who gains and who loses, in welfare and in receipts.
fn gainers(page: &Page, state: &ScenarioReport) -> String {
    let Some(change) = &state.against_base else { return String::new() };
    let keys: std::collections::BTreeSet<&String> = state.welfare_loss.keys().chain(change.receipts.keys()).collect();
    let mut rows: Vec<(&String, f64, f64)> = keys
        .into_iter()
        .map(|key| {
            let welfare = state.welfare_loss.get(key).copied().unwrap_or(0.0);
            (key, -welfare, change.receipts.get(key).copied().unwrap_or(0.0))
        })
        .filter(|(_, welfare, receipts)| welfare.abs() > 0.5 || receipts.abs() > 0.5)
        .collect();
    rows.sort_by(|one, other| {
        other.1.abs().max(other.2.abs()).total_cmp(&one.1.abs().max(one.2.abs())).then(one.0.cmp(other.0))
    });
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .take(12)
        .map(|(key, welfare, receipts)| vec![escaped(&page.actor(key)), figure(welfare), figure(receipts)])
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let caption = format!("Who gains (+) and loses (−), {}", page.money());
    table(&caption, &["Actor", "Change of welfare", "Change of tolls and surcharges received"], &rows, &[1, 2])
}
