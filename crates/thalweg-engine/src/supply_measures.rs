//! Indices of supply from the model's own flows and closures: where a state's imports come from, and what one loss leaves.
use crate::gate_kinds::ClosureKind;
use crate::indices::{effective_number, herfindahl_hirschman, hirschman, residual_supply, shannon, three_pivotal};
use crate::oracle::{Oracle, OracleError, Value};
use crate::shared_losses::shared_losses;
use crate::state::{Denial, State};
use crate::watch::Watch;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use thalweg_model::ids::{ActorId, CommodityId, NodeId};
use thalweg_model::mode::Lever;
use thalweg_network::demand::state_of;
use thalweg_network::instance::Instance;
use thalweg_network::network::{ArcId, ArcRow};

/// What a state receives of one commodity, described. Volumes are units a year.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// The state.
    pub state: ActorId,
    /// Of what.
    pub commodity: CommodityId,
    /// What is wanted there.
    pub demand: f64,
    /// What arrives.
    pub delivered: f64,
    /// What arrives by state of origin; the largest first.
    pub origins: Vec<(Option<ActorId>, f64)>,
    /// Concentration of origins, 0 to 10,000.
    pub concentration: f64,
    /// Hirschman's index of 1945, 0 to 100.
    pub hirschman: f64,
    /// Shannon's diversity of origins, nats.
    pub diversity: f64,
    /// How many equal origins would be as diverse.
    pub effective_origins: f64,
    /// Concentration of the last territory before its own, 0 to 10,000; the open sea counts as one.
    pub route_concentration: f64,
    /// What is left of the demand, %, when the link whose loss leaves least is closed, and that link; `None` without links.
    pub n_minus_1: Option<(f64, String)>,
    /// Share of the demand more that goes undelivered when a state sells nothing to anybody, 0 to 1; the largest first.
    pub without_source: Vec<(ActorId, f64)>,
    /// Share of the demand that goes undelivered when a state sells nothing to anybody and all who received anything share
    /// the loss as evenly as can be, 0 to 1; in the order of `without_source`.
    pub shared_without_source: Vec<(ActorId, f64)>,
}

/// A seller in the market of a commodity that any supplier may serve.
#[derive(Debug, Clone, PartialEq)]
pub struct Seller {
    /// State.
    pub state: ActorId,
    /// What it can sell, units a year.
    pub capacity: f64,
    /// What the others can sell to all that is wanted.
    pub residual_supply: f64,
    /// The same without the two largest others.
    pub three_pivotal: f64,
}

/// The market of one commodity.
#[derive(Debug, Clone, PartialEq)]
pub struct Market {
    /// Of what.
    pub commodity: CommodityId,
    /// All that is wanted, units a year.
    pub demand: f64,
    /// Who sells, the largest first.
    pub sellers: Vec<Seller>,
}

/// Zones and commodities wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct ZoneFilter {
    /// Only this state.
    pub state: Option<ActorId>,
    /// Only this commodity.
    pub commodity: Option<CommodityId>,
}

type Key = (ActorId, CommodityId);

/// By source lost, what each state goes without of what it received.
type Shared = BTreeMap<Key, BTreeMap<ActorId, f64>>;

/// The links that a zone's deliveries of a commodity use, and where those come from.
#[derive(Default)]
struct Arrivals {
    demand: f64,
    unserved: f64,
    origins: BTreeMap<Option<ActorId>, f64>,
    entries: BTreeMap<Option<ActorId>, f64>,
    links: BTreeSet<String>,
}

fn arrivals(value: &Value, filter: ZoneFilter) -> BTreeMap<Key, Arrivals> {
    let instance = &value.instance;
    let mut found: BTreeMap<Key, Arrivals> = BTreeMap::new();
    for (segment, row) in value.assignment.segments.iter().enumerate() {
        let demand = &instance.demand.segments[segment];
        let place = instance.model.demands[demand.demand.index()].destination;
        let Some(zone) = territory(instance, place) else { continue };
        let wanted = filter.state.is_none_or(|state| state == zone)
            && filter.commodity.is_none_or(|commodity| commodity == demand.commodity);
        if !wanted {
            continue;
        }
        let arrivals = found.entry((zone, demand.commodity)).or_default();
        arrivals.demand += demand.volume;
        arrivals.unserved += row.unserved;
        for path in &row.paths {
            let origin = demand.variants[path.variant].shipment.origin;
            *arrivals.origins.entry(origin).or_default() += path.volume;
            if origin != Some(zone) {
                *arrivals.entries.entry(last_before(instance, &path.arcs, zone)).or_default() += path.volume;
            }
            arrivals.links.extend(path.arcs.iter().filter_map(|arc| match instance.network.arc(*arc).row {
                ArcRow::Link(link, _) => Some(instance.model.links[link.index()].key.clone()),
                _ => None,
            }));
        }
    }
    found
}

