//! One study on one date in one state: network, supply, demand and classes; scenarios make new ones of it.
use crate::access::Charges;
use crate::class::{Class, ClassInputs, Classes, TooManyFlags, build_classes, class_of_shipment};
use crate::compile::compile;
use crate::costs::UnitTable;
use crate::demand::{Demand, Shipment};
use crate::gates::{Blockers, selects};
use crate::network::{ArcRow, Network};
use crate::supply::{Adjustment, ArcCharge, CapacityChange, RuleInForce, Standing, Supply};
use fixedbitset::FixedBitSet;
use std::sync::Arc;
use thalweg_model::element::Element;
use thalweg_model::ids::{ActorId, NodeId};
use thalweg_model::mode::{ActorKind, Confidence, Effect, Lever};
use thalweg_model::model::{Held, Holding, Model, Provenance, Supply as SupplyRow};
use thalweg_model::place::Place;
use thalweg_model::rule::{GateSelector, Rule, ShipmentPredicate};
use thalweg_model::scenario::{Change, Improvement, Scenario, Target};
use thalweg_model::units::Ranged;
use thalweg_model::validity::{Date, Validity};

/// Everything an assignment reads.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The study.
    pub model: Arc<Model>,
    /// Date of its rows.
    pub as_of: Date,
    /// Virtual network, shared by all scenarios.
    pub network: Arc<Network>,
    /// What is open and at what cost.
    pub supply: Supply,
    /// Who wants what.
    pub demand: Demand,
    /// Masks, costs and automata.
    pub classes: Arc<Classes>,
    /// Unit conversions.
    pub units: Arc<UnitTable>,
}

impl Instance {
    /// The base of a study on a date, with arcs for the suppliers that `scenarios` bring.
    pub fn base(model: Arc<Model>, as_of: Date, scenarios: &[Scenario]) -> Result<Self, TooManyFlags> {
        Self::base_in_period(model, as_of, scenarios, "")
    }

    /// The base in a period of the year; the empty period is the annual average.
    pub fn base_in_period(
        model: Arc<Model>,
        as_of: Date,
        scenarios: &[Scenario],
        period: &str,
    ) -> Result<Self, TooManyFlags> {
        let extra: Vec<_> = scenarios
            .iter()
            .flat_map(|scenario| &scenario.changes)
            .filter_map(|change| match change {
                Change::SetSupply(supply) => Some(supply.as_ref().clone()),
                _ => None,
            })
            .collect();
        let network = compile(&model, as_of, &extra);
        let demand = Demand::of(&model, &network, as_of, period, &extra);
        let supply = Supply::base(&model, &network, as_of, extra);
        let units = Arc::new(UnitTable::new(&model, as_of));
        Self { model, as_of, network: Arc::new(network), supply, demand, classes: Arc::default(), units }.classified()
    }

