//! The second region loads by data alone, and is told apart from the first by nothing in the code.
use crate::claims::report;
use std::fs;
use std::path::{Path, PathBuf};
use thalweg_formats::builtin;
use thalweg_formats::report::headlines;
use thalweg_formats::wire::run::{RunReport, ScenarioReport};

fn scenario<'a>(report: &'a RunReport, name: &str) -> &'a ScenarioReport {
    report.scenarios.iter().find(|state| state.name == name).unwrap()
}

fn saved(report: &RunReport, name: &str) -> f64 {
    -scenario(report, name).against_base.as_ref().unwrap().loss
}

#[test]
fn rebuilt_capacity_and_opened_masks_do_more_together_than_masks_and_without_them_no_material_arrives() {
    let report = report(&builtin::files("gaza-imec").unwrap());
    let materials = |name: &str| scenario(&report, name).served["materials"];
    assert_eq!(materials("base"), 0.0, "entry of cement and steel was denied");
    assert_eq!(materials("capacity_rebuilt_masks_unchanged"), 0.0, "capacity does not permit");
    assert!((materials("capacity_rebuilt_masks_opened") / 3.3e6 - 1.0).abs() < 1e-9, "all that is wanted");
    let (masks, both) = (saved(&report, "masks_opened_only"), saved(&report, "capacity_rebuilt_masks_opened"));
    assert!(0.0 < masks && masks < both, "{masks} and {both} USD a year");
}

#[test]
fn what_nobody_knows_the_size_of_gets_a_range_and_no_point_answer() {
    let report = report(&builtin::files("gaza-imec").unwrap());
    let rows: Vec<&str> = report.undefined.iter().map(|row| row.commodity.as_str()).collect();
    assert_eq!(rows, ["materials"]);
    let row = &report.undefined[0];
    assert!((row.wanted_low - 0.7e6).abs() < 1e-3 && (row.wanted_high - 12.6e6).abs() < 1e-3, "{row:?}");
    let first = &headlines(&report)[0];
    assert!(first.contains("No point answer on") && first.contains("materials_rebuilding"), "{first}");
    assert!(!first.contains("3,300,000") && !first.contains("3.3"), "{first}");
}

#[test]
fn who_can_stop_ways_by_sea_and_the_railway_is_told_on_the_first_page_and_no_volume_of_what_nobody_knows() {
    let files = builtin::files("gaza-imec").unwrap();
    let report = crate::topics::run(&files).0;
    let keys: Vec<&str> = report.topics.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(keys, ["G1", "G2", "G3", "G4", "G5"]);
    let figures: Vec<_> = report.topics.iter().flat_map(|row| &row.findings).collect();
    assert!(figures.iter().all(|row| row.missing.is_none()), "{figures:?}");
    let told = |says: &str| figures.iter().find(|row| row.says == says).and_then(|row| row.value).unwrap();
    assert_eq!(told("states can each stop a port of Gaza"), 2.0, "Israel and Palestine");
    assert_eq!(told("states can each stop it"), 4.0, "the Emirates, Saudi Arabia, Jordan, Israel");
    assert!(told("boxes a year on the railway") > 2.0 * told("when it is built and Saudi Arabia refuses"));
    let entering = told("supplies of daily life and relief reach Gaza") + told("are asked for and do not");
    assert!((entering / 4.2e6 - 1.0).abs() < 1e-6, "{entering} t a year are asked for");
    assert_eq!(told("with twice the capacity and the masks as they are"), 0.0, "capacity does not permit");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_code_outside_the_list_of_built_in_studies_names_a_region_or_its_actors() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for entry in fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path().join("src");
        if folder.is_dir() {
            sources(&folder, &mut files);
        }
    }
    assert!(files.len() > 100, "{} files", files.len());
    let words = ["caspian", "gaza", "turkey", "armenia", "azerbaijan", "israel", "kazakhstan", "egypt"];
    let mut named = Vec::new();
    for path in files.iter().filter(|path| !path.ends_with("src/builtin.rs")) {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let lines = lines.map(|line| line.replace("builtin::caspian()", "").to_lowercase());
        named.extend(lines.filter(|line| words.iter().any(|word| line.contains(word))));
    }
    assert!(named.is_empty(), "{named:#?}");
}
