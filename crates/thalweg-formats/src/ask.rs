//! Questions as any face puts them, one request a command: fields of text in, the wire shape out.
pub mod consent;
pub mod losses;
pub mod measures;
pub mod newcomer;
pub mod pair;
pub mod repair;
pub mod setting;
pub mod stress;
pub mod study;
pub mod watch;
pub mod what_if;

use crate::kept_parts::KeptFile;
use crate::opened::Opened;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;

/// What a question is asked of: a study, its values, and the state asked about.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The study, with its names.
    pub opened: &'a Opened,
    /// Its values.
    pub oracle: &'a Oracle,
    /// The base, or what scenarios make of it.
    pub state: &'a State,
    /// Parts of the answer that an earlier run found, where a file keeps them.
    pub kept: Option<&'a KeptFile>,
}
