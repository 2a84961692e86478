//! Attribute tables of places, links, terminals, borders, passages and sizes.
use super::{
    Attribute, Kind, MONEY, PROVENANCE, Table, Target, choice, flag, key, money, number, reference, references, text,
};
use crate::mode::{DelayFunction, Mode, Status};

const TIME: Attribute = number("time", "h", "Time it takes.").usual(0.0, 1500.0);
const TIME_SD: Attribute = number("time_sd", "h", "Standard deviation of the time.").usual(0.0, 500.0);
const OPERATIONS_OF_TRANSFER: &[&str] = &["load", "unload", "transfer", "gauge_change"];

const TOLL_AND_CAPACITY: &[Attribute] = &[
    money("toll", "per unit", "Charge that another actor receives."),
    reference("toll_to", Target::Actor, "Who receives the toll."),
    Attribute::new("per", Kind::Unit, "Unit the row's cost and toll are charged on.")
        .blank_means("the shipment's own unit"),
    number("capacity_value", "capacity_unit", "The most that can pass.").blank_means("not limited"),
    Attribute::new("capacity_unit", Kind::RateUnit, "Unit of the capacity, such as `TEU/yr` or `kb/d`."),
    choice("delay_function", DelayFunction::NAMES, "How the time grows with the volume, for the user equilibrium.")
        .blank_means("it does not"),
    number("delay_at_capacity", "h", "Time added when the volume, background included, equals the capacity.")
        .legal(0.0, f64::MAX)
        .usual(0.0, 500.0),
    number("delay_power", "", "Power of a `bpr` curve; steepness of a `conical` one, above 1.")
        .legal(0.0, 100.0)
        .usual(1.0, 12.0)
        .blank_means("4"),
];

const STATUS: Attribute =
    choice("status", Status::NAMES, "In use, shut, or not built or agreed yet; a scenario may open it.")
        .default("open");

/// Places.
pub const NODE: Table = Table {
    name: "node",
    about: "A place: city, port, border station, junction, field, refinery, or a point at sea.",
    parts: &[
        &[
            key("node_id", "Key; the UN/LOCODE where it has one."),
            text("name", "English name.").required(),
            text("locode", "UN/LOCODE."),
            Attribute::new("aliases", Kind::TextList, "Other names it goes by."),
            text("node_type", "Free word for the map: city, port, border, junction, field, refinery, sea."),
            number("x_coord", "degrees east", "Longitude, WGS 84.").legal(-180.0, 180.0).required(),
            number("y_coord", "degrees north", "Latitude, WGS 84.").legal(-90.0, 90.0).usual(-60.0, 80.0).required(),
            reference("territory", Target::State, "State under whose control it stands.").blank_means("at sea"),
            text("region", "Part of that state, such as an exclave.").blank_means("the main part"),
            reference("asset", Target::Asset, "Asset it belongs to."),
        ],
        PROVENANCE,
    ],
};

