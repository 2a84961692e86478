//! A prior demand table: totals by place spread over pairs by the cost of the cheapest way between them.
//!
//! Doubly constrained entropy (Wilson 1967): `T = a b exp(-beta c)` is, of all tables with these totals and this mean cost,
//! the one that the most single choices make. Its margins and `beta` are found by `furness` and by halving.
use crate::furness::{Balance, FurnessError, Matrix, balance, short_rows};
use crate::routes::{RouteQuery, ends};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use thalweg_model::ids::{ActorId, CommodityId, NodeId};
use thalweg_network::class::{Class, TooManyFlags};
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;
use thalweg_network::totals::PathTotals;

/// What a place sends and receives, commodity units a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Total {
    /// The place.
    pub node: NodeId,
    /// What it sends.
    pub produces: f64,
    /// What it receives.
    pub attracts: f64,
}

/// How strongly cost keeps places apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Impedance {
    /// 1/(study currency per unit), as given.
    Beta(f64),
    /// The beta at which a unit costs so much on average, study currency per unit.
    MeanCost(f64),
}

/// Why nothing goes between two places, whatever the impedance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zero {
    /// They are one place.
    SamePlace,
    /// No way leads from the one to the other for this commodity.
    NoWay,
}

/// A pair of places, one that sends and one that receives.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// From.
    pub origin: NodeId,
    /// To.
    pub destination: NodeId,
    /// Generalised cost of the cheapest way, study currency per unit, and its time, h; or why there is none.
    pub way: Result<(f64, f64), Zero>,
    /// Commodity units a year.
    pub volume: f64,
    /// What the study's own demand wants between them, commodity units a year.
    pub stated: f64,
}

/// A prior table.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// Of what.
    pub commodity: CommodityId,
    /// All pairs of a place that sends and one that receives.
    pub pairs: Vec<Pair>,
    /// 1/(study currency per unit).
    pub beta: f64,
    /// Mean generalised cost of a unit.
    pub mean_cost: f64,
    /// The same where cost keeps nobody apart, beta 0.
    pub mean_cost_without: f64,
    /// Largest relative error of a total.
    pub error: f64,
    /// Passes over rows and columns at this beta.
    pub passes: u32,
    /// Entropy of the shares of pairs, nats.
    pub entropy: f64,
}

/// Why there is no prior.
#[derive(Debug, Clone, PartialEq)]
pub enum PriorError {
    /// Rules need too many history conditions.
    Flags(TooManyFlags),
    /// Totals that cannot be balanced.
    Totals(FurnessError),
    /// Some places send more than all places they have a way to receive.
    Short {
        /// The places that send.
        origins: Vec<NodeId>,
        /// What they send.
        produces: f64,
        /// What all they can reach receives.
        receivable: f64,
    },
    /// No beta from zero up gives the mean cost asked for.
    Unreached {
        /// What was asked for.
        asked: f64,
        /// The least mean cost that was reached.
        least: f64,
        /// The mean cost at beta 0.
        most: f64,
    },
    /// The totals were not met within the passes allowed: zeros force other pairs toward zero too.
    Unbalanced {
        /// Largest relative error of a total.
        error: f64,
        /// Passes made.
        passes: u32,
    },
}

impl fmt::Display for PriorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flags(error) => error.fmt(f),
            Self::Totals(error) => error.fmt(f),
            Self::Short { origins, produces, receivable } => write!(
                f,
                "{} of the places send {produces}, and all places they have a way to receive {receivable}",
                origins.len()
            ),
            Self::Unreached { asked, least, most } => {
                write!(f, "no table with these totals has a mean cost of {asked}; from {least} to {most} were reached")
            }
            Self::Unbalanced { error, passes } => {
                write!(f, "totals are still missed by a share of {error:e} after {passes} passes")
            }
        }
    }
}

impl std::error::Error for PriorError {}

impl From<TooManyFlags> for PriorError {
    fn from(error: TooManyFlags) -> Self {
        Self::Flags(error)
    }
}

/// When a table counts as balanced.
const BALANCED: Balance = Balance { accuracy: 1e-12, passes_max: 100_000 };
/// Relative distance from the mean cost asked for at which beta stands.
const MEAN_ACCURACY: f64 = 1e-10;
const DOUBLINGS_MAX: u32 = 40;
const HALVINGS_MAX: u32 = 200;

/// The totals of a study's own demand between fixed places, by place.
pub fn totals_of_demand(instance: &Instance, commodity: CommodityId) -> Vec<Total> {
    let mut totals: BTreeMap<NodeId, (f64, f64)> = BTreeMap::new();
    for ((origin, destination), volume) in stated(instance, commodity) {
        totals.entry(origin).or_default().0 += volume;
        totals.entry(destination).or_default().1 += volume;
    }
    totals.into_iter().map(|(node, (produces, attracts))| Total { node, produces, attracts }).collect()
}

