//! Losses of a study: failures as states of the oracle, with the bounds its flows and prices give.
use super::cascade::{Cascade, Fall};
use super::failing::{Failing, Failure, limits_inside, with_right_of_way};
use super::losses::{Loss, Losses};
use crate::elements::limited_elements;
use crate::flow::Solved;
use crate::gate_kinds::arcs_of;
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
    /// What falls with what, where that is looked at.
    cascade: Option<Cascade>,
    /// Hours the failures last; infinite where backups are spent.
    lasting_h: f64,
    /// Elements by arc: those whose failing may shut it.
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
        Self { oracle, from, elements, cascade: None, lasting_h: f64::INFINITY, standing_on, limits_on }
    }

    /// The same with what falls because of needs and rights of way, for failures that last so many hours.
    pub fn cascading(mut self, lasting_h: f64) -> Self {
        let instance = self.oracle.base();
        let cascade = Cascade::of(instance);
        for element in &mut self.elements {
            if let Failure::Shut(shuts) = &mut element.failure {
                *shuts = with_right_of_way(&instance.model, std::mem::take(shuts));
                shuts.iter().for_each(|shut| element.arcs.union_with(&arcs_of(instance, shut.kind, &shut.subject)));
            }
        }
        self.standing_on = vec![Vec::new(); instance.network.arcs().len()];
        for (position, element) in self.elements.iter().enumerate() {
            let shuts = matches!(element.failure, Failure::Shut(_));
            let reach = if shuts { cascade.reach(&element.arcs) } else { element.arcs.clone() };
            reach.ones().for_each(|arc| self.standing_on[arc].push(position as u32));
        }
        self.cascade = Some(cascade);
        self.lasting_h = lasting_h;
        self
    }

    /// What falls with some elements, after how many hours; none where cascades are not looked at.
    pub fn falls(&self, failed: &[usize]) -> Vec<Fall> {
        let shut: Vec<&Failing> = failed
            .iter()
            .map(|element| &self.elements[*element])
            .filter(|element| matches!(element.failure, Failure::Shut(_)))
            .collect();
        let falls = self.cascade.as_ref().map_or_else(Vec::new, |cascade| cascade.falls(&shut));
        falls.into_iter().filter(|fall| fall.after_h < self.lasting_h).collect()
    }

    /// Spans of the failures, as shares of the time they last, with the state in each.
    fn spans(&self, failed: &[usize]) -> Vec<(f64, State)> {
        let mut state = self.shut_first(failed);
        let mut found: Vec<(f64, State)> = Vec::new();
        let mut begun = 0.0;
        for fall in self.falls(failed) {
            if fall.after_h > begun && self.lasting_h.is_finite() {
                found.push(((fall.after_h - begun) / self.lasting_h, state.clone()));
                begun = fall.after_h;
            }
            state.shut.extend(fall.shuts);
        }
        let left = if self.lasting_h.is_finite() { 1.0 - begun / self.lasting_h } else { 1.0 };
        found.push((left, state));
        found
    }

    /// The state in which these have failed, and all that falls with them in the end.
    pub fn state(&self, failed: &[usize]) -> State {
        self.spans(failed).pop().map_or_else(|| self.from.clone(), |(_, state)| state)
    }

    /// The state right after these have failed.
    fn shut_first(&self, failed: &[usize]) -> State {
        let mut state = self.from.clone();
        for (position, element) in self.elements.iter().enumerate() {
            match (&element.failure, failed.binary_search(&position).is_ok()) {
                (_, true) => state = element.fail(state),
                (Failure::NotOpened(scenario), false) => state.scenarios.push(*scenario),
                (_, false) => {}
            }
        }
        state
    }

    /// The value of that state; `None` where the work was stopped.
    pub fn value(&self, failed: &[usize], watch: &dyn Watch) -> Result<Option<Arc<Value>>, OracleError> {
        self.value_of(&self.state(failed), watch)
    }

    fn value_of(&self, state: &State, watch: &dyn Watch) -> Result<Option<Arc<Value>>, OracleError> {
        if watch.cancelled() {
            return Ok(None);
        }
        let value = self.oracle.value(state, watch)?;
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
                Failure::NotOpened(_) => 0.0,
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
        let spans = self.spans(failed);
        if let [(_, state)] = spans.as_slice() {
            let Some(value) = self.value_of(state, watch)? else { return Ok(None) };
            let floor = if self.cascade.is_some() { Vec::new() } else { self.floor(&value) };
            return Ok(Some(Loss { cost: value.value, harm: self.harm(&value), floor }));
        }
        let (mut cost, mut harm) = (0.0, BTreeMap::new());
        for (share, state) in spans {
            let Some(value) = self.value_of(&state, watch)? else { return Ok(None) };
            cost += share * value.value;
            for (element, amount) in self.harm(&value) {
                *harm.entry(element).or_insert(0.0) += share * amount;
            }
        }
        Ok(Some(Loss { cost, harm: harm.into_iter().collect(), floor: Vec::new() }))
    }
}
