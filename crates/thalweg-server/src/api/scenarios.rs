//! Scenarios of the study: listed, shown, saved and deleted.
use super::read::{Answered, Nothing, Shared};
use crate::reply::{Refused, json, json_bytes};
use crate::request::{Body, Wanted};
use crate::shelf::Expected;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use thalweg_formats::scenario_json::{ScenarioJson, is_scenario_name};
use thalweg_formats::wire::interface::{NewScenario, SavedScenario, ScenariosReport};

fn shown(status: StatusCode, saved: &SavedScenario) -> Response {
    let mut response = json(json_bytes(saved));
    *response.status_mut() = status;
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", saved.hash)) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// `GET /api/scenarios`.
pub async fn list(State(desk): Shared, Wanted(Nothing {}): Wanted<Nothing>) -> Answered {
    let scenarios = desk.work(|desk, _| desk.shelf.scenarios()).await?;
    Ok(json(json_bytes(&ScenariosReport { scenarios })))
}

/// `GET /api/scenarios/{name}`.
pub async fn show(State(desk): Shared, Path(name): Path<String>) -> Answered {
    let saved = desk.shelf.scenario(&name).map_err(Refused::Missing)?;
    Ok(shown(StatusCode::OK, &saved))
}

/// `POST /api/scenarios`.
pub async fn create(State(desk): Shared, Body(new): Body<NewScenario>) -> Answered {
    let save = desk.work(move |desk, _| Ok(desk.shelf.save(&new.name, &new.scenario, &Expected::Absent)));
    Ok(shown(StatusCode::CREATED, &save.await??))
}

/// `PUT /api/scenarios/{name}`.
pub async fn replace(
    State(desk): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
    Body(scenario): Body<ScenarioJson>,
) -> Answered {
    let expected = expected(&headers)?;
    let is_there = desk.shelf.scenario(&name).is_ok();
    let save = desk.work(move |desk, _| Ok(desk.shelf.save(&name, &scenario, &expected)));
    Ok(shown(if is_there { StatusCode::OK } else { StatusCode::CREATED }, &save.await??))
}

/// `DELETE /api/scenarios/{name}`.
pub async fn delete(State(desk): Shared, Path(name): Path<String>, headers: HeaderMap) -> Answered {
    let expected = expected(&headers)?;
    if !is_scenario_name(&name) {
        desk.shelf.scenario(&name).map_err(Refused::Missing)?;
    }
    desk.work(move |desk, _| Ok(desk.shelf.delete(&name, &expected))).await??;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What the headers `If-Match` and `If-None-Match` expect.
fn expected(headers: &HeaderMap) -> Result<Expected, Refused> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default().trim().to_owned());
    if text(header::IF_NONE_MATCH).is_some_and(|value| value == "*") {
        return Ok(Expected::Absent);
    }
    Ok(match text(header::IF_MATCH) {
        None => Expected::Whatever,
        Some(value) if value == "*" => Expected::Whatever,
        Some(value) => Expected::Hash(value.trim_start_matches("W/").trim_matches('"').to_owned()),
    })
}
