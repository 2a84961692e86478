//! The wire shape of answers about one pair: `route` and `explain`.
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use thalweg_engine::routes::{Reason, Route, RouteAnswer, RouteQuery, modes, territories};
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;
use thalweg_model::rule::{GateSelector, Rule};
use thalweg_network::class::Class;
use thalweg_network::consent::Consent;
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, ArcRow, Vertex};
use thalweg_network::openings::{Opening, Permission, giver};
use thalweg_network::totals::PathTotals;

/// Answer of `thalweg route`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteReport {
    /// `reached` or `unreachable`.
    pub status: &'static str,
    /// What was asked, as understood.
    pub query: QueryReport,
    /// Routes, the cheapest first.
    pub routes: Vec<RouteRow>,
    /// Where unreachable: smallest sets of permissions that would open a route, the cheapest first.
    pub openings: Vec<OpeningRow>,
    /// Where reached: whose consent it needs.
    pub consent: Option<ConsentRow>,
    /// Where unreachable with no opening listed: why.
    pub note: String,
}

/// The question as understood.
#[derive(Debug, Serialize, JsonSchema)]
pub struct QueryReport {
    /// Node key.
    pub from: String,
    /// Node key.
    pub to: String,
    /// Commodity key.
    pub commodity: String,
    /// Unit of the commodity; costs are per unit.
    pub unit: String,
    /// ISO 4217.
    pub currency: String,
    /// Date of rules, tolls and statuses.
    pub as_of: String,
    /// Actor key, empty for nobody named.
    pub shipper: String,
    /// Vehicle class keys.
    pub vehicles: Vec<String>,
}

/// One route.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RouteRow {
    /// km.
    pub length_km: f64,
    /// h.
    pub time_h: f64,
    /// Root of the summed variances, h.
    pub time_sd_h: f64,
    /// Generalised cost by component and in total, currency per unit.
    pub cost: BTreeMap<&'static str, f64>,
    /// Modes in order, each once.
    pub modes: Vec<&'static str>,
    /// Territories in order, each once; ISO 3166 alpha-3 where the study uses it.
    pub territories: Vec<String>,
    /// Passages in order.
    pub passages: Vec<String>,
    /// Number of borders crossed.
    pub borders: usize,
    /// Number of breaks of gauge.
    pub gauge_changes: usize,
    /// Tolls and surcharges by receiver, currency per unit.
    pub receipts: BTreeMap<String, f64>,
    /// Lowest confidence of the rows it uses.
    pub confidence: &'static str,
    /// Operations in order.
    pub legs: Vec<LegRow>,
}

/// One operation of a route.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LegRow {
    /// move, load, unload, transfer, gauge_change, border_exit, border_entry, passage, supply.
    pub operation: &'static str,
    /// Place where it starts, empty inside a link.
    pub from: String,
    /// Place where it ends, empty inside a link.
    pub to: String,
    /// Mode, empty where none.
    pub mode: &'static str,
    /// Key of the row it comes from.
    pub row: String,
    /// State, empty at sea.
    pub territory: String,
    /// Operator, empty where none is named.
    pub operator: String,
    /// km.
    pub length_km: f64,
    /// h.
    pub time_h: f64,
    /// h.
    pub time_sd_h: f64,
    /// Currency per unit.
    pub cost: f64,
    /// Currency per unit.
    pub toll: f64,
    /// Source keys of the row.
    pub sources: Vec<String>,
    /// Confidence of the row.
    pub confidence: &'static str,
}

/// A set of permissions and the route it opens.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpeningRow {
    /// All needed.
    pub permissions: Vec<PermissionRow>,
    /// Generalised cost of the route it opens, currency per unit.
    pub cost: f64,
    /// km.
    pub length_km: f64,
    /// Territories of that route.
    pub territories: Vec<String>,
}

/// One permission.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PermissionRow {
    /// `lift` a denial or `open` something shut or planned.
    pub kind: &'static str,
    /// Who can give it, empty where nobody is named.
    pub actor: String,
    /// Lever of the denial, empty for openings.
    pub lever: &'static str,
    /// What is lifted or opened, in words.
    pub what: String,
    /// Rule key of the denial, empty for openings.
    pub rule: String,
}

