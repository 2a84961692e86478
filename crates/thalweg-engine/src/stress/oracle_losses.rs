//! Losses of a study: failures as states of the oracle, with the bounds its flows and prices give.
use super::failing::{Failing, Failure, limits_inside};
use super::losses::{Loss, Losses};
use crate::elements::limited_elements;
use crate::flow::Solved;
use crate::oracle::{Oracle, OracleError, Value};
use crate::state::State;
use crate::watch::Watch;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Failures of a study's elements.
pub struct OracleLosses<'a> {
    /// Who values states.
    pub oracle: &'a Oracle,
    /// The state in which they fail.
    pub from: State,
    /// What may fail.
    pub elements: Vec<Failing>,
    /// Elements by arc.
    standing_on: Vec<Vec<u32>>,
    /// Limits that stand wholly on an element, by element.
    limits_on: Vec<Vec<String>>,
}

impl<'a> OracleLosses<'a> {
    /// Losses of these elements from a state.
    pub fn new(oracle: &'a Oracle, from: State, elements: Vec<Failing>) -> Self {
        let mut standing_on = vec![Vec::new(); oracle.base().network.arcs().len()];
        for (position, element) in elements.iter().enumerate() {
            element.arcs.ones().for_each(|arc| standing_on[arc].push(position as u32));
        }
        let limited = limited_elements(oracle.base());
        let limits_on = elements.iter().map(|element| limits_inside(&limited, &element.arcs)).collect();
        Self { oracle, from, elements, standing_on, limits_on }
    }

    /// The state in which these have failed.
    pub fn state(&self, failed: &[usize]) -> State {
        failed.iter().fold(self.from.clone(), |state, element| self.elements[*element].fail(state))
    }

    /// The value of that state; `None` where the work was stopped.
    pub fn value(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Arc<Value>>, OracleError> {
        if watch.cancelled() {
            return Ok(None);
        }
        let value = self.oracle.value(&self.state(failed), watch)?;
        Ok((value.certificate().solved != Solved::Interrupted).then_some(value))
    }

    /// By element, the most its failing adds to a solution: what is not delivered any more, at its cost of not being
    /// served less what its delivery cost. The flow less those paths is feasible, so the bound holds for any set.
    fn harm(&self, value: &Value) -> Vec<(usize, f64)> {
        let mut harm = vec![0.0; self.elements.len()];
        let mut met = vec![false; self.elements.len()];
        for segment in &value.assignment.segments {
            for path in segment.paths.iter().filter(|path| path.volume > 0.0) {
                let standing = path.arcs.iter().flat_map(|arc| &self.standing_on[arc.index()]);
                let elements: BTreeSet<u32> = standing.copied().collect();
                for element in elements {
                    met[element as usize] = true;
                    harm[element as usize] += path.volume * (segment.unserved_cost - path.cost).max(0.0);
                }
            }
        }
        harm.into_iter().enumerate().filter(|(element, _)| met[*element]).collect()
    }

    /// By element, the least its failing adds: shadow prices of the limits that stand wholly on it times what is taken
    /// from them. The cost is convex in the capacities, so the sum bounds from below.
    fn floor(&self, value: &Value) -> Vec<(usize, f64)> {
        let mut priced: BTreeMap<&str, f64> = BTreeMap::new();
        for (limit, price) in value.limits.limits.iter().zip(&value.flow.group_price).filter(|(_, price)| **price > 0.0)
        {
            priced.insert(&limit.label, price * limit.capacity);
        }
        let of_element = |(position, labels): (usize, &Vec<String>)| {
            let taken = match &self.elements[position].failure {
                Failure::Shut(_) => 1.0,
                Failure::Derated(_, share) => 1.0 - share,
            };
            let sum: f64 = labels.iter().filter_map(|label| priced.get(label.as_str())).sum();
            (sum > 0.0).then_some((position, sum * taken))
        };
        self.limits_on.iter().enumerate().filter_map(of_element).collect()
    }
}

impl Losses for OracleLosses<'_> {
    fn elements(&self) -> usize {
        self.elements.len()
    }

    fn loss(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Loss>, OracleError> {
        let Some(value) = self.value(failed, watch)? else { return Ok(None) };
        Ok(Some(Loss { cost: value.value, harm: self.harm(&value), floor: self.floor(&value) }))
    }
}
