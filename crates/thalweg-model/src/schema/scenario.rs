//! Attribute tables of scenario files: the head, and one table for each thing a change can do.
use super::access::{GATES, RULE};
use super::actors::HOLDING;
use super::trade::SUPPLY;
use super::{Attribute, Kind, Table, Target, money, number, reference, text};

/// The head of a scenario.
pub const SCENARIO: Table = Table {
    name: "scenario",
    about: "The head of a scenario, a file `scenario/<name>.toml`; its changes follow as `[[change]]`.",
    parts: &[&[
        text("title", "Title for people.").required(),
        text("question", "The question it answers."),
        text("source", "Where it comes from, as free text with addresses."),
        Attribute::new("from", Kind::Date, "First day it holds.").blank_means("since ever"),
        Attribute::new("until", Kind::Date, "Last day it holds.").blank_means("until further notice"),
        number("days", "d", "Days it lasts, for a closure of limited duration.").usual(1.0, 3660.0),
    ]],
};

/// Elements a change can name instead of gates, one at most.
pub const ELEMENTS: &[Attribute] = &[
    reference("transfer", Target::Transfer, "One transfer."),
    reference("group", Target::Group, "One capacity group."),
    text("corridor", "All links counted under this corridor."),
];

const FACTOR: Attribute = number("factor", "", "Factor on what is there.").required();

macro_rules! change {
    ($name:ident, $text:literal, $about:literal, [$($part:expr),*]) => {
        #[doc = $about]
        pub const $name: Table = Table { name: $text, about: $about, parts: &[$($part),*] };
    };
}

change!(CLOSE, "close", "Nothing passes the target.", [GATES, ELEMENTS]);
change!(
    DERATE,
    "derate",
    "A share of the target's capacity is left.",
    [&[number("factor", "", "Share of the capacity left.").legal(0.0, 1.0).required()], GATES, ELEMENTS]
);
change!(
    DELAY,
    "delay",
    "Every passing of the target takes longer.",
    [&[number("hours", "h", "Hours added.").required()], GATES, ELEMENTS]
);
change!(
    SURCHARGE,
    "surcharge",
    "Every passing of the target costs more.",
    [
        &[
            money("amount", "study currency per unit", "Amount added.").required(),
            reference("to", Target::Actor, "Who receives it.").blank_means("nobody: it is a resource cost")
        ],
        GATES,
        ELEMENTS
    ]
);
change!(
    IMPROVE,
    "improve",
    "The target gets faster, cheaper, larger or more reliable.",
    [
        &[
            number("time_factor", "", "Factor on the time.").default("1").usual(0.05, 3.0),
            number("cost_factor", "", "Factor on the resource cost.").default("1").usual(0.05, 3.0),
            number("capacity_factor", "", "Factor on the capacity.").default("1").usual(0.1, 20.0),
            number("time_h", "h", "Hours added after the factor; negative shortens.")
                .legal(-10_000.0, 10_000.0)
                .default("0"),
            number("spread_factor", "", "Factor on the standard deviation of the time.").default("1").usual(0.0, 5.0)
        ],
        GATES,
        ELEMENTS
    ]
);
change!(OPEN, "open", "A closed or planned target is opened.", [GATES, ELEMENTS]);
change!(DROP_RULE, "drop_rule", "A rule is dropped.", [&[reference("rule", Target::Rule, "Its key.").required()]]);
change!(
    SCALE_DEMAND,
    "scale_demand",
    "Demand is multiplied.",
    [&[
        reference("demand", Target::Demand, "Demand key.").blank_means("all"),
        reference("commodity", Target::Commodity, "Commodity.").blank_means("all"),
        FACTOR
    ]]
);
change!(
    SCALE_UNSERVED_COST,
    "scale_unserved_cost",
    "The harm of not being served is multiplied for every demand.",
    [&[FACTOR]]
);

/// Adds a rule: the keys are the columns of the table `rule`.
pub const ADD_RULE: Table = Table { name: "add_rule", about: "A rule is added.", parts: RULE.parts };
/// Adds or replaces a supplier: the keys are the columns of the table `supply`.
pub const SET_SUPPLY: Table =
    Table { name: "set_supply", about: "A supplier is added or replaced.", parts: SUPPLY.parts };
/// Replaces a holder's share: the keys are the columns of the table `holding`.
pub const SET_HOLDING: Table = Table { name: "set_holding", about: "A holder's share is set.", parts: HOLDING.parts };

/// Everything a change can do.
pub const CHANGES: &[&Table] = &[
    &CLOSE,
    &DERATE,
    &DELAY,
    &SURCHARGE,
    &IMPROVE,
    &OPEN,
    &ADD_RULE,
    &DROP_RULE,
    &SET_SUPPLY,
    &SCALE_DEMAND,
    &SET_HOLDING,
    &SCALE_UNSERVED_COST,
];
