//! What an operation costs and takes, by commodity: the row's own figures, else the most specific rate.
use crate::network::{Arc, ArcRow, Network, Vertex};
use std::collections::BTreeMap;
use thalweg_model::ids::{ActorId, CommodityId, VehicleId};
use thalweg_model::mode::{Mode, Operation};
use thalweg_model::model::{BorderStep, Charge, Model, Rate, Supply as SupplyRow, Toll};
use thalweg_model::units::{Dimension, Ranged, Unit};
use thalweg_model::validity::Date;

/// How many of each commodity's units one base unit of another dimension is.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitTable {
    per_base: BTreeMap<(CommodityId, Dimension), f64>,
}

impl UnitTable {
    /// From the conversions that hold on `as_of`; each commodity's own dimension converts by itself.
    pub fn new(model: &Model, as_of: Date) -> Self {
        let mut per_base = BTreeMap::new();
        for (position, commodity) in model.commodities.iter().enumerate() {
            per_base.insert((CommodityId::from(position), commodity.unit.dimension), 1.0 / commodity.unit.factor);
        }
        for conversion in model.conversions.iter().filter(|row| row.provenance.validity.holds(as_of)) {
            per_base.insert((conversion.commodity, conversion.dimension), conversion.factor);
        }
        Self { per_base }
    }

    /// Commodity units in one `unit`, `None` where the study has no conversion.
    pub fn commodity_units(&self, commodity: CommodityId, unit: Unit) -> Option<f64> {
        self.per_base.get(&(commodity, unit.dimension)).map(|per_base| per_base * unit.factor)
    }

    /// Base units of a dimension in one unit of the commodity.
    pub fn base_units(&self, commodity: CommodityId, dimension: Dimension) -> Option<f64> {
        self.per_base.get(&(commodity, dimension)).map(|per_base| 1.0 / per_base)
    }

    /// A charge per unit of the commodity.
    pub fn per_commodity_unit(&self, commodity: CommodityId, charge: Charge) -> Option<f64> {
        match charge.per {
            None => Some(charge.amount.value),
            Some(unit) => Some(charge.amount.value / self.commodity_units(commodity, unit)?),
        }
    }
}

/// What one operation costs and takes for one unit of one commodity.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ArcCost {
    /// Resource cost, study currency per unit.
    pub cost: f64,
    /// Toll, study currency per unit.
    pub toll: f64,
    /// Who receives the toll.
    pub toll_to: Option<ActorId>,
    /// Time, h.
    pub time_h: f64,
    /// Standard deviation of the time, h.
    pub time_sd_h: f64,
}

/// What a row says of itself, before rates fill the blanks.
struct Stated {
    time_h: Option<Ranged>,
    time_sd_h: Option<Ranged>,
    cost: Option<Charge>,
    toll: Option<Toll>,
}

/// What is asked of the rates.
struct Asked {
    operation: Operation,
    mode: Option<Mode>,
    to_mode: Option<Mode>,
    territory: Option<ActorId>,
    commodity: CommodityId,
}

/// Costs of every arc for one commodity in its vehicles; `None` where a blank has no rate or a unit does not convert.
pub fn arc_costs(
    tables: &CostTables,
    network: &Network,
    commodity: CommodityId,
    vehicles: &[VehicleId],
) -> Vec<Option<ArcCost>> {
    network.arcs().iter().map(|arc| tables.arc_cost(network, arc, commodity, vehicles)).collect()
}

/// The tables costs are read from.
#[derive(Debug, Clone)]
pub struct CostTables<'a> {
    model: &'a Model,
    units: &'a UnitTable,
    rates: Vec<&'a Rate>,
    extra_supplies: &'a [SupplyRow],
}

impl<'a> CostTables<'a> {
    /// The rates that hold on `as_of`.
    pub fn new(model: &'a Model, units: &'a UnitTable, as_of: Date, extra_supplies: &'a [SupplyRow]) -> Self {
        let rates = model.rates.iter().filter(|rate| rate.provenance.validity.holds(as_of)).collect();
        Self { model, units, rates, extra_supplies }
    }

