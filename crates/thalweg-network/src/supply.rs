//! What a scenario may change about a network: what is open, what it costs more, who may refuse whom.
use crate::access::Charges;
use crate::gates::Blockers;
use crate::network::{ArcRow, Network};
use fixedbitset::FixedBitSet;
use std::sync::Arc;
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Status;
use thalweg_model::model::{Holding, Model, Supply as SupplyRow};
use thalweg_model::rule::Rule;
use thalweg_model::validity::Date;

/// What has been changed about one arc, beyond its row; the neutral value leaves the row as it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjustment {
    /// On the time.
    pub time_factor: f64,
    /// Added to the time after the factor, h.
    pub time_h: f64,
    /// On the resource cost.
    pub cost_factor: f64,
    /// On the standard deviation of the time.
    pub spread_factor: f64,
    /// Standard deviation added after the factor as of an independent cause, h.
    pub time_sd_h: f64,
}

impl Adjustment {
    /// Changes nothing.
    pub const NONE: Adjustment =
        Adjustment { time_factor: 1.0, time_h: 0.0, cost_factor: 1.0, spread_factor: 1.0, time_sd_h: 0.0 };
}

/// A factor on capacities: on that of each limit all of whose arcs are among these.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityChange {
    /// Arcs of what the scenario names.
    pub arcs: FixedBitSet,
    /// The factor.
    pub factor: f64,
}

/// What a scenario charges at each passing of some arcs.
#[derive(Debug, Clone, PartialEq)]
pub struct ArcCharge {
    /// The arcs.
    pub arcs: FixedBitSet,
    /// Surcharge and delay.
    pub charges: Charges,
}

/// A rule, and whether the study wrote it or an analysis decreed it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleInForce {
    /// The rule.
    pub rule: Rule,
    /// A decree stands beside the study's rules of the same actor and lever; no permit of theirs lifts it.
    pub standing: Standing,
    /// Who receives what it charges; `None` makes it a resource cost.
    pub paid_to: Option<ActorId>,
}

impl RuleInForce {
    /// A rule of a table or of a scenario; its actor receives what it charges.
    pub fn of_study(rule: Rule) -> Self {
        Self { standing: Standing::Study, paid_to: Some(rule.actor), rule }
    }
}

/// Who put a rule in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A table of the study, or a scenario's rule.
    Study,
    /// A refusal, delay or surcharge under analysis.
    Decree,
}

/// The supply side of an instance.
#[derive(Debug, Clone, PartialEq)]
pub struct Supply {
    /// Arcs that are in use, whatever the rules say.
    pub open: FixedBitSet,
    /// Adjustments by arc.
    pub adjustments: Vec<Adjustment>,
    /// Factors on capacities.
    pub capacity_changes: Vec<CapacityChange>,
    /// Charges of scenarios on elements.
    pub arc_charges: Vec<ArcCharge>,
    /// Access rules in force, those of scenarios and refusals included.
    pub rules: Vec<Arc<RuleInForce>>,
    /// Who can block which asset.
    pub blockers: Blockers,
    /// Holdings in force, those of scenarios included.
    pub holdings: Arc<Vec<Holding>>,
    /// Suppliers only scenarios bring, numbered after the model's own.
    pub extra_supplies: Arc<Vec<SupplyRow>>,
    /// Factor on the cost of not being served.
    pub unserved_cost_factor: f64,
}

impl Supply {
    /// The base: rows open as their status says, rules that hold on `as_of`.
    pub fn base(model: &Model, network: &Network, as_of: Date, extra_supplies: Vec<SupplyRow>) -> Self {
        let mut open = FixedBitSet::with_capacity(network.arcs().len());
        for (position, arc) in network.arcs().iter().enumerate() {
            open.set(position, row_status(model, arc.row) == Status::Open);
        }
        let rules = model
            .rules
            .iter()
            .filter(|rule| rule.provenance.validity.holds(as_of))
            .map(|rule| Arc::new(RuleInForce::of_study(rule.clone())))
            .collect();
        Self {
            open,
            adjustments: vec![Adjustment::NONE; network.arcs().len()],
            capacity_changes: Vec::new(),
            arc_charges: Vec::new(),
            rules,
            blockers: Blockers::of(model, &model.holdings, as_of),
            holdings: Arc::new(model.holdings.clone()),
            extra_supplies: Arc::new(extra_supplies),
            unserved_cost_factor: 1.0,
        }
    }
}

/// The status the row of an arc states; a supplier only a scenario brings is planned until it opens it.
pub fn row_status(model: &Model, row: ArcRow) -> Status {
    match row {
        ArcRow::Link(link, _) => model.links[link.index()].status,
        ArcRow::Passage(passage, ..) => model.passages[passage.index()].status,
        ArcRow::Transfer(transfer, _) => model.transfers[transfer.index()].status,
        ArcRow::Exit(side) | ArcRow::Entry(side) => model.sides[side.index()].status,
        ArcRow::ImpliedBorder | ArcRow::Unlisted(_) => Status::Open,
        ArcRow::Supply(supply) if supply.index() < model.supplies.len() => Status::Open,
        ArcRow::Supply(_) => Status::Planned,
    }
}
