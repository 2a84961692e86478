//! Parts of answers found so far in a file of lines: what a next run of the same question takes up again.
mod lines;

use crate::ask::Scene;
use crate::line_file::{LineError, LineFile, LineHead};
use lines::{BurdenLine, DependenceLine, SizeLine};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use thalweg_engine::brokerage::Between;
use thalweg_engine::consents::VetoLoss;
use thalweg_engine::dependence::{Dependence, Relation};
use thalweg_engine::kept::Kept;
use thalweg_engine::newcomer::{Share, Size};
use thalweg_engine::stress::risk::Burden;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Model;

/// One line: a part by what it is of.
#[derive(Serialize, Deserialize)]
struct Line {
    of: String,
    found: Value,
}

/// A file of parts.
pub struct KeptFile {
    known: Mutex<BTreeMap<String, Value>>,
    out: LineFile,
    read: usize,
}

impl KeptFile {
    /// Reads what a file knows, or begins it.
    pub fn open(path: &Path, head: &LineHead) -> Result<Self, LineError> {
        let (out, lines) = LineFile::open(path, head)?;
        let rows = lines.iter().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        let known: BTreeMap<String, Value> = rows.map(|line| (line.of, line.found)).collect();
        Ok(Self { read: known.len(), known: Mutex::new(known), out })
    }

    /// Parts the file held when it was opened.
    pub fn read(&self) -> usize {
        self.read
    }
}

/// The parts of one answer, written in the study's keys; none are known where the scene has no file.
pub struct Parts<'a> {
    file: Option<&'a KeptFile>,
    model: &'a Model,
    /// What tells parts of the same name apart, such as the horizon.
    about: String,
}

impl<'a> Parts<'a> {
    /// The parts of an answer asked of a scene.
    pub fn of(scene: Scene<'a>, about: &str) -> Self {
        Self { file: scene.kept, model: &scene.opened.model, about: about.to_owned() }
    }

    fn recall<L: DeserializeOwned>(&self, name: &str) -> Option<L> {
        let known = self.file?.known.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::from_value(known.get(&self.name(name))?.clone()).ok()
    }

    fn note(&self, name: &str, line: &impl Serialize) {
        let Some(file) = self.file else { return };
        if let Ok(found) = serde_json::to_value(line) {
            let line = Line { of: self.name(name), found };
            file.out.add(&line);
            file.known.lock().unwrap_or_else(PoisonError::into_inner).insert(line.of, line.found);
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{} {name}", self.about).trim().to_owned()
    }

    fn key(&self, actor: ActorId) -> &str {
        &self.model.actors[actor.index()].key
    }

    fn relation(&self, relation: &Relation) -> String {
        let levers: Vec<&str> = relation.levers.iter().map(|lever| lever.name()).collect();
        let commodity = relation.commodity.map_or("all", |id| &self.model.commodities[id.index()].key);
        let of = relation.of.map_or("all", |of| self.key(of));
        format!("{} of {of} by {} {commodity}", self.key(relation.by), levers.join("+"))
    }

    fn hazards(&self, positions: &[usize]) -> String {
        let keys: Vec<&str> = positions.iter().map(|at| self.model.hazards[*at].key.as_str()).collect();
        keys.join(" ")
    }
}

impl Kept<Relation, Dependence> for Parts<'_> {
    fn find(&self, key: &Relation) -> Option<Dependence> {
        self.recall::<DependenceLine>(&self.relation(key))?.part(self.model, key)
    }

    fn keep(&self, key: &Relation, part: &Dependence) {
        self.note(&self.relation(key), &DependenceLine::of(self.model, part));
    }
}

impl Kept<[ActorId], f64> for Parts<'_> {
    fn find(&self, key: &[ActorId]) -> Option<f64> {
        self.recall(&self.actors(key))
    }

    fn keep(&self, key: &[ActorId], part: &f64) {
        self.note(&self.actors(key), part);
    }
}

impl Parts<'_> {
    fn actors(&self, actors: &[ActorId]) -> String {
        let keys: Vec<&str> = actors.iter().map(|actor| self.key(*actor)).collect();
        format!("shut {}", keys.join(" "))
    }

    fn between(&self, (actor, lever, (one, other)): &Between) -> String {
        format!("{} by {} {}-{}", self.key(*actor), lever.name(), self.key(*one), self.key(*other))
    }
}

impl Kept<Between, f64> for Parts<'_> {
    fn find(&self, key: &Between) -> Option<f64> {
        self.recall(&self.between(key))
    }

    fn keep(&self, key: &Between, part: &f64) {
        self.note(&self.between(key), part);
    }
}

impl Kept<ActorId, f64> for Parts<'_> {
    fn find(&self, key: &ActorId) -> Option<f64> {
        self.recall(self.key(*key))
    }

    fn keep(&self, key: &ActorId, part: &f64) {
        self.note(self.key(*key), part);
    }
}

impl Kept<ActorId, VetoLoss> for Parts<'_> {
    fn find(&self, key: &ActorId) -> Option<VetoLoss> {
        let (own_loss, system_loss) = self.recall(self.key(*key))?;
        Some(VetoLoss { actor: *key, own_loss, system_loss })
    }

    fn keep(&self, key: &ActorId, part: &VetoLoss) {
        self.note(self.key(*key), &(part.own_loss, part.system_loss));
    }
}

impl Kept<Share, Size> for Parts<'_> {
    fn find(&self, key: &Share) -> Option<Size> {
        Some(self.recall::<SizeLine>(&format!("share {}", key.0))?.part(key.0))
    }

    fn keep(&self, key: &Share, part: &Size) {
        self.note(&format!("share {}", key.0), &SizeLine::of(part));
    }
}

impl Kept<[usize], Burden> for Parts<'_> {
    fn find(&self, key: &[usize]) -> Option<Burden> {
        self.recall::<BurdenLine>(&self.hazards(key))?.part(self.model)
    }

    fn keep(&self, key: &[usize], part: &Burden) {
        self.note(&self.hazards(key), &BurdenLine::of(self.model, part));
    }
}
