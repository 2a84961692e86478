//! What shares a limit: stated capacities less background, and quotas; what a unit of each class uses of them.
use crate::contracts::{Contract, contracts};
use crate::elements::{Limited, background, capacity_factor, limited_elements};
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Effect;
use thalweg_model::rule::Rule;
use thalweg_model::units::Unit;
use thalweg_network::class::{Class, ClassId};
use thalweg_network::gates::{carries_crossing_charge, charged_per_arc, selects};
use thalweg_network::instance::Instance;
use thalweg_network::network::{Arc, ArcId, ArcRow};
use thalweg_network::openings::row_only;

/// A limit of the study: who shares it, how much fits, who owns its scarcity.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Kind and key: `link kars_rail`, `quota rule_7`.
    pub label: String,
    /// What fits besides background, base units (t, TEU, bbl, m3, MWh) a year.
    pub capacity: f64,
    /// Name of that base unit; empty for a quota that counts each commodity in its own.
    pub unit: &'static str,
    /// Who owns the rent of its scarcity, with shares that add up to 1; empty where nobody is named.
    pub owners: Vec<(ActorId, f64)>,
    /// The contract whose minimum this is: a volume that must be taken, not one that may not be exceeded.
    pub contract: Option<Contract>,
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
    /// By class: limits that its paths may use, ascending.
    met: Vec<Vec<u32>>,
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
            met: Vec::new(),
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
            found.limits.push(Limit {
                label: limited.label,
                capacity: free.max(0.0),
                unit: dimension.base_name(),
                owners,
                contract: None,
            });
        }
        found.add_quotas(instance);
        found.add_contracts(instance);
        found.uncounted.sort();
        found.uncounted.dedup();
        for usage in &mut found.usage {
            usage.sort_by_key(|(arc, limit, _)| (*arc, *limit));
        }
        found.find_met();
        found
    }

    /// Adds `times` limits that count what the one at `position` counts.
    pub(crate) fn repeat(&mut self, position: u32, times: usize) {
        let first = self.limits.len() as u32;
        let copied = self.limits[position as usize].clone();
        self.limits.resize(self.limits.len() + times, copied);
        for usage in &mut self.usage {
            let counted: Vec<(u32, u32, f64)> =
                usage.iter().copied().filter(|(_, limit, _)| *limit == position).collect();
            for added in first..first + times as u32 {
                usage.extend(counted.iter().map(|(arc, _, weight)| (*arc, added, *weight)));
            }
            usage.sort_by_key(|(arc, limit, _)| (*arc, *limit));
        }
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

    /// A contract's minimum counts what its supplier sells, in the commodity's own unit.
    fn add_contracts(&mut self, instance: &Instance) {
        for contract in contracts(instance) {
            let position = self.limits.len() as u32;
            let arcs: Vec<u32> = (0u32..)
                .zip(instance.network.arcs())
                .filter(|(_, arc)| arc.row == ArcRow::Supply(contract.supply))
                .map(|(arc, _)| arc)
                .collect();
            for (class, usage) in instance.classes.classes.iter().zip(&mut self.usage) {
                if class.commodity == contract.commodity {
                    usage.extend(arcs.iter().map(|arc| (*arc, position, 1.0)));
                }
            }
            let own = instance.model.supplies.len();
            let supply = contract.supply.index();
            let row = instance.model.supplies.get(supply);
            let key = &row.unwrap_or_else(|| &instance.supply.extra_supplies[supply - own]).key;
            self.limits.push(Limit {
                label: format!("contract {key}"),
                capacity: contract.minimum,
                unit: instance.model.commodities[contract.commodity.index()].unit.name(),
                owners: Vec::new(),
                contract: Some(contract),
            });
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
            let unit = rule.unit.map_or("", |unit| unit.dimension.base_name());
            self.limits.push(Limit { label, capacity: capacity.max(0.0), unit, owners, contract: None });
        }
    }

    /// Prices of limits added up on the first touch of each flag of one class.
    pub(crate) fn touch_surcharge(&self, id: ClassId, flags: usize, price: &[f64]) -> Vec<f64> {
        let mut surcharge = vec![0.0; flags];
        for (flag, limit, weight) in &self.touch_usage[id.0 as usize] {
            surcharge[*flag as usize] += price[*limit as usize] * weight;
        }
        surcharge
    }

    /// Adds the prices of limits up on the arcs of one class; `surcharge` is zero everywhere before.
    pub(crate) fn charge(&self, class: ClassId, price: &[f64], surcharge: &mut [f64]) {
        for (arc, limit, weight) in &self.usage[class.0 as usize] {
            surcharge[*arc as usize] += price[*limit as usize] * weight;
        }
    }

    /// Makes zero again what `charge` has written.
    pub(crate) fn uncharge(&self, class: ClassId, surcharge: &mut [f64]) {
        for (arc, ..) in &self.usage[class.0 as usize] {
            surcharge[*arc as usize] = 0.0;
        }
    }

    /// Limits that paths of one class may use, ascending.
    pub(crate) fn met_by(&self, class: ClassId) -> &[u32] {
        &self.met[class.0 as usize]
    }

    fn find_met(&mut self) {
        for (by_arc, by_flag) in self.usage.iter().zip(&self.touch_usage) {
            let mut met: Vec<u32> = by_arc.iter().chain(by_flag).map(|(_, limit, _)| *limit).collect();
            met.sort_unstable();
            met.dedup();
            self.met.push(met);
        }
    }

    /// What a path of one class uses of each limit, ascending by limit.
    pub(crate) fn used(&self, (id, class): (ClassId, &Class), arcs: &[ArcId]) -> Vec<(u32, f64)> {
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
