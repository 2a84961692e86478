//! The base and every scenario solved by both programs, and all figures of each.
use crate::assign::{Method, assign};
use crate::assignment::Assignment;
use crate::comparison::{Comparison, compare};
use crate::congestion::{Goal, Principle, congestion_figures, equilibrate, is_congestible};
use crate::figures::{Figure, LEAST_COST, Load, PATH_SIZE_LOGIT, Sums, figures, loads};
use crate::observed::{ObservedRow, observed};
use crate::oracle::{Oracle, OracleError, Value};
use crate::path_sets::{PathSets, VARIETY};
use crate::refusal::welfare_loss;
use crate::state::State;
use crate::watch::{Silent, Watch};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_model::model::Model;
use thalweg_model::question::Question;
use thalweg_model::scenario::Scenario;
use thalweg_model::units::DAYS_PER_YEAR;
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
    /// Figures of both, with their differences against the base.
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

/// Which tables, scenarios and date.
#[derive(Debug, Clone, Copy)]
pub struct Study<'a> {
    /// The study.
    pub model: &'a Arc<Model>,
    /// Its scenarios.
    pub scenarios: &'a [Scenario],
    /// What it asks of every run.
    pub questions: &'a [Question],
    /// Date whose rows hold.
    pub as_of: Date,
}

/// Who watches the work, and who takes each run as soon as it is done.
pub type Callbacks<'a> = (&'a dyn Watch, &'a mut dyn FnMut(&Run));

/// The base first, then the scenarios in order; those cancelled are missing. Path sets are made once over all states.
pub fn run_states(study: Study, (watch, finished): Callbacks) -> Result<(Oracle, Vec<Run>), OracleError> {
    let Study { model, scenarios, as_of, .. } = study;
    let oracle = Oracle::new(Instance::base(model.clone(), as_of, scenarios)?, scenarios.to_vec());
    let states: Vec<Arc<Instance>> =
        (0..scenarios.len()).map(|position| oracle.instance(&[position])).collect::<Result<_, _>>()?;
    let all: Vec<&Instance> = std::iter::once(oracle.base()).chain(states.iter().map(Arc::as_ref)).collect();
    let sets = PathSets::over(&all, VARIETY);
    let base = run((&oracle, watch), &sets, None, None)?;
    let positions: Vec<usize> = (0..scenarios.len()).collect();
    let mut runs = Vec::new();
    let mut handed = 0;
    // A few at a time, so that each is handed on soon after it is done, in order whatever the threads did. Those done are
    // handed on while the next are solved.
    for some in positions.chunks(2 * rayon::current_num_threads()) {
        if watch.cancelled() {
            break;
        }
        let solve = |&position: &usize| {
            let solved = run((&oracle, watch), &sets, Some(position), Some(&base));
            oracle.let_go(&[position]);
            solved
        };
        let mut solved: Result<Vec<Run>, OracleError> = Ok(Vec::new());
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| solved = some.par_iter().map(solve).collect());
            hand_on((&base, &runs), &mut handed, finished);
        });
        runs.extend(solved?);
        watch.progress(runs.len() as u64, scenarios.len() as u64, "scenarios");
    }
    hand_on((&base, &runs), &mut handed, finished);
    runs.insert(0, base);
    Ok((oracle, runs))
}

/// Hands on the runs that have not been, the base first.
fn hand_on((base, runs): (&Run, &[Run]), handed: &mut usize, finished: &mut dyn FnMut(&Run)) {
    for run in std::iter::once(base).chain(runs).skip(*handed) {
        finished(run);
        *handed += 1;
    }
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
    if is_congestible(instance) {
        for principle in Principle::ALL {
            all.extend(congestion_figures(&equilibrate(instance, Goal::of_report(principle), watch)?));
        }
    }
    let against =
        |base: &Run| compare((&base.instance, &base.least_cost.assignment), (instance, &value.assignment), |_| true);
    let mut run = Run {
        loads: loads(instance, &value.assignment),
        observed: observed(instance, &described),
        against_base: base.map(against),
        welfare_loss: base.map_or_else(BTreeMap::new, |base| welfare_loss(&base.least_cost, &value)),
        figures: all,
        scenario: scenario.map_or_else(Scenario::base, |position| oracle.scenarios()[position].clone()),
        instance: instance.clone(),
        described,
        least_cost: value.clone(),
    };
    let own = state_figures(&run);
    run.figures.extend(own);
    if let Some(base) = base {
        add_changes(&mut run.figures, &base.figures);
    }
    Ok(run)
}

/// Figures of the state as a whole, of its counted and limited elements, and of its difference against the base.
fn state_figures(run: &Run) -> Vec<Figure> {
    let model = &run.instance.model;
    let money = format!("{}/yr", model.head.currency);
    let sum = |rows: Vec<(String, String, f64)>| {
        let mut sums = Sums::default();
        rows.into_iter().for_each(|(subject, unit, amount)| sums.add(subject, unit, amount));
        sums
    };
    let paid = |subject: &str, amount: f64| (subject.to_owned(), money.clone(), amount);
    let counted = run.observed.iter().map(|row| (row.key.clone(), row.unit.clone(), row.modelled));
    let limited = run.loads.iter().map(|load| (load.element.clone(), load.unit.clone(), load.volume));
    let mut figures: Vec<Figure> = sum(counted.collect()).figures("volume_at_observation", PATH_SIZE_LOGIT).collect();
    let mut exact = |measure: &'static str, rows: Vec<(String, String, f64)>| {
        figures.extend(sum(rows).figures(measure, LEAST_COST));
    };
    exact("volume_at_capacity", limited.collect());
    exact("cost_total", vec![paid("all", run.least_cost.value)]);
    let Some(change) = &run.against_base else { return figures };
    let actor = |(id, amount): (&ActorId, &f64)| paid(&model.actors[id.index()].key, *amount);
    let commodity = |id: &CommodityId| &model.commodities[id.index()];
    let moved = change.rerouted_volume.iter().map(|(id, volume)| {
        let row = commodity(id);
        (row.key.clone(), format!("{}/yr", row.unit), *volume)
    });
    let delays = change.delay_h.iter().map(|(id, hours)| (commodity(id).key.clone(), "h".to_owned(), *hours));
    exact(
        "loss",
        vec![paid("total", change.loss), paid("rerouting", change.rerouting), paid("unserved", change.unserved)],
    );
    exact("welfare_loss", run.welfare_loss.iter().map(actor).collect());
    exact("volume_rerouted", moved.collect());
    exact("time_added", delays.collect());
    if let Some(days) = run.scenario.days {
        let currency = &model.head.currency;
        let per_day = change.loss / DAYS_PER_YEAR;
        exact("loss_per_day", vec![("total".to_owned(), format!("{currency}/d"), per_day)]);
        exact("loss_over_days", vec![("total".to_owned(), format!("{currency} in {days} d"), per_day * days)]);
    }
    figures
}

/// Sets what each figure is above the base's; what the base does not have counts as none there, but for means.
fn add_changes(figures: &mut [Figure], base: &[Figure]) {
    let before: BTreeMap<_, f64> = base.iter().map(|figure| (figure.key(), figure.value)).collect();
    for figure in figures.iter_mut().filter(|figure| !figure.is_difference()) {
        let was = before.get(&figure.key()).copied().or((!figure.is_mean()).then_some(0.0));
        figure.change = was.map(|was| figure.value - was);
    }
}
