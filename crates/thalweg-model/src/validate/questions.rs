//! Questions as they were written, resolved against a model.
use super::desk::Desk;
use super::index::Index;
use super::money::Money;
use crate::draft::{Entry, Row};
use crate::mode::{GateKind, Lever, QuestionKind};
use crate::model::Model;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Severity};
use crate::question::{Agreement, Ask, Between, PlacePair, Question, Works};
use crate::schema::Target;
use crate::schema::access::ELEMENT_TYPES;
use crate::schema::questions::QUESTION;

/// Resolves the tables `[[ask]]` of a file; `scenarios` are the names a question may use.
pub fn resolve_questions(
    file: &str,
    tables: &[(u32, Vec<Entry>)],
    model: &Model,
    scenarios: &[&str],
) -> (Vec<Question>, Vec<Problem>) {
    let index = Index::of_model(model);
    let money = Money::of_head(&model.head);
    let mut desk = Desk { index: &index, money: &money, sources_required: false, problems: Vec::new() };
    let mut questions: Vec<Question> = Vec::new();
    for (line, entries) in tables {
        let before = desk.problems.len();
        let row = Row::of_entries(&QUESTION, Place { row: *line, ..Place::file(file) }, entries, &mut desk.problems);
        let question = question(&mut desk, &row, entries, scenarios);
        if questions.iter().any(|other| other.key == row.text("question_id")) {
            desk.error(
                row.at("question_id"),
                format!("`{}` is the key of an earlier question", row.text("question_id")),
                "",
            );
        }
        let failed = desk.problems[before..].iter().any(|problem| problem.severity == Severity::Error);
        questions.extend(question.filter(|_| !failed));
    }
    desk.problems.sort();
    (questions, desk.problems)
}

/// Columns that every kind of question has, and those of each kind.
fn columns(kind: QuestionKind) -> &'static [&'static str] {
    match kind {
        QuestionKind::Depend => &["by", "of", "lever", "commodity", "top"],
        QuestionKind::Refusal => &["by", "of", "lever", "top"],
        QuestionKind::Route => &["from", "to", "commodity", "shipper", "top"],
        QuestionKind::Newcomer => &["by", "of", "lever", "commodity", "project", "annual_cost"],
        QuestionKind::Incidence | QuestionKind::Broker => &["top"],
        QuestionKind::Power => &["player", "lever", "top"],
        QuestionKind::Repair => &["mend", "open", "opened", "days"],
        QuestionKind::Consent => &["from", "to", "commodity", "shipper", "project", "asset"],
        QuestionKind::Reach => &["of"],
        QuestionKind::Chance => &["draws", "seed", "top"],
        QuestionKind::Risk => &["within", "top"],
        QuestionKind::Each | QuestionKind::Pairs | QuestionKind::Worst => &["fails", "top"],
    }
}

fn question(desk: &mut Desk, row: &Row, entries: &[Entry], scenarios: &[&str]) -> Option<Question> {
    let kind = QuestionKind::parse(row.text("kind"))?;
    let own = columns(kind);
    let common = ["question_id", "title", "kind", "scenario", "topic"];
    for entry in entries.iter().filter(|entry| QUESTION.position(&entry.key).is_some()) {
        if !own.contains(&entry.key.as_str()) && !common.contains(&entry.key.as_str()) {
            let message = format!("a question of kind `{kind}` does not read it");
            desk.error(row.at(&entry.key), message, format!("it reads {}", own.join(", ")));
        }
    }
    let scenario = row.some_text("scenario").filter(|name| *name != "base").map(str::to_owned);
    if let Some(name) = scenario.as_deref() {
        need_scenario(desk, row.at("scenario"), name, scenarios);
    }
    let ask = match kind {
        QuestionKind::Depend => Ask::Depend(between(desk, row)),
        QuestionKind::Refusal => Ask::Refusal(between(desk, row)),
        QuestionKind::Route => Ask::Route(place_pair(desk, row)?),
        QuestionKind::Each => Ask::Each { kinds: fails(desk, row)?, top: top(row) },
        QuestionKind::Pairs => Ask::Pairs { kinds: together(desk, row)?, top: top(row) },
        QuestionKind::Worst => {
            if row.integer("top").is_some_and(|top| top > WORST_MAX) {
                desk.error(
                    row.at("top"),
                    "is more than can be searched",
                    format!("at most {WORST_MAX} failures together"),
                );
            }
            Ask::Worst { kinds: together(desk, row)?, most: row.integer("top").map_or(2, |top| top as u32) }
        }
        QuestionKind::Newcomer => newcomer(desk, row, scenarios)?,
        QuestionKind::Incidence => {
            if scenario.is_none() {
                desk.error(row.at("scenario"), "is missing", "who pays and who earns is told of a scenario");
            }
            Ask::Incidence { top: top(row) }
        }
        QuestionKind::Power => power(desk, row),
        QuestionKind::Broker => Ask::Broker { top: top(row) },
        QuestionKind::Repair => Ask::Repair(works(desk, row, scenarios)),
        QuestionKind::Consent => Ask::Consent(agreement(desk, row, scenarios)?),
        QuestionKind::Reach => Ask::Reach { of: desk.optional(row, "of", Target::State) },
        QuestionKind::Chance => chance(row),
        QuestionKind::Risk => {
            Ask::Risk { within_km: row.number("within").map_or(WITHIN_KM, |number| number.value), top: top(row) }
        }
    };
    Some(Question {
        key: row.some_text("question_id")?.to_owned(),
        title: row.some_text("title")?.to_owned(),
        scenario,
        topic: row.some_text("topic").map(str::to_owned),
        ask,
        place: row.place.clone(),
    })
}

