//! Hazards while nothing happens: what premiums and spread cost, who goes round, which routes pass near a danger.
use super::failing::shuts_of;
use super::hazards::{in_force, line_of};
use crate::comparison::{Comparison, compare};
use crate::gate_kinds::arcs_of;
use crate::kept::Kept;
use crate::oracle::{Oracle, OracleError, Value};
use crate::state::State;
use crate::watch::Watch;
use fixedbitset::FixedBitSet;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::distance::distance_to_line_km;
use thalweg_model::hazard::{Hazard, Struck};
use thalweg_model::ids::CommodityId;
use thalweg_model::mode::Cause;
use thalweg_model::scenario::{Change, Scenario, Target};
use thalweg_network::access::Charges;
use thalweg_network::class::TooManyFlags;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcRow;
use thalweg_network::supply::ArcCharge;

/// What some risks cost while nothing happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    /// Rise of cost, volumes that go round, delay, against no risk.
    pub change: Comparison,
    /// Volume through what the hazards strike without the risk and with it, commodity units a year.
    pub through: BTreeMap<CommodityId, (f64, f64)>,
}

/// The burdens of a study's hazards.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Risks {
    /// Hazards in force, by position in the model.
    pub hazards: Vec<usize>,
    /// Of each hazard alone, in their order.
    pub alone: Vec<Burden>,
    /// Of all hazards of a cause.
    pub by_cause: BTreeMap<Cause, Burden>,
    /// Of all together.
    pub together: Option<Burden>,
    /// Whether the work was stopped before its end.
    pub stopped: bool,
}

/// Arcs a hazard strikes while they are in use: those of the links in its area, or of its element.
fn struck_arcs(instance: &Instance, hazard: &Hazard) -> FixedBitSet {
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    match &hazard.struck {
        Struck::Element(element) => {
            for shut in shuts_of(&instance.model, element) {
                arcs.union_with(&arcs_of(instance, shut.kind, &shut.subject));
            }
        }
        Struck::Area { longitude, latitude, radius_km } => {
            for (position, arc) in instance.network.arcs().iter().enumerate() {
                let ArcRow::Link(link, _) = arc.row else { continue };
                let line = line_of(&instance.model, &instance.model.links[link.index()]);
                let apart = distance_to_line_km((*longitude, *latitude), &line, *radius_km);
                arcs.set(position, apart <= *radius_km);
            }
        }
    }
    arcs
}

/// The instance with the risks of some hazards: spread on each passing of a link or operation, premiums as a resource
/// cost, once a shipment on a territory and at each passing elsewhere.
pub fn under_risk(instance: &Instance, hazards: &[&Hazard]) -> Result<Instance, TooManyFlags> {
    let mut changed = instance.clone();
    let mut scenario = Scenario::base();
    for hazard in hazards {
        let arcs = struck_arcs(instance, hazard);
        if hazard.time_sd_h > 0.0 {
            for arc in arcs.ones() {
                let adjustment = &mut changed.supply.adjustments[arc];
                adjustment.time_sd_h = adjustment.time_sd_h.hypot(hazard.time_sd_h);
            }
        }
        if hazard.premium > 0.0 {
            match &hazard.struck {
                Struck::Element(element) => scenario.changes.push(Change::Surcharge {
                    target: Target::Element(element.clone()),
                    amount: hazard.premium,
                    to: None,
                }),
                Struck::Area { .. } => {
                    let charges = Charges { surcharge: hazard.premium, ..Charges::default() };
                    changed.supply.arc_charges.push(ArcCharge { arcs, charges });
                }
            }
        }
    }
    changed.apply(&scenario)
}

/// Burdens worked out, by the hazards' positions in the model; a file that a next run reads may keep them.
pub type KeptBurdens<'a> = dyn Kept<[usize], Burden> + 'a;

/// What the hazards in force cost while nothing happens: each alone, by cause, together.
pub fn risks(oracle: &Oracle, kept: &KeptBurdens<'_>, watch: &dyn Watch) -> Result<Risks, OracleError> {
    let instance = oracle.base();
    let model = &instance.model;
    let known: Vec<&Hazard> = in_force(instance).filter(|row| row.time_sd_h > 0.0 || row.premium > 0.0).collect();
    if known.is_empty() {
        return Ok(Risks::default());
    }
    let position = |hazard: &Hazard| model.hazards.iter().position(|row| std::ptr::eq(row, hazard)).unwrap_or(0);
    let before = oracle.value(&State::base(), watch)?;
    let mut groups: Vec<Vec<&Hazard>> = known.iter().map(|hazard| vec![*hazard]).collect();
    let causes: Vec<Cause> =
        Cause::ALL.iter().copied().filter(|cause| known.iter().any(|row| row.cause == *cause)).collect();
    groups.extend(causes.iter().map(|cause| known.iter().copied().filter(|row| row.cause == *cause).collect()));
    groups.push(known.clone());
    let done = AtomicU64::new(0);
    let of_group = |group: &Vec<&Hazard>| {
        let positions: Vec<usize> = group.iter().map(|hazard| position(hazard)).collect();
        let found = match kept.find(&positions) {
            Some(known) => Some(known),
            None => burden(&before, instance, group, watch)?.inspect(|found| kept.keep(&positions, found)),
        };
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, groups.len() as u64, "hazards");
        Ok(found)
    };
    let burdens: Vec<Option<Burden>> = groups.par_iter().map(of_group).collect::<Result<_, OracleError>>()?;
    let mut burdens = burdens.into_iter();
    let alone: Vec<Option<Burden>> = burdens.by_ref().take(known.len()).collect();
    let by_cause: Vec<Option<Burden>> = burdens.by_ref().take(causes.len()).collect();
    let together = burdens.next().flatten();
    let stopped = alone.iter().chain(&by_cause).any(Option::is_none) || together.is_none();
    let kept = known.iter().zip(alone).filter_map(|(hazard, burden)| Some((position(hazard), burden?)));
    let (hazards, alone) = kept.unzip();
    let by_cause = causes.into_iter().zip(by_cause).filter_map(|(cause, burden)| Some((cause, burden?))).collect();
    Ok(Risks { hazards, alone, by_cause, together, stopped })
}

