//! The main job: the base and every scenario, their flows, figures, and who depends on whom.
use crate::calibration::{FitRow, misfits_of_study};
use crate::closures::{Closure, closures};
use crate::exposure_range::{RangedExposure, ranged_exposures};
use crate::gate_kinds::ClosureKind;
use crate::oracle::{Counters, Oracle, OracleError};
use crate::questions::{Answer, answer};
use crate::ranges::{Draws, Ranges, ranges};
use crate::reach::{Reach, reach};
use crate::refusal::{Refusal, RefusalFilter, refusals};
use crate::state::State;
use crate::states::{Callbacks, Run, Study, run_states};
use crate::watch::Watch;
use thalweg_model::question::Question;
use thalweg_model::validity::Date;

/// All of a study.
#[derive(Debug, Clone)]
pub struct StudyResults {
    /// Date whose rows were used.
    pub as_of: Date,
    /// The base.
    pub base: Run,
    /// The scenarios, in the study's order; those cancelled are missing.
    pub scenarios: Vec<Run>,
    /// Who meets whose gates at least cost, with the ends over all least-cost flows.
    pub exposures: Vec<RangedExposure>,
    /// Refusals that take something, the greatest harm first.
    pub refusals: Vec<Refusal>,
    /// Single closures by kind, the costliest first.
    pub closures: Vec<(ClosureKind, Vec<Closure>)>,
    /// Every count beside the program before and after calibration; empty for a study without a calibration table.
    pub fit: Vec<FitRow>,
    /// The study's questions with their answers, in its order; those cancelled are missing.
    pub answers: Vec<Answer>,
    /// Reach between the parts of divided countries.
    pub reach: Vec<Reach>,
    /// What joint draws of the ranged inputs say; no draws where none were asked for.
    pub ranges: Ranges,
    /// What the oracle did for all this.
    pub counters: Counters,
    /// Whether the work was stopped before its end.
    pub interrupted: bool,
}

/// Runs the base and the scenarios, hands each to `finished` as soon as it is done, then draws ranges where asked to, then
/// the analyses of the base.
pub fn run_study(
    study: Study,
    draws: Option<Draws>,
    (watch, finished): Callbacks,
) -> Result<StudyResults, OracleError> {
    let (oracle, mut runs) = run_states(study, (watch, finished))?;
    let ranges = match draws {
        Some(draws) => ranges(study, draws, watch)?,
        None => Ranges::default(),
    };
    ranges.apply(&mut runs);
    let base = runs.remove(0);
    // Four pieces of work of which none reads another.
    let ((analyses, exposures), (fit, reach)) = rayon::join(
        || {
            rayon::join(
                || analyses(&oracle, study.questions, watch),
                || ranged_exposures((&oracle, &[]), &base.least_cost.assignment, &|_| true, watch),
            )
        },
        || rayon::join(|| misfits_of_study(study.model, watch), || reach(oracle.base())),
    );
    let Analyses { closures, refusals, mut answers } = analyses?;
    ranges.apply_to_answers(&mut answers);
    Ok(StudyResults {
        as_of: study.as_of,
        exposures: exposures?,
        answers,
        refusals,
        closures,
        fit: fit?,
        reach: reach?,
        counters: oracle.counters(),
        interrupted: watch.cancelled(),
        ranges,
        scenarios: runs,
        base,
    })
}

/// What is asked of the base.
struct Analyses {
    closures: Vec<(ClosureKind, Vec<Closure>)>,
    refusals: Vec<Refusal>,
    answers: Vec<Answer>,
}

fn analyses(oracle: &Oracle, questions: &[Question], watch: &dyn Watch) -> Result<Analyses, OracleError> {
    let start = State::base();
    let mut by_kind = Vec::new();
    for kind in ClosureKind::REPORTED {
        by_kind.push((kind, closures(oracle, &start, kind, watch)?));
    }
    let refusals = refusals(oracle, &start, RefusalFilter::default(), watch)?;
    let mut answers = Vec::new();
    for question in questions {
        if watch.cancelled() {
            break;
        }
        answers.push(answer(oracle, question, watch)?);
        watch.progress(answers.len() as u64, questions.len() as u64, "questions");
    }
    Ok(Analyses { closures: by_kind, refusals, answers })
}
