//! The program on a study: cheapest admissible paths at given prices of limits, flows back as an assignment.
use crate::assignment::{Assignment, PathFlow, SegmentFlow};
use crate::contracts::Penalties;
use crate::flow::solver::Proof;
use crate::flow::{Ask, Column, Flow, Group, Offer, Pricing, Problem, Segment};
use crate::limits::Limits;
use crate::remaining_costs::RemainingCosts;
use fixedbitset::FixedBitSet;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use thalweg_network::access::Charges;
use thalweg_network::class::{Class, ClassId, Flag};
use thalweg_network::demand::Variant;
use thalweg_network::dijkstra::{DijkstraScratch, History, Search};
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, VertexId};

/// A batch of more segments than this is priced by one tree, a smaller one by a search led to each destination.
const LED_SEARCHES_MAX: usize = 12;

/// Relative size below which two prices differ by rounding; a hundredth of what the solver takes for none.
const ROUNDING: f64 = 1e-13;

/// Arcs shut to some shipments beyond what their classes say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Masks {
    /// Distinct sets of shut arcs.
    sets: Vec<FixedBitSet>,
    /// Position in `sets` by segment and variant; `None` where nothing more is shut.
    of_variant: Vec<Vec<Option<u32>>>,
}

impl Masks {
    /// Shuts to each variant the arcs of every set that concerns it.
    pub fn new(instance: &Instance, shut: &[FixedBitSet], concerns: impl Fn(usize, &Variant) -> bool) -> Self {
        let mut sets: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
        let mut of_variant = Vec::with_capacity(instance.demand.segments.len());
        for row in &instance.demand.segments {
            let masks = row.variants.iter().map(|variant| {
                let chosen: Vec<usize> = (0..shut.len()).filter(|&set| concerns(set, variant)).collect();
                let known = sets.len() as u32;
                (!chosen.is_empty()).then(|| *sets.entry(chosen).or_insert(known))
            });
            of_variant.push(masks.collect());
        }
        let mut unions = vec![FixedBitSet::with_capacity(instance.network.arcs().len()); sets.len()];
        for (chosen, position) in &sets {
            for &set in chosen {
                unions[*position as usize].union_with(&shut[set]);
            }
        }
        Self { sets: unions, of_variant }
    }

    fn of(&self, segment: usize, variant: usize) -> Option<u32> {
        self.of_variant.get(segment).and_then(|masks| masks[variant])
    }

    fn set(&self, mask: Option<u32>) -> Option<&FixedBitSet> {
        mask.map(|position| &self.sets[position as usize])
    }
}

/// What decides a shortest-path tree: class, origin, mask, and whether touching is charged.
type Tree = (ClassId, VertexId, Option<u32>, bool);

/// A charge on every unit of some shipments that touches some arcs, once a shipment.
#[derive(Debug, Clone, PartialEq)]
pub struct TouchCharge {
    /// Arcs that count as touching.
    pub met_at: FixedBitSet,
    /// Variants charged, by segment and variant.
    pub concerns: Vec<Vec<bool>>,
    /// Study currency per commodity unit.
    pub amount: f64,
    /// Charged on every unit that does not touch, or is not among the variants charged: study currency per unit.
    pub untouched: f64,
}

impl TouchCharge {
    fn concerns(&self, segment: usize, variant: usize) -> bool {
        self.concerns[segment][variant]
    }

    /// Classes with one more flag, by the class they extend.
    fn extended(&self, instance: &Instance) -> BTreeMap<ClassId, Class> {
        let mut classes = BTreeMap::new();
        for (segment, ids) in instance.classes.of_variant.iter().enumerate() {
            for (_, id) in ids.iter().enumerate().filter(|(variant, _)| self.concerns(segment, *variant)) {
                classes.entry(*id).or_insert_with(|| {
                    let mut class = instance.classes.class(*id).clone();
                    class.flags.push(Flag {
                        met_at: self.met_at.clone(),
                        denied_after: FixedBitSet::with_capacity(self.met_at.len()),
                        denied_by: Vec::new(),
                        charges: Charges { surcharge: self.amount, ..Charges::default() },
                    });
                    class
                });
            }
        }
        classes
    }
}

