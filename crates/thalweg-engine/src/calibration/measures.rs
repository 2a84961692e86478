//! How well counts are reproduced: relative error, GEH, shares of modes; and how volumes answer to costs.
use crate::calibration::FitRow;
use crate::constants::main_mode;
use crate::descriptive::{Choices, arcs_of_path, commodity_of};
use crate::flow::FlowError;
use crate::watch::Watch;
use std::collections::BTreeMap;
use thalweg_model::ids::CommodityId;
use thalweg_model::mode::{Mode, Operation};
use thalweg_model::units::DAYS_PER_YEAR;
use thalweg_network::instance::Instance;

/// A summary of misfits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Misfit {
    /// Counts compared.
    pub counts: usize,
    /// Mean of |modelled / observed - 1|.
    pub mape: f64,
    /// Mean GEH of volumes a day; it depends on the unit, so compare it only with itself.
    pub geh: f64,
    /// Counts within a factor of two.
    pub within_factor_two: usize,
}

/// The statistic of G. E. Havers on two volumes of one unit, `sqrt(2 (m - c)^2 / (m + c))`.
pub fn geh(modelled: f64, observed: f64) -> f64 {
    if modelled + observed <= 0.0 {
        return 0.0;
    }
    (2.0 * (modelled - observed) * (modelled - observed) / (modelled + observed)).sqrt()
}

/// Misfit of (modelled, observed) pairs in units a year.
pub fn misfit(pairs: impl Iterator<Item = (f64, f64)>) -> Misfit {
    let mut sum = Misfit::default();
    for (modelled, observed) in pairs.filter(|(_, observed)| *observed > 0.0) {
        sum.counts += 1;
        sum.mape += (modelled / observed - 1.0).abs();
        sum.geh += geh(modelled / DAYS_PER_YEAR, observed / DAYS_PER_YEAR);
        sum.within_factor_two += usize::from((0.5..=2.0).contains(&(modelled / observed)));
    }
    let count = sum.counts.max(1) as f64;
    Misfit { mape: sum.mape / count, geh: sum.geh / count, ..sum }
}

/// Observed and modelled share of a mode among the counts of one unit and year.
#[derive(Debug, Clone, PartialEq)]
pub struct ModeShare {
    /// Year.
    pub year: i16,
    /// Unit of the counts.
    pub unit: String,
    /// The mode of the counted gates.
    pub mode: Mode,
    /// Share of the counts, 0 to 1.
    pub observed: f64,
    /// Share of the modelled volumes at the same gates.
    pub modelled: f64,
}

/// Shares of modes where counts of one unit and year are of more than one mode. Gates in series count each time.
pub fn mode_shares(rows: &[FitRow]) -> Vec<ModeShare> {
    let mut sums: BTreeMap<(i16, String), BTreeMap<Mode, (f64, f64)>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.standing.is_compared()) {
        if let (Some(year), Some(mode), Some(after)) = (row.year, row.mode, row.after) {
            let sum = sums.entry((year, row.unit.clone())).or_default().entry(mode).or_default();
            *sum = (sum.0 + row.observed, sum.1 + after);
        }
    }
    let mut found = Vec::new();
    for ((year, unit), modes) in sums.into_iter().filter(|(_, modes)| modes.len() > 1) {
        let total = modes.values().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        for (mode, (observed, modelled)) in modes {
            let (observed, modelled) = (observed / total.0, if total.1 > 0.0 { modelled / total.1 } else { 0.0 });
            found.push(ModeShare { year, unit: unit.clone(), mode, observed, modelled });
        }
    }
    found
}

/// What one per cent on the money cost of a mode's movements changes, per cent.
#[derive(Debug, Clone, PartialEq)]
pub struct Elasticity {
    /// Of what.
    pub commodity: CommodityId,
    /// Whose cost rises.
    pub cost_of: Mode,
    /// Whose volume answers; the same for the direct elasticity.
    pub volume_of: Mode,
    /// Of units shipped mainly by the mode.
    pub units: f64,
    /// Of unit-km by the mode.
    pub unit_km: f64,
}

const RISE: f64 = 0.01;

/// Elasticities of all commodities that more than one mode carries, at constants already in `added`.
pub fn elasticities(
    instance: &Instance,
    choices: &Choices,
    added: &[f64],
    watch: &dyn Watch,
) -> Result<Vec<Elasticity>, FlowError> {
    let paths: Vec<Ways> = choices.paths.iter().map(|path| Ways::of(instance, path)).collect();
    let base = by_mode(&paths, &choices.flows(&choices.solve(added, watch)?));
    let modes: Vec<Mode> =
        Mode::ALL.iter().copied().filter(|mode| base.keys().any(|(_, carried)| carried == mode)).collect();
    let mut found = Vec::new();
    for &cost_of in &modes {
        let dearer = added.iter().zip(&paths).map(|(added, way)| added + RISE * way.money(cost_of)).collect::<Vec<_>>();
        let moved = by_mode(&paths, &choices.flows(&choices.solve(&dearer, watch)?));
        for (&(commodity, volume_of), before) in &base {
            let several = base.keys().filter(|(of, _)| *of == commodity).count() > 1;
            let pays = base.contains_key(&(commodity, cost_of));
            if several && pays && before.0 > 0.0 && before.1 > 0.0 {
                let after = moved.get(&(commodity, volume_of)).copied().unwrap_or_default();
                let (units, unit_km) = ((after.0 / before.0 - 1.0) / RISE, (after.1 / before.1 - 1.0) / RISE);
                found.push(Elasticity { commodity, cost_of, volume_of, units, unit_km });
            }
        }
    }
    Ok(found)
}

/// A path's length and money by mode.
struct Ways {
    commodity: CommodityId,
    main: Option<Mode>,
    length_km: BTreeMap<Mode, f64>,
    money: BTreeMap<Mode, f64>,
}

impl Ways {
    fn of(instance: &Instance, path: &crate::flow::dispersed::FrozenPath) -> Self {
        let arcs = arcs_of_path(path);
        let variant = path.column.path[0] as usize;
        let class = instance.classes.class(instance.classes.of_variant[path.column.segment as usize][variant]);
        let (mut length_km, mut money) = (BTreeMap::new(), BTreeMap::new());
        for id in &arcs {
            let arc = instance.network.arc(*id);
            if let Some(mode) = arc.gates.mode.filter(|_| arc.operation == Operation::Move) {
                let cost = &class.costs[id.index()];
                *length_km.entry(mode).or_insert(0.0) += arc.length_km;
                *money.entry(mode).or_insert(0.0) += cost.cost + cost.toll;
            }
        }
        Self { commodity: commodity_of(instance, path), main: main_mode(instance, &arcs), length_km, money }
    }

    fn money(&self, mode: Mode) -> f64 {
        self.money.get(&mode).copied().unwrap_or(0.0)
    }
}

/// Units mainly by a mode, and unit-km by it.
fn by_mode(paths: &[Ways], flows: &[f64]) -> BTreeMap<(CommodityId, Mode), (f64, f64)> {
    let mut sums: BTreeMap<(CommodityId, Mode), (f64, f64)> = BTreeMap::new();
    for (way, &flow) in paths.iter().zip(flows).filter(|(_, flow)| **flow > 1e-9) {
        if let Some(main) = way.main {
            sums.entry((way.commodity, main)).or_default().0 += flow;
        }
        for (mode, length) in &way.length_km {
            sums.entry((way.commodity, *mode)).or_default().1 += flow * length;
        }
    }
    sums
}
