//! The kinds of run: what each is asked with, how it is worked out, and what it gives beside its JSON.
use crate::api::ask::Set;
use crate::exports::Exports;
use crate::reply::{Refused, json_bytes};
use crate::request::read_object;
use crate::versions::Versions;
use axum::body::Bytes;
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thalweg_engine::watch::Watch;
use thalweg_formats::ask::Scene;
use thalweg_formats::ask::consent::ConsentRequest;
use thalweg_formats::ask::losses::{CloseRequest, DependRequest, RefuseRequest};
use thalweg_formats::ask::measures::{BrokerRequest, IncidenceRequest, IndicesRequest, PowerRequest};
use thalweg_formats::ask::newcomer::NewcomerRequest;
use thalweg_formats::ask::repair::RepairRequest;
use thalweg_formats::ask::stress::each::EachRequest;
use thalweg_formats::ask::stress::forecast::ForecastRequest;
use thalweg_formats::ask::stress::risk::RiskRequest;
use thalweg_formats::ask::stress::sets::{PairsRequest, WorstRequest};
use thalweg_formats::ask::study::{StudyRequest, report_of};
use thalweg_formats::ask::watch::{WatchRequest, answer_watch};
use thalweg_formats::fault::Fault;
use thalweg_formats::opened::Opened;
use thalweg_formats::wire::brokerage::BrokerReport;
use thalweg_formats::wire::claims::ClaimsReport;
use thalweg_formats::wire::consents::ConsentReport;
use thalweg_formats::wire::dependence::DependReport;
use thalweg_formats::wire::incidence::IncidenceReport;
use thalweg_formats::wire::indices::IndicesReport;
use thalweg_formats::wire::losses::ClosuresReport;
use thalweg_formats::wire::newcomer::NewcomerReport;
use thalweg_formats::wire::power::PowerReport;
use thalweg_formats::wire::repair::RepairReport;
use thalweg_formats::wire::risk::RiskReport;
use thalweg_formats::wire::run::RunReport;
use thalweg_formats::wire::stakes::RefuseReport;
use thalweg_formats::wire::stress::{EachReport, ForecastReport, PairsReport, WorstReport};
use thalweg_formats::wire::watch::WatchReport;
use thalweg_model::schema::Target;

/// What a run gives.
pub struct Outcome {
    /// Its answer in the wire shape.
    pub result: Bytes,
    /// What the whole study is exported as; other kinds are exported from their answer.
    pub exports: Exports,
}

/// Gives the schema of a type.
pub type SchemaOf = fn(&mut SchemaGenerator) -> Value;

/// A request without the name of its kind.
type Request = Map<String, Value>;
type Settle = fn(Request) -> Result<Request, Refused>;
type Work = fn(&Request, Given, &dyn Watch) -> Result<Outcome, Fault>;

/// What a run is worked out from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The study, its values and the state asked about.
    pub scene: Scene<'a>,
    /// Versions of the study it may be held against.
    pub versions: &'a Versions,
}

/// A kind of run.
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Schema of what it is asked with.
    pub request: SchemaOf,
    /// Schema of what it answers.
    pub report: SchemaOf,
    /// Reads a request and writes it with all defaults.
    settle: Settle,
    /// Works it out.
    answer: Work,
}

fn of<T: JsonSchema>(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<T>().to_value()
}

fn settle<T>(request: Request) -> Result<Request, Refused>
where
    T: Serialize + DeserializeOwned + JsonSchema,
{
    let set: Set<T> = read_object(request)?;
    match serde_json::to_value(&set) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Refused::Broken),
    }
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Fault> {
    let set: Result<Set<T>, _> = serde_json::from_value(Value::Object(request.clone()));
    set.map(|set| set.question).map_err(|error| Fault::new(error.to_string()))
}

fn plain(report: &impl Serialize) -> Outcome {
    Outcome { result: json_bytes(report), exports: Exports::default() }
}

