//! Who speaks to whom: relations of two states, as descriptions that close no border.
use crate::ids::ActorId;
use crate::mode::{RelationMatter, RelationSign};
use crate::model::Provenance;

/// A relation of two states, the same both ways; a description.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// One state.
    pub one: ActorId,
    /// The other.
    pub other: ActorId,
    /// What it is about.
    pub matter: RelationMatter,
    /// Whether it brings them together.
    pub sign: RelationSign,
    /// Where it comes from.
    pub provenance: Provenance,
}