/// What a state changes about paths besides its instance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PathChanges {
    /// Arcs shut to some.
    pub masks: Masks,
    /// A charge on touching.
    pub touch: Option<TouchCharge>,
}

/// An instance with what every state of it needs and none changes.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The instance.
    pub instance: &'a Instance,
    /// Its limits; capacities may differ by state, members may not.
    pub limits: &'a Limits,
    /// Bounds on the rest of each path.
    pub remaining: &'a RemainingCosts,
    /// What is proved of the instance without changes.
    pub proofs: &'a [Proof],
}

/// Work space of one thread: labels, and a surcharge by arc that is zero between uses.
#[derive(Default)]
struct Desk {
    scratch: DijkstraScratch,
    surcharge: Vec<f64>,
}

/// The study's network as the program asks for paths.
pub struct StudyPricing<'a> {
    ground: Ground<'a>,
    changes: Cow<'a, PathChanges>,
    touched: BTreeMap<ClassId, Class>,
    penalties: Penalties,
    batches: Vec<Box<[u32]>>,
    desks: Mutex<Vec<Desk>>,
}

impl<'a> StudyPricing<'a> {
    /// Segments whose variants share classes, origins and masks are priced together.
    pub fn new(ground: Ground<'a>, changes: &'a PathChanges) -> Self {
        Self::under(ground, Cow::Borrowed(changes))
    }

    /// The same, with changes of its own or another's.
    pub fn under(ground: Ground<'a>, changes: Cow<'a, PathChanges>) -> Self {
        let instance = ground.instance;
        let mut by_trees: BTreeMap<Vec<Tree>, Vec<u32>> = BTreeMap::new();
        for (segment, row) in instance.demand.segments.iter().enumerate() {
            let classes = &instance.classes.of_variant[segment];
            let tree = |(position, variant): (usize, &Variant)| {
                let charged = changes.touch.as_ref().is_some_and(|touch| touch.concerns(segment, position));
                (classes[position], variant.origin, changes.masks.of(segment, position), charged)
            };
            let trees = row.variants.iter().enumerate().map(tree).collect();
            by_trees.entry(trees).or_default().push(segment as u32);
        }
        let touched = changes.touch.as_ref().map_or_else(BTreeMap::new, |touch| touch.extended(instance));
        let batches = by_trees.into_values().map(Vec::into_boxed_slice).collect();
        let penalties = Penalties::of(ground.limits);
        Self { ground, changes, touched, penalties, batches, desks: Mutex::default() }
    }

