//! Capacitated flow of priced segments: least cost exact, and the dispersed program beside it.

mod columns;
pub mod dispersed;
mod dual;
pub mod face;
pub mod graph;
pub mod identities;
mod inverse;
mod master;
pub mod min_cost;
mod pivot;
pub mod price;
mod primal;
pub(crate) mod projection;
pub mod solver;
mod start;

use std::fmt;

/// Shipments that share origin, destination and class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Units to be shipped.
    pub demand: f64,
    /// What a unit costs that is not delivered.
    pub unserved_cost: f64,
}

/// A limit that the weighted flow of several arcs shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Units that fit; finite.
    pub capacity: f64,
    /// Price of a unit above capacity, or none when nothing may exceed it.
    pub overflow_price: Option<f64>,
}

/// What is to be solved, apart from the paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The segments, by index.
    pub segments: Vec<Segment>,
    /// The capacity groups, by index.
    pub groups: Vec<Group>,
}

/// One path of one segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The segment it serves.
    pub segment: u32,
    /// Resource cost, tolls and surcharges of a unit, without group prices.
    pub cost: f64,
    /// Group and weight, by ascending group, each group once.
    pub usage: Vec<(u32, f64)>,
    /// The arcs, in a form that only the pricing reads.
    pub path: Box<[u32]>,
}

/// The cheapest admissible path of a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The segment it is for.
    pub segment: u32,
    /// Cost plus group prices of the path; where no path is below the limit asked for, any bound from below that is
    /// not under the limit.
    pub price: f64,
    /// The path, where the price is below the limit asked for.
    pub column: Option<Column>,
}

/// What a pricing is asked.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// Price of a unit of each group; never negative.
    pub group_price: &'a [f64],
    /// By segment: only a path cheaper than this is wanted.
    pub limit: &'a [f64],
}

/// Finds cheapest admissible paths: the door between this program and a network.
///
/// Answers depend on nothing but the arguments; ties are broken the same way each time.
pub trait Pricing: Sync {
    /// The segments in batches that one search serves, such as those of one class and origin.
    fn batches(&self) -> &[Box<[u32]>];

    /// One offer for each segment of the batch, in its order.
    fn cheapest(&self, ask: Ask<'_>, batch: &[u32]) -> Vec<Offer>;

    /// Cost of a path found earlier, perhaps in another state; none when this state forbids it.
    fn reprice(&self, segment: u32, path: &[u32]) -> Option<f64>;
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Stop once (primal - bound) / primal is no larger; zero asks for a vertex.
    pub relative_gap: f64,
    /// Most rounds of path generation.
    pub rounds_max: u32,
}

/// A path and what flows on it.
#[derive(Clone, Debug, PartialEq)]
pub struct PathFlow {
    /// The segment it serves.
    pub segment: u32,
    /// Units shipped.
    pub flow: f64,
    /// Cost of a unit, without group prices.
    pub cost: f64,
    /// Group and weight.
    pub usage: Vec<(u32, f64)>,
    /// The arcs, as the pricing wrote them.
    pub path: Box<[u32]>,
}

/// How good an answer is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certificate {
    /// Cost of the flow at hand.
    pub primal: f64,
    /// No flow costs less.
    pub dual_bound: f64,
    /// (primal - bound) / max(|primal|, smallest positive number).
    pub relative_gap: f64,
    /// Largest excess over a capacity that has no overflow price, relative to that capacity.
    pub capacity_violation_max: f64,
    /// Paths held.
    pub columns: usize,
    /// Rounds of path generation.
    pub rounds: u32,
    /// Exchanges of the basis.
    pub pivots: u64,
    /// What kind of answer this is.
    pub solved: Solved,
}

/// What kind of answer a certificate belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solved {
    /// A vertex: no path of the network has a negative reduced cost.
    Vertex,
    /// Within the gap asked for.
    WithinGap,
    /// The smooth dual has converged.
    SmoothDual,
    /// Cancelled or out of rounds; the best so far.
    Interrupted,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Cost of paths, of what is unserved and of overflow.
    pub value: f64,
    /// Paths with flow, by segment.
    pub paths: Vec<PathFlow>,
    /// Weighted flow of each group.
    pub group_flow: Vec<f64>,
    /// Units not delivered, by segment.
    pub unserved: Vec<f64>,
    /// Price at which a unit is delivered or given up, by segment.
    pub delivered_price: Vec<f64>,
    /// Shadow price of each group; where only a sum is identified, one of the possible splits.
    pub group_price: Vec<f64>,
    /// How good this is.
    pub certificate: Certificate,
}

/// Input that has no meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FlowError {
    /// A demand that is negative or not a finite number.
    Demand {
        /// Index of the segment.
        segment: usize,
        /// What stood there.
        value: f64,
    },
    /// A cost of not being served that is negative or not a finite number.
    UnservedCost {
        /// Index of the segment.
        segment: usize,
        /// What stood there.
        value: f64,
    },
    /// A capacity that is negative or not a finite number.
    Capacity {
        /// Index of the group.
        group: usize,
        /// What stood there.
        value: f64,
    },
    /// An overflow price that is negative or not a finite number.
    OverflowPrice {
        /// Index of the group.
        group: usize,
        /// What stood there.
        value: f64,
    },
    /// A relative gap that is negative or not a number.
    Gap {
        /// What was asked for.
        value: f64,
    },
    /// A path with a negative cost, an unknown group or segment, or a weight that is not positive.
    Path {
        /// The segment it was offered for.
        segment: u32,
    },
    /// A dispersion that is not a positive finite number.
    Dispersion {
        /// What was asked for.
        value: f64,
    },
}

impl fmt::Display for FlowError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demand { segment, value } => {
                write!(out, "segment {segment}: demand {value} is not a number from zero up")
            }
            Self::UnservedCost { segment, value } => {
                write!(out, "segment {segment}: cost of not being served {value} is not a number from zero up")
            }
            Self::Capacity { group, value } => {
                write!(out, "group {group}: capacity {value} is not a number from zero up")
            }
            Self::OverflowPrice { group, value } => {
                write!(out, "group {group}: overflow price {value} is not a number from zero up")
            }
            Self::Gap { value } => write!(out, "a relative gap of {value} cannot be reached"),
            Self::Path { segment } => write!(
                out,
                "segment {segment}: the path offered has a negative cost, an unknown group or a weight that is not positive"
            ),
            Self::Dispersion { value } => {
                write!(out, "dispersion {value} is not a positive number")
            }
        }
    }
}

impl std::error::Error for FlowError {}
