//! The network simplex against successive cheapest paths, from nothing and after arcs close and open.
use crate::flow_oracle::Dice;
use thalweg_engine::flow::min_cost::{Arc, MinCostError, MinCostFlow, coalition_costs};

/// Cheapest augmenting paths by Bellman and Ford until the cheapest costs as much as going unserved.
fn successive_cheapest_paths(supply: &[f64], arcs: &[Arc], unserved: f64) -> f64 {
    let nodes = supply.len();
    let mut left = supply.to_vec();
    let mut flow = vec![0.0; arcs.len()];
    let mut total = 0.0;
    loop {
        let mut price: Vec<f64> = left.iter().map(|amount| if *amount > 1e-9 { 0.0 } else { f64::INFINITY }).collect();
        let mut via: Vec<Option<(usize, bool)>> = vec![None; nodes];
        for _ in 0..nodes {
            for (position, arc) in arcs.iter().enumerate() {
                let (from, to) = (arc.from as usize, arc.to as usize);
                if flow[position] < arc.capacity - 1e-9 && price[from] + arc.cost < price[to] - 1e-9 {
                    (price[to], via[to]) = (price[from] + arc.cost, Some((position, true)));
                }
                if flow[position] > 1e-9 && price[to] - arc.cost < price[from] - 1e-9 {
                    (price[from], via[from]) = (price[to] - arc.cost, Some((position, false)));
                }
            }
        }
        let wanting = (0..nodes).filter(|&node| left[node] < -1e-9);
        let Some(end) = wanting.min_by(|&a, &b| price[a].total_cmp(&price[b])).filter(|&end| price[end] < unserved)
        else {
            return total + unserved * left.iter().map(|amount| amount.max(0.0)).sum::<f64>();
        };
        let mut steps = Vec::new();
        let mut node = end;
        while let Some((position, forward)) = via[node] {
            steps.push((position, forward));
            node = if forward { arcs[position].from } else { arcs[position].to } as usize;
        }
        let room = |&(position, forward): &(usize, bool)| {
            if forward { arcs[position].capacity - flow[position] } else { flow[position] }
        };
        let amount = steps.iter().map(room).fold(left[node].min(-left[end]), f64::min);
        for (position, forward) in steps {
            flow[position] += if forward { amount } else { -amount };
        }
        total += amount * price[end];
        left[node] -= amount;
        left[end] += amount;
    }
}

fn random(seed: u64) -> (Vec<f64>, Vec<Arc>) {
    let mut dice = Dice(seed);
    let nodes = 4 + dice.below(8);
    let arcs = (0..nodes * 3).map(|_| {
        let (from, to) = (dice.below(nodes) as u32, dice.below(nodes) as u32);
        Arc { from, to, capacity: dice.below(9) as f64, cost: dice.below(12) as f64 }
    });
    let arcs: Vec<Arc> = arcs.filter(|arc| arc.from != arc.to).collect();
    let mut supply = vec![0.0; nodes as usize];
    for _ in 0..4 {
        let amount = dice.below(7) as f64;
        supply[dice.below(nodes) as usize] += amount;
        supply[dice.below(nodes) as usize] -= amount;
    }
    (supply, arcs)
}

#[test]
fn a_network_simplex_costs_what_successive_cheapest_paths_cost() {
    let (mut served, mut full) = (0, 0);
    for seed in 0..600 {
        let (supply, arcs) = random(seed);
        let plain = successive_cheapest_paths(&supply, &arcs, 20.0);
        let mut network = MinCostFlow::new(&supply, &arcs, 20.0).unwrap();
        let cost = network.solve();
        assert!((cost - plain).abs() < 1e-9 * plain.max(1.0), "seed {seed}: {cost} against {plain}");
        let wanted: f64 = supply.iter().map(|amount| amount.max(0.0)).sum();
        served += usize::from(plain < 20.0 * wanted);
        full += usize::from(network.flow().iter().zip(&arcs).any(|(flow, arc)| *flow == arc.capacity && *flow > 0.0));
        for (flow, arc) in network.flow().iter().zip(&arcs) {
            assert!((0.0..=arc.capacity).contains(flow), "seed {seed}");
        }
    }
    assert!(served > 300 && full > 100, "{served} with flow, {full} with a full arc");
}

#[test]
fn every_coalition_valued_from_the_last_costs_what_it_costs_from_nothing() {
    for seed in 0..60 {
        let (supply, arcs) = random(seed);
        let players = 6;
        // Every seventh arc is anybody's.
        let owner = |position: usize| (position % 7).checked_sub(1);
        let mut held = vec![Vec::new(); players];
        for position in 0..arcs.len() {
            if let Some(player) = owner(position) {
                held[player].push(position);
            }
        }
        let mut network = MinCostFlow::new(&supply, &arcs, 20.0).unwrap();
        let costs = coalition_costs(&mut network, &held);
        for (inside, cost) in costs.iter().enumerate() {
            let open = |&(position, _): &(usize, &Arc)| owner(position).is_none_or(|player| inside >> player & 1 == 1);
            let usable: Vec<Arc> = arcs.iter().enumerate().filter(open).map(|(_, arc)| *arc).collect();
            let plain = successive_cheapest_paths(&supply, &usable, 20.0);
            assert!((cost - plain).abs() < 1e-9 * plain.max(1.0), "seed {seed}, {inside:b}: {cost} against {plain}");
        }
    }
}

#[test]
fn supplies_that_do_not_balance_and_arcs_that_make_no_sense_are_refused() {
    assert_eq!(MinCostFlow::new(&[3.0, -1.0], &[], 1.0).err(), Some(MinCostError::Unbalanced(2.0)));
    let arc = |capacity, cost, to| Arc { from: 0, to, capacity, cost };
    for bad in [arc(-1.0, 1.0, 1), arc(1.0, f64::NAN, 1), arc(1.0, 1.0, 2)] {
        assert_eq!(MinCostFlow::new(&[0.0, 0.0], &[arc(1.0, 1.0, 1), bad], 1.0).err(), Some(MinCostError::Arc(1)));
    }
}
