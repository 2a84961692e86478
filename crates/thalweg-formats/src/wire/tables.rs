//! The wire shape of the tables of a study as they were written, source and confidence included.
use crate::fault::Fault;
use crate::read_study::read_draft;
use crate::study_files::StudyFiles;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use thalweg_model::draft::{ModelDraft, Row};
use thalweg_model::names::fold;
use thalweg_model::nearest::nearest;
use thalweg_model::schema::{Attribute, Kind, TABLES, Table};
use thalweg_model::units::Ranged;
use thalweg_model::validity::Date;

/// The tables of a study.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TablesReport {
    /// Each table, in the order of the documentation.
    pub tables: Vec<TableHead>,
}

/// A table and how many rows it has.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableHead {
    /// Name.
    pub table: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Rows of all dates.
    pub rows: usize,
}

/// Rows of one table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TableReport {
    /// Name.
    pub table: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Columns that some row of the table fills.
    pub columns: Vec<ColumnRow>,
    /// Rows that fit the question, before `offset` and `limit`.
    pub total: usize,
    /// The first row shown, from 0.
    pub offset: usize,
    /// Rows: an object by column, without what is blank.
    pub rows: Vec<Map<String, Value>>,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnRow {
    /// Name.
    pub column: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Unit of its numbers, empty for none.
    pub unit: &'static str,
}

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Rows left out before the first.
    pub offset: usize,
    /// Rows at most.
    pub limit: usize,
    /// Only rows one of whose cells contains this, whatever the case and accents.
    pub contains: String,
    /// Only rows that hold on this date; all where none is given.
    pub as_of: Option<Date>,
}

/// The tables of a study as they were written; made once, asked often.
pub struct Sheets {
    draft: ModelDraft,
}

impl Sheets {
    /// The tables of a study's files.
    pub fn of(files: &StudyFiles) -> Self {
        Self { draft: read_draft(files) }
    }

    /// How many rows each table has.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        TABLES.iter().map(|table| (table.name.to_owned(), self.draft.rows(table).len())).collect()
    }

    /// Every table.
    pub fn tables(&self) -> TablesReport {
        let head = |table: &&'static Table| TableHead {
            table: table.name,
            about: table.about,
            rows: self.draft.rows(table).len(),
        };
        TablesReport { tables: TABLES.iter().map(head).collect() }
    }

    /// Rows of the table of a name.
    pub fn table(&self, name: &str, window: &Window) -> Result<TableReport, Fault> {
        let table = table_of(name)?;
        let wanted = fold(&window.contains);
        let rows = self.draft.rows(table);
        let holds = |row: &&Row| window.as_of.is_none_or(|date| row.validity().holds(date));
        let fits = |row: &&Row| {
            let mut cells = table.attributes().map(|column| row.spelled(column.name));
            wanted.is_empty() || cells.any(|cell| fold(&cell).contains(&wanted))
        };
        let found: Vec<&Row> = rows.iter().filter(holds).filter(fits).collect();
        let filled = |column: &&'static Attribute| rows.iter().any(|row| !row.is_blank(column.name));
        let column =
            |column: &'static Attribute| ColumnRow { column: column.name, about: column.about, unit: column.unit };
        Ok(TableReport {
            table: table.name,
            about: table.about,
            columns: table.attributes().filter(filled).map(column).collect(),
            total: found.len(),
            offset: window.offset,
            rows: found.into_iter().skip(window.offset).take(window.limit).map(row_object).collect(),
        })
    }

    /// Rows of a table whose key column says `key`, each with where it stands.
    pub fn rows_of(&self, table: &'static Table, column: &str, key: &str) -> Vec<&Row> {
        self.draft.rows(table).iter().filter(|row| row.text(column) == key).collect()
    }
}

fn table_of(name: &str) -> Result<&'static Table, Fault> {
    thalweg_model::schema::table(name).ok_or_else(|| {
        let near = nearest(name, TABLES.iter().map(|table| table.name));
        let near = near.map_or_else(String::new, |near| format!("; the nearest name is `{near}`"));
        Fault::at("table", format!("no table is called `{name}`{near}"))
    })
}

/// A row as an object by column, without what is blank.
pub fn row_object(row: &Row) -> Map<String, Value> {
    let mut object = Map::new();
    for column in row.table.attributes().filter(|column| !row.is_blank(column.name)) {
        object.insert(column.name.to_owned(), cell(row, column));
        if let Some(Ranged { low, high, .. }) = row.number(column.name) {
            for (end, value) in [("low", low), ("high", high)] {
                if let Some(value) = value {
                    object.insert(format!("{}_{end}", column.name), json!(value));
                }
            }
        }
    }
    object
}

fn cell(row: &Row, column: &Attribute) -> Value {
    match column.kind {
        Kind::Number | Kind::Money => json!(row.number(column.name).map(|number| number.value)),
        Kind::Integer => json!(row.integer(column.name)),
        Kind::Flag => json!(row.flag(column.name)),
        Kind::TextList | Kind::ChoiceList(_) | Kind::ReferenceList(_) => json!(row.list(column.name)),
        Kind::Points => json!(row.points(column.name)),
        Kind::RateUnit => json!(row.rate_unit(column.name).map(thalweg_engine::elements::rate_unit_name)),
        _ => json!(row.spelled(column.name)),
    }
}
