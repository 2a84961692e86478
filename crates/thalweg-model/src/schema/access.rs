//! Attribute tables of access rules, shared capacities, background traffic and observations.
use super::{Attribute, Kind, MONEY, PROVENANCE, Table, Target, choice, flag, key, number, reference, text};
use crate::mode::{Effect, Lever, Mode, Operation};

/// The columns that select gates; every one that is set must fit.
pub const GATES: &[Attribute] = &[
    reference("territory", Target::State, "State on whose territory the gate stands."),
    reference("operator", Target::Actor, "Operator, or the state the operator answers to."),
    reference("owner", Target::Actor, "Holder that can block, looked through chains."),
    reference("crossing", Target::Crossing, "Border crossing."),
    reference("side", Target::State, "State whose side of a crossing it is."),
    reference("terminal", Target::Node, "Node: a transfer, loading or unloading there."),
    reference("passage", Target::Passage, "Strait, canal or pass."),
    reference("asset", Target::Asset, "Asset."),
    reference("link", Target::Link, "Link."),
    choice("mode", Mode::NAMES, "Mode."),
    choice("operation", Operation::NAMES, "Operation."),
];

const SHIPMENT: &[Attribute] = &[
    reference("commodity", Target::Commodity, "What is shipped."),
    reference("origin", Target::Actor, "State or bloc it comes from."),
    reference("destination", Target::Actor, "State or bloc it goes to."),
    reference("shipper", Target::Actor, "Whose it is."),
    reference("consignee", Target::Actor, "Who receives it."),
    reference("flag", Target::Actor, "Whose flag it flies."),
    reference("vehicle", Target::Vehicle, "Vehicle class."),
    reference("beneficiary", Target::Actor, "State that is shipper, origin or destination."),
];

const HISTORY: &[Attribute] = &[
    reference("after_territory", Target::State, "Only shipments that have been on this state's territory."),
    reference("after_operator", Target::Actor, "Only shipments this operator has carried."),
    choice("after_operation", Operation::NAMES, "Only shipments that have met this operation."),
    reference("after_terminal", Target::Node, "Only shipments handled at this node."),
    reference("after_passage", Target::Passage, "Only shipments that went through this passage."),
    choice("after_mode", Mode::NAMES, "Only shipments this mode has carried."),
];

/// Access rules.
pub const RULE: Table = Table {
    name: "rule",
    about: "At these gates, to these shipments, on these dates: permit, deny, surcharge, delay or quota. The most \
            specific rule decides: most shipment fields, then most gate fields, then deny, then the latest date.",
    parts: &[
        &[
            key("rule_id", "Key; rows of one key hold at different dates."),
            reference("actor", Target::Actor, "Who decides, and could decide otherwise.").required(),
            choice("lever", Lever::NAMES, "By which lever.").required(),
        ],
        GATES,
        SHIPMENT,
        HISTORY,
        &[
            choice("effect", Effect::NAMES, "What happens.").required(),
            number("value", "", "Amount of a surcharge in money, of a delay in h, of a quota a year.")
                .blank_means("none: permit and deny need no value"),
            Attribute::new("unit", Kind::Unit, "Unit a surcharge is charged on or a quota counts.")
                .blank_means("the shipment's own unit"),
        ],
        MONEY,
        PROVENANCE,
    ],
};

/// What an element is.
pub const ELEMENT_TYPES: &[&str] =
    &["link", "terminal", "transfer", "crossing", "passage", "group", "territory", "corridor", "supply"];
const MEMBER_TYPES: &[&str] = &["link", "terminal", "transfer", "crossing", "passage"];

const ELEMENT: Attribute =
    reference("element", Target::Element, "Key of the link, node (for a terminal), transfer and so on.").required();

/// Shared capacities.
pub const CAPACITY_GROUP: Table = Table {
    name: "capacity_group",
    about: "A limit that several elements share.",
    parts: &[
        &[
            key("group_id", "Key."),
            text("name", "English name.").required(),
            number("capacity_value", "capacity_unit", "The most that can pass all members together.").required(),
            Attribute::new("capacity_unit", Kind::RateUnit, "Unit of the capacity.").required(),
        ],
        PROVENANCE,
    ],
};

/// Members of shared capacities.
pub const CAPACITY_MEMBER: Table = Table {
    name: "capacity_member",
    about: "An element that takes part of a capacity group.",
    parts: &[&[
        reference("group_id", Target::Group, "The group.").required(),
        choice("element_type", MEMBER_TYPES, "What the member is.").required(),
        ELEMENT,
        number("weight", "group units per one", "How much of the group one unit through the member takes.")
            .default("1"),
        text("note", "Free text."),
    ]],
};

/// Traffic beside the study's.
pub const BACKGROUND: Table = Table {
    name: "background",
    about: "Traffic the study does not model, which takes part of a capacity first.",
    parts: &[
        &[
            choice("element_type", ELEMENT_TYPES, "What it passes.").required(),
            ELEMENT,
            number("volume", "unit", "How much.").required(),
            Attribute::new("unit", Kind::RateUnit, "Unit of the volume.").required(),
        ],
        PROVENANCE,
    ],
};

/// Counts.
pub const OBSERVED: Table = Table {
    name: "observed",
    about: "A volume somebody counted, for comparison with the model.",
    parts: &[
        &[
            key("observed_id", "Key."),
            choice("element_type", ELEMENT_TYPES, "Where it was counted.").required(),
            ELEMENT,
            reference("commodity", Target::Commodity, "What was counted.").blank_means("all that convert to the unit"),
            text("period", "Year or other period as the source names it, such as 2024 or 2025-01..2025-09.").required(),
            number("volume", "unit", "The count.").required(),
            Attribute::new("unit", Kind::RateUnit, "Unit of the count, such as `TEU/yr`.").required(),
            text("counts", "Exactly what is counted: moves or transits, direction, empties in or out.").required(),
            flag("feeds_demand", "Whether a demand row rests on the same source, which leaves it out of the fit."),
        ],
        PROVENANCE,
    ],
};
