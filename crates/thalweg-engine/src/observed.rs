//! Modelled volumes of the elements somebody counted.
use crate::assignment::Assignment;
use crate::constants::arcs_of;
use crate::elements::{element_label, rate_name};
use thalweg_network::instance::Instance;

/// A count beside what the model says.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedRow {
    /// Key of the observation.
    pub key: String,
    /// Element: kind and key.
    pub gate: String,
    /// Commodity key, empty for all that convert to the unit.
    pub commodity: String,
    /// Year or period of the count.
    pub period: String,
    /// The count, in `unit`.
    pub observed: f64,
    /// What flows amount to, in `unit`.
    pub modelled: f64,
    /// Unit, per year, day or hour.
    pub unit: String,
    /// Exactly what was counted.
    pub counts: String,
    /// Whether the fit leaves it out because demand rests on the same source.
    pub feeds_demand: bool,
    /// Whether the period is the year of the run.
    pub same_year: bool,
}

/// Every observation with its modelled counterpart.
pub fn observed(instance: &Instance, assignment: &Assignment) -> Vec<ObservedRow> {
    let model = &instance.model;
    let year = instance.as_of.year().to_string();
    model
        .observations
        .iter()
        .map(|row| {
            let dimension = row.volume.dimension();
            let counted = arcs_of(instance, &row.element);
            let mut modelled = 0.0;
            for (segment, flow) in assignment.segments.iter().enumerate() {
                let commodity = instance.demand.segments[segment].commodity;
                let wanted = row.commodity.is_none_or(|wanted| wanted == commodity);
                let Some(base) = instance.units.base_units(commodity, dimension).filter(|_| wanted) else { continue };
                let through: f64 = flow
                    .paths
                    .iter()
                    .filter(|path| path.arcs.iter().any(|arc| counted.contains(arc.index())))
                    .map(|path| path.volume)
                    .sum();
                modelled += through * base;
            }
            ObservedRow {
                key: row.key.clone(),
                gate: element_label(model, &row.element),
                commodity: row.commodity.map_or_else(String::new, |id| model.commodities[id.index()].key.clone()),
                period: row.period.clone(),
                observed: row.volume.value.value,
                modelled: modelled / row.volume.unit.base_per_year(),
                unit: rate_name(&row.volume),
                counts: row.counts.clone(),
                feeds_demand: row.feeds_demand,
                same_year: row.period.contains(&year),
            }
        })
        .collect()
}
