//! Forgiving lookup of what a study names: by key, locode, English name or alias, whatever the case and accents.
use crate::ids::{ActorId, AssetId, CommodityId, CrossingId, GroupId, NodeId, PassageId, VehicleId};
use crate::model::Model;
use crate::nearest::nearest_few;
use crate::schema::Target;
use std::collections::BTreeMap;
use std::fmt;

/// Why a text names nothing, or too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameError {
    /// Several things have this name.
    Ambiguous {
        /// What was looked for.
        noun: &'static str,
        /// The text.
        text: String,
        /// The things it could mean, as `key (name)`.
        candidates: Vec<String>,
    },
    /// Nothing has this name.
    Unknown {
        /// What was looked for.
        noun: &'static str,
        /// The text.
        text: String,
        /// What else has this name: `actor GEO (Georgia)`.
        elsewhere: Vec<String>,
        /// The nearest names, nearest first; all of them where none is near and they are few.
        nearest: Vec<String>,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NameError::Ambiguous { noun, text, candidates } => {
                write!(f, "`{text}` could be more than one {noun}: {}", candidates.join(", "))
            }
            NameError::Unknown { noun, text, elsewhere, .. } if !elsewhere.is_empty() => {
                write!(f, "no {noun} is called `{text}`; it is the {}", elsewhere.join(" and the "))
            }
            NameError::Unknown { noun, text, nearest, .. } if nearest.is_empty() => {
                write!(f, "no {noun} is called `{text}`")
            }
            NameError::Unknown { noun, text, nearest, .. } => {
                write!(f, "no {noun} is called `{text}`; the nearest names are {}", nearest.join(", "))
            }
        }
    }
}

impl std::error::Error for NameError {}

/// One thing with its names.
#[derive(Debug, Clone)]
struct Entry {
    position: usize,
    key: String,
    name: String,
    folded: Vec<String>,
}

/// The names of a model.
#[derive(Debug, Clone, Default)]
pub struct Names {
    entries: BTreeMap<Target, Vec<Entry>>,
}

impl Names {
    /// The names of everything in a model.
    pub fn of_model(model: &Model) -> Self {
        let mut names = Names::default();
        for (position, row) in model.actors.iter().enumerate() {
            names.add(Target::Actor, position, &row.key, &row.name).also(row.aliases.iter());
        }
        for (position, row) in model.nodes.iter().enumerate() {
            let locode = Some(&row.locode).filter(|locode| !locode.is_empty());
            names.add(Target::Node, position, &row.key, &row.name).also(row.aliases.iter().chain(locode));
        }
        for (position, row) in model.passages.iter().enumerate() {
            names.add(Target::Passage, position, &row.key, &row.name).also(row.aliases.iter());
        }
        for (position, row) in model.links.iter().enumerate() {
            names.add(Target::Link, position, &row.key, &row.name);
        }
        for (position, row) in model.assets.iter().enumerate() {
            names.add(Target::Asset, position, &row.key, &row.name);
        }
        for (position, row) in model.crossings.iter().enumerate() {
            names.add(Target::Crossing, position, &row.key, &row.name);
        }
        for (position, row) in model.commodities.iter().enumerate() {
            names.add(Target::Commodity, position, &row.key, &row.name);
        }
        for (position, row) in model.vehicles.iter().enumerate() {
            names.add(Target::Vehicle, position, &row.key, &row.name);
        }
        for (position, row) in model.groups.iter().enumerate() {
            names.add(Target::Group, position, &row.key, &row.name);
        }
        names.add_keys(Target::Transfer, model.transfers.iter().map(|row| row.key.as_str()));
        names.add_keys(Target::Demand, model.demands.iter().map(|row| row.key.as_str()));
        names.add_keys(Target::Supply, model.supplies.iter().map(|row| row.key.as_str()));
        names.add_keys(Target::Rule, model.rules.iter().map(|row| row.key.as_str()));
        names
    }

