//! Traffic outside the study that leaves nothing of a capacity.
use crate::element::Element;
use crate::model::{Capacity, Model, Provenance};
use crate::problem::Problem;

/// Reports background rows that together are as large as the capacity of their element.
pub(crate) fn check(model: &Model, problems: &mut Vec<Problem>) {
    for (position, row) in model.backgrounds.iter().enumerate() {
        for (provenance, capacity) in capacities_of(model, &row.element) {
            let dimension = capacity.dimension();
            let shares_days = |other: &Provenance| other.validity.overlaps(provenance.validity);
            if dimension != row.volume.dimension() || !shares_days(&row.provenance) {
                continue;
            }
            let together = model.backgrounds.iter().enumerate().filter(|(_, other)| {
                other.element == row.element
                    && other.volume.dimension() == dimension
                    && shares_days(&other.provenance)
                    && other.provenance.validity.overlaps(row.provenance.validity)
            });
            // Told once, at the last of the rows.
            if together.clone().any(|(other, _)| other > position) {
                continue;
            }
            let taken: f64 = together.map(|(_, other)| other.volume.base_per_year()).sum();
            let all = capacity.base_per_year();
            if taken >= all && all > 0.0 {
                let message = format!(
                    "background of {taken} leaves nothing of the capacity of {all} {} a year",
                    dimension.base_name()
                );
                let hint = format!("correct one of them; the capacity stands in {}", provenance.place);
                problems.push(Problem::warning(row.provenance.place.column("volume"), message).hint(hint));
            }
        }
    }
}

fn capacities_of<'a>(model: &'a Model, element: &Element) -> Vec<(&'a Provenance, Capacity)> {
    let mut found: Vec<(&Provenance, Option<Capacity>)> = Vec::new();
    match element {
        Element::Link(key) => {
            found.extend(model.links.iter().filter(|row| &row.key == key).map(|row| (&row.provenance, row.capacity)));
        }
        Element::Transfer(key) => {
            let rows = model.transfers.iter().filter(|row| &row.key == key);
            found.extend(rows.map(|row| (&row.provenance, row.capacity)));
        }
        Element::Passage(id) => {
            let row = &model.passages[id.index()];
            found.push((&row.provenance, row.capacity));
        }
        Element::Group(id) => {
            let row = &model.groups[id.index()];
            found.push((&row.provenance, Some(row.capacity)));
        }
        Element::Crossing(_)
        | Element::Terminal(_)
        | Element::Territory(_)
        | Element::Corridor(_)
        | Element::Supply(_) => {}
    }
    found.into_iter().filter_map(|(provenance, capacity)| Some((provenance, capacity?))).collect()
}
