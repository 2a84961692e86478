//! `claims.toml` into claims.
use crate::measures::MEASURES;
use crate::study_files::StudyFiles;
use crate::toml_entries::read_entries;
use thalweg_model::claim::Claim;
use thalweg_model::model::Model;
use thalweg_model::problem::Problem;
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;
use thalweg_model::validate::claims::{ClaimsDraft, resolve_claims};
use thalweg_model::validate::figure_names::FigureNames;

/// File with the claims of a study.
pub const CLAIMS_FILE: &str = "claims.toml";

/// The claims of a study, none where it has no such file, and everything wrong with them.
pub fn read_claims(
    files: &StudyFiles,
    model: &Model,
    (scenarios, questions): (&[Scenario], &[Question]),
) -> (Vec<Claim>, Vec<Problem>) {
    let Some(bytes) = files.files.get(CLAIMS_FILE) else { return (Vec::new(), Vec::new()) };
    let mut problems = Vec::new();
    let mut entries = read_entries(CLAIMS_FILE, bytes, &["claim", "evidence"], &mut problems);
    let draft = ClaimsDraft {
        file: CLAIMS_FILE.to_owned(),
        claims: entries.tables("claim"),
        evidence: entries.tables("evidence"),
        head: entries.head,
    };
    let names = scenarios.iter().map(|scenario| &scenario.name).chain(questions.iter().map(|question| &question.key));
    let scenarios: Vec<&str> = names.map(String::as_str).collect();
    let (claims, found) = resolve_claims(&draft, model, FigureNames { scenarios: &scenarios, measures: MEASURES });
    problems.extend(found);
    (claims, problems)
}