/// Years drawn where a question says nothing.
const DRAWS: usize = 10_000;
/// Distance from a danger area where a question says nothing, km.
const WITHIN_KM: f64 = 100.0;

fn chance(row: &Row) -> Ask {
    Ask::Chance {
        draws: row.integer("draws").and_then(|draws| usize::try_from(draws).ok()).unwrap_or(DRAWS),
        seed: row.integer("seed").and_then(|seed| u64::try_from(seed).ok()).unwrap_or(1),
        top: top(row),
    }
}

fn top(row: &Row) -> usize {
    row.integer("top").and_then(|top| usize::try_from(top).ok()).unwrap_or(10)
}

fn between(desk: &mut Desk, row: &Row) -> Between {
    Between {
        by: desk.optional(row, "by", Target::Actor),
        of: desk.optional(row, "of", Target::Actor),
        levers: row.list("lever").iter().filter_map(|word| Lever::parse(word)).collect(),
        commodity: desk.optional(row, "commodity", Target::Commodity),
        top: top(row),
    }
}

fn need_scenario(desk: &mut Desk, place: Place, name: &str, scenarios: &[&str]) {
    if scenarios.contains(&name) {
        return;
    }
    let hint = nearest(name, scenarios.iter().copied())
        .map_or_else(|| "the study has no such file".to_owned(), |near| format!("the nearest name is `{near}`"));
    desk.error(place, format!("no scenario is called `{name}`"), hint);
}

fn place_pair(desk: &mut Desk, row: &Row) -> Option<PlacePair> {
    for column in ["from", "to"] {
        if row.is_blank(column) {
            desk.error(row.at(column), "is missing", "a route goes from one place to another");
        }
    }
    let (from, to) = (desk.optional(row, "from", Target::Node)?, desk.optional(row, "to", Target::Node)?);
    if from == to {
        desk.error(row.at("to"), "is the place it starts from", "name another place");
    }
    Some(PlacePair {
        from,
        to,
        commodity: desk.optional(row, "commodity", Target::Commodity).unwrap_or_else(|| 0.into()),
        shipper: desk.optional(row, "shipper", Target::Actor),
        count: top(row),
    })
}

fn newcomer(desk: &mut Desk, row: &Row, scenarios: &[&str]) -> Option<Ask> {
    for (column, remedy) in [("by", "say who refuses"), ("project", "name the scenario that brings what is new")] {
        if row.is_blank(column) {
            desk.error(row.at(column), "is missing", remedy);
        }
    }
    let project = row.some_text("project")?.to_owned();
    need_scenario(desk, row.at("project"), &project, scenarios);
    let annual_cost = row.number("annual_cost").map(|number| number.value);
    Some(Ask::Newcomer { between: between(desk, row), project, annual_cost })
}

/// Most players whose every coalition a run values.
const PLAYERS_MAX: usize = 12;

fn power(desk: &mut Desk, row: &Row) -> Ask {
    let players: Vec<crate::ids::ActorId> = desk.list(row, "player", Target::Actor);
    if players.len().max(if players.is_empty() { top(row) } else { 0 }) > PLAYERS_MAX {
        let column = if players.is_empty() { "top" } else { "player" };
        let hint = format!("at most {PLAYERS_MAX}; `thalweg power` samples more");
        desk.error(row.at(column), "is more than a run values every coalition of", hint);
    }
    if players.len() == 1 {
        desk.error(row.at("player"), "is one player", "name two or more, or none");
    }
    Ask::Power {
        players,
        levers: row.list("lever").iter().filter_map(|word| Lever::parse(word)).collect(),
        top: top(row),
    }
}