    fn arc_cost(
        &self,
        network: &Network,
        arc: &Arc,
        commodity: CommodityId,
        vehicles: &[VehicleId],
    ) -> Option<ArcCost> {
        let model = self.model;
        let asked = |to_mode| Asked {
            operation: arc.operation,
            mode: arc.gates.mode,
            to_mode,
            territory: arc.gates.territory,
            commodity,
        };
        match arc.row {
            ArcRow::Link(id, _) => {
                let link = &model.links[id.index()];
                let stated =
                    Stated { time_h: link.time_h, time_sd_h: link.time_sd_h, cost: link.cost, toll: link.toll };
                self.moved(&stated, &asked(None), arc.length_km, vehicles)
            }
            ArcRow::Passage(id, ..) => {
                let passage = &model.passages[id.index()];
                let none = Charge { amount: Ranged::exactly(0.0), per: None };
                let zero = Some(Ranged::exactly(0.0));
                let stated = Stated {
                    time_h: passage.time_h.or(zero),
                    time_sd_h: passage.time_sd_h.or(zero),
                    cost: Some(none),
                    toll: passage.toll,
                };
                self.handled(&stated, &asked(None))
            }
            ArcRow::Transfer(id, _) => {
                let transfer = &model.transfers[id.index()];
                let stated = Stated {
                    time_h: transfer.time_h,
                    time_sd_h: transfer.time_sd_h,
                    cost: transfer.cost,
                    toll: transfer.toll,
                };
                let before = match network.vertex(arc.tail) {
                    Vertex::Station(station) => Some(station.mode),
                    _ => arc.gates.mode,
                };
                let to_mode = arc.gates.mode.filter(|_| arc.operation == Operation::Transfer);
                self.handled(&stated, &Asked { mode: before, ..asked(to_mode) })
            }
            ArcRow::Exit(id) => {
                let side = &model.sides[id.index()];
                self.border(&side.exit, side.toll, &asked(None))
            }
            ArcRow::Entry(id) => {
                let side = &model.sides[id.index()];
                self.border(&side.entry, side.toll, &asked(None))
            }
            ArcRow::ImpliedBorder => Some(ArcCost::default()),
            ArcRow::Unlisted(_) => {
                self.handled(&Stated { time_h: None, time_sd_h: None, cost: None, toll: None }, &asked(None))
            }
            ArcRow::Supply(id) => {
                let supply = self.supply(id.index());
                let cost = supply.cost.map_or(Some(0.0), |charge| self.units.per_commodity_unit(commodity, charge))?;
                (supply.commodity == commodity).then_some(ArcCost { cost, ..ArcCost::default() })
            }
        }
    }

    fn supply(&self, position: usize) -> &SupplyRow {
        let own = self.model.supplies.len();
        if position < own { &self.model.supplies[position] } else { &self.extra_supplies[position - own] }
    }

    fn border(&self, step: &BorderStep, toll: Option<Toll>, asked: &Asked) -> Option<ArcCost> {
        let stated = Stated { time_h: step.time_h, time_sd_h: step.time_sd_h, cost: step.cost, toll };
        self.handled(&stated, asked)
    }

    /// A movement: length over speed, length times the rate's cost and the vehicle's factor.
    fn moved(&self, stated: &Stated, asked: &Asked, length_km: f64, vehicles: &[VehicleId]) -> Option<ArcCost> {
        let rate = self.rate(asked);
        let time_h = match stated.time_h {
            Some(time) => time.value,
            None => length_km / rate?.speed_km_h?.value,
        };
        let factor = vehicles
            .iter()
            .map(|vehicle| &self.model.vehicles[vehicle.index()])
            .find(|vehicle| Some(vehicle.mode) == asked.mode)
            .map_or(1.0, |vehicle| vehicle.cost_factor);
        let cost = match stated.cost {
            Some(charge) => self.units.per_commodity_unit(asked.commodity, charge)?,
            None => self.units.per_commodity_unit(asked.commodity, rate?.cost)? * length_km * factor,
        };
        self.completed(stated, asked, rate, (cost, time_h))
    }

    /// Any other operation: the rate's cost and time for each unit handled.
    fn handled(&self, stated: &Stated, asked: &Asked) -> Option<ArcCost> {
        let rate = self.rate(asked);
        let time_h = match stated.time_h {
            Some(time) => time.value,
            None => rate?.time_h?.value,
        };
        let cost = match stated.cost {
            Some(charge) => self.units.per_commodity_unit(asked.commodity, charge)?,
            None => self.units.per_commodity_unit(asked.commodity, rate?.cost)?,
        };
        self.completed(stated, asked, rate, (cost, time_h))
    }

    fn completed(
        &self,
        stated: &Stated,
        asked: &Asked,
        rate: Option<&Rate>,
        (cost, time_h): (f64, f64),
    ) -> Option<ArcCost> {
        let time_sd_h = match stated.time_sd_h {
            Some(spread) => spread.value,
            None => rate.and_then(|rate| rate.time_sd_share).unwrap_or(0.0) * time_h,
        };
        let toll = match stated.toll {
            Some(toll) => self.units.per_commodity_unit(asked.commodity, toll.charge)?,
            None => 0.0,
        };
        Some(ArcCost { cost, toll, toll_to: stated.toll.map(|toll| toll.to), time_h, time_sd_h })
    }

    /// The rate that binds most of what is asked; commodity before territory before modes where the count ties.
    fn rate(&self, asked: &Asked) -> Option<&'a Rate> {
        fn fits<T: PartialEq>(wanted: Option<T>, found: Option<T>) -> bool {
            wanted.is_none() || wanted == found
        }
        let rank = |rate: &Rate| {
            let bound =
                [rate.commodity.is_some(), rate.territory.is_some(), rate.mode.is_some(), rate.to_mode.is_some()];
            (bound.iter().filter(|&&bound| bound).count(), bound)
        };
        self.rates
            .iter()
            .filter(|rate| {
                rate.operation == asked.operation
                    && fits(rate.mode, asked.mode)
                    && fits(rate.to_mode, asked.to_mode)
                    && fits(rate.territory, asked.territory)
                    && fits(rate.commodity, Some(asked.commodity))
            })
            .max_by_key(|rate| rank(rate))
            .copied()
    }
}
