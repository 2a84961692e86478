//! Least cost by path generation: the restricted master in turn with cheapest paths at its prices.

use rayon::prelude::*;

use crate::flow::columns::{Added, Columns};
use crate::flow::master::{COST_TOLERANCE, Master};
use crate::flow::price::Bottleneck;
use crate::flow::primal::Pivoted;
use crate::flow::{Ask, Certificate, Column, Flow, FlowError, Offer, PathFlow, Pricing, Problem, Settings, Solved};
use crate::watch::{Silent, Watch};

/// Fewer batches than this are priced one after another.
const BATCHES_IN_PARALLEL: usize = 48;

/// Rounds in which the shortest prices may ask for further paths.
const SETTLING_ROUNDS: u32 = 100;

/// The part of the gap asked for that reduced costs left unused may take.
const SHARE_OF_GAP: f64 = 0.2;

/// The paths found and the last basis. A clone is a warm start for another state of the same
/// problem: change capacities, demands or prices, or [`refresh`](Solver::refresh) the paths,
/// then solve again.
#[derive(Clone, Debug)]
pub struct Solver {
    pub(super) master: Master,
    pub(super) hard: Vec<bool>,
    pub(super) started: bool,
}

/// What a last round of path generation has proved: at these group prices no path is cheaper than these. It holds in
/// every state whose paths are among those of the state proved and cost no less.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Price of a unit of each group.
    pub group_price: Vec<f64>,
    /// What the cheapest path of each segment costs at least.
    pub cheapest: Vec<f64>,
}

/// Both one-sided slopes of the cost in a capacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Differences {
    /// Cost added per unit taken away.
    pub loss_of_less: f64,
    /// Cost saved per unit added.
    pub gain_of_more: f64,
}

/// Where a run of rounds stands.
struct Progress {
    bound: f64,
    rounds: u32,
}

impl Solver {
    /// A solver that knows no path yet.
    pub fn new(problem: &Problem) -> Result<Self, FlowError> {
        check(problem)?;
        let unserved: Vec<f64> = problem.segments.iter().map(|s| s.unserved_cost).collect();
        let demand = problem.segments.iter().map(|segment| segment.demand).collect();
        let capacity = problem.groups.iter().map(|group| group.capacity).collect();
        let mut master = Master::new(Columns::new(&unserved), demand, capacity);
        for (group, given) in problem.groups.iter().enumerate() {
            master.overflow[group] = given.overflow_price.unwrap_or(0.0);
        }
        let hard = problem.groups.iter().map(|group| group.overflow_price.is_none()).collect();
        Ok(Self { master, hard, started: false })
    }

    /// Another capacity for a group.
    pub fn set_capacity(&mut self, group: usize, capacity: f64) -> Result<(), FlowError> {
        require(capacity, FlowError::Capacity { group, value: capacity })?;
        self.master.capacity[group] = capacity;
        Ok(())
    }

    /// Another demand for a segment.
    pub fn set_demand(&mut self, segment: usize, demand: f64) -> Result<(), FlowError> {
        require(demand, FlowError::Demand { segment, value: demand })?;
        self.master.demand[segment] = demand;
        Ok(())
    }

    /// Another cost of not being served for a segment.
    pub fn set_unserved_cost(&mut self, segment: usize, cost: f64) -> Result<(), FlowError> {
        require(cost, FlowError::UnservedCost { segment, value: cost })?;
        self.master.columns.cost[segment] = cost;
        Ok(())
    }

    /// Number of segments.
    pub fn segments(&self) -> usize {
        self.master.demand.len()
    }

    /// Cost of not being served of a segment.
    pub fn unserved_cost(&self, segment: usize) -> f64 {
        self.master.columns.cost[segment]
    }

    /// Prices all known paths again and closes those that the state behind `pricing` forbids.
    pub fn refresh(&mut self, pricing: &dyn Pricing) -> Result<(), FlowError> {
        let segments = self.master.columns.segments();
        for column in segments..self.master.columns.len() {
            let segment = self.master.columns.segment[column];
            match pricing.reprice(segment, self.master.columns.path(column as u32)) {
                Some(cost) => {
                    require(cost, FlowError::Path { segment })?;
                    self.master.columns.cost[column] = cost;
                    self.master.columns.open[column] = true;
                }
                None => self.master.columns.open[column] = false,
            }
        }
        Ok(())
    }