    fn search(&self, segment: usize, variant: usize) -> Search<'_> {
        let id = self.ground.instance.classes.of_variant[segment][variant];
        let charged = self.changes.touch.as_ref().is_some_and(|touch| touch.concerns(segment, variant));
        let class = self.touched.get(&id).filter(|_| charged).unwrap_or_else(|| self.ground.instance.classes.class(id));
        let shut = self.changes.masks.set(self.changes.masks.of(segment, variant));
        Search { shut, ..Search::of(&self.ground.instance.network, class) }
    }

    /// The program's segments and limits, the cost of not being served multiplied by a factor.
    pub fn problem(&self, factor: f64) -> Problem {
        let segments = self.ground.instance.demand.segments.iter();
        Problem {
            segments: segments
                .map(|row| Segment {
                    demand: row.volume,
                    unserved_cost: row.unserved_cost * factor + self.penalties.unserved(row),
                })
                .collect(),
            groups: self
                .ground
                .limits
                .limits
                .iter()
                .map(|limit| Group {
                    capacity: limit.capacity,
                    overflow_price: limit.contract.map(|contract| contract.penalty),
                })
                .collect(),
        }
    }

    /// Whether any admissible route exists, whatever it costs and however full it is.
    fn is_reachable(&self, segment: usize) -> bool {
        let row = &self.ground.instance.demand.segments[segment];
        let Some(destination) = row.destination else { return false };
        let Ground { instance, remaining, .. } = self.ground;
        let mut scratch = DijkstraScratch::default();
        row.variants.iter().zip(&instance.classes.of_variant[segment]).enumerate().any(|(position, (variant, id))| {
            let search = self.search(segment, position);
            match remaining.towards(instance, *id, destination) {
                Some(rest) => {
                    search.run_towards(variant.origin, (destination, rest), f64::INFINITY, &mut scratch);
                }
                None => search.run(variant.origin, Some(destination), &mut scratch),
            }
            scratch.cost_of(destination).is_finite()
        })
    }

    /// Whether no path of a batch can be cheaper than asked for: a proof at prices no higher, of limits that its classes
    /// may use, says so, and a state's changes make no path cheaper. What is added to every path whatever it touches is
    /// added to what is proved.
    fn is_proved(&self, ask: Ask<'_>, batch: &[u32]) -> bool {
        let Ground { instance, limits, proofs, .. } = self.ground;
        let holds = |proof: &Proof| {
            let cheap = |segment: &u32| {
                let segment = *segment as usize;
                let limit = ask.limit[segment];
                proof.cheapest[segment] + self.added_to_all(segment) < limit - ROUNDING * limit.abs()
            };
            let mut classes = batch.iter().take(1).flat_map(|&first| &instance.classes.of_variant[first as usize]);
            let no_higher = |limit: &u32| {
                let (proved, asked) = (proof.group_price[*limit as usize], ask.group_price[*limit as usize]);
                proved <= asked + ROUNDING * asked
            };
            !batch.iter().any(cheap) && classes.all(|class| limits.met_by(*class).iter().all(no_higher))
        };
        proofs.iter().any(holds)
    }

    /// What the touch charge adds to every path of a segment that it does not concern.
    fn added_to_all(&self, segment: usize) -> f64 {
        let unconcerned = |touch: &&TouchCharge| !touch.concerns[segment].contains(&true);
        self.changes.touch.as_ref().filter(unconcerned).map_or(0.0, |touch| touch.untouched)
    }

    /// Betters the offers of one batch by one variant: what is no cheaper than the limit asked for need not be found.
    fn price_variant(&self, ask: Ask<'_>, variant: usize, offers: &mut [Offer], desk: &mut Desk) {
        let Ground { instance, limits, remaining, .. } = self.ground;
        let Some(first) = offers.first().map(|offer| offer.segment as usize) else { return };
        let id = instance.classes.of_variant[first][variant];
        let origin = instance.demand.segments[first].variants[variant].origin;
        let search = self.search(first, variant);
        let touch = limits.touch_surcharge(id, search.class.flags.len(), ask.group_price);
        let search = Search { surcharge: Some(&desk.surcharge), touch_surcharge: Some(&touch), ..search };
        let endings = self.endings(first, variant);
        let led = offers.len() <= LED_SEARCHES_MAX && endings.are_one();
        if !led {
            search.run(origin, None, &mut desk.scratch);
        }
        for offer in offers {
            let segment = offer.segment as usize;
            let Some(destination) = instance.demand.segments[segment].destination else { continue };
            // What is added at the end of any path of the variant is taken off the limit first.
            let added = self.penalty(segment, variant);
            let limit = ask.limit[segment].min(offer.price) - added;
            match remaining.towards(instance, id, destination).filter(|_| led) {
                Some(rest) => search.run_towards(origin, (destination, rest), limit, &mut desk.scratch),
                None if led => search.run(origin, Some(destination), &mut desk.scratch),
                None => {}
            }
            let (history, price) = endings.cheapest(destination, &desk.scratch);
            if price < limit {
                let path = desk.scratch.path_among(destination, history);
                offer.column = path.and_then(|path| self.column(offer.segment, variant, &path.arcs));
                offer.price = price + added;
            } else {
                offer.price = limit + added;
            }
        }
    }

    /// What contracts elsewhere charge on a unit of a variant.
    fn penalty(&self, segment: usize, variant: usize) -> f64 {
        let row = &self.ground.instance.demand.segments[segment];
        self.penalties.delivered(row, &row.variants[variant])
    }

    /// The flag a touch charge adds to a variant's class, if it concerns it.
    fn touch_flag(&self, segment: usize, variant: usize) -> Option<usize> {
        let concerned = self.changes.touch.as_ref().is_some_and(|touch| touch.concerns(segment, variant));
        let instance = self.ground.instance;
        concerned.then(|| instance.classes.class(instance.classes.of_variant[segment][variant]).flags.len())
    }

    /// How a path may end under the touch charge, and what is added to its cost there.
    fn endings(&self, segment: usize, variant: usize) -> Endings {
        let added = self.changes.touch.as_ref().map_or(0.0, |touch| touch.untouched);
        match self.touch_flag(segment, variant).filter(|_| added > 0.0) {
            None => Endings { met: None, otherwise: (History::ANY, added) },
            Some(flag) => Endings { met: Some(History::met(flag)), otherwise: (History::not_met(flag), added) },
        }
    }

    /// What is added to a given path because it does not touch, or is under no contract.
    fn added(&self, segment: usize, variant: usize, arcs: &[ArcId]) -> f64 {
        let penalty = self.penalty(segment, variant);
        let Some(touch) = &self.changes.touch else { return penalty };
        let touches = touch.concerns(segment, variant) && arcs.iter().any(|arc| touch.met_at.contains(arc.index()));
        if touches { penalty } else { penalty + touch.untouched }
    }

    /// By segment of a batch and variant: the cheapest price of a path that touches the charged gates, and of one that
    /// does not; infinite where there is none.
    pub fn touch_split(&self, group_price: &[f64], batch: &[u32]) -> Vec<Vec<(f64, f64)>> {
        let mut split = vec![Vec::new(); batch.len()];
        let Some(&first) = batch.first() else { return split };
        let Ground { instance, limits, .. } = self.ground;
        let mut desk = Desk::default();
        desk.surcharge.resize(instance.network.arcs().len(), 0.0);
        for (variant, row) in instance.demand.segments[first as usize].variants.iter().enumerate() {
            let id = instance.classes.of_variant[first as usize][variant];
            limits.charge(id, group_price, &mut desk.surcharge);
            let search = self.search(first as usize, variant);
            let touch = limits.touch_surcharge(id, search.class.flags.len(), group_price);
            let search = Search { surcharge: Some(&desk.surcharge), touch_surcharge: Some(&touch), ..search };
            search.run(row.origin, None, &mut desk.scratch);
            let flag = self.touch_flag(first as usize, variant);
            for (found, &segment) in split.iter_mut().zip(batch) {
                let destination = instance.demand.segments[segment as usize].destination;
                let penalty = self.penalty(segment as usize, variant);
                let cost = |at: VertexId, history| desk.scratch.cost_among(at, history) + penalty;
                let price = |history| destination.map_or(f64::INFINITY, |at| cost(at, history));
                let touching = flag.map_or(f64::INFINITY, |flag| price(History::met(flag)));
                found.push((touching, price(flag.map_or(History::ANY, History::not_met))));
            }
            limits.uncharge(id, &mut desk.surcharge);
        }
        split
    }

    /// A path as a column: its variant first, then its arcs.
    pub fn column(&self, segment: u32, variant: usize, arcs: &[ArcId]) -> Option<Column> {
        let id = self.ground.instance.classes.of_variant[segment as usize][variant];
        let added = self.added(segment as usize, variant, arcs);
        let cost = self.search(segment as usize, variant).price(arcs)? + added;
        let path = std::iter::once(variant as u32).chain(arcs.iter().map(|arc| arc.0)).collect();
        Some(Column {
            segment,
            cost,
            usage: self.ground.limits.used((id, self.ground.instance.classes.class(id)), arcs),
            path,
        })
    }
}

