//! Attribute table of the totals that `thalweg prior` spreads over pairs.
use super::{Attribute, Kind, PROVENANCE, Table, Target, number, reference};

/// What a place sends and receives.
pub const TOTAL: Table = Table {
    name: "total",
    about: "What a place sends and receives of one commodity, in a file that `thalweg prior --totals` reads. It is no table of a study.",
    parts: &[
        &[
            reference("place", Target::Node, "The place, by key.").required(),
            number("produces", "unit", "What it sends.").default("0"),
            number("attracts", "unit", "What it receives.").default("0"),
            Attribute::new("unit", Kind::RateUnit, "Unit of both, such as `t/yr`.")
                .blank_means("the commodity's unit a year"),
        ],
        PROVENANCE,
    ],
};
