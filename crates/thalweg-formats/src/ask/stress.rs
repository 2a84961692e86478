//! Questions about failures: what may fail, how, and what is known of it already.
pub mod each;
pub mod forecast;
pub mod risk;
pub mod sets;

use super::Scene;
use crate::fault::Fault;
use crate::ledger::LedgerFile;
use crate::wire::stress::Question;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::stress::failing::{Failing, all_derated, all_shut};
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_network::instance::Instance;

/// How things fail.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Failures {
    /// Share of its stated capacities that a failed element keeps; 0 shuts it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share_left: f64,
    /// Days a failure lasts: adds the loss over them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<f64>,
    /// With what falls because of the table `dependency`, and with the layers of one right of way.
    #[serde(default)]
    pub cascade: bool,
    /// Name single installations in worst-case results.
    #[serde(default)]
    pub facilities: bool,
}

/// A question with all it needs.
pub struct Asked<'a> {
    /// The study, its values, and the state in which things fail.
    pub scene: Scene<'a>,
    /// What may fail.
    pub elements: Vec<Failing>,
    /// Their labels.
    pub labels: Vec<String>,
    /// Their kinds.
    pub kinds: Vec<ClosureKind>,
    /// The question as the answer repeats it.
    pub question: Question,
    /// All that losses depend on besides the study.
    pub setting: String,
    /// Losses known so far.
    pub ledger: LedgerFile,
    failures: Failures,
}

/// The kind a field names.
pub fn kind_of(field: &str, name: &str) -> Result<ClosureKind, Fault> {
    ClosureKind::parse(name.trim()).ok_or_else(|| {
        let names: Vec<&str> = ClosureKind::ALL.iter().map(|(name, _)| *name).collect();
        Fault::at(field, format!("no kind is called `{name}`; there are {}", names.join(", ")))
    })
}

/// The kinds a field names, at least one.
pub fn kinds_of(field: &str, names: &[String]) -> Result<Vec<ClosureKind>, Fault> {
    if names.is_empty() {
        return Err(Fault::at(field, "name at least one kind, such as territory"));
    }
    names.iter().map(|name| kind_of(field, name)).collect()
}

impl Failures {
    /// Refuses numbers that mean nothing.
    pub fn check(&self) -> Result<(), Fault> {
        if !(0.0..1.0).contains(&self.share_left) {
            return Err(Fault::at("share_left", "a share from 0 to below 1, such as 0.5"));
        }
        if self.days.is_some_and(|days| !(days > 0.0 && days <= 365.0)) {
            return Err(Fault::at("days", "a number above 0, at most 365"));
        }
        Ok(())
    }

    /// Worst-case results do not name single installations unless asked to.
    fn may_name(&self, field: &str, kinds: &[ClosureKind]) -> Result<(), Fault> {
        match kinds.iter().find(|kind| kind.is_facility() && !self.facilities) {
            Some(kind) => {
                let name = kind.name();
                let message = format!(
                    "`{name}` names single installations, which worst-case results leave out; add `facilities` \
                     (--facilities) to have them"
                );
                Err(Fault::at(field, message))
            }
            None => Ok(()),
        }
    }

    /// The question of all elements of some kinds.
    fn of_kinds<'a>(&self, scene: Scene<'a>, kinds: Vec<ClosureKind>) -> Result<Asked<'a>, Fault> {
        let names: Vec<&'static str> = kinds.iter().map(|kind| kind.name()).collect();
        let setting = format!("{}, share left {}", names.join(","), self.share_left);
        let of_kinds = kinds.clone();
        self.ask(scene, (kinds, setting), |instance| {
            Ok(match self.share_left > 0.0 {
                true => all_derated(instance, &of_kinds, self.share_left),
                false => (all_shut(instance, &of_kinds), Vec::new()),
            })
        })
    }

    /// The question; `find` says what may fail, and what cannot be derated.
    fn ask<'a>(
        &self,
        scene: Scene<'a>,
        (kinds, setting): (Vec<ClosureKind>, String),
        find: impl FnOnce(&Instance) -> Result<(Vec<Failing>, Vec<String>), Fault>,
    ) -> Result<Asked<'a>, Fault> {
        self.check()?;
        let (elements, unlimited) = find(scene.oracle.base())?;
        let labels: Vec<String> = elements.iter().map(|element| element.label.clone()).collect();
        let question = Question {
            kinds: kinds.iter().map(|kind| kind.name()).collect(),
            share_left: (self.share_left > 0.0).then_some(self.share_left),
            days: self.days,
            elements: elements.len(),
            unlimited,
        };
        let setting = match self.cascade {
            true => format!("{setting}, cascade over {:?} days", self.days),
            false => setting,
        };
        let ledger = LedgerFile::in_memory(labels.clone());
        Ok(Asked { scene, elements, labels, kinds, question, setting, ledger, failures: self.clone() })
    }
}

impl Asked<'_> {
    /// Losses of what may fail, with what falls with it where that was asked for.
    fn losses(&self) -> OracleLosses<'_> {
        let losses = OracleLosses::new(self.scene.oracle, self.scene.state.clone(), self.elements.clone());
        match self.failures.cascade {
            true => losses.cascading(self.failures.days.map_or(f64::INFINITY, |days| days * 24.0)),
            false => losses,
        }
    }
}
