//! Policy classes: shipments whose decisions over all gates are equal share one mask, one cost vector, one automaton.
use crate::access::{Charges, RulePosition, charging, denials, precedence, rules_for};
use crate::costs::{ArcCost, CostTables, UnitTable, arc_costs};
use crate::demand::{Demand, Shipment};
use crate::gates::{charged_per_arc, selects};
use crate::network::{Arc, ArcRow, Network};
use crate::supply::{RuleInForce, Standing, Supply};
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use std::sync::Arc as Shared;
use thalweg_model::ids::{CommodityId, VehicleId};
use thalweg_model::mode::Effect;
use thalweg_model::model::Model;
use thalweg_model::rule::{GateSelector, Rule};
use thalweg_model::validity::Date;

/// Most history flags one class may need: 2^3 automaton states, and one more bit for touch.
pub const FLAGS_MAX: usize = 3;

/// Position of a class in `Classes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// One bit of a shipment's history, and what it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Flag {
    /// Arcs that set it.
    pub met_at: FixedBitSet,
    /// Arcs shut once it is set.
    pub denied_after: FixedBitSet,
    /// Keys of the rules that shut them, sorted.
    pub denied_by: Vec<String>,
    /// Charged when it is first set.
    pub charges: Charges,
}

/// All shipments treated alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// What they carry.
    pub commodity: CommodityId,
    /// In which vehicles.
    pub vehicles: Vec<VehicleId>,
    /// Rules that concern them, in the order of `Supply::rules`.
    pub rules: Vec<RulePosition>,
    /// Arcs they could use if nobody said no and nothing were shut: carried, costed and of a size that fits.
    pub physical: FixedBitSet,
    /// Arcs they may use, history apart.
    pub allowed: FixedBitSet,
    /// Cost and time of each arc, adjustments included, without rule charges.
    pub costs: Shared<[ArcCost]>,
    /// Rule charges by arc, where there are any.
    pub charges: BTreeMap<u32, Charges>,
    /// Generalised cost of each arc, rule charges included.
    pub generalised: Shared<[f64]>,
    /// History bits; the automaton's state is the set of bits seen.
    pub flags: Vec<Flag>,
    /// Study currency per unit and hour.
    pub value_of_time: f64,
    /// Study currency per unit and hour of standard deviation.
    pub value_of_reliability: f64,
}

/// All classes of an instance and the class of each segment's variants.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Classes {
    /// The classes.
    pub classes: Vec<Class>,
    /// Class of each variant of each segment.
    pub of_variant: Vec<Vec<ClassId>>,
    /// Arcs no class could cost because a rate or a conversion is missing, by commodity.
    pub uncosted: Vec<(CommodityId, usize)>,
    /// Surcharges that are not charged because their unit does not convert: commodity and key of the rule.
    pub uncharged: Vec<(CommodityId, String)>,
    /// Costs before adjustments.
    pub known: KnownCosts,
}

impl Classes {
    /// One class.
    pub fn class(&self, class: ClassId) -> &Class {
        &self.classes[class.0 as usize]
    }

    /// The same, holding each list of costs that is equal to one of its own or of `before` only once: states of a study
    /// differ in what is open far more than in what it costs.
    pub(crate) fn sharing_costs_with(mut self, before: &Self) -> Self {
        let lists = |class: &Class| (class.costs.clone(), class.generalised.clone());
        let mut known: Vec<_> = before.classes.iter().map(lists).collect();
        for class in &mut self.classes {
            match known.iter().find(|(_, generalised)| *generalised == class.generalised) {
                Some((costs, generalised)) if *costs == class.costs => {
                    (class.costs, class.generalised) = (costs.clone(), generalised.clone());
                }
                _ => known.push(lists(class)),
            }
        }
        self
    }
}

/// A class that would need more history bits than an automaton of eight states holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooManyFlags {
    /// Keys of the rules that need them.
    pub rules: Vec<String>,
}

