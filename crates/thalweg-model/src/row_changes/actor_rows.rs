//! Rows about actors as a watch tells them: actors, blocs, relations, holdings.
use super::concerns::Reach;
use super::standing::{Standing, exact, flag, words};
use crate::mode::Topic::{Holdings, Relations};
use crate::model::{Held, Holding};

/// All rows of the tables of actors.
pub(crate) fn rows<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let mut rows = actors(reach);
    rows.extend(memberships(reach));
    rows.extend(relations(reach));
    rows.extend(holdings(reach));
    rows
}

fn actors<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::model::Actor)| {
        let cells = vec![
            (Holdings, "actor_type", words(row.kind.name())),
            (Holdings, "nationality", reach.actor(row.nationality)),
        ];
        let (key, name, provenance) = (row.key.clone(), row.name.clone(), &row.provenance);
        let concerns = reach.actors([Some(position.into())]);
        Standing { model, table: "actor", position, key, name, home: Holdings, cells, provenance, concerns }
    };
    model.actors.iter().enumerate().map(row).collect()
}

fn memberships<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let key = |actor: crate::ids::ActorId| model.actors[actor.index()].key.as_str();
    let row = |(position, row): (usize, &'a crate::model::Membership)| {
        let mut concerns = reach.actors([Some(row.member)]);
        concerns.actors.insert(key(row.bloc).to_owned());
        Standing {
            model,
            table: "membership",
            position,
            key: format!("{} {}", key(row.member), key(row.bloc)),
            name: String::new(),
            home: Relations,
            cells: Vec::new(),
            provenance: &row.provenance,
            concerns,
        }
    };
    model.memberships.iter().enumerate().map(row).collect()
}

fn relations<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a crate::relation::Relation)| {
        let mut pair = [row.one, row.other].map(|actor| model.actors[actor.index()].key.as_str());
        pair.sort_unstable();
        Standing {
            model,
            table: "relation",
            position,
            key: format!("{} {} {}", pair[0], pair[1], row.matter),
            name: String::new(),
            home: Relations,
            cells: vec![(Relations, "sign", words(row.sign.name()))],
            provenance: &row.provenance,
            concerns: reach.actors([Some(row.one), Some(row.other)]),
        }
    };
    model.relations.iter().enumerate().map(row).collect()
}

fn holdings<'a>(reach: &Reach<'a>) -> Vec<Standing<'a>> {
    let model = reach.model;
    let row = |(position, row): (usize, &'a Holding)| {
        let mut concerns = reach.actors([Some(row.holder)]);
        let held = match row.held {
            Held::Asset(asset) => {
                reach.add_asset(&mut concerns, Some(asset));
                &model.assets[asset.index()].key
            }
            Held::Firm(firm) => {
                reach.add_actor(&mut concerns, Some(firm));
                &model.actors[firm.index()].key
            }
        };
        Standing {
            model,
            table: "holding",
            position,
            key: format!("{held} {} {}", model.actors[row.holder.index()].key, row.kind),
            name: String::new(),
            home: Holdings,
            cells: vec![
                (Holdings, "share", exact(Some(100.0 * row.share), "%")),
                (Holdings, "can_block", flag(row.can_block)),
            ],
            provenance: &row.provenance,
            concerns,
        }
    };
    model.holdings.iter().enumerate().map(row).collect()
}
