//! The questions of `study.toml`.
use crate::read_study::{HEAD_ARRAYS, HEAD_FILE, QUESTIONS};
use crate::study_files::StudyFiles;
use crate::toml_entries::read_entries;
use thalweg_model::model::Model;
use thalweg_model::problem::Problem;
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;
use thalweg_model::validate::questions::resolve_questions;

/// The questions a study asks of every run, and everything wrong with them.
pub fn read_questions(files: &StudyFiles, model: &Model, scenarios: &[Scenario]) -> (Vec<Question>, Vec<Problem>) {
    let Some(bytes) = files.files.get(HEAD_FILE) else { return (Vec::new(), Vec::new()) };
    // What is wrong with the file as a whole is said where its head is read.
    let mut entries = read_entries(HEAD_FILE, bytes, HEAD_ARRAYS, &mut Vec::new());
    let scenarios: Vec<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    resolve_questions(HEAD_FILE, &entries.tables(QUESTIONS), model, &scenarios)
}