/// One group of hazards against none; `None` where the work was stopped.
fn burden(
    before: &Value,
    instance: &Instance,
    group: &[&Hazard],
    watch: &dyn Watch,
) -> Result<Option<Burden>, OracleError> {
    if watch.cancelled() {
        return Ok(None);
    }
    let after = Oracle::new(under_risk(instance, group)?, Vec::new()).value(&State::base(), watch)?;
    if watch.cancelled() {
        return Ok(None);
    }
    let change = compare((&before.instance, &before.assignment), (&after.instance, &after.assignment), |_| true);
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    group.iter().for_each(|hazard| arcs.union_with(&struck_arcs(instance, hazard)));
    let mut through: BTreeMap<CommodityId, (f64, f64)> = BTreeMap::new();
    for (commodity, volume) in volume_through(before, &arcs) {
        through.entry(commodity).or_default().0 = volume;
    }
    for (commodity, volume) in volume_through(&after, &arcs) {
        through.entry(commodity).or_default().1 = volume;
    }
    Ok(Some(Burden { change, through }))
}

fn volume_through(value: &Value, arcs: &FixedBitSet) -> BTreeMap<CommodityId, f64> {
    let mut found = BTreeMap::new();
    for (row, flow) in value.instance.demand.segments.iter().zip(&value.assignment.segments) {
        for path in flow.paths.iter().filter(|path| path.arcs.iter().any(|arc| arcs.contains(arc.index()))) {
            *found.entry(row.commodity).or_default() += path.volume;
        }
    }
    found
}

/// A route with flow that passes near an active danger area.
#[derive(Debug, Clone, PartialEq)]
pub struct NearRoute {
    /// The hazard, by position in the model.
    pub hazard: usize,
    /// The segment it serves.
    pub segment: usize,
    /// Its place among the segment's paths.
    pub path: usize,
    /// Commodity units a year on it.
    pub volume: f64,
    /// Least distance from the edge of the area, km; 0 inside.
    pub distance_km: f64,
    /// Key of the link that comes nearest.
    pub link: String,
}

/// Routes with flow whose links pass within a distance of the edge of a danger area in force, the nearest first.
pub fn near_routes(value: &Arc<Value>, within_km: f64) -> Vec<NearRoute> {
    let model = &value.instance.model;
    let mut found = Vec::new();
    for (position, hazard) in model.hazards.iter().enumerate() {
        let Struck::Area { longitude, latitude, radius_km } = hazard.struck else { continue };
        if !hazard.provenance.validity.holds(value.instance.as_of) {
            continue;
        }
        let apart = |key: usize| {
            let line = line_of(model, &model.links[key]);
            (distance_to_line_km((longitude, latitude), &line, radius_km + within_km) - radius_km).max(0.0)
        };
        let mut known: BTreeMap<usize, f64> = BTreeMap::new();
        for (segment, flow) in value.assignment.segments.iter().enumerate() {
            for (place, path) in flow.paths.iter().enumerate().filter(|(_, path)| path.volume > 0.0) {
                let links = path.arcs.iter().filter_map(|arc| match value.instance.network.arc(*arc).row {
                    ArcRow::Link(link, _) => Some(link.index()),
                    _ => None,
                });
                let nearest = links
                    .map(|link| (*known.entry(link).or_insert_with(|| apart(link)), link))
                    .min_by(|one, other| one.0.total_cmp(&other.0));
                let Some((distance_km, link)) = nearest.filter(|(distance, _)| *distance <= within_km) else {
                    continue;
                };
                let link = model.links[link].key.clone();
                let (hazard, path_place) = (position, place);
                found.push(NearRoute { hazard, segment, path: path_place, volume: path.volume, distance_km, link });
            }
        }
    }
    found.sort_by(|one, other| one.distance_km.total_cmp(&other.distance_km).then(other.volume.total_cmp(&one.volume)));
    found
}
