//! The JSON of `thalweg assign`.
use schemars::JsonSchema;
use serde::Serialize;

/// Flows on a road network, as figures. Times, costs and gaps count in the unit of time of the network's files.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssignReport {
    /// `ue`, `so`, `aon` or `least-cost`.
    pub method: &'static str,
    /// Number of zones.
    pub zones: u32,
    /// Number of nodes, zones included.
    pub nodes: u32,
    /// Number of directed links.
    pub links: usize,
    /// Trips of the table, those within zones and those left out included.
    pub trips: f64,
    /// (TSTT - SPTT) / TSTT at the costs of the method; for `least-cost` (value - bound) / value.
    pub relative_gap: f64,
    /// Sum over links of the integral of the user's cost from zero to the flow.
    pub beckmann: f64,
    /// Sum over links of flow times the user's cost.
    pub tstt: f64,
    /// Rounds of shortest paths.
    pub iterations: u32,
    /// From the start of the command to the last flow, reading included, s.
    pub seconds: f64,
    /// Largest resident memory, MB; null where the system does not tell.
    pub peak_memory_mb: Option<f64>,
    /// Whether the gap asked for was reached.
    pub converged: bool,
    /// Whether the work was stopped; the figures are then those of the best flows so far.
    pub interrupted: bool,
    /// What is on no link.
    pub left_out: LeftOutWire,
    /// Single closures in the network's order of links; null unless asked for.
    pub closures: Option<Vec<RoadClosureWire>>,
}

/// What is on no link, by reason.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LeftOutWire {
    /// Trips that begin and end in one zone.
    pub intrazonal: f64,
    /// Trips between zones that no path joins.
    pub unreachable: f64,
    /// How many pairs of zones those are.
    pub unreachable_pairs: u64,
    /// Trips that found no capacity at less than `--unserved-cost`; `least-cost` only.
    pub unserved: f64,
    /// Links that can carry nothing: without capacity though their time depends on it, or with both ends at one node.
    pub closed_links: usize,
    /// Trips the file declares less those it gives; null where it declares none.
    pub declared_less_given: Option<f64>,
}

/// One link closed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RoadClosureWire {
    /// Node the link leaves, as the file names it.
    pub from: String,
    /// Node the link enters.
    pub to: String,
    /// Change of the total cost of the trips that still have a path; below zero where users gain (Braess).
    pub cost_change: f64,
    /// Trips that lose their last path.
    pub unreachable: f64,
    /// The gap reached without the link; null at fixed costs.
    pub relative_gap: Option<f64>,
}