/// Whose consent a pair needs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ConsentRow {
    /// Actors each of whom can stop it alone.
    pub vetoes: Vec<String>,
    /// Minimal coalitions of up to three that can stop it.
    pub blocking: Vec<Vec<String>>,
    /// Minimal coalitions whose agreement is enough.
    pub opening: Vec<Vec<String>>,
    /// Whether `opening` lists all of them.
    pub opening_complete: bool,
}

/// Why something is shut to a shipment.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReasonRow {
    /// `not_open`, `not_carried`, `too_large` or `rule`.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// Rule key, empty for other reasons.
    pub rule: String,
    /// Who decided, empty for other reasons.
    pub actor: String,
    /// ISO date, empty where open.
    pub valid_from: String,
    /// ISO date, empty where open.
    pub valid_until: String,
    /// Titles and addresses of the sources.
    pub sources: Vec<String>,
    /// Confidence of the rule.
    pub confidence: &'static str,
}

/// Answer of `thalweg explain` about one element.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainReport {
    /// `open`, `shut`, or `partly shut` where some of its operations are open.
    pub status: &'static str,
    /// What was asked about.
    pub subject: String,
    /// Who asks.
    pub query: QueryReport,
    /// Why it is shut; empty where it is open.
    pub reasons: Vec<ReasonRow>,
}

/// The report of a route query.
pub fn route_report(instance: &Instance, query: &RouteQuery, answer: &RouteAnswer) -> RouteReport {
    let reached = !answer.routes.is_empty();
    let note = if reached || !answer.openings.is_empty() {
        String::new()
    } else {
        "no set of up to three permissions opens a route: the places are not joined by modes that carry this commodity \
         in these vehicles, or more than three actors refuse"
            .to_owned()
    };
    RouteReport {
        status: if reached { "reached" } else { "unreachable" },
        query: query_report(instance, query),
        routes: answer.routes.iter().map(|route| route_row(instance, &answer.class, route)).collect(),
        openings: answer.openings.iter().map(|opening| opening_row(instance, opening)).collect(),
        consent: answer.consent.as_ref().map(|consent| consent_row(&instance.model, consent)),
        note,
    }
}

/// The question in the study's keys.
pub fn query_report(instance: &Instance, query: &RouteQuery) -> QueryReport {
    let model = &instance.model;
    let commodity = &model.commodities[query.shipment.commodity.index()];
    QueryReport {
        from: model.nodes[query.from.index()].key.clone(),
        to: model.nodes[query.to.index()].key.clone(),
        commodity: commodity.key.clone(),
        unit: commodity.unit.to_string(),
        currency: model.head.currency.clone(),
        as_of: instance.as_of.to_string(),
        shipper: query.shipment.shipper.map_or_else(String::new, |actor| actor_key(model, actor)),
        vehicles: query.shipment.vehicles.iter().map(|id| model.vehicles[id.index()].key.clone()).collect(),
    }
}

fn actor_key(model: &Model, actor: ActorId) -> String {
    model.actors[actor.index()].key.clone()
}

/// Components of a generalised cost with their total.
pub fn cost_components(totals: &PathTotals) -> BTreeMap<&'static str, f64> {
    BTreeMap::from([
        ("transport", totals.cost),
        ("tolls", totals.toll),
        ("surcharges", totals.surcharge),
        ("time", totals.time_value),
        ("unreliability", totals.spread_value),
        ("total", totals.generalised()),
    ])
}

fn route_row(instance: &Instance, class: &Class, route: &Route) -> RouteRow {
    let model = &instance.model;
    let legs: Vec<LegRow> = route.arcs.iter().map(|arc| leg_row(instance, class, *arc)).collect();
    let count = |operation: &str| legs.iter().filter(|leg| leg.operation == operation).count();
    let receiver = |actor: &Option<ActorId>| actor.map_or_else(|| "nobody named".to_owned(), |id| actor_key(model, id));
    let passages = route
        .arcs
        .iter()
        .filter_map(|arc| instance.network.arc(*arc).gates.passage)
        .map(|passage| model.passages[passage.index()].key.clone())
        .collect();
    let worst = route
        .arcs
        .iter()
        .filter_map(|arc| provenance(instance, instance.network.arc(*arc).row))
        .map(|row| row.confidence)
        .max();
    RouteRow {
        length_km: route.totals.length_km,
        time_h: route.totals.time_h,
        time_sd_h: route.totals.time_sd_h(),
        cost: cost_components(&route.totals),
        modes: modes(instance, &route.arcs).into_iter().map(|mode| mode.name()).collect(),
        territories: territories(instance, &route.arcs).into_iter().map(|actor| actor_key(model, actor)).collect(),
        passages,
        borders: count("border_exit"),
        gauge_changes: count("gauge_change"),
        receipts: route.totals.receipts.iter().map(|(actor, amount)| (receiver(actor), *amount)).collect(),
        confidence: worst.map_or("", |confidence| confidence.name()),
        legs,
    }
}

