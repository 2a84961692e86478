//! The order of repair that a question asks for, with access as it is and opened.
use super::asked::{Asking, position};
use crate::oracle::OracleError;
use crate::state::State;
use crate::stress::failing::{Failing, not_opened, shut_element};
use crate::stress::oracle_losses::OracleLosses;
use crate::stress::repair::{Repair, Scope, Task, Works, repair};
use thalweg_model::question;

/// Orders of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Mending {
    /// What each task mends or opens.
    pub labels: Vec<String>,
    /// The tasks, in days.
    pub works: Works,
    /// The best order with access as it is.
    pub plan: Repair,
    /// A scenario in force from the start, and the best order then.
    pub opened: Option<(String, Repair)>,
}

impl Mending {
    /// What mending alone, opening alone and both save against doing nothing over the days looked at, study currency; none
    /// where nothing is opened.
    pub fn savings(&self) -> Option<(f64, f64, f64)> {
        let (_, opened) = self.opened.as_ref()?;
        let nothing = self.plan.none;
        Some((nothing - self.plan.best.total, nothing - opened.none, nothing - opened.best.total))
    }
}

/// Works out the orders.
pub(super) fn mending((oracle, state, watch): Asking, asked: &question::Works) -> Result<Mending, OracleError> {
    let (mut elements, mut tasks): (Vec<Failing>, Vec<Task>) = (Vec::new(), Vec::new());
    for (element, periods, cost) in &asked.mend {
        elements.push(shut_element(oracle.base(), element));
        tasks.push(Task { element: tasks.len(), periods: *periods, cost: *cost });
    }
    for (name, periods, cost) in &asked.open {
        elements.push(not_opened(oracle.base(), position(oracle, name), name));
        tasks.push(Task { element: tasks.len(), periods: *periods, cost: *cost });
    }
    let labels = elements.iter().map(|element| element.label.clone()).collect();
    let works = Works { tasks, scope: Scope::WhatPays, horizon: asked.horizon_days, years: 1.0 / 365.0, interest: 0.0 };
    let solve = |from: State| repair(&OracleLosses::new(oracle, from, elements.clone()), &works, watch);
    let plan = solve(state.clone())?;
    let opened = match &asked.opened {
        None => None,
        Some(name) => Some((name.clone(), solve(state.clone().after(position(oracle, name)))?)),
    };
    Ok(Mending { labels, plan, opened, works })
}