    /// Puts a path into the master before it is asked for.
    pub fn add(&mut self, column: &Column) -> Result<(), FlowError> {
        self.admit(column)?;
        self.master.grow();
        Ok(())
    }

    /// The least-cost flow, or the best so far when cancelled or out of rounds.
    pub fn solve(&mut self, pricing: &dyn Pricing, settings: &Settings, watch: &dyn Watch) -> Result<Flow, FlowError> {
        if settings.relative_gap.is_nan() || settings.relative_gap < 0.0 {
            return Err(FlowError::Gap { value: settings.relative_gap });
        }
        self.master.optimality = COST_TOLERANCE.max(SHARE_OF_GAP * settings.relative_gap);
        self.price_hard_groups();
        if self.started {
            self.master.repair();
        } else {
            self.start(pricing)?;
        }
        let mut progress = Progress { bound: f64::NEG_INFINITY, rounds: 0 };
        let solved = loop {
            if self.master.primal(watch) == Pivoted::Interrupted || watch.cancelled() {
                break Solved::Interrupted;
            }
            progress.rounds += 1;
            let added = self.generate(pricing, &mut progress)?;
            let gap = relative_gap(self.objective(), progress.bound);
            let done = u64::from(progress.rounds);
            watch.progress(done, u64::from(settings.rounds_max), "rounds of path generation");
            if settings.relative_gap > 0.0 && gap <= settings.relative_gap {
                break Solved::WithinGap;
            }
            if added == 0 {
                break Solved::Vertex;
            }
            if progress.rounds >= settings.rounds_max {
                break Solved::Interrupted;
            }
        };
        Ok(self.answer(solved, &progress))
    }

    /// What the round that ended the last solve has proved; nothing unless it ended at a vertex.
    pub fn proof(&self, flow: &Flow) -> Option<Proof> {
        (flow.certificate.solved == Solved::Vertex).then(|| self.proof_at_prices())
    }

    fn proof_at_prices(&self) -> Proof {
        let group_price = self.master.price.iter().map(|price| price.max(0.0)).collect();
        Proof { group_price, cheapest: self.limits_of(&self.delivered_prices()) }
    }

    /// Only a path cheaper than this is worth adding, by segment.
    fn limits_of(&self, delivered: &[f64]) -> Vec<f64> {
        delivered.iter().map(|price| price - self.master.optimality * price.abs()).collect()
    }

    /// Of all optimal prices of the last flow the shortest vector, which does not depend on the
    /// order of pivots; paths missing to prove it are added. Returns what the last round has proved.
    pub fn settle_prices(&mut self, pricing: &dyn Pricing, flow: &mut Flow) -> Result<Option<Proof>, FlowError> {
        let mut proof = None;
        for _ in 0..SETTLING_ROUNDS {
            let Some(prices) = self.master.shortest_prices() else {
                break;
            };
            let vertex = std::mem::replace(&mut self.master.price, prices);
            let mut progress = Progress { bound: f64::NEG_INFINITY, rounds: 0 };
            let added = self.generate(pricing, &mut progress)?;
            let settled = std::mem::replace(&mut self.master.price, vertex);
            if added == 0 {
                self.master.price = settled;
                proof = Some(self.proof_at_prices());
                break;
            }
        }
        flow.group_price.clone_from(&self.master.price);
        flow.delivered_price = self.delivered_prices();
        self.master.recompute_prices();
        Ok(proof)
    }

    /// The open paths known so far, by segment in order of discovery.
    pub fn paths(&self) -> Vec<Column> {
        let columns = &self.master.columns;
        let mut held: Vec<u32> =
            (columns.segments() as u32..columns.len() as u32).filter(|&column| columns.open[column as usize]).collect();
        held.sort_by_key(|&column| (columns.segment[column as usize], column));
        let copy = |column: u32| Column {
            segment: columns.segment[column as usize],
            cost: columns.cost[column as usize],
            usage: columns.usage(column).map(|(group, weight)| (group as u32, weight)).collect(),
            path: columns.path(column).into(),
        };
        held.into_iter().map(copy).collect()
    }

    /// Groups that only together have a price, over the paths known.
    pub fn bottlenecks(&self, flow: &Flow) -> Vec<Bottleneck> {
        self.master.bottlenecks(&flow.group_price)
    }

