//! Constants of the calibration table, as the descriptive program adds them to the costs of paths.
//!
//! The least-cost program never sees them.
use fixedbitset::FixedBitSet;
use std::collections::BTreeMap;
use thalweg_model::calibration::{Constant, ConstantKind};
use thalweg_model::element::Element;
use thalweg_model::ids::CommodityId;
use thalweg_model::mode::{Mode, Operation};
use thalweg_model::units::Unit;
use thalweg_network::instance::Instance;
use thalweg_network::network::ArcId;

/// A constant of one gate.
#[derive(Debug, Clone, PartialEq)]
struct GateConstant {
    met_at: FixedBitSet,
    commodity: Option<CommodityId>,
    per: Unit,
    amount: f64,
}

/// Dispersions, and what is added to paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Constants {
    dispersion: Vec<f64>,
    modes: Vec<(Option<CommodityId>, Mode, f64)>,
    gates: Vec<GateConstant>,
}

impl Constants {
    /// The commodities' own dispersions, nothing added.
    pub fn none(instance: &Instance) -> Self {
        let dispersion = instance.model.commodities.iter().map(|row| row.dispersion).collect();
        Self { dispersion, modes: Vec::new(), gates: Vec::new() }
    }

    /// Those of the study's calibration table on the date of the instance.
    pub fn of(instance: &Instance) -> Self {
        let rows = instance.model.calibration.iter().filter(|row| row.validity.holds(instance.as_of));
        Self::from_rows(instance, rows)
    }

    /// Those of given rows, whatever their dates.
    pub fn from_rows<'a>(instance: &Instance, rows: impl Iterator<Item = &'a Constant>) -> Self {
        let mut constants = Self::none(instance);
        for row in rows {
            match (&row.kind, row.commodity) {
                (ConstantKind::Dispersion, Some(commodity)) => constants.dispersion[commodity.index()] = row.value,
                (ConstantKind::Dispersion, None) => {}
                (ConstantKind::Mode(mode), commodity) => constants.modes.push((commodity, *mode, row.value)),
                (ConstantKind::Gate { element, per }, commodity) => constants.gates.push(GateConstant {
                    met_at: arcs_of(instance, element),
                    commodity,
                    per: *per,
                    amount: row.value,
                }),
            }
        }
        constants
    }

    /// Dispersion of a commodity, 1/(study currency per unit).
    pub fn dispersion(&self, commodity: CommodityId) -> f64 {
        self.dispersion[commodity.index()]
    }

    /// What is added to a path, study currency per commodity unit.
    pub fn added(&self, instance: &Instance, commodity: CommodityId, arcs: &[ArcId]) -> f64 {
        let concerns = |of: Option<CommodityId>| of.is_none_or(|of| of == commodity);
        let mut added = 0.0;
        if self.modes.iter().any(|(of, ..)| concerns(*of)) {
            let mode = main_mode(instance, arcs);
            let of_mode = self.modes.iter().filter(|(of, wanted, _)| concerns(*of) && Some(*wanted) == mode);
            added += of_mode.map(|(.., amount)| amount).sum::<f64>();
        }
        for gate in self.gates.iter().filter(|gate| concerns(gate.commodity)) {
            let units = instance.units.base_units(commodity, gate.per.dimension).map(|base| base / gate.per.factor);
            if arcs.iter().any(|arc| gate.met_at.contains(arc.index())) {
                added += gate.amount * units.unwrap_or(0.0);
            }
        }
        added
    }
}

/// Arcs that belong to an element.
pub fn arcs_of(instance: &Instance, element: &Element) -> FixedBitSet {
    let mut found = FixedBitSet::with_capacity(instance.network.arcs().len());
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        found.set(position, instance.is_part_of(arc.row, element));
    }
    found
}

/// The mode by which a path goes farthest.
pub fn main_mode(instance: &Instance, arcs: &[ArcId]) -> Option<Mode> {
    let mut length: BTreeMap<Mode, f64> = BTreeMap::new();
    for arc in arcs.iter().map(|arc| instance.network.arc(*arc)) {
        if let Some(mode) = arc.gates.mode.filter(|_| arc.operation == Operation::Move) {
            *length.entry(mode).or_default() += arc.length_km;
        }
    }
    let farther = |one: &(Mode, f64), other: &(Mode, f64)| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0));
    length.into_iter().max_by(farther).map(|(mode, _)| mode)
}