/// What the study's own demand wants between fixed places.
fn stated(instance: &Instance, commodity: CommodityId) -> BTreeMap<(NodeId, NodeId), f64> {
    let mut volumes = BTreeMap::new();
    for segment in instance.demand.segments.iter().filter(|segment| segment.commodity == commodity) {
        let row = &instance.model.demands[segment.demand.index()];
        if let Some(origin) = row.origin {
            *volumes.entry((origin, row.destination)).or_default() += segment.volume;
        }
    }
    volumes
}

/// The table of these totals at this impedance.
pub fn prior(
    instance: &Instance,
    commodity: CommodityId,
    totals: &[Total],
    impedance: Impedance,
) -> Result<Prior, PriorError> {
    let origins: Vec<&Total> = totals.iter().filter(|row| row.produces != 0.0).collect();
    let destinations: Vec<&Total> = totals.iter().filter(|row| row.attracts != 0.0).collect();
    let places = [&origins, &destinations].map(|rows| rows.iter().map(|row| row.node).collect::<Vec<NodeId>>());
    let ways = skim(instance, commodity, (&places[0], &places[1]))?;
    let table = Table {
        rows: origins.iter().map(|row| row.produces).collect(),
        columns: destinations.iter().map(|row| row.attracts).collect(),
        costs: ways.iter().map(|row| row.iter().map(|way| way.ok().map(|(cost, _)| cost)).collect()).collect(),
    };
    let free = table.balanced_at(0.0, &places[0])?;
    let mean_cost_without = table.mean_cost(&free);
    let (beta, matrix) = match impedance {
        Impedance::Beta(beta) => (beta, table.balanced_at(beta, &places[0])?),
        Impedance::MeanCost(asked) => table.beta_of_mean(asked, free)?,
    };
    let sum: f64 = table.rows.iter().sum();
    let stated = stated(instance, commodity);
    let mut pairs = Vec::new();
    for (row, &origin) in places[0].iter().enumerate() {
        for (column, &destination) in places[1].iter().enumerate() {
            let stated = stated.get(&(origin, destination)).copied().unwrap_or(0.0);
            let (way, volume) = (ways[row][column], matrix.flow[row][column]);
            pairs.push(Pair { origin, destination, way, volume, stated });
        }
    }
    let shares = pairs.iter().map(|pair| pair.volume / sum).filter(|share| *share > 0.0);
    Ok(Prior {
        commodity,
        beta,
        mean_cost: table.mean_cost(&matrix),
        mean_cost_without,
        error: matrix.error,
        passes: matrix.passes,
        entropy: shares.map(|share| -share * share.ln()).sum(),
        pairs,
    })
}

/// Cost and time of the cheapest way by pair: what a route of the same shipment costs.
type Ways = Vec<Vec<Result<(f64, f64), Zero>>>;

/// The cheapest way of every pair, whatever the capacities; shipped by the state it starts from, in the usual vehicles.
fn skim(
    instance: &Instance,
    commodity: CommodityId,
    (origins, destinations): (&[NodeId], &[NodeId]),
) -> Result<Ways, TooManyFlags> {
    let state = |node: &NodeId| instance.model.nodes[node.index()].territory;
    let mut classes: BTreeMap<(Option<ActorId>, Option<ActorId>), Class> = BTreeMap::new();
    for origin in origins {
        for destination in destinations {
            let between = (state(origin), state(destination));
            if let std::collections::btree_map::Entry::Vacant(entry) = classes.entry(between) {
                let shipment = RouteQuery::shipment(instance, *origin, *destination, commodity);
                entry.insert(instance.class_of(&shipment)?);
            }
        }
    }
    let from = |origin: &NodeId| {
        let mut scratch = DijkstraScratch::default();
        let mut to = |destination: &NodeId| {
            if origin == destination {
                return Err(Zero::SamePlace);
            }
            let class = &classes[&(state(origin), state(destination))];
            let (start, end) = ends(instance, *origin, *destination).ok_or(Zero::NoWay)?;
            let path = Search::of(&instance.network, class).cheapest(start, end, &mut scratch).ok_or(Zero::NoWay)?;
            Ok((path.cost, PathTotals::of(&instance.network, class, &path.arcs).time_h))
        };
        destinations.iter().map(&mut to).collect()
    };
    Ok(origins.par_iter().map(from).collect())
}

