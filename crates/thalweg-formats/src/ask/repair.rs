//! In which order to mend what is broken and to open what is shut.
use super::Scene;
use super::stress::kind_of;
use crate::fault::Fault;
use crate::ledger::LedgerFile;
use crate::wire::losses::losses_head;
use crate::wire::repair::{RepairReport, opened_row, plan_row, task_rows};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::gate_kinds::closable;
use thalweg_engine::state::State;
use thalweg_engine::stress::failing::{Failing, not_opened, shut};
use thalweg_engine::stress::losses::Remembered;
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_engine::stress::repair::{Repair, Scope, Task, Works, repair};
use thalweg_engine::watch::Watch;
use thalweg_model::nearest::nearest;
use thalweg_network::instance::Instance;

/// What is broken or shut, and how long and at which cost it is put right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepairRequest {
    /// What is broken, the days its repair takes, and its cost where it has one: `link KEY=90:2000000`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mend: Vec<String>,
    /// Scenarios of the study that may be brought about, each with days and cost: `SCENARIO=90:2000000`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Days looked at.
    #[serde(default = "a_year")]
    #[schemars(range(min = 1, max = 36_500))]
    pub horizon: u32,
    /// Interest a year, such as 0.06.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub interest: f64,
    /// Do everything, even what does not pay within the horizon.
    #[serde(default)]
    pub all: bool,
    /// Compared with the same damage when this scenario of the study is in force from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<String>,
}

fn a_year() -> u32 {
    365
}

/// Gives the losses found so far for some elements: as the study stands, or where a scenario is in force from the start.
pub type LedgerOf<'a> = &'a dyn Fn(&[String], Option<&str>) -> Result<LedgerFile, Fault>;

impl RepairRequest {
    /// The order of work, with losses remembered in the memory alone.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<RepairReport, Fault> {
        self.answer_with(scene, &|labels, _| Ok(LedgerFile::in_memory(labels.to_vec())), watch)
    }

    /// The order of work, with losses known already and those found kept.
    pub fn answer_with(&self, scene: Scene, ledger: LedgerOf, watch: &dyn Watch) -> Result<RepairReport, Fault> {
        let (elements, works) = self.works(scene)?;
        let labels: Vec<String> = elements.iter().map(|element| element.label.clone()).collect();
        let solve = |from: State, opened_by: Option<&str>| -> Result<Repair, Fault> {
            let ledger = ledger(&labels, opened_by)?;
            let losses = OracleLosses::new(scene.oracle, from, elements.clone());
            Ok(repair(&Remembered { losses: &losses, ledger: &ledger }, &works, watch)?)
        };
        let plan = plan_row(&works, &labels, &solve(scene.state.clone(), None)?);
        let opened = match &self.opened {
            None => None,
            Some(name) => {
                let state = scene.state.clone().after(scene.opened.scenario_position("opened", name)?);
                Some(opened_row(name, plan_row(&works, &labels, &solve(state, Some(name))?), &plan))
            }
        };
        Ok(RepairReport {
            head: losses_head(scene.oracle, scene.state)?,
            horizon_days: works.horizon,
            interest_a_day: works.interest,
            tasks: task_rows(&works, &labels),
            plan,
            opened,
        })
    }

    /// The elements that are down, and the tasks.
    fn works(&self, scene: Scene) -> Result<(Vec<Failing>, Works), Fault> {
        if self.mend.is_empty() && self.open.is_empty() {
            return Err(Fault::at("mend", "say what is to be done: `link KEY=DAYS` here, or a scenario to open"));
        }
        if !(0.0..=1.0).contains(&self.interest) {
            return Err(Fault::at("interest", "interest a year is from 0 to 1, such as 0.06"));
        }
        let instance = scene.oracle.base();
        let (mut elements, mut tasks) = (Vec::new(), Vec::new());
        for text in &self.mend {
            let (label, periods, cost) = task_of("mend", text)?;
            elements.push(broken(instance, label)?);
            tasks.push(Task { element: tasks.len(), periods, cost });
        }
        for text in &self.open {
            let (name, periods, cost) = task_of("open", text)?;
            elements.push(not_opened(instance, scene.opened.scenario_position("open", name)?, name));
            tasks.push(Task { element: tasks.len(), periods, cost });
        }
        let interest = (1.0 + self.interest).powf(1.0 / 365.0) - 1.0;
        let scope = if self.all { Scope::All } else { Scope::WhatPays };
        Ok((elements, Works { tasks, scope, horizon: self.horizon, years: 1.0 / 365.0, interest }))
    }
}

/// What is done, how many days it takes, what it costs.
fn task_of<'a>(field: &str, text: &'a str) -> Result<(&'a str, u32, f64), Fault> {
    let wrong = || Fault::at(field, format!("`{text}` does not say what and how many days, as `link KEY=90:2000000`"));
    let (label, rest) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (days, cost) = rest.split_once(':').unwrap_or((rest, "0"));
    let days: u32 = days.trim().parse().ok().filter(|days| *days > 0).ok_or_else(wrong)?;
    let cost: f64 = cost.trim().parse().ok().filter(|cost: &f64| *cost >= 0.0 && cost.is_finite()).ok_or_else(wrong)?;
    Ok((label.trim(), days, cost))
}

fn broken(instance: &Instance, label: &str) -> Result<Failing, Fault> {
    let (kind, subject) = label.split_once([' ', ':']).ok_or_else(|| {
        Fault::at("mend", format!("`{label}` does not say a kind and a key, as `link KEY` or `terminal KEY`"))
    })?;
    let kind = kind_of("mend", kind)?;
    let known = closable(instance, kind);
    if known.contains_key(subject.trim()) {
        return Ok(shut(instance, kind, subject.trim()));
    }
    let near = nearest(subject, known.keys().map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; the nearest is `{near}`"));
    Err(Fault::at("mend", format!("no {} is called `{subject}`{hint}", kind.name())))
}
