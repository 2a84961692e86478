//! The topics of `study.toml`: rows of the first page of a report.
use crate::measures::MEASURES;
use crate::read_study::{FINDINGS, HEAD_ARRAYS, HEAD_FILE, TOPICS};
use crate::study_files::StudyFiles;
use crate::toml_entries::read_entries;
use thalweg_model::model::Model;
use thalweg_model::problem::Problem;
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;
use thalweg_model::topic::Topic;
use thalweg_model::validate::figure_names::FigureNames;
use thalweg_model::validate::topics::{TopicsDraft, resolve_topics};

/// The topics of a study, none where it lists none, and everything wrong with them.
pub fn read_topics(
    files: &StudyFiles,
    model: &Model,
    (scenarios, questions): (&[Scenario], &[Question]),
) -> (Vec<Topic>, Vec<Problem>) {
    let Some(bytes) = files.files.get(HEAD_FILE) else { return (Vec::new(), Vec::new()) };
    // What is wrong with the file as a whole is said where its head is read.
    let mut entries = read_entries(HEAD_FILE, bytes, HEAD_ARRAYS, &mut Vec::new());
    let draft =
        TopicsDraft { file: HEAD_FILE.to_owned(), topics: entries.tables(TOPICS), findings: entries.tables(FINDINGS) };
    let names = scenarios.iter().map(|scenario| &scenario.name).chain(questions.iter().map(|question| &question.key));
    let scenarios: Vec<&str> = names.map(String::as_str).collect();
    resolve_topics(&draft, model, questions, FigureNames { scenarios: &scenarios, measures: MEASURES })
}