    /// The inputs classes are built from.
    pub fn class_inputs(&self) -> ClassInputs<'_> {
        ClassInputs {
            model: &self.model,
            network: &self.network,
            supply: &self.supply,
            as_of: self.as_of,
            units: &self.units,
            known_costs: &self.classes.known,
        }
    }

    /// The class of any shipment.
    pub fn class_of(&self, shipment: &Shipment) -> Result<Class, TooManyFlags> {
        class_of_shipment(self.class_inputs(), shipment)
    }

    /// The same with classes made anew from its supply and demand.
    pub fn classified(mut self) -> Result<Self, TooManyFlags> {
        let classes = build_classes(self.class_inputs(), &self.demand)?;
        self.classes = Arc::new(classes.sharing_costs_with(&self.classes));
        Ok(self)
    }

    /// The instance a scenario makes of this one.
    pub fn apply(&self, scenario: &Scenario) -> Result<Self, TooManyFlags> {
        let mut changed = self.clone();
        for (position, change) in scenario.changes.iter().enumerate() {
            changed.change(change, &scenario.changes[..position]);
        }
        changed.classified()
    }

    /// Positions of the arcs a target means.
    pub fn arcs_of(&self, target: &Target) -> Vec<usize> {
        let arcs = self.network.arcs().iter().enumerate();
        match target {
            Target::Gates(selector) => arcs
                .filter(|(_, arc)| selects(&self.model, &self.supply.blockers, selector, arc))
                .map(|(position, _)| position)
                .collect(),
            Target::Element(element) => {
                arcs.filter(|(_, arc)| self.is_part_of(arc.row, element)).map(|(position, _)| position).collect()
            }
        }
    }

    /// Whether the row of an arc belongs to an element.
    pub fn is_part_of(&self, row: ArcRow, element: &Element) -> bool {
        let model = &self.model;
        match (element, row) {
            (Element::Link(key), ArcRow::Link(link, _)) => &model.links[link.index()].key == key,
            (Element::Corridor(name), ArcRow::Link(link, _)) => &model.links[link.index()].corridor == name,
            (Element::Passage(passage), ArcRow::Passage(found, ..)) => found == *passage,
            (Element::Crossing(crossing), ArcRow::Exit(side) | ArcRow::Entry(side)) => {
                model.sides[side.index()].crossing == *crossing
            }
            (Element::Terminal(node), ArcRow::Transfer(transfer, _)) => model.transfers[transfer.index()].node == *node,
            (Element::Terminal(node), ArcRow::Unlisted(found)) => found == *node,
            (Element::Transfer(key), ArcRow::Transfer(transfer, _)) => &model.transfers[transfer.index()].key == key,
            (Element::Supply(key), ArcRow::Supply(supply)) => {
                let own = model.supplies.len();
                let row = model.supplies.get(supply.index());
                &row.unwrap_or_else(|| &self.supply.extra_supplies[supply.index() - own]).key == key
            }
            (Element::Group(group), _) => {
                model.groups[group.index()].members.iter().any(|(member, _)| self.is_part_of(row, member))
            }
            (Element::Territory(state), _) => self.row_territory(row) == Some(*state),
            _ => false,
        }
    }

    fn row_territory(&self, row: ArcRow) -> Option<ActorId> {
        let model = &self.model;
        let at = |node: NodeId| model.nodes[node.index()].territory;
        match row {
            ArcRow::Link(link, _) => model.links[link.index()].territory,
            ArcRow::Passage(passage, ..) => model.passages[passage.index()].territory,
            ArcRow::Transfer(transfer, _) => at(model.transfers[transfer.index()].node),
            ArcRow::Exit(side) | ArcRow::Entry(side) => Some(model.sides[side.index()].territory),
            ArcRow::Unlisted(node) => at(node),
            ArcRow::ImpliedBorder | ArcRow::Supply(_) => None,
        }
    }

    /// Makes one change after the `earlier` ones of the same scenario.
    fn change(&mut self, change: &Change, earlier: &[Change]) {
        match change {
            Change::Close(target) => {
                for arc in self.arcs_of(target) {
                    self.supply.open.set(arc, false);
                }
            }
            Change::Open(target) => {
                for arc in self.arcs_of(target) {
                    self.supply.open.set(arc, true);
                }
            }
            Change::Derate { target, factor } => {
                let arcs = self.arc_set(target);
                self.supply.capacity_changes.push(CapacityChange { arcs, factor: *factor });
            }
            Change::Delay { target, hours } => self.charge(target, (Effect::Delay, *hours), None),
            Change::Surcharge { target, amount, to } => self.charge(target, (Effect::Surcharge, *amount), *to),
            Change::Improve { target, improvement } => {
                for arc in self.arcs_of(target) {
                    improve(&mut self.supply.adjustments[arc], improvement);
                }
                if improvement.capacity_factor != 1.0 {
                    let arcs = self.arc_set(target);
                    self.supply.capacity_changes.push(CapacityChange { arcs, factor: improvement.capacity_factor });
                }
            }
            Change::AddRule(rule) => {
                if rule.provenance.validity.holds(self.as_of) {
                    self.supply.rules.push(Arc::new(RuleInForce::of_study(rule.as_ref().clone())));
                }
            }
            Change::DropRule(key) => self.supply.rules.retain(|row| &row.rule.key != key),
            Change::SetSupply(row) => self.set_supply(row, earlier),
            Change::ScaleDemand { demand, commodity, factor } => {
                for segment in &mut self.demand.segments {
                    let key = &self.model.demands[segment.demand.index()].key;
                    let named = demand.as_ref().is_none_or(|wanted| wanted == key);
                    if named && commodity.is_none_or(|wanted| wanted == segment.commodity) {
                        segment.volume *= factor;
                    }
                }
            }
            Change::SetHolding(holding) => self.set_holding(holding),
            Change::ScaleUnservedCost(factor) => self.supply.unserved_cost_factor *= factor,
        }
    }

    fn arc_set(&self, target: &Target) -> FixedBitSet {
        let mut arcs = FixedBitSet::with_capacity(self.network.arcs().len());
        arcs.extend(self.arcs_of(target));
        arcs
    }

    /// A delay or surcharge: on the arcs of an element each time, on gates or a territory as a rule would charge it.
    fn charge(&mut self, target: &Target, (effect, value): (Effect, f64), to: Option<ActorId>) {
        let gate = match target {
            Target::Gates(selector) => selector.clone(),
            Target::Element(Element::Territory(state)) => {
                GateSelector { territory: Some(*state), ..GateSelector::default() }
            }
            Target::Element(_) => {
                let mut arcs = self.arc_set(target);
                // A crossing is passed once, on leaving.
                for arc in arcs.clone().ones() {
                    let enters = matches!(self.network.arcs()[arc].row, ArcRow::Entry(_));
                    arcs.set(arc, !enters);
                }
                let mut charges = Charges::default();
                match effect {
                    Effect::Delay => charges.delay_h = value,
                    _ => charges.add(value, to),
                }
                self.supply.arc_charges.push(ArcCharge { arcs, charges });
                return;
            }
        };
        self.supply.rules.push(Arc::new(decree(gate, (effect, value), to)));
    }

    /// Opens a scenario's supplier and shuts all rows of the same key, but for those an earlier change of the same
    /// scenario brought: they are steps of one cost curve.
    fn set_supply(&mut self, row: &SupplyRow, earlier: &[Change]) {
        let own = self.model.supplies.len();
        let first = |wanted: &SupplyRow| self.supply.extra_supplies.iter().position(|extra| extra == wanted);
        let kept = earlier.iter().filter_map(|change| match change {
            Change::SetSupply(before) if before.key == row.key => first(before),
            _ => None,
        });
        let open: Vec<Option<usize>> = kept.map(Some).chain([first(row)]).collect();
        for (position, arc) in self.network.arcs().iter().enumerate() {
            if let ArcRow::Supply(supply) = arc.row {
                let found = match self.model.supplies.get(supply.index()) {
                    Some(row) => &row.key,
                    None => &self.supply.extra_supplies[supply.index() - own].key,
                };
                if found == &row.key {
                    self.supply.open.set(
                        position,
                        supply.index().checked_sub(own).is_some_and(|extra| open.contains(&Some(extra))),
                    );
                }
            }
        }
    }

    fn set_holding(&mut self, holding: &Holding) {
        let mut holdings: Vec<Holding> = self.supply.holdings.as_ref().clone();
        holdings.retain(|other| (other.held, other.holder) != (holding.held, holding.holder));
        holdings.push(holding.clone());
        self.supply.blockers = Blockers::of(&self.model, &holdings, self.as_of);
        self.supply.holdings = Arc::new(holdings);
    }
}