fn territory(instance: &Instance, place: NodeId) -> Option<ActorId> {
    instance.model.nodes[place.index()].territory
}

/// The territory of the last moving arc that does not stand on the zone's own; `None` for nobody's, the open sea.
fn last_before(instance: &Instance, arcs: &[ArcId], zone: ActorId) -> Option<ActorId> {
    let moves = arcs.iter().rev().map(|arc| instance.network.arc(*arc));
    let mut moves = moves.filter(|arc| matches!(arc.row, ArcRow::Link(..)));
    moves.find(|arc| arc.gates.territory != Some(zone)).and_then(|arc| arc.gates.territory)
}

/// Every zone and commodity wanted, described.
pub fn zones(oracle: &Oracle, from: &State, filter: ZoneFilter, watch: &dyn Watch) -> Result<Vec<Zone>, OracleError> {
    let base = oracle.value(from, watch)?;
    let found = arrivals(&base, filter);
    let links: BTreeSet<&String> = found.values().flat_map(|row| &row.links).collect();
    let sources: BTreeSet<Key> = found
        .iter()
        .filter(|((_, commodity), _)| base.instance.model.commodities[commodity.index()].homogeneous)
        .flat_map(|((_, commodity), row)| row.origins.keys().flatten().map(|state| (*state, *commodity)))
        .collect();
    let link_states = links.into_iter().map(|link| from.clone().shutting(ClosureKind::Link, link));
    let source_states = sources.iter().map(|&(state, commodity)| without(from, state, commodity));
    let asked: Vec<State> = link_states.chain(source_states).collect();
    let done = AtomicU64::new(0);
    let losses: BTreeMap<State, BTreeMap<Key, f64>> = asked
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|state| {
            let value = oracle.value(state, watch)?;
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, (asked.len() + sources.len()) as u64, "losses");
            let rows = arrivals(&value, filter).into_iter().map(|(key, row)| (key, row.unserved));
            Ok((state.clone(), rows.collect()))
        })
        .collect::<Result<_, OracleError>>()?;
    let shared = |&(state, commodity): &Key| {
        let found = shared_losses(oracle, (from, &without(from, state, commodity)), commodity, watch)?;
        watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, (asked.len() + sources.len()) as u64, "losses");
        Ok(((state, commodity), found))
    };
    let shared: Shared =
        sources.par_iter().filter(|_| !watch.cancelled()).map(shared).collect::<Result<_, OracleError>>()?;
    Ok(found.into_iter().map(|(key, row)| describe(from, (key, row), (&sources, &shared), &losses)).collect())
}

/// The state in which a state sells nothing of a commodity to anybody.
fn without(from: &State, state: ActorId, commodity: CommodityId) -> State {
    from.clone().denying_all([Denial::new(state, None, Lever::Supply).of_commodity(Some(commodity))])
}

