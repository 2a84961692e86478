//! A study as it was written: rows of typed cells that know their place, nothing resolved yet.
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::Problem;
use crate::schema::head::STUDY;
use crate::schema::{self, Attribute, Blank, Kind, Table};
use crate::units::{Ranged, RateUnit, Unit};
use crate::validity::{Date, Validity};
use std::collections::BTreeMap;

/// A file of one table as text: what a reader of any format hands over.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Table it belongs to.
    pub table: &'static Table,
    /// File name relative to the study folder.
    pub file: String,
    /// Column names.
    pub header: Vec<String>,
    /// Rows with their line in the file; each as long as the header.
    pub rows: Vec<(u32, Vec<String>)>,
}

/// A key and its value as text, from a file that is not a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Its value; a list is joined by `|`.
    pub value: String,
    /// Line in the file.
    pub row: u32,
}

/// The content of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Empty.
    Blank,
    /// Not readable, and already reported.
    Unreadable,
    /// Text or a key.
    Text(String),
    /// Texts, keys or words.
    List(Vec<String>),
    /// A number with its range.
    Number(Ranged),
    /// Yes or no.
    Flag(bool),
    /// A date.
    Date(Date),
    /// A unit.
    Unit(Unit),
    /// A unit a span of time.
    RateUnit(RateUnit),
    /// Points (longitude, latitude).
    Points(Vec<(f64, f64)>),
}

/// A row of typed cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The table it belongs to.
    pub table: &'static Table,
    /// File and row.
    pub place: Place,
    cells: Vec<Cell>,
    lines: Vec<u32>,
}

impl Row {
    /// A row of the entries of a file that is not a table.
    pub fn of_entries(table: &'static Table, place: Place, entries: &[Entry], problems: &mut Vec<Problem>) -> Row {
        let mut row = Row::blank(table, place);
        row.lines = vec![row.place.row; row.cells.len()];
        let mut seen = vec![false; row.cells.len()];
        for entry in entries {
            let place = Place { row: entry.row, ..row.place.column(&entry.key) };
            match slot(table, &entry.key) {
                Slot::Value(index) => {
                    seen[index] = true;
                    row.lines[index] = entry.row;
                    row.fill(index, entry.value.trim(), place, problems);
                }
                Slot::Low(_) | Slot::High(_) | Slot::Ignored => {}
                Slot::Unknown => problems.push(unknown_column(table, place)),
            }
        }
        for entry in entries {
            let place = Place { row: entry.row, ..row.place.column(&entry.key) };
            widen(&mut row, slot(table, &entry.key), (place, entry.value.trim()), problems);
        }
        check_range(&row, problems);
        for (index, attribute) in table.attributes().enumerate() {
            if attribute.is_required() && !seen[index] {
                let place = row.place.column(attribute.name);
                problems.push(Problem::error(place, "is missing").hint(attribute.about));
            }
        }
        row
    }

    fn blank(table: &'static Table, place: Place) -> Row {
        let cells = table
            .attributes()
            .map(|attribute| match attribute.blank {
                Blank::Value(text) => read_cell(attribute, text).unwrap_or(Cell::Blank),
                _ => Cell::Blank,
            })
            .collect();
        Row { table, place, cells, lines: Vec::new() }
    }

    fn fill(&mut self, index: usize, text: &str, place: Place, problems: &mut Vec<Problem>) {
        let Some(attribute) = self.table.attributes().nth(index) else { return };
        if text.is_empty() {
            if attribute.is_required() {
                self.cells[index] = Cell::Unreadable;
                problems.push(Problem::error(place, "must not be empty").hint(attribute.about));
            }
            return;
        }
        match read_cell(attribute, text) {
            Ok(cell) => {
                if let Some(warning) = oddness(attribute, &cell, &place) {
                    problems.push(warning);
                }
                self.cells[index] = cell;
            }
            Err(Fault { message, hint }) => {
                self.cells[index] = Cell::Unreadable;
                problems.push(Problem::error(place, message).hint(hint));
            }
        }
    }

    fn cell(&self, column: &str) -> &Cell {
        let index = self.table.position(column);
        &self.cells[index.unwrap_or_else(|| panic!("{} has no column {column}", self.table.name))]
    }

    /// The place of a cell.
    pub fn at(&self, column: &str) -> Place {
        let line = self.table.position(column).and_then(|index| self.lines.get(index));
        Place { row: line.copied().unwrap_or(self.place.row), ..self.place.column(column) }
    }

    /// Whether nothing is stated; a default counts as stated.
    pub fn is_blank(&self, column: &str) -> bool {
        *self.cell(column) == Cell::Blank
    }