impl std::fmt::Display for TooManyFlags {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "rules {} need more than {FLAGS_MAX} history conditions for one shipment; name a crossing, passage, terminal \
             or link in some of them, which needs none",
            self.rules.join(", ")
        )
    }
}

impl std::error::Error for TooManyFlags {}

/// What classes are built from.
#[derive(Clone, Copy)]
pub struct ClassInputs<'a> {
    /// The study.
    pub model: &'a Model,
    /// Its network.
    pub network: &'a Network,
    /// Its supply side.
    pub supply: &'a Supply,
    /// Date of rules and rates.
    pub as_of: Date,
    /// Unit conversions.
    pub units: &'a UnitTable,
    /// Costs of all arcs that are known already: a scenario changes no row and no rate.
    pub known_costs: &'a KnownCosts,
}

/// Costs of every arc before adjustments, by commodity and vehicles.
pub type KnownCosts = BTreeMap<(CommodityId, Vec<VehicleId>), Shared<[Option<ArcCost>]>>;

/// Classes of all variants; equal signatures share one class, and classes with equal decisions are merged.
pub fn build_classes(inputs: ClassInputs, demand: &Demand) -> Result<Classes, TooManyFlags> {
    let mut builder = ClassBuilder::new(inputs);
    let mut of_variant = Vec::with_capacity(demand.segments.len());
    for segment in &demand.segments {
        let ids: Result<Vec<ClassId>, TooManyFlags> =
            segment.variants.iter().map(|variant| builder.class_of(&variant.shipment)).collect();
        of_variant.push(ids?);
    }
    let uncharged = builder.uncharged();
    Ok(Classes { classes: builder.classes, of_variant, uncosted: builder.uncosted, uncharged, known: builder.costs })
}

/// The class of one shipment that is in no demand row, for routes and explanations.
pub fn class_of_shipment(inputs: ClassInputs, shipment: &Shipment) -> Result<Class, TooManyFlags> {
    let mut builder = ClassBuilder::new(inputs);
    builder.class_of(shipment)?;
    Ok(builder.classes.swap_remove(0))
}

/// What tells two shipments apart before their masks are known.
type Signature = (CommodityId, Vec<VehicleId>, Vec<RulePosition>);

struct ClassBuilder<'a> {
    inputs: ClassInputs<'a>,
    tables: CostTables<'a>,
    costs: KnownCosts,
    /// Arcs of the gates of each rule that some class met.
    gates_of: BTreeMap<RulePosition, FixedBitSet>,
    by_signature: BTreeMap<Signature, ClassId>,
    classes: Vec<Class>,
    uncosted: Vec<(CommodityId, usize)>,
}

impl<'a> ClassBuilder<'a> {
    fn new(inputs: ClassInputs<'a>) -> Self {
        let tables = CostTables::new(inputs.model, inputs.units, inputs.as_of, &inputs.supply.extra_supplies);
        Self {
            inputs,
            tables,
            costs: BTreeMap::new(),
            gates_of: BTreeMap::new(),
            by_signature: BTreeMap::new(),
            classes: Vec::new(),
            uncosted: Vec::new(),
        }
    }

    fn class_of(&mut self, shipment: &Shipment) -> Result<ClassId, TooManyFlags> {
        let ClassInputs { model, supply, as_of, .. } = self.inputs;
        let rules = rules_for(model, as_of, supply, shipment);
        let signature = (shipment.commodity, shipment.vehicles.clone(), rules);
        if let Some(&class) = self.by_signature.get(&signature) {
            return Ok(class);
        }
        let base = self.base_costs(signature.0, &signature.1);
        for &rule in &signature.2 {
            if !self.gates_of.contains_key(&rule) {
                let arcs = self.selected(&supply.rules[rule].rule.gate);
                self.gates_of.insert(rule, arcs);
            }
        }
        let class = self.build(&signature, &base)?;
        let equal = |other: &Class| {
            other.commodity == class.commodity
                && other.allowed == class.allowed
                && other.flags == class.flags
                && other.charges == class.charges
                && other.costs == class.costs
                && self.quotas(&other.rules).eq(self.quotas(&class.rules))
        };
        let id = match self.classes.iter().position(equal) {
            Some(position) => position,
            None => {
                self.classes.push(class);
                self.classes.len() - 1
            }
        };
        let id = ClassId(id as u32);
        self.by_signature.insert(signature, id);
        Ok(id)
    }

