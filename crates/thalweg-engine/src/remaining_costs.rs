//! Lower bounds on the rest of each path of an instance, by class and destination, worked out when first asked for.
use std::collections::BTreeMap;
use std::sync::OnceLock;
use thalweg_network::class::ClassId;
use thalweg_network::instance::Instance;
use thalweg_network::network::VertexId;
use thalweg_network::remaining::remaining_cost;

/// Bounds of one instance; valid in every state that only shuts arcs of it or charges more.
#[derive(Debug, Default)]
pub struct RemainingCosts {
    of: BTreeMap<(ClassId, VertexId), OnceLock<Box<[f64]>>>,
}

impl RemainingCosts {
    /// Room for the bounds of every class and destination of the demand.
    pub fn of(instance: &Instance) -> Self {
        let segments = instance.demand.segments.iter().zip(&instance.classes.of_variant);
        let ends = segments.flat_map(|(row, classes)| {
            classes.iter().filter_map(|class| Some(((*class, row.destination?), OnceLock::new())))
        });
        Self { of: ends.collect() }
    }

    /// Least generalised cost from each virtual node to a destination, study currency per unit; `None` where no
    /// segment of the demand has this class and destination.
    pub fn towards(&self, instance: &Instance, class: ClassId, destination: VertexId) -> Option<&[f64]> {
        let work = || remaining_cost(&instance.network, instance.classes.class(class), destination);
        self.of.get(&(class, destination)).map(|known| known.get_or_init(work).as_ref())
    }
}
