//! Whose consent a route, a project or a shared asset needs, and what each would lose by refusing it.
use crate::exposure::LEVERS;
use crate::gate_kinds::ClosureKind;
use crate::kept::{Kept, kept_or};
use crate::oracle::{Oracle, OracleError};
use crate::refusal::welfare_loss;
use crate::routes::{RouteQuery, routes};
use crate::state::{Denial, Only, State};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::{ActorId, AssetId};
use thalweg_model::scenario::Change;
use thalweg_network::consent::{Consent, arc_actors};
use thalweg_network::demand::state_of;
use thalweg_network::instance::Instance;

/// What a player who can stop a route alone loses and does by stopping it. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct VetoLoss {
    /// The player.
    pub actor: ActorId,
    /// Fall of its own welfare when it refuses what is traded between the two states; negative where it gains.
    pub own_loss: f64,
    /// Rise of everybody's cost then.
    pub system_loss: f64,
}

/// Consent to a route with what each veto player would lose.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteConsent {
    /// Who can stop, block and open it; `None` where there is no route.
    pub consent: Option<Consent>,
    /// One for each veto player; empty where the study has no trade between the two states.
    pub losses: Vec<VetoLoss>,
}

/// Consent to one pair's route. The losses are of all modelled trade between the two states in the commodity.
pub fn route_consent(
    oracle: &Oracle,
    from: &State,
    (query, kept): (&RouteQuery, &dyn Kept<ActorId, VetoLoss>),
    watch: &dyn Watch,
) -> Result<RouteConsent, OracleError> {
    let base = oracle.value(from, watch)?;
    let consent = routes(&base.instance, query)?.consent;
    let ends = (query.shipment.origin, query.shipment.destination);
    let (Some(consent), (Some(origin), Some(destination))) = (consent.as_ref(), ends) else {
        return Ok(RouteConsent { consent, losses: Vec::new() });
    };
    let only = Only { commodity: Some(query.shipment.commodity), between: Some((origin, destination)) };
    let done = AtomicU64::new(0);
    let refused = |actor: ActorId| {
        let denials = LEVERS.map(|lever| Denial { only, ..Denial::new(actor, None, lever) });
        let after = oracle.value(&from.clone().denying_all(denials), watch)?;
        let own = welfare_loss(&base, &after);
        let own_loss = own.get(&state_of(&base.instance.model, actor)).copied().unwrap_or(0.0);
        Ok(VetoLoss { actor, own_loss, system_loss: after.value - base.value })
    };
    let loss = |&actor: &ActorId| {
        let found = kept_or(kept, &actor, watch, || refused(actor));
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, consent.vetoes.len() as u64, "refusals");
        found
    };
    let losses =
        consent.vetoes.par_iter().filter(|_| !watch.cancelled()).map(loss).collect::<Result<_, OracleError>>()?;
    Ok(RouteConsent { consent: Some(consent.clone()), losses })
}

/// Somebody whose agreement a project needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Signatory {
    /// Who.
    pub actor: ActorId,
    /// Changes that stand on its gates or lift its rule, by position in the scenario.
    pub changes: BTreeSet<usize>,
}

/// Who decides about a project, and who gains. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectConsent {
    /// Fall of everybody's cost with the project.
    pub gain: f64,
    /// Everybody whose agreement some change needs: each can stop the project as it stands, all together open it.
    pub signatories: Vec<Signatory>,
    /// Rise of welfare by state with the project: what each forgoes when it is stopped. Negative: who loses by it.
    pub gains: BTreeMap<ActorId, f64>,
    /// What is left of the gain when a state whose gates the project's traffic meets lets nobody through, the least first.
    pub left_without: Vec<(ActorId, f64)>,
}

/// Changes that need somebody's agreement, and the arcs each acts at.
fn changed_arcs(instance: &Instance, change: &Change) -> Vec<usize> {
    match change {
        Change::Open(target) | Change::Improve { target, .. } => instance.arcs_of(target),
        Change::SetSupply(row) => {
            let element = thalweg_model::element::Element::Supply(row.key.clone());
            instance.arcs_of(&thalweg_model::scenario::Target::Element(element))
        }
        _ => Vec::new(),
    }
}

