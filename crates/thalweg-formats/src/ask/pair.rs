//! Questions about one pair of places: its routes, and why something is shut to it.
use crate::fault::Fault;
use crate::opened::Opened;
use crate::targets::target;
use crate::wire_route::{ExplainReport, RouteReport, query_report, reason_row, route_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::routes::{RouteQuery, open_arcs, routes, why_shut};
use thalweg_model::mode::Mode;
use thalweg_model::scenario::{Change, Scenario};
use thalweg_network::instance::Instance;

/// The pair and the shipment. Places and actors go by key, code, name or alias.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Pair {
    /// Place it starts from.
    pub from: String,
    /// Place it goes to.
    pub to: String,
    /// What is shipped; the study's first commodity when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    /// Whose shipment it is; the state it starts from when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipper: Option<String>,
    /// Vehicle classes in place of the commodity's own for their mode.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vehicle: Vec<String>,
}

/// How routes between the two are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteRequest {
    /// The pair.
    #[serde(flatten)]
    pub pair: Pair,
    /// Only these modes; all when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mode: Vec<String>,
    /// Passages, states, terminals, crossings or links the shipper avoids; `operator:NAME` for operators.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub avoid: Vec<String>,
    /// The same that are closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub close: Vec<String>,
    /// How many routes.
    #[serde(default = "three")]
    #[schemars(range(min = 1, max = 100))]
    pub k: u16,
}

fn three() -> u16 {
    3
}

/// Most routes an answer lists.
const ROUTES_MAX: u16 = 100;

/// What is asked about, and for which shipment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainRequest {
    /// The pair.
    #[serde(flatten)]
    pub pair: Pair,
    /// The link, crossing, passage, terminal or territory asked about.
    pub at: String,
}

impl Pair {
    /// The query its names mean.
    pub fn query(&self, opened: &Opened, instance: &Instance) -> Result<RouteQuery, Fault> {
        let names = &opened.names;
        let from = names.node(&self.from).map_err(|error| Fault::name("from", &error))?;
        let to = names.node(&self.to).map_err(|error| Fault::name("to", &error))?;
        if from == to {
            let key = &opened.model.nodes[from.index()].key;
            let message = format!("`{}` and `{}` are both {key}: name another place", self.from, self.to);
            return Err(Fault::at("to", message));
        }
        let commodity = match &self.commodity {
            Some(text) => names.commodity(text).map_err(|error| Fault::name("commodity", &error))?,
            None if opened.model.commodities.is_empty() => return Err(Fault::new("the study has no commodity")),
            None => 0.into(),
        };
        let mut shipment = RouteQuery::shipment(instance, from, to, commodity);
        if let Some(text) = &self.shipper {
            shipment.shipper = Some(names.actor(text).map_err(|error| Fault::name("shipper", &error))?);
        }
        for text in &self.vehicle {
            let vehicle = names.vehicle(text).map_err(|error| Fault::name("vehicle", &error))?;
            let mode = opened.model.vehicles[vehicle.index()].mode;
            shipment.vehicles.retain(|other| opened.model.vehicles[other.index()].mode != mode);
            shipment.vehicles.push(vehicle);
            shipment.vehicles.sort_unstable();
        }
        Ok(RouteQuery { from, to, shipment, modes: Vec::new(), avoid: Vec::new(), count: 1 })
    }
}

impl RouteRequest {
    /// The routes in a state of the study, or what would open one.
    pub fn answer(&self, opened: &Opened, instance: &Instance) -> Result<RouteReport, Fault> {
        if !(1..=ROUTES_MAX).contains(&self.k) {
            return Err(Fault::at("k", format!("a number of routes is from 1 to {ROUTES_MAX}")));
        }
        let closed: Result<Vec<Change>, Fault> =
            self.close.iter().map(|text| target(&opened.names, "close", text).map(Change::Close)).collect();
        let closing = Scenario { changes: closed?, ..Scenario::base() };
        let closed = if closing.changes.is_empty() { None } else { Some(instance.apply(&closing)?) };
        let instance = closed.as_ref().unwrap_or(instance);
        let mut query = self.pair.query(opened, instance)?;
        query.count = usize::from(self.k);
        query.modes = self.mode.iter().map(|text| mode(text)).collect::<Result<_, _>>()?;
        query.avoid = self.avoid.iter().map(|text| target(&opened.names, "avoid", text)).collect::<Result<_, _>>()?;
        Ok(route_report(instance, &query, &routes(instance, &query)?))
    }
}

fn mode(text: &str) -> Result<Mode, Fault> {
    let unknown = || format!("no mode is called `{text}`; there are {}", Mode::NAMES.join(", "));
    Mode::parse(text).ok_or_else(|| Fault::at("mode", unknown()))
}

impl ExplainRequest {
    /// Why something is shut to the shipment, if it is.
    pub fn answer(&self, opened: &Opened, instance: &Instance) -> Result<ExplainReport, Fault> {
        let query = self.pair.query(opened, instance)?;
        let at = target(&opened.names, "at", &self.at)?;
        let reasons: Vec<_> =
            why_shut(instance, &query.shipment, &at)?.iter().map(|reason| reason_row(instance, reason)).collect();
        let status = match open_arcs(instance, &query.shipment, &at)? {
            _ if reasons.is_empty() => "open",
            (0, _) => "shut",
            _ => "partly shut",
        };
        Ok(ExplainReport { status, subject: self.at.clone(), query: query_report(instance, &query), reasons })
    }
}
