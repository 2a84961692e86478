//! Attribute table of the watch lists in `study.toml`.
use super::{Attribute, Kind, Table, Target, key, references, text};
use crate::mode::Topic;

/// A watch list.
pub const WATCH: Table = Table {
    name: "watch",
    about: "Somebody's interest, as a table `[[watch]]` of `study.toml`: `thalweg watch --list KEY` tells what changed of it. \
            A change is told when it concerns one of the actors, one of the gates and one of the commodities; a list \
            that is empty concerns all.",
    parts: &[&[
        key("watch_id", "Key."),
        text("title", "In words."),
        references(
            "actors",
            Target::Actor,
            "States, firms and blocs; a state stands for its firms, a bloc for its members.",
        ),
        Attribute::new("corridors", Kind::TextList, "Corridors, as links name them."),
        references("links", Target::Link, "Links."),
        references("terminals", Target::Node, "Places where shipments are handled."),
        references("crossings", Target::Crossing, "Border crossings."),
        references("passages", Target::Passage, "Straits, canals and passes."),
        references("assets", Target::Asset, "Assets, and what belongs to them."),
        references("commodities", Target::Commodity, "Commodities."),
        Attribute::new("topics", Kind::ChoiceList(Topic::NAMES), "What is told.").blank_means("everything"),
    ]],
};
