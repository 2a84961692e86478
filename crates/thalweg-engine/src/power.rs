//! Bargaining power of players who can open and shut gates: what each adds to coalitions of the others.
use crate::exposure::exposures;
use crate::games::sampling::{Estimate, block_mean, blocks, estimates, rank_ranges};
use crate::games::{Game, PLAYERS_MAX, gray_code};
use crate::kept::{Kept, kept_or};
use crate::oracle::{Oracle, OracleError};
use crate::refusal::welfare_loss;
use crate::state::{Denial, State};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use thalweg_model::ids::ActorId;
use thalweg_model::mode::Lever;

/// Who plays, through which gates, and who plays as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The players.
    pub players: Vec<ActorId>,
    /// The gates a player outside a coalition shuts to everybody: those of these levers.
    pub levers: Vec<Lever>,
    /// Bloc of each player, numbered from 0, for the Owen value; `None` without blocs.
    pub blocs: Option<Vec<usize>>,
    /// Orders sampled where there are too many players for every coalition.
    pub orders: usize,
    /// Seed of the sample.
    pub seed: u64,
}

/// What one player adds and what its leaving costs. Amounts are study currency a year.
#[derive(Debug, Clone, PartialEq)]
pub struct PlayerPower {
    /// The player.
    pub actor: ActorId,
    /// Rise of everybody's cost when it alone shuts its gates to all.
    pub withdrawal_loss: f64,
    /// Fall of its own welfare then.
    pub own_loss: f64,
    /// Fall of everybody else's.
    pub others_loss: f64,
    /// Shapley value; `None` where a stop left coalitions unvalued.
    pub shapley: Option<Estimate>,
    /// Smallest and largest rank by Shapley value that the intervals allow.
    pub ranks: (usize, usize),
    /// Banzhaf value; only where every coalition is valued.
    pub banzhaf: Option<f64>,
    /// Owen value; only with blocs.
    pub owen: Option<f64>,
}

impl PlayerPower {
    /// Gately's propensity to disrupt at what each earns now: the others' loss to its own; `None` where leaving costs it
    /// nothing.
    pub fn propensity_to_disrupt(&self) -> Option<f64> {
        (self.own_loss > 1e-9 * self.withdrawal_loss.abs().max(1.0)).then(|| self.others_loss / self.own_loss)
    }
}

/// The power of all players.
#[derive(Debug, Clone, PartialEq)]
pub struct Power {
    /// In the order asked for.
    pub players: Vec<PlayerPower>,
    /// Cost with the gates of all players shut: what coalitions are measured from.
    pub empty_cost: f64,
    /// What all players together save: the value shared out.
    pub shared: f64,
    /// Shapley interaction of each pair; only where every coalition is valued.
    pub interactions: Option<Vec<Vec<f64>>>,
    /// Orders sampled; 0 where every coalition is valued.
    pub orders: usize,
}

/// Costs while some shut their gates to everybody, by whom; a file that a next run reads may keep them.
pub type ShutCosts<'a> = dyn Kept<[ActorId], f64> + 'a;

/// What values are asked of: a state, the gates that can be shut, the costs known.
#[derive(Clone, Copy)]
struct Asking<'a> {
    oracle: &'a Oracle,
    from: &'a State,
    levers: &'a [Lever],
    kept: &'a ShutCosts<'a>,
    watch: &'a dyn Watch,
}

impl Asking<'_> {
    /// The state in which some shut their gates to everybody.
    fn state(&self, shut: &[ActorId]) -> State {
        let gates = shut.iter().flat_map(|actor| self.levers.iter().map(move |lever| (*actor, *lever)));
        self.from.clone().denying_all(gates.map(|(actor, lever)| Denial::new(actor, None, lever)))
    }

    /// Its cost.
    fn cost(&self, shut: &[ActorId]) -> Result<f64, OracleError> {
        kept_or(self.kept, shut, self.watch, || self.oracle.cost(&self.state(shut), self.watch))
    }
}

impl Table {
    /// The players outside a coalition.
    fn outside(&self, inside: u64) -> Vec<ActorId> {
        let players = self.players.iter().enumerate();
        players.filter(|(player, _)| inside >> player & 1 == 0).map(|(_, actor)| *actor).collect()
    }
}

