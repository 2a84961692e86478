//! Scenario files: `scenario/<name>.toml` into scenarios.
use crate::study_files::StudyFiles;
use crate::toml_entries::read_entries;
use thalweg_model::model::Model;
use thalweg_model::problem::Problem;
use thalweg_model::scenario::Scenario;
use thalweg_model::validate::scenario::{ScenarioDraft, resolve_scenarios};

/// Folder of a study's scenarios.
pub const SCENARIO_FOLDER: &str = "scenario/";

/// The sound scenarios of a study, by name, and everything wrong with the others.
pub fn read_scenarios(files: &StudyFiles, model: &Model) -> (Vec<Scenario>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut drafts = Vec::new();
    for (file, bytes) in &files.files {
        if let Some(name) = file.strip_prefix(SCENARIO_FOLDER).and_then(|name| name.strip_suffix(".toml")) {
            drafts.extend(read_draft(name, file, bytes, &mut problems));
        }
    }
    let (scenarios, mut found) = resolve_scenarios(&drafts, model);
    problems.append(&mut found);
    (scenarios, problems)
}

/// Reads one scenario from a file outside the study.
pub fn read_scenario(file: &str, bytes: &[u8], model: &Model) -> Result<(Scenario, Vec<Problem>), Vec<Problem>> {
    let mut problems = Vec::new();
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.strip_suffix(".toml").unwrap_or(name);
    let draft: Vec<ScenarioDraft> = read_draft(name, file, bytes, &mut problems).into_iter().collect();
    let (scenarios, mut found) = resolve_scenarios(&draft, model);
    problems.append(&mut found);
    match scenarios.into_iter().next() {
        Some(scenario) => Ok((scenario, problems)),
        None => Err(problems),
    }
}

/// A file as a draft, `None` when it is not TOML.
fn read_draft(name: &str, file: &str, bytes: &[u8], problems: &mut Vec<Problem>) -> Option<ScenarioDraft> {
    let before = problems.len();
    let mut entries = read_entries(file, bytes, &["change"], problems);
    let changes = entries.tables("change");
    let draft = ScenarioDraft { name: name.to_owned(), file: file.to_owned(), head: entries.head, changes };
    (problems.len() == before).then_some(draft)
}
