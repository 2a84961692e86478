//! Where a row's cells become values of the model: references, money, volumes, provenance.
use super::index::{Index, wanted_kind};
use super::money::Money;
use crate::draft::Row;
use crate::element::Element;
use crate::ids::{ActorId, SourceId};
use crate::mode::{Confidence, DelayFunction, Mode};
use crate::model::{BorderStep, Capacity, Charge, Delay, Held, Provenance, Toll};
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::Problem;
use crate::rule::GateSelector;
use crate::schema::Target;
use crate::units::Ranged;

/// What reading a row needs to know of the rest of the study, and the problems found so far.
pub(crate) struct Desk<'a> {
    pub index: &'a Index,
    pub money: &'a Money,
    pub sources_required: bool,
    pub problems: Vec<Problem>,
}

impl Desk<'_> {
    /// Reports an error at a cell.
    pub fn error(&mut self, place: Place, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::error(place, message).hint(hint));
    }

    /// Resolves one key; reports it when it names nothing.
    pub fn resolve(&mut self, target: Target, key: &str, place: Place) -> Option<usize> {
        let found = self.index.position(target, key);
        if let (Some(position), Some(wanted)) = (found, wanted_kind(target)) {
            let is = self.index.kinds.get(position).copied().flatten();
            if is.is_some_and(|is| is != wanted) {
                self.error(place, format!("`{key}` is not a {wanted}"), format!("name a {wanted} of the table actor"));
                return None;
            }
        }
        if found.is_none() {
            let hint = match nearest(key, self.index.names(target)) {
                Some(name) => format!("the nearest name is `{name}`"),
                None => format!("add it to the table {}", target.table()),
            };
            self.error(place, format!("no {} is called `{key}`", target.noun()), hint);
        }
        found
    }

    /// A reference that may be empty.
    pub fn optional<T: From<usize>>(&mut self, row: &Row, column: &str, target: Target) -> Option<T> {
        let key = row.some_text(column)?;
        self.resolve(target, key, row.at(column)).map(T::from)
    }

    /// A list of references.
    pub fn list<T: From<usize>>(&mut self, row: &Row, column: &str, target: Target) -> Vec<T> {
        row.list(column).iter().filter_map(|key| self.resolve(target, key, row.at(column)).map(T::from)).collect()
    }

    /// An asset or firm that is held.
    pub fn held(&mut self, row: &Row) -> Option<Held> {
        let key = row.some_text("held")?;
        if let Some(asset) = self.index.position(Target::Asset, key) {
            return Some(Held::Asset(asset.into()));
        }
        if let Some(firm) = self.index.position(Target::Actor, key) {
            return Some(Held::Firm(firm.into()));
        }
        let names = self.index.names(Target::Asset).chain(self.index.names(Target::Actor));
        let hint = nearest(key, names).map_or_else(
            || "add it to the table asset or actor".to_owned(),
            |name| format!("the nearest name is `{name}`"),
        );
        self.error(row.at("held"), format!("no asset or firm is called `{key}`"), hint);
        None
    }

    /// Where a row comes from.
    pub fn provenance(&mut self, row: &Row) -> Provenance {
        let sources: Vec<SourceId> = self.list(row, "source", Target::Source);
        let confidence = Confidence::parse(row.text("confidence"));
        if self.sources_required {
            let asks = "the study asks every row of fact for a source and a confidence";
            if row.is_blank("source") {
                self.error(row.at("source"), "has no source", format!("{asks}; add a row to the table source"));
            }
            if row.is_blank("confidence") {
                self.error(row.at("confidence"), "has no confidence", format!("{asks}: high, medium, low or estimate"));
            }
        }
        let validity = row.validity();
        if let (Some(from), Some(until)) = (validity.from, validity.until)
            && from > until
        {
            self.error(row.at("valid_until"), format!("ends on {until}, before it starts on {from}"), "");
        }
        Provenance {
            place: row.place.clone(),
            validity,
            sources,
            confidence: confidence.unwrap_or(Confidence::Estimate),
            note: row.text("note").to_owned(),
        }
    }

    /// An amount in the study's money.
    pub fn amount(&mut self, row: &Row, column: &str) -> Option<Ranged> {
        let amount = row.number(column)?;
        match self.money.factor(row) {
            Ok(factor) => Some(amount.scaled(factor)),
            Err(problem) => {
                if !self.problems.contains(&problem) {
                    self.problems.push(*problem);
                }
                None
            }
        }
    }

    /// An amount in the study's money, with the unit it is charged on.
    pub fn charge(&mut self, row: &Row, column: &str) -> Option<Charge> {
        let amount = self.amount(row, column)?;
        Some(Charge { amount, per: row.unit("per") })
    }

    /// A toll and who receives it.
    pub fn toll(&mut self, row: &Row) -> Option<Toll> {
        let to: Option<ActorId> = self.optional(row, "toll_to", Target::Actor);
        let charge = self.charge(row, "toll");
        match (charge, to) {
            (Some(charge), Some(to)) => Some(Toll { charge, to }),
            (Some(charge), None) if charge.amount.value != 0.0 && row.is_blank("toll_to") => {
                self.error(
                    row.at("toll_to"),
                    "the toll has no receiver",
                    "name the actor it is paid to; what nobody receives is `cost`",
                );
                None
            }
            _ => None,
        }
    }

    /// A capacity, `None` where nothing limits.
    pub fn capacity(&mut self, row: &Row) -> Option<Capacity> {
        match (row.number("capacity_value"), row.rate_unit("capacity_unit")) {
            (Some(value), Some(unit)) => Some(Capacity { value, unit, delay: None }),
            (Some(_), None) if row.is_blank("capacity_unit") => {
                self.error(row.at("capacity_unit"), "the capacity has no unit", "such as TEU/yr, Mt/yr or kb/d");
                None
            }
            _ => None,
        }
    }

    /// A capacity with the row's delay curve.
    pub fn congestible_capacity(&mut self, row: &Row) -> Option<Capacity> {
        if row.is_blank("capacity_value") && !row.is_blank("delay_function") {
            let hint = "the volume at which `delay_at_capacity` holds";
            self.error(row.at("capacity_value"), "the delay function has no capacity", hint);
        }
        let capacity = self.capacity(row)?;
        Some(Capacity { delay: self.delay(row), ..capacity })
    }

    /// How the time of a row with a capacity grows, `None` where it does not.
    fn delay(&mut self, row: &Row) -> Option<Delay> {
        let function = DelayFunction::parse(row.text("delay_function"))?;
        let Some(at_capacity_h) = row.number("delay_at_capacity") else {
            if row.is_blank("delay_at_capacity") {
                let hint = "the hours it takes longer when the volume equals the capacity";
                self.error(row.at("delay_at_capacity"), "the delay function has no size", hint);
            }
            return None;
        };
        let power = row.number("delay_power").unwrap_or(Ranged::exactly(Delay::USUAL_POWER));
        let least = power.low.unwrap_or(power.value);
        if function == DelayFunction::Conical && least <= 1.0 {
            let hint = "a conical curve needs a steepness above 1, such as 4";
            self.error(row.at("delay_power"), format!("the steepness {least} is not above 1"), hint);
            return None;
        }
        Some(Delay { function, at_capacity_h, power })
    }

    /// Time, spread and cost of leaving or entering; `prefix` is `exit` or `entry`.
    pub fn border_step(&mut self, row: &Row, [time, time_sd, cost]: [&str; 3]) -> BorderStep {
        BorderStep { time_h: row.number(time), time_sd_h: row.number(time_sd), cost: self.charge(row, cost) }
    }

    /// The gates a row selects, in the columns that have no prefix.
    pub fn gates(&mut self, row: &Row) -> GateSelector {
        GateSelector {
            territory: self.optional(row, "territory", Target::State),
            operator: self.optional(row, "operator", Target::Actor),
            owner: self.optional(row, "owner", Target::Actor),
            crossing: self.optional(row, "crossing", Target::Crossing),
            side: self.optional(row, "side", Target::State),
            terminal: self.optional(row, "terminal", Target::Node),
            passage: self.optional(row, "passage", Target::Passage),
            asset: self.optional(row, "asset", Target::Asset),
            link: self.key_of(row, "link", Target::Link),
            mode: Mode::parse(row.text("mode")),
            operation: crate::mode::Operation::parse(row.text("operation")),
        }
    }

    /// A key that names something, kept as a key.
    pub fn key_of(&mut self, row: &Row, column: &str, target: Target) -> Option<String> {
        let key = row.some_text(column)?.to_owned();
        self.resolve(target, &key, row.at(column))?;
        Some(key)
    }

    /// What `element_type` and `element` name.
    pub fn element(&mut self, row: &Row) -> Option<Element> {
        let word = row.some_text("element_type")?;
        let key = row.some_text("element")?;
        self.named_element(word, key, row.at("element"))
    }

    /// The element of a type word and a key.
    pub fn named_element(&mut self, word: &str, key: &str, place: Place) -> Option<Element> {
        let target = match word {
            "link" => Target::Link,
            "terminal" => Target::Node,
            "transfer" => Target::Transfer,
            "crossing" => Target::Crossing,
            "passage" => Target::Passage,
            "group" => Target::Group,
            "territory" => Target::State,
            "supply" => Target::Supply,
            _ => return self.corridor(key, place),
        };
        let position = self.resolve(target, key, place)?;
        Some(match target {
            Target::Link => Element::Link(key.to_owned()),
            Target::Transfer => Element::Transfer(key.to_owned()),
            Target::Supply => Element::Supply(key.to_owned()),
            Target::Node => Element::Terminal(position.into()),
            Target::Crossing => Element::Crossing(position.into()),
            Target::Passage => Element::Passage(position.into()),
            Target::Group => Element::Group(position.into()),
            _ => Element::Territory(position.into()),
        })
    }

    fn corridor(&mut self, key: &str, place: Place) -> Option<Element> {
        if self.index.corridors.contains(key) {
            return Some(Element::Corridor(key.to_owned()));
        }
        let hint = nearest(key, self.index.corridors.iter().map(String::as_str)).map_or_else(
            || "links name their corridor in the column `corridor`".to_owned(),
            |name| format!("the nearest name is `{name}`"),
        );
        self.error(place, format!("no link is counted under a corridor `{key}`"), hint);
        None
    }
}
