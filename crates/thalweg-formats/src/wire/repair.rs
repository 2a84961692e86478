//! The wire shape of the order of repair.
use crate::wire::losses::LossesHead;
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_engine::questions::Mending;
use thalweg_engine::stress::repair::{Order, Repair, Task, Works};

/// Answer of `thalweg repair`. Totals are over the horizon, study currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RepairReport {
    /// Units, and the base with nothing broken.
    pub head: LossesHead,
    /// Days looked at.
    pub horizon_days: u32,
    /// Interest a day.
    pub interest_a_day: f64,
    /// What may be done.
    pub tasks: Vec<TaskRow>,
    /// With access as it is.
    pub plan: PlanRow,
    /// With the scenario of `--opened` in force from the start; `null` where none was named.
    pub opened: Option<OpenedRow>,
}

/// Something to mend or open.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TaskRow {
    /// What.
    pub what: String,
    /// Days it takes.
    pub days: u32,
    /// What it costs, study currency.
    pub cost: f64,
}

/// An order of work and what it is compared with. Totals count delivery, non-delivery and work.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanRow {
    /// The steps in order; what does not pay is missing.
    pub steps: Vec<StepRow>,
    /// Total of this order.
    pub total: f64,
    /// Whether no other order costs less.
    pub exact: bool,
    /// Total when always the task that helps most at once is taken.
    pub myopic_total: f64,
    /// Total when nothing is done.
    pub none_total: f64,
    /// Total if all were done at once and for nothing: no order costs less.
    pub at_least: f64,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// One step.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepRow {
    /// What is mended or opened.
    pub what: String,
    /// Day it begins.
    pub begins_day: u32,
    /// Day it is done.
    pub ends_day: u32,
    /// Cost of delivery and non-delivery a year before it is done.
    pub yearly_cost_before: f64,
    /// The same after.
    pub yearly_cost_after: f64,
}

/// The same damage with something opened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OpenedRow {
    /// The scenario.
    pub scenario: String,
    /// The best order then.
    pub plan: PlanRow,
    /// What mending alone saves against doing nothing.
    pub saved_by_mending: f64,
    /// What opening alone saves against doing nothing.
    pub saved_by_opening: f64,
    /// What both save.
    pub saved_by_both: f64,
}

/// A plan in the study's keys.
pub fn plan_row(works: &Works, labels: &[String], found: &Repair) -> PlanRow {
    PlanRow {
        steps: steps(works, labels, &found.best),
        total: found.best.total,
        exact: found.exact,
        myopic_total: found.myopic.total,
        none_total: found.none,
        at_least: found.at_least,
        stopped: found.stopped,
    }
}

fn steps(works: &Works, labels: &[String], order: &Order) -> Vec<StepRow> {
    let mut begun = 0;
    let mut found = Vec::new();
    for (place, task) in order.tasks.iter().enumerate() {
        let Task { element, periods, .. } = works.tasks[*task];
        found.push(StepRow {
            what: labels[element].clone(),
            begins_day: begun,
            ends_day: begun + periods,
            yearly_cost_before: order.yearly[place],
            yearly_cost_after: order.yearly[place + 1],
        });
        begun += periods;
    }
    found
}

/// The comparison of mending alone, opening alone, and both.
pub fn opened_row(scenario: &str, plan: PlanRow, unchanged: &PlanRow) -> OpenedRow {
    OpenedRow {
        scenario: scenario.to_owned(),
        saved_by_mending: unchanged.none_total - unchanged.total,
        saved_by_opening: unchanged.none_total - plan.none_total,
        saved_by_both: unchanged.none_total - plan.total,
        plan,
    }
}

/// An order of repair that a question asked for. Totals are over the horizon, study currency.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MendingRow {
    /// Days looked at.
    pub horizon_days: u32,
    /// What may be done.
    pub tasks: Vec<TaskRow>,
    /// With access as it is.
    pub plan: PlanRow,
    /// With a scenario in force from the start; `null` where none was named.
    pub opened: Option<OpenedRow>,
}

/// An order of repair with access as it is and opened.
pub fn mending_row(found: &Mending) -> MendingRow {
    let (works, labels) = (&found.works, &found.labels);
    let plan = plan_row(works, labels, &found.plan);
    MendingRow {
        horizon_days: works.horizon,
        tasks: task_rows(works, labels),
        opened: found.opened.as_ref().map(|(name, order)| opened_row(name, plan_row(works, labels, order), &plan)),
        plan,
    }
}

/// The tasks in words.
pub fn task_rows(works: &Works, labels: &[String]) -> Vec<TaskRow> {
    let row = |task: &Task| TaskRow { what: labels[task.element].clone(), days: task.periods, cost: task.cost };
    works.tasks.iter().map(row).collect()
}
