//! Attribute table of the questions in `study.toml`.
use super::{Attribute, Kind, Table, Target, choice, key, number, reference, references, text};
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
             their synergy; worst: the worst `top` failures together; newcomer: the cost of a refusal against the size of what a \
             scenario brings; incidence: who pays and who earns under the scenario; power: what players add to coalitions of the \
             others; broker: who stands between states that do not meet directly; repair: the order in which to mend and open; \
             consent: who can stop a route, a project or the end of an asset; reach: which parts of a divided country reach \
             which; chance: a year of the study's hazards by chance; risk: what the hazards cost while nothing happens, and the \
             routes that pass near a danger area.",
        )
        .required(),
        text("scenario", "State it is asked in.").blank_means("the base"),
        reference("by", Target::Actor, "depend, refusal, newcomer: whose gates.").blank_means("everybody's; a newcomer needs it"),
        reference("of", Target::Actor, "depend, refusal, newcomer: whose shipments; reach: the country.").blank_means("everybody's"),
        Attribute::new(
            "lever",
            Kind::ChoiceList(Lever::NAMES),
            "depend, newcomer: levers counted together; refusal: levers, each of its own; power: gates a player can shut.",
        )
        .blank_means("every lever; depend and refusal: each of its own"),
        reference("commodity", Target::Commodity, "depend, route, newcomer, consent: of what.")
            .blank_means("all commodities; for a route the study's first"),
        reference("from", Target::Node, "route, consent: where it starts."),
        reference("to", Target::Node, "route, consent: where it ends."),
        reference("shipper", Target::Actor, "route, consent: whose shipment it is.").blank_means("the state it starts from"),
        Attribute::new("fails", Kind::ChoiceList(GateKind::NAMES), "each, pairs, worst: what fails. Pairs and worst name no link and no terminal."),
        text("project", "newcomer, consent: the scenario that brings it."),
        reference("asset", Target::Asset, "consent: the shared asset that would be undone."),
        number("annual_cost", "study currency", "newcomer: what it costs a year; the answer says when it is worth that."),
        references("player", Target::Actor, "power: who plays.").blank_means("the `top` states whose leaving costs most"),
        Attribute::new("mend", Kind::TextList, "repair: what is broken, days and cost, such as `passage suez=60:2000000`."),
        Attribute::new("open", Kind::TextList, "repair: scenarios that may be brought about, days and cost, as `mend`."),
        text("opened", "repair: a scenario in force from the start, to compare with."),
        Attribute::new("days", Kind::Integer, "repair: days looked at.").legal(1.0, 36500.0).default("365"),
        Attribute::new("draws", Kind::Integer, "chance: years drawn among those with two events or more.")
            .legal(1.0, 1e7)
            .default("10000"),
        Attribute::new("seed", Kind::Integer, "chance: seed of the draws.").legal(0.0, 1e15).default("1"),
        number("within", "km", "risk: distance from a danger area's edge within which routes are told.").default("100"),
        Attribute::new(
            "top",
            Kind::Integer,
            "How many answers are kept, the costliest first; worst: how many fail together; power: how many play.",
        )
        .legal(1.0, 1000.0)
        .default("10"),
        text("topic", "Topic it belongs to."),
    ]],
};
