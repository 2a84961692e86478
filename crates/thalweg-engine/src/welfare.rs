//! Who pays and who earns: consumers, rents of scarce capacity, tolls; the parts add up to the whole.
use crate::assignment::Assignment;
use crate::flow::Flow;
use crate::limits::Limits;
use std::collections::BTreeMap;
use thalweg_model::ids::ActorId;
use thalweg_network::demand::{consumer, state_of};
use thalweg_network::instance::Instance;
use thalweg_network::totals::PathTotals;

/// What one actor gains, study currency a year.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ActorWelfare {
    /// What its shipments are worth to it above what they pay.
    pub consumer_surplus: f64,
    /// Rents of scarce capacity, by ownership share; a supplier's profit is the rent of its limited supply.
    pub rents: f64,
    /// Tolls and surcharges.
    pub tolls: f64,
}

impl ActorWelfare {
    /// All of it.
    pub fn total(&self) -> f64 {
        self.consumer_surplus + self.rents + self.tolls
    }
}

/// Welfare by actor, and what goes to nobody named.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Welfare {
    /// By actor: shippers, holders, operators, receivers.
    pub by_actor: BTreeMap<ActorId, ActorWelfare>,
    /// Surplus, rents and tolls with no named owner.
    pub unnamed: ActorWelfare,
}

impl Welfare {
    /// Sum over all actors and the unnamed rest.
    pub fn total(&self) -> f64 {
        self.by_actor.values().map(ActorWelfare::total).sum::<f64>() + self.unnamed.total()
    }

    /// What a state and the firms that answer to it gain.
    pub fn of_state(&self, instance: &Instance, state: ActorId) -> ActorWelfare {
        let mut sum = ActorWelfare::default();
        for (actor, welfare) in &self.by_actor {
            if *actor == state || state_of(&instance.model, *actor) == state {
                sum.consumer_surplus += welfare.consumer_surplus;
                sum.rents += welfare.rents;
                sum.tolls += welfare.tolls;
            }
        }
        sum
    }

    fn entry(&mut self, actor: Option<ActorId>) -> &mut ActorWelfare {
        match actor {
            Some(actor) => self.by_actor.entry(actor).or_default(),
            None => &mut self.unnamed,
        }
    }
}

/// Welfare of a flow of the exact program: surplus (cost of not being served less delivered price) times demand to the
/// shipper, price times capacity of each scarce limit to its owners, tolls to their receivers.
pub fn welfare(instance: &Instance, limits: &Limits, flow: &Flow, assignment: &Assignment) -> Welfare {
    let mut welfare = Welfare::default();
    for (segment, row) in assignment.segments.iter().enumerate() {
        let demand = &instance.demand.segments[segment];
        let surplus = demand.volume * (row.unserved_cost - row.price);
        let owner = consumer(&instance.model, &instance.model.demands[demand.demand.index()]);
        welfare.entry(owner).consumer_surplus += surplus;
        for path in &row.paths {
            let totals = PathTotals::of(&instance.network, instance.classes.class(path.class), &path.arcs);
            for (to, amount) in totals.receipts {
                welfare.entry(to).tolls += path.volume * amount;
            }
        }
    }
    for (position, limit) in limits.limits.iter().enumerate() {
        let rent = flow.group_price[position] * limit.capacity;
        if rent == 0.0 {
            continue;
        }
        let named: f64 = limit.owners.iter().map(|(_, share)| share).sum();
        for (owner, share) in &limit.owners {
            welfare.entry(Some(*owner)).rents += rent * share;
        }
        welfare.unnamed.rents += rent * (1.0 - named);
    }
    welfare
}

/// Total welfare by definition: what demand is worth, less what is spent, what somebody receives being a transfer.
pub fn total_welfare(instance: &Instance, assignment: &Assignment) -> f64 {
    let mut total = 0.0;
    for (segment, row) in assignment.segments.iter().enumerate() {
        total += instance.demand.segments[segment].volume * row.unserved_cost - row.loss();
        for path in &row.paths {
            let totals = PathTotals::of(&instance.network, instance.classes.class(path.class), &path.arcs);
            total += path.volume * totals.receipts.iter().map(|(_, amount)| amount).sum::<f64>();
        }
    }
    total
}
