//! JSON schemas of the wire shape, as `docs/formats` keeps them.
use crate::wire::assign::AssignReport;
use crate::wire::brokerage::BrokerReport;
use crate::wire::calibrate::CalibrationReport;
use crate::wire::claims::ClaimsReport;
use crate::wire::consents::ConsentReport;
use crate::wire::dependence::DependReport;
use crate::wire::incidence::IncidenceReport;
use crate::wire::indices::IndicesReport;
use crate::wire::losses::ClosuresReport;
use crate::wire::newcomer::NewcomerReport;
use crate::wire::power::PowerReport;
use crate::wire::prior::PriorReport;
use crate::wire::repair::RepairReport;
use crate::wire::risk::RiskReport;
use crate::wire::run::{RunReport, ScenarioReport};
use crate::wire::stakes::RefuseReport;
use crate::wire::stress::{EachReport, ForecastReport, PairsReport, WorstReport};
use crate::wire::watch::WatchReport;
use crate::wire_check::CheckWire;
use crate::wire_route::{ExplainReport, RouteReport};
use schemars::{JsonSchema, schema_for};

/// Every schema with the name of its file under `docs/formats`.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("run.schema.json", text::<RunReport>()),
        ("scenario.schema.json", text::<ScenarioReport>()),
        ("claims.schema.json", text::<ClaimsReport>()),
        ("calibrate.schema.json", text::<CalibrationReport>()),
        ("close.schema.json", text::<ClosuresReport>()),
        ("refuse.schema.json", text::<RefuseReport>()),
        ("stress_each.schema.json", text::<EachReport>()),
        ("stress_pairs.schema.json", text::<PairsReport>()),
        ("consent.schema.json", text::<ConsentReport>()),
        ("newcomer.schema.json", text::<NewcomerReport>()),
        ("broker.schema.json", text::<BrokerReport>()),
        ("incidence.schema.json", text::<IncidenceReport>()),
        ("indices.schema.json", text::<IndicesReport>()),
        ("power.schema.json", text::<PowerReport>()),
        ("depend.schema.json", text::<DependReport>()),
        ("stress_worst.schema.json", text::<WorstReport>()),
        ("stress_risk.schema.json", text::<RiskReport>()),
        ("stress_monte_carlo.schema.json", text::<ForecastReport>()),
        ("repair.schema.json", text::<RepairReport>()),
        ("route.schema.json", text::<RouteReport>()),
        ("explain.schema.json", text::<ExplainReport>()),
        ("check.schema.json", text::<CheckWire>()),
        ("assign.schema.json", text::<AssignReport>()),
        ("watch.schema.json", text::<WatchReport>()),
        ("prior.schema.json", text::<PriorReport>()),
    ]
}

fn text<T: JsonSchema>() -> String {
    let schema = schema_for!(T);
    serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
}
