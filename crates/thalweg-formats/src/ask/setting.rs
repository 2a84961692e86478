//! When and under what a question is asked: date, period, scenario, and changes written as in a scenario file.
use crate::fault::Fault;
use crate::opened::Opened;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thalweg_model::draft::Entry;
use thalweg_model::scenario::{Change, Scenario};
use thalweg_model::validate::scenario::{ScenarioDraft, resolve_scenarios};
use thalweg_model::validity::Date;

/// The setting of a question; the base on the study's own date when all is left out.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Setting {
    /// Date whose rules, capacities and demands hold, such as 2021-06-30; the study's own when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Period of the year whose demand holds; the annual average when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// A scenario of the study; the base when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Changes made after the scenario's, each with the keys of a `[[change]]` in a scenario file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Map<String, Value>>,
}

/// The date a field's text means.
pub fn date(field: &str, text: &str) -> Result<Date, Fault> {
    let wrong = |_| Fault::at(field, "a date is written year-month-day, such as 2025-12-28");
    text.parse().map_err(wrong)
}

impl Setting {
    /// Its date, where it names one.
    pub fn date(&self) -> Result<Option<Date>, Fault> {
        self.as_of.as_deref().map(|text| date("as_of", text)).transpose()
    }

    /// Its own changes as one more scenario, `None` where it makes none.
    pub fn changed(&self, opened: &Opened) -> Result<Option<Scenario>, Fault> {
        if self.changes.is_empty() {
            return Ok(None);
        }
        let head = vec![Entry { key: "title".to_owned(), value: "Changes".to_owned(), row: 0 }];
        let draft = ScenarioDraft {
            name: "changes".to_owned(),
            file: "changes".to_owned(),
            head,
            changes: change_entries(&self.changes).map_err(|fault| Fault { field: "changes".to_owned(), ..fault })?,
        };
        let (scenarios, problems) = resolve_scenarios(&[draft], &opened.model);
        match scenarios.into_iter().next() {
            Some(scenario) => Ok(Some(scenario)),
            None => Err(Fault { field: "changes".to_owned(), ..Fault::problems("changes", problems) }),
        }
    }
}

/// Whether a scenario brings a supplier, for which a network needs an arc from the start.
pub fn brings_supplier(scenario: &Scenario) -> bool {
    scenario.changes.iter().any(|change| matches!(change, Change::SetSupply(_)))
}

/// Changes as a scenario file's tables; each change stands on the row of its number, from 1.
pub fn change_entries(changes: &[Map<String, Value>]) -> Result<Vec<(u32, Vec<Entry>)>, Fault> {
    let rows = changes.iter().zip(1..).map(|(change, row)| Ok((row, entries(change, row)?)));
    rows.collect()
}

/// The members of an object as entries of a file.
pub fn entries(object: &Map<String, Value>, row: u32) -> Result<Vec<Entry>, Fault> {
    let entry = |(key, value): (&String, &Value)| match text_of(value) {
        Some(value) => Ok(Entry { key: key.clone(), value, row }),
        None => Err(Fault::at(key, "is an object where a text, a number, true or false, or a list of them belongs")),
    };
    object.iter().filter(|(_, value)| !value.is_null()).map(entry).collect()
}

fn text_of(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(values) => values.iter().map(text_of).collect::<Option<Vec<_>>>()?.join("|"),
        Value::Object(_) => return None,
    })
}
