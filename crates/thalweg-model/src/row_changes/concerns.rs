//! Whom and what a row is about: the actors it names, the gates it stands at, the commodities it can touch.
use crate::element::Element;
use crate::ids::{ActorId, AssetId, CommodityId, NodeId, PassageId};
use crate::mode::{ActorKind, Mode};
use crate::model::{Held, Link, Model, Transfer};
use crate::rule::{GateSelector, Rule};
use crate::watch_list::{Watched, WatchedGate};
use std::collections::BTreeSet;

/// Whom and what a row is about, in keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Concerns {
    /// Actors it names, the states that firms among them answer to, and members of blocs among them.
    pub actors: BTreeSet<String>,
    /// Gates and corridors it names or stands at.
    pub gates: BTreeSet<WatchedGate>,
    /// Commodities it can touch; `None` for all.
    pub commodities: Option<BTreeSet<String>>,
}

impl Concerns {
    /// What either is about.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let commodities = match (&self.commodities, &other.commodities) {
            (Some(one), Some(two)) => Some(one | two),
            _ => None,
        };
        Self { actors: &self.actors | &other.actors, gates: &self.gates | &other.gates, commodities }
    }

    /// Whether an actor that is watched is among those the row is about.
    pub fn concern_actors(&self, watched: &Watched) -> bool {
        watched.actors.is_empty() || !watched.actors.is_disjoint(&self.actors)
    }

    /// The same of gates.
    pub fn concern_gates(&self, watched: &Watched) -> bool {
        watched.gates.is_empty() || !watched.gates.is_disjoint(&self.gates)
    }

    /// The same of commodities.
    pub fn concern_commodities(&self, watched: &Watched) -> bool {
        watched.commodities.is_empty()
            || self.commodities.as_ref().is_none_or(|own| !watched.commodities.is_disjoint(own))
    }
}

/// A model with what its rows reach through the assets they belong to.
pub(crate) struct Reach<'a> {
    pub model: &'a Model,
    gates_of_asset: Vec<BTreeSet<WatchedGate>>,
    holders_of_asset: Vec<Vec<ActorId>>,
}

impl<'a> Reach<'a> {
    pub(crate) fn of(model: &'a Model) -> Self {
        let mut gates_of_asset = vec![BTreeSet::new(); model.assets.len()];
        let mut add = |asset: Option<AssetId>, gates: BTreeSet<WatchedGate>| {
            if let Some(asset) = asset {
                gates_of_asset[asset.index()].extend(gates);
            }
        };
        for link in &model.links {
            add(link.asset, gates_of_link(model, link));
        }
        for transfer in &model.transfers {
            add(transfer.asset, BTreeSet::from([terminal(model, transfer.node)]));
        }
        for node in &model.nodes {
            add(node.asset, BTreeSet::from([WatchedGate::Terminal(node.key.clone())]));
        }
        let mut holders_of_asset = vec![Vec::new(); model.assets.len()];
        for holding in &model.holdings {
            if let Held::Asset(asset) = holding.held {
                holders_of_asset[asset.index()].push(holding.holder);
            }
        }
        Self { model, gates_of_asset, holders_of_asset }
    }

    /// An actor, the state it answers to, and its members.
    pub(crate) fn add_actor(&self, concerns: &mut Concerns, actor: Option<ActorId>) {
        let Some(actor) = actor else { return };
        let row = &self.model.actors[actor.index()];
        let mut add = |id: ActorId| {
            concerns.actors.insert(self.model.actors[id.index()].key.clone());
        };
        add(actor);
        row.nationality.into_iter().for_each(&mut add);
        if row.kind == ActorKind::Bloc {
            let members = self.model.memberships.iter().filter(|membership| membership.bloc == actor);
            members.for_each(|membership| add(membership.member));
        }
    }

    pub(crate) fn actors(&self, actors: impl IntoIterator<Item = Option<ActorId>>) -> Concerns {
        let mut concerns = Concerns::default();
        for actor in actors {
            self.add_actor(&mut concerns, actor);
        }
        concerns
    }

    pub(crate) fn territory(&self, node: NodeId) -> Option<ActorId> {
        self.model.nodes[node.index()].territory
    }

    /// An asset, what belongs to it and who holds it.
    pub(crate) fn add_asset(&self, concerns: &mut Concerns, asset: Option<AssetId>) {
        let Some(asset) = asset else { return };
        concerns.gates.insert(WatchedGate::Asset(self.model.assets[asset.index()].key.clone()));
        concerns.gates.extend(self.gates_of_asset[asset.index()].iter().cloned());
        for holder in &self.holders_of_asset[asset.index()] {
            self.add_actor(concerns, Some(*holder));
        }
    }

    /// The commodities a row lists, or those that one of its modes can carry.
    pub(crate) fn carried(&self, listed: &[CommodityId], modes: &[Option<Mode>]) -> Option<BTreeSet<String>> {
        let keys = |ids: &mut dyn Iterator<Item = usize>| -> BTreeSet<String> {
            ids.map(|id| self.model.commodities[id].key.clone()).collect()
        };
        if !listed.is_empty() {
            return Some(keys(&mut listed.iter().map(|id| id.index())));
        }
        let modes: Vec<Mode> = modes.iter().copied().flatten().collect();
        let fits = |id: &usize| modes.iter().any(|mode| self.model.commodities[*id].modes.contains(mode));
        (!modes.is_empty()).then(|| keys(&mut (0..self.model.commodities.len()).filter(fits)))
    }

