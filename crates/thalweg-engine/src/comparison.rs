//! What changes between two assignments of the same demand.
use crate::assignment::{Assignment, SegmentFlow};
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId};
use thalweg_network::instance::Instance;
use thalweg_network::totals::PathTotals;

/// The difference one state makes against another, study currency a year unless said otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Rise of what is spent on delivery and lost by non-delivery.
    pub loss: f64,
    /// Part of it spent on what is still delivered, against its cost before.
    pub rerouting: f64,
    /// Part of it from what is no longer delivered, against its cost before.
    pub unserved: f64,
    /// Rise of the volume not delivered, commodity units a year.
    pub unserved_volume: BTreeMap<CommodityId, f64>,
    /// Volume that goes another way but arrives, commodity units a year.
    pub rerouted_volume: BTreeMap<CommodityId, f64>,
    /// Mean time added to what goes another way, h.
    pub delay_h: BTreeMap<CommodityId, f64>,
    /// Rise of tolls and surcharges received.
    pub receipts: BTreeMap<ActorId, f64>,
}

/// Tolls and surcharges received, study currency a year.
pub fn receipts(instance: &Instance, flow: &SegmentFlow) -> BTreeMap<ActorId, f64> {
    let mut received = BTreeMap::new();
    for path in &flow.paths {
        let totals = PathTotals::of(&instance.network, instance.classes.class(path.class), &path.arcs);
        for (to, amount) in totals.receipts {
            if let Some(actor) = to {
                *received.entry(actor).or_insert(0.0) += amount * path.volume;
            }
        }
    }
    received
}

/// Compares segment by segment; `concerns` picks the segments counted, receipts count all.
pub fn compare(
    (base_instance, base): (&Instance, &Assignment),
    (after_instance, after): (&Instance, &Assignment),
    concerns: impl Fn(usize) -> bool,
) -> Comparison {
    let mut difference = Comparison::default();
    let mut delays: BTreeMap<CommodityId, (f64, f64)> = BTreeMap::new();
    for (segment, (before, now)) in base.segments.iter().zip(&after.segments).enumerate() {
        if before == now && std::sync::Arc::ptr_eq(&base_instance.classes, &after_instance.classes) {
            continue;
        }
        for (actor, amount) in receipts(after_instance, now) {
            *difference.receipts.entry(actor).or_default() += amount;
        }
        for (actor, amount) in receipts(base_instance, before) {
            *difference.receipts.entry(actor).or_default() -= amount;
        }
        if concerns(segment) {
            difference.add_segment(base_instance.demand.segments[segment].commodity, before, now);
            add_delay(&mut delays, (base_instance, before), (after_instance, now), segment);
        }
    }
    difference.receipts.retain(|_, amount| amount.abs() > 1e-9);
    difference.delay_h = delays
        .into_iter()
        .filter(|(_, (volume, _))| *volume > 0.0)
        .map(|(key, (volume, hours))| (key, hours / volume))
        .collect();
    difference
}

impl Comparison {
    fn add_segment(&mut self, commodity: CommodityId, before: &SegmentFlow, now: &SegmentFlow) {
        let lost = (now.unserved - before.unserved).max(0.0);
        let mean_before = mean_cost(before);
        self.loss += now.loss() - before.loss();
        let unserved_part = lost * (now.unserved_cost - mean_before);
        self.unserved += unserved_part;
        self.rerouting += now.loss() - before.loss() - unserved_part;
        if now.unserved != before.unserved {
            *self.unserved_volume.entry(commodity).or_default() += now.unserved - before.unserved;
        }
        let moved: f64 = now
            .paths
            .iter()
            .map(|path| {
                let same = before.paths.iter().find(|other| other.arcs == path.arcs).map_or(0.0, |other| other.volume);
                (path.volume - same).max(0.0)
            })
            .sum();
        if moved > 0.0 {
            *self.rerouted_volume.entry(commodity).or_default() += moved;
        }
    }
}

/// Mean generalised cost of what is served; the cost of not being served where nothing is.
fn mean_cost(flow: &SegmentFlow) -> f64 {
    let served = flow.served();
    if served > 0.0 {
        flow.paths.iter().map(|path| path.volume * path.cost).sum::<f64>() / served
    } else {
        flow.unserved_cost
    }
}

fn mean_time(instance: &Instance, flow: &SegmentFlow) -> Option<f64> {
    let served = flow.served();
    let hours = |path: &crate::assignment::PathFlow| {
        path.volume * PathTotals::of(&instance.network, instance.classes.class(path.class), &path.arcs).time_h
    };
    (served > 0.0).then(|| flow.paths.iter().map(hours).sum::<f64>() / served)
}

fn add_delay(
    delays: &mut BTreeMap<CommodityId, (f64, f64)>,
    (base_instance, before): (&Instance, &SegmentFlow),
    (after_instance, now): (&Instance, &SegmentFlow),
    segment: usize,
) {
    if let (Some(earlier), Some(later)) = (mean_time(base_instance, before), mean_time(after_instance, now)) {
        let volume = now.served();
        let entry = delays.entry(base_instance.demand.segments[segment].commodity).or_default();
        entry.0 += volume;
        entry.1 += volume * (later - earlier);
    }
}