    fn add(&mut self, target: Target, position: usize, key: &str, name: &str) -> &mut Entry {
        let entries = self.entries.entry(target).or_default();
        let folded = vec![fold(key), fold(name)];
        entries.push(Entry { position, key: key.to_owned(), name: name.to_owned(), folded });
        entries.last_mut().expect("an entry was just pushed")
    }

    fn add_keys<'a>(&mut self, target: Target, keys: impl Iterator<Item = &'a str>) {
        for (position, key) in keys.enumerate() {
            self.add(target, position, key, "");
        }
    }

    /// The node a text names.
    pub fn node(&self, text: &str) -> Result<NodeId, NameError> {
        self.position(Target::Node, text).map(NodeId::from)
    }

    /// The actor a text names.
    pub fn actor(&self, text: &str) -> Result<ActorId, NameError> {
        self.position(Target::Actor, text).map(ActorId::from)
    }

    /// The commodity a text names.
    pub fn commodity(&self, text: &str) -> Result<CommodityId, NameError> {
        self.position(Target::Commodity, text).map(CommodityId::from)
    }

    /// The vehicle class a text names.
    pub fn vehicle(&self, text: &str) -> Result<VehicleId, NameError> {
        self.position(Target::Vehicle, text).map(VehicleId::from)
    }

    /// The passage a text names.
    pub fn passage(&self, text: &str) -> Result<PassageId, NameError> {
        self.position(Target::Passage, text).map(PassageId::from)
    }

    /// The border crossing a text names.
    pub fn crossing(&self, text: &str) -> Result<CrossingId, NameError> {
        self.position(Target::Crossing, text).map(CrossingId::from)
    }

    /// The asset a text names.
    pub fn asset(&self, text: &str) -> Result<AssetId, NameError> {
        self.position(Target::Asset, text).map(AssetId::from)
    }

    /// The capacity group a text names.
    pub fn group(&self, text: &str) -> Result<GroupId, NameError> {
        self.position(Target::Group, text).map(GroupId::from)
    }

    /// The key of the link a text names; its rows differ in dates.
    pub fn link(&self, text: &str) -> Result<&str, NameError> {
        self.entry(Target::Link, text).map(|entry| entry.key.as_str())
    }

    /// The key a text names in a table whose rows may share a key: link, transfer, demand, supply or rule.
    pub fn key(&self, target: Target, text: &str) -> Result<&str, NameError> {
        self.entry(target, text).map(|entry| entry.key.as_str())
    }

    /// Whether a text is the whole key, locode, name or alias of something, not only its beginning.
    pub fn is_whole(&self, target: Target, text: &str) -> bool {
        let wanted = fold(text);
        self.entries.get(&target).is_some_and(|entries| entries.iter().any(|entry| entry.folded.contains(&wanted)))
    }

    fn position(&self, target: Target, text: &str) -> Result<usize, NameError> {
        self.entry(target, text).map(|entry| entry.position)
    }

    /// The entry a text names: its exact key, else a key, locode, name or alias, else the one name it begins.
    fn entry(&self, target: Target, text: &str) -> Result<&Entry, NameError> {
        let entries = self.entries.get(&target).map_or(&[][..], Vec::as_slice);
        if let Some(exact) = entries.iter().find(|entry| entry.key == text.trim()) {
            return Ok(exact);
        }
        let wanted = fold(text);
        let whole = |name: &String| *name == wanted;
        let begun = |name: &String| !wanted.is_empty() && name.starts_with(&wanted) && at_word_end(name, wanted.len());
        for fits in [&whole as &dyn Fn(&String) -> bool, &begun] {
            let mut found: Vec<&Entry> = entries.iter().filter(|entry| entry.folded.iter().any(fits)).collect();
            found.dedup_by_key(|entry| &entry.key);
            match found.as_slice() {
                [] => {}
                [one] => return Ok(one),
                several => return Err(ambiguous(target, text, several)),
            }
        }
        let names = entries.iter().flat_map(|entry| entry.folded.iter().map(String::as_str));
        let nearest = nearest_few(&wanted, names, 3);
        let shown = |near: &&str| entries.iter().find(|entry| entry.folded.iter().any(|name| name == near)).map(show);
        let mut nearest: Vec<String> = nearest.iter().filter_map(shown).collect();
        nearest.dedup();
        if nearest.is_empty() && entries.len() <= FEW {
            nearest = entries.iter().map(show).collect();
        }
        Err(NameError::Unknown {
            noun: target.noun(),
            text: text.to_owned(),
            elsewhere: self.elsewhere(&wanted),
            nearest,
        })
    }
}

