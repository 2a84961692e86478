//! What flows amount to: volumes, unit-km, costs by component, tolls by receiver, time, by every gate.
use crate::assignment::Assignment;
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId, NodeId};
use thalweg_model::mode::Operation;
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcGates, ArcRow};
use thalweg_network::totals::PathTotals;

/// One number with what it measures; the unit belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is measured.
    pub measure: &'static str,
    /// Of whom or what, in the study's keys.
    pub subject: String,
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// 5th percentile over the drawn ranges, `None` where none were drawn.
    pub low: Option<f64>,
    /// 95th percentile over the drawn ranges.
    pub high: Option<f64>,
    /// What it is above the base's; `None` in the base, for what is a difference itself, and for a mean the base lacks.
    pub change: Option<f64>,
    /// 5th percentile of that difference, both states drawn together.
    pub change_low: Option<f64>,
    /// 95th percentile of that difference.
    pub change_high: Option<f64>,
    /// Which program gave it.
    pub program: &'static str,
}

/// What tells one figure of a state from another: measure, subject, unit, program.
pub type FigureKey = (&'static str, String, String, &'static str);

impl Figure {
    /// What tells it from the others of its state.
    pub fn key(&self) -> FigureKey {
        (self.measure, self.subject.clone(), self.unit.clone(), self.program)
    }

    /// Whether it is a mean, of which none is not zero.
    pub fn is_mean(&self) -> bool {
        self.unit == "h"
    }

    /// Whether it is a difference against the base already.
    pub fn is_difference(&self) -> bool {
        let differences = ["loss", "welfare_loss", "volume_rerouted", "time_added", "loss_per_day", "loss_over_days"];
        differences.contains(&self.measure)
    }
}

/// Name of the exact program in figures.
pub const LEAST_COST: &str = "least_cost";
/// Name of the descriptive program in figures.
pub const PATH_SIZE_LOGIT: &str = "path_size_logit";

/// Name of the user equilibrium in figures.
pub const USER_EQUILIBRIUM: &str = "user_equilibrium";

/// Name of the system optimum in figures.
pub const SYSTEM_OPTIMUM: &str = "system_optimum";

/// A sum by subject and unit that becomes figures of one measure.
#[derive(Default)]
pub(crate) struct Sums {
    by_subject: BTreeMap<(String, String), f64>,
}

impl Sums {
    pub(crate) fn add(&mut self, subject: impl Into<String>, unit: impl Into<String>, amount: f64) {
        *self.by_subject.entry((subject.into(), unit.into())).or_default() += amount;
    }

    /// Parts of the sums of `whole`, each of the subject that `whole_of` names.
    fn shares_of(&self, whole: &Sums, whole_of: impl Fn(&str) -> Option<String>) -> Sums {
        let mut shares = Sums::default();
        for ((subject, unit), part) in &self.by_subject {
            let whole = whole_of(subject).and_then(|name| whole.by_subject.get(&(name, unit.clone())));
            if let Some(whole) = whole.filter(|whole| **whole > 0.0) {
                shares.add(subject, "share", part / whole);
            }
        }
        shares
    }

    pub(crate) fn figures(self, measure: &'static str, program: &'static str) -> impl Iterator<Item = Figure> {
        self.by_subject.into_iter().map(move |((subject, unit), value)| Figure {
            measure,
            subject,
            value,
            unit,
            low: None,
            high: None,
            change: None,
            change_low: None,
            change_high: None,
            program,
        })
    }
}

/// Volumes through every kind of gate, counted once a shipment, and what is moved, spent and paid.
#[derive(Default)]
struct Tally {
    by_corridor: Sums,
    by_mode: Sums,
    by_territory: Sums,
    by_operator: Sums,
    by_passage: Sums,
    by_terminal: Sums,
    origins_at_terminal: Sums,
    served: Sums,
    unserved: Sums,
    unit_km: Sums,
    cost: Sums,
    tolls: Sums,
    time: Sums,
    spread: Sums,
    delivered_cost: Sums,
    entropy: Sums,
}

