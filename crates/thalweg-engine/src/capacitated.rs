//! The program on a study: what shares a limit, cheapest admissible paths at given prices, flows back as an assignment.
use crate::assignment::{Assignment, PathFlow, SegmentFlow};
use crate::elements::{Limited, background, capacity_factor, limited_elements};
use crate::flow::{Ask, Column, Flow, Group, Offer, Pricing, Problem, Segment};
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Effect;
use thalweg_model::rule::Rule;
use thalweg_model::units::Unit;
use thalweg_network::access::Charges;
use thalweg_network::class::{Class, ClassId, Flag};
use thalweg_network::demand::Variant;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::gates::{carries_crossing_charge, charged_per_arc, selects};
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcId, ArcRow, VertexId};
use thalweg_network::openings::row_only;

/// A limit of the study: who shares it, how much fits, who owns its scarcity.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Kind and key: `link kars_rail`, `quota rule_7`.
    pub label: String,
    /// What fits besides background, base units (t, TEU, bbl, m3, MWh) a year.
    pub capacity: f64,
    /// Who owns the rent of its scarcity, with shares that add up to 1; empty where nobody is named.
    pub owners: Vec<(ActorId, f64)>,
}

/// Limits of an instance and what a unit of each class uses of them on each arc.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// The limits, in an order that only the study's tables decide.
    pub limits: Vec<Limit>,
    /// Limits that some commodity may use but is not counted in, because the study has no conversion to the unit.
    pub uncounted: Vec<(String, CommodityId)>,
    /// By class: arc, limit, base units used by one commodity unit; sorted by arc.
    usage: Vec<Vec<(u32, u32, f64)>>,
    /// By class: flag, limit, base units used by one commodity unit that sets the flag.
    touch_usage: Vec<Vec<(u32, u32, f64)>>,
}

impl Limits {
    /// The limits in force: stated capacities less background, and quotas.
    pub fn of(instance: &Instance) -> Self {
        let classes = &instance.classes.classes;
        let mut found = Self {
            limits: Vec::new(),
            uncounted: Vec::new(),
            usage: vec![Vec::new(); classes.len()],
            touch_usage: vec![Vec::new(); classes.len()],
        };
        for limited in limited_elements(instance) {
            let dimension = limited.capacity.dimension();
            let free = limited.capacity.base_per_year() * capacity_factor(instance, &limited.arcs)
                - background(instance, &limited.element, dimension);
            let position = found.limits.len() as u32;
            for (id, class) in classes.iter().enumerate() {
                match instance.units.base_units(class.commodity, dimension) {
                    Some(base) => {
                        found.usage[id]
                            .extend(limited.arcs.iter().map(|(arc, weight)| (*arc, position, weight * base)));
                    }
                    None => found.say_uncounted(class, &limited),
                }
            }
            let owners = owners(instance, &limited);
            found.limits.push(Limit { label: limited.label, capacity: free.max(0.0), owners });
        }
        found.add_quotas(instance);
        found.uncounted.sort();
        found.uncounted.dedup();
        for usage in &mut found.usage {
            usage.sort_by_key(|(arc, limit, _)| (*arc, *limit));
        }
        found
    }

    /// Whether both list the same limits in the same order.
    pub fn counts_as(&self, other: &Limits) -> bool {
        self.limits.iter().map(|limit| &limit.label).eq(other.limits.iter().map(|limit| &limit.label))
    }

    fn say_uncounted(&mut self, class: &Class, limited: &Limited) {
        if limited.arcs.iter().any(|(arc, _)| class.allowed.contains(*arc as usize)) {
            self.uncounted.push((limited.label.clone(), class.commodity));
        }
    }

    /// A quota is a limit shared by all shipments its rule concerns: at a crossing, terminal, passage or link each time
    /// one is passed, at anything that spreads over many arcs once a shipment.
    fn add_quotas(&mut self, instance: &Instance) {
        let rules = instance.supply.rules.iter().map(|row| &row.rule).enumerate();
        for (number, rule) in rules.filter(|(_, rule)| rule.effect == Effect::Quota) {
            let position = self.limits.len() as u32;
            let label = format!("quota {}", rule.key);
            let met_at = quota_arcs(instance, rule);
            for (id, class) in instance.classes.classes.iter().enumerate() {
                if !class.rules.contains(&number) {
                    continue;
                }
                let in_unit = |unit: Unit| instance.units.base_units(class.commodity, unit.dimension);
                let Some(base) = rule.unit.map_or(Some(1.0), in_unit) else {
                    self.uncounted.push((label.clone(), class.commodity));
                    continue;
                };
                let flag = class.flags.iter().position(|flag| flag.met_at == met_at);
                match flag.filter(|_| !charged_per_arc(&rule.gate)) {
                    Some(flag) => self.touch_usage[id].push((flag as u32, position, base)),
                    None => self.usage[id].extend(met_at.ones().map(|arc| (arc as u32, position, base))),
                }
            }
            let capacity = rule.value.value * rule.unit.map_or(1.0, |unit| unit.factor);
            let owners = vec![(rule.actor, 1.0)];
            self.limits.push(Limit { label, capacity: capacity.max(0.0), owners });
        }
    }

