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
use crate::question::{Ask, Between, Question};
use crate::schema::Target;
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
        QuestionKind::Each | QuestionKind::Pairs | QuestionKind::Worst => &["fails", "top"],
    }
}

fn question(desk: &mut Desk, row: &Row, entries: &[Entry], scenarios: &[&str]) -> Option<Question> {
    let kind = QuestionKind::parse(row.text("kind"))?;
    let own = columns(kind);
    let common = ["question_id", "title", "kind", "scenario"];
    for entry in entries.iter().filter(|entry| QUESTION.position(&entry.key).is_some()) {
        if !own.contains(&entry.key.as_str()) && !common.contains(&entry.key.as_str()) {
            let message = format!("a question of kind `{kind}` does not read it");
            desk.error(row.at(&entry.key), message, format!("it reads {}", own.join(", ")));
        }
    }
    let scenario = row.some_text("scenario").filter(|name| *name != "base").map(str::to_owned);
    if let Some(name) = scenario.as_deref().filter(|name| !scenarios.contains(name)) {
        let hint = nearest(name, scenarios.iter().copied())
            .map_or_else(|| "the study has no such file".to_owned(), |near| format!("the nearest name is `{near}`"));
        desk.error(row.at("scenario"), format!("no scenario is called `{name}`"), hint);
    }
    let ask = match kind {
        QuestionKind::Depend => Ask::Depend(between(desk, row)),
        QuestionKind::Refusal => Ask::Refusal(between(desk, row)),
        QuestionKind::Route => route(desk, row)?,
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
    };
    Some(Question {
        key: row.some_text("question_id")?.to_owned(),
        title: row.some_text("title")?.to_owned(),
        scenario,
        ask,
        place: row.place.clone(),
    })
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

fn route(desk: &mut Desk, row: &Row) -> Option<Ask> {
    for column in ["from", "to"] {
        if row.is_blank(column) {
            desk.error(row.at(column), "is missing", "a route goes from one place to another");
        }
    }
    let (from, to) = (desk.optional(row, "from", Target::Node)?, desk.optional(row, "to", Target::Node)?);
    if from == to {
        desk.error(row.at("to"), "is the place it starts from", "name another place");
    }
    Some(Ask::Route {
        from,
        to,
        commodity: desk.optional(row, "commodity", Target::Commodity).unwrap_or_else(|| 0.into()),
        shipper: desk.optional(row, "shipper", Target::Actor),
        count: top(row),
    })
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
