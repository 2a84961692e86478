//! Section on the questions of the study: each with a picture, its figures and the rows they rest on.
use crate::report::answer_page::picture_of;
use crate::report::charts::{Bar, bars, pairs};
use crate::report::html::{escaped, figure, paragraph, picture, spread, table};
use crate::report::number::{percent, short};
use crate::report::page::Page;
use crate::report::steps::{Curve, curves};
use crate::report::tornado::tornado;
use crate::wire::dependence::RelationRow;
use crate::wire::evidence::WeakRow;
use crate::wire::questions::AnswerRow;
use crate::wire_route::RouteReport;

/// Every question of the study.
pub fn questions(page: &Page) -> String {
    if page.report.answers.is_empty() {
        return paragraph("The study asks no question of its own; <code>[[ask]]</code> in study.toml does.");
    }
    page.report.answers.iter().map(|answer| one(page, answer)).collect()
}

fn one(page: &Page, answer: &AnswerRow) -> String {
    let mut html = format!("<h3 id=\"question-{}\">{}</h3>", escaped(&answer.key), escaped(&answer.title));
    if answer.scenario != "base" {
        let title = page.report.scenarios.iter().find(|state| state.name == answer.scenario);
        html +=
            &paragraph(&format!("In the state: {}.", escaped(title.map_or(&answer.scenario, |state| &state.title))));
    }
    if answer.figures.is_empty() {
        let nothing = "Nothing is found: no path touches, no failure costs anything, or no route exists.";
        let why = answer.nothing.unwrap_or(nothing);
        return html + &paragraph(why);
    }
    html += &match answer.kind {
        "depend" => depend(page, answer),
        "refusal" => refusal(page, answer),
        "route" => answer.route.as_ref().map_or_else(String::new, |route| routes(page, route)),
        "each" => failures(page, answer),
        "worst" => worst_bars(page, answer),
        "pairs" => pair_bars(page, answer),
        _ => picture_of(page, answer),
    };
    html += &caveats(answer);
    html + &figures(answer) + &rests_on(page, &answer.rests_on)
}

fn relation(page: &Page, row: &RelationRow) -> String {
    format!(
        "{} on {} by {}, {}",
        row.of.as_ref().map_or_else(|| "everybody".to_owned(), |of| page.actor(of)),
        page.actor(&row.by),
        row.levers.join(" or "),
        row.commodity.as_ref().map_or_else(|| "all".to_owned(), |key| page.commodity(key))
    )
}

fn depend(page: &Page, answer: &AnswerRow) -> String {
    let currency = &page.report.head.currency;
    let mut html = paragraph(
        "The curve: how much still touches the actor's gates when each unit that touches pays a charge. Its left end is what \
         no equally cheap way avoids; its area is the system's loss from a refusal. Where a step ends in a dot, a charge \
         just below brings in most.",
    );
    for row in answer.relations.iter().take(4) {
        let unit = row.unit.clone().unwrap_or_default();
        let curve = Curve {
            steps: row.steps.iter().map(|step| (step.from, step.to, step.touching)).collect(),
            mark: row.toll.as_ref().map(|toll| toll.charge),
        };
        let title = relation(page, row);
        let axes = (format!("charge, {currency}/{unit}"), format!("{unit}/yr that touch"));
        let note = format!(
            "{} of the demand touch at once; {} could not do without; a refusal costs the system {} {currency}/yr, \
             {} of it rerouting.",
            percent(row.exposure),
            percent(row.indispensability),
            short(row.refusal),
            short(row.rerouting)
        );
        html += &picture(&title, &escaped(&note), &curves(&title, &axes, &curve));
    }
    html
}

fn refusal(page: &Page, answer: &AnswerRow) -> String {
    let words = |row: &crate::wire::losses::RefusalRow| format!("{} denies {} ({})", row.by, row.of, row.lever);
    let rows: Vec<(String, f64, f64)> =
        answer.refusals.iter().map(|row| (words(row), row.harm, row.self_cost)).collect();
    let title = format!("Refusals as pairs, {}", page.money());
    picture(
        &title,
        "Both sides are on one scale.",
        &pairs(&title, ("Harm to the refused", "Cost to the refuser"), &rows),
    )
}