    /// What the flow costs at least, whatever it is, by these group prices.
    pub fn bound_at(&self, pricing: &dyn Pricing, group_price: &[f64]) -> Result<f64, FlowError> {
        let mut cheapest = self.master.columns.cost[..self.master.demand.len()].to_vec();
        let unserved = cheapest.clone();
        ask_all(pricing, Ask { group_price, limit: &unserved }, |offer| {
            let known = &mut cheapest[offer.segment as usize];
            *known = known.min(offer.price);
            Ok(())
        })?;
        Ok(self.bound(&cheapest, group_price))
    }

    /// What one unit less and one unit more of a capacity change the cost by, per unit, from
    /// solving again at the capacity less and plus `step`.
    pub fn differences(&self, pricing: &dyn Pricing, group: usize, step: f64) -> Result<Differences, FlowError> {
        let exact = Settings { relative_gap: 0.0, rounds_max: u32::MAX };
        let capacity = self.master.capacity[group];
        let mut costs = [0.0; 3];
        for (cost, change) in costs.iter_mut().zip([-step, 0.0, step]) {
            let mut solver = self.clone();
            solver.set_capacity(group, (capacity + change).max(0.0))?;
            *cost = solver.solve(pricing, &exact, &Silent)?.value;
        }
        let [less, same, more] = costs;
        Ok(Differences { loss_of_less: (less - same) / step.min(capacity), gain_of_more: (same - more) / step })
    }

    /// One round: adds the paths that are cheaper than the delivered prices and betters the bound.
    fn generate(&mut self, pricing: &dyn Pricing, progress: &mut Progress) -> Result<usize, FlowError> {
        let delivered = self.delivered_prices();
        let limit = self.limits_of(&delivered);
        let group_price: Vec<f64> = self.master.price.iter().map(|price| price.max(0.0)).collect();
        let mut cheapest = self.master.columns.cost[..self.master.demand.len()].to_vec();
        let mut added = 0;
        let ask = Ask { group_price: &group_price, limit: &limit };
        ask_all(pricing, ask, |offer| {
            let segment = offer.segment as usize;
            cheapest[segment] = cheapest[segment].min(offer.price);
            if let Some(column) = offer.column.as_ref().filter(|_| offer.price < limit[segment]) {
                added += usize::from(self.admit(column)?);
            }
            Ok(())
        })?;
        progress.bound = progress.bound.max(self.bound(&cheapest, &group_price));
        self.master.grow();
        self.price_hard_groups();
        Ok(added)
    }

    /// Lagrange's bound: every segment at its cheapest price, less the worth of the capacities.
    fn bound(&self, cheapest: &[f64], group_price: &[f64]) -> f64 {
        let paid: f64 = cheapest.iter().zip(&self.master.demand).map(|(price, d)| price * d).sum();
        let worth: f64 = group_price.iter().zip(&self.master.capacity).map(|(p, u)| p * u).sum();
        paid - worth
    }

    pub(super) fn admit(&mut self, column: &Column) -> Result<bool, FlowError> {
        let master = &mut self.master;
        let error = FlowError::Path { segment: column.segment };
        require(column.cost, error)?;
        let sound = |&(group, weight): &(u32, f64)| {
            (group as usize) < master.capacity.len() && weight.is_finite() && weight > 0.0
        };
        let ascending = column.usage.windows(2).all(|pair| pair[0].0 < pair[1].0);
        if column.segment as usize >= master.demand.len() || !ascending || !column.usage.iter().all(sound) {
            return Err(error);
        }
        Ok(!matches!(master.columns.add(column), Added::Known(_)))
    }

    /// A capacity that nothing may exceed gets a price above any that could be worth paying.
    pub(super) fn price_hard_groups(&mut self) {
        let master = &mut self.master;
        let unserved = &master.columns.cost[..master.demand.len()];
        let dearest = 2.0 * unserved.iter().copied().fold(0.0, f64::max) + 1.0;
        for (group, _) in self.hard.iter().enumerate().filter(|(_, hard)| **hard) {
            let lightest = master.lightest[group];
            master.overflow[group] = if lightest.is_finite() { dearest / lightest } else { dearest };
        }
    }

    /// The cheapest known way of each segment; a key without flow may be dearer.
    fn delivered_prices(&self) -> Vec<f64> {
        let master = &self.master;
        let cheapest = |segment| {
            let columns = master.columns.of_segment(segment);
            let open = columns.filter(|&column| master.columns.open[column as usize]);
            open.map(|column| master.full_price(column)).fold(f64::INFINITY, f64::min)
        };
        (0..master.demand.len()).map(cheapest).collect()
    }

