//! The main job: the base and every scenario, their flows, figures, and who depends on whom.
use crate::assignment::{Assignment, Method, assign};
use crate::closures::{Closure, ClosureKind, closures};
use crate::comparison::{Comparison, compare};
use crate::exposure::{Exposure, exposures};
use crate::figures::{Figure, LEAST_COST, Load, PATH_SIZE_LOGIT, figures, loads};
use crate::observed::{ObservedRow, observed};
use crate::path_sets::{PathSets, VARIETY};
use crate::reach::{Reach, reach};
use crate::refusal::{Refusal, RefusalFilter, refusals};
use crate::watch::{Silent, Watch};
use std::sync::Arc;
use thalweg_model::model::Model;
use thalweg_model::scenario::Scenario;
use thalweg_model::validity::Date;
use thalweg_network::class::TooManyFlags;
use thalweg_network::instance::Instance;

/// One state solved: by the descriptive program for shares, by the exact one for differences.
#[derive(Debug, Clone)]
pub struct Run {
    /// The scenario; the base has no changes.
    pub scenario: Scenario,
    /// The state.
    pub instance: Instance,
    /// Flows by path-size logit where the commodity has a finite dispersion.
    pub described: Assignment,
    /// Flows at least cost.
    pub least_cost: Assignment,
    /// Figures of both.
    pub figures: Vec<Figure>,
    /// Volume over capacity, by the descriptive flows.
    pub loads: Vec<Load>,
    /// Counts beside modelled volumes.
    pub observed: Vec<ObservedRow>,
    /// Against the base at least cost; `None` for the base.
    pub against_base: Option<Comparison>,
}

/// All of a study.
#[derive(Debug, Clone)]
pub struct StudyResults {
    /// Date whose rows were used.
    pub as_of: Date,
    /// The base.
    pub base: Run,
    /// The scenarios, in the study's order; those cancelled are missing.
    pub scenarios: Vec<Run>,
    /// Who meets whose gates, at least cost.
    pub exposures: Vec<Exposure>,
    /// Refusals that take something, the greatest harm first.
    pub refusals: Vec<Refusal>,
    /// Single closures by kind, the costliest first.
    pub closures: Vec<(ClosureKind, Vec<Closure>)>,
    /// Reach between the parts of divided countries.
    pub reach: Vec<Reach>,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
}

/// Runs the base and the scenarios, hands each to `finished` as soon as it is done, then the analyses of the base.
pub fn run_study(
    model: &Arc<Model>,
    scenarios: &[Scenario],
    as_of: Date,
    (watch, finished): (&dyn Watch, &mut dyn FnMut(&Run)),
) -> Result<StudyResults, TooManyFlags> {
    let base_instance = Instance::base(model.clone(), as_of, scenarios)?;
    let states: Vec<Instance> =
        scenarios.iter().map(|scenario| base_instance.apply(scenario)).collect::<Result<_, _>>()?;
    let all: Vec<&Instance> = std::iter::once(&base_instance).chain(&states).collect();
    let sets = PathSets::over(&all, VARIETY);
    let base = run(&base_instance, &Scenario::base(), &sets, None);
    finished(&base);
    let mut runs = Vec::new();
    for (scenario, state) in scenarios.iter().zip(&states) {
        if watch.cancelled() {
            break;
        }
        let run = run(state, scenario, &sets, Some(&base));
        finished(&run);
        runs.push(run);
        watch.progress(runs.len() as u64, scenarios.len() as u64, "scenarios");
    }
    let kinds = ClosureKind::ALL.map(|(_, kind)| kind);
    let closures =
        kinds.into_iter().map(|kind| (kind, closures(&base_instance, &base.least_cost, kind, watch))).collect();
    Ok(StudyResults {
        as_of,
        exposures: exposures(&base_instance, &base.least_cost),
        refusals: refusals(&base_instance, &base.least_cost, RefusalFilter::default(), watch),
        closures,
        reach: reach(&base_instance)?,
        interrupted: watch.cancelled(),
        scenarios: runs,
        base,
    })
}

fn run(instance: &Instance, scenario: &Scenario, sets: &PathSets, base: Option<&Run>) -> Run {
    let described = assign(instance, Method::PathSizeLogit(sets), &Silent);
    let least_cost = assign(instance, Method::LeastCost, &Silent);
    let mut all = figures(instance, &described, PATH_SIZE_LOGIT);
    all.extend(figures(instance, &least_cost, LEAST_COST));
    Run {
        loads: loads(instance, &described),
        observed: observed(instance, &described),
        against_base: base.map(|base| compare((&base.instance, &base.least_cost), (instance, &least_cost), |_| true)),
        figures: all,
        scenario: scenario.clone(),
        instance: instance.clone(),
        described,
        least_cost,
    }
}
