//! Pictures of answers about newcomers, incidence, power, brokers, repair, consent, hazards and reach.
use crate::report::charts::{Bar, bars, pairs};
use crate::report::hazard_page::{chance, risk};
use crate::report::html::{escaped, figure, paragraph, picture, table};
use crate::report::number::{percent, short};
use crate::report::page::Page;
use crate::wire::brokerage::BrokersRow;
use crate::wire::consents::{ProjectRow, RouteConsentRow, UndoneRow};
use crate::wire::incidence::IncidenceActorRow;
use crate::wire::newcomer::NewcomerRow;
use crate::wire::power::PowerRow;
use crate::wire::questions::AnswerRow;
use crate::wire::repair::{MendingRow, PlanRow};
use crate::wire::run::ReachRow;
use std::collections::BTreeMap;

/// The picture of whatever of these the answer holds.
pub fn picture_of(page: &Page, answer: &AnswerRow) -> String {
    let mut html = String::new();
    html += &answer.newcomer.as_ref().map_or_else(String::new, |row| newcomer(page, row));
    if !answer.incidence.is_empty() {
        html += &incidence(page, &answer.incidence);
    }
    html += &answer.power.as_ref().map_or_else(String::new, |row| power(page, row));
    html += &answer.brokers.as_ref().map_or_else(String::new, |row| brokers(page, row));
    html += &answer.repair.as_ref().map_or_else(String::new, |row| mending(page, row));
    html += &answer.route_consent.as_ref().map_or_else(String::new, |row| route_consent(page, row));
    html += &answer.project.as_ref().map_or_else(String::new, |row| project(page, row));
    html += &answer.undone.as_ref().map_or_else(String::new, |row| undone(page, row));
    html += &answer.chance.as_ref().map_or_else(String::new, |row| chance(page, row));
    html += &answer.risk.as_ref().map_or_else(String::new, |row| risk(page, row));
    if !answer.reach.is_empty() {
        html += &reach(page, &answer.reach);
    }
    html
}

fn newcomer(page: &Page, found: &NewcomerRow) -> String {
    let rows: Vec<Bar> = found
        .sizes
        .iter()
        .map(|row| Bar {
            label: format!("{} of its size, {} a year", percent(row.share), short(row.size)),
            parts: vec![(row.refusal, "s1")],
            note: format!("{}; carries {} in calm", short(row.refusal), short(row.carried)),
        })
        .collect();
    let title = format!("What the refusal costs by the size of what is new, {}", page.money());
    let pivotal = match (found.fails_together, found.pivotal_until) {
        (true, _) => "Refused, all of it saves nothing: it fails together with what it should replace.".to_owned(),
        (_, Some(share)) => {
            format!("From {} of its size the refusal leaves nothing more undelivered.", percent(share))
        }
        (_, None) => "At any size the refusal leaves something undelivered.".to_owned(),
    };
    let worth = found.worth.as_ref().map_or_else(String::new, |worth| {
        let cost = format!("{} {}", short(worth.annual_cost), page.money());
        match worth.probability {
            Some(probability) => {
                format!(" At {cost} it is worth it where a refusal is likelier than {} a year.", percent(probability))
            }
            None if worth.verdict == "always" => format!(" At {cost} it is worth it without any refusal."),
            None => format!(" At {cost} it is not worth it even if refused every year."),
        }
    });
    let note = format!(
        "{pivotal} At full size it saves {} {} in calm and {} when refused.{worth}",
        short(found.saves_in_calm),
        page.money(),
        short(found.saves_when_refused)
    );
    picture(&title, &escaped(&note), &bars(&title, &page.money(), &[], &rows))
}