    /// A text, key or word; empty when blank.
    pub fn text(&self, column: &str) -> &str {
        match self.cell(column) {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    /// A text, key or word that must be there.
    pub fn some_text(&self, column: &str) -> Option<&str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// A list of texts, keys or words.
    pub fn list(&self, column: &str) -> &[String] {
        match self.cell(column) {
            Cell::List(list) => list,
            _ => &[],
        }
    }

    /// A number.
    pub fn number(&self, column: &str) -> Option<Ranged> {
        match self.cell(column) {
            Cell::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A whole number.
    pub fn integer(&self, column: &str) -> Option<i64> {
        self.number(column).map(|number| number.value as i64)
    }

    /// Yes or no.
    pub fn flag(&self, column: &str) -> bool {
        *self.cell(column) == Cell::Flag(true)
    }

    /// A date.
    pub fn date(&self, column: &str) -> Option<Date> {
        match self.cell(column) {
            Cell::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// A unit.
    pub fn unit(&self, column: &str) -> Option<Unit> {
        match self.cell(column) {
            Cell::Unit(unit) => Some(*unit),
            _ => None,
        }
    }

    /// A unit a span of time.
    pub fn rate_unit(&self, column: &str) -> Option<RateUnit> {
        match self.cell(column) {
            Cell::RateUnit(unit) => Some(*unit),
            _ => None,
        }
    }

    /// Points (longitude, latitude).
    pub fn points(&self, column: &str) -> &[(f64, f64)] {
        match self.cell(column) {
            Cell::Points(points) => points,
            _ => &[],
        }
    }

    /// What a cell says, spelled the same for equal cells.
    pub fn spelled(&self, column: &str) -> String {
        match self.cell(column) {
            Cell::Blank | Cell::Unreadable | Cell::Points(_) => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::List(list) => list.join("|"),
            Cell::Number(number) => number.value.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Date(date) => date.to_string(),
            Cell::Unit(unit) => unit.name().to_owned(),
            Cell::RateUnit(rate) => format!("{}/{}", rate.unit, rate.spans_per_year),
        }
    }

    /// When the row holds; always in tables without dates.
    pub fn validity(&self) -> Validity {
        if self.table.position("valid_from").is_none() {
            return Validity::ALWAYS;
        }
        Validity { from: self.date("valid_from"), until: self.date("valid_until") }
    }
}

/// A study as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelDraft {
    /// The keys of `study.toml`.
    pub head: Row,
    /// The rows of each table.
    pub tables: BTreeMap<&'static str, Vec<Row>>,
    /// What reading found wrong or odd.
    pub problems: Vec<Problem>,
}

impl ModelDraft {
    /// A draft without rows.
    pub fn new(head_file: &str, head: &[Entry]) -> Self {
        let mut problems = Vec::new();
        let head = Row::of_entries(&STUDY, Place::file(head_file), head, &mut problems);
        Self { head, tables: BTreeMap::new(), problems }
    }

    /// Adds the rows of a file.
    pub fn add_sheet(&mut self, sheet: &Sheet) {
        let mut rows = read_rows(sheet, &mut self.problems);
        self.tables.entry(sheet.table.name).or_default().append(&mut rows);
    }

    /// The rows of a table.
    pub fn rows(&self, table: &Table) -> &[Row] {
        self.tables.get(table.name).map_or(&[], Vec::as_slice)
    }
}

/// Where the text of a column goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    Value(usize),
    Low(usize),
    High(usize),
    Ignored,
    Unknown,
}

fn slot(table: &'static Table, column: &str) -> Slot {
    if column.is_empty() || column.starts_with('_') {
        return Slot::Ignored;
    }
    if let Some(index) = table.position(column) {
        return Slot::Value(index);
    }
    let ranged =
        |name: &str| table.attributes().position(|attribute| attribute.name == name && attribute.takes_range());
    if let Some(index) = column.strip_suffix("_low").and_then(ranged) {
        return Slot::Low(index);
    }
    if let Some(index) = column.strip_suffix("_high").and_then(ranged) {
        return Slot::High(index);
    }
    Slot::Unknown
}

fn unknown_column(table: &'static Table, place: Place) -> Problem {
    let hint = match nearest(&place.column, table.attributes().map(|attribute| attribute.name)) {
        Some(name) => format!("the nearest name is `{name}`"),
        None => "a column of your own starts with `_` and is not read".to_owned(),
    };
    Problem::error(place, format!("`{}` has no such column", table.name)).hint(hint)
}

/// The rows of a sheet that is no table of a study.
pub fn rows_of_sheet(sheet: &Sheet, problems: &mut Vec<Problem>) -> Vec<Row> {
    read_rows(sheet, problems)
}

fn read_rows(sheet: &Sheet, problems: &mut Vec<Problem>) -> Vec<Row> {
    let table = sheet.table;
    let top = Place { row: 1, ..Place::file(&sheet.file) };
    let slots: Vec<Slot> = sheet.header.iter().map(|column| slot(table, column)).collect();
    for (position, column) in sheet.header.iter().enumerate() {
        if slots[position] == Slot::Unknown {
            problems.push(unknown_column(table, top.column(column)));
        } else if slots[position] != Slot::Ignored && sheet.header[..position].contains(column) {
            problems.push(Problem::error(top.column(column), "the column is there twice"));
        }
    }
    for (index, attribute) in table.attributes().enumerate() {
        if attribute.is_required() && !slots.contains(&Slot::Value(index)) {
            let problem = Problem::error(top.column(attribute.name), "the column is missing");
            problems.push(problem.hint(attribute.about));
        }
    }
    let read = |(line, texts): &(u32, Vec<String>)| {
        let mut row = Row::blank(table, Place { row: *line, ..Place::file(&sheet.file) });
        for (text, slot) in texts.iter().zip(&slots) {
            if let Slot::Value(index) = slot {
                let place = row.place.column(attribute_name(table, *index));
                row.fill(*index, text.trim(), place, problems);
            }
        }
        for ((text, slot), column) in texts.iter().zip(&slots).zip(&sheet.header) {
            if !text.trim().is_empty() {
                let place = row.place.column(column);
                widen(&mut row, *slot, (place, text.trim()), problems);
            }
        }
        check_range(&row, problems);
        row
    };
    sheet.rows.iter().map(read).collect()
}

fn attribute_name(table: &'static Table, index: usize) -> &'static str {
    table.attributes().nth(index).map_or("", |attribute| attribute.name)
}

fn widen(row: &mut Row, slot: Slot, (place, text): (Place, &str), problems: &mut Vec<Problem>) {
    let (Slot::Low(index) | Slot::High(index)) = slot else { return };
    let Some(attribute) = row.table.attributes().nth(index) else { return };
    let end = match read_number(attribute, text) {
        Ok(end) => end,
        Err(Fault { message, hint }) => return problems.push(Problem::error(place, message).hint(hint)),
    };
    match (&mut row.cells[index], slot) {
        (Cell::Number(number), Slot::Low(_)) => number.low = Some(end),
        (Cell::Number(number), _) => number.high = Some(end),
        (Cell::Unreadable, _) => {}
        _ => problems.push(
            Problem::error(place, "an end of a range without a value")
                .hint(format!("fill `{}` with the value to be used", attribute.name)),
        ),
    }
}

fn check_range(row: &Row, problems: &mut Vec<Problem>) {
    for (attribute, cell) in row.table.attributes().zip(&row.cells) {
        let Cell::Number(Ranged { value, low, high }) = cell else { continue };
        if low.is_some_and(|low| low > *value) || high.is_some_and(|high| high < *value) {
            let end = |end: Option<f64>| end.map_or_else(|| "…".to_owned(), |end| end.to_string());
            let message = format!("{value} lies outside its own range {} to {}", end(*low), end(*high));
            problems.push(Problem::error(row.place.column(attribute.name), message).hint("low <= value <= high"));
        }
    }
}

/// Why a cell cannot be read.
struct Fault {
    message: String,
    hint: String,
}

impl Fault {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

fn read_cell(attribute: &Attribute, text: &str) -> Result<Cell, Fault> {
    Ok(match attribute.kind {
        Kind::Key | Kind::Reference(_) => Cell::Text(read_key(text)?),
        Kind::Text => Cell::Text(text.to_owned()),
        Kind::TextList => Cell::List(parts(text).map(str::to_owned).collect()),
        Kind::ReferenceList(_) => Cell::List(parts(text).map(read_key).collect::<Result<_, _>>()?),
        Kind::Number | Kind::Money => Cell::Number(Ranged::exactly(read_number(attribute, text)?)),
        Kind::Integer => {
            let number = read_number(attribute, text)?;
            if number.fract() != 0.0 {
                return Err(Fault::new(format!("`{text}` is not a whole number"), ""));
            }
            Cell::Number(Ranged::exactly(number))
        }
        Kind::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Cell::Flag(true),
            "false" | "no" | "0" => Cell::Flag(false),
            _ => return Err(Fault::new(format!("`{text}` is neither true nor false"), "write true or false")),
        },
        Kind::Date => match text.parse() {
            Ok(date) => Cell::Date(date),
            Err(_) => return Err(Fault::new(format!("`{text}` is not a date"), "write it as 2025-12-28")),
        },
        Kind::Unit => match Unit::parse(text) {
            Some(unit) => Cell::Unit(unit),
            None => return Err(unknown_word("unit", text, &unit_names())),
        },
        Kind::RateUnit => match RateUnit::parse(text) {
            Some(unit) => Cell::RateUnit(unit),
            None => return Err(unknown_rate_unit(text)),
        },
        Kind::Choice(words) => Cell::Text(read_word(text, words)?),
        Kind::ChoiceList(words) => {
            Cell::List(parts(text).map(|part| read_word(part, words)).collect::<Result<_, _>>()?)
        }
        Kind::Points => Cell::Points(read_points(text)?),
    })
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').map(str::trim).filter(|part| !part.is_empty())
}

fn read_key(text: &str) -> Result<String, Fault> {
    if text.contains('|') {
        return Err(Fault::new(format!("`{text}` is a list where one name belongs"), "give one name, without `|`"));
    }
    Ok(text.to_owned())
}

fn read_word(text: &str, words: &'static [&'static str]) -> Result<String, Fault> {
    match words.iter().find(|word| **word == text) {
        Some(word) => Ok((*word).to_owned()),
        None => Err(unknown_word("value", text, words)),
    }
}

fn unknown_word(noun: &str, text: &str, words: &[&str]) -> Fault {
    let hint = match nearest(text, words.iter().copied()) {
        Some(word) => format!("the nearest {noun} is `{word}`"),
        None => format!("one of {}", words.join(", ")),
    };
    Fault::new(format!("`{text}` is not a {noun} that is known here"), hint)
}

fn unit_names() -> Vec<&'static str> {
    Unit::names().collect()
}

fn unknown_rate_unit(text: &str) -> Fault {
    let (unit, span) = text.split_once('/').unwrap_or((text, "yr"));
    if Unit::parse(unit).is_none() {
        return unknown_word("unit", unit, &unit_names());
    }
    Fault::new(
        format!("`{span}` is not a span of time that is known here"),
        format!("write {unit}/yr, {unit}/d or {unit}/h"),
    )
}

fn read_number(attribute: &Attribute, text: &str) -> Result<f64, Fault> {
    let number: f64 = text.parse().map_err(|_| not_a_number(text))?;
    let (least, most) = attribute.legal;
    if number.is_nan() || number < least || number > most {
        let hint = match (least == f64::MIN, most >= f64::MAX) {
            (false, true) => format!("at least {least}"),
            (true, false) => format!("at most {most}"),
            (false, false) => format!("between {least} and {most}"),
            (true, true) => "a finite number".to_owned(),
        };
        return Err(Fault::new(format!("{text} is not possible here"), hint));
    }
    Ok(number)
}

fn not_a_number(text: &str) -> Fault {
    let pointed = text.replace(',', ".");
    let joined: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\'' | '\u{a0}' | '\u{202f}')).collect();
    let hint = if pointed != text && pointed.parse::<f64>().is_ok() {
        format!("write a decimal point, {pointed}, and no thousands separator")
    } else if joined != text && joined.parse::<f64>().is_ok() {
        format!("write it without separators: {joined}")
    } else {
        "write digits with a decimal point; the unit has its own column".to_owned()
    };
    Fault::new(format!("`{text}` is not a number"), hint)
}

fn read_points(text: &str) -> Result<Vec<(f64, f64)>, Fault> {
    let point = |part: &str| -> Option<(f64, f64)> {
        let mut numbers = part.split_whitespace().map(str::parse::<f64>);
        let (longitude, latitude) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        let on_earth = (-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude);
        (on_earth && numbers.next().is_none()).then_some((longitude, latitude))
    };
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            point(part).ok_or_else(|| {
                Fault::new(
                    format!("`{part}` is not a point"),
                    "write `lon lat; lon lat` in degrees, such as `49.9 40.4`",
                )
            })
        })
        .collect()
}

fn oddness(attribute: &Attribute, cell: &Cell, place: &Place) -> Option<Problem> {
    let (Cell::Number(number), Some((least, most))) = (cell, attribute.usual) else { return None };
    if number.value == 0.0 || (least..=most).contains(&number.value) {
        return None;
    }
    let unit = if attribute.unit.is_empty() { String::new() } else { format!(" {}", attribute.unit) };
    let message = format!("{}{unit} is far outside the usual {least} to {most}", number.value);
    Some(Problem::warning(place.clone(), message).hint("check the unit and the decimal point"))
}

/// The table of a file name in a study folder: `link.csv`, or any `link/*.csv`.
pub fn table_of_file(file: &str) -> Result<&'static Table, Option<&'static str>> {
    let name = match file.split_once('/') {
        Some((folder, _)) => folder,
        None => file.strip_suffix(".csv").unwrap_or(file),
    };
    schema::table(name).ok_or_else(|| nearest(name, schema::TABLES.iter().map(|table| table.name)))
}
