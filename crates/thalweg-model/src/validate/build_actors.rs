//! Rows of sources, actors, memberships, assets and holdings.
use super::desk::Desk;
use crate::draft::Row;
use crate::ids::ActorId;
use crate::mode::{ActorKind, HoldingKind, RelationMatter, RelationSign};
use crate::model::{Actor, Asset, Holding, Membership, Source};
use crate::relation::Relation;
use crate::schema::Target;

pub(crate) fn source(row: &Row) -> Option<Source> {
    Some(Source {
        key: row.some_text("source_id")?.to_owned(),
        title: row.some_text("title")?.to_owned(),
        url: row.text("url").to_owned(),
        year: row.integer("year").and_then(|year| i16::try_from(year).ok()),
        licence: row.text("licence").to_owned(),
    })
}

pub(crate) fn actor(desk: &mut Desk, row: &Row) -> Option<Actor> {
    let provenance = desk.provenance(row);
    let nationality = desk.optional(row, "nationality", Target::State);
    Some(Actor {
        key: row.some_text("actor_id")?.to_owned(),
        name: row.some_text("name")?.to_owned(),
        aliases: row.list("aliases").to_vec(),
        kind: ActorKind::parse(row.text("actor_type"))?,
        nationality,
        provenance,
    })
}

pub(crate) fn membership(desk: &mut Desk, row: &Row) -> Option<Membership> {
    let provenance = desk.provenance(row);
    let member = desk.optional(row, "actor_id", Target::Actor);
    let bloc = desk.optional(row, "bloc", Target::Bloc);
    Some(Membership { member: member?, bloc: bloc?, provenance })
}

pub(crate) fn relation(desk: &mut Desk, row: &Row) -> Option<Relation> {
    let provenance = desk.provenance(row);
    let one = desk.optional::<ActorId>(row, "state_a", Target::State);
    let other = desk.optional::<ActorId>(row, "state_b", Target::State);
    let (one, other) = (one?, other?);
    if one == other {
        desk.error(row.at("state_b"), "a state has no relation to itself", "name two states");
        return None;
    }
    Some(Relation {
        one,
        other,
        matter: RelationMatter::parse(row.text("matter"))?,
        sign: RelationSign::parse(row.text("sign"))?,
        provenance,
    })
}

pub(crate) fn asset(desk: &mut Desk, row: &Row) -> Option<Asset> {
    desk.provenance(row);
    Some(Asset { key: row.some_text("asset_id")?.to_owned(), name: row.some_text("name")?.to_owned() })
}

pub(crate) fn holding(desk: &mut Desk, row: &Row) -> Option<Holding> {
    let provenance = desk.provenance(row);
    let held = desk.held(row);
    let holder = desk.optional(row, "holder", Target::Actor);
    Some(Holding {
        held: held?,
        holder: holder?,
        share: row.number("share_pct")?.value / 100.0,
        kind: HoldingKind::parse(row.text("holding_type"))?,
        can_block: row.flag("can_block"),
        provenance,
    })
}
