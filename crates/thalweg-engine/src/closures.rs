//! Every single closure of a kind: what it costs, strands, delays, and who receives more or less.
use crate::comparison::{Comparison, compare};
use crate::gate_kinds::{ClosureKind, closable};
use crate::oracle::{Oracle, OracleError};
use crate::refusal::welfare_loss;
use crate::state::State;
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::ActorId;

/// One closure and what follows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Closure {
    /// Key of what is closed.
    pub subject: String,
    /// What changes against the state it is closed in.
    pub change: Comparison,
    /// Fall of welfare by state; gains are negative.
    pub welfare_loss: BTreeMap<ActorId, f64>,
}

/// Closes each subject of a kind in turn, from a given state; the costliest first.
///
/// A subject whose arcs carry nothing costs nothing: the flow stays feasible, and closing never makes it cheaper. Those
/// are not solved.
pub fn closures(
    oracle: &Oracle,
    from: &State,
    kind: ClosureKind,
    watch: &dyn Watch,
) -> Result<Vec<Closure>, OracleError> {
    let before = oracle.value(from, watch)?;
    let carrying: Vec<bool> = {
        let mut carrying = vec![false; before.instance.network.arcs().len()];
        for path in before.assignment.segments.iter().flat_map(|segment| &segment.paths) {
            path.arcs.iter().for_each(|arc| carrying[arc.index()] = true);
        }
        carrying
    };
    let subjects: Vec<(String, bool)> = closable(&before.instance, kind)
        .into_iter()
        .map(|(subject, arcs)| (subject, arcs.ones().any(|arc| carrying[arc])))
        .collect();
    let done = AtomicU64::new(0);
    let total = subjects.iter().filter(|(_, used)| *used).count() as u64;
    let mut found: Vec<Closure> = subjects
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|(subject, used)| {
            if !used {
                return Ok(Closure { subject: subject.clone(), ..Closure::default() });
            }
            let after = oracle.value(&from.clone().shutting(kind, subject), watch)?;
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, total, "closures");
            let change =
                compare((&before.instance, &before.assignment), (&after.instance, &after.assignment), |_| true);
            Ok(Closure { subject: subject.clone(), change, welfare_loss: welfare_loss(&before, &after) })
        })
        .collect::<Result<_, OracleError>>()?;
    found.sort_by(|one, other| other.change.loss.total_cmp(&one.change.loss).then(one.subject.cmp(&other.subject)));
    Ok(found)
}
