//! A source lost and the loss shared: what each state goes without when all spread it as evenly as the network lets them.
//!
//! The largest loss is made as small as can be, then the next largest, and so on. With every state still free held to one
//! share of its demand, the volume undelivered is convex and piecewise linear in that share; it is followed down to the
//! share at which it vanishes. States whose deliveries have a price there can have no more, whatever the others do, and keep
//! that share; the rest go on (Ogryczak, Pioro and Tomaszewski 2005).
use crate::capacitated::StudyPricing;
use crate::flow::solver::Solver;
use crate::flow::{Ask, Column, FlowError, Group, Offer, Pricing, Problem, Segment, Settings};
use crate::oracle::{Oracle, OracleError, Value};
use crate::state::State;
use crate::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, CommodityId};

/// Of all demand, what counts as delivered in full.
const DUST: f64 = 1e-9;
/// Times the dearest cost of not being served: what a unit undelivered costs here, so that no way is too dear.
const DEARER: f64 = 1e6;
/// Of that cost, what a delivered price is at least where one unit more would leave another undelivered.
const SCARCE: f64 = 1e-3;
/// Solves after which a level is taken as found.
const STEPS_MAX: usize = 60;

const EXACT: Settings = Settings { relative_gap: 0.0, rounds_max: 10_000 };

/// What one state receives, by segment with its volume.
type Member = (u32, f64);

/// Share of what each state receives in `from` of a commodity that it goes without in `after`, 0 to 1, when all share the
/// loss as evenly as can be. Shipments of other commodities keep what they use in `after`.
pub fn shared_losses(
    oracle: &Oracle,
    (from, after): (&State, &State),
    commodity: CommodityId,
    watch: &dyn Watch,
) -> Result<BTreeMap<ActorId, f64>, OracleError> {
    let received = received(oracle.value(from, watch)?.as_ref(), commodity);
    oracle.with_paths(after, watch, |value, pricing| {
        let pool = Pool::of(value, pricing, received.values());
        let shares = even_shares(&pool.problem, &pool, watch)?;
        Ok(received.keys().zip(shares).map(|(state, share)| (*state, 1.0 - share)).collect())
    })
}

/// What each state receives of a commodity, by segment.
fn received(value: &Value, commodity: CommodityId) -> BTreeMap<ActorId, Vec<Member>> {
    let model = &value.instance.model;
    let mut found: BTreeMap<ActorId, Vec<Member>> = BTreeMap::new();
    for (segment, row) in value.instance.demand.segments.iter().enumerate() {
        let place = model.demands[row.demand.index()].destination;
        let volume = value.assignment.segments[segment].served();
        if let Some(state) = model.nodes[place.index()].territory.filter(|_| row.commodity == commodity && volume > 0.0)
        {
            found.entry(state).or_default().push((segment as u32, volume));
        }
    }
    found
}

/// States as segments: a path of one ends at any of its members, each of which takes no more than it is due.
struct Pool<'a> {
    problem: Problem,
    inner: &'a dyn Pricing,
    inner_segments: usize,
    inner_groups: usize,
    /// By state its members, each with the group that holds it to its volume.
    members: Vec<Vec<(u32, u32)>>,
    batches: Vec<Box<[u32]>>,
}

impl<'a> Pool<'a> {
    fn of<'m>(value: &Value, pricing: &'a StudyPricing, states: impl Iterator<Item = &'m Vec<Member>>) -> Self {
        let states: Vec<&Vec<Member>> = states.collect();
        let whole = pricing.problem(1.0);
        let pooled: BTreeSet<u32> = states.iter().flat_map(|members| members.iter().map(|member| member.0)).collect();
        let mut taken = vec![0.0; whole.groups.len()];
        let segments = (0u32..).zip(&value.assignment.segments).filter(|(segment, _)| !pooled.contains(segment));
        for path in segments.flat_map(|(_, row)| &row.paths) {
            let class = (path.class, value.instance.classes.class(path.class));
            let used = value.limits.used(class, &path.arcs);
            used.into_iter().for_each(|(group, weight)| taken[group as usize] += weight * path.volume);
        }
        // A contract shifts costs and shuts nothing: going beyond it is free.
        let left = |(group, taken): (&Group, f64)| Group {
            capacity: (group.capacity - taken).max(0.0),
            overflow_price: group.overflow_price.map(|_| 0.0),
        };
        let mut groups: Vec<Group> = whole.groups.iter().zip(taken).map(left).collect();
        let dearest = pooled.iter().map(|member| whole.segments[*member as usize].unserved_cost).fold(1.0, f64::max);
        let mut members = Vec::new();
        let mut segments = Vec::new();
        for state in states {
            let first = groups.len() as u32;
            groups.extend(state.iter().map(|(_, volume)| Group { capacity: *volume, overflow_price: None }));
            members.push(state.iter().zip(first..).map(|((member, _), group)| (*member, group)).collect());
            let demand = state.iter().map(|(_, volume)| volume).sum();
            segments.push(Segment { demand, unserved_cost: DEARER * dearest });
        }
        let batches = (0..segments.len() as u32).map(|state| vec![state].into_boxed_slice()).collect();
        Self {
            inner: pricing,
            inner_segments: whole.segments.len(),
            inner_groups: whole.groups.len(),
            problem: Problem { segments, groups },
            members,
            batches,
        }
    }
}

