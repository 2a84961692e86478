//! Which shipments a denial means, which arcs it acts at, and how many units meet one.
use crate::assignment::{Assignment, SegmentFlow};
use crate::capacitated::TouchCharge;
use crate::exposure::{benefits, lever_arcs};
use crate::state::Denial;
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::model::Model;
use thalweg_network::demand::Variant;
use thalweg_network::instance::Instance;

/// Whether a denial means a shipment.
pub fn concerns(model: &Model, denial: &Denial, variant: &Variant) -> bool {
    let shipment = &variant.shipment;
    let between = |(one, other): (_, _)| {
        let ends = (shipment.origin, shipment.destination);
        ends == (Some(one), Some(other)) || ends == (Some(other), Some(one))
    };
    denial.of.is_none_or(|of| benefits(model, variant, of))
        && denial.only.commodity.is_none_or(|commodity| commodity == shipment.commodity)
        && denial.only.between.is_none_or(between)
}

/// Arcs at which any of some denials acts.
pub fn touching_arcs(instance: &Instance, denials: &BTreeSet<Denial>) -> FixedBitSet {
    let mut met_at = FixedBitSet::with_capacity(instance.network.arcs().len());
    for denial in denials {
        met_at.union_with(&lever_arcs(instance, denial.by, denial.lever));
    }
    met_at
}

/// A charge on touching those arcs, on the shipments that any of some denials means.
pub fn touch_charge(
    instance: &Instance,
    denials: &BTreeSet<Denial>,
    (met_at, amount): (FixedBitSet, f64),
) -> TouchCharge {
    let meant = |variant: &Variant| denials.iter().any(|denial| concerns(&instance.model, denial, variant));
    let of_segment = |row: &thalweg_network::demand::Segment| row.variants.iter().map(meant).collect();
    TouchCharge { met_at, concerns: instance.demand.segments.iter().map(of_segment).collect(), amount, untouched: 0.0 }
}

/// Units of the charged variants on paths that meet a touching arc, by segment.
pub fn touching(touch: &TouchCharge, assignment: &Assignment) -> Vec<f64> {
    let of_segment = |(segment, row): (usize, &SegmentFlow)| {
        row.paths
            .iter()
            .filter(|path| touch.concerns[segment][path.variant])
            .filter(|path| path.arcs.iter().any(|arc| touch.met_at.contains(arc.index())))
            .map(|path| path.volume)
            .sum()
    };
    assignment.segments.iter().enumerate().map(of_segment).collect()
}

/// Demand of the shipments a charge means, units a year: whole segments whose every variant is meant, and of the others
/// what the meant variants deliver.
pub fn meant_demand(touch: &TouchCharge, (instance, assignment): (&Instance, &Assignment)) -> f64 {
    let mut demand = 0.0;
    for (segment, row) in assignment.segments.iter().enumerate() {
        let meant = &touch.concerns[segment];
        if meant.iter().all(|meant| *meant) && !meant.is_empty() {
            demand += instance.demand.segments[segment].volume;
        } else {
            demand += row.paths.iter().filter(|path| meant[path.variant]).map(|path| path.volume).sum::<f64>();
        }
    }
    demand
}
