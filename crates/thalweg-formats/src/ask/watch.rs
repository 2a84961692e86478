//! One question about what changed, by names as people write them, and its answer on the wire.
use crate::ask::setting::date;
use crate::fault::Fault;
use crate::opened::Opened;
use crate::wire::watch::{WatchReport, watch_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use thalweg_engine::changes::{Side, changes, comparable};
use thalweg_engine::oracle::{Oracle, OracleError};
use thalweg_engine::state::State;
use thalweg_engine::watch::Watch;
use thalweg_model::mode::Topic;
use thalweg_model::model::Model;
use thalweg_model::names::{NameError, Names};
use thalweg_model::nearest::nearest;
use thalweg_model::schema::Target;
use thalweg_model::validity::Date;
use thalweg_model::watch_list::{Watched, WatchedGate};
use thalweg_network::instance::Instance;

/// What is asked. Names add to the list, where one is named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct WatchRequest {
    /// Date of the earlier side, such as 2021-06-30; its study's own when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Date of the later side; its study's own when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Key of a watch list of the later study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// Actors by any of their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actor: Vec<String>,
    /// Corridors, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corridor: Vec<String>,
    /// Passages, places, crossings, links, assets or corridors, `kind:name` where a name alone could mean several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<String>,
    /// Commodities by any of their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commodity: Vec<String>,
    /// Topics; all when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topic: Vec<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum WatchError {
    /// Fields of the request that are wrong, each with why.
    Request(Vec<Wrong>),
    /// A side has no value.
    Oracle(OracleError),
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(wrong) => {
                let lines: Vec<String> = wrong.iter().map(|(field, why)| format!("{field}: {why}")).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::Oracle(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for WatchError {}

impl From<OracleError> for WatchError {
    fn from(error: OracleError) -> Self {
        Self::Oracle(error)
    }
}

impl From<WatchError> for Fault {
    fn from(error: WatchError) -> Self {
        match error {
            WatchError::Oracle(error) => error.into(),
            WatchError::Request(wrong) => {
                let field = wrong.first().map_or("", |(field, _)| field);
                let others = wrong.iter().skip(1).map(|(field, why)| format!("; {field}: {why}"));
                let first = wrong.first().map_or("", |(_, why)| why);
                Fault::at(field, format!("{first}{}", others.collect::<String>()))
            }
        }
    }
}

/// Answers a request about two versions of a study, or about one on two dates: the same twice.
pub fn answer_watch(
    before: &Opened,
    after: &Opened,
    request: &WatchRequest,
    watch: &dyn Watch,
) -> Result<WatchReport, WatchError> {
    let mut wrong = Vec::new();
    let from = day(("from", &request.from), before, &mut wrong);
    let to = day(("to", &request.to), after, &mut wrong);
    let one_study = Arc::ptr_eq(&before.model, &after.model);
    if one_study && from == to {
        wrong.push(("from", format!("both dates are {from}; name two dates, or another version of the study")));
    } else if one_study && from > to {
        wrong.push(("from", format!("{from} lies after {to}; the earlier date comes first")));
    }
    if let Err(error) = comparable(&before.model, &after.model) {
        wrong.push(("against", error.to_string()));
    }
    let watched = resolve(before, after, request, &mut wrong);
    if !wrong.is_empty() {
        return Err(WatchError::Request(wrong));
    }
    let oracle = |opened: &Opened, date: Date| -> Result<Oracle, OracleError> {
        let base = Instance::base(opened.model.clone(), date, &opened.scenarios)?;
        Ok(Oracle::new(base, opened.scenarios.clone()))
    };
    let (earlier, later) = (oracle(before, from)?, oracle(after, to)?);
    let state = State::base();
    let sides = [&earlier, &later].map(|oracle| Side { oracle, state: &state });
    let found = changes(sides[0], sides[1], &watched, watch)?;
    Ok(watch_report((sides[0], sides[1]), (request.list.as_deref().unwrap_or(""), &watched), &found)?)
}

/// A date that is asked for; the study's where none is, or none that can be read.
fn day((field, text): (&'static str, &Option<String>), opened: &Opened, wrong: &mut Vec<Wrong>) -> Date {
    match text.as_deref().map(|text| date(field, text)) {
        None => opened.as_of,
        Some(Ok(day)) => day,
        Some(Err(fault)) => {
            wrong.push((field, fault.message));
            opened.as_of
        }
    }
}

/// A field of a request and what is wrong with it.
pub type Wrong = (&'static str, String);

/// What a request watches, in keys; what is wrong with it is added to `wrong`.
fn resolve(before: &Opened, after: &Opened, request: &WatchRequest, wrong: &mut Vec<Wrong>) -> Watched {
    let lookup = Lookup { sides: [after, before].map(|opened| (opened.model.as_ref(), opened.names.as_ref())) };
    let mut watched = Watched::default();
    if let Some(name) = &request.list {
        let lists = &after.watch_lists;
        match lists.iter().find(|list| &list.key == name) {
            Some(list) => watched = list.watched.clone(),
            None => wrong.push(("list", unknown(name, "watch list", lists.iter().map(|list| list.key.as_str())))),
        }
    }
    let mut take = |field: &'static str, found: Result<(), String>| {
        if let Err(why) = found {
            wrong.push((field, why));
        }
    };
    for text in &request.actor {
        take("actor", add(&mut watched.actors, lookup.key(Target::Actor, text)));
    }
    for text in &request.commodity {
        take("commodity", add(&mut watched.commodities, lookup.key(Target::Commodity, text)));
    }
    for text in &request.corridor {
        take("corridor", add(&mut watched.gates, lookup.corridor(text)));
    }
    for text in &request.at {
        take("at", add(&mut watched.gates, lookup.gate(text)));
    }
    for text in &request.topic {
        let topic = Topic::parse(text).ok_or_else(|| unknown(text, "topic", Topic::NAMES.iter().copied()));
        take("topic", add(&mut watched.topics, topic));
    }
    watched
}

fn add<T: Ord>(set: &mut BTreeSet<T>, found: Result<T, String>) -> Result<(), String> {
    set.insert(found?);
    Ok(())
}

fn unknown<'a>(name: &str, noun: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let all: Vec<&str> = known.clone().collect();
    match nearest(name, known) {
        Some(near) => format!("no {noun} is called `{name}`; the nearest name is `{near}`"),
        None if all.is_empty() => format!("no {noun} is called `{name}`; the study has none"),
        None => format!("no {noun} is called `{name}`; there are {}", all.join(", ")),
    }
}

/// The names of both versions, the later first: what only one of them has can be watched too.
struct Lookup<'a> {
    sides: [(&'a Model, &'a Names); 2],
}

/// Makes a watched gate of a key.
type MakeGate = fn(String) -> WatchedGate;

/// Kinds that may stand before a colon when a name alone could mean several things.
const KINDS: [(&str, Target, MakeGate); 5] = [
    ("passage", Target::Passage, WatchedGate::Passage),
    ("terminal", Target::Node, WatchedGate::Terminal),
    ("crossing", Target::Crossing, WatchedGate::Crossing),
    ("link", Target::Link, WatchedGate::Link),
    ("asset", Target::Asset, WatchedGate::Asset),
];

impl Lookup<'_> {
    fn key(&self, target: Target, text: &str) -> Result<String, String> {
        let find = |names: &Names| -> Result<String, NameError> { names.key(target, text).map(str::to_owned) };
        let found = find(self.sides[0].1);
        found.or_else(|error| find(self.sides[1].1).map_err(|_| error.to_string()))
    }

    fn corridor(&self, text: &str) -> Result<WatchedGate, String> {
        let names: BTreeSet<&str> =
            self.sides.iter().flat_map(|(model, _)| &model.links).map(|link| link.corridor.as_str()).collect();
        let names = names.iter().copied().filter(|name| !name.is_empty());
        let found = names.clone().find(|name| name.eq_ignore_ascii_case(text.trim()));
        found.map(|name| WatchedGate::Corridor(name.to_owned())).ok_or_else(|| unknown(text, "corridor", names))
    }

    fn gate(&self, text: &str) -> Result<WatchedGate, String> {
        if let Some((kind, name)) = text.split_once(':') {
            if kind == "corridor" {
                return self.corridor(name);
            }
            if let Some((_, target, make)) = KINDS.into_iter().find(|(known, ..)| *known == kind) {
                return self.key(target, name).map(make);
            }
        }
        if let Ok(corridor) = self.corridor(text) {
            return Ok(corridor);
        }
        let fits = KINDS.into_iter().filter_map(|(kind, target, make)| {
            let key = self.key(target, text).ok()?;
            let whole = self.sides.iter().any(|(_, names)| names.is_whole(target, text));
            Some((kind, make(key), whole))
        });
        let found: Vec<(&str, WatchedGate, bool)> = fits.collect();
        let whole: Vec<&(&str, WatchedGate, bool)> = found.iter().filter(|(_, _, whole)| *whole).collect();
        let chosen = if whole.len() == 1 { whole } else { found.iter().collect() };
        match chosen.as_slice() {
            [(_, gate, _)] => Ok(gate.clone()),
            [] => Err(format!("no corridor, passage, place, crossing, link or asset is called `{text}`")),
            several => {
                let ways: Vec<String> = several.iter().map(|(kind, ..)| format!("{kind}:{text}")).collect();
                Err(format!("`{text}` could be several things; write {}", ways.join(" or ")))
            }
        }
    }
}