    /// Rules among these that are quotas: who shares one quota shares no class with who does not.
    fn quotas(&self, rules: &[RulePosition]) -> impl Iterator<Item = RulePosition> {
        rules.iter().copied().filter(|&rule| self.inputs.supply.rules[rule].rule.effect == Effect::Quota)
    }

    /// Surcharges whose unit does not convert to what a class carries.
    fn uncharged(&self) -> Vec<(CommodityId, String)> {
        let mut found: Vec<(CommodityId, String)> = Vec::new();
        for class in &self.classes {
            for rule in class.rules.iter().map(|&position| &self.inputs.supply.rules[position].rule) {
                let converts = |unit| self.inputs.units.commodity_units(class.commodity, unit).is_some();
                if rule.effect == Effect::Surcharge && !rule.unit.is_none_or(converts) {
                    found.push((class.commodity, rule.key.clone()));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Arcs a gate selector fits.
    fn selected(&self, selector: &GateSelector) -> FixedBitSet {
        let ClassInputs { model, network, supply, .. } = self.inputs;
        let arcs = network.arcs().iter().enumerate();
        let fits = arcs.filter(|(_, arc)| selects(model, &supply.blockers, selector, arc));
        let mut found = FixedBitSet::with_capacity(network.arcs().len());
        fits.for_each(|(position, _)| found.insert(position));
        found
    }

    /// For each arc those of the rules whose gates it is.
    fn rules_by_arc(&self, rules: &[RulePosition]) -> Vec<Vec<RulePosition>> {
        let mut found = vec![Vec::new(); self.inputs.network.arcs().len()];
        for rule in rules {
            self.gates_of[rule].ones().for_each(|arc| found[arc].push(*rule));
        }
        found
    }

    fn base_costs(&mut self, commodity: CommodityId, vehicles: &[VehicleId]) -> Shared<[Option<ArcCost>]> {
        let network = self.inputs.network;
        if let Some(costs) = self.costs.get(&(commodity, vehicles.to_vec())) {
            return costs.clone();
        }
        let costs: Shared<[_]> = match self.inputs.known_costs.get(&(commodity, vehicles.to_vec())) {
            Some(known) => known.clone(),
            None => arc_costs(&self.tables, network, commodity, vehicles).into(),
        };
        let missing = (0..costs.len()).filter(|&arc| costs[arc].is_none() && self.carries(arc, commodity)).count();
        if missing > 0 && !self.uncosted.iter().any(|(other, _)| *other == commodity) {
            self.uncosted.push((commodity, missing));
        }
        self.costs.insert((commodity, vehicles.to_vec()), costs.clone());
        costs
    }

    /// Whether an arc takes a commodity by its mode and by the row's own list.
    fn carries(&self, position: usize, commodity: CommodityId) -> bool {
        let arc = &self.inputs.network.arcs()[position];
        let model = self.inputs.model;
        if let ArcRow::Supply(supply) = arc.row {
            let own = model.supplies.len();
            let row = model.supplies.get(supply.index());
            let row = row.unwrap_or_else(|| &self.inputs.supply.extra_supplies[supply.index() - own]);
            return row.commodity == commodity;
        }
        let by_mode = arc.gates.mode.is_none_or(|mode| model.commodities[commodity.index()].modes.contains(&mode));
        by_mode && (arc.commodities.is_empty() || arc.commodities.contains(&commodity))
    }

    fn fits(&self, arc: &Arc, vehicles: &[VehicleId]) -> bool {
        let model = self.inputs.model;
        let Some(limit) = arc.limit else { return true };
        let limit = &model.limits[limit.index()].sizes;
        vehicles
            .iter()
            .map(|vehicle| &model.vehicles[vehicle.index()])
            .filter(|vehicle| Some(vehicle.mode) == arc.gates.mode)
            .all(|vehicle| vehicle.sizes.fits(limit))
    }

    fn build(&self, (commodity, vehicles, rules): &Signature, base: &[Option<ArcCost>]) -> Result<Class, TooManyFlags> {
        let ClassInputs { model, network, supply, .. } = self.inputs;
        let by_arc = self.rules_by_arc(rules);
        let row = &model.commodities[commodity.index()];
        let mut class = Class {
            commodity: *commodity,
            vehicles: vehicles.clone(),
            rules: rules.clone(),
            physical: FixedBitSet::with_capacity(network.arcs().len()),
            allowed: FixedBitSet::with_capacity(network.arcs().len()),
            costs: Shared::default(),
            charges: BTreeMap::new(),
            generalised: Shared::default(),
            flags: self.flags((rules, &by_arc), *commodity)?,
            value_of_time: row.value_of_time.value,
            value_of_reliability: row.value_of_reliability.value,
        };
        let mut costs = Vec::with_capacity(network.arcs().len());
        let mut generalised = Vec::with_capacity(network.arcs().len());
        for (position, arc) in network.arcs().iter().enumerate() {
            let physical = base[position].is_some() && self.carries(position, *commodity) && self.fits(arc, vehicles);
            let open = supply.open.contains(position) && denials(model, supply, &by_arc[position], arc).is_empty();
            class.physical.set(position, physical);
            class.allowed.set(position, physical && open);
            let cost = adjusted(base[position].unwrap_or_default(), supply, position);
            let charges = self.charges_at(&by_arc[position], position, *commodity);
            generalised.push(
                cost.cost
                    + cost.toll
                    + charges.surcharge
                    + class.value_of_time * (cost.time_h + charges.delay_h)
                    + class.value_of_reliability * cost.time_sd_h,
            );
            costs.push(cost);
            if charges != Charges::default() {
                class.charges.insert(position as u32, charges);
            }
        }
        (class.costs, class.generalised) = (costs.into(), generalised.into());
        Ok(class)
    }

    fn amount(&self, rule: &Rule, commodity: CommodityId) -> f64 {
        match rule.unit {
            None => rule.value.value,
            Some(unit) => {
                self.inputs.units.commodity_units(commodity, unit).map_or(0.0, |units| rule.value.value / units)
            }
        }
    }

    /// Charges due at this arc each time it is passed.
    fn charges_at(&self, rules: &[RulePosition], position: usize, commodity: CommodityId) -> Charges {
        let ClassInputs { model, network, supply, .. } = self.inputs;
        let mut due = Charges::default();
        for RuleInForce { rule, paid_to, .. } in charging(model, supply, rules, &network.arcs()[position]) {
            if !charged_per_arc(&rule.gate) {
                continue;
            }
            if rule.effect == Effect::Delay {
                due.delay_h += rule.value.value;
                continue;
            }
            due.add(self.amount(rule, commodity), *paid_to);
        }
        for charge in supply.arc_charges.iter().filter(|charge| charge.arcs.contains(position)) {
            due.surcharge += charge.charges.surcharge;
            due.delay_h += charge.charges.delay_h;
            due.receipts.extend(&charge.charges.receipts);
        }
        due
    }

    /// Denials that ask for a history, charges due at the first touch, and quotas that count it; of charges one actor
    /// makes by one lever at the same gates only the one that prevails, decrees apart.
    fn rules_with_history(&self, rules: &[RulePosition]) -> Vec<RulePosition> {
        let all = &self.inputs.supply.rules;
        let mut found: Vec<RulePosition> = Vec::new();
        for &position in rules {
            let row = &all[position];
            let rule = &row.rule;
            let spread = rule.after.is_none() && !charged_per_arc(&rule.gate);
            match rule.effect {
                Effect::Deny if rule.after.is_some() => found.push(position),
                Effect::Quota if spread => found.push(position),
                Effect::Surcharge | Effect::Delay if spread => {
                    let study = row.standing == Standing::Study;
                    let rival = found.iter_mut().find(|other| study && same_charge(&all[**other], row));
                    match rival {
                        None => found.push(position),
                        Some(rival) if precedence(rule) > precedence(&all[*rival].rule) => *rival = position,
                        Some(_) => {}
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Arcs a denial with history shuts: those of its gates at which no exemption of the same voice prevails over it.
    fn denied_after(&self, by_arc: &[Vec<RulePosition>], denial: RulePosition) -> FixedBitSet {
        let rules = &self.inputs.supply.rules;
        let mut arcs = self.gates_of[&denial].clone();
        for arc in self.gates_of[&denial].ones() {
            let exempt = by_arc[arc].iter().any(|&other| exempts(&rules[other], &rules[denial]));
            arcs.set(arc, !exempt);
        }
        arcs
    }

    /// The history bits the rules need: one for each `after` condition, one for each charge due at the first touch and
    /// each quota that counts it.
    fn flags(
        &self,
        (rules, by_arc): (&[RulePosition], &[Vec<RulePosition>]),
        commodity: CommodityId,
    ) -> Result<Vec<Flag>, TooManyFlags> {
        let ClassInputs { network, supply, .. } = self.inputs;
        let mut flags: Vec<Flag> = Vec::new();
        let mut needing = Vec::new();
        for position in self.rules_with_history(rules) {
            let row = &supply.rules[position];
            let rule = &row.rule;
            needing.push(rule.key.clone());
            let met_at = match &rule.after {
                Some(selector) => self.selected(selector),
                None => self.gates_of[&position].clone(),
            };
            let index = flags.iter().position(|flag| flag.met_at == met_at).unwrap_or_else(|| {
                let denied_after = FixedBitSet::with_capacity(network.arcs().len());
                flags.push(Flag { met_at, denied_after, denied_by: Vec::new(), charges: Charges::default() });
                flags.len() - 1
            });
            let flag = &mut flags[index];
            match rule.effect {
                Effect::Surcharge => flag.charges.add(self.amount(rule, commodity), row.paid_to),
                Effect::Delay => flag.charges.delay_h += rule.value.value,
                Effect::Quota => {}
                Effect::Permit | Effect::Deny => {
                    flag.denied_after.union_with(&self.denied_after(by_arc, position));
                    flag.denied_by.push(rule.key.clone());
                }
            }
        }
        if flags.len() > FLAGS_MAX {
            return Err(TooManyFlags { rules: needing });
        }
        Ok(flags)
    }
}

/// Whether two rows of the study are one actor's charge of one kind at the same gates.
fn same_charge(one: &RuleInForce, other: &RuleInForce) -> bool {
    let says = |row: &RuleInForce| (row.standing, row.rule.actor, row.rule.lever, row.rule.effect);
    says(one) == says(other) && one.rule.gate == other.rule.gate
}

/// Whether a row is a permit by the same voice as a denial with history, and prevails over it.
fn exempts(row: &RuleInForce, denial: &RuleInForce) -> bool {
    let voice = |row: &RuleInForce| (row.standing, row.rule.actor, row.rule.lever);
    row.rule.effect == Effect::Permit
        && row.rule.after.is_none()
        && voice(row) == voice(denial)
        && precedence(&row.rule) > precedence(&denial.rule)
}

/// A row's cost as the scenario leaves it.
fn adjusted(cost: ArcCost, supply: &Supply, position: usize) -> ArcCost {
    let adjustment = &supply.adjustments[position];
    ArcCost {
        cost: cost.cost * adjustment.cost_factor,
        time_h: (cost.time_h * adjustment.time_factor + adjustment.time_h).max(0.0),
        time_sd_h: (cost.time_sd_h * adjustment.spread_factor).hypot(adjustment.time_sd_h),
        ..cost
    }
}