/// So many names are listed whole when none is near.
const FEW: usize = 16;

impl Names {
    /// Places, actors and passages of exactly this name.
    fn elsewhere(&self, wanted: &String) -> Vec<String> {
        let tables = [Target::Node, Target::Actor, Target::Passage].into_iter();
        let entries =
            tables.flat_map(|target| self.entries.get(&target).into_iter().flatten().map(move |entry| (target, entry)));
        let found = entries.filter(|(_, entry)| entry.folded.contains(wanted));
        found.map(|(target, entry)| format!("{} {}", target.noun(), show(entry))).collect()
    }
}

impl Entry {
    fn also<'a>(&mut self, names: impl Iterator<Item = &'a String>) {
        self.folded.extend(names.map(|name| fold(name)));
    }
}

fn ambiguous(target: Target, text: &str, several: &[&Entry]) -> NameError {
    let candidates = several.iter().map(|entry| show(entry)).collect();
    NameError::Ambiguous { noun: target.noun(), text: text.to_owned(), candidates }
}

fn show(entry: &Entry) -> String {
    match entry.name.is_empty() || entry.name == entry.key {
        true => entry.key.clone(),
        false => format!("{} ({})", entry.key, entry.name),
    }
}

fn at_word_end(name: &str, length: usize) -> bool {
    name[length..].chars().next().is_none_or(|next| next == ' ')
}

/// A name in lower-case Latin letters and digits without accents, words separated by one space.
pub fn fold(text: &str) -> String {
    let plain = deunicode::deunicode(text).to_lowercase().replace(['\'', '`'], "");
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.add(Target::Node, 0, "AZBAK", "Baku").also([&"Bakı".to_owned()].into_iter());
        names.add(Target::Node, 1, "KZAAU", "Aktau").also([&"Ақтау".to_owned()].into_iter());
        names.add(Target::Node, 2, "ist_eu", "Istanbul Halkalı");
        names.add(Target::Node, 3, "ist_as", "Istanbul Haydarpaşa");
        names
    }

    #[test]
    fn a_place_is_found_by_key_name_alias_and_without_case_or_accents() {
        let names = names();
        for text in ["AZBAK", "azbak", "Baku", "baki", "BAKI", " baku "] {
            assert_eq!(names.node(text), Ok(NodeId(0)), "{text}");
        }
        assert_eq!(names.node("АҚТАУ"), Ok(NodeId(1)));
        assert_eq!(names.node("istanbul halkali"), Ok(NodeId(2)));
    }

    #[test]
    fn a_name_of_two_places_lists_both_and_a_slip_lists_the_nearest() {
        let error = names().node("Istanbul").unwrap_err();
        assert!(matches!(&error, NameError::Ambiguous { candidates, .. } if candidates.len() == 2), "{error}");
        let error = names().node("Bakuu").unwrap_err();
        assert_eq!(error.to_string(), "no node is called `Bakuu`; the nearest names are AZBAK (Baku)");
    }

    #[test]
    fn a_name_of_something_else_says_what_it_is_and_few_names_are_listed() {
        let mut names = names();
        names.add(Target::Actor, 0, "GEO", "Georgia");
        let said = |error: NameError| error.to_string();
        assert_eq!(
            said(names.node("georgia").unwrap_err()),
            "no node is called `georgia`; it is the actor GEO (Georgia)"
        );
        assert_eq!(
            said(names.actor("xyzzy").unwrap_err()),
            "no actor is called `xyzzy`; the nearest names are GEO (Georgia)"
        );
    }
}
