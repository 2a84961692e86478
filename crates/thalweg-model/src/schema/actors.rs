//! Attribute tables of sources, money, actors and what they hold.
use super::{Attribute, Kind, PROVENANCE, Table, Target, choice, flag, key, number, reference, text};
use crate::mode::{ActorKind, HoldingKind, RelationMatter, RelationSign};

/// Original publications.
pub const SOURCE: Table = Table {
    name: "source",
    about: "An original publication that rows rest on.",
    parts: &[&[
        key("source_id", "Key, as the `source` columns name it."),
        text("title", "Title, with the publisher.").required(),
        text("url", "Address."),
        Attribute::new("year", Kind::Integer, "Year of publication.").legal(1800.0, 2100.0),
        text("licence", "Licence of data derived from it.").blank_means("single facts only"),
    ]],
};

/// Conversion of money.
pub const CURRENCY: Table = Table {
    name: "currency",
    about: "What one unit of a currency, in the prices of a year, is worth in the study's currency and price year.",
    parts: &[
        &[
            text("currency", "ISO 4217 code.").required(),
            Attribute::new("price_year", Kind::Integer, "Year of its prices.").legal(1900.0, 2100.0).required(),
            number("factor", "study currency per one", "Exchange rate times price index.")
                .legal(1e-9, 1e9)
                .usual(1e-6, 10.0)
                .required(),
        ],
        PROVENANCE,
    ],
};

/// States, firms and blocs.
pub const ACTOR: Table = Table {
    name: "actor",
    about: "A state, a firm or a bloc: whoever can say no, pay, hold or ship.",
    parts: &[
        &[
            key("actor_id", "Key; the ISO 3166 alpha-3 code for a state."),
            text("name", "English name.").required(),
            Attribute::new("aliases", Kind::TextList, "Other names it goes by."),
            choice("actor_type", ActorKind::NAMES, "What it is.").required(),
            reference("nationality", Target::State, "State a firm answers to."),
        ],
        PROVENANCE,
    ],
};

/// Who belongs to which bloc.
pub const MEMBERSHIP: Table = Table {
    name: "membership",
    about: "A state's membership of a bloc; a rule about a bloc is about its members.",
    parts: &[
        &[
            reference("actor_id", Target::Actor, "The member.").required(),
            reference("bloc", Target::Bloc, "The bloc.").required(),
        ],
        PROVENANCE,
    ],
};

/// Things that are held.
pub const ASSET: Table = Table {
    name: "asset",
    about: "Something that can be held: a pipeline, a port company, a railway concession.",
    parts: &[
        &[key("asset_id", "Key, as `asset` columns name it."), text("name", "English name.").required()],
        PROVENANCE,
    ],
};

/// Shares.
pub const HOLDING: Table = Table {
    name: "holding",
    about: "A holder's share of an asset or of a firm, through which other things are held.",
    parts: &[
        &[
            reference("held", Target::Held, "Asset or firm that is held.").required(),
            reference("holder", Target::Actor, "Who holds it.").required(),
            number("share_pct", "%", "Share; the shares of one kind on one date sum to at most 100.")
                .legal(0.0, 100.0)
                .required(),
            choice("holding_type", HoldingKind::NAMES, "How it is held.").required(),
            flag("can_block", "Whether this holder alone can stop the asset for a shipment."),
        ],
        PROVENANCE,
    ],
};

/// Who speaks to whom.
pub const RELATION: Table = Table {
    name: "relation",
    about: "A relation of two states, the same both ways, as a description: it closes no border, a rule does.",
    parts: &[
        &[
            reference("state_a", Target::State, "One state.").required(),
            reference("state_b", Target::State, "The other.").required(),
            choice("matter", RelationMatter::NAMES, "What it is about.").required(),
            choice("sign", RelationSign::NAMES, "Whether it brings them together or sets them apart.").required(),
        ],
        PROVENANCE,
    ],
};
