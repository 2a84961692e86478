//! The OpenAPI 3.1 document, made from the types that are read and written.
mod endpoints;

use endpoints::{ENDPOINTS, Endpoint, Parameter};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use thalweg_formats::wire::interface::ErrorReport;

/// Where the document keeps its schemas.
const SCHEMAS: &str = "/components/schemas";

/// The document as text; the same each time.
pub fn document() -> String {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = SCHEMAS.into());
    let mut schemas = settings.into_generator();
    let mut paths = Map::new();
    for endpoint in ENDPOINTS {
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method] = operation(endpoint, &mut schemas);
    }
    let mut definitions = schemas.take_definitions(true);
    // A generic type's definition has a name with brackets or none that a reference may have.
    definitions.values_mut().for_each(plain);
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Thalweg",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "One study: its network, its tables, its scenarios, and questions asked of it.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{}, { "token": [] }],
    });
    serde_json::to_string_pretty(&document).expect("the document is JSON") + "\n"
}

/// Words that JSON Schema 2020-12 gives no meaning to say nothing to a reader of the document.
fn plain(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with(['u', 'i', 'd'])) {
                object.remove("format");
            }
            object.values_mut().for_each(plain);
        }
        Value::Array(values) => values.iter_mut().for_each(plain),
        _ => {}
    }
}

fn operation(endpoint: &Endpoint, schemas: &mut SchemaGenerator) -> Value {
    let error = schemas.subschema_for::<ErrorReport>().to_value();
    let mut responses = Map::new();
    for (status, about) in endpoint.answers {
        let content = match (endpoint.answer)(schemas) {
            _ if *status == 204 => json!(null),
            answer => json!({ endpoint.media: { "schema": answer } }),
        };
        responses.insert(status.to_string(), response(about, content));
    }
    for status in endpoint.errors.iter().chain(&ALWAYS) {
        responses
            .insert(status.to_string(), response(reason(*status), json!({ "application/json": { "schema": error } })));
    }
    let mut operation = json!({
        "operationId": endpoint.id,
        "summary": endpoint.about,
        "parameters": parameters(endpoint, schemas),
        "responses": responses,
    });
    if let Some(body) = endpoint.body {
        let mut schema = closed(body(schemas), schemas);
        plain(&mut schema);
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    operation
}

/// What any request may be answered with.
const ALWAYS: [u16; 3] = [401, 403, 503];

fn reason(status: u16) -> &'static str {
    match status {
        400 => "Not a request: not JSON, or an address that cannot be read.",
        401 => "A token is needed.",
        403 => "Asked under a name that is not of this machine, or by another site's page.",
        404 => "Nothing of this name is there.",
        409 => "Does not fit what is there.",
        413 => "The body is too large.",
        415 => "The body is not JSON.",
        422 => "Cannot be asked so: the message says what to change.",
        429 => "Too many runs wait.",
        _ => "Too many ask at once, or the answer takes too long; ask again.",
    }
}

fn response(about: &str, content: Value) -> Value {
    match content {
        Value::Null => json!({ "description": about }),
        content => json!({ "description": about, "content": content }),
    }
}

/// A body's schema with nothing besides what it names: other names are refused.
pub fn closed(schema: Value, schemas: &SchemaGenerator) -> Value {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    let found = named.and_then(|name| schemas.definitions().get(name)).cloned();
    let mut schema = found.unwrap_or(schema);
    if schema.get("properties").is_some() {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

fn parameters(endpoint: &Endpoint, schemas: &mut SchemaGenerator) -> Vec<Value> {
    let mut found = Vec::new();
    for Parameter { name, about, place, pattern } in endpoint.parameters {
        let mut schema = json!({ "type": "string" });
        if !pattern.is_empty() {
            schema["pattern"] = json!(pattern);
        }
        let required = *place == "path";
        found.push(json!({
            "name": name, "in": place, "required": required, "description": about, "schema": schema,
        }));
    }
    let Some(query) = endpoint.query else { return found };
    let schema = closed(query(schemas), schemas);
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let mut schema = schema.clone();
        plain(&mut schema);
        let about = schema.as_object_mut().and_then(|object| object.remove("description"));
        found.push(json!({
            "name": name, "in": "query", "required": required.contains(&json!(name)), "description": about, "schema": schema,
        }));
    }
    found
}