impl Pricing for StudyPricing<'_> {
    fn batches(&self) -> &[Box<[u32]>] {
        &self.batches
    }

    fn cheapest(&self, ask: Ask<'_>, batch: &[u32]) -> Vec<Offer> {
        let none = |&segment: &u32| Offer { segment, price: f64::INFINITY, column: None };
        let mut offers: Vec<Offer> = batch.iter().map(none).collect();
        let Some(&first) = batch.first() else { return offers };
        if self.is_proved(ask, batch) {
            offers.iter_mut().for_each(|offer| offer.price = ask.limit[offer.segment as usize]);
            return offers;
        }
        let mut desk = self.desks.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        desk.surcharge.resize(self.ground.instance.network.arcs().len(), 0.0);
        for variant in 0..self.ground.instance.demand.segments[first as usize].variants.len() {
            let id = self.ground.instance.classes.of_variant[first as usize][variant];
            self.ground.limits.charge(id, ask.group_price, &mut desk.surcharge);
            self.price_variant(ask, variant, &mut offers, &mut desk);
            self.ground.limits.uncharge(id, &mut desk.surcharge);
        }
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).push(desk);
        offers
    }

    fn reprice(&self, segment: u32, path: &[u32]) -> Option<f64> {
        let (variant, arcs) = path.split_first()?;
        let arcs: Vec<ArcId> = arcs.iter().map(|&arc| ArcId(arc)).collect();
        let added = self.added(segment as usize, *variant as usize, &arcs);
        Some(self.search(segment as usize, *variant as usize).price(&arcs)? + added)
    }
}

