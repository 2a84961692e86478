//! A study's folder into a model: `study.toml` and its tables.
use crate::csv_sheet::read_sheet;
use crate::study_files::StudyFiles;
use crate::toml_entries::read_entries;
use thalweg_model::draft::{ModelDraft, table_of_file};
use thalweg_model::model::Model;
use thalweg_model::place::Place;
use thalweg_model::problem::Problem;
use thalweg_model::validate::validate;

/// Array of tables in the head of a study with the questions it asks of every run.
pub const QUESTIONS: &str = "ask";
/// Array of tables in the head of a study with the rows of the first page of its report.
pub const TOPICS: &str = "topic";
/// Array of tables in the head of a study with the figures that answer its topics.
pub const FINDINGS: &str = "finding";
/// Array of tables in the head of a study with what somebody watches.
pub const WATCHES: &str = "watch";
/// Every array of tables the head of a study may have.
pub const HEAD_ARRAYS: &[&str] = &[QUESTIONS, TOPICS, FINDINGS, WATCHES];

/// File with the head of a study.
pub const HEAD_FILE: &str = "study.toml";

/// Folder of what a study's own recipes read; it holds no tables.
const RECIPE_FOLDER: &str = "recipe/";

/// Reads and validates a study: its model with what is odd, or everything that is wrong.
pub fn read_study(files: &StudyFiles) -> Result<(Model, Vec<Problem>), Vec<Problem>> {
    validate(read_draft(files))
}

/// Reads the tables of a study as they were written.
pub fn read_draft(files: &StudyFiles) -> ModelDraft {
    let Some(head) = files.files.get(HEAD_FILE) else {
        let mut draft = ModelDraft::new(HEAD_FILE, &[]);
        let hint = format!("a study is a folder with {HEAD_FILE} and tables; `thalweg new` makes one");
        draft.problems = vec![Problem::error(Place::file(HEAD_FILE), "the file is missing").hint(hint)];
        return draft;
    };
    let mut problems = Vec::new();
    let entries = read_entries(HEAD_FILE, head, HEAD_ARRAYS, &mut problems);
    let mut draft = ModelDraft::new(HEAD_FILE, &entries.head);
    for (file, bytes) in &files.files {
        if !file.ends_with(".csv") || file.starts_with(RECIPE_FOLDER) {
            continue;
        }
        match table_of_file(file) {
            Ok(table) => draft.add_sheet(&read_sheet(table, file, bytes, &mut problems)),
            Err(nearest) => problems.push(unknown_table(file, nearest)),
        }
    }
    draft.problems.append(&mut problems);
    draft
}

fn unknown_table(file: &str, nearest: Option<&str>) -> Problem {
    let hint = match nearest {
        Some(name) => format!("the nearest table is `{name}`"),
        None => "see docs/formats for the tables".to_owned(),
    };
    Problem::warning(Place::file(file), "is not read: no table has this name").hint(hint)
}