impl Pricing for Pool<'_> {
    fn batches(&self) -> &[Box<[u32]>] {
        &self.batches
    }

    fn cheapest(&self, ask: Ask<'_>, batch: &[u32]) -> Vec<Offer> {
        let mut limit = vec![f64::INFINITY; self.inner_segments];
        let mut cheapest = |&state: &u32| {
            let mut best = Offer { segment: state, price: ask.limit[state as usize], column: None };
            for &(member, group) in &self.members[state as usize] {
                let own = ask.group_price[group as usize];
                limit[member as usize] = best.price - own;
                let inner = Ask { group_price: &ask.group_price[..self.inner_groups], limit: &limit };
                for offer in self.inner.cheapest(inner, &[member]) {
                    let Some(mut column) = offer.column.filter(|_| offer.price + own < best.price) else { continue };
                    column.usage.push((group, 1.0));
                    let path = std::iter::once(member).chain(column.path.iter().copied()).collect();
                    let column = Column { segment: state, path, ..column };
                    best = Offer { segment: state, price: offer.price + own, column: Some(column) };
                }
            }
            best
        };
        batch.iter().map(&mut cheapest).collect()
    }

    fn reprice(&self, _: u32, path: &[u32]) -> Option<f64> {
        let (member, path) = path.split_first()?;
        self.inner.reprice(*member, path)
    }
}

/// Shares of the segments' demands, 0 to 1, of which the smallest is as large as can be, then the next, and so on. All
/// segments cost the same when not served, more than any way there is.
pub fn even_shares(problem: &Problem, pricing: &dyn Pricing, watch: &dyn Watch) -> Result<Vec<f64>, FlowError> {
    let mut solver = Solver::new(problem)?;
    let wanted: Vec<f64> = problem.segments.iter().map(|segment| segment.demand).collect();
    let mut levels = Levels { wanted: &wanted, shares: vec![1.0; wanted.len()], free: BTreeSet::new(), dust: 0.0 };
    levels.free.extend((0..wanted.len()).filter(|&segment| wanted[segment] > 0.0));
    while !levels.free.is_empty() && !watch.cancelled() {
        levels.dust += DUST * wanted.iter().sum::<f64>();
        let held = levels.next(&mut solver, pricing, watch)?;
        levels.free.retain(|segment| !held.contains(segment));
    }
    Ok(levels.shares)
}

/// Shares found so far, and the segments that may still get more than the last level.
struct Levels<'a> {
    wanted: &'a [f64],
    shares: Vec<f64>,
    free: BTreeSet<usize>,
    /// Volume undelivered that counts as none.
    dust: f64,
}

impl Levels<'_> {
    /// The highest share that all free segments can have at once; returns those that can have no more than it.
    fn next(
        &mut self,
        solver: &mut Solver,
        pricing: &dyn Pricing,
        watch: &dyn Watch,
    ) -> Result<BTreeSet<usize>, FlowError> {
        let mut held = self.free.clone();
        let mut slope: f64 = self.free.iter().map(|&segment| self.wanted[segment]).sum();
        let (mut share, mut before): (f64, Option<(f64, f64)>) = (1.0, None);
        for _ in 0..STEPS_MAX {
            for &segment in &self.free {
                self.shares[segment] = share;
            }
            for (segment, (wanted, share)) in self.wanted.iter().zip(&self.shares).enumerate() {
                solver.set_demand(segment, wanted * share)?;
            }
            let flow = solver.solve(pricing, &EXACT, watch)?;
            let lost: f64 = flow.unserved.iter().sum();
            if lost <= self.dust || watch.cancelled() {
                break;
            }
            let scarce = |&&segment: &&usize| flow.delivered_price[segment] > SCARCE * solver.unserved_cost(segment);
            let priced: BTreeSet<usize> = self.free.iter().filter(scarce).copied().collect();
            if !priced.is_empty() {
                held = priced;
            }
            // The line through two points above the share looked for meets zero no lower than the curve does.
            if let Some((share_before, lost_before)) = before {
                slope = (lost_before - lost) / (share_before - share);
            }
            before = Some((share, lost));
            let lower = share - lost / slope;
            let lower = if lower < DUST { 0.0 } else { lower };
            if !(slope > 0.0 && lower < share) {
                break;
            }
            share = lower;
        }
        Ok(held)
    }
}
