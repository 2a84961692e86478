//! The attribute tables: for every input table its columns, with type, unit, default and meaning.
//!
//! The single place that feeds the reader's checks, the pages of `docs/formats` and the templates of
//! `thalweg new`. Adding a column here documents it, lets files have it and checks its cells; what remains is
//! to read it into its row type.
pub mod access;
pub mod actors;
pub mod calibration;
pub mod claims;
pub mod head;
pub mod network;
pub mod prior;
pub mod questions;
pub mod scenario;
pub mod stress;
pub mod topics;
pub mod trade;
pub mod watch;

/// What a cell of a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Name of the row, used by other rows.
    Key,
    /// Free text.
    Text,
    /// Free texts separated by `|`.
    TextList,
    /// A number; may have `_low` and `_high` columns beside it.
    Number,
    /// An amount of money in the row's `currency` and `price_year`; may have `_low` and `_high` beside it.
    Money,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Flag,
    /// A date, `2025-12-28`.
    Date,
    /// A unit of quantity.
    Unit,
    /// A unit of quantity a span of time.
    RateUnit,
    /// One of a list of words.
    Choice(&'static [&'static str]),
    /// Words of a list separated by `|`.
    ChoiceList(&'static [&'static str]),
    /// Key of a row elsewhere.
    Reference(Target),
    /// Keys separated by `|`.
    ReferenceList(Target),
    /// Points `lon lat; lon lat`.
    Points,
}

/// What a reference points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A source.
    Source,
    /// An actor of any kind.
    Actor,
    /// A state.
    State,
    /// A bloc.
    Bloc,
    /// An asset.
    Asset,
    /// An asset or a firm.
    Held,
    /// A node.
    Node,
    /// A link.
    Link,
    /// A transfer.
    Transfer,
    /// A border crossing.
    Crossing,
    /// A passage.
    Passage,
    /// A limit.
    Limit,
    /// A vehicle class.
    Vehicle,
    /// A commodity.
    Commodity,
    /// A capacity group.
    Group,
    /// A demand.
    Demand,
    /// A supply.
    Supply,
    /// A rule.
    Rule,
    /// What `element_type` says.
    Element,
}

impl Target {
    /// The word for one of them, as messages and documents use it.
    pub fn noun(self) -> &'static str {
        match self {
            Target::Source => "source",
            Target::Actor => "actor",
            Target::State => "state",
            Target::Bloc => "bloc",
            Target::Asset => "asset",
            Target::Held => "asset or firm",
            Target::Node => "node",
            Target::Link => "link",
            Target::Transfer => "transfer",
            Target::Crossing => "border crossing",
            Target::Passage => "passage",
            Target::Limit => "limit",
            Target::Vehicle => "vehicle",
            Target::Commodity => "commodity",
            Target::Group => "capacity group",
            Target::Demand => "demand",
            Target::Supply => "supply",
            Target::Rule => "rule",
            Target::Element => "element of that type",
        }
    }

    /// The table that lists them.
    pub fn table(self) -> &'static str {
        match self {
            Target::Source => "source",
            Target::Actor | Target::State | Target::Bloc => "actor",
            Target::Asset | Target::Held => "asset",
            Target::Node => "node",
            Target::Link => "link",
            Target::Transfer => "transfer",
            Target::Crossing => "border_crossing",
            Target::Passage => "passage",
            Target::Limit => "limit",
            Target::Vehicle => "vehicle",
            Target::Commodity => "commodity",
            Target::Group => "capacity_group",
            Target::Demand => "demand",
            Target::Supply => "supply",
            Target::Rule => "rule",
            Target::Element => "link",
        }
    }
}

