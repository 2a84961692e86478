//! Attribute table of the questions in `study.toml`.
use super::{Attribute, Kind, Table, Target, choice, key, reference, text};
use crate::mode::{GateKind, Lever, QuestionKind};

/// A question that `run` answers.
pub const QUESTION: Table = Table {
    name: "question",
    about: "A question that `thalweg run` answers in a section of its report, as a table `[[ask]]` of `study.toml`.",
    parts: &[&[
        key("question_id", "Key."),
        text("title", "The question in words.").required(),
        choice(
            "kind",
            QuestionKind::NAMES,
            "depend: the dependence curve; refusal: harm and cost of saying no; route: the ways between two places, what would \
             open one, whose consent it needs; each: every failure of some kinds in turn; pairs: every two failures with \
             their synergy; worst: the worst `top` failures together.",
        )
        .required(),
        text("scenario", "State it is asked in.").blank_means("the base"),
        reference("by", Target::Actor, "depend, refusal: whose gates.").blank_means("everybody's"),
        reference("of", Target::Actor, "depend, refusal: whose shipments.").blank_means("everybody's"),
        Attribute::new(
            "lever",
            Kind::ChoiceList(Lever::NAMES),
            "depend: levers counted together; refusal: levers, each of its own.",
        )
        .blank_means("every lever of its own"),
        reference("commodity", Target::Commodity, "depend, route: of what.")
            .blank_means("all commodities; for a route the study's first"),
        reference("from", Target::Node, "route: where it starts."),
        reference("to", Target::Node, "route: where it ends."),
        reference("shipper", Target::Actor, "route: whose shipment it is.").blank_means("the state it starts from"),
        Attribute::new("fails", Kind::ChoiceList(GateKind::NAMES), "each, pairs, worst: what fails. Pairs and worst name no link and no terminal."),
        Attribute::new("top", Kind::Integer, "How many answers are kept, the costliest first; worst: how many fail together.")
            .legal(1.0, 1000.0)
            .default("10"),
    ]],
};