/// Who must agree to a scenario's openings, improvements, new suppliers and lifted rules.
pub fn signatories(instance: &Instance, changes: &[Change]) -> Vec<Signatory> {
    let on_arc = arc_actors(instance.class_inputs());
    let mut found: BTreeMap<ActorId, BTreeSet<usize>> = BTreeMap::new();
    for (position, change) in changes.iter().enumerate() {
        let rule = |key: &String| instance.model.rules.iter().find(|rule| &rule.key == key).map(|rule| rule.actor);
        let mut actors: BTreeSet<ActorId> = match change {
            Change::DropRule(key) => rule(key).into_iter().collect(),
            Change::SetHolding(holding) => BTreeSet::from([holding.holder]),
            Change::AddRule(rule) => BTreeSet::from([rule.actor]),
            _ => BTreeSet::new(),
        };
        actors.extend(changed_arcs(instance, change).into_iter().flat_map(|arc| on_arc[arc].iter().copied()));
        for actor in actors {
            found.entry(actor).or_default().insert(position);
        }
    }
    found.into_iter().map(|(actor, changes)| Signatory { actor, changes }).collect()
}

/// Consent to a scenario as a project.
pub fn project_consent(
    oracle: &Oracle,
    from: &State,
    (scenario, kept): (usize, &dyn Kept<ActorId, f64>),
    watch: &dyn Watch,
) -> Result<ProjectConsent, OracleError> {
    let with = from.clone().after(scenario);
    let (base, after) = (oracle.value(from, watch)?, oracle.value(&with, watch)?);
    let changes = &oracle.scenarios()[scenario].changes;
    let changed: BTreeSet<usize> = changes.iter().flat_map(|change| changed_arcs(&after.instance, change)).collect();
    let on_arc = arc_actors(after.instance.class_inputs());
    let mut met: BTreeSet<ActorId> = BTreeSet::new();
    for path in after.assignment.segments.iter().flat_map(|row| &row.paths) {
        if path.arcs.iter().any(|arc| changed.contains(&arc.index())) {
            let actors = path.arcs.iter().flat_map(|arc| &on_arc[arc.index()]);
            met.extend(actors.map(|actor| state_of(&after.instance.model, *actor)));
        }
    }
    let met: Vec<ActorId> = met.into_iter().collect();
    let done = AtomicU64::new(0);
    let left = |&actor: &ActorId| {
        let denials = LEVERS.map(|lever| Denial::new(actor, None, lever));
        let shut = |state: &State| oracle.cost(&state.clone().denying_all(denials), watch);
        let gain = kept_or(kept, &actor, watch, || Ok::<_, OracleError>(shut(from)? - shut(&with)?))?;
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, met.len() as u64, "refusals");
        Ok((actor, gain))
    };
    let mut left_without: Vec<(ActorId, f64)> =
        met.par_iter().filter(|_| !watch.cancelled()).map(left).collect::<Result<_, OracleError>>()?;
    left_without.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
    Ok(ProjectConsent {
        gain: base.value - after.value,
        signatories: signatories(&after.instance, changes),
        gains: welfare_loss(&after, &base),
        left_without,
    })
}

/// A shared asset undone: who holds it, who could block it, who loses without it. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoing {
    /// The asset.
    pub asset: AssetId,
    /// Rise of everybody's cost without it.
    pub system_loss: f64,
    /// Fall of welfare by state; gains negative.
    pub welfare_loss: BTreeMap<ActorId, f64>,
    /// Final holders with their shares, firms looked through.
    pub holders: Vec<(ActorId, f64)>,
    /// Who can block it.
    pub blockers: Vec<ActorId>,
}

/// What it would cost whom to shut an asset for good.
pub fn undo(oracle: &Oracle, from: &State, asset: AssetId, watch: &dyn Watch) -> Result<Undoing, OracleError> {
    let base = oracle.value(from, watch)?;
    let key = &base.instance.model.assets[asset.index()].key;
    let after = oracle.value(&from.clone().shutting(ClosureKind::Asset, key), watch)?;
    Ok(Undoing {
        asset,
        system_loss: after.value - base.value,
        welfare_loss: welfare_loss(&base, &after),
        holders: crate::holders::look_through(&base.instance, asset),
        blockers: base.instance.supply.blockers.of_asset(asset).to_vec(),
    })
}