/// What an empty cell means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// Not allowed.
    Forbidden,
    /// Nothing is stated.
    Nothing,
    /// The same as this text.
    Value(&'static str),
    /// What the words say.
    Means(&'static str),
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Attribute {
    /// Column name.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Unit of its numbers, empty for none.
    pub unit: &'static str,
    /// What an empty cell means.
    pub blank: Blank,
    /// Smallest and largest number allowed.
    pub legal: (f64, f64),
    /// Smallest and largest number that is not odd.
    pub usual: Option<(f64, f64)>,
    /// What it says.
    pub about: &'static str,
}

impl Attribute {
    /// A column whose cells may be empty.
    pub const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self { name, kind, unit: "", blank: Blank::Nothing, legal: (f64::MIN, f64::MAX), usual: None, about }
    }

    /// The same, never empty.
    pub const fn required(mut self) -> Self {
        self.blank = Blank::Forbidden;
        self
    }

    /// The same with the value an empty cell stands for.
    pub const fn default(mut self, text: &'static str) -> Self {
        self.blank = Blank::Value(text);
        self
    }

    /// The same with words for what an empty cell stands for.
    pub const fn blank_means(mut self, words: &'static str) -> Self {
        self.blank = Blank::Means(words);
        self
    }

    /// The same with the smallest and largest number allowed.
    pub const fn legal(mut self, least: f64, most: f64) -> Self {
        self.legal = (least, most);
        self
    }

    /// The same with the range outside which a number is odd.
    pub const fn usual(mut self, least: f64, most: f64) -> Self {
        self.usual = Some((least, most));
        self
    }

    /// Whether a cell may not be empty.
    pub fn is_required(&self) -> bool {
        self.blank == Blank::Forbidden
    }

    /// Whether `_low` and `_high` columns may stand beside it.
    pub fn takes_range(&self) -> bool {
        matches!(self.kind, Kind::Number | Kind::Money)
    }
}

/// A key column.
pub const fn key(name: &'static str, about: &'static str) -> Attribute {
    Attribute::new(name, Kind::Key, about).required()
}

/// A column of free text.
pub const fn text(name: &'static str, about: &'static str) -> Attribute {
    Attribute::new(name, Kind::Text, about)
}

/// A column of numbers in a unit, not negative unless `legal` says so.
pub const fn number(name: &'static str, unit: &'static str, about: &'static str) -> Attribute {
    let mut attribute = Attribute::new(name, Kind::Number, about).legal(0.0, f64::MAX);
    attribute.unit = unit;
    attribute
}

/// A column of amounts of money, not negative unless `legal` says so.
pub const fn money(name: &'static str, unit: &'static str, about: &'static str) -> Attribute {
    let mut attribute = Attribute::new(name, Kind::Money, about).legal(0.0, f64::MAX);
    attribute.unit = unit;
    attribute
}

/// A column of words from a list.
pub const fn choice(name: &'static str, words: &'static [&'static str], about: &'static str) -> Attribute {
    Attribute::new(name, Kind::Choice(words), about)
}

/// A column of keys of rows elsewhere.
pub const fn reference(name: &'static str, target: Target, about: &'static str) -> Attribute {
    Attribute::new(name, Kind::Reference(target), about)
}

/// A column of lists of keys of rows elsewhere.
pub const fn references(name: &'static str, target: Target, about: &'static str) -> Attribute {
    Attribute::new(name, Kind::ReferenceList(target), about)
}

/// A column of `true` and `false`.
pub const fn flag(name: &'static str, about: &'static str) -> Attribute {
    Attribute::new(name, Kind::Flag, about).default("false")
}

/// One input table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Table {
    /// Name: of the file without `.csv`, or of the folder.
    pub name: &'static str,
    /// One sentence on what a row is.
    pub about: &'static str,
    /// Columns, in parts that tables share.
    pub parts: &'static [&'static [Attribute]],
}

