//! The endpoints as the document lists them: address, what is read, what is answered.
use crate::api::ask::{Set, WhatIfRequest};
use crate::api::read::{Rows, When};
use crate::document::closed;
use crate::kinds::KINDS;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};
use thalweg_formats::ask::consent::ConsentRequest;
use thalweg_formats::ask::pair::{ExplainRequest, RouteRequest};
use thalweg_formats::scenario_json::ScenarioJson;
use thalweg_formats::wire::consents::ConsentReport;
use thalweg_formats::wire::flows::{FlowsReport, WhatIfReport};
use thalweg_formats::wire::interface::{
    HealthReport, NewScenario, RunReportRow, RunsReport, SavedScenario, ScenariosReport,
};
use thalweg_formats::wire::network::{NetworkReport, StudyReport};
use thalweg_formats::wire::row::RowReport;
use thalweg_formats::wire::tables::{TableReport, TablesReport};
use thalweg_formats::wire_route::{ExplainReport, RouteReport};

/// Gives the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Value;

/// One endpoint.
pub struct Endpoint {
    /// Name of the operation.
    pub id: &'static str,
    /// HTTP method in lower case.
    pub method: &'static str,
    /// Address with its parameters in braces.
    pub path: &'static str,
    /// What it answers.
    pub about: &'static str,
    /// Parameters in the address and in headers.
    pub parameters: &'static [Parameter],
    /// Type of the query string.
    pub query: Option<SchemaOf>,
    /// Type of the body.
    pub body: Option<SchemaOf>,
    /// Type of the answer.
    pub answer: SchemaOf,
    /// Media type of the answer.
    pub media: &'static str,
    /// Statuses of answers.
    pub answers: &'static [(u16, &'static str)],
    /// Statuses of errors besides those any request may meet.
    pub errors: &'static [u16],
}

/// A parameter that is text.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// `path` or `header`.
    pub place: &'static str,
    /// What it must look like, empty for anything.
    pub pattern: &'static str,
}

fn of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

fn anything(_: &mut SchemaGenerator) -> Value {
    serde_json::json!({})
}

/// A request for a run: that of its kind, with the kind's name.
fn run_request(schemas: &mut SchemaGenerator) -> Value {
    let of_kind = |kind: &crate::kinds::Kind, schemas: &mut SchemaGenerator| {
        let mut schema = closed((kind.request)(schemas), schemas);
        schema["properties"]["kind"] = json!({ "const": kind.name });
        match schema.get_mut("required").and_then(Value::as_array_mut) {
            Some(required) => required.push(json!("kind")),
            None => schema["required"] = json!(["kind"]),
        }
        schema
    };
    json!({ "oneOf": KINDS.iter().map(|kind| of_kind(kind, schemas)).collect::<Vec<_>>() })
}

/// What a run answers: the report of its kind.
fn run_result(schemas: &mut SchemaGenerator) -> Value {
    json!({ "anyOf": KINDS.iter().map(|kind| (kind.report)(schemas)).collect::<Vec<_>>() })
}

const OK: &[(u16, &str)] = &[(200, "The answer.")];
const JSON: &str = "application/json";

const fn read(id: &'static str, path: &'static str, about: &'static str, answer: SchemaOf) -> Endpoint {
    Endpoint {
        id,
        method: "get",
        path,
        about,
        parameters: &[],
        query: None,
        body: None,
        answer,
        media: JSON,
        answers: OK,
        errors: &[400, 422],
    }
}

const fn ask(id: &'static str, path: &'static str, about: &'static str, types: (SchemaOf, SchemaOf)) -> Endpoint {
    let errors = &[400, 413, 415, 422];
    Endpoint { method: "post", body: Some(types.0), errors, ..read(id, path, about, types.1) }
}

const fn text(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, about, place: "path", pattern: "" }
}

const SCENARIO: Parameter = Parameter {
    name: "name",
    about: "Name of the scenario: lower-case letters, digits, `_` and `-`.",
    place: "path",
    pattern: "^[a-z0-9_][a-z0-9_-]{0,63}$",
};

const RUN: Parameter = Parameter { name: "id", about: "Id of the run.", place: "path", pattern: "^[0-9a-f]{16}$" };

const IF_MATCH: Parameter = Parameter {
    name: "If-Match",
    about: "Hash of the file that is to be there; without it whatever is there is replaced.",
    place: "header",
    pattern: "",
};

