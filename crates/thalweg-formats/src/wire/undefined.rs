//! Commodities of which nobody knows how much is wanted, so that no single figure of them holds.
use schemars::JsonSchema;
use serde::Serialize;
use thalweg_model::units::Ranged;
use thalweg_network::instance::Instance;

/// Bounds of a demand further apart than this leave its volume undefined: the middle may then be off by more than a
/// factor of two, the measure by which counts fit.
const SPREAD_MAX: f64 = 4.0;

/// A commodity at least half of whose demand has undefined volume.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UndefinedRow {
    /// Commodity key.
    pub commodity: String,
    /// Least that may be wanted in all, units a year.
    pub wanted_low: f64,
    /// Most that may be wanted in all, units a year.
    pub wanted_high: f64,
    /// Keys of the demands whose bounds are more than fourfold apart.
    pub demands: Vec<String>,
}

fn bounds(volume: &Ranged) -> (f64, f64) {
    (volume.low.unwrap_or(volume.value), volume.high.unwrap_or(volume.value))
}

/// Commodities of the instance without a point answer, in the order of the table.
pub fn undefined_rows(instance: &Instance) -> Vec<UndefinedRow> {
    let model = &instance.model;
    let of_commodity = |(position, commodity): (usize, &thalweg_model::model::Commodity)| {
        let demands: Vec<_> = (model.demands.iter())
            .filter(|row| row.commodity.index() == position && row.provenance.validity.holds(instance.as_of))
            .collect();
        let wide: Vec<_> = (demands.iter())
            .filter(|row| {
                let (low, high) = bounds(&row.volume);
                high > SPREAD_MAX * low
            })
            .collect();
        let undefined: f64 = wide.iter().map(|row| row.volume.value).sum();
        let whole: f64 = demands.iter().map(|row| row.volume.value).sum();
        (whole > 0.0 && undefined >= 0.5 * whole).then(|| UndefinedRow {
            commodity: commodity.key.clone(),
            wanted_low: demands.iter().map(|row| bounds(&row.volume).0).sum(),
            wanted_high: demands.iter().map(|row| bounds(&row.volume).1).sum(),
            demands: wide.iter().map(|row| row.key.clone()).collect(),
        })
    };
    model.commodities.iter().enumerate().filter_map(of_commodity).collect()
}
