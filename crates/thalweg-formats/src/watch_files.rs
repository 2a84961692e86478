//! The watch lists of `study.toml`.
use crate::read_study::{HEAD_ARRAYS, HEAD_FILE, WATCHES};
use crate::study_files::StudyFiles;
use crate::toml_entries::read_entries;
use thalweg_model::model::Model;
use thalweg_model::problem::Problem;
use thalweg_model::validate::watch_lists::resolve_watch_lists;
use thalweg_model::watch_list::WatchList;

/// The watch lists of a study, and everything wrong with them.
pub fn read_watch_lists(files: &StudyFiles, model: &Model) -> (Vec<WatchList>, Vec<Problem>) {
    let Some(bytes) = files.files.get(HEAD_FILE) else { return (Vec::new(), Vec::new()) };
    // What is wrong with the file as a whole is said where its head is read.
    let mut entries = read_entries(HEAD_FILE, bytes, HEAD_ARRAYS, &mut Vec::new());
    resolve_watch_lists(HEAD_FILE, &entries.tables(WATCHES), model)
}
