//! Topics as they were written, resolved against the questions and the figures a run may have.
use super::desk::Desk;
use super::figure_names::{FigureNames, figure_name};
use super::index::Index;
use super::money::Money;
use crate::draft::{Entry, Row};
use crate::model::Model;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::Problem;
use crate::question::Question;
use crate::schema::topics::{FINDING, TOPIC};
use crate::topic::{Finding, Topic};

/// The topics of a head as entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TopicsDraft {
    /// The file.
    pub file: String,
    /// The tables `[[topic]]`, each with the line it starts on.
    pub topics: Vec<(u32, Vec<Entry>)>,
    /// The tables `[[finding]]`.
    pub findings: Vec<(u32, Vec<Entry>)>,
}

/// Resolves topics; the questions that name one become part of it.
pub fn resolve_topics(
    draft: &TopicsDraft,
    model: &Model,
    questions: &[Question],
    names: FigureNames,
) -> (Vec<Topic>, Vec<Problem>) {
    let (index, money) = (Index::of_model(model), Money::of_head(&model.head));
    let mut desk = Desk { index: &index, money: &money, sources_required: false, problems: Vec::new() };
    let mut topics: Vec<Topic> = Vec::new();
    for (line, entries) in &draft.topics {
        let place = Place { row: *line, ..Place::file(&draft.file) };
        let row = Row::of_entries(&TOPIC, place, entries, &mut desk.problems);
        let Some(topic) = topic(&row) else { continue };
        if topics.iter().any(|other| other.key == topic.key) {
            desk.error(row.at("topic_id"), format!("`{}` is the key of an earlier topic", topic.key), "");
        }
        topics.push(topic);
    }
    for (line, entries) in &draft.findings {
        let place = Place { row: *line, ..Place::file(&draft.file) };
        let row = Row::of_entries(&FINDING, place, entries, &mut desk.problems);
        let figure = figure_name(&mut desk, &row, names);
        let Some(topic) = named(&mut desk, &mut topics, row.text("topic"), row.at("topic")) else { continue };
        if let (Some(figure), Some(says)) = (figure, row.some_text("says")) {
            let unit = row.text("unit").to_owned();
            topic.findings.push(Finding { figure, says: says.to_owned(), unit, place: row.place.clone() });
        }
    }
    for question in questions {
        let Some(key) = &question.topic else { continue };
        let place = question.place.column("topic");
        if let Some(topic) = named(&mut desk, &mut topics, key, place) {
            topic.asks.push(question.key.clone());
        }
    }
    desk.problems.sort();
    (topics, desk.problems)
}

fn topic(row: &Row) -> Option<Topic> {
    Some(Topic {
        key: row.some_text("topic_id")?.to_owned(),
        title: row.some_text("title")?.to_owned(),
        question: row.some_text("question")?.to_owned(),
        note: row.text("note").to_owned(),
        findings: Vec::new(),
        asks: Vec::new(),
        place: row.place.clone(),
    })
}

/// The topic of a key, or an error at the place that names it.
fn named<'a>(desk: &mut Desk, topics: &'a mut [Topic], key: &str, place: Place) -> Option<&'a mut Topic> {
    if let Some(position) = topics.iter().position(|topic| topic.key == key) {
        return topics.get_mut(position);
    }
    let hint = nearest(key, topics.iter().map(|topic| topic.key.as_str()))
        .map_or_else(|| "add it as [[topic]]".to_owned(), |name| format!("the nearest name is `{name}`"));
    desk.error(place, format!("no topic is called `{key}`"), hint);
    None
}