    /// Prices of limits added up on the first touch of each flag of one class.
    fn touch_surcharge(&self, id: ClassId, flags: usize, price: &[f64]) -> Vec<f64> {
        let mut surcharge = vec![0.0; flags];
        for (flag, limit, weight) in &self.touch_usage[id.0 as usize] {
            surcharge[*flag as usize] += price[*limit as usize] * weight;
        }
        surcharge
    }

    /// Prices of limits added up on the arcs of one class.
    fn surcharge(&self, class: ClassId, arcs: usize, price: &[f64]) -> Vec<f64> {
        let mut surcharge = vec![0.0; arcs];
        for (arc, limit, weight) in &self.usage[class.0 as usize] {
            surcharge[*arc as usize] += price[*limit as usize] * weight;
        }
        surcharge
    }

    /// What a path of one class uses of each limit, ascending by limit.
    fn used(&self, (id, class): (ClassId, &Class), arcs: &[ArcId]) -> Vec<(u32, f64)> {
        let table = &self.usage[id.0 as usize];
        let mut used: BTreeMap<u32, f64> = BTreeMap::new();
        for (flag, limit, weight) in &self.touch_usage[id.0 as usize] {
            if arcs.iter().any(|arc| class.flags[*flag as usize].met_at.contains(arc.index())) {
                *used.entry(*limit).or_default() += weight;
            }
        }
        for arc in arcs {
            let first = table.partition_point(|(other, ..)| *other < arc.0);
            for (_, limit, weight) in table[first..].iter().take_while(|(other, ..)| *other == arc.0) {
                *used.entry(*limit).or_default() += weight;
            }
        }
        used.into_iter().filter(|(_, weight)| *weight > 0.0).collect()
    }
}

/// Arcs a quota's gate means.
fn quota_arcs(instance: &Instance, rule: &Rule) -> FixedBitSet {
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        let fits = selects(&instance.model, &instance.supply.blockers, &rule.gate, arc);
        arcs.set(position, fits && carries_crossing_charge(&rule.gate, arc));
    }
    arcs
}

/// Who owns the rent of a limit, its arcs alike: holders of each arc's asset by look-through share, else its operator,
/// else the side's or the territory's state. What nobody owns is left out.
fn owners(instance: &Instance, limited: &Limited) -> Vec<(ActorId, f64)> {
    let mut of_row: BTreeMap<ArcRow, Vec<(ActorId, f64)>> = BTreeMap::new();
    for arc in limited.arcs.iter().map(|(arc, _)| &instance.network.arcs()[*arc as usize]) {
        of_row.entry(row_only(arc.row)).or_insert_with(|| arc_owners(instance, arc));
    }
    let part = 1.0 / of_row.len().max(1) as f64;
    let mut shares: BTreeMap<ActorId, f64> = BTreeMap::new();
    for (owner, share) in of_row.into_values().flatten() {
        *shares.entry(owner).or_default() += share * part;
    }
    shares.into_iter().collect()
}

fn arc_owners(instance: &Instance, arc: &Arc) -> Vec<(ActorId, f64)> {
    if let Some(asset) = arc.gates.asset {
        let shares = crate::holders::look_through(instance, asset);
        if !shares.is_empty() {
            return shares;
        }
    }
    let side = matches!(arc.row, ArcRow::Exit(_) | ArcRow::Entry(_)).then_some(arc.gates.side).flatten();
    arc.gates.operator.or(side).or(arc.gates.territory).map(|owner| (owner, 1.0)).into_iter().collect()
}

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

/// The study's network as the program asks for paths.
pub struct StudyPricing<'a> {
    instance: &'a Instance,
    limits: &'a Limits,
    changes: &'a PathChanges,
    touched: BTreeMap<ClassId, Class>,
    batches: Vec<Box<[u32]>>,
}

impl<'a> StudyPricing<'a> {
    /// Segments whose variants share classes, origins and masks are priced together.
    pub fn new(instance: &'a Instance, limits: &'a Limits, changes: &'a PathChanges) -> Self {
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
        Self { instance, limits, changes, touched, batches }
    }

