//! What is read: the study, its network, its tables and rows, flows of a scenario.
use crate::desk::Desk;
use crate::reply::{Refused, json, json_bytes};
use crate::request::Wanted;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;
use thalweg_formats::ask::setting::{Setting, date};
use thalweg_formats::ask::what_if;
use thalweg_formats::fault::Fault;
use thalweg_formats::wire::interface::HealthReport;
use thalweg_formats::wire::network::{Serving, network_report, study_report};
use thalweg_formats::wire::row::row_report;
use thalweg_formats::wire::tables::Window;
use thalweg_model::schema;

/// What every handler is given.
pub type Shared = State<Arc<Desk>>;
/// What every handler answers.
pub type Answered = Result<Response, Refused>;

/// When and under what something is read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct When {
    /// Date, such as 2021-06-30; the study's own when left out.
    pub as_of: Option<String>,
    /// Period of the year; the annual average when left out.
    pub period: Option<String>,
    /// Scenario; the base when left out.
    pub scenario: Option<String>,
}

impl When {
    fn setting(self) -> Setting {
        Setting { as_of: self.as_of, period: self.period, scenario: self.scenario, changes: Vec::new() }
    }
}

/// Which rows of a table are read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Rows {
    /// Rows left out before the first.
    #[serde(default)]
    #[schemars(range(max = 1_000_000_000))]
    pub offset: u32,
    /// Rows at most, 1,000 at most.
    #[serde(default = "hundred")]
    #[schemars(range(max = 1000))]
    pub limit: u32,
    /// Only rows one of whose cells contains this, whatever the case and accents.
    #[serde(default)]
    pub contains: String,
    /// Only rows that hold on this date; all dates when left out.
    pub as_of: Option<String>,
}

fn hundred() -> u32 {
    100
}

/// Nothing is asked about.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Nothing {}

/// Most rows read at once.
const ROWS_MAX: u32 = 1000;
/// Most rows left out.
const OFFSET_MAX: u32 = 1_000_000_000;

/// `GET /health`.
pub async fn health(State(desk): Shared) -> Response {
    let study = desk.shelf.current().opened.model.head.name.clone();
    json(json_bytes(&HealthReport { status: "ok", version: env!("CARGO_PKG_VERSION"), study }))
}

/// `GET /metrics`.
pub async fn metrics(State(desk): Shared) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], desk.metrics.text(desk.runs.waiting())).into_response()
}

/// `GET /api/study`.
pub async fn study(State(desk): Shared, Wanted(Nothing {}): Wanted<Nothing>) -> Answered {
    let edition = desk.shelf.current();
    let serving = Serving {
        writable: desk.shelf.writable,
        fingerprint: edition.fingerprint.clone(),
        versions: desk.versions.rows(),
    };
    Ok(json(json_bytes(&study_report(&edition.opened, edition.sheets.counts(), serving))))
}

/// `GET /api/network`.
pub async fn network(State(desk): Shared, Wanted(when): Wanted<When>) -> Answered {
    let setting = when.setting();
    let question = format!("network {}", question_of(&setting));
    let answer = desk.remembered(question, move |desk, _| {
        let stage = desk.stage(&setting)?;
        desk.compute(|| {
            let instance = stage.scene().oracle.instance(&stage.state.scenarios)?;
            Ok(json_bytes(&network_report(&instance, setting.scenario.as_deref())))
        })
    });
    Ok(json(answer.await?))
}

/// A setting in the words that tell it from others.
pub fn question_of(setting: &impl serde::Serialize) -> String {
    serde_json::to_string(setting).expect("a request is made of text and numbers")
}

/// `GET /api/tables`.
pub async fn tables(State(desk): Shared, Wanted(Nothing {}): Wanted<Nothing>) -> Answered {
    Ok(json(json_bytes(&desk.shelf.current().sheets.tables())))
}

/// `GET /api/tables/{table}`.
pub async fn table(State(desk): Shared, Path(table): Path<String>, Wanted(rows): Wanted<Rows>) -> Answered {
    let as_of = rows.as_of.as_deref().map(|text| date("as_of", text)).transpose()?;
    if rows.offset > OFFSET_MAX {
        return Err(Fault::at("offset", format!("at most {OFFSET_MAX} rows are left out")).into());
    }
    if rows.limit > ROWS_MAX {
        return Err(Fault::at("limit", format!("at most {ROWS_MAX} rows at once")).into());
    }
    let window = Window { offset: rows.offset as usize, limit: rows.limit as usize, contains: rows.contains, as_of };
    let found = desk.work(move |desk, _| match schema::table(&table) {
        None => Ok(Err(desk.shelf.current().sheets.table(&table, &window).err())),
        Some(_) => Ok(Ok(desk.shelf.current().sheets.table(&table, &window)?)),
    });
    match found.await? {
        Ok(report) => Ok(json(json_bytes(&report))),
        Err(fault) => Err(Refused::Missing(fault.unwrap_or_default())),
    }
}

/// `GET /api/row/{kind}/{key}`.
pub async fn row(
    State(desk): Shared,
    Path((kind, key)): Path<(String, String)>,
    Wanted(when): Wanted<When>,
) -> Answered {
    let setting = when.setting();
    let found = desk.work(move |desk, _| {
        let edition = desk.shelf.current();
        let stage = desk.stage(&setting)?;
        let scene = stage.scene();
        let instance = desk.compute(|| scene.oracle.instance(&stage.state.scenarios))?;
        Ok(row_report((scene.opened, &edition.sheets), &instance, (&kind, &key)).map(|report| json_bytes(&report)))
    });
    found.await?.map(json).map_err(Refused::Missing)
}

/// `GET /api/flows`.
pub async fn flows(State(desk): Shared, Wanted(when): Wanted<When>) -> Answered {
    let setting = when.setting();
    let question = format!("flows {}", question_of(&setting));
    let answer = desk.remembered(question, move |desk, deadline| {
        let stage = desk.stage(&setting)?;
        desk.compute(|| Ok(json_bytes(&what_if::flows(stage.scene(), deadline)?)))
    });
    Ok(json(answer.await?))
}
