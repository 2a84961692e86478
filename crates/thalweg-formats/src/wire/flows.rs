//! The wire shape of least-cost flows by link and gate, and of what a change does to them.
use crate::report::traffic;
use crate::wire::losses::LossRow;
use crate::wire::prices::{BottleneckRow, bottleneck_rows};
use crate::wire::run::LoadRow;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use thalweg_engine::figures::{LEAST_COST, loads};
use thalweg_engine::oracle::Value;
use thalweg_model::ids::CommodityId;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;

/// What a state costs and delivers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StateHead {
    /// Study key.
    pub study: String,
    /// Date of rules, capacities and demands.
    pub as_of: String,
    /// ISO 4217; amounts are a year.
    pub currency: String,
    /// Year of the prices.
    pub price_year: i16,
    /// `least_cost`: the exact program under capacities.
    pub program: &'static str,
    /// Cost of delivery and non-delivery, currency a year.
    pub cost: f64,
    /// Relative gap of its certificate.
    pub relative_gap: f64,
    /// Volume delivered by commodity, units a year.
    pub served: BTreeMap<String, f64>,
    /// Volume not delivered by commodity, units a year.
    pub unserved: BTreeMap<String, f64>,
    /// Unit of each commodity's volumes.
    pub units: BTreeMap<String, String>,
}

/// Least-cost flows of one state.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowsReport {
    /// What the state costs and delivers.
    pub head: StateHead,
    /// Volumes of links, by commodity.
    pub links: Vec<LinkFlowRow>,
    /// How full each limited element is: links, terminals, crossings, passages, supplies, groups.
    pub loads: Vec<LoadRow>,
    /// What one more unit through full limits would save.
    pub bottlenecks: Vec<BottleneckRow>,
    /// Volumes through terminals, borders and passages, by commodity.
    pub gates: Vec<GateFlowRow>,
}

/// The volume of one link and commodity.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LinkFlowRow {
    /// Link key.
    pub link: String,
    /// Commodity key.
    pub commodity: String,
    /// From the link's first place to its second, units a year.
    pub forward: f64,
    /// The other way.
    pub backward: f64,
    /// Both together.
    pub volume: f64,
}

/// The volume of one commodity through one gate, each shipment counted once.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GateFlowRow {
    /// `terminal`, `crossing`, `passage` or `territory`.
    pub kind: &'static str,
    /// Key of the gate.
    pub gate: String,
    /// Commodity key.
    pub commodity: String,
    /// Units a year.
    pub volume: f64,
}

/// What a state changes against the one it is made from.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WhatIfReport {
    /// Before.
    pub before: StateHead,
    /// After.
    pub after: StateHead,
    /// The difference.
    pub change: LossRow,
    /// Fall of welfare by actor, currency a year; gains are negative.
    pub welfare_loss: BTreeMap<String, f64>,
    /// Links whose volume differs.
    pub links: Vec<LinkChangeRow>,
    /// What one more unit through full limits would have saved before.
    pub bottlenecks_before: Vec<BottleneckRow>,
    /// What it would save after.
    pub bottlenecks: Vec<BottleneckRow>,
}

/// A link whose volume differs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LinkChangeRow {
    /// Link key.
    pub link: String,
    /// Commodity key.
    pub commodity: String,
    /// Units a year before.
    pub before: f64,
    /// Units a year after.
    pub after: f64,
}

/// What a solved state costs and delivers.
pub fn state_head(value: &Value) -> StateHead {
    let instance = &value.instance;
    let head = &instance.model.head;
    let (mut served, mut unserved, mut units) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (segment, flow) in instance.demand.segments.iter().zip(&value.assignment.segments) {
        let commodity = &instance.model.commodities[segment.commodity.index()];
        *served.entry(commodity.key.clone()).or_insert(0.0) += flow.served();
        *unserved.entry(commodity.key.clone()).or_insert(0.0) += flow.unserved;
        units.entry(commodity.key.clone()).or_insert_with(|| commodity.unit.to_string());
    }
    StateHead {
        study: head.name.clone(),
        as_of: instance.as_of.to_string(),
        currency: head.currency.clone(),
        price_year: head.price_year,
        program: LEAST_COST,
        cost: value.value,
        relative_gap: value.certificate().relative_gap,
        served,
        unserved,
        units,
    }
}

/// Flows of a solved state.
pub fn flows_report(value: &Value) -> FlowsReport {
    let instance = &value.instance;
    let model = &instance.model;
    let mut links = Vec::new();
    for (link, traffic) in traffic::traffic(instance, &value.assignment) {
        for (position, commodity) in model.commodities.iter().enumerate() {
            let of = |side: &BTreeMap<CommodityId, f64>| side.get(&position.into()).copied().unwrap_or_default();
            let (forward, backward) = (of(&traffic.forward), of(&traffic.backward));
            if forward + backward > 0.0 {
                let (link, commodity) = (model.links[link.index()].key.clone(), commodity.key.clone());
                links.push(LinkFlowRow { link, commodity, forward, backward, volume: forward + backward });
            }
        }
    }
    let load = |load: thalweg_engine::figures::Load| LoadRow {
        ratio: (load.capacity > 0.0).then(|| load.volume / load.capacity),
        element: load.element,
        volume: load.volume,
        background: load.background,
        capacity: load.capacity,
        unit: load.unit,
    };
    FlowsReport {
        head: state_head(value),
        links,
        loads: loads(instance, &value.assignment).into_iter().map(load).collect(),
        bottlenecks: bottleneck_rows(value),
        gates: gate_rows(value),
    }
}

/// The kinds of gate a volume is counted at, in the order of `gates_of`.
const GATE_KINDS: [&str; 4] = ["terminal", "crossing", "passage", "territory"];

fn gates_of(instance: &Instance, arc: usize) -> [Option<usize>; 4] {
    let arc = &instance.network.arcs()[arc];
    // A crossing is counted where a shipment leaves: its entry would count it again.
    let leaves = matches!(arc.row, ArcRow::Exit(_));
    [
        arc.gates.terminal.map(|id| id.index()),
        arc.gates.crossing.filter(|_| leaves).map(|id| id.index()),
        arc.gates.passage.map(|id| id.index()),
        arc.gates.territory.map(|id| id.index()),
    ]
}

fn gate_rows(value: &Value) -> Vec<GateFlowRow> {
    let instance = &value.instance;
    let model = &instance.model;
    let mut volumes: BTreeMap<(usize, usize, CommodityId), f64> = BTreeMap::new();
    for (segment, flow) in instance.demand.segments.iter().zip(&value.assignment.segments) {
        for path in &flow.paths {
            let mut met: Vec<(usize, usize)> = Vec::new();
            for arc in &path.arcs {
                let gates = gates_of(instance, arc.index()).into_iter().enumerate();
                met.extend(gates.filter_map(|(kind, gate)| Some((kind, gate?))));
            }
            met.sort_unstable();
            met.dedup();
            for (kind, gate) in met {
                *volumes.entry((kind, gate, segment.commodity)).or_default() += path.volume;
            }
        }
    }
    let name = |kind: usize, gate: usize| match kind {
        0 => model.nodes[gate].key.clone(),
        1 => model.crossings[gate].key.clone(),
        2 => model.passages[gate].key.clone(),
        _ => model.actors[gate].key.clone(),
    };
    let row = |((kind, gate, commodity), volume): ((usize, usize, CommodityId), f64)| GateFlowRow {
        kind: GATE_KINDS[kind],
        gate: name(kind, gate),
        commodity: model.commodities[commodity.index()].key.clone(),
        volume,
    };
    volumes.into_iter().map(row).collect()
}
