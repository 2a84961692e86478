//! The studies of this repository are sound.
use std::path::{Path, PathBuf};
use thalweg_formats::builtin;
use thalweg_formats::read_study::read_study;
use thalweg_formats::scenario_files::read_scenarios;
use thalweg_formats::study_files::StudyFiles;

pub fn studies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies")
}

pub fn own_network() -> StudyFiles {
    StudyFiles::from_folder(&studies().join("own-network")).unwrap()
}

#[test]
fn the_ten_node_study_of_the_guide_reads_without_a_complaint() {
    let (model, warnings) = read_study(&own_network()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!((model.nodes.len(), model.links.len(), model.rules.len()), (10, 11, 1));
    assert!(warnings.is_empty(), "{warnings:#?}");
}

#[test]
fn every_built_in_study_and_its_scenarios_are_sound() {
    assert!(builtin::names().contains(&"own-network"));
    for name in builtin::names() {
        let files = builtin::files(name).unwrap();
        let (model, _) = read_study(&files).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        let (scenarios, problems) = read_scenarios(&files, &model);
        assert!(!scenarios.is_empty() && problems.is_empty(), "{name}: {problems:#?}");
    }
}

#[test]
fn the_built_in_copy_is_the_folder() {
    let (embedded, folder) = (builtin::files("own-network").unwrap(), own_network());
    for (path, bytes) in &folder.files {
        assert_eq!(embedded.files.get(path), Some(bytes), "{path}");
    }
}

#[test]
fn the_guide_shows_the_files_of_its_study_as_they_are() {
    let guide = std::fs::read_to_string(studies().join("../docs/guide/own-network.md")).unwrap().replace("\r\n", "\n");
    for (path, bytes) in &own_network().files {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        assert!(guide.contains(&format!("`{path}`")) && guide.contains(text.trim_end()), "{path} differs in the guide");
    }
}
