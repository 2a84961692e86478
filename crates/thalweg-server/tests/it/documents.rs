//! The document of the interface is current, and lists what the server answers.
use crate::client::caspian;
use serde_json::Value;
use std::path::Path;
use thalweg_server::document::document;

#[test]
fn documents_of_the_interface_are_those_of_its_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/formats/openapi.json");
    if std::env::var_os("THALWEG_BLESS").is_some() {
        std::fs::write(&path, document()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(kept == document(), "docs/formats/openapi.json is not current, run `cargo xtask gen`");
}

#[test]
fn every_reference_of_the_document_leads_to_a_schema() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(target)) = object.get("$ref") {
                    let found = document.pointer(target.strip_prefix('#').unwrap());
                    assert!(found.is_some(), "{target}");
                    seen += 1;
                }
                open.extend(object.values());
            }
            Value::Array(values) => open.extend(values),
            _ => {}
        }
    }
    assert!(seen > 50, "only {seen} references");
}

#[test]
fn every_address_of_the_document_is_answered_with_a_status_it_lists() {
    let document: Value = serde_json::from_str(&document()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let path = path.replace("{table}", "link").replace("{kind}", "link").replace("{key}", "no_such_link");
            let path = path.replace("{name}", "no_such_scenario").replace("{id}", "0").replace("{form}", "csv");
            let body = if operation.get("requestBody").is_some() { "{}" } else { "" };
            if path.ends_with("/events") {
                continue;
            }
            let answer = caspian().send(&method.to_uppercase(), &path, &["content-type: application/json"], body);
            let listed = operation["responses"].get(answer.status.to_string()).is_some();
            assert!(listed && answer.status != 405, "{method} {path}: {} {}", answer.status, answer.body);
        }
    }
}