/// All figures of an assignment.
pub fn figures(instance: &Instance, assignment: &Assignment, program: &'static str) -> Vec<Figure> {
    let mut tally = Tally::default();
    for (segment, flow) in assignment.segments.iter().enumerate() {
        let row = &instance.demand.segments[segment];
        let commodity = &instance.model.commodities[row.commodity.index()];
        let unit = format!("{}/yr", commodity.unit);
        tally.served.add(&commodity.key, &unit, flow.served());
        tally.unserved.add(&commodity.key, &unit, flow.unserved);
        tally.cost.add("unserved", money(instance), flow.unserved * flow.unserved_cost);
        tally.entropy.add(&commodity.key, money(instance), flow.entropy);
        for path in &flow.paths {
            let class = instance.classes.class(path.class);
            let totals = PathTotals::of(&instance.network, class, &path.arcs);
            let origin = row.variants[path.variant].shipment.origin;
            tally.add_path(instance, (row.commodity, origin), (path.volume, &path.arcs), &totals);
        }
    }
    tally.figures(program)
}

fn money(instance: &Instance) -> String {
    format!("{}/yr", instance.model.head.currency)
}

impl Tally {
    fn add_path(
        &mut self,
        instance: &Instance,
        (commodity, origin): (CommodityId, Option<ActorId>),
        (volume, arcs): (f64, &[thalweg_network::network::ArcId]),
        totals: &PathTotals,
    ) {
        let model = &instance.model;
        let row = &model.commodities[commodity.index()];
        let unit = format!("{}/yr", row.unit);
        let mut met: Vec<(Counted, String)> = Vec::new();
        for id in arcs {
            let arc = instance.network.arc(*id);
            if arc.operation == Operation::Move {
                let mode = arc.gates.mode.map_or("", |mode| mode.name());
                self.unit_km.add(mode, format!("{}-km/yr", row.unit), volume * arc.length_km);
            }
            met.extend(counted(instance, &arc.gates, arc.row, arc.operation));
        }
        met.sort();
        met.dedup();
        for (kind, subject) in met {
            let labelled = format!("{subject} {}", row.key);
            match kind {
                Counted::Corridor => self.by_corridor.add(labelled, &unit, volume),
                Counted::Mode => self.by_mode.add(labelled, &unit, volume),
                Counted::Territory => self.by_territory.add(labelled, &unit, volume),
                Counted::Operator => self.by_operator.add(labelled, &unit, volume),
                Counted::Passage => self.by_passage.add(labelled, &unit, volume),
                Counted::Terminal => {
                    let state = origin.map_or("?", |state| model.actors[state.index()].key.as_str());
                    self.origins_at_terminal.add(format!("{labelled} from {state}"), &unit, volume);
                    self.by_terminal.add(labelled, &unit, volume);
                }
            }
        }
        self.time.add(&row.key, "unit-h/yr", volume * totals.time_h);
        self.spread.add(&row.key, "unit-h/yr", volume * totals.time_sd_h());
        self.delivered_cost.add(&row.key, money(instance), volume * totals.generalised());
        let components = [
            ("transport", totals.cost),
            ("tolls", totals.toll),
            ("surcharges", totals.surcharge),
            ("time", totals.time_value),
            ("unreliability", totals.spread_value),
        ];
        for (component, amount) in components {
            self.cost.add(component, money(instance), volume * amount);
        }
        for (receiver, amount) in &totals.receipts {
            let name = receiver.map_or("nobody named", |actor| model.actors[actor.index()].key.as_str());
            self.tolls.add(name, money(instance), volume * amount);
        }
    }

    /// Mean time and spread per unit delivered instead of unit-hours.
    fn per_unit(sums: Sums, served: &Sums) -> Sums {
        let mut means = Sums::default();
        for ((subject, _), total) in sums.by_subject {
            let volume: f64 =
                served.by_subject.iter().filter(|((other, _), _)| *other == subject).map(|(_, volume)| volume).sum();
            if volume > 0.0 {
                means.add(subject, "h", total / volume);
            }
        }
        means
    }