/// Totals and costs; `None` where nothing goes.
struct Table {
    rows: Vec<f64>,
    columns: Vec<f64>,
    costs: Vec<Vec<Option<f64>>>,
}

impl Table {
    /// The balanced table at a beta. Costs are counted from the least of their row, and what is left from the least of
    /// its column: both are taken up by the factors.
    fn at(&self, beta: f64) -> Result<Matrix, FurnessError> {
        let least = |costs: &mut dyn Iterator<Item = f64>| costs.fold(f64::INFINITY, f64::min);
        let of_row: Vec<f64> = self.costs.iter().map(|costs| least(&mut costs.iter().flatten().copied())).collect();
        let above = |row: usize, column: usize| self.costs[row][column].map(|cost| cost - of_row[row]);
        let rows = 0..self.rows.len();
        let of_column: Vec<f64> = (0..self.columns.len())
            .map(|column| least(&mut rows.clone().filter_map(|row| above(row, column))))
            .collect();
        let weight = |row: usize, column: usize| {
            above(row, column).map_or(0.0, |above| (-beta * (above - of_column[column])).exp())
        };
        let deterrence: Vec<Vec<f64>> =
            rows.map(|row| (0..self.columns.len()).map(|column| weight(row, column)).collect()).collect();
        balance(&self.rows, &self.columns, &deterrence, BALANCED)
    }

    fn mean_cost(&self, matrix: &Matrix) -> f64 {
        let cells = matrix.flow.iter().flatten().zip(self.costs.iter().flatten());
        let spent: f64 = cells.map(|(flow, cost)| flow * cost.unwrap_or(0.0)).sum();
        spent / self.rows.iter().sum::<f64>()
    }

    /// The same, or why there is no balance: what pairs without a way forbid, before all else.
    fn balanced_at(&self, beta: f64, origins: &[NodeId]) -> Result<Matrix, PriorError> {
        match self.at(beta) {
            Ok(matrix) if is_balanced(&matrix) => Ok(matrix),
            Ok(Matrix { error, passes, .. }) => {
                Err(self.shortage(origins).unwrap_or(PriorError::Unbalanced { error, passes }))
            }
            Err(error @ (FurnessError::EmptyRow { .. } | FurnessError::EmptyColumn { .. })) => {
                Err(self.shortage(origins).unwrap_or(PriorError::Totals(error)))
            }
            Err(error) => Err(PriorError::Totals(error)),
        }
    }

    fn shortage(&self, origins: &[NodeId]) -> Option<PriorError> {
        let open: Vec<Vec<bool>> = self.costs.iter().map(|costs| costs.iter().map(Option::is_some).collect()).collect();
        let short = short_rows(&self.rows, &self.columns, &open)?;
        let reached = |column: &usize| short.iter().any(|row| open[*row][*column]);
        Some(PriorError::Short {
            origins: short.iter().map(|row| origins[*row]).collect(),
            produces: short.iter().map(|row| self.rows[*row]).sum(),
            receivable: (0..self.columns.len()).filter(reached).map(|column| self.columns[column]).sum(),
        })
    }

    /// The beta whose table has this mean cost, by halving: the mean falls as beta rises.
    fn beta_of_mean(&self, asked: f64, free: Matrix) -> Result<(f64, Matrix), PriorError> {
        let most = self.mean_cost(&free);
        let same = |mean: f64| (mean - asked).abs() <= MEAN_ACCURACY * asked.abs();
        if same(most) {
            return Ok((0.0, free));
        }
        let unreached = |least: f64| PriorError::Unreached { asked, least, most };
        if most < asked || most <= 0.0 {
            return Err(unreached(most));
        }
        let (mut low, mut high, mut least) = (0.0, 1.0 / most, most);
        let mut found = None;
        for _ in 0..DOUBLINGS_MAX {
            // A beta so high that its weights leave the range of numbers, or the passes, is past the least mean.
            let Some(matrix) = self.at(high).ok().filter(is_balanced) else { break };
            let mean = self.mean_cost(&matrix);
            if mean >= least {
                break;
            }
            least = mean;
            if mean <= asked {
                found = Some(matrix);
                break;
            }
            low = high;
            high *= 2.0;
        }
        let mut matrix = found.ok_or_else(|| unreached(least))?;
        for _ in 0..HALVINGS_MAX {
            if same(self.mean_cost(&matrix)) {
                break;
            }
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            let there = self.at(middle).map_err(PriorError::Totals)?;
            if self.mean_cost(&there) > asked {
                low = middle;
            } else {
                high = middle;
                matrix = there;
            }
        }
        Ok((high, matrix))
    }
}

fn is_balanced(matrix: &Matrix) -> bool {
    matrix.error <= BALANCED.accuracy
}