/// How a path may end under a touch charge, and what is added to its cost there.
struct Endings {
    /// Having touched; nothing is added.
    met: Option<History>,
    /// Any other way.
    otherwise: (History, f64),
}

impl Endings {
    /// Whether all ways end alike, with nothing added.
    fn are_one(&self) -> bool {
        self.met.is_none() && self.otherwise.1 == 0.0
    }

    fn cheapest(&self, destination: VertexId, scratch: &DijkstraScratch) -> (History, f64) {
        let (history, added) = self.otherwise;
        let untouched = scratch.cost_among(destination, history) + added;
        let touched = self.met.map(|met| (met, scratch.cost_among(destination, met)));
        touched.filter(|(_, price)| *price < untouched).unwrap_or((history, untouched))
    }
}

/// Flows of the program as an assignment.
pub fn assignment_of(pricing: &StudyPricing, problem: &Problem, flow: &Flow) -> Assignment {
    let instance = pricing.ground.instance;
    let mut segments: Vec<SegmentFlow> = instance
        .demand
        .segments
        .iter()
        .enumerate()
        .map(|(segment, row)| SegmentFlow {
            unserved: flow.unserved[segment],
            unserved_cost: problem.segments[segment].unserved_cost - pricing.penalties.unserved(row),
            price: flow.delivered_price[segment],
            reachable: false,
            ..SegmentFlow::default()
        })
        .collect();
    for path in &flow.paths {
        let Some((&variant, arcs)) = path.path.split_first() else { continue };
        let segment = &mut segments[path.segment as usize];
        segment.reachable = true;
        segment.paths.push(PathFlow {
            variant: variant as usize,
            class: instance.classes.of_variant[path.segment as usize][variant as usize],
            arcs: arcs.iter().map(|&arc| ArcId(arc)).collect(),
            cost: path.cost,
            volume: path.flow,
        });
    }
    for (segment, row) in segments.iter_mut().enumerate() {
        row.paths.sort_by(|one, other| other.volume.total_cmp(&one.volume).then_with(|| one.arcs.cmp(&other.arcs)));
        row.reachable = row.reachable || pricing.is_reachable(segment);
    }
    Assignment { segments }
}
