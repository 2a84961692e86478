//! What runs give as files: tables as CSV and workbook, flows as GeoJSON and GeoPackage.
use crate::geopackage::geopackage;
use axum::body::Bytes;
use serde_json::Value;
use std::io::Cursor;
use thalweg_engine::study::StudyResults;
use thalweg_formats::fault::Fault;
use thalweg_formats::report::{write_figures_csv, write_figures_xlsx, write_flows_geojson};
use thalweg_formats::sheets::{FlatTable, flat_tables, table_csv, tables_xlsx};
use thalweg_formats::wire::run::RunReport;

/// A form of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The main table, separated by commas.
    Csv,
    /// All tables as a workbook.
    Xlsx,
    /// Flows of a study as lines (RFC 7946).
    Geojson,
    /// The same as an OGC GeoPackage.
    Gpkg,
}

impl Form {
    const ALL: [(Form, &'static str, &'static str); 4] = [
        (Form::Csv, "csv", "text/csv; charset=utf-8"),
        (Form::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Form::Geojson, "geojson", "application/geo+json"),
        (Form::Gpkg, "gpkg", "application/geopackage+sqlite3"),
    ];

    /// The form of a name.
    pub fn named(name: &str) -> Result<Self, Fault> {
        let found = Self::ALL.iter().find(|(_, known, _)| *known == name).map(|(form, ..)| *form);
        found.ok_or_else(|| {
            Fault::at("form", format!("no file has the form `{name}`; there are csv, xlsx, geojson, gpkg"))
        })
    }

    /// Its name, which is the ending of such files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("", |(_, name, _)| name)
    }

    /// Its media type.
    pub fn media(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("", |(.., media)| media)
    }
}

/// Files made while all of a study's results are at hand.
#[derive(Default)]
pub struct Exports {
    /// The files by the name of their form.
    pub parts: Vec<(&'static str, Bytes)>,
}

impl Exports {
    /// The files of a whole study, as its report has them.
    pub fn of_study(results: &StudyResults, report: &RunReport) -> Result<Self, Fault> {
        let (mut csv, mut xlsx) = (Vec::new(), Cursor::new(Vec::new()));
        write_figures_csv(report, &mut csv).map_err(|error| Fault::new(error.to_string()))?;
        write_figures_xlsx(report, &mut xlsx).map_err(|error| Fault::new(error.to_string()))?;
        let mut geojson = Vec::new();
        write_flows_geojson(results, &mut geojson).map_err(|error| Fault::new(error.to_string()))?;
        let flows = serde_json::from_slice(&geojson).map_err(|error| Fault::new(error.to_string()))?;
        let gpkg = geopackage(&flows).map_err(|error| Fault::new(error.to_string()))?;
        let parts = vec![
            (Form::Csv.name(), csv.into()),
            (Form::Xlsx.name(), xlsx.into_inner().into()),
            (Form::Geojson.name(), geojson.into()),
            (Form::Gpkg.name(), gpkg.into()),
        ];
        Ok(Self { parts })
    }
}

/// The main table of each kind whose answer has several.
const MAIN: [(&str, &str); 9] = [
    ("depend", "horizons.relations"),
    ("refuse", "short.refusals"),
    ("power", "players"),
    ("broker", "brokers"),
    ("indices", "zones"),
    ("stress_risk", "hazards"),
    ("newcomer", "sizes"),
    ("repair", "plan.steps"),
    // Each with the row it stands in.
    ("watch", "rows.cells"),
];

/// An answer as a file.
pub fn export(kind: &str, result: &[u8], form: Form) -> Result<Bytes, Fault> {
    let answer: Value = serde_json::from_slice(result).map_err(|error| Fault::new(error.to_string()))?;
    let tables = flat_tables(&answer);
    let broken = |error: String| Fault::at("form", error);
    match form {
        Form::Csv => {
            let table = main_table(kind, &tables).ok_or_else(|| broken("the answer has no table".to_owned()))?;
            table_csv(table).map(Bytes::from).map_err(|error| broken(error.to_string()))
        }
        Form::Xlsx if tables.is_empty() => Err(broken("the answer has no table".to_owned())),
        Form::Xlsx => {
            let dates = ["/head/as_of", "/short/head/as_of", "/after/as_of"];
            let date = dates.into_iter().find_map(|path| answer.pointer(path)?.as_str());
            let title = format!("Thalweg: {kind}");
            let book = tables_xlsx(&tables, (&title, date.unwrap_or("2000-01-01")));
            book.map(Bytes::from).map_err(|error| broken(error.to_string()))
        }
        Form::Geojson | Form::Gpkg => Err(broken(format!("an answer of `{kind}` has no lines; one of `run` has"))),
    }
}

/// The table a kind is about; else the longest.
fn main_table<'a>(kind: &str, tables: &'a [FlatTable]) -> Option<&'a FlatTable> {
    let named = MAIN.iter().find(|(known, _)| *known == kind).map(|(_, table)| *table);
    let found = tables.iter().find(|table| Some(table.name.as_str()) == named);
    found.or_else(|| tables.iter().max_by_key(|table| table.rows.len()))
}
