//! Questions that describe who stands where: power, brokerage, indices, incidence.
use super::Scene;
use super::losses::{actor, commodity, levers};
use crate::fault::Fault;
use crate::kept_parts::Parts;
use crate::opened::Opened;
use crate::wire::brokerage::{BrokerReport, broker_report};
use crate::wire::incidence::{IncidenceReport, incidence_report};
use crate::wire::indices::{IndicesReport, indices_report};
use crate::wire::power::{PowerReport, power_report};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thalweg_engine::brokerage::{material_brokers, relational};
use thalweg_engine::exposure::LEVERS;
use thalweg_engine::incidence::incidence;
use thalweg_engine::power::{Power, Table, power, strongest};
use thalweg_engine::state::State;
use thalweg_engine::supply_measures::{ZoneFilter, markets, zones};
use thalweg_engine::watch::Watch;
use thalweg_model::ids::ActorId;
use thalweg_model::model::Membership;

/// Brokers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct BrokerRequest {
    /// Only so many, the costliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<usize>,
}

impl BrokerRequest {
    /// Whose gates trade between states that do not meet needs, and who stands between whom.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<BrokerReport, Fault> {
        let Scene { oracle, state, .. } = scene;
        let mut brokers = material_brokers(oracle, state, &Parts::of(scene, ""), watch)?;
        brokers.truncate(self.top.unwrap_or(usize::MAX));
        let relations = relational(oracle.instance(&state.scenarios)?.as_ref());
        Ok(broker_report(oracle, state, (&brokers, relations.as_ref()))?)
    }
}

/// Whose imports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IndicesRequest {
    /// Only what this state receives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Only this commodity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
}

impl IndicesRequest {
    /// Where imports come from, and what one loss leaves.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<IndicesReport, Fault> {
        let Scene { opened, oracle, state, .. } = scene;
        let filter = ZoneFilter {
            state: actor(opened, "of", self.of.as_ref())?,
            commodity: commodity(opened, self.commodity.as_ref())?,
        };
        let found = zones(oracle, state, filter, watch)?;
        let base = oracle.value(state, watch)?;
        Ok(indices_report(oracle, state, (&found, &markets(&base, filter)))?)
    }
}

/// Who pays and who earns in the state asked about, against the base.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IncidenceRequest {}

impl IncidenceRequest {
    /// Surplus, rents and tolls by actor, before and after.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<IncidenceReport, Fault> {
        let (before, after) = (scene.oracle.value(&State::base(), watch)?, scene.oracle.value(scene.state, watch)?);
        let names: Vec<&str> =
            scene.state.scenarios.iter().map(|&at| scene.oracle.scenarios()[at].name.as_str()).collect();
        let name = (!names.is_empty()).then(|| names.join(", "));
        Ok(incidence_report(scene.oracle, name.as_deref(), &incidence(&before, &after)?)?)
    }
}

/// Whose power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PowerRequest {
    /// Players; without any, the states whose leaving alone costs most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub player: Vec<String>,
    /// How many players where none is named.
    #[serde(default = "eight")]
    pub players: usize,
    /// Gates a player can shut: territory, operation, ownership or supply; all without any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lever: Vec<String>,
    /// Blocs whose members play as one in the Owen value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bloc: Vec<String>,
    /// Orders sampled with more than 16 players.
    #[serde(default = "many")]
    pub orders: usize,
    /// Seed of the sample.
    #[serde(default = "first")]
    pub seed: u64,
}

fn eight() -> usize {
    8
}

fn many() -> usize {
    700
}

fn first() -> u64 {
    1
}

/// Most players a question takes: a coalition is a set of bits.
const PLAYERS_MAX: usize = 63;

impl PowerRequest {
    /// The table of players and what it gives; none where fewer than two play.
    pub fn found(&self, scene: Scene, watch: &dyn Watch) -> Result<Option<(Table, Power)>, Fault> {
        let table = self.table(scene, watch)?;
        if table.players.len() < 2 {
            return Ok(None);
        }
        let found = power(scene.oracle, scene.state, (&table, &Parts::of(scene, "")), watch)?;
        Ok(Some((table, found)))
    }

    /// The same as it is written.
    pub fn answer(&self, scene: Scene, watch: &dyn Watch) -> Result<PowerReport, Fault> {
        match self.found(scene, watch)? {
            Some((table, found)) => Ok(power_report(scene.oracle, scene.state, &table, &found)?),
            None => Err(Fault::at("player", "fewer than two play")),
        }
    }

    fn table(&self, scene: Scene, watch: &dyn Watch) -> Result<Table, Fault> {
        let Scene { opened, oracle, state, .. } = scene;
        let wanted = levers(&self.lever)?;
        let levers = if wanted.is_empty() { LEVERS.to_vec() } else { wanted.into_iter().collect() };
        let mut players = actors(opened, "player", &self.player)?;
        if players.is_empty() && self.players <= PLAYERS_MAX {
            players = strongest(oracle, state, (&levers, self.players, &Parts::of(scene, "")), watch)?;
        }
        players.sort_unstable();
        players.dedup();
        if players.len().max(self.players) > PLAYERS_MAX {
            return Err(Fault::at("player", format!("at most {PLAYERS_MAX} players")));
        }
        let blocs = blocs(opened, &players, &actors(opened, "bloc", &self.bloc)?);
        Ok(Table { players, levers, blocs, orders: self.orders, seed: self.seed })
    }
}

fn actors(opened: &Opened, field: &str, texts: &[String]) -> Result<Vec<ActorId>, Fault> {
    texts.iter().map(|text| opened.names.actor(text).map_err(|error| Fault::name(field, &error))).collect()
}

/// The number of each player's bloc; a player of none is one of its own.
fn blocs(opened: &Opened, players: &[ActorId], blocs: &[ActorId]) -> Option<Vec<usize>> {
    let member = |player: ActorId, bloc: ActorId| {
        let holds = |row: &&Membership| row.provenance.validity.holds(opened.as_of);
        opened.model.memberships.iter().filter(holds).any(|row| row.member == player && row.bloc == bloc)
    };
    let bloc_of = |(position, player): (usize, &ActorId)| {
        let named = blocs.iter().position(|bloc| member(*player, *bloc) || player == bloc);
        named.unwrap_or(blocs.len() + position)
    };
    let named: Vec<usize> = players.iter().enumerate().map(bloc_of).collect();
    let distinct: Vec<usize> = named.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let numbered = named.iter().map(|bloc| distinct.binary_search(bloc).unwrap_or(0)).collect();
    (!blocs.is_empty()).then_some(numbered)
}