fn routes(page: &Page, report: &RouteReport) -> String {
    let unit = format!("{}/{}", report.query.currency, report.query.unit);
    if report.routes.is_empty() {
        let lines: Vec<String> = report
            .openings
            .iter()
            .take(8)
            .map(|opening| {
                let permissions = opening.permissions.iter().map(|permission| match permission.kind {
                    "lift" => format!("{} lifted {}", page.actor(&permission.actor), permission.what),
                    _ => format!("{} were opened", permission.what),
                });
                let permissions: Vec<String> = permissions.collect();
                format!("<li>{}: {} {unit}</li>", escaped(&permissions.join(" and ")), figure(opening.cost))
            })
            .collect();
        return paragraph("No route exists. It would open if") + &format!("<ul>{}</ul>", lines.concat());
    }
    let legend = [("s1", "transport"), ("s2", "time"), ("s3", "unreliability"), ("s4", "tolls"), ("s5", "surcharges")];
    let rows: Vec<Bar> = report
        .routes
        .iter()
        .map(|route| Bar {
            label: format!("{} by {}", route.territories.join(" "), route.modes.join(", ")),
            parts: legend.iter().map(|(class, part)| (route.cost.get(part).copied().unwrap_or(0.0), *class)).collect(),
            note: format!("{} km, {} days", short(route.length_km), short(route.time_h / 24.0)),
        })
        .collect();
    let title = format!("Routes by what they cost, {unit}");
    let mut html = picture(&title, "", &bars(&title, &unit, &legend, &rows));
    if let Some(consent) = &report.consent {
        let named = |keys: &[String]| keys.iter().map(|key| escaped(&page.actor(key))).collect::<Vec<_>>().join(", ");
        let alone = if consent.vetoes.is_empty() { "nobody".to_owned() } else { named(&consent.vetoes) };
        html += &paragraph(&format!("Can stop it alone: {alone}."));
    }
    html
}

fn failures(page: &Page, answer: &AnswerRow) -> String {
    let rows: Vec<_> = answer.failures.iter().map(|row| (row.kind, &row.closure)).collect();
    tornado(page, "Loss when one fails for a year", &rows, "")
}

fn pair_bars(page: &Page, answer: &AnswerRow) -> String {
    let rows: Vec<Bar> = answer
        .pairs
        .iter()
        .map(|row| Bar {
            label: row.elements.each_ref().map(|label| page.element(label)).join(" and "),
            parts: vec![(row.loss - row.synergy.max(0.0), "s1"), (row.synergy.max(0.0), "s4")],
            note: format!("{}, synergy {}", short(row.loss), short(row.synergy)),
        })
        .collect();
    let legend = [("s1", "each alone"), ("s4", "only because both fail")];
    let title = format!("Loss when two fail for a year, {}", page.money());
    picture(&title, "", &bars(&title, &page.money(), &legend, &rows))
}

fn worst_bars(page: &Page, answer: &AnswerRow) -> String {
    let Some(found) = &answer.worst else { return String::new() };
    let bar = |elements: &[String], loss: f64, class: &'static str| Bar {
        label: elements.iter().map(|label| page.element(label)).collect::<Vec<_>>().join(" and "),
        parts: vec![(loss, class)],
        note: short(loss),
    };
    let rows = [bar(&found.elements, found.loss, "s1"), bar(&found.heuristic, found.heuristic_loss, "s2")];
    let legend = [("s1", "the worst"), ("s2", "what a heuristic finds")];
    let title = format!("Loss when they fail together for a year, {}", page.money());
    let note = if found.at_most > found.loss * (1.0 + 1e-9) {
        format!("The search was cut short: no set loses more than {}.", short(found.at_most))
    } else {
        "Exact: no set of so many loses more.".to_owned()
    };
    picture(&title, &note, &bars(&title, &page.money(), &legend, &rows))
}

/// What is to be kept in mind.
fn caveats(answer: &AnswerRow) -> String {
    let lines: Vec<String> = answer.caveats.iter().map(|line| escaped(line)).collect();
    let command = answer.command.as_ref().map_or_else(String::new, |text| format!(" <code>{}</code>", escaped(text)));
    format!("<p class=\"note\">{}{command}</p>", lines.join(" "))
}

/// The answer as figures.
fn figures(answer: &AnswerRow) -> String {
    let rows: Vec<Vec<String>> = answer
        .figures
        .iter()
        .map(|row| {
            vec![
                row.measure.replace('_', " "),
                escaped(&row.subject),
                figure(row.value) + &spread(row.low, row.high),
                escaped(&row.unit),
            ]
        })
        .collect();
    let table = table("Figures, least cost", &["Measure", "Of", "Value", "Unit"], &rows, &[2]);
    format!("<details class=\"figures\"><summary>{} figures</summary>{table}</details>", answer.figures.len())
}

fn rests_on(page: &Page, rows: &[WeakRow]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                format!("<code>{}</code>", escaped(&row.row)),
                row.confidence.to_owned(),
                figure(row.cost),
                page.volumes(&row.volume),
                row.sources.iter().map(|key| escaped(key)).collect::<Vec<_>>().join(", "),
            ]
        })
        .collect();
    let header = ["Row", "Confidence", "Cost incurred on it", "Volume over it", "Sources"];
    let caption = format!("The rows on which the shipments in question incur the most cost, {}", page.money());
    format!("<details><summary>What it rests on</summary>{}</details>", table(&caption, &header, &lines, &[2]))
}