/// Every endpoint.
pub const ENDPOINTS: &[Endpoint] = &[
    read("health", "/health", "That the server answers.", of::<HealthReport>),
    Endpoint { media: "text/plain", ..read("metrics", "/metrics", "Counts for Prometheus.", anything) },
    read("document", "/api/openapi.json", "This document.", anything),
    read("study", "/api/study", "What the study is.", of::<StudyReport>),
    Endpoint {
        query: Some(of::<When>),
        ..read("network", "/api/network", "What a map and its pickers need.", of::<NetworkReport>)
    },
    read("tables", "/api/tables", "The tables of the study.", of::<TablesReport>),
    Endpoint {
        parameters: &[text("table", "Name of the table.")],
        query: Some(of::<Rows>),
        errors: &[400, 404, 422],
        ..read("table", "/api/tables/{table}", "Rows of a table as they were written.", of::<TableReport>)
    },
    Endpoint {
        parameters: &[
            text(
                "kind",
                "node, link, crossing, passage, actor, asset, commodity, vehicle, transfer, demand, supply, rule.",
            ),
            text("key", "Any of its names."),
        ],
        query: Some(of::<When>),
        errors: &[400, 404, 422],
        ..read("row", "/api/row/{kind}/{key}", "One thing, its sources and the rules that touch it.", of::<RowReport>)
    },
    Endpoint {
        query: Some(of::<When>),
        ..read("flows", "/api/flows", "Least-cost flows by link, gate and limit.", of::<FlowsReport>)
    },
    read("scenarios", "/api/scenarios", "Every scenario of the study.", of::<ScenariosReport>),
    Endpoint {
        answers: &[(201, "Saved.")],
        errors: &[400, 409, 413, 415, 422],
        ..ask(
            "create_scenario",
            "/api/scenarios",
            "Saves a scenario under a new name.",
            (of::<NewScenario>, of::<SavedScenario>),
        )
    },
    Endpoint {
        parameters: &[SCENARIO],
        errors: &[400, 404],
        ..read("scenario", "/api/scenarios/{name}", "One scenario.", of::<SavedScenario>)
    },
    Endpoint {
        method: "put",
        parameters: &[SCENARIO, IF_MATCH],
        answers: &[(200, "Replaced."), (201, "Saved.")],
        errors: &[400, 409, 413, 415, 422],
        ..ask("save_scenario", "/api/scenarios/{name}", "Saves a scenario.", (of::<ScenarioJson>, of::<SavedScenario>))
    },
    Endpoint {
        method: "delete",
        parameters: &[SCENARIO, IF_MATCH],
        answers: &[(204, "Deleted.")],
        errors: &[400, 404, 409],
        ..read("delete_scenario", "/api/scenarios/{name}", "Deletes a scenario.", anything)
    },
    ask("what_if", "/api/what-if", "What a scenario and changes do.", (of::<Set<WhatIfRequest>>, of::<WhatIfReport>)),
    ask(
        "routes",
        "/api/routes",
        "Routes of a pair, or what would open one.",
        (of::<Set<RouteRequest>>, of::<RouteReport>),
    ),
    ask(
        "explain",
        "/api/explain",
        "Why something is shut to a shipment.",
        (of::<Set<ExplainRequest>>, of::<ExplainReport>),
    ),
    ask("consent", "/api/consent", "Whose consent something needs.", (of::<Set<ConsentRequest>>, of::<ConsentReport>)),
    Endpoint {
        answers: &[(200, "It is done already."), (202, "It waits or is at work.")],
        errors: &[400, 413, 415, 422, 429],
        ..ask(
            "start_run",
            "/api/runs",
            "Asks for long work; the same asked twice is one run.",
            (run_request, of::<RunReportRow>),
        )
    },
    read("runs", "/api/runs", "Every run, the latest first.", of::<RunsReport>),
    Endpoint {
        parameters: &[RUN],
        errors: &[400, 404],
        ..read("run", "/api/runs/{id}", "Where a run stands.", of::<RunReportRow>)
    },
    Endpoint {
        method: "delete",
        parameters: &[RUN],
        answers: &[(202, "It is told to stop; one that is over stays as it is.")],
        errors: &[400, 404],
        ..read("cancel_run", "/api/runs/{id}", "Cancels a run.", of::<RunReportRow>)
    },
    Endpoint {
        parameters: &[RUN],
        media: "text/event-stream",
        errors: &[400, 404],
        ..read("run_events", "/api/runs/{id}/events", "Events `state` and `progress`, each a run as JSON.", anything)
    },
    Endpoint {
        parameters: &[RUN],
        errors: &[400, 404, 409],
        ..read("run_result", "/api/runs/{id}/result", "What a run answers.", run_result)
    },
    Endpoint {
        parameters: &[RUN, text("form", "csv, xlsx, geojson or gpkg.")],
        media: "application/octet-stream",
        errors: &[400, 404, 409],
        ..read("run_export", "/api/runs/{id}/export/{form}", "The same as a file.", anything)
    },
];
