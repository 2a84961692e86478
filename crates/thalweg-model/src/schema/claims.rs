//! Attribute tables of `claims.toml`: claims, and what other sources say of them.
use super::{Attribute, Kind, Table, Target, choice, key, number, references, text};
use crate::claim::{FigurePart, FigureProgram};

/// A claim to be checked.
pub const CLAIM: Table = Table {
    name: "claim",
    about: "A claim somebody made, as a table `[[claim]]` of `claims.toml`. It holds no verdict: that is computed.",
    parts: &[&[
        key("claim_id", "Key."),
        text("statement", "What is claimed, in a sentence.").required(),
        references("source", Target::Source, "Who claims it.").required(),
        Attribute::new("implied_low", Kind::Number, "Least value of the figure that the claim allows.")
            .blank_means("open"),
        Attribute::new("implied_high", Kind::Number, "Greatest value of the figure that the claim allows.")
            .blank_means("open"),
        text("unit", "Unit of the implied range and of the evidence, as figures write it.")
            .blank_means("a number without unit"),
        text("measure", "Measure of the figure the claim is held against, as the results name it.")
            .blank_means("no figure of this study can check the claim; say why in `note`"),
        text("subject", "Subject of that figure, as the results name it."),
        text("scenario", "State whose figure is taken.").default("base"),
        choice("of", FigurePart::NAMES, "The figure, or its difference against the base.").default("value"),
        choice("program", FigureProgram::NAMES, "Which program gives the figure, where both do.")
            .blank_means("the descriptive one for a value, the exact one for a change"),
        text("note", "Why the figure stands for the claim, or why there is none."),
    ]],
};

/// What another source says.
pub const EVIDENCE: Table = Table {
    name: "evidence",
    about: "What another source says of the same thing, as a table `[[evidence]]` of `claims.toml`.",
    parts: &[&[
        text("claim", "Key of the claim.").required(),
        references("source", Target::Source, "Who says it.").required(),
        number("value", "the claim's unit", "What it says; `value_low` and `value_high` may stand beside it.")
            .legal(f64::MIN, f64::MAX)
            .required(),
        text("note", "Exactly what it counts."),
    ]],
};