/// The players' power: exact up to sixteen players, sampled beyond.
///
/// # Panics
/// With more than 63 players.
pub fn power(
    oracle: &Oracle,
    from: &State,
    (table, kept): (&Table, &ShutCosts<'_>),
    watch: &dyn Watch,
) -> Result<Power, OracleError> {
    assert!(table.players.len() < 64, "a coalition is a set of bits");
    let all = (1u64 << table.players.len()) - 1;
    let asking = Asking { oracle, from, levers: &table.levers, kept, watch };
    let empty_cost = asking.cost(&table.outside(0))?;
    let full_cost = asking.cost(&table.outside(all))?;
    let mut players = withdrawals(asking, table)?;
    let mut power =
        Power { players: Vec::new(), empty_cost, shared: empty_cost - full_cost, interactions: None, orders: 0 };
    if table.players.len() <= PLAYERS_MAX {
        if let Some(game) = value_all(asking, table, empty_cost)? {
            share_out(&mut players, &game, table.blocs.as_deref());
            power.interactions = Some(game.interactions());
        }
    } else {
        let (found, orders) = sample(asking, table, empty_cost)?;
        power.orders = orders;
        for (row, estimate) in players.iter_mut().zip(found) {
            row.shapley = Some(estimate);
        }
    }
    let values: Vec<Estimate> = players.iter().filter_map(|row| row.shapley).collect();
    for (row, ranks) in players.iter_mut().zip(rank_ranges(&values)) {
        row.ranks = ranks;
    }
    power.players = players;
    Ok(power)
}

fn share_out(players: &mut [PlayerPower], game: &Game, blocs: Option<&[usize]>) {
    let (shapley, banzhaf) = (game.shapley(), game.banzhaf());
    let owen = blocs.map(|blocs| game.owen(blocs));
    for (position, row) in players.iter_mut().enumerate() {
        row.shapley = Some(Estimate::exactly(shapley[position]));
        row.banzhaf = Some(banzhaf[position]);
        row.owen = owen.as_ref().map(|owen| owen[position]);
    }
}

/// What each player's leaving alone costs itself and the others.
fn withdrawals(asking: Asking, table: &Table) -> Result<Vec<PlayerPower>, OracleError> {
    let base = asking.oracle.value(asking.from, asking.watch)?;
    let of = |&actor: &ActorId| {
        let left = asking.oracle.value(&asking.state(&[actor]), asking.watch)?;
        let loss: BTreeMap<ActorId, f64> = welfare_loss(&base, &left);
        let own_loss = loss.get(&actor).copied().unwrap_or(0.0);
        let withdrawal_loss = left.value - base.value;
        Ok(PlayerPower {
            actor,
            withdrawal_loss,
            own_loss,
            others_loss: base.welfare.total() - left.welfare.total() - own_loss,
            shapley: None,
            ranks: (1, table.players.len()),
            banzhaf: None,
            owen: None,
        })
    };
    table.players.par_iter().map(of).collect()
}

/// The value of every coalition: what it saves against all gates shut; `None` when stopped.
fn value_all(asking: Asking, table: &Table, empty_cost: f64) -> Result<Option<Game>, OracleError> {
    let (players, watch) = (table.players.len(), asking.watch);
    let done = AtomicU64::new(0);
    let coalitions: Vec<u32> = gray_code(players).collect();
    let values: Vec<(u32, f64)> = coalitions
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|&set| {
            let cost = asking.cost(&table.outside(u64::from(set)))?;
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, 1 << players, "coalitions");
            Ok((set, empty_cost - cost))
        })
        .collect::<Result<_, OracleError>>()?;
    if watch.cancelled() {
        return Ok(None);
    }
    let mut by_set = vec![0.0; 1 << players];
    for (set, value) in values {
        by_set[set as usize] = value;
    }
    Ok(Some(Game::new(players, by_set)))
}

/// Shapley values by sampled orders, and how many orders were finished.
fn sample(asking: Asking, table: &Table, empty_cost: f64) -> Result<(Vec<Estimate>, usize), OracleError> {
    let (players, watch) = (table.players.len(), asking.watch);
    let wanted = blocks(players, table.orders.div_ceil(2 * players).max(2), table.seed);
    let known: Mutex<BTreeMap<u64, f64>> = Mutex::new(BTreeMap::new());
    let error: Mutex<Option<OracleError>> = Mutex::new(None);
    let done = AtomicU64::new(0);
    let value = |set: u64| -> Option<f64> {
        let seen = known.lock().unwrap_or_else(PoisonError::into_inner).get(&set).copied();
        if seen.is_some() || watch.cancelled() {
            return seen;
        }
        match asking.cost(&table.outside(set)) {
            Ok(cost) if !watch.cancelled() => {
                known.lock().unwrap_or_else(PoisonError::into_inner).insert(set, empty_cost - cost);
                Some(empty_cost - cost)
            }
            Ok(_) => None,
            Err(found) => {
                *error.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                None
            }
        }
    };
    let means: Vec<Option<Vec<f64>>> = wanted
        .par_iter()
        .map(|orders| {
            let mean = block_mean(players, orders, value);
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, wanted.len() as u64, "blocks");
            mean
        })
        .collect();
    if let Some(error) = error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let means: Vec<Vec<f64>> = means.into_iter().flatten().collect();
    Ok((estimates(&means), means.len() * 2 * players))
}

/// The states whose leaving alone costs most, by the gates of some levers, at most so many; none whose leaving is free.
pub fn strongest(
    oracle: &Oracle,
    from: &State,
    (levers, count, kept): (&[Lever], usize, &ShutCosts<'_>),
    watch: &dyn Watch,
) -> Result<Vec<ActorId>, OracleError> {
    let base = oracle.value(from, watch)?;
    let met: BTreeSet<ActorId> = exposures(&base.instance, &base.assignment).into_iter().map(|row| row.actor).collect();
    let met: Vec<ActorId> = met.into_iter().collect();
    let asking = Asking { oracle, from, levers, kept, watch };
    let done = AtomicU64::new(0);
    let loss = |&actor: &ActorId| {
        let alone = asking.cost(&[actor])?;
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, met.len() as u64, "players");
        Ok((alone - base.value, actor))
    };
    let mut losses: Vec<(f64, ActorId)> =
        met.par_iter().filter(|_| !watch.cancelled()).map(loss).collect::<Result<_, OracleError>>()?;
    losses.retain(|(loss, _)| *loss > 1e-9 * base.value.abs());
    losses.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    Ok(losses.into_iter().take(count).map(|(_, actor)| actor).collect())
}
