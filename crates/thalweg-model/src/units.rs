//! Units of quantity and of rate, and how a commodity converts between them.
use std::fmt;

/// What a quantity is counted in; two units of one dimension convert without knowing the commodity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Tonnes.
    Mass,
    /// Twenty-foot equivalent units.
    Container,
    /// Barrels of liquid.
    Barrel,
    /// Cubic metres of gas at the contract's reference conditions.
    Gas,
    /// Megawatt-hours of electricity.
    Energy,
    /// Persons.
    Passenger,
    /// Gigabits per second held for a year.
    Bandwidth,
    /// Vehicles: trains, ships, trucks.
    Vehicle,
}

impl Dimension {
    /// The unit its others are multiples of.
    pub fn base_unit(self) -> Unit {
        let base = UNITS.iter().find(|(_, dimension, factor)| *dimension == self && *factor == 1.0);
        let (name, dimension, factor) = *base.expect("every dimension has a base unit");
        Unit { dimension, factor, name }
    }

    /// Name of the base unit, as reports write it.
    pub fn base_name(self) -> &'static str {
        match self {
            Dimension::Mass => "t",
            Dimension::Container => "TEU",
            Dimension::Barrel => "bbl",
            Dimension::Gas => "m3",
            Dimension::Energy => "MWh",
            Dimension::Passenger => "passengers",
            Dimension::Bandwidth => "Gbps",
            Dimension::Vehicle => "vehicles",
        }
    }
}

/// A unit of quantity: so many base units of a dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// What is counted.
    pub dimension: Dimension,
    /// Base units (t, TEU, bbl, m3, MWh, persons, Gbps, vehicles) in one of this unit.
    pub factor: f64,
    name: &'static str,
}

const UNITS: &[(&str, Dimension, f64)] = &[
    ("t", Dimension::Mass, 1.0),
    ("kt", Dimension::Mass, 1e3),
    ("Mt", Dimension::Mass, 1e6),
    ("TEU", Dimension::Container, 1.0),
    ("kTEU", Dimension::Container, 1e3),
    ("bbl", Dimension::Barrel, 1.0),
    ("kb", Dimension::Barrel, 1e3),
    ("Mb", Dimension::Barrel, 1e6),
    ("m3", Dimension::Gas, 1.0),
    ("mcm", Dimension::Gas, 1e6),
    ("bcm", Dimension::Gas, 1e9),
    ("MWh", Dimension::Energy, 1.0),
    ("GWh", Dimension::Energy, 1e3),
    ("TWh", Dimension::Energy, 1e6),
    ("pax", Dimension::Passenger, 1.0),
    ("Gbps", Dimension::Bandwidth, 1.0),
    ("trains", Dimension::Vehicle, 1.0),
    ("vehicles", Dimension::Vehicle, 1.0),
];

/// Days in the model's year; rates per day convert with it.
pub const DAYS_PER_YEAR: f64 = 365.0;
/// Hours in the model's year.
pub const HOURS_PER_YEAR: f64 = 8760.0;

impl Unit {
    /// The unit a name stands for.
    pub fn parse(text: &str) -> Option<Unit> {
        UNITS.iter().find(|(name, _, _)| *name == text).map(|&(name, dimension, factor)| Unit {
            dimension,
            factor,
            name,
        })
    }

    /// Names of all units, for messages and documentation.
    pub fn names() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|(name, _, _)| *name)
    }

    /// The unit's name.
    pub fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// A unit per span of time; `MW` is megawatt-hours per hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateUnit {
    /// What is counted.
    pub unit: Unit,
    /// Spans in a year: 1 for per year, 365 for per day, 8760 for per hour.
    pub spans_per_year: f64,
}

impl RateUnit {
    /// Reads `Mt/yr`, `kb/d`, `TEU/yr`, `MWh/h`, `MW`, or a bare unit, which means per year.
    pub fn parse(text: &str) -> Option<RateUnit> {
        if text == "MW" {
            return Some(RateUnit { unit: Unit::parse("MWh")?, spans_per_year: HOURS_PER_YEAR });
        }
        let (unit, span) = text.split_once('/').unwrap_or((text, "yr"));
        let spans_per_year = match span {
            "yr" | "y" | "a" => 1.0,
            "d" | "day" => DAYS_PER_YEAR,
            "h" => HOURS_PER_YEAR,
            _ => return None,
        };
        Some(RateUnit { unit: Unit::parse(unit)?, spans_per_year })
    }

    /// Base units a year in one of this rate.
    pub fn base_per_year(self) -> f64 {
        self.unit.factor * self.spans_per_year
    }
}

/// A number with the range its sources allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranged {
    /// The value used.
    pub value: f64,
    /// Low end where the data give one.
    pub low: Option<f64>,
    /// High end where the data give one.
    pub high: Option<f64>,
}

impl Ranged {
    /// A number without a range.
    pub const fn exactly(value: f64) -> Self {
        Self { value, low: None, high: None }
    }

    /// The same number in another unit, `factor` of the old to one of the new.
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            low: self.low.map(|low| low * factor),
            high: self.high.map(|high| high * factor),
        }
    }

    /// Whether the data leave it room to vary.
    pub fn varies(self) -> bool {
        self.low.is_some_and(|low| low < self.value) || self.high.is_some_and(|high| high > self.value)
    }

    /// The number below which a share of its range lies. `value` is the median where both ends are given; each half,
    /// and a range of one end, is even.
    pub fn quantile(self, share: f64) -> f64 {
        let between = |from: f64, to: f64, share: f64| from + (to - from) * share;
        match (self.low, self.high) {
            (None, None) => self.value,
            (Some(low), None) => between(low, self.value, share),
            (None, Some(high)) => between(self.value, high, share),
            (Some(low), Some(_)) if share < 0.5 => between(low, self.value, 2.0 * share),
            (Some(_), Some(high)) => between(self.value, high, 2.0 * share - 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_reduce_to_base_units_a_year() {
        let per_year = |text: &str| RateUnit::parse(text).unwrap().base_per_year();
        assert_eq!(per_year("kb/d"), 365_000.0);
        assert_eq!(per_year("Mt/yr"), 1e6);
        assert_eq!(per_year("MW"), 8760.0);
        assert_eq!(per_year("TEU"), 1.0);
        assert!(RateUnit::parse("Mt/week").is_none() && RateUnit::parse("furlong/yr").is_none());
    }

    #[test]
    fn half_of_a_range_lies_below_its_value() {
        let both = Ranged { value: 10.0, low: Some(8.0), high: Some(20.0) };
        assert_eq!([0.0, 0.25, 0.5, 0.75, 1.0].map(|share| both.quantile(share)), [8.0, 9.0, 10.0, 15.0, 20.0]);
        let below = Ranged { high: None, ..both };
        assert_eq!([0.0, 0.5, 1.0].map(|share| below.quantile(share)), [8.0, 9.0, 10.0]);
        assert_eq!(Ranged::exactly(3.0).quantile(0.9), 3.0);
    }
}
