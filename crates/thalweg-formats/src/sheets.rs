//! Any answer of the wire shape as flat tables: its main one as CSV, all of them as a workbook.
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use serde_json::{Map, Value};
use std::io;

/// A flat table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlatTable {
    /// Where its rows stand in the answer, members joined by dots.
    pub name: String,
    /// Columns, those of inner objects joined by dots.
    pub columns: Vec<String>,
    /// Rows as long as `columns`; null where a row has no such cell.
    pub rows: Vec<Vec<Value>>,
}

/// The tables of an answer: every list of objects is one. Rows of a list inside another carry the texts of the row they
/// stand in, so that they can be told apart.
pub fn flat_tables(answer: &Value) -> Vec<FlatTable> {
    let mut tables = Vec::new();
    walk(answer, "", &[], &mut tables);
    tables.retain(|table| !table.rows.is_empty());
    tables
}

type Cells = Vec<(String, Value)>;

fn walk(value: &Value, path: &str, outer: &[(String, Value)], tables: &mut Vec<FlatTable>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                walk(value, &joined(path, name), outer, tables);
            }
        }
        Value::Array(values) => {
            for object in values.iter().filter_map(Value::as_object) {
                let mut cells: Cells = outer.to_vec();
                flatten(object, "", &mut cells);
                let texts = cells.iter().filter(|(_, value)| value.is_string() || value.is_boolean());
                let inner: Cells = texts.map(|(name, value)| (named(path, outer, name), value.clone())).collect();
                add(tables, path, cells);
                for (name, value) in object {
                    walk(value, &joined(path, name), &inner, tables);
                }
            }
        }
        _ => {}
    }
}

/// The name a cell has in rows further in: that of its list stands before it once.
fn named(path: &str, outer: &[(String, Value)], name: &str) -> String {
    match outer.iter().any(|(known, _)| known == name) {
        true => name.to_owned(),
        false => joined(path.rsplit('.').next().unwrap_or_default(), name),
    }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The cells of an object: plain values, lists of them joined, objects of them by their members.
fn flatten(object: &Map<String, Value>, path: &str, cells: &mut Cells) {
    for (name, value) in object {
        let name = joined(path, name);
        match value {
            Value::Object(inner) => flatten(inner, &name, cells),
            // An empty list may be one of objects, which is a table of its own.
            Value::Array(values) if values.is_empty() || values.iter().any(Value::is_object) => {}
            Value::Array(values) => cells.push((name, Value::String(words(values)))),
            value => cells.push((name, value.clone())),
        }
    }
}

fn words(values: &[Value]) -> String {
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => words(values),
        value => value.to_string(),
    };
    values.iter().map(word).collect::<Vec<_>>().join("|")
}

fn add(tables: &mut Vec<FlatTable>, name: &str, cells: Cells) {
    let at = tables.iter().position(|table| table.name == name).unwrap_or_else(|| {
        tables.push(FlatTable { name: name.to_owned(), ..FlatTable::default() });
        tables.len() - 1
    });
    let table = &mut tables[at];
    let mut row = vec![Value::Null; table.columns.len()];
    for (column, value) in cells {
        match table.columns.iter().position(|known| *known == column) {
            Some(at) => row[at] = value,
            None => {
                table.columns.push(column);
                row.push(value);
                table.rows.iter_mut().for_each(|row| row.push(Value::Null));
            }
        }
    }
    table.rows.push(row);
}

/// A table as CSV.
pub fn table_csv(table: &FlatTable) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.columns)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Longest name a sheet may have.
const NAME_MAX: usize = 31;
/// Most rows a sheet may have.
const ROWS_MAX: usize = 1_000_000;

/// Tables as a workbook, one a sheet. The date is given, so that the same answer has the same bytes.
pub fn tables_xlsx(tables: &[FlatTable], (title, date): (&str, &str)) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::parse_from_str(date)?;
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    for (number, table) in tables.iter().enumerate() {
        let page = workbook.add_worksheet();
        let short: String = table.name.chars().rev().take(NAME_MAX - 4).collect::<Vec<_>>().into_iter().rev().collect();
        page.set_name(format!("{} {short}", number + 1))?;
        page.set_freeze_panes(1, 0)?;
        for (column, name) in (0u16..).zip(&table.columns) {
            page.set_column_width(column, 18)?;
            page.write_string_with_format(0, column, name, &bold)?;
        }
        for (line, row) in (1u32..).zip(table.rows.iter().take(ROWS_MAX)) {
            for (column, value) in (0u16..).zip(row) {
                match value.as_f64() {
                    Some(number) => page.write_number(line, column, number)?,
                    None => page.write_string(line, column, cell(value))?,
                };
            }
        }
    }
    workbook.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer() -> Value {
        json!({
            "head": { "study": "s" },
            "horizons": [
                { "horizon": "short", "rows": [
                    { "by": "A", "loss": 1.5, "change": { "x": 2 }, "levers": ["t", "o"], "steps": [{ "to": 1 }, { "to": 2 }] },
                    { "by": "B", "loss": null, "extra": true, "steps": [] },
                ] },
            ],
        })
    }

    #[test]
    fn lists_of_objects_become_tables_whose_rows_say_what_they_stand_in() {
        let tables = flat_tables(&answer());
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["horizons", "horizons.rows", "horizons.rows.steps"]);
        let rows = String::from_utf8(table_csv(&tables[1]).unwrap()).unwrap();
        assert_eq!(rows, "horizons.horizon,by,change.x,levers,loss,extra\nshort,A,2,t|o,1.5,\nshort,B,,,,true\n");
        let steps = String::from_utf8(table_csv(&tables[2]).unwrap()).unwrap();
        assert_eq!(steps, "horizons.horizon,rows.by,rows.levers,to\nshort,A,t|o,1\nshort,A,t|o,2\n");
    }

    #[test]
    fn a_workbook_of_the_same_answer_has_the_same_bytes() {
        let book = || tables_xlsx(&flat_tables(&answer()), ("t", "2025-12-28")).unwrap();
        assert_eq!(book(), book());
        assert!(book().starts_with(b"PK"));
    }
}
