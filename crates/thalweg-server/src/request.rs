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
pub fn read_object<T: DeserializeOwned + JsonSchema>(mut object: Map<String, Value>) -> Result<T, Refused> {
    let schema = schema_for!(T).to_value();
    known(&schema, object.keys().map(String::as_str))?;
    for (name, value) in &mut object {
        within_bounds(&schema["properties"][name.as_str()], name, value)?;
    }
    serde_json::from_value(Value::Object(object)).map_err(|error| Refused::Fault(Fault::new(error.to_string())))
}

/// Refuses names that a type does not have: a slip of the pen must not pass as a question not asked.
fn known<'a>(schema: &Value, names: impl Iterator<Item = &'a str>) -> Result<(), Fault> {
    let known: Vec<&str> =
        schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    for name in names {
        if !known.contains(&name) {
            let near = nearest(name, known.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
            return Err(Fault::at(name, format!("is not something that can be asked here{near}")));
        }
    }
    Ok(())
}

/// Refuses a number outside the bounds that the document states; one without a fraction is whole however it is written.
fn within_bounds(schema: &Value, name: &str, value: &mut Value) -> Result<(), Fault> {
    let Some(number) = value.as_f64() else { return Ok(()) };
    let [least, most] = ["minimum", "maximum"].map(|bound| schema[bound].as_f64());
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        let bound = |bound: Option<f64>| bound.map_or_else(|| "any".to_owned(), |bound| bound.to_string());
        return Err(Fault::at(name, format!("is a number from {} to {}", bound(least), bound(most))));
    }
    let is =
        |kind: &str| schema["type"] == kind || schema["type"].as_array().is_some_and(|all| all.contains(&kind.into()));
    // Whole numbers above this are not told apart by what JSON's numbers usually are.
    const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
    if is("integer") && value.is_f64() && number.fract() == 0.0 && (0.0..WHOLE_MAX).contains(&number) {
        *value = Value::from(number as u64);
    }
    Ok(())
}

impl<S: Send + Sync, T: DeserializeOwned + JsonSchema> FromRequestParts<S> for Wanted<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|error| Refused::Malformed(error.body_text()).into_response())?;
        known(&schema_for!(T).to_value(), pairs.iter().map(|(name, _)| name.as_str()))
            .map_err(|fault| Refused::from(fault).into_response())?;
        let fault = |error: axum::extract::rejection::QueryRejection| Refused::Fault(Fault::new(error.body_text()));
        Query::<T>::try_from_uri(&parts.uri).map(|query| Wanted(query.0)).map_err(|error| fault(error).into_response())
    }
}