/// Links.
pub const LINK: Table = Table {
    name: "link",
    about: "A link between two nodes, of one mode, on one territory.",
    parts: &[
        &[
            key("link_id", "Key; rows of one key hold at different dates."),
            text("name", "English name."),
            reference("from_node_id", Target::Node, "From.").required(),
            reference("to_node_id", Target::Node, "To.").required(),
            flag("directed", "Whether it runs only from `from_node_id` to `to_node_id`."),
            choice("mode", Mode::NAMES, "Mode.").required(),
            number("length", "km", "Length.").usual(0.1, 20000.0).required(),
            TIME.blank_means("length over the speed of the fitting `rate` row"),
            TIME_SD.blank_means("the share of the time that the fitting `rate` row gives"),
            money("cost", "per unit", "Resource cost of the whole link.")
                .blank_means("length times the cost of the fitting `rate` row"),
        ],
        TOLL_AND_CAPACITY,
        &[
            Attribute::new("gauge", Kind::Integer, "Track gauge in mm, for rail.").legal(300.0, 3000.0),
            reference("territory", Target::State, "State on whose territory it stands.")
                .blank_means("the territory both end nodes share; for sea, ferry and air the high sea or open air"),
            reference("operator", Target::Actor, "Who runs the service."),
            reference("asset", Target::Asset, "Asset it belongs to."),
            reference("passage", Target::Passage, "Strait, canal or pass it goes through."),
            reference("limit", Target::Limit, "Largest vehicle it takes."),
            references("commodities", Target::Commodity, "What it carries.").blank_means("all its mode carries"),
            STATUS,
            text("corridor", "Corridor it is counted under."),
            text("right_of_way", "Right of way it shares with links of other layers: rail, power, fibre, pipe.")
                .blank_means("its own"),
            Attribute::new("geometry", Kind::Points, "Intermediate points for the map, `lon lat; lon lat`."),
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// Operations at terminals.
pub const TRANSFER: Table = Table {
    name: "transfer",
    about: "An operation at a node: loading, unloading, a change of mode or of gauge. Modes meet only here.",
    parts: &[
        &[
            key("transfer_id", "Key; rows of one key hold at different dates."),
            reference("node_id", Target::Node, "Where.").required(),
            choice("operation", OPERATIONS_OF_TRANSFER, "What is done.").required(),
            choice("from_mode", Mode::NAMES, "Mode before.").blank_means("none: the shipment is loaded"),
            choice("to_mode", Mode::NAMES, "Mode after.").blank_means("none: the shipment is unloaded"),
            Attribute::new("from_gauge", Kind::Integer, "Gauge before in mm.").legal(300.0, 3000.0),
            Attribute::new("to_gauge", Kind::Integer, "Gauge after in mm.").legal(300.0, 3000.0),
            flag("directed", "Whether it works only from before to after, not back."),
            TIME.blank_means("the time of the fitting `rate` row"),
            TIME_SD.blank_means("the share of the time that the fitting `rate` row gives"),
            money("cost", "per unit", "Resource cost.").blank_means("the cost of the fitting `rate` row"),
        ],
        TOLL_AND_CAPACITY,
        &[
            reference("operator", Target::Actor, "Who runs it."),
            reference("asset", Target::Asset, "Asset it belongs to."),
            references("commodities", Target::Commodity, "What it handles.").blank_means("all"),
            STATUS,
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// Sides of border crossings.
pub const BORDER_CROSSING: Table = Table {
    name: "border_crossing",
    about: "One side of a border crossing for one mode; a crossing has two rows, one a side.",
    parts: &[
        &[
            key("crossing_id", "Key that the two sides share."),
            text("name", "English name.").required(),
            reference("node_id", Target::Node, "Where; both sides name the same node.").required(),
            choice("mode", Mode::NAMES, "Mode it serves.").required(),
            reference("territory", Target::State, "State whose side this row is.").required(),
            number("exit_time", "h", "Time of leaving this state here.")
                .usual(0.0, 500.0)
                .blank_means("the time of the fitting `rate` row for border_exit"),
            number("exit_time_sd", "h", "Standard deviation of that time.").usual(0.0, 500.0),
            money("exit_cost", "per unit", "Resource cost of leaving.")
                .blank_means("the cost of the fitting `rate` row for border_exit"),
            number("entry_time", "h", "Time of entering this state here.")
                .usual(0.0, 500.0)
                .blank_means("the time of the fitting `rate` row for border_entry"),
            number("entry_time_sd", "h", "Standard deviation of that time.").usual(0.0, 500.0),
            money("entry_cost", "per unit", "Resource cost of entering.")
                .blank_means("the cost of the fitting `rate` row for border_entry"),
        ],
        TOLL_AND_CAPACITY,
        &[reference("operator", Target::Actor, "Who runs it."), STATUS],
        MONEY,
        PROVENANCE,
    ],
};

/// Straits, canals and passes.
pub const PASSAGE: Table = Table {
    name: "passage",
    about: "A strait, canal or pass with a name, through which links go.",
    parts: &[
        &[
            key("passage_id", "Key, as links name it."),
            text("name", "English name.").required(),
            Attribute::new("aliases", Kind::TextList, "Other names it goes by."),
            reference("territory", Target::State, "State that controls it."),
            reference("operator", Target::Actor, "Who runs it."),
            number("time", "h", "Time beyond the links' own.").usual(0.0, 500.0).blank_means("none"),
            TIME_SD.blank_means("none"),
        ],
        TOLL_AND_CAPACITY,
        &[reference("limit", Target::Limit, "Largest vehicle it takes."), STATUS],
        MONEY,
        PROVENANCE,
    ],
};

const SIZES: &[Attribute] = &[
    number("draught", "m", "Draught.").usual(0.5, 30.0),
    number("beam", "m", "Beam or width.").usual(1.0, 80.0),
    number("length", "m", "Length.").usual(5.0, 2000.0),
    number("deadweight", "t", "Deadweight.").usual(5.0, 600_000.0),
    number("axle_load", "t", "Axle load.").usual(5.0, 45.0),
];

/// Largest vehicles.
pub const LIMIT: Table = Table {
    name: "limit",
    about: "The largest vehicle that links or passages take; an empty size does not bind.",
    parts: &[&[key("limit_id", "Key, as links and passages name it.")], SIZES, PROVENANCE],
};

/// Vehicle classes.
pub const VEHICLE: Table = Table {
    name: "vehicle",
    about: "A class of ship, train or truck.",
    parts: &[
        &[
            key("vehicle_id", "Key."),
            text("name", "English name.").required(),
            choice("mode", Mode::NAMES, "Mode it travels by.").required(),
        ],
        SIZES,
        &[number("cost_factor", "", "Factor on the cost per unit and km of the `rate` row.")
            .default("1")
            .usual(0.05, 10.0)],
        PROVENANCE,
    ],
};