    fn figures(self, program: &'static str) -> Vec<Figure> {
        let commodity = |subject: &str| subject.rsplit_once(' ').map(|parts| parts.1.to_owned());
        let by_corridor = self.by_corridor.shares_of(&self.served, commodity);
        let through = |subject: &str| subject.rsplit_once(" from ").map(|parts| parts.0.to_owned());
        let of_terminal = self.origins_at_terminal.shares_of(&self.by_terminal, through);
        let time = Self::per_unit(self.time, &self.served);
        let spread = Self::per_unit(self.spread, &self.served);
        let mut figures: Vec<Figure> = Vec::new();
        let sums = [
            ("volume_served", self.served),
            ("volume_unserved", self.unserved),
            ("volume_by_corridor", self.by_corridor),
            ("share_by_corridor", by_corridor),
            ("volume_by_mode", self.by_mode),
            ("volume_by_territory", self.by_territory),
            ("volume_by_operator", self.by_operator),
            ("volume_by_passage", self.by_passage),
            ("volume_by_terminal", self.by_terminal),
            ("origin_mix_at_terminal", self.origins_at_terminal),
            ("origin_share_at_terminal", of_terminal),
            ("unit_km_by_mode", self.unit_km),
            ("cost_by_component", self.cost),
            ("delivered_cost_by_commodity", self.delivered_cost),
            ("receipts_by_actor", self.tolls),
            ("mean_time", time),
            ("mean_time_sd", spread),
            ("entropy_term", self.entropy),
        ];
        for (measure, sums) in sums {
            figures.extend(sums.figures(measure, program));
        }
        figures
    }
}

/// What a volume is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    Corridor,
    Mode,
    Territory,
    Operator,
    Passage,
    Terminal,
}

fn counted(instance: &Instance, gates: &ArcGates, row: ArcRow, operation: Operation) -> Vec<(Counted, String)> {
    let model = &instance.model;
    let actor = |id: ActorId| model.actors[id.index()].key.clone();
    let mut found = Vec::new();
    if let ArcRow::Link(link, _) = row {
        let corridor = &model.links[link.index()].corridor;
        if !corridor.is_empty() {
            found.push((Counted::Corridor, corridor.clone()));
        }
    }
    if operation == Operation::Move {
        found.extend(gates.mode.map(|mode| (Counted::Mode, mode.name().to_owned())));
    }
    found.extend(gates.territory.map(|state| (Counted::Territory, actor(state))));
    found.extend(gates.operator.map(|operator| (Counted::Operator, actor(operator))));
    found.extend(gates.passage.map(|passage| (Counted::Passage, model.passages[passage.index()].key.clone())));
    found.extend(gates.terminal.map(|node: NodeId| (Counted::Terminal, model.nodes[node.index()].key.clone())));
    found
}

/// How full a limited element is: capacities are reported here, and bind in the capacitated program.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Kind and key of the element: `link kars_rail`.
    pub element: String,
    /// Volume in the capacity's unit a year, background included.
    pub volume: f64,
    /// Background in the same unit.
    pub background: f64,
    /// Capacity in the same unit.
    pub capacity: f64,
    /// The unit.
    pub unit: String,
}

/// Volume over capacity for every element that states a capacity.
pub fn loads(instance: &Instance, assignment: &Assignment) -> Vec<Load> {
    let volumes = arc_volumes(instance, assignment);
    crate::elements::limited_elements(instance)
        .into_iter()
        .filter(|limited| open_now(instance, limited))
        .map(|crate::elements::Limited { label, element, capacity, arcs }| {
            let dimension = capacity.dimension();
            let per_unit = capacity.unit.base_per_year();
            let mut volume = 0.0;
            for (arc, weight) in &arcs {
                volume += weight
                    * volumes[*arc as usize]
                        .iter()
                        .filter_map(|(commodity, units)| {
                            Some(units * instance.units.base_units(*commodity, dimension)?)
                        })
                        .sum::<f64>();
            }
            let background = crate::elements::background(instance, &element, dimension);
            Load {
                element: label,
                volume: (volume + background) / per_unit,
                background: background / per_unit,
                capacity: capacity.value.value * crate::elements::capacity_factor(instance, &arcs),
                unit: crate::elements::rate_name(&capacity),
            }
        })
        .collect()
}

/// Whether it is part of this state: a supplier some scenario brings or replaces is not part of the others.
fn open_now(instance: &Instance, limited: &crate::elements::Limited) -> bool {
    let sold = matches!(limited.element, thalweg_model::element::Element::Supply(_));
    !sold || limited.arcs.iter().any(|(arc, _)| instance.supply.open.contains(*arc as usize))
}

/// Volume on every arc by commodity, commodity units a year.
pub fn arc_volumes(instance: &Instance, assignment: &Assignment) -> Vec<BTreeMap<CommodityId, f64>> {
    let mut volumes = vec![BTreeMap::new(); instance.network.arcs().len()];
    for (segment, flow) in assignment.segments.iter().enumerate() {
        let commodity = instance.demand.segments[segment].commodity;
        for path in &flow.paths {
            for arc in &path.arcs {
                *volumes[arc.index()].entry(commodity).or_insert(0.0) += path.volume;
            }
        }
    }
    volumes
}