fn incidence(page: &Page, rows: &[IncidenceActorRow]) -> String {
    let legend = [("s1", "its shipments"), ("s2", "rents"), ("s3", "tolls")];
    let bar = |row: &IncidenceActorRow| Bar {
        label: row.actor.as_ref().map_or_else(|| "nobody named".to_owned(), |key| page.actor(key)),
        parts: vec![
            (row.after.surplus - row.before.surplus, "s1"),
            (row.after.rents - row.before.rents, "s2"),
            (row.after.tolls - row.before.tolls, "s3"),
        ],
        note: short(row.gain),
    };
    let title = format!("Who gains (right) and who pays (left), {}", page.money());
    let shown: Vec<Bar> = rows.iter().filter(|row| row.gain.abs() >= 1.0).map(bar).collect();
    picture(&title, "The number is the gain of all three parts.", &bars(&title, &page.money(), &legend, &shown))
}

fn power(page: &Page, found: &PowerRow) -> String {
    let rows: Vec<(String, f64, f64)> = found
        .players
        .iter()
        .map(|row| {
            let share = row.shapley.as_ref().map_or(0.0, |value| value.value);
            (page.actor(&row.player), row.withdrawal_loss, share)
        })
        .collect();
    let title = format!("What leaving costs all, beside a normative share, {}", page.money());
    let note = format!("Together they save {} {}.", short(found.shared), page.money());
    picture(&title, &escaped(&note), &pairs(&title, ("Its leaving costs all", "Shapley value"), &rows))
}

fn brokers(page: &Page, found: &BrokersRow) -> String {
    let name = |key: &String| page.actor(key);
    let rows: Vec<Bar> = found
        .brokers
        .iter()
        .filter(|row| row.cost >= 1.0)
        .map(|row| Bar {
            label: format!("{} ({})", name(&row.actor), row.lever),
            parts: vec![(row.cost, "s1")],
            note: format!("{}, {} pairs", short(row.cost), row.pairs.len()),
        })
        .collect();
    let dearest: Vec<Vec<String>> = found
        .brokers
        .iter()
        .filter_map(|row| {
            let pair = row.pairs.first()?;
            let between = format!("{} and {}", name(&pair.one), name(&pair.other));
            Some(vec![escaped(&name(&row.actor)), row.lever.to_owned(), escaped(&between), figure(pair.cost)])
        })
        .collect();
    let title = format!("What refusing pairs that have no way of their own would cost all, {}", page.money());
    let note = format!("{} pairs of states trade and have no way of their own.", found.pairs_apart.len());
    let mut html = picture(&title, &note, &bars(&title, &page.money(), &[], &rows));
    html += &table(
        &format!("The dearest pair of each, {}", page.money()),
        &["Between", "Lever", "Pair", "Refusing it costs"],
        &dearest,
        &[3],
    );
    html + &relations(page, found)
}

fn relations(page: &Page, found: &BrokersRow) -> String {
    let Some(relations) = &found.relations else {
        return paragraph("The study has no table of relations, so nothing is said of who speaks to whom.");
    };
    let pairs = |row: &crate::wire::brokerage::RelationalStateRow| {
        row.coordinator + row.itinerant + row.gatekeeper + row.representative + row.liaison
    };
    let mut states: Vec<_> = relations.states.iter().filter(|row| pairs(row) > 0).collect();
    states.sort_by(|one, other| pairs(other).cmp(&pairs(one)).then(one.actor.cmp(&other.actor)));
    let bar = |row: &&crate::wire::brokerage::RelationalStateRow| Bar {
        label: page.actor(&row.actor),
        parts: vec![(pairs(row) as f64, "s2")],
        note: pairs(row).to_string(),
    };
    let rows: Vec<Bar> = states.iter().take(12).map(bar).collect();
    let title = "Ordered pairs of its friends that are not friends with each other";
    let note = format!(
        "A description of the table of relations. {} of its {} triangles are balanced.",
        relations.balanced, relations.triangles
    );
    picture(title, &note, &bars(title, "ordered pairs", &[], &rows))
}