/// Where a row of the network comes from, `None` for what the study implies.
pub fn provenance(instance: &Instance, row: ArcRow) -> Option<&thalweg_model::model::Provenance> {
    let model = &instance.model;
    match row {
        ArcRow::Link(link, _) => Some(&model.links[link.index()].provenance),
        ArcRow::Passage(passage, ..) => Some(&model.passages[passage.index()].provenance),
        ArcRow::Transfer(transfer, _) => Some(&model.transfers[transfer.index()].provenance),
        ArcRow::Exit(side) | ArcRow::Entry(side) => Some(&model.sides[side.index()].provenance),
        ArcRow::Supply(supply) => model.supplies.get(supply.index()).map(|row| &row.provenance),
        ArcRow::ImpliedBorder | ArcRow::Unlisted(_) => None,
    }
}

/// Key of the row of an arc, in the study's words.
pub fn row_key(instance: &Instance, row: ArcRow) -> String {
    let model = &instance.model;
    match row {
        ArcRow::Link(link, _) => model.links[link.index()].key.clone(),
        ArcRow::Passage(passage, ..) => model.passages[passage.index()].key.clone(),
        ArcRow::Transfer(transfer, _) => model.transfers[transfer.index()].key.clone(),
        ArcRow::Exit(side) | ArcRow::Entry(side) => {
            let side = &model.sides[side.index()];
            format!("{} ({})", model.crossings[side.crossing.index()].key, actor_key(model, side.territory))
        }
        ArcRow::Supply(supply) => {
            let own = model.supplies.len();
            let row = model.supplies.get(supply.index());
            row.unwrap_or_else(|| &instance.supply.extra_supplies[supply.index() - own]).key.clone()
        }
        ArcRow::Unlisted(node) => model.nodes[node.index()].key.clone(),
        ArcRow::ImpliedBorder => "implied border".to_owned(),
    }
}

fn leg_row(instance: &Instance, class: &Class, id: ArcId) -> LegRow {
    let model = &instance.model;
    let arc = instance.network.arc(id);
    let cost = &class.costs[id.index()];
    let place = |vertex| {
        let named = instance.network.place(vertex).map(|node| model.nodes[node.index()].key.clone());
        named.unwrap_or_else(|| match instance.network.vertex(vertex) {
            Vertex::Supplier(_) => row_key(instance, arc.row),
            _ => String::new(),
        })
    };
    let charges = class.charges.get(&id.0).cloned().unwrap_or_default();
    let source = provenance(instance, arc.row);
    LegRow {
        operation: arc.operation.name(),
        from: place(arc.tail),
        to: place(arc.head),
        mode: arc.gates.mode.map_or("", |mode| mode.name()),
        row: row_key(instance, arc.row),
        territory: arc.gates.territory.map_or_else(String::new, |actor| actor_key(model, actor)),
        operator: arc.gates.operator.map_or_else(String::new, |actor| actor_key(model, actor)),
        length_km: arc.length_km,
        time_h: cost.time_h + charges.delay_h,
        time_sd_h: cost.time_sd_h,
        cost: cost.cost,
        toll: cost.toll + charges.surcharge,
        sources: source.map_or_else(Vec::new, |row| {
            row.sources.iter().map(|source| model.sources[source.index()].key.clone()).collect()
        }),
        confidence: source.map_or("", |row| row.confidence.name()),
    }
}

fn opening_row(instance: &Instance, opening: &Opening) -> OpeningRow {
    let model = &instance.model;
    let arcs = &opening.path.arcs;
    OpeningRow {
        permissions: opening.permissions.iter().map(|permission| permission_row(instance, permission)).collect(),
        cost: opening.path.cost,
        length_km: arcs.iter().map(|arc| instance.network.arc(*arc).length_km).sum(),
        territories: territories(instance, arcs).into_iter().map(|actor| actor_key(model, actor)).collect(),
    }
}

