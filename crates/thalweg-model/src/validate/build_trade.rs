//! Rows of commodities, conversions, rates, demand and supply.
use super::desk::Desk;
use crate::draft::Row;
use crate::ids::CommodityId;
use crate::mode::{Mode, Operation};
use crate::model::{Commodity, Conversion, Demand, Rate, Supply};
use crate::schema::Target;
use crate::units::{Dimension, RateUnit, Unit};

pub(crate) fn commodity(desk: &mut Desk, row: &Row) -> Option<Commodity> {
    let provenance = desk.provenance(row);
    let vehicles = desk.list(row, "vehicles", Target::Vehicle);
    let value_of_time = desk.amount(row, "value_of_time");
    let value_of_reliability = desk.amount(row, "value_of_reliability");
    let unserved_cost = desk.amount(row, "unserved_cost");
    Some(Commodity {
        key: row.some_text("commodity_id")?.to_owned(),
        name: row.some_text("name")?.to_owned(),
        hs_code: row.text("hs_code").to_owned(),
        unit: row.unit("unit")?,
        modes: row.list("modes").iter().filter_map(|mode| Mode::parse(mode)).collect(),
        vehicles,
        homogeneous: row.flag("homogeneous"),
        value_of_time: value_of_time?,
        value_of_reliability: value_of_reliability?,
        dispersion: row.number("dispersion")?.value,
        unserved_cost: unserved_cost?,
        layer: row.some_text("layer")?.to_owned(),
        provenance,
    })
}

pub(crate) fn conversion(desk: &mut Desk, row: &Row) -> Option<Conversion> {
    let provenance = desk.provenance(row);
    let commodity = desk.optional(row, "commodity", Target::Commodity);
    let unit = row.unit("unit")?;
    Some(Conversion {
        commodity: commodity?,
        dimension: unit.dimension,
        factor: row.number("factor")?.value / unit.factor,
        provenance,
    })
}

pub(crate) fn rate(desk: &mut Desk, row: &Row) -> Option<Rate> {
    let provenance = desk.provenance(row);
    let territory = desk.optional(row, "territory", Target::State);
    let commodity = desk.optional(row, "commodity", Target::Commodity);
    let cost = desk.charge(row, "cost");
    Some(Rate {
        operation: Operation::parse(row.text("operation"))?,
        mode: Mode::parse(row.text("mode")),
        to_mode: Mode::parse(row.text("to_mode")),
        territory,
        commodity,
        cost: cost?,
        speed_km_h: row.number("speed"),
        time_h: row.number("time"),
        time_sd_share: row.number("time_sd_share").map(|share| share.value),
        provenance,
    })
}

/// Units of the commodities, and how other units convert to them.
pub(crate) struct Measures {
    units: Vec<Option<Unit>>,
    conversions: Vec<(CommodityId, Dimension, f64)>,
}

impl Measures {
    /// The units of the drafted rows.
    pub fn of_rows(desk: &Desk, commodities: &[Row], conversions: &[Row]) -> Self {
        let conversion = |row: &Row| {
            let commodity = desk.index.position(Target::Commodity, row.text("commodity"))?;
            let unit = row.unit("unit")?;
            Some((commodity.into(), unit.dimension, row.number("factor")?.value / unit.factor))
        };
        Measures {
            units: commodities.iter().map(|row| row.unit("unit")).collect(),
            conversions: conversions.iter().filter_map(conversion).collect(),
        }
    }

    /// The units of a model.
    pub fn of_model(model: &crate::model::Model) -> Self {
        Measures {
            units: model.commodities.iter().map(|commodity| Some(commodity.unit)).collect(),
            conversions: model.conversions.iter().map(|row| (row.commodity, row.dimension, row.factor)).collect(),
        }
    }

    /// Commodity units in one base unit of a dimension.
    pub fn per_base(&self, commodity: CommodityId, dimension: Dimension) -> Option<f64> {
        let own = (*self.units.get(commodity.index())?)?;
        if own.dimension == dimension {
            return Some(1.0 / own.factor);
        }
        let fits = |(of, from, _): &&(CommodityId, Dimension, f64)| *of == commodity && *from == dimension;
        self.conversions.iter().find(fits).map(|(_, _, factor)| *factor)
    }

    /// Commodity units a year in one of a rate unit; reports a unit that does not convert.
    fn per_year(
        &self,
        desk: &mut Desk,
        (row, column): (&Row, &str),
        commodity: CommodityId,
        unit: RateUnit,
    ) -> Option<f64> {
        self.units.get(commodity.index()).copied().flatten()?;
        if let Some(factor) = self.per_base(commodity, unit.unit.dimension) {
            return Some(factor * unit.base_per_year());
        }
        let key = row.text("commodity");
        desk.error(
            row.at(column),
            format!("{} does not convert to the unit of `{key}`", unit.unit),
            format!("use its unit, or add a row to the table conversion for `{key}` and {}", unit.unit),
        );
        None
    }
}

pub(crate) fn demand(desk: &mut Desk, row: &Row, measures: &Measures) -> Option<Demand> {
    let provenance = desk.provenance(row);
    let commodity = desk.optional(row, "commodity", Target::Commodity);
    let origin = desk.optional(row, "origin", Target::Node);
    let destination = desk.optional(row, "destination", Target::Node);
    let shipper = desk.optional(row, "shipper", Target::Actor);
    let consignee = desk.optional(row, "consignee", Target::Actor);
    let flag = desk.optional(row, "flag", Target::Actor);
    let vehicles = desk.list(row, "vehicles", Target::Vehicle);
    let unserved_cost = desk.amount(row, "unserved_cost");
    let (commodity, destination) = (commodity?, destination?);
    if origin == Some(destination) {
        desk.error(row.at("destination"), "is the origin", "name another node");
    }
    let factor = measures.per_year(desk, (row, "unit"), commodity, row.rate_unit("unit")?)?;
    Some(Demand {
        key: row.some_text("demand_id")?.to_owned(),
        commodity,
        origin,
        destination,
        volume: row.number("volume")?.scaled(factor),
        period: row.text("period").to_owned(),
        shipper,
        consignee,
        flag,
        vehicles,
        unserved_cost,
        provenance,
    })
}

pub(crate) fn supply(desk: &mut Desk, row: &Row, measures: &Measures) -> Option<Supply> {
    let provenance = desk.provenance(row);
    let commodity = desk.optional(row, "commodity", Target::Commodity);
    let node = desk.optional(row, "node_id", Target::Node);
    let supplier = desk.optional(row, "supplier", Target::Actor);
    let capacity = desk.capacity(row);
    let cost = desk.charge(row, "cost");
    let commodity = commodity?;
    let factor = match row.rate_unit("capacity_unit") {
        Some(unit) => measures.per_year(desk, (row, "capacity_unit"), commodity, unit)?,
        None => 1.0,
    };
    let stated = row.number("minimum")?.value;
    if let Some(capacity) = capacity.filter(|capacity| stated > capacity.value.value) {
        let message = format!("the contract takes at least {stated}, above the capacity {}", capacity.value.value);
        desk.error(row.at("minimum"), message, "lower the minimum or raise capacity_value; both are in capacity_unit");
    }
    let minimum = stated * factor;
    Some(Supply {
        key: row.some_text("supply_id")?.to_owned(),
        commodity,
        node: node?,
        supplier,
        capacity,
        cost,
        minimum,
        provenance,
    })
}