fn mending(page: &Page, found: &MendingRow) -> String {
    let currency = &page.report.head.currency;
    let above = |total: f64| total - found.plan.at_least;
    let bar = |label: &str, total: f64, class: &'static str| Bar {
        label: label.to_owned(),
        parts: vec![(above(total), class)],
        note: short(above(total)),
    };
    let mut rows = vec![
        bar("nothing is done", found.plan.none_total, "s6"),
        bar("greatest help first", found.plan.myopic_total, "s2"),
        bar("best order", found.plan.total, "s1"),
    ];
    if let Some(opened) = &found.opened {
        rows.push(bar("opened, nothing mended", opened.plan.none_total, "s3"));
        rows.push(bar("opened and mended", opened.plan.total, "s3"));
    }
    let title = format!("Lost in {} days above an undamaged network, {currency}", found.horizon_days);
    let note = found.opened.as_ref().map_or_else(String::new, |opened| {
        format!(
            "Mending alone saves {}, opening alone ({}) {}, both {}. A bar to the left: better than before the damage.",
            short(opened.saved_by_mending),
            opened.scenario.replace('_', " "),
            short(opened.saved_by_opening),
            short(opened.saved_by_both)
        )
    });
    let mut html = picture(&title, &escaped(&note), &bars(&title, currency, &[], &rows));
    html += &steps(page, "The best order", &found.plan);
    if let Some(opened) = &found.opened {
        html += &steps(page, &format!("The best order with {} from the start", opened.scenario), &opened.plan);
    }
    html
}

fn steps(page: &Page, caption: &str, plan: &PlanRow) -> String {
    if plan.steps.is_empty() {
        return paragraph(&format!("{}: nothing pays within the days looked at.", escaped(caption)));
    }
    let cells = |row: &crate::wire::repair::StepRow| {
        let saves = row.yearly_cost_before - row.yearly_cost_after;
        vec![escaped(&page.element(&row.what)), row.begins_day.to_string(), row.ends_day.to_string(), figure(saves)]
    };
    let rows: Vec<Vec<String>> = plan.steps.iter().map(cells).collect();
    let saves = format!("Saves, {}", page.money());
    table(caption, &["Step", "Begins, day", "Done, day", &saves], &rows, &[1, 2, 3])
}

fn route_consent(page: &Page, found: &RouteConsentRow) -> String {
    let Some(consent) = &found.consent else { return paragraph("There is no route to agree to.") };
    let rows: Vec<(String, f64, f64)> =
        found.losses.iter().map(|row| (page.actor(&row.actor), row.system_loss, row.own_loss)).collect();
    let title = format!("What stopping all trade between the two states would cost, {}", page.money());
    let named = |keys: &[String]| keys.iter().map(|key| page.actor(key)).collect::<Vec<_>>().join(", ");
    let alone = if consent.vetoes.is_empty() { "nobody".to_owned() } else { named(&consent.vetoes) };
    let mut text = format!("Can stop it alone: {alone}.");
    let together: Vec<String> =
        consent.blocking.iter().filter(|coalition| coalition.len() > 1).map(|coalition| named(coalition)).collect();
    if !together.is_empty() {
        text += &format!(" Can stop it together: {}.", together.join("; "));
    }
    if let Some(smallest) = consent.opening.iter().min_by_key(|coalition| coalition.len()) {
        text += &format!(" The smallest coalition that opens it: {}.", named(smallest));
    }
    let chart = pairs(&title, ("Costs all", "Costs itself"), &rows);
    paragraph(&escaped(&text)) + &if rows.is_empty() { String::new() } else { picture(&title, "", &chart) }
}

