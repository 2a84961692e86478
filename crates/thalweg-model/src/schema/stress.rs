//! Attribute tables of hazards and of what cannot work without what.
use super::access::ELEMENT_TYPES;
use super::{Attribute, Kind, MONEY, PROVENANCE, Table, Target, choice, key, money, number, reference};
use crate::mode::Cause;

/// Hazards.
pub const HAZARD: Table = Table {
    name: "hazard",
    about: "Something that may go wrong: at one element, or on all links within a distance of a point. Probabilities are \
            the author's; without one the row is a risk that costs time and money but shuts nothing.",
    parts: &[
        &[
            key("hazard_id", "Key."),
            choice("element_type", ELEMENT_TYPES, "What it strikes.").blank_means("an area"),
            reference("element", Target::Element, "Key of the link, node (for a terminal), transfer and so on.")
                .blank_means("an area"),
            number("x_coord", "degrees east", "Longitude of the area's middle.").legal(-180.0, 180.0),
            number("y_coord", "degrees north", "Latitude of the area's middle.").legal(-90.0, 90.0),
            number("radius", "km", "How far the area reaches.").legal(0.0, 20_000.0),
            choice("cause", Cause::NAMES, "Deliberate, negligent, accident or nature.").required(),
            number("probability", "a year", "Probability that it happens in a year.")
                .legal(0.0, 1.0)
                .blank_means("it shuts nothing"),
            number(
                "duration",
                "days",
                "How long it lasts then; drawn evenly between `duration_low` and `duration_high`.",
            )
            .legal(0.0, 365.0)
            .default("365"),
            number("share_left", "", "Share of the stated capacities left then.").legal(0.0, 1.0).default("0"),
            number("time_sd", "h", "Standard deviation the risk adds to each passing.").default("0"),
            money("premium", "per unit", "What each passing costs more: insurance, escort.").default("0"),
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// Needs.
pub const DEPENDENCY: Table = Table {
    name: "dependency",
    about: "One support of one need: the dependent works only while enough supports of each of its needs work. Rows of \
            one `need_id` are supports of one need; several needs must all be met.",
    parts: &[
        &[
            Attribute::new("need_id", Kind::Text, "Key that the rows of one need share.").required(),
            choice("element_type", ELEMENT_TYPES, "What depends.").required(),
            reference("element", Target::Element, "Key of what depends.").required(),
            choice("support_type", ELEMENT_TYPES, "What supports it.").required(),
            Attribute::new("support", Kind::Text, "Key of what supports it.").required(),
            Attribute::new("at_least", Kind::Integer, "How many supports of the need must work.")
                .legal(1.0, 1000.0)
                .blank_means("all"),
            number("backup", "h", "How long the dependent works on once too few supports work.").default("0"),
        ],
        PROVENANCE,
    ],
};