fn describe(
    from: &State,
    (key, row): (Key, Arrivals),
    (sources, shared): (&BTreeSet<Key>, &Shared),
    losses: &BTreeMap<State, BTreeMap<Key, f64>>,
) -> Zone {
    let unserved = |state: &State| losses.get(state).and_then(|rows| rows.get(&key)).copied();
    let share = |units: f64| if row.demand > 0.0 { units / row.demand } else { 0.0 };
    let worst = row.links.iter().filter_map(|link| {
        let left = 1.0 - share(unserved(&from.clone().shutting(ClosureKind::Link, link))?);
        Some((100.0 * left, link.clone()))
    });
    let n_minus_1 = worst.fold(None, |worst: Option<(f64, String)>, one| match worst {
        Some(worst) if worst.0 <= one.0 => Some(worst),
        _ => Some(one),
    });
    let lost = |&(state, commodity): &(ActorId, CommodityId)| {
        let more = unserved(&without(from, state, commodity))? - row.unserved;
        (row.origins.contains_key(&Some(state)) && commodity == key.1).then(|| (state, share(more.max(0.0))))
    };
    let mut without_source: Vec<(ActorId, f64)> = sources.iter().filter_map(lost).collect();
    without_source.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let delivered: f64 = row.origins.values().sum();
    let share_lost = |&(state, _): &(ActorId, f64)| {
        let lost = shared.get(&(state, key.1))?.get(&key.0)?;
        Some((state, share(lost * delivered)))
    };
    let shared_without_source = without_source.iter().filter_map(share_lost).collect();
    let mut origins: Vec<(Option<ActorId>, f64)> = row.origins.into_iter().collect();
    origins.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let volumes: Vec<f64> = origins.iter().map(|(_, volume)| *volume).collect();
    Zone {
        state: key.0,
        commodity: key.1,
        demand: row.demand,
        delivered,
        concentration: herfindahl_hirschman(&volumes),
        hirschman: hirschman(&volumes),
        diversity: shannon(&volumes),
        effective_origins: effective_number(&volumes),
        route_concentration: herfindahl_hirschman(&row.entries.into_values().collect::<Vec<_>>()),
        origins,
        n_minus_1,
        without_source,
        shared_without_source,
    }
}

/// The market of every commodity that any supplier may serve, where all open suppliers state a capacity.
pub fn markets(value: &Value, filter: ZoneFilter) -> Vec<Market> {
    let instance = &value.instance;
    let model = &instance.model;
    let mut capacity: BTreeMap<CommodityId, BTreeMap<ActorId, f64>> = BTreeMap::new();
    let mut unlimited: BTreeSet<CommodityId> = BTreeSet::new();
    let rows: Vec<_> = model.supplies.iter().chain(instance.supply.extra_supplies.iter()).collect();
    for (position, arc) in instance.network.arcs().iter().enumerate() {
        let ArcRow::Supply(supply) = arc.row else { continue };
        let Some(row) = rows.get(supply.index()).filter(|_| instance.supply.open.contains(position)) else { continue };
        let seller = row.supplier.or_else(|| territory(instance, row.node));
        let base = row.capacity.and_then(|capacity| {
            let unit = instance.units.base_units(row.commodity, capacity.dimension())?;
            Some(capacity.base_per_year() / unit)
        });
        match (base, seller) {
            (Some(volume), Some(seller)) => {
                *capacity.entry(row.commodity).or_default().entry(state_of(model, seller)).or_default() += volume;
            }
            _ => {
                unlimited.insert(row.commodity);
            }
        }
    }
    let demand = |commodity: CommodityId| -> f64 {
        let rows = instance.demand.segments.iter().filter(|row| row.commodity == commodity);
        rows.filter(|row| model.demands[row.demand.index()].origin.is_none()).map(|row| row.volume).sum()
    };
    let market = |(commodity, sellers): (CommodityId, BTreeMap<ActorId, f64>)| {
        let (demand, capacities) = (demand(commodity), sellers.values().copied().collect::<Vec<f64>>());
        let seller = |(position, (state, capacity)): (usize, (&ActorId, &f64))| Seller {
            state: *state,
            capacity: *capacity,
            residual_supply: residual_supply(&capacities, position, demand),
            three_pivotal: three_pivotal(&capacities, position, demand),
        };
        let mut sellers: Vec<Seller> = sellers.iter().enumerate().map(seller).collect();
        sellers.sort_by(|one, other| other.capacity.total_cmp(&one.capacity).then(one.state.cmp(&other.state)));
        Market { commodity, demand, sellers }
    };
    let wanted = |commodity: &CommodityId| filter.commodity.is_none_or(|wanted| wanted == *commodity);
    let markets = capacity.into_iter().filter(|(commodity, _)| !unlimited.contains(commodity) && wanted(commodity));
    markets.map(market).filter(|market| market.demand > 0.0).collect()
}
