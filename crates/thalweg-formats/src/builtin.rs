//! The studies that are part of the program, by name.
use crate::study_files::StudyFiles;
use std::borrow::Cow;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/studies.rs"));
}

/// Name of the study that commands use when none is named.
pub const DEFAULT_STUDY: &str = "caspian";

/// The names of the built-in studies, in alphabetical order.
pub fn names() -> Vec<&'static str> {
    embedded::FILES.iter().filter_map(|(path, _)| path.strip_suffix("/study.toml")).collect()
}

/// The files of the built-in study of a name, its licences and notes included.
pub fn files(name: &str) -> Option<StudyFiles> {
    let mut study = StudyFiles { origin: name.to_owned(), ..StudyFiles::default() };
    for (path, bytes) in embedded::FILES {
        if let Some(path) = path.strip_prefix(name).and_then(|rest| rest.strip_prefix('/')) {
            study.files.insert(path.to_owned(), Cow::Borrowed(*bytes));
        }
    }
    (!study.files.is_empty()).then_some(study)
}

/// The built-in study of the Caspian and the South Caucasus.
pub fn caspian() -> StudyFiles {
    files(DEFAULT_STUDY)
        .or_else(|| files("own-network"))
        .expect("studies/ holds at least the ten-node example of the guide")
}
