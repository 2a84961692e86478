//! What all states of the same scenarios share: instance, limits, bounds, arcs of closures and levers, and a start.
use crate::capacitated::{Ground, Masks, PathChanges};
use crate::exposure::lever_arcs;
use crate::flow::solver::{Proof, Solver};
use crate::gate_kinds::{ClosureKind, closable};
use crate::limits::Limits;
use crate::remaining_costs::RemainingCosts;
use crate::state::{Denial, Shut, State};
use crate::touches::{concerns, touch_charge};
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;
use thalweg_network::instance::Instance;

/// A solver that knows the paths and the basis without further changes, and what its last rounds have proved.
pub(crate) struct Start {
    pub solver: Solver,
    pub proofs: Vec<Proof>,
}

/// What all states of the same scenarios share.
pub(crate) struct Prepared {
    pub instance: Arc<Instance>,
    pub limits: Arc<Limits>,
    remaining: RemainingCosts,
    /// Whether a path known in the base uses the same limits here.
    pub alike: bool,
    /// Where every state of these scenarios starts.
    pub start: OnceLock<Arc<Start>>,
    /// Arcs of each subject, by kind of closure.
    closable: BTreeMap<ClosureKind, OnceLock<BTreeMap<String, FixedBitSet>>>,
    /// Arcs at which an actor acts by a lever, as far as asked for.
    levers: Mutex<BTreeMap<(ActorId, Lever), Arc<FixedBitSet>>>,
}

impl Prepared {
    pub fn of(instance: Arc<Instance>, alike: impl FnOnce(&Instance, &Limits) -> bool) -> Self {
        let limits = Limits::of(&instance);
        Self {
            alike: alike(&instance, &limits),
            limits: Arc::new(limits),
            remaining: RemainingCosts::of(&instance),
            closable: ClosureKind::ALL.iter().map(|(_, kind)| (*kind, OnceLock::new())).collect(),
            levers: Mutex::default(),
            start: OnceLock::new(),
            instance,
        }
    }

    /// The network with limits whose capacities a state may have changed, and what is proved of it.
    pub fn ground<'a>(&'a self, limits: &'a Limits, proofs: &'a [Proof]) -> Ground<'a> {
        Ground { instance: &self.instance, limits, remaining: &self.remaining, proofs }
    }

    /// Arcs of something shut; none where the study has no such subject.
    fn shut_arcs(&self, shut: &Shut) -> FixedBitSet {
        let known = self.closable[&shut.kind].get_or_init(|| closable(&self.instance, shut.kind));
        let none = || FixedBitSet::with_capacity(self.instance.network.arcs().len());
        known.get(&shut.subject).cloned().unwrap_or_else(none)
    }

    fn lever_arcs(&self, actor: ActorId, lever: Lever) -> Arc<FixedBitSet> {
        let known = self.levers.lock().unwrap_or_else(PoisonError::into_inner).get(&(actor, lever)).cloned();
        known.unwrap_or_else(|| {
            let arcs = Arc::new(lever_arcs(&self.instance, actor, lever));
            let mut levers = self.levers.lock().unwrap_or_else(PoisonError::into_inner);
            levers.entry((actor, lever)).or_insert(arcs).clone()
        })
    }

    /// What a state's denials and closures shut, to whom, and what it charges for touching.
    pub fn path_changes(&self, state: &State) -> PathChanges {
        let instance = self.instance.as_ref();
        let mut shut: Vec<FixedBitSet> = state.shut.iter().map(|shut| self.shut_arcs(shut)).collect();
        let everybody = shut.len();
        let denials: Vec<&Denial> = state.denials.iter().collect();
        shut.extend(denials.iter().map(|denial| self.lever_arcs(denial.by, denial.lever).as_ref().clone()));
        let masks = Masks::new(instance, &shut, |set, variant| {
            set < everybody || concerns(&instance.model, denials[set - everybody], variant)
        });
        let touch = state.touch.as_ref().map(|touch| {
            let mut met_at = FixedBitSet::with_capacity(instance.network.arcs().len());
            for denial in &touch.denials {
                met_at.union_with(&self.lever_arcs(denial.by, denial.lever));
            }
            touch_charge(instance, &touch.denials, (met_at, touch.amount()))
        });
        PathChanges { masks, touch }
    }
}
