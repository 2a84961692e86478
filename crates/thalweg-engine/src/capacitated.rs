//! The program on a study: what shares a limit, cheapest admissible paths at given prices, flows back as an assignment.
use crate::assignment::{Assignment, PathFlow, SegmentFlow};
use crate::elements::{background, capacity_factor, counts_once, limited_elements};
use crate::flow::{Ask, Column, Flow, Group, Offer, Pricing, Problem, Segment};
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use thalweg_model::element::Element;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Effect;
use thalweg_network::access::{Charges, concerns};
use thalweg_network::class::{Class, ClassId, Flag};
use thalweg_network::demand::Variant;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::gates::{carries_crossing_charge, selects};
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, ArcRow, VertexId};

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
    /// By class: arc, limit, base units used by one commodity unit; sorted by arc.
    usage: Vec<Vec<(u32, u32, f64)>>,
}

impl Limits {
    /// The limits in force: stated capacities less background, and quotas.
    pub fn of(instance: &Instance) -> Self {
        let mut limits = Vec::new();
        let mut usage: Vec<Vec<(u32, u32, f64)>> = vec![Vec::new(); instance.classes.classes.len()];
        for (label, element, capacity) in limited_elements(instance) {
            let dimension = capacity.dimension();
            let free = capacity.base_per_year() * capacity_factor(instance, &element)
                - background(instance, &element, dimension);
            let position = limits.len() as u32;
            let arcs = member_arcs(instance, &element);
            for (class, usage) in instance.classes.classes.iter().zip(&mut usage) {
                if let Some(base) = instance.units.base_units(class.commodity, dimension) {
                    usage.extend(arcs.iter().map(|(arc, weight)| (*arc, position, weight * base)));
                }
            }
            limits.push(Limit { label, capacity: free.max(0.0), owners: owners(instance, &element) });
        }
        let mut found = Self { limits, usage };
        found.add_quotas(instance);
        for usage in &mut found.usage {
            usage.sort_by_key(|(arc, limit, _)| (*arc, *limit));
        }
        found
    }

    /// A quota is a limit shared by all shipments its rule concerns, at the arcs its gate means.
    fn add_quotas(&mut self, instance: &Instance) {
        let model = &instance.model;
        let quotas = instance.supply.rules.iter().map(|row| &row.rule).filter(|rule| rule.effect == Effect::Quota);
        for rule in quotas {
            let position = self.limits.len() as u32;
            let arcs: Vec<u32> = (0u32..)
                .zip(instance.network.arcs())
                .filter(|(_, arc)| {
                    selects(model, &instance.supply.blockers, &rule.gate, arc)
                        && carries_crossing_charge(&rule.gate, arc)
                })
                .map(|(arc, _)| arc)
                .collect();
            let mut concerned = vec![false; self.usage.len()];
            for (segment, row) in instance.demand.segments.iter().enumerate() {
                for (variant, class) in row.variants.iter().zip(&instance.classes.of_variant[segment]) {
                    concerned[class.0 as usize] |= concerns(model, instance.as_of, &rule.shipment, &variant.shipment);
                }
            }
            for (class, usage) in self.usage.iter_mut().enumerate().filter(|(class, _)| concerned[*class]) {
                let commodity = instance.classes.classes[class].commodity;
                let base = rule.unit.map_or(Some(1.0), |unit| instance.units.base_units(commodity, unit.dimension));
                usage.extend(arcs.iter().filter_map(|arc| Some((*arc, position, base?))));
            }
            let capacity = rule.value.value * rule.unit.map_or(1.0, |unit| unit.factor);
            let owners = vec![(rule.actor, 1.0)];
            self.limits.push(Limit { label: format!("quota {}", rule.key), capacity: capacity.max(0.0), owners });
        }
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
    fn used(&self, class: ClassId, arcs: &[ArcId]) -> Vec<(u32, f64)> {
        let table = &self.usage[class.0 as usize];
        let mut used: BTreeMap<u32, f64> = BTreeMap::new();
        for arc in arcs {
            let first = table.partition_point(|(other, ..)| *other < arc.0);
            for (_, limit, weight) in table[first..].iter().take_while(|(other, ..)| *other == arc.0) {
                *used.entry(*limit).or_default() += weight;
            }
        }
        used.into_iter().filter(|(_, weight)| *weight > 0.0).collect()
    }
}

/// Arcs whose volume counts toward an element's capacity, with the weight of one unit.
fn member_arcs(instance: &Instance, element: &Element) -> Vec<(u32, f64)> {
    let arcs = (0u32..).zip(instance.network.arcs()).filter(|(_, arc)| counts_once(arc));
    if let Element::Group(group) = element {
        let members = &instance.model.groups[group.index()].members;
        return arcs
            .filter_map(|(id, arc)| {
                let weight: f64 = members
                    .iter()
                    .filter(|(member, _)| instance.is_part_of(arc.row, member))
                    .map(|(_, weight)| weight)
                    .sum();
                (weight > 0.0).then_some((id, weight))
            })
            .collect();
    }
    arcs.filter(|(_, arc)| instance.is_part_of(arc.row, element)).map(|(id, _)| (id, 1.0)).collect()
}

/// Who owns the rent of an element: the asset's holders by look-through share, else the operator, else the territory.
fn owners(instance: &Instance, element: &Element) -> Vec<(ActorId, f64)> {
    let Some(arc) = instance.network.arcs().iter().find(|arc| instance.is_part_of(arc.row, element)) else {
        return Vec::new();
    };
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
                        charges: Charges { surcharge: self.amount, to: None, delay_h: 0.0 },
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
        let class = self.instance.classes.of_variant[segment as usize][variant];
        let cost = self.search(segment as usize, variant).price(arcs)?;
        let path = std::iter::once(variant as u32).chain(arcs.iter().map(|arc| arc.0)).collect();
        Some(Column { segment, cost, usage: self.limits.used(class, arcs), path })
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
            let search = Search { surcharge: Some(&surcharge), ..self.search(first as usize, variant) };
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
