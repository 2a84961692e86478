//! Who pays and who earns in a state, and against another, closing to the welfare of all.
use crate::oracle::{OracleError, Value};
use crate::welfare::{ActorWelfare, total_welfare};
use std::collections::{BTreeMap, BTreeSet};
use thalweg_model::ids::ActorId;
use thalweg_network::demand::state_of;

/// What one state and the firms that answer to it have before and after; firms of nobody stand for themselves. Amounts are
/// study currency a year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceRow {
    /// The state or firm; `None` for what nobody named owns.
    pub actor: Option<ActorId>,
    /// In the state compared with.
    pub before: ActorWelfare,
    /// In the state asked about.
    pub after: ActorWelfare,
}

impl IncidenceRow {
    /// Rise of its welfare.
    pub fn gain(&self) -> f64 {
        self.after.total() - self.before.total()
    }
}

/// The incidence of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Incidence {
    /// By state, the greatest change first.
    pub rows: Vec<IncidenceRow>,
    /// Welfare of all by definition, before and after: what demand is worth less what is spent.
    pub total: (f64, f64),
}

/// Relative error the accounts may show.
const TOLERANCE: f64 = 1e-7;

/// Who pays and who earns; fails where the parts do not add up to the whole.
pub fn incidence(before: &Value, after: &Value) -> Result<Incidence, OracleError> {
    let sums = |value: &Value| {
        let mut sums: BTreeMap<Option<ActorId>, ActorWelfare> = BTreeMap::from([(None, value.welfare.unnamed)]);
        for (actor, welfare) in &value.welfare.by_actor {
            let sum = sums.entry(Some(state_of(&value.instance.model, *actor))).or_default();
            sum.consumer_surplus += welfare.consumer_surplus;
            sum.rents += welfare.rents;
            sum.tolls += welfare.tolls;
        }
        sums
    };
    let (one, other) = (sums(before), sums(after));
    let actors: BTreeSet<Option<ActorId>> = one.keys().chain(other.keys()).copied().collect();
    let of = |sums: &BTreeMap<Option<ActorId>, ActorWelfare>, actor| sums.get(&actor).copied().unwrap_or_default();
    let row = |actor| IncidenceRow { actor, before: of(&one, actor), after: of(&other, actor) };
    let mut rows: Vec<IncidenceRow> = actors.into_iter().map(row).collect();
    rows.retain(|row| row.before != ActorWelfare::default() || row.after != ActorWelfare::default());
    rows.sort_by(|one, other| other.gain().abs().total_cmp(&one.gain().abs()).then(one.actor.cmp(&other.actor)));
    let total =
        (total_welfare(&before.instance, &before.assignment), total_welfare(&after.instance, &after.assignment));
    let parts = |of: fn(&IncidenceRow) -> f64| rows.iter().map(of).sum::<f64>();
    for (sum, whole) in [(parts(|row| row.before.total()), total.0), (parts(|row| row.after.total()), total.1)] {
        let error = (sum - whole).abs() / whole.abs().max(1.0);
        if error > TOLERANCE {
            return Err(OracleError::Identity("welfare by actor adds up to the total", error));
        }
    }
    Ok(Incidence { rows, total })
}
