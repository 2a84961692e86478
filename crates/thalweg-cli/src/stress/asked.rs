//! What a stress question is about: the study, what may fail in it, and what is known already.
use super::StressArgs;
use crate::close::kind_of;
use crate::exit::Failure;
use crate::study::oracle;
use std::time::Instant;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::stress::failing::{Failing, all_derated, all_shut};
use thalweg_engine::stress::oracle_losses::OracleLosses;
use thalweg_formats::ledger::{LedgerFile, LedgerHead, fingerprint};
use thalweg_formats::wire::stress::Question;
use thalweg_network::instance::Instance;

/// A question with all it needs.
pub struct Asked {
    /// Values of the study.
    pub oracle: Oracle,
    /// The state in which things fail.
    pub from: State,
    /// What may fail.
    pub elements: Vec<Failing>,
    /// Their labels.
    pub labels: Vec<String>,
    /// Their kinds.
    pub kinds: Vec<ClosureKind>,
    /// The question as the answer repeats it.
    pub question: Question,
    /// Losses known so far.
    pub ledger: LedgerFile,
    /// When the work began.
    began: Instant,
}

/// Kinds a flag names.
pub fn kinds_of(flag: &str, names: &[String]) -> Result<Vec<ClosureKind>, Failure> {
    names.iter().map(|name| kind_of(flag, name.trim())).collect()
}

/// Worst-case results do not name single installations unless asked to.
pub fn may_name(flag: &str, kinds: &[ClosureKind], args: &StressArgs) -> Result<(), Failure> {
    match kinds.iter().find(|kind| kind.is_facility() && !args.facilities) {
        Some(kind) => Err(Failure::new(format!(
            "{flag}: `{}` names single installations, which worst-case results leave out; add --facilities to have them",
            kind.name()
        ))),
        None => Ok(()),
    }
}

impl Asked {
    /// Opens the study and the ledger; what may fail are all elements of some kinds.
    pub fn new(args: &StressArgs, kinds: Vec<ClosureKind>) -> Result<Self, Failure> {
        let names: Vec<&'static str> = kinds.iter().map(|kind| kind.name()).collect();
        let setting = format!("{}, share left {}", names.join(","), args.share_left);
        let of_kinds = kinds.clone();
        Self::of(args, kinds, setting, |instance| {
            Ok(match args.share_left > 0.0 {
                true => all_derated(instance, &of_kinds, args.share_left),
                false => (all_shut(instance, &of_kinds), Vec::new()),
            })
        })
    }

    /// Opens the study and the ledger; `find` says what may fail, and what cannot be derated. The setting is all that
    /// losses depend on besides the study.
    pub fn of(
        args: &StressArgs,
        kinds: Vec<ClosureKind>,
        setting: String,
        find: impl FnOnce(&Instance) -> Result<(Vec<Failing>, Vec<String>), Failure>,
    ) -> Result<Self, Failure> {
        let opened = args.study.open()?;
        let (oracle, from) = oracle(&opened, args.scenario.as_deref())?;
        let (elements, unlimited) = find(oracle.base())?;
        let labels: Vec<String> = elements.iter().map(|element| element.label.clone()).collect();
        let ledger = match &args.resume {
            None => LedgerFile::in_memory(labels.clone()),
            Some(path) => {
                let head = LedgerHead {
                    study: opened.model.head.name.clone(),
                    fingerprint: fingerprint(&args.study.files()?),
                    as_of: opened.as_of.to_string(),
                    scenario: args.scenario.clone(),
                    setting: match args.cascade {
                        true => format!("{setting}, cascade over {:?} days", args.days),
                        false => setting,
                    },
                };
                LedgerFile::open(path, &head, labels.clone())
                    .map_err(|error| Failure::new(format!("--resume: {}: {error}", path.display())))?
            }
        };
        let question = Question {
            kinds: kinds.iter().map(|kind| kind.name()).collect(),
            share_left: (args.share_left > 0.0).then_some(args.share_left),
            days: args.days,
            elements: elements.len(),
            unlimited,
        };
        Ok(Self { oracle, from, elements, labels, kinds, question, ledger, began: Instant::now() })
    }

    /// Losses of what may fail, with what falls with it where that was asked for.
    pub fn losses(&self, args: &StressArgs) -> OracleLosses<'_> {
        let losses = OracleLosses::new(&self.oracle, self.from.clone(), self.elements.clone());
        match args.cascade {
            true => losses.cascading(args.days.map_or(f64::INFINITY, |days| days * 24.0)),
            false => losses,
        }
    }

    /// Says on standard error how much work it was.
    pub fn say_work(&self) {
        let counters = self.oracle.counters();
        let each = self.began.elapsed().as_secs_f64() * 1e3 / (counters.solves.max(1) as f64);
        eprintln!(
            "{} solves, {} values asked for, {} losses read from the file; {:.2} s, {each:.1} ms a solve",
            counters.solves,
            counters.asked,
            self.ledger.read(),
            self.began.elapsed().as_secs_f64()
        );
    }
}
