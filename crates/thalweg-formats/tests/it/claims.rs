//! Claims: what is wrong with a file is said with its place, and a verdict follows the inputs.
use crate::studies::own_network;
use std::borrow::Cow;
use std::sync::Arc;
use thalweg_engine::states::Study;
use thalweg_engine::study::run_study;
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::claim_files::{CLAIMS_FILE, read_claims};
use thalweg_formats::measures::MEASURES;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;
use thalweg_formats::wire::claims::ClaimRow;
use thalweg_formats::wire::run::{RunReport, run_report};
use thalweg_model::problem::Problem;

const CLAIM: &str = r#"
[[claim]]
claim_id = "ferry"
statement = "The ferry from Quayside carries at least 20,000 TEU"
source = "press"
implied_low = 20000
unit = "TEU/yr"
measure = "volume_by_terminal"
subject = "cedarport boxes"
"#;

fn with(claims: &str, demand: Option<&str>) -> StudyFiles {
    let mut files = own_network();
    files.files.insert("source.csv".to_owned(), Cow::Borrowed(b"source_id,title\npress,The press\n"));
    files.files.insert(CLAIMS_FILE.to_owned(), Cow::Owned(claims.as_bytes().to_vec()));
    if let Some(volume) = demand {
        let table = String::from_utf8(files.files["demand.csv"].to_vec()).unwrap();
        let changed = table.replace("40000,34000,46000", volume);
        assert_ne!(changed, table);
        files.files.insert("demand.csv".to_owned(), Cow::Owned(changed.into_bytes()));
    }
    files
}

pub fn report(files: &StudyFiles) -> RunReport {
    let (model, _) = read_study(files).unwrap();
    let (scenarios, _) = read_scenarios(files, &model);
    let (claims, problems) = read_claims(files, &model, (&scenarios, &[]));
    assert!(problems.is_empty(), "{problems:#?}");
    let as_of = model.head.as_of;
    let study = Study { model: &Arc::new(model), scenarios: &scenarios, questions: &[], as_of };
    run_report(&run_study(study, None, (&Silent, &mut |_| {})).unwrap(), &claims)
}

fn only(files: &StudyFiles) -> ClaimRow {
    report(files).claims.remove(0)
}

fn problems(claims: &str) -> Vec<Problem> {
    let files = with(claims, None);
    let (model, _) = read_study(&files).unwrap();
    let (scenarios, _) = read_scenarios(&files, &model);
    read_claims(&files, &model, (&scenarios, &[])).1
}

#[test]
fn a_verdict_flips_when_an_input_changes() {
    let large = only(&with(CLAIM, None));
    assert_eq!(large.verdict, "agrees", "{large:?}");
    let small = only(&with(CLAIM, Some("4000,3000,5000")));
    assert_eq!(small.verdict, "unsupported", "{small:?}");
    assert!(small.reason.contains("below"), "{}", small.reason);
    let against = "\n[[evidence]]\nclaim = \"ferry\"\nsource = \"press\"\nvalue = 12000\n";
    assert_eq!(only(&with(&format!("{CLAIM}{against}"), Some("4000,3000,5000"))).verdict, "contradicted");
}

#[test]
fn a_figure_the_run_does_not_have_is_no_evidence_and_the_nearest_is_named() {
    let claim = only(&with(&CLAIM.replace("cedarport boxes", "cedarprot boxes"), None));
    assert_eq!((claim.verdict, claim.modelled.is_none()), ("not checkable", true));
    assert!(claim.reason.contains("nearest subject is `cedarport boxes`"), "{}", claim.reason);
    let claim = only(&with(&CLAIM.replace("TEU/yr", "Mt/yr"), None));
    assert!(claim.verdict == "not checkable" && claim.reason.contains("TEU/yr"), "{}", claim.reason);
}

#[test]
fn mistakes_in_claims_are_listed_with_line_and_nearest_name() {
    let found = problems(&CLAIM.replace("volume_by_terminal", "volume_by_terminl").replace("\"press\"", "\"pres\""));
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 2, "{said:#?}");
    assert!(said[0].contains("row 5") && said[0].contains("`press`"), "{said:#?}");
    assert!(said[1].contains("row 8") && said[1].contains("`volume_by_terminal`"), "{said:#?}");
    let unknown = problems(&format!("{CLAIM}\n[[evidence]]\nclaim = \"fery\"\nsource = \"press\"\nvalue = 1\n"));
    assert!(unknown[0].to_string().contains("`ferry`"), "{unknown:#?}");
    assert!(problems("verdict = \"agrees\"")[0].to_string().contains("outside every table"));
    assert!(problems(&format!("{CLAIM}verdict = \"agrees\"\n"))[0].to_string().contains("no such column"));
}

#[test]
fn every_figure_of_a_run_has_a_name_a_claim_may_use() {
    let report = report(&with(CLAIM, None));
    for figure in report.scenarios.iter().flat_map(|state| &state.figures) {
        assert!(MEASURES.contains(&figure.measure), "{}", figure.measure);
    }
}

#[test]
fn the_claims_of_the_built_in_studies_are_sound_and_name_figures_that_exist() {
    for name in builtin::names() {
        let files = builtin::files(name).unwrap();
        if files.files.contains_key(CLAIMS_FILE) {
            let report = report(&files);
            assert!(!report.claims.is_empty());
            for claim in report.claims {
                assert!(!claim.reason.contains("no modelled figure"), "{}: {}", claim.key, claim.reason);
            }
        }
    }
}