    pub(crate) fn of_commodity(&self, commodity: Option<CommodityId>) -> Option<BTreeSet<String>> {
        commodity.map(|id| BTreeSet::from([self.model.commodities[id.index()].key.clone()]))
    }

    pub(crate) fn about_link(&self, link: &Link) -> Concerns {
        let ends = [link.from, link.to].map(|node| self.territory(node));
        let own = [link.territory, link.operator, link.toll.map(|toll| toll.to)];
        let mut concerns = self.actors(own.into_iter().chain(ends));
        concerns.gates = gates_of_link(self.model, link);
        self.add_asset(&mut concerns, link.asset);
        concerns.commodities = self.carried(&link.commodities, &[Some(link.mode)]);
        concerns
    }

    pub(crate) fn about_transfer(&self, row: &Transfer) -> Concerns {
        let mut concerns = self.actors([self.territory(row.node), row.operator, row.toll.map(|toll| toll.to)]);
        concerns.gates.insert(terminal(self.model, row.node));
        self.add_asset(&mut concerns, row.asset);
        concerns.commodities = self.carried(&row.commodities, &[row.from_mode, row.to_mode]);
        concerns
    }

    pub(crate) fn about_passage(&self, passage: PassageId) -> Concerns {
        let row = &self.model.passages[passage.index()];
        let mut concerns = self.actors([row.territory, row.operator, row.toll.map(|toll| toll.to)]);
        concerns.gates.insert(WatchedGate::Passage(row.key.clone()));
        concerns
    }

    /// What an element and its members are about.
    pub(crate) fn about_element(&self, element: &Element) -> Concerns {
        let model = self.model;
        let all =
            |rows: &mut dyn Iterator<Item = Concerns>| rows.reduce(|one, other| one.and(&other)).unwrap_or_default();
        let mut concerns = match element {
            Element::Link(key) => {
                all(&mut model.links.iter().filter(|row| &row.key == key).map(|row| self.about_link(row)))
            }
            Element::Corridor(name) => {
                all(&mut model.links.iter().filter(|row| &row.corridor == name).map(|row| self.about_link(row)))
            }
            Element::Transfer(key) => {
                all(&mut model.transfers.iter().filter(|row| &row.key == key).map(|row| self.about_transfer(row)))
            }
            Element::Terminal(node) => self.actors([self.territory(*node)]),
            Element::Crossing(crossing) => {
                let sides = model.sides.iter().filter(|side| side.crossing == *crossing);
                self.actors(sides.flat_map(|side| [Some(side.territory), side.operator]))
            }
            Element::Passage(passage) => self.about_passage(*passage),
            Element::Group(group) => {
                all(&mut model.groups[group.index()].members.iter().map(|(member, _)| self.about_element(member)))
            }
            Element::Territory(state) => self.actors([Some(*state)]),
            Element::Supply(key) => {
                let rows = model.supplies.iter().filter(|row| &row.key == key);
                self.actors(rows.flat_map(|row| [row.supplier, self.territory(row.node)]))
            }
        };
        concerns.gates.extend(WatchedGate::of_element(model, element));
        concerns
    }

    /// What a rule names. Gates it selects without naming them are found on the network.
    pub(crate) fn about_rule(&self, rule: &Rule) -> Concerns {
        let shipment = &rule.shipment;
        let parties = [shipment.origin, shipment.destination, shipment.shipper, shipment.consignee];
        let others = [Some(rule.actor), shipment.flag, shipment.beneficiary];
        let mut concerns = self.actors(parties.into_iter().chain(others));
        self.add_selector(&mut concerns, &rule.gate);
        rule.after.iter().for_each(|after| self.add_selector(&mut concerns, after));
        concerns.commodities = self.of_commodity(shipment.commodity);
        concerns
    }

    fn add_selector(&self, concerns: &mut Concerns, gate: &GateSelector) {
        let model = self.model;
        for actor in [gate.territory, gate.operator, gate.owner, gate.side] {
            self.add_actor(concerns, actor);
        }
        self.add_asset(concerns, gate.asset);
        concerns.gates.extend(gate.terminal.map(|node| terminal(model, node)));
        concerns.gates.extend(gate.passage.map(|id| WatchedGate::Passage(model.passages[id.index()].key.clone())));
        concerns.gates.extend(gate.crossing.map(|id| WatchedGate::Crossing(model.crossings[id.index()].key.clone())));
        for link in model.links.iter().filter(|link| gate.link.as_ref() == Some(&link.key)) {
            concerns.gates.extend(gates_of_link(model, link));
            self.add_actor(concerns, link.territory);
        }
    }
}

pub(crate) fn terminal(model: &Model, node: NodeId) -> WatchedGate {
    WatchedGate::Terminal(model.nodes[node.index()].key.clone())
}

fn gates_of_link(model: &Model, link: &Link) -> BTreeSet<WatchedGate> {
    let mut gates =
        BTreeSet::from([WatchedGate::Link(link.key.clone()), terminal(model, link.from), terminal(model, link.to)]);
    gates.extend(Some(link.corridor.clone()).filter(|name| !name.is_empty()).map(WatchedGate::Corridor));
    gates.extend(link.passage.map(|id| WatchedGate::Passage(model.passages[id.index()].key.clone())));
    gates
}
