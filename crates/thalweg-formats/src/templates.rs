//! The files of an empty study: a head to fill in, and one table each with its columns.
use std::fmt::Write as _;
use thalweg_model::schema::head::STUDY;
use thalweg_model::schema::{Attribute, Blank, Kind, TABLES, Table};

/// The files of an empty study by path; tables have their header and no row.
pub fn template_files(name: &str) -> Vec<(String, String)> {
    let mut files = vec![("study.toml".to_owned(), head(name))];
    files.extend(TABLES.iter().map(|table| (format!("{}.csv", table.name), header(table))));
    files.push(("scenario/example.toml.txt".to_owned(), SCENARIO.to_owned()));
    files.push(("README.md".to_owned(), notes(name)));
    files
}

fn header(table: &Table) -> String {
    let names: Vec<&str> = table.attributes().map(|attribute| attribute.name).collect();
    format!("{}\n", names.join(","))
}

fn head(name: &str) -> String {
    let mut text = String::from("# The head of the study; docs/formats/study.md explains every key.\n");
    for attribute in STUDY.attributes() {
        writeln!(text, "\n# {}", attribute.about).expect("strings take text");
        writeln!(text, "{} = {}", attribute.name, example(attribute, name)).expect("strings take text");
    }
    text
}

fn example(attribute: &Attribute, name: &str) -> String {
    match (attribute.name, attribute.kind, attribute.blank) {
        ("name" | "title", ..) => format!("{name:?}"),
        ("as_of", ..) => "2025-12-28".to_owned(),
        ("currency", ..) => "\"USD\"".to_owned(),
        ("price_year", ..) => "2024".to_owned(),
        (_, Kind::ChoiceList(_), Blank::Value(words)) => {
            let words: Vec<String> = words.split('|').map(|word| format!("{word:?}")).collect();
            format!("[{}]", words.join(", "))
        }
        (_, Kind::Flag, Blank::Value(flag)) => flag.to_owned(),
        _ => "\"\"".to_owned(),
    }
}

const SCENARIO: &str = "\
# Rename this file to <name>.toml to make it a scenario; docs/formats/scenario.md explains every key.
title = \"What the scenario is\"
question = \"The question it answers\"
source = \"Where it comes from\"

[[change]]
do = \"close\"
link = \"the_key_of_a_link\"
";

fn notes(name: &str) -> String {
    let mut text =
        format!("# {name}\n\nA study for `thalweg`. Fill the tables, then run `thalweg check` on this folder.\n");
    text.push_str("Needed at least: actor, node, link, commodity, rate, demand. Tables you do not need can go.\n\n");
    text.push_str("| table | a row is |\n|---|---|\n");
    for table in TABLES {
        writeln!(text, "| `{}.csv` | {} |", table.name, table.about).expect("strings take text");
    }
    text
}
