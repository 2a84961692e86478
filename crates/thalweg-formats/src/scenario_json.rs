//! A scenario file as JSON and back: the head's keys, and `change` as a list of objects with the keys of a `[[change]]`.
use crate::ask::setting::{change_entries, entries};
use crate::fault::Fault;
use crate::scenario_files::SCENARIO_FOLDER;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thalweg_model::model::Model;
use thalweg_model::problem::Problem;
use thalweg_model::scenario::Scenario;
use thalweg_model::validate::scenario::{ScenarioDraft, resolve_scenarios};

/// A scenario in the form of its file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ScenarioJson {
    /// Title for people.
    pub title: String,
    /// The question it answers.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub question: String,
    /// Where it comes from, as free text with addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// First day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Days it lasts, for a closure of limited duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<f64>,
    /// Its changes, in order.
    #[serde(default)]
    pub change: Vec<Map<String, Value>>,
}

/// Letters a scenario's name may have: it becomes the name of a file.
pub fn is_scenario_name(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(legal) && !name.starts_with('-')
}

impl ScenarioJson {
    /// The scenario it is in a study, with what is odd about it.
    pub fn resolve(&self, name: &str, model: &Model) -> Result<(Scenario, Vec<Problem>), Fault> {
        let Value::Object(mut head) = serde_json::to_value(self).map_err(|error| Fault::new(error.to_string()))? else {
            return Err(Fault::new("a scenario is an object"));
        };
        head.remove("change");
        let draft = ScenarioDraft {
            name: name.to_owned(),
            file: format!("{SCENARIO_FOLDER}{name}.toml"),
            head: entries(&head, 0)?,
            changes: change_entries(&self.change)?,
        };
        let (scenarios, problems) = resolve_scenarios(&[draft], model);
        match scenarios.into_iter().next() {
            Some(scenario) => Ok((scenario, problems)),
            None => Err(Fault::problems(name, problems)),
        }
    }
}

/// A sound scenario file as JSON.
pub fn scenario_json(bytes: &[u8]) -> Result<ScenarioJson, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::new(error.to_string()))?;
    let table: toml::Table = toml::from_str(text).map_err(|error| Fault::new(error.to_string()))?;
    serde_json::from_value(json_of(toml::Value::Table(table))).map_err(|error| Fault::new(error.to_string()))
}

fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(values) => values.into_iter().map(json_of).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json_of(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::read_study::read_study;
    use crate::scenario_files::read_scenario;
    use crate::write_scenario::write_scenario;

    #[test]
    fn every_built_in_scenario_is_the_same_after_a_way_through_json() {
        let files = builtin::caspian();
        let (model, _) = read_study(&files).unwrap();
        let mut seen = 0;
        for (file, bytes) in files.files.iter().filter(|(file, _)| file.starts_with(SCENARIO_FOLDER)) {
            let (scenario, _) = read_scenario(file, bytes, &model).unwrap();
            let json = serde_json::to_string(&scenario_json(bytes).unwrap()).unwrap();
            let back: ScenarioJson = serde_json::from_str(&json).unwrap();
            let (again, _) = back.resolve(&scenario.name, &model).unwrap();
            assert_eq!(write_scenario(&again, &model), write_scenario(&scenario, &model), "{file}");
            seen += 1;
        }
        assert!(seen > 10, "only {seen} scenarios");
    }

    #[test]
    fn names_that_could_leave_the_folder_are_refused() {
        for name in ["../x", "a/b", "", ".hidden", "A", "a b", "-a", "ü", &"a".repeat(65)] {
            assert!(!is_scenario_name(name), "{name}");
        }
        assert!(is_scenario_name("suez_closed-2"));
    }
}
