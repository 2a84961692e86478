//! The main job: the base and every scenario, their flows, figures, and who depends on whom.
use crate::assign::{Method, assign};
use crate::assignment::Assignment;
use crate::closures::{Closure, closures};
use crate::comparison::{Comparison, compare};
use crate::exposure::{Exposure, exposures};
use crate::figures::{Figure, LEAST_COST, Load, PATH_SIZE_LOGIT, figures, loads};
use crate::gate_kinds::ClosureKind;
use crate::observed::{ObservedRow, observed};
use crate::oracle::{Counters, Oracle, OracleError, Value};
use crate::path_sets::{PathSets, VARIETY};
use crate::reach::{Reach, reach};
use crate::refusal::{Refusal, RefusalFilter, refusals, welfare_loss};
use crate::state::State;
use crate::watch::{Silent, Watch};
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;
use thalweg_model::scenario::Scenario;
use thalweg_model::validity::Date;
use thalweg_network::instance::Instance;

/// One state solved: by the descriptive program for shares, by the exact one for differences.
#[derive(Debug, Clone)]
pub struct Run {
    /// The scenario; the base has no changes.
    pub scenario: Scenario,
    /// The state.
    pub instance: Arc<Instance>,
    /// Flows by path-size logit where the commodity has a finite dispersion.
    pub described: Assignment,
    /// Least cost under capacities: flows, prices, welfare, certificate.
    pub least_cost: Arc<Value>,
    /// Figures of both.
    pub figures: Vec<Figure>,
    /// Volume over capacity, by the least-cost flows.
    pub loads: Vec<Load>,
    /// Counts beside modelled volumes.
    pub observed: Vec<ObservedRow>,
    /// Against the base at least cost; `None` for the base.
    pub against_base: Option<Comparison>,
    /// Fall of welfare by state against the base, gains negative; empty for the base.
    pub welfare_loss: BTreeMap<ActorId, f64>,
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
    /// What the oracle did for all this.
    pub counters: Counters,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
}

/// Who watches the work, and who takes each run as soon as it is done.
pub type Callbacks<'a> = (&'a dyn Watch, &'a mut dyn FnMut(&Run));

/// Runs the base and the scenarios, hands each to `finished` as soon as it is done, then the analyses of the base.
pub fn run_study(
    model: &Arc<Model>,
    scenarios: &[Scenario],
    as_of: Date,
    (watch, finished): Callbacks,
) -> Result<StudyResults, OracleError> {
    let oracle = Oracle::new(Instance::base(model.clone(), as_of, scenarios)?, scenarios.to_vec());
    let states: Vec<Arc<Instance>> =
        (0..scenarios.len()).map(|position| oracle.instance(&[position])).collect::<Result<_, _>>()?;
    let all: Vec<&Instance> = std::iter::once(oracle.base()).chain(states.iter().map(Arc::as_ref)).collect();
    let sets = PathSets::over(&all, VARIETY);
    let base = run((&oracle, watch), &sets, None, None)?;
    finished(&base);
    let mut runs = Vec::new();
    for position in 0..scenarios.len() {
        if watch.cancelled() {
            break;
        }
        let run = run((&oracle, watch), &sets, Some(position), Some(&base))?;
        finished(&run);
        runs.push(run);
        watch.progress(runs.len() as u64, scenarios.len() as u64, "scenarios");
    }
    let start = State::base();
    let mut by_kind = Vec::new();
    for kind in ClosureKind::REPORTED {
        by_kind.push((kind, closures(&oracle, &start, kind, watch)?));
    }
    let refusals = refusals(&oracle, &start, RefusalFilter::default(), watch)?;
    Ok(StudyResults {
        as_of,
        exposures: exposures(oracle.base(), &base.least_cost.assignment),
        refusals,
        closures: by_kind,
        reach: reach(oracle.base())?,
        counters: oracle.counters(),
        interrupted: watch.cancelled(),
        scenarios: runs,
        base,
    })
}

fn run(
    (oracle, watch): (&Oracle, &dyn Watch),
    sets: &PathSets,
    scenario: Option<usize>,
    base: Option<&Run>,
) -> Result<Run, OracleError> {
    let state = scenario.map_or_else(State::base, State::scenario);
    let value = oracle.value(&state, watch)?;
    let instance = &value.instance;
    let described = assign(instance, Method::PathSizeLogit(sets), &Silent)?;
    let mut all = figures(instance, &described, PATH_SIZE_LOGIT);
    all.extend(figures(instance, &value.assignment, LEAST_COST));
    let against =
        |base: &Run| compare((&base.instance, &base.least_cost.assignment), (instance, &value.assignment), |_| true);
    Ok(Run {
        loads: loads(instance, &value.assignment),
        observed: observed(instance, &described),
        against_base: base.map(against),
        welfare_loss: base.map_or_else(BTreeMap::new, |base| welfare_loss(&base.least_cost, &value)),
        figures: all,
        scenario: scenario.map_or_else(Scenario::base, |position| oracle.scenarios()[position].clone()),
        instance: instance.clone(),
        described,
        least_cost: value.clone(),
    })
}