fn agreement(desk: &mut Desk, row: &Row, scenarios: &[&str]) -> Option<Agreement> {
    let named = ["project", "asset", "from"].into_iter().filter(|column| !row.is_blank(column)).count();
    if named != 1 {
        desk.error(
            row.at("kind"),
            format!("is about {named} things"),
            "name one: `project`, `asset`, or `from` and `to`",
        );
        return None;
    }
    if let Some(project) = row.some_text("project") {
        need_scenario(desk, row.at("project"), project, scenarios);
        return Some(Agreement::Project(project.to_owned()));
    }
    match desk.optional(row, "asset", Target::Asset) {
        Some(asset) => Some(Agreement::Undoing(asset)),
        None if row.is_blank("asset") => Some(Agreement::Route(place_pair(desk, row)?)),
        None => None,
    }
}

/// What is broken or not yet open, from `passage suez=60:2000000`.
fn works(desk: &mut Desk, row: &Row, scenarios: &[&str]) -> Works {
    let days = row.integer("days").and_then(|days| u32::try_from(days).ok()).unwrap_or(365);
    let mut works = Works { horizon_days: days, ..Works::default() };
    for text in row.list("mend") {
        let Some((label, days, cost)) = timed(desk, text, row.at("mend")) else { continue };
        let Some((word, key)) = label.split_once(' ').filter(|(word, _)| ELEMENT_TYPES.contains(word)) else {
            let hint = format!("such as `passage suez`; kinds are {}", ELEMENT_TYPES.join(", "));
            desk.error(row.at("mend"), format!("`{label}` does not say a kind and a key"), hint);
            continue;
        };
        works.mend.extend(desk.named_element(word, key.trim(), row.at("mend")).map(|found| (found, days, cost)));
    }
    for text in row.list("open") {
        let Some((name, days, cost)) = timed(desk, text, row.at("open")) else { continue };
        need_scenario(desk, row.at("open"), &name, scenarios);
        works.open.push((name, days, cost));
    }
    if works.mend.is_empty() && works.open.is_empty() && row.is_blank("mend") && row.is_blank("open") {
        desk.error(row.at("mend"), "is missing", "say what is to be done: `mend`, `open` or both");
    }
    if let Some(name) = row.some_text("opened") {
        need_scenario(desk, row.at("opened"), name, scenarios);
        works.opened = Some(name.to_owned());
    }
    works
}

/// What, days, cost.
fn timed(desk: &mut Desk, text: &str, place: Place) -> Option<(String, u32, f64)> {
    let read = || {
        let (label, rest) = text.rsplit_once('=')?;
        let (days, cost) = rest.split_once(':').unwrap_or((rest, "0"));
        let days: u32 = days.trim().parse().ok().filter(|days| *days > 0)?;
        let cost: f64 = cost.trim().parse().ok().filter(|cost: &f64| cost.is_finite() && *cost >= 0.0)?;
        Some((label.trim().to_owned(), days, cost))
    };
    let found = read();
    if found.is_none() {
        desk.error(place, format!("`{text}` does not say what and how many days"), "write `link KEY=90:2000000`");
    }
    found
}

/// Most failures together that a question may ask for.
const WORST_MAX: i64 = 6;

/// What fails together; worst-case results name no single installation.
fn together(desk: &mut Desk, row: &Row) -> Option<Vec<GateKind>> {
    let kinds = fails(desk, row)?;
    if let Some(kind) = kinds.iter().find(|kind| matches!(kind, GateKind::Link | GateKind::Terminal)) {
        let message = format!("`{kind}` names single installations, which worst-case results leave out");
        desk.error(row.at("fails"), message, "`thalweg stress` names them with --facilities");
    }
    Some(kinds)
}

fn fails(desk: &mut Desk, row: &Row) -> Option<Vec<GateKind>> {
    let kinds: Vec<GateKind> = row.list("fails").iter().filter_map(|word| GateKind::parse(word)).collect();
    if kinds.is_empty() {
        desk.error(row.at("fails"), "says nothing that fails", format!("such as {}", GateKind::NAMES.join(", ")));
        return None;
    }
    Some(kinds)
}
