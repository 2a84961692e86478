//! A state of the world to be valued: scenarios, denials, closures, charges, derates, in canonical form.
use crate::gate_kinds::ClosureKind;
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::mode::Lever;

/// Someone denies someone, by one lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Denial {
    /// Who says no.
    pub by: ActorId,
    /// To whose shipments; `None` to everybody's.
    pub of: Option<ActorId>,
    /// How.
    pub lever: Lever,
    /// To which of them.
    pub only: Only,
}

/// Which shipments of a beneficiary are meant; all where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Only {
    /// Of this commodity.
    pub commodity: Option<CommodityId>,
    /// From one of these states to the other.
    pub between: Option<(ActorId, ActorId)>,
}

impl Denial {
    /// A denial of all shipments of a beneficiary, everybody's where there is none.
    pub fn new(by: ActorId, of: Option<ActorId>, lever: Lever) -> Self {
        Self { by, of, lever, only: Only::default() }
    }

    /// The same of one commodity.
    pub fn of_commodity(mut self, commodity: Option<CommodityId>) -> Self {
        self.only.commodity = commodity;
        self
    }
}

/// A charge on every unit of a beneficiary's shipments that touches a gate of an actor, once a shipment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Whose gates, whose shipments, by which levers: a gate of any of them is touched.
    pub denials: BTreeSet<Denial>,
    amount_bits: u64,
}

impl Touch {
    /// A charge of `amount` study currency per unit; negative amounts count as 0.
    pub fn new(denials: BTreeSet<Denial>, amount: f64) -> Self {
        Self { denials, amount_bits: amount.max(0.0).to_bits() }
    }

    /// Study currency per commodity unit.
    pub fn amount(&self) -> f64 {
        f64::from_bits(self.amount_bits)
    }
}

/// Something shut: all arcs of one subject of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shut {
    /// What kind.
    pub kind: ClosureKind,
    /// Key of what.
    pub subject: String,
}

/// A state of the world to be valued, in canonical form: equal changes in any order are one state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct State {
    /// Scenarios of the study applied in this order, by position.
    pub scenarios: Vec<usize>,
    /// Who denies whom.
    pub denials: BTreeSet<Denial>,
    /// What is shut.
    pub shut: BTreeSet<Shut>,
    /// A charge on touching somebody's gates.
    pub touch: Option<Touch>,
    /// Shares of limits that are left, in millionths, by label.
    pub derated: BTreeMap<String, u32>,
    /// Factor on the cost of not being served, in thousandths; 0 means 1,000.
    pub unserved_cost_thousandths: u32,
}

impl State {
    /// The base.
    pub fn base() -> Self {
        Self::default()
    }

    /// One scenario.
    pub fn scenario(position: usize) -> Self {
        Self { scenarios: vec![position], ..Self::default() }
    }

    /// This state with one more denial.
    pub fn denying(mut self, by: ActorId, of: Option<ActorId>, lever: Lever) -> Self {
        self.denials.insert(Denial::new(by, of, lever));
        self
    }

    /// This state with more denials.
    pub fn denying_all(mut self, denials: impl IntoIterator<Item = Denial>) -> Self {
        self.denials.extend(denials);
        self
    }

    /// This state with a charge on every unit that touches a gate of any of the denials, once; replaces another.
    pub fn charging(mut self, denials: impl IntoIterator<Item = Denial>, amount: f64) -> Self {
        self.touch = (amount > 0.0).then(|| Touch::new(denials.into_iter().collect(), amount));
        self
    }

    /// This state after one more scenario.
    pub fn after(mut self, scenario: usize) -> Self {
        self.scenarios.push(scenario);
        self
    }

    /// This state with a share of a limit left, by label as `Limits` names it.
    pub fn derating(mut self, limit: &str, share: f64) -> Self {
        self.derated.insert(limit.to_owned(), (share.clamp(0.0, 1.0) * 1e6).round() as u32);
        self
    }

    /// This state with the cost of not being served multiplied, to the nearest thousandth.
    pub fn unserved_cost_times(mut self, factor: f64) -> Self {
        self.unserved_cost_thousandths = (factor.max(0.001) * 1000.0).round() as u32;
        self
    }

    /// This state with one more thing shut.
    pub fn shutting(mut self, kind: ClosureKind, subject: &str) -> Self {
        self.shut.insert(Shut { kind, subject: subject.to_owned() });
        self
    }

    /// The one way to write this state: a share of one and a factor of one change nothing.
    pub(crate) fn canonical(&self) -> Self {
        let mut state = self.clone();
        state.derated.retain(|_, millionths| *millionths != 1_000_000);
        if state.unserved_cost_thousandths == 1000 {
            state.unserved_cost_thousandths = 0;
        }
        state
    }

    /// Factor on the cost of not being served.
    pub fn unserved_cost_factor(&self) -> f64 {
        if self.unserved_cost_thousandths == 0 { 1.0 } else { f64::from(self.unserved_cost_thousandths) / 1000.0 }
    }
}