fn improve(adjustment: &mut Adjustment, improvement: &Improvement) {
    adjustment.time_factor *= improvement.time_factor;
    adjustment.time_h = adjustment.time_h * improvement.time_factor + improvement.time_h;
    adjustment.cost_factor *= improvement.cost_factor;
    adjustment.spread_factor *= improvement.spread_factor;
}

/// The gates through which an actor acts by one lever.
pub fn lever_gates(actor: ActorId, lever: Lever) -> Vec<GateSelector> {
    let none = GateSelector::default();
    match lever {
        Lever::Territory => vec![GateSelector { territory: Some(actor), ..none }],
        Lever::Operation => vec![GateSelector { operator: Some(actor), ..none }],
        Lever::Ownership => vec![GateSelector { owner: Some(actor), ..none }],
        Lever::Supply => vec![GateSelector {
            territory: Some(actor),
            operation: Some(thalweg_model::mode::Operation::Supply),
            ..none
        }],
        Lever::Demand => vec![GateSelector {
            territory: Some(actor),
            operation: Some(thalweg_model::mode::Operation::Unload),
            ..none
        }],
        Lever::Finance => Vec::new(),
    }
}

/// A charge of a scenario on gates; its actor matters only where somebody is paid.
fn decree(gate: GateSelector, (effect, value): (Effect, f64), paid_to: Option<ActorId>) -> RuleInForce {
    let provenance = Provenance {
        place: Place::default(),
        validity: Validity::ALWAYS,
        sources: Vec::new(),
        confidence: Confidence::Estimate,
        note: String::new(),
    };
    let rule = Rule {
        key: "decree".to_owned(),
        actor: paid_to.unwrap_or(ActorId(0)),
        lever: Lever::Operation,
        gate,
        shipment: ShipmentPredicate::default(),
        after: None,
        effect,
        value: Ranged::exactly(value),
        unit: None,
        provenance,
    };
    RuleInForce { rule, standing: Standing::Decree, paid_to }
}

/// What a state or firm holds directly, for stakes.
pub fn held_by(holdings: &[Holding], holder: ActorId) -> impl Iterator<Item = &Holding> {
    holdings.iter().filter(move |holding| holding.holder == holder && matches!(holding.held, Held::Asset(_)))
}

/// Whether an actor is a state.
pub fn is_state(model: &Model, actor: ActorId) -> bool {
    model.actors[actor.index()].kind == ActorKind::State
}
