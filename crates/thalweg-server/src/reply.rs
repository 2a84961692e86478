//! Answers and refusals as responses: one JSON shape for errors, whatever went wrong.
use crate::saving::Unsaved;
use axum::body::Bytes;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thalweg_formats::fault::Fault;
use thalweg_formats::wire::interface::{ErrorReport, ErrorRow};

/// Why a request is not answered.
#[derive(Debug, Clone)]
pub enum Refused {
    /// It is not JSON, or not a request at all.
    Malformed(String),
    /// It asks for something that cannot be asked.
    Fault(Fault),
    /// What its address names is not there.
    Missing(Fault),
    /// It does not fit what is there.
    Conflict(String),
    /// It is not of a type that is read.
    NotJson,
    /// Too many ask at once.
    Busy,
    /// Too many runs wait.
    Full,
    /// The answer took too long to wait for.
    TooLong,
    /// The program has a fault.
    Broken,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Refused::Fault(fault)
    }
}

impl From<Unsaved> for Refused {
    fn from(unsaved: Unsaved) -> Self {
        match unsaved {
            Unsaved::Fault(fault) => Refused::Fault(fault),
            Unsaved::Conflict(message) => Refused::Conflict(message),
            Unsaved::Missing(message) => Refused::Missing(Fault::at("name", message)),
            Unsaved::Io(error) => {
                tracing::error!(%error, "a scenario could not be saved");
                Refused::Broken
            }
        }
    }
}

/// An error of a status.
pub fn error(status: StatusCode, report: &ErrorReport) -> Response {
    let mut response = (status, json_bytes(report)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// An error of a status with a message.
pub fn plain_error(status: StatusCode, message: &str) -> Response {
    let row = ErrorRow { message: message.to_owned(), field: String::new(), problems: Vec::new() };
    error(status, &ErrorReport { error: row })
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Refused::Malformed(message) => plain_error(StatusCode::BAD_REQUEST, &message),
            Refused::Fault(fault) => error(StatusCode::UNPROCESSABLE_ENTITY, &(&fault).into()),
            Refused::Missing(fault) => error(StatusCode::NOT_FOUND, &(&fault).into()),
            Refused::Conflict(message) => plain_error(StatusCode::CONFLICT, &message),
            Refused::NotJson => plain_error(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send JSON as application/json"),
            Refused::Busy => plain_error(StatusCode::SERVICE_UNAVAILABLE, "too many ask at once; ask again"),
            Refused::Full => {
                plain_error(StatusCode::TOO_MANY_REQUESTS, "too many runs wait; ask again when one has ended")
            }
            Refused::TooLong => {
                plain_error(StatusCode::SERVICE_UNAVAILABLE, "the answer takes too long to wait for; ask for a run")
            }
            Refused::Broken => {
                plain_error(StatusCode::INTERNAL_SERVER_ERROR, "the program has a fault; its log says which")
            }
        }
    }
}

/// Media type of JSON.
pub const JSON: &str = "application/json";

/// A value as the bytes of JSON.
pub fn json_bytes(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value).expect("our own wire types serialise").into()
}

/// JSON that is there already.
pub fn json(bytes: Bytes) -> Response {
    ([(header::CONTENT_TYPE, JSON)], bytes).into_response()
}
