//! Hazards of a study as failures and events: what each shuts, layers in one right of way together.
use super::failing::{Failing, Failure, limits_inside, shuts_of, with_right_of_way};
use super::monte_carlo::Event;
use crate::elements::limited_elements;
use crate::gate_kinds::{ClosureKind, arcs_of};
use crate::state::Shut;
use fixedbitset::FixedBitSet;
use thalweg_model::distance::{Point, distance_to_line_km};
use thalweg_model::hazard::{Hazard, Struck};
use thalweg_model::model::{Link, Model};
use thalweg_network::instance::Instance;

/// The line of a link on the map.
pub fn line_of(model: &Model, link: &Link) -> Vec<Point> {
    let at = |node: thalweg_model::ids::NodeId| {
        let node = &model.nodes[node.index()];
        (node.longitude, node.latitude)
    };
    std::iter::once(at(link.from)).chain(link.shape.iter().copied()).chain([at(link.to)]).collect()
}

/// What a hazard strikes, and with each link those of other layers in its right of way.
pub fn struck_by(model: &Model, struck: &Struck) -> Vec<Shut> {
    let found = match struck {
        Struck::Element(element) => shuts_of(model, element),
        Struck::Area { longitude, latitude, radius_km } => {
            let near = |link: &&Link| {
                distance_to_line_km((*longitude, *latitude), &line_of(model, link), *radius_km) <= *radius_km
            };
            let links = model.links.iter().filter(near);
            links.map(|link| Shut { kind: ClosureKind::Link, subject: link.key.clone() }).collect()
        }
    };
    with_right_of_way(model, found)
}

/// The failure a hazard brings.
pub fn failing_of(instance: &Instance, hazard: &Hazard) -> Failing {
    let shuts = struck_by(&instance.model, &hazard.struck);
    let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
    shuts.iter().for_each(|shut| arcs.union_with(&arcs_of(instance, shut.kind, &shut.subject)));
    let failure = match hazard.share_left > 0.0 {
        true => Failure::Derated(limits_inside(&limited_elements(instance), &arcs), hazard.share_left),
        false => Failure::Shut(shuts.clone()),
    };
    let kind = shuts.first().map_or(ClosureKind::Link, |shut| shut.kind);
    Failing { kind, subject: hazard.key.clone(), label: format!("hazard {}", hazard.key), failure, arcs }
}

/// Hazards in force that may shut something, as failures and events of the same order.
pub fn events_of(instance: &Instance) -> (Vec<Failing>, Vec<Event>) {
    let mut found = (Vec::new(), Vec::new());
    for hazard in shutting(instance) {
        let probability = hazard.probability.unwrap_or(0.0);
        let duration = hazard.duration_d;
        let days = (duration.low.unwrap_or(duration.value), duration.high.unwrap_or(duration.value));
        found.1.push(Event { element: found.0.len(), probability, days });
        found.0.push(failing_of(instance, hazard));
    }
    found
}

/// Hazards in force that may shut something: the events, in their order.
pub fn shutting(instance: &Instance) -> impl Iterator<Item = &Hazard> {
    in_force(instance).filter(|hazard| hazard.probability.is_some_and(|chance| chance > 0.0))
}

/// Hazards that hold on the instance's date.
pub fn in_force(instance: &Instance) -> impl Iterator<Item = &Hazard> {
    instance.model.hazards.iter().filter(|hazard| hazard.provenance.validity.holds(instance.as_of))
}
