//! Documents that are written from the code are current; `cargo xtask gen` writes them.
use std::path::Path;
use thalweg_formats::builtin;
use thalweg_formats::data_page::{confidence_table, data_page, read_checks};
use thalweg_formats::format_pages::pages;
use thalweg_formats::report::flow_map_svg;
use thalweg_formats::wire::schemas::schemas;

/// Writes the documents under `docs/formats` when blessing, else lists those that differ.
fn stale(documents: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats");
    let bless = std::env::var_os("THALWEG_BLESS").is_some();
    let mut stale = Vec::new();
    for (file, text) in documents {
        let path = folder.join(&file);
        if bless {
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
            stale.push(file);
        }
    }
    stale
}

#[test]
fn documents_of_the_input_tables_are_those_of_the_attribute_tables() {
    let stale = stale(pages());
    assert!(stale.is_empty(), "docs/formats is not current, run `cargo xtask gen`: {stale:?}");
}

#[test]
fn documents_of_the_json_answers_are_those_of_the_wire_types() {
    let stale = stale(schemas().into_iter().map(|(file, text)| (file.to_owned(), text)));
    assert!(stale.is_empty(), "docs/formats is not current, run `cargo xtask gen`: {stale:?}");
}

/// Writes a file of the repository when blessing; else says whether it is current.
fn is_current(path: &str, text: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("THALWEG_BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n") == text
}

#[test]
fn documents_of_the_built_in_data_count_its_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let checks = read_checks(&std::fs::read_to_string(root.join("docs/guide/row-checks.csv")).unwrap());
    let page = data_page(&builtin::caspian(), &checks);
    assert!(is_current("docs/guide/data.md", &page), "docs/guide/data.md is not current, run `cargo xtask gen`");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap().replace("\r\n", "\n");
    let (before, rest) = readme.split_once("<!-- confidence:begin -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- confidence:end -->").unwrap();
    let table = confidence_table(&builtin::caspian());
    let text = format!("{before}<!-- confidence:begin -->\n{table}<!-- confidence:end -->{after}");
    assert!(is_current("README.md", &text), "the README counts other rows, run `cargo xtask gen`");
}

#[test]
fn documents_of_the_walk_through_the_built_in_study_are_those_of_a_run() {
    let (report, results) = crate::topics::caspian();
    let page = thalweg_formats::guide_page::guide_page(report);
    assert!(is_current("docs/guide/caspian.md", &page), "docs/guide/caspian.md is not current, run `cargo xtask gen`");
    let picture = flow_map_svg(&results.base, &report.head.title);
    let is_same = is_current("docs/guide/caspian-flows.svg", &picture);
    assert!(is_same, "the picture of the README is not current, run `cargo xtask gen`");
}
