//! TOML files as entries that know their line: keys with values as text, and the tables of an array.
use crate::csv_sheet::decode;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::draft::Entry;
use thalweg_model::place::Place;
use thalweg_model::problem::Problem;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The entries of a file: its own, and those of each table of the arrays of tables it may have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TomlEntries {
    /// Keys of the file itself.
    pub head: Vec<Entry>,
    tables: BTreeMap<String, Vec<(u32, Vec<Entry>)>>,
}

impl TomlEntries {
    /// The tables `[[array]]` in order, each with the line it starts on.
    pub fn tables(&mut self, array: &str) -> Vec<(u32, Vec<Entry>)> {
        self.tables.remove(array).unwrap_or_default()
    }
}

/// Reads a file whose only tables are `[[array]]` for the `arrays` named.
pub fn read_entries(file: &str, bytes: &[u8], arrays: &[&str], problems: &mut Vec<Problem>) -> TomlEntries {
    let mut entries = TomlEntries::default();
    let text = decode(file, bytes, problems);
    let lines = Lines(&text);
    let (root, errors) = DeTable::parse_recoverable(&text);
    let mut rows = BTreeSet::new();
    for error in errors {
        let row = error.span().map_or(0, |span| lines.row(span.start));
        if !rows.insert(row) {
            continue;
        }
        let message = format!("is not TOML: {}", error.message());
        problems.push(Problem::error(Place { row, ..Place::file(file) }, message));
    }
    for (key, value) in root.get_ref() {
        let row = lines.row(key.span().start);
        let place = Place { row, ..Place::file(file) }.column(key.get_ref());
        match value.get_ref() {
            DeValue::Array(tables) if arrays.contains(&key.get_ref().as_ref()) => {
                for table in tables.iter() {
                    read_table(table, &lines, &place, &mut entries, problems);
                }
            }
            _ => entries.head.extend(read_entry(key.get_ref(), value, place, problems)),
        }
    }
    entries.head.sort_by_key(|entry| entry.row);
    entries
}

fn read_table(
    table: &Spanned<DeValue>,
    lines: &Lines,
    place: &Place,
    entries: &mut TomlEntries,
    problems: &mut Vec<Problem>,
) {
    let start = lines.row(table.span().start);
    let DeValue::Table(table) = table.get_ref() else {
        let hint = format!("write each one as a table [[{}]]", place.column);
        return problems.push(Problem::error(place.clone(), "is not a table").hint(hint));
    };
    let mut found: Vec<Entry> = Vec::new();
    for (key, value) in table {
        let row = lines.row(key.span().start);
        let place = Place { row, file: place.file.clone(), column: key.get_ref().to_string() };
        found.extend(read_entry(key.get_ref(), value, place, problems));
    }
    found.sort_by_key(|entry| entry.row);
    entries.tables.entry(place.column.clone()).or_default().push((start, found));
}

fn read_entry(key: &str, value: &Spanned<DeValue>, place: Place, problems: &mut Vec<Problem>) -> Option<Entry> {
    match text_of(value.get_ref()) {
        Some(value) => Some(Entry { key: key.to_owned(), value, row: place.row }),
        None => {
            let hint = "a text, a number, true or false, a date, or a list of them";
            problems.push(Problem::error(place, "is a table where one value belongs").hint(hint));
            None
        }
    }
}

fn text_of(value: &DeValue) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.as_str().replace('_', ""),
        DeValue::Float(number) => number.as_str().replace('_', ""),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(values) => {
            values.iter().map(|value| text_of(value.get_ref())).collect::<Option<Vec<_>>>()?.join("|")
        }
        DeValue::Table(_) => return None,
    })
}

/// A text whose rows are asked for by position.
struct Lines<'a>(&'a str);

impl Lines<'_> {
    fn row(&self, position: usize) -> u32 {
        let before = self.0.as_bytes().iter().take(position).filter(|&&byte| byte == b'\n').count();
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}
