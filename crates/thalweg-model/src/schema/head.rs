//! Attribute table of `study.toml`.
use super::{Attribute, Kind, Table, flag, text};
use crate::mode::Mode;

/// The head of a study; its keys are those of `study.toml`.
pub const STUDY: Table = Table {
    name: "study",
    about: "The head of a study, the file `study.toml`: one key a line.",
    parts: &[&[
        text("name", "Short key: letters, digits, `-` and `_`.").required(),
        text("title", "Title for people.").required(),
        text("question", "The question the study answers."),
        Attribute::new(
            "as_of",
            Kind::Date,
            "Date whose rules, capacities and demands are used unless asked otherwise.",
        )
        .required(),
        text("currency", "ISO 4217 code all amounts are converted to.").required(),
        Attribute::new("price_year", Kind::Integer, "Year whose prices amounts are in.")
            .legal(1900.0, 2100.0)
            .required(),
        Attribute::new(
            "implied_borders",
            Kind::ChoiceList(Mode::NAMES),
            "Modes whose links may meet across a territory's edge without a listed crossing.",
        )
        .default("pipeline|power|fibre|air|sea|ferry"),
        flag("sources_required", "Whether every row of fact must name a source and a confidence.").default("true"),
        text("licence", "Licence of the tables, for the report."),
    ]],
};