fn permission_row(instance: &Instance, permission: &Permission) -> PermissionRow {
    let model = &instance.model;
    let actor = giver(model, permission).map_or_else(String::new, |actor| actor_key(model, actor));
    match permission {
        Permission::Lift { lever, gate, rule, .. } => PermissionRow {
            kind: "lift",
            actor,
            lever: lever.name(),
            what: format!("its denial at {}", gate_words(model, gate)),
            rule: rule.clone(),
        },
        Permission::LiftAfter { rules } => PermissionRow {
            kind: "lift",
            actor,
            lever: "",
            what: "its denial to shipments with this history".to_owned(),
            rule: rules.join("|"),
        },
        Permission::Open { row, status } => PermissionRow {
            kind: "open",
            actor,
            lever: "",
            what: format!(
                "{} ({})",
                row_key(instance, *row),
                if status.name() == "open" { "shut by the scenario" } else { status.name() }
            ),
            rule: String::new(),
        },
    }
}

/// A gate selector in words: `territory AZE, mode rail`.
pub fn gate_words(model: &Model, gate: &GateSelector) -> String {
    let actor = |label: &str, id: Option<ActorId>| id.map(|id| format!("{label} {}", actor_key(model, id)));
    let parts: Vec<String> = [
        actor("territory", gate.territory),
        actor("operator", gate.operator),
        actor("owner", gate.owner),
        gate.crossing.map(|id| format!("crossing {}", model.crossings[id.index()].key)),
        actor("side", gate.side),
        gate.terminal.map(|id| format!("terminal {}", model.nodes[id.index()].key)),
        gate.passage.map(|id| format!("passage {}", model.passages[id.index()].key)),
        gate.asset.map(|id| format!("asset {}", model.assets[id.index()].key)),
        gate.link.as_ref().map(|key| format!("link {key}")),
        gate.mode.map(|mode| format!("mode {mode}")),
        gate.operation.map(|operation| format!("operation {operation}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { "every gate".to_owned() } else { parts.join(", ") }
}

/// Consent in the study's keys.
pub fn consent_row(model: &Model, consent: &Consent) -> ConsentRow {
    let keys = |actors: &Vec<ActorId>| actors.iter().map(|actor| actor_key(model, *actor)).collect::<Vec<_>>();
    ConsentRow {
        vetoes: keys(&consent.vetoes),
        blocking: consent.blocking.iter().map(keys).collect(),
        opening: consent.opening.iter().map(keys).collect(),
        opening_complete: consent.opening_complete,
    }
}

/// Why an element is shut, for `explain`.
pub fn reason_row(instance: &Instance, reason: &Reason) -> ReasonRow {
    let plain = |kind, text: String| ReasonRow {
        kind,
        text,
        rule: String::new(),
        actor: String::new(),
        valid_from: String::new(),
        valid_until: String::new(),
        sources: Vec::new(),
        confidence: "",
    };
    match reason {
        Reason::NotOpen => plain("not_open", "its row says closed or planned, or a scenario shut it".to_owned()),
        Reason::NotCarried => plain("not_carried", "it does not carry this commodity".to_owned()),
        Reason::TooLarge(limit) => plain("too_large", format!("the vehicle exceeds limit {limit}")),
        Reason::Rule(rule) => rule_reason(&instance.model, rule),
    }
}

fn rule_reason(model: &Model, rule: &Rule) -> ReasonRow {
    let date = |date: Option<thalweg_model::validity::Date>| date.map_or_else(String::new, |date| date.to_string());
    let source = |id: &thalweg_model::ids::SourceId| {
        let source = &model.sources[id.index()];
        format!("{} <{}>", source.title, source.url)
    };
    ReasonRow {
        kind: "rule",
        text: format!(
            "{} denies it by {} at {}",
            actor_key(model, rule.actor),
            rule.lever,
            gate_words(model, &rule.gate)
        ),
        rule: rule.key.clone(),
        actor: actor_key(model, rule.actor),
        valid_from: date(rule.provenance.validity.from),
        valid_until: date(rule.provenance.validity.until),
        sources: rule.provenance.sources.iter().map(source).collect(),
        confidence: rule.provenance.confidence.name(),
    }
}
