//! The studies of this repository are sound.
use std::path::{Path, PathBuf};
use thalweg_formats::read_study::read_study;
use thalweg_formats::study_files::StudyFiles;

fn studies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../studies")
}

#[test]
fn the_ten_node_study_of_the_guide_reads_without_a_complaint() {
    let files = StudyFiles::from_folder(&studies().join("own-network")).unwrap();
    let (model, warnings) = read_study(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!((model.nodes.len(), model.links.len(), model.rules.len()), (10, 11, 1));
    assert!(warnings.is_empty(), "{warnings:#?}");
}
