//! Requests read at the door: JSON bodies and query strings into their types, with names that are unknown refused.
use crate::reply::Refused;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use schemars::{JsonSchema, schema_for};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use thalweg_formats::fault::Fault;
use thalweg_model::nearest::nearest;

/// The JSON body of a request.
pub struct Body<T>(pub T);

/// The query string of a request.
pub struct Wanted<T>(pub T);

/// The body of a request as an object, whatever its members.
pub struct Object(pub Map<String, Value>);

impl<S: Send + Sync, T: DeserializeOwned + JsonSchema> FromRequest<S> for Body<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Object(object) = Object::from_request(request, state).await?;
        read_object(object).map(Body).map_err(IntoResponse::into_response)
    }
}

impl<S: Send + Sync> FromRequest<S> for Object {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Refused::NotJson.into_response());
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| crate::reply::plain_error(rejection.status(), &rejection.body_text()))?;
        let refused = |refusal: Refused| refusal.into_response();
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| refused(Refused::Malformed(format!("not JSON: {error}"))))?;
        match value {
            Value::Object(object) => Ok(Object(object)),
            _ => Err(refused(Refused::Fault(Fault::new("the body is not a JSON object")))),
        }
    }
}

/// An object as its type.
pub fn read_object<T: DeserializeOwned + JsonSchema>(object: Map<String, Value>) -> Result<T, Refused> {
    known::<T>(object.keys().map(String::as_str))?;
    serde_json::from_value(Value::Object(object)).map_err(|error| Refused::Fault(Fault::new(error.to_string())))
}

/// Refuses names that a type does not have: a slip of the pen must not pass as a question not asked.
fn known<'a, T: JsonSchema>(names: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    let known = properties(&schema_for!(T).to_value());
    for name in names {
        if !known.iter().any(|known| known == name) {
            let near = nearest(name, known.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
            return Err(Fault::at(name, format!("is not something that can be asked here{near}")));
        }
    }
    Ok(())
}

/// Names of the members of an object's schema, and of its alternatives.
fn properties(schema: &Value) -> Vec<String> {
    let own = schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|object| object.keys().cloned());
    let of = |word: &str| schema.get(word).and_then(Value::as_array).into_iter().flatten().flat_map(properties);
    own.chain(of("oneOf")).chain(of("anyOf")).chain(of("allOf")).collect()
}

impl<S: Send + Sync, T: DeserializeOwned + JsonSchema> FromRequestParts<S> for Wanted<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|error| Refused::Malformed(error.body_text()).into_response())?;
        known::<T>(pairs.iter().map(|(name, _)| name.as_str()))
            .map_err(|fault| Refused::from(fault).into_response())?;
        let fault = |error: axum::extract::rejection::QueryRejection| Refused::Fault(Fault::new(error.body_text()));
        Query::<T>::try_from_uri(&parts.uri).map(|query| Wanted(query.0)).map_err(|error| fault(error).into_response())
    }
}
