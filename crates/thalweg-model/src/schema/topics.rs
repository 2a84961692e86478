//! Attribute tables of the topics in `study.toml`: rows of the first page of a report, and the figures that answer them.
use super::{Attribute, Table, choice, key, text};
use crate::claim::{FigurePart, FigureProgram};

/// A topic.
pub const TOPIC: Table = Table {
    name: "topic",
    about: "A row of the first page of the report, as a table `[[topic]]` of `study.toml`. Figures answer it: those of its \
            tables `[[finding]]`; where it has none, the first ones of the questions that name it.",
    parts: &[&[
        key("topic_id", "Key."),
        text("title", "Short name.").required(),
        text("question", "The question in words.").required(),
        text("note", "What the figures leave out, or why there are none."),
    ]],
};

/// Columns that name a figure of a run.
pub const FIGURE: &[Attribute] = &[
    text("measure", "Measure of the figure, as the results name it.").required(),
    text("subject", "Subject of that figure, as the results name it.").required(),
    text("scenario", "State whose figure is taken, or the key of a question whose answer holds it.").default("base"),
    choice("of", FigurePart::NAMES, "The figure, or its difference against the base.").default("value"),
    choice("program", FigureProgram::NAMES, "Which program gives the figure, where both do.")
        .blank_means("the descriptive one for a value, the exact one for a change"),
];

/// A figure that answers a topic.
pub const FINDING: Table = Table {
    name: "finding",
    about: "A figure that answers a topic, as a table `[[finding]]` of `study.toml`.",
    parts: &[
        &[
            text("topic", "Key of the topic.").required(),
            text("says", "What the figure is, in words that follow it.").required(),
        ],
        FIGURE,
        &[text("unit", "Unit it is shown in: `%` for a share, a unit of rate for a volume.").blank_means("its own")],
    ],
};
