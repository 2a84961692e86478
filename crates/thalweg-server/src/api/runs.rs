//! Runs: asked for, looked at, cancelled, and what they give.
use super::read::{Answered, Nothing, Shared};
use crate::exports::{Form, export};
use crate::reply::{Refused, json, json_bytes};
use crate::request::{Object, Wanted};
use crate::runs::Job;
use crate::store::RESULT;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, unfold};
use std::convert::Infallible;
use std::sync::Arc;
use thalweg_formats::fault::Fault;
use thalweg_formats::wire::interface::{RunReportRow, RunState, RunsReport};
use tokio::sync::watch::Receiver;

fn shown(row: &RunReportRow, status: StatusCode) -> Response {
    let mut response = json(json_bytes(row));
    *response.status_mut() = status;
    response
}

/// `POST /api/runs`.
pub async fn ask(State(desk): Shared, Object(request): Object) -> Answered {
    let asked = desk.work(move |desk, _| Ok(desk.runs.ask(desk, request))).await??;
    let status = if asked.state == RunState::Done { StatusCode::OK } else { StatusCode::ACCEPTED };
    Ok(shown(&asked, status))
}

/// `GET /api/runs`.
pub async fn list(State(desk): Shared, Wanted(Nothing {}): Wanted<Nothing>) -> Answered {
    Ok(json(json_bytes(&RunsReport { runs: desk.runs.list() })))
}

/// `GET /api/runs/{id}`.
pub async fn show(State(desk): Shared, Path(id): Path<String>) -> Answered {
    Ok(shown(&desk.runs.job(&id)?.row(), StatusCode::OK))
}

/// `DELETE /api/runs/{id}`.
pub async fn cancel(State(desk): Shared, Path(id): Path<String>) -> Answered {
    let row = desk.work(move |desk, _| Ok(desk.runs.cancel(&id))).await??;
    Ok(shown(&row, StatusCode::ACCEPTED))
}

/// The answer of a run that is done.
async fn part(
    desk: &Arc<crate::desk::Desk>,
    id: &str,
    form: &'static str,
) -> Result<Option<axum::body::Bytes>, Refused> {
    let row = desk.runs.job(id)?.row();
    if row.state != RunState::Done {
        let state = crate::store::word(row.state);
        return Err(Refused::Conflict(format!("the run is {state}; only one that is done has a result")));
    }
    let id = id.to_owned();
    desk.work(move |desk, _| desk.runs.part(&id, form)).await
}

/// `GET /api/runs/{id}/result`.
pub async fn result(State(desk): Shared, Path(id): Path<String>) -> Answered {
    let bytes = part(&desk, &id, RESULT).await?;
    bytes.map(json).ok_or_else(|| Refused::Missing(Fault::at("id", "the run has no result any more; ask again")))
}

/// `GET /api/runs/{id}/export/{form}`.
pub async fn exported(State(desk): Shared, Path((id, form)): Path<(String, String)>) -> Answered {
    let form = Form::named(&form).map_err(Refused::Missing)?;
    let kind = desk.runs.job(&id)?.row().kind;
    let bytes = match part(&desk, &id, form.name()).await? {
        Some(bytes) => bytes,
        None => {
            let result = part(&desk, &id, RESULT).await?.unwrap_or_default();
            let name = kind.clone();
            desk.work(move |_, _| Ok(export(&name, &result, form))).await?.map_err(Refused::Missing)?
        }
    };
    let name = format!("attachment; filename=\"{kind}-{id}.{}\"", form.name());
    Ok(([(header::CONTENT_TYPE, form.media().to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// `GET /api/runs/{id}/events`.
pub async fn events(
    State(desk): Shared,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Refused> {
    let job: Arc<Job> = desk.runs.job(&id)?;
    Ok(Sse::new(changes(job.look())).keep_alive(KeepAlive::default()))
}

/// What there is to tell of a run at first, then every change; ends with the run.
fn changes(looking: Receiver<RunReportRow>) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold((looking, None, Told::No), |(mut looking, told, over): (_, Option<RunState>, Told)| async move {
        if over == Told::All || (told.is_some() && looking.changed().await.is_err()) {
            return None;
        }
        let row = looking.borrow_and_update().clone();
        let name = if told == Some(row.state) { "progress" } else { "state" };
        let over = match row.state {
            RunState::Queued | RunState::Running => Told::No,
            _ => Told::All,
        };
        let event = Event::default().event(name).data(String::from_utf8_lossy(&json_bytes(&row)));
        Some((Ok(event), (looking, Some(row.state), over)))
    })
}

/// Whether the last there is to tell was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    No,
    All,
}