macro_rules! kind {
    ($name:expr, $request:ty, $report:ty, $answer:expr) => {
        Kind {
            name: $name,
            request: of::<Set<$request>>,
            report: of::<$report>,
            settle: settle::<$request>,
            answer: |request, given, watch| {
                let work: fn(&$request, Scene, &dyn Watch) -> Result<$report, Fault> = $answer;
                Ok(plain(&work(&read(request)?, given.scene, watch)?))
            },
        }
    };
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "run",
        request: of::<Set<StudyRequest>>,
        report: of::<RunReport>,
        settle: settle::<StudyRequest>,
        answer: run,
    },
    Kind {
        name: "claims",
        request: of::<Set<StudyRequest>>,
        report: of::<ClaimsReport<'static>>,
        settle: settle::<StudyRequest>,
        answer: claims,
    },
    kind!("close", CloseRequest, ClosuresReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("depend", DependRequest, DependReport, |request, scene, watch| {
        request.report(scene, &request.found(scene, watch)?)
    }),
    kind!("refuse", RefuseRequest, RefuseReport, |request, scene, watch| request.found(scene, watch)?.report(scene)),
    kind!("consent", ConsentRequest, ConsentReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("power", PowerRequest, PowerReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("broker", BrokerRequest, BrokerReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("indices", IndicesRequest, IndicesReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("incidence", IncidenceRequest, IncidenceReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("stress_each", EachRequest, EachReport, |request, scene, watch| {
        request.answer(&request.asked(scene)?, watch)
    }),
    kind!("stress_pairs", PairsRequest, PairsReport, |request, scene, watch| {
        request.answer(&request.asked(scene)?, watch)
    }),
    kind!("stress_worst", WorstRequest, WorstReport, |request, scene, watch| {
        request.answer(&request.asked(scene)?, watch)
    }),
    kind!("stress_monte_carlo", ForecastRequest, ForecastReport, |request, scene, watch| {
        let (asked, chances) = request.asked(scene)?;
        request.answer((&asked, chances), watch)
    }),
    kind!("stress_risk", RiskRequest, RiskReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("newcomer", NewcomerRequest, NewcomerReport, |request, scene, watch| request.answer(scene, watch)),
    kind!("repair", RepairRequest, RepairReport, |request, scene, watch| request.answer(scene, watch)),
    Kind {
        name: WATCH,
        request: of::<Set<WatchRun>>,
        report: of::<WatchReport>,
        settle: settle::<WatchRun>,
        answer: watch,
    },
];

/// The kind whose `from` and `to` are dates.
const WATCH: &str = "watch";

/// What changed, and which version of the study is the earlier side.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct WatchRun {
    #[serde(flatten)]
    question: WatchRequest,
    /// Version of the study that is the earlier side, by the name the server was started with; the study itself on an
    /// earlier date when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    against: Option<String>,
}

fn watch(request: &Request, Given { scene, versions }: Given, watch: &dyn Watch) -> Result<Outcome, Fault> {
    if !scene.state.scenarios.is_empty() {
        let message = "both sides are compared as they stand; leave scenario and changes out";
        return Err(Fault::at("scenario", message));
    }
    let asked = read::<WatchRun>(request)?;
    let period = request.get("period").and_then(Value::as_str);
    let version = asked.against.as_deref().map(|name| versions.named(name)?.opened.clone().on(None, period));
    let version = version.transpose()?;
    let before = version.as_ref().unwrap_or(scene.opened);
    Ok(plain(&answer_watch(before, scene.opened, &asked.question, watch)?))
}

fn run(request: &Request, Given { scene, .. }: Given, watch: &dyn Watch) -> Result<Outcome, Fault> {
    let results = read::<StudyRequest>(request)?.found(scene.opened, (watch, &mut |_| {}))?;
    let report = report_of(scene.opened, &results);
    Ok(Outcome { result: json_bytes(&report), exports: Exports::of_study(&results, &report)? })
}

fn claims(request: &Request, Given { scene, .. }: Given, watch: &dyn Watch) -> Result<Outcome, Fault> {
    if scene.opened.claims.is_empty() {
        return Err(Fault::new("the study has no claims; docs/formats/claims.md says how to write claims.toml"));
    }
    let report = read::<StudyRequest>(request)?.answer(scene, watch)?;
    Ok(plain(&ClaimsReport { head: &report.head, claims: &report.claims }))
}

/// Fields that name something of the study, in any kind.
const NAMED: [(&str, Target); 10] = [
    ("actor", Target::Actor),
    ("by", Target::Actor),
    ("of", Target::Actor),
    ("player", Target::Actor),
    ("bloc", Target::Actor),
    ("shipper", Target::Actor),
    ("from", Target::Node),
    ("to", Target::Node),
    ("commodity", Target::Commodity),
    ("undo", Target::Asset),
];

impl Kind {
    /// The kind a request names, and the request in the one way to write it: all defaults, keys for names, the study's
    /// own date left out. Two requests that ask the same are the same text.
    pub fn canonical(mut request: Request, opened: &Opened) -> Result<(&'static Self, Request), Refused> {
        let name = request.remove("kind");
        let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
        let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
            let all: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
            let message = format!("no kind of run is called `{name}`; there are {}", all.join(", "));
            return Err(Fault::at("kind", message).into());
        };
        let mut request = (kind.settle)(request)?;
        for (field, target) in NAMED {
            if kind.name == WATCH && target == Target::Node {
                continue;
            }
            if let Some(value) = request.get_mut(field) {
                settle_names(opened, (field, target), value)?;
            }
        }
        if request.get("as_of").and_then(Value::as_str) == Some(&opened.model.head.as_of.to_string()) {
            request.remove("as_of");
        }
        Ok((kind, request))
    }

    /// The kind of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The version of the study that a request names.
    pub fn version<'a>(&self, request: &'a Request) -> Option<&'a str> {
        request.get("against").and_then(Value::as_str).filter(|_| self.name == WATCH)
    }

    /// Works out a request.
    pub fn answer(&self, request: &Request, given: Given, watch: &dyn Watch) -> Result<Outcome, Fault> {
        (self.answer)(request, given, watch)
    }
}

fn settle_names(opened: &Opened, (field, target): (&str, Target), value: &mut Value) -> Result<(), Fault> {
    match value {
        Value::String(text) => {
            *text = opened.names.key(target, text).map_err(|error| Fault::name(field, &error))?.to_owned();
            Ok(())
        }
        Value::Array(values) => values.iter_mut().try_for_each(|value| settle_names(opened, (field, target), value)),
        _ => Ok(()),
    }
}
