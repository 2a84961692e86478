//! Oracles by date and period, made once and shared by all who ask, and the stage of one question on top of them.
use crate::recent::Recent;
use crate::shelf::Edition;
use rayon::ThreadPool;
use std::sync::{Arc, OnceLock};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_formats::ask::Scene;
use thalweg_formats::ask::setting::{Setting, brings_supplier};
use thalweg_formats::fault::Fault;
use thalweg_formats::opened::Opened;
use thalweg_model::validity::Date;

/// A study on one date and in one period, with the values all who ask share.
pub struct Ground {
    /// The study on the date and in the period.
    pub opened: Opened,
    /// Values of its base and scenarios.
    pub oracle: Oracle,
}

/// What a ground belongs to: the study's fingerprint, the date, the period.
type Key = (String, Option<Date>, Option<String>);
type Making = Arc<OnceLock<Result<Arc<Ground>, Fault>>>;

/// Grounds kept at once, the last used first.
const KEPT: usize = 4;

/// The grounds in use.
pub struct Grounds(Recent<Key, Making>);

impl Default for Grounds {
    fn default() -> Self {
        Self(Recent::new(KEPT))
    }
}

impl Grounds {
    /// The ground of a setting, made on some threads; who asks while it is being made waits for it.
    pub fn of(&self, edition: &Edition, setting: &Setting, threads: &ThreadPool) -> Result<Arc<Ground>, Fault> {
        let key = (edition.fingerprint.clone(), setting.date()?, setting.period.clone());
        let making = self.0.of(key.clone());
        let make = || {
            let opened = edition.opened.clone().on(key.1, key.2.as_deref())?;
            let oracle = opened.oracle()?;
            Ok(Arc::new(Ground { opened, oracle }))
        };
        making.get_or_init(|| threads.install(make)).clone()
    }
}

/// Where one question is asked: a ground, and changes of its own where it makes some.
pub struct Stage {
    ground: Arc<Ground>,
    own: Option<(Opened, Oracle, bool)>,
    /// The state asked about.
    pub state: State,
}

impl Stage {
    /// The stage of a question on the ground of its setting.
    pub fn of(ground: Arc<Ground>, setting: &Setting) -> Result<Self, Fault> {
        let mut state = ground.opened.state(setting.scenario.as_deref())?;
        let Some(changes) = setting.changed(&ground.opened)? else { return Ok(Self { ground, own: None, state }) };
        state = state.after(ground.opened.scenarios.len());
        let supplies = brings_supplier(&changes);
        let mut opened = ground.opened.clone();
        opened.scenarios.push(changes);
        let oracle = match supplies {
            true => opened.oracle()?,
            false => ground.oracle.beside(opened.scenarios.clone()),
        };
        Ok(Self { ground, own: Some((opened, oracle, supplies)), state })
    }

    /// The same with values of its own that nobody else shares: long work leaves nothing behind.
    pub fn apart(self) -> Self {
        let own = self.own.unwrap_or_else(|| {
            let opened = self.ground.opened.clone();
            let oracle = self.ground.oracle.beside(opened.scenarios.clone());
            (opened, oracle, false)
        });
        Self { ground: self.ground, own: Some(own), state: self.state }
    }

    /// The study, its values and the state.
    pub fn scene(&self) -> Scene<'_> {
        match &self.own {
            Some((opened, oracle, _)) => Scene { opened, oracle, state: &self.state, kept: None },
            None => Scene { opened: &self.ground.opened, oracle: &self.ground.oracle, state: &self.state, kept: None },
        }
    }

    /// The oracle whose values without the question's own changes can be compared with those with them.
    pub fn without_changes(&self) -> &Oracle {
        match &self.own {
            Some((_, oracle, true)) => oracle,
            _ => &self.ground.oracle,
        }
    }
}