    fn search(&self, segment: usize, variant: usize) -> Search<'_> {
        let id = self.instance.classes.of_variant[segment][variant];
        let charged = self.changes.touch.as_ref().is_some_and(|touch| touch.concerns(segment, variant));
        let class = self.touched.get(&id).filter(|_| charged).unwrap_or_else(|| self.instance.classes.class(id));
        let shut = self.changes.masks.set(self.changes.masks.of(segment, variant));
        Search { shut, ..Search::of(&self.instance.network, class) }
    }

    /// The program's segments and limits, the cost of not being served multiplied by a factor.
    pub fn problem(&self, factor: f64) -> Problem {
        let segments = self.instance.demand.segments.iter();
        Problem {
            segments: segments
                .map(|row| Segment { demand: row.volume, unserved_cost: row.unserved_cost * factor })
                .collect(),
            groups: self
                .limits
                .limits
                .iter()
                .map(|limit| Group { capacity: limit.capacity, overflow_price: None })
                .collect(),
        }
    }

    /// Whether any admissible route exists, whatever it costs and however full it is.
    fn is_reachable(&self, segment: usize) -> bool {
        let row = &self.instance.demand.segments[segment];
        let Some(destination) = row.destination else { return false };
        let mut scratch = DijkstraScratch::default();
        row.variants.iter().enumerate().any(|(position, variant)| {
            self.search(segment, position).cheapest(variant.origin, destination, &mut scratch).is_some()
        })
    }

    /// A path as a column: its variant first, then its arcs.
    pub fn column(&self, segment: u32, variant: usize, arcs: &[ArcId]) -> Option<Column> {
        let id = self.instance.classes.of_variant[segment as usize][variant];
        let cost = self.search(segment as usize, variant).price(arcs)?;
        let path = std::iter::once(variant as u32).chain(arcs.iter().map(|arc| arc.0)).collect();
        Some(Column { segment, cost, usage: self.limits.used((id, self.instance.classes.class(id)), arcs), path })
    }
}

impl Pricing for StudyPricing<'_> {
    fn batches(&self) -> &[Box<[u32]>] {
        &self.batches
    }

    fn cheapest(&self, ask: Ask<'_>, batch: &[u32]) -> Vec<Offer> {
        let instance = self.instance;
        let network = &instance.network;
        let mut offers: Vec<Offer> =
            batch.iter().map(|&segment| Offer { segment, price: f64::INFINITY, column: None }).collect();
        let Some(&first) = batch.first() else { return offers };
        let mut scratch = DijkstraScratch::default();
        for (variant, row) in instance.demand.segments[first as usize].variants.iter().enumerate() {
            let id = instance.classes.of_variant[first as usize][variant];
            let surcharge = self.limits.surcharge(id, network.arcs().len(), ask.group_price);
            let search = self.search(first as usize, variant);
            let touch = self.limits.touch_surcharge(id, search.class.flags.len(), ask.group_price);
            let search = Search { surcharge: Some(&surcharge), touch_surcharge: Some(&touch), ..search };
            let only = match batch {
                [segment] => instance.demand.segments[*segment as usize].destination,
                _ => None,
            };
            search.run(row.origin, only, &mut scratch);
            for offer in &mut offers {
                let Some(destination) = instance.demand.segments[offer.segment as usize].destination else { continue };
                let price = scratch.cost_of(destination);
                if price >= offer.price {
                    continue;
                }
                offer.price = price;
                let wanted = price < ask.limit[offer.segment as usize];
                let path = wanted.then(|| scratch.path(destination)).flatten();
                offer.column = path.and_then(|path| self.column(offer.segment, variant, &path.arcs));
            }
        }
        offers
    }

    fn reprice(&self, segment: u32, path: &[u32]) -> Option<f64> {
        let (variant, arcs) = path.split_first()?;
        let arcs: Vec<ArcId> = arcs.iter().map(|&arc| ArcId(arc)).collect();
        self.search(segment as usize, *variant as usize).price(&arcs)
    }
}

/// Flows of the program as an assignment.
pub fn assignment_of(pricing: &StudyPricing, problem: &Problem, flow: &Flow) -> Assignment {
    let instance = pricing.instance;
    let mut segments: Vec<SegmentFlow> = instance
        .demand
        .segments
        .iter()
        .enumerate()
        .map(|(segment, _)| SegmentFlow {
            unserved: flow.unserved[segment],
            unserved_cost: problem.segments[segment].unserved_cost,
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
