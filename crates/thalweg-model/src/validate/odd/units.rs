//! Units that do not convert to the commodity they are used for.
use crate::ids::CommodityId;
use crate::mode::Mode;
use crate::model::{BorderStep, Charge, Model, Provenance};
use crate::problem::Problem;
use crate::units::{Dimension, Unit};
use crate::validate::build_trade::Measures;
use std::collections::BTreeSet;

/// Reports charges and counts in units that the commodities concerned do not convert to.
pub(crate) fn check(model: &Model, problems: &mut Vec<Problem>) {
    let bench = Bench { model, measures: Measures::of_model(model) };
    let mut faults = BTreeSet::new();
    for link in &model.links {
        let charges = [link.cost, link.toll.map(|toll| toll.charge)];
        bench.charges(&link.provenance, &charges, &bench.carried(&[link.mode], &link.commodities), &mut faults);
    }
    for row in &model.transfers {
        let modes: Vec<Mode> = row.from_mode.into_iter().chain(row.to_mode).collect();
        let charges = [row.cost, row.toll.map(|toll| toll.charge)];
        bench.charges(&row.provenance, &charges, &bench.carried(&modes, &row.commodities), &mut faults);
    }
    for side in &model.sides {
        let cost = |step: &BorderStep| step.cost;
        let charges = [cost(&side.exit), cost(&side.entry), side.toll.map(|toll| toll.charge)];
        let mode = model.crossings[side.crossing.index()].mode;
        bench.charges(&side.provenance, &charges, &bench.carried(&[mode], &[]), &mut faults);
    }
    for rate in &model.rates {
        let modes: Vec<Mode> = rate.mode.into_iter().chain(rate.to_mode).collect();
        let named: Vec<CommodityId> = rate.commodity.into_iter().collect();
        bench.charges(&rate.provenance, &[Some(rate.cost)], &bench.carried(&modes, &named), &mut faults);
    }
    for row in &model.observations {
        if let Some(commodity) = row.commodity {
            bench.unit(&row.provenance, ("unit", row.volume.unit.unit), &[commodity], &mut faults);
        }
    }
    problems.extend(faults);
}

struct Bench<'a> {
    model: &'a Model,
    measures: Measures,
}

impl Bench<'_> {
    fn carried(&self, modes: &[Mode], named: &[CommodityId]) -> Vec<CommodityId> {
        let commodities = self.model.commodities.iter().enumerate();
        commodities
            .filter(|(_, commodity)| modes.iter().all(|mode| commodity.modes.contains(mode)))
            .map(|(position, _)| CommodityId::from(position))
            .filter(|id| named.is_empty() || named.contains(id))
            .collect()
    }

    fn charges(
        &self,
        provenance: &Provenance,
        charges: &[Option<Charge>],
        commodities: &[CommodityId],
        faults: &mut BTreeSet<Problem>,
    ) {
        for unit in charges.iter().flatten().filter(|charge| charge.amount.value != 0.0).filter_map(|charge| charge.per)
        {
            self.unit(provenance, ("per", unit), commodities, faults);
        }
    }

    fn unit(
        &self,
        provenance: &Provenance,
        (column, unit): (&str, Unit),
        commodities: &[CommodityId],
        faults: &mut BTreeSet<Problem>,
    ) {
        let dimension: Dimension = unit.dimension;
        let lost: Vec<&str> = commodities
            .iter()
            .filter(|commodity| self.measures.per_base(**commodity, dimension).is_none())
            .map(|commodity| self.model.commodities[commodity.index()].key.as_str())
            .collect();
        if !lost.is_empty() {
            let message = format!("{unit} does not convert to the unit of {}", lost.join(", "));
            let hint = "add a row to the table conversion, or name the commodities the row is about";
            faults.insert(Problem::warning(provenance.place.column(column), message).hint(hint));
        }
    }
}