impl Table {
    /// The columns, in the order of the documentation.
    pub fn attributes(&self) -> impl Iterator<Item = &'static Attribute> + use<> {
        self.parts.iter().flat_map(|part| part.iter())
    }

    /// The position of a column.
    pub fn position(&self, column: &str) -> Option<usize> {
        self.attributes().position(|attribute| attribute.name == column)
    }

    /// Whether its rows are facts, which carry a source and a confidence.
    pub fn is_of_fact(&self) -> bool {
        self.position("confidence").is_some()
    }
}

/// The columns every table of fact has.
pub const PROVENANCE: &[Attribute] = &[
    Attribute::new("valid_from", Kind::Date, "First day the row holds.").blank_means("since ever"),
    Attribute::new("valid_until", Kind::Date, "Last day the row holds.").blank_means("until further notice"),
    references("source", Target::Source, "Sources the row rests on.")
        .blank_means("an error, unless the study sets `sources_required = false`"),
    choice(
        "confidence",
        crate::mode::Confidence::NAMES,
        "How well it is supported: high is official or primary, medium is press or secondary, low is inferred or \
         unchecked, estimate is ours and the note says how.",
    )
    .blank_means("an error, unless the study sets `sources_required = false`: then estimate"),
    text("note", "Free text: what the source says, how an estimate was reached."),
];

/// The columns every table with money has.
pub const MONEY: &[Attribute] = &[
    text("currency", "ISO 4217 code of the row's amounts; converted by the table `currency`.")
        .blank_means("the study's currency"),
    Attribute::new("price_year", Kind::Integer, "Year whose prices the row's amounts are in.")
        .legal(1900.0, 2100.0)
        .blank_means("the study's price year"),
];

/// Every table of a study, in the order of the documentation.
pub const TABLES: &[&Table] = &[
    &actors::SOURCE,
    &actors::CURRENCY,
    &actors::ACTOR,
    &actors::MEMBERSHIP,
    &actors::RELATION,
    &actors::ASSET,
    &actors::HOLDING,
    &network::NODE,
    &network::LINK,
    &network::TRANSFER,
    &network::BORDER_CROSSING,
    &network::PASSAGE,
    &network::LIMIT,
    &network::VEHICLE,
    &trade::COMMODITY,
    &trade::CONVERSION,
    &trade::RATE,
    &trade::DEMAND,
    &trade::SUPPLY,
    &access::RULE,
    &access::CAPACITY_GROUP,
    &access::CAPACITY_MEMBER,
    &access::BACKGROUND,
    &access::OBSERVED,
    &stress::HAZARD,
    &stress::DEPENDENCY,
    &calibration::CALIBRATION,
];

/// The table of a name.
pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name).copied()
}

/// Base units a year outside which a capacity, demand or count of a dimension is odd.
pub fn usual_volume(dimension: crate::units::Dimension) -> (f64, f64) {
    use crate::units::Dimension;
    match dimension {
        Dimension::Mass => (100.0, 3e9),
        Dimension::Container => (10.0, 1e8),
        Dimension::Barrel => (1e3, 1e10),
        Dimension::Gas => (1e5, 1e12),
        Dimension::Energy => (1e2, 1e9),
        Dimension::Passenger => (10.0, 1e9),
        Dimension::Bandwidth => (0.1, 1e6),
        Dimension::Vehicle => (1.0, 1e8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_table_has_two_columns_of_one_name_and_every_column_says_what_it_is() {
        for table in TABLES {
            let mut names: Vec<_> = table.attributes().map(|attribute| attribute.name).collect();
            names.sort_unstable();
            names.windows(2).for_each(|pair| assert_ne!(pair[0], pair[1], "in {}", table.name));
            table.attributes().for_each(|attribute| assert!(attribute.about.ends_with('.'), "{}", attribute.name));
        }
    }

    #[test]
    fn every_table_with_money_has_currency_and_price_year() {
        for table in TABLES {
            let has_money = table.attributes().any(|attribute| attribute.kind == Kind::Money);
            assert!(!has_money || table.position("price_year").is_some(), "{}", table.name);
        }
    }
}