    fn objective(&self) -> f64 {
        let master = &self.master;
        let paths: f64 = master.value.iter().zip(&master.columns.cost).map(|(f, c)| f * c).sum();
        let above = |group: usize| (-master.slack[group]).max(0.0) * master.overflow[group];
        paths + (0..master.slack.len()).map(above).sum::<f64>()
    }

    fn answer(&mut self, solved: Solved, progress: &Progress) -> Flow {
        let master = &mut self.master;
        let size = master.tight.len();
        if size > 0 && (size < 200 || master.pivots_since_inversion > 100) {
            master.reinvert();
        }
        let segments = master.demand.len();
        for value in &mut master.value {
            *value = value.max(0.0);
        }
        let mut group_flow = vec![0.0; master.capacity.len()];
        let mut paths = Vec::new();
        let mut held: Vec<u32> = (segments as u32..master.columns.len() as u32)
            .filter(|&column| master.value[column as usize] > 0.0)
            .collect();
        held.sort_by_key(|&column| (master.columns.segment[column as usize], column));
        for column in held {
            let flow = master.value[column as usize];
            let usage: Vec<(u32, f64)> =
                master.columns.usage(column).map(|(group, weight)| (group as u32, weight)).collect();
            for &(group, weight) in &usage {
                group_flow[group as usize] += weight * flow;
            }
            paths.push(PathFlow {
                segment: master.columns.segment[column as usize],
                flow,
                cost: master.columns.cost[column as usize],
                usage,
                path: master.columns.path(column).into(),
            });
        }
        let unserved = master.value[..segments].to_vec();
        let value = self.objective();
        Flow {
            value,
            unserved,
            delivered_price: self.delivered_prices(),
            group_price: self.master.price.clone(),
            certificate: self.certificate(solved, progress, &group_flow),
            group_flow,
            paths,
        }
    }

    fn certificate(&self, solved: Solved, progress: &Progress, group_flow: &[f64]) -> Certificate {
        let primal = self.objective();
        let violation = |group: usize| {
            let capacity = self.master.capacity[group];
            (group_flow[group] - capacity) / capacity.max(f64::MIN_POSITIVE)
        };
        let hard = (0..self.hard.len()).filter(|&group| self.hard[group]);
        let overfull = hard.filter(|&group| group_flow[group] > self.master.capacity[group]);
        Certificate {
            primal,
            dual_bound: progress.bound,
            relative_gap: relative_gap(primal, progress.bound),
            capacity_violation_max: overfull.map(violation).fold(0.0, f64::max),
            columns: self.master.columns.len() - self.master.demand.len(),
            rounds: progress.rounds,
            pivots: self.master.pivots,
            solved,
        }
    }
}

fn relative_gap(primal: f64, bound: f64) -> f64 {
    ((primal - bound) / primal.abs().max(f64::MIN_POSITIVE)).max(0.0)
}

/// Asks for all batches and hands on the offers in order, a few batches at a time.
pub(super) fn ask_all(
    pricing: &dyn Pricing,
    ask: Ask<'_>,
    mut take: impl FnMut(&Offer) -> Result<(), FlowError>,
) -> Result<(), FlowError> {
    let batches = pricing.batches();
    if batches.len() < BATCHES_IN_PARALLEL {
        let mut offers = batches.iter().flat_map(|batch| pricing.cheapest(ask, batch));
        return offers.try_for_each(|offer| take(&offer));
    }
    for some in batches.chunks(BATCHES_IN_PARALLEL) {
        let answers: Vec<Vec<Offer>> = some.par_iter().map(|batch| pricing.cheapest(ask, batch)).collect();
        answers.iter().flatten().try_for_each(&mut take)?;
    }
    Ok(())
}

pub(crate) fn check(problem: &Problem) -> Result<(), FlowError> {
    for (index, segment) in problem.segments.iter().enumerate() {
        let (demand, cost) = (segment.demand, segment.unserved_cost);
        require(demand, FlowError::Demand { segment: index, value: demand })?;
        require(cost, FlowError::UnservedCost { segment: index, value: cost })?;
    }
    for (index, group) in problem.groups.iter().enumerate() {
        require(group.capacity, FlowError::Capacity { group: index, value: group.capacity })?;
        if let Some(price) = group.overflow_price {
            require(price, FlowError::OverflowPrice { group: index, value: price })?;
        }
    }
    Ok(())
}

fn require(value: f64, error: FlowError) -> Result<(), FlowError> {
    if value.is_finite() && value >= 0.0 { Ok(()) } else { Err(error) }
}
