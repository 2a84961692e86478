//! Attribute tables of what is shipped, at which rates, for whom and from whom.
use super::{
    Attribute, Kind, MONEY, PROVENANCE, Table, Target, choice, flag, key, money, number, reference, references, text,
};
use crate::mode::{Mode, Operation};

/// What is shipped.
pub const COMMODITY: Table = Table {
    name: "commodity",
    about: "What is shipped, with the values of its time and the modes that can carry it.",
    parts: &[
        &[
            key("commodity_id", "Key."),
            text("name", "English name.").required(),
            text("hs_code", "Harmonised System code."),
            Attribute::new("unit", Kind::Unit, "Unit of its volumes and unit costs.").required(),
            Attribute::new("modes", Kind::ChoiceList(Mode::NAMES), "Modes that can carry it.").required(),
            references("vehicles", Target::Vehicle, "Default vehicle classes, at most one a mode."),
            flag("homogeneous", "Whether buyers take any supplier's."),
            money("value_of_time", "per unit and h", "What an hour is worth.").required(),
            money("value_of_reliability", "per unit and h", "What an hour of standard deviation is worth.").required(),
            number("dispersion", "1/(money per unit)", "Dispersion of the choice of path; `inf` means least cost.")
                .legal(0.0, f64::INFINITY)
                .required(),
            money("unserved_cost", "per unit", "Harm of one unit not delivered.").required(),
            text("layer", "Layer of the map: containers, oil, gas, power, fibre, passengers.").required(),
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// Conversions.
pub const CONVERSION: Table = Table {
    name: "conversion",
    about: "How many of a commodity's own unit one of another unit is, for tables that count it so.",
    parts: &[
        &[
            reference("commodity", Target::Commodity, "The commodity.").required(),
            Attribute::new("unit", Kind::Unit, "The other unit.").required(),
            number("factor", "commodity units per one", "Commodity units in one of `unit`.")
                .legal(1e-12, 1e12)
                .required(),
        ],
        PROVENANCE,
    ],
};

/// Rates.
pub const RATE: Table = Table {
    name: "rate",
    about: "What an operation costs and takes where a row leaves it empty; the most specific fitting row is used.",
    parts: &[
        &[
            choice("operation", Operation::NAMES, "The operation.").required(),
            choice("mode", Mode::NAMES, "Mode, or mode before a transfer.").blank_means("all modes"),
            choice("to_mode", Mode::NAMES, "Mode after a transfer.").blank_means("all modes"),
            reference("territory", Target::State, "Where.").blank_means("everywhere"),
            reference("commodity", Target::Commodity, "What.").blank_means("all commodities"),
            money("cost", "per unit, and per km when moving", "Resource cost.").required(),
            Attribute::new("per", Kind::Unit, "Unit the cost is charged on.").blank_means("the shipment's own unit"),
            number("speed", "km/h", "Door-to-door speed when moving.").legal(0.01, 1e6).usual(1.0, 1000.0),
            number("time", "h", "Time of any other operation.").usual(0.0, 500.0),
            number("time_sd_share", "", "Standard deviation of the time as a share of it.").usual(0.0, 2.0),
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// What is wanted.
pub const DEMAND: Table = Table {
    name: "demand",
    about: "What somebody wants moved, and between which places.",
    parts: &[
        &[
            key("demand_id", "Key; rows of one key hold at different dates."),
            reference("commodity", Target::Commodity, "What.").required(),
            reference("origin", Target::Node, "From where.").blank_means("suppliers compete"),
            reference("destination", Target::Node, "To where.").required(),
            number("volume", "unit", "How much.").required(),
            Attribute::new("unit", Kind::RateUnit, "Unit of the volume, such as `TEU/yr` or `kb/d`.").required(),
            text("period", "Period of the year it belongs to.").blank_means("the annual average"),
            reference("shipper", Target::Actor, "Whose shipment it is."),
            reference("consignee", Target::Actor, "Who receives it."),
            reference("flag", Target::Actor, "State whose flag or carrier moves it."),
            references("vehicles", Target::Vehicle, "Vehicle classes that differ from the commodity's."),
            money("unserved_cost", "per commodity unit", "Harm of one unit not delivered.")
                .blank_means("the commodity's"),
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// Who can deliver.
pub const SUPPLY_FIELDS: &[Attribute] = &[
    key("supply_id", "Key; rows of one key are steps of one cost curve or hold at different dates."),
    reference("commodity", Target::Commodity, "What.").required(),
    reference("node_id", Target::Node, "Where.").required(),
    reference("supplier", Target::Actor, "Who sells it."),
    number("capacity_value", "capacity_unit", "The most it can deliver at this cost.").blank_means("not limited"),
    Attribute::new("capacity_unit", Kind::RateUnit, "Unit of the capacity, such as `kb/d`."),
    money("cost", "per unit", "Cost at the node."),
    Attribute::new("per", Kind::Unit, "Unit the cost is charged on.").blank_means("the commodity's unit"),
    number("minimum", "capacity_unit", "Volume that must be taken.").default("0"),
];

/// Who can deliver a homogeneous commodity.
pub const SUPPLY: Table = Table {
    name: "supply",
    about: "Who can deliver a homogeneous commodity, where, how much and at what cost.",
    parts: &[SUPPLY_FIELDS, MONEY, PROVENANCE],
};
