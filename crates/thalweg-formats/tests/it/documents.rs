//! Documents that are written from the code are current; `cargo xtask gen` writes them.
use std::path::Path;
use thalweg_formats::format_pages::pages;
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