fn project(page: &Page, found: &ProjectRow) -> String {
    let mut gains: Vec<(&String, f64)> =
        found.gains.iter().map(|(key, gain)| (key, *gain)).filter(|(_, gain)| gain.abs() >= 1.0).collect();
    gains.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()).then(one.0.cmp(other.0)));
    let signs = |state: &String| found.signatories.iter().any(|row| &row.state == state);
    let bar = |(key, gain): &(&String, f64)| Bar {
        label: page.actor(key),
        parts: vec![(*gain, if signs(key) { "s1" } else { "s6" })],
        note: short(*gain),
    };
    let rows: Vec<Bar> = gains.iter().take(12).map(bar).collect();
    let legend = [("s1", "has to agree"), ("s6", "has no say")];
    let title = format!("Who gains and who loses by it, {}", page.money());
    let note = format!("All together save {} {}.", short(found.gain), page.money());
    let mut html = picture(&title, &escaped(&note), &bars(&title, &page.money(), &legend, &rows));
    let cells = |row: &crate::wire::consents::SignatoryRow| {
        let more = row.changes.len().saturating_sub(3);
        let named = row.changes[..row.changes.len() - more].join(", ");
        let part = if more > 0 { format!("{named} and {more} more") } else { named };
        let left = found.left_without.get(&row.state).map_or_else(|| "–".to_owned(), |left| figure(*left));
        vec![escaped(&page.actor(&row.actor)), escaped(&page.actor(&row.state)), figure(row.gain), left, escaped(&part)]
    };
    let rows: Vec<Vec<String>> = found.signatories.iter().map(cells).collect();
    let header = [
        "Can stop it alone",
        "Answers to",
        "That state gains",
        "Left of the saving when it lets nobody through",
        "Its part",
    ];
    html += &table(&format!("Who has to agree, {}", page.money()), &header, &rows, &[2, 3]);
    html
}

fn undone(page: &Page, found: &UndoneRow) -> String {
    let mut losses: Vec<(&String, f64)> = found.losses.iter().map(|(key, loss)| (key, *loss)).collect();
    losses.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(other.0)));
    let bar = |(key, loss): &(&String, f64)| Bar {
        label: page.actor(key),
        parts: vec![(*loss, if *loss < 0.0 { "benefit" } else { "s1" })],
        note: short(*loss),
    };
    let rows: Vec<Bar> = losses.iter().filter(|(_, loss)| loss.abs() >= 1.0).take(12).map(bar).collect();
    let title = format!("Who loses without it, {}", page.money());
    let held = |(key, share): (&String, &f64)| {
        let blocks = if found.blockers.contains(key) { ", can block" } else { "" };
        format!("{} {}{blocks}", page.actor(key), percent(*share))
    };
    let holders: Vec<String> = found.holders.iter().map(held).collect();
    let note = format!(
        "All together lose {} {}. Held by: {}.",
        short(found.system_loss),
        page.money(),
        if holders.is_empty() { "nobody named".to_owned() } else { holders.join("; ") }
    );
    picture(&title, &escaped(&note), &bars(&title, &page.money(), &[], &rows))
}

fn reach(page: &Page, rows: &[ReachRow]) -> String {
    let part = |region: &str| if region.is_empty() { "main part".to_owned() } else { region.to_owned() };
    let mut by_pair: BTreeMap<(String, String, String), Vec<Bar>> = BTreeMap::new();
    for row in rows {
        let pair = (page.actor(&row.state), part(&row.from_region), part(&row.to_region));
        let through: Vec<String> = row.through.iter().map(|key| page.actor(key)).collect();
        let note = match row.length_km {
            None => "no way".to_owned(),
            Some(length) if through.is_empty() => format!("{} km, through nobody else", short(length)),
            Some(length) => format!("{} km through {}", short(length), through.join(", ")),
        };
        let bar = Bar { label: row.mode.replace('_', " "), parts: vec![(row.length_km.unwrap_or(0.0), "s1")], note };
        by_pair.entry(pair).or_default().push(bar);
    }
    let shown = |((state, from, to), rows): (&(String, String, String), &Vec<Bar>)| {
        let title = format!("{state}: {from} to {to}, length of the cheapest way by each mode, km");
        picture(&title, "", &bars(&title, "km", &[], rows))
    };
    by_pair.iter().map(shown).collect()
}
