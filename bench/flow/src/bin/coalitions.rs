//! Times the values of all coalitions of a link-owner game, read from a file that `coalitions.py` writes.
use std::time::Instant;

use thalweg_engine::flow::min_cost::{Arc, MinCostFlow, coalition_costs};

/// Cost of a unit that no arc carries; the instance's own slack arcs are cheaper.
const UNSERVED: f64 = 20_000.0;
const REPEATS: usize = 7;

fn main() {
    let path = std::env::args().nth(1).expect("the file of the game");
    let text = std::fs::read_to_string(path).expect("a readable file");
    let (mut supply, mut arcs, mut held): (Vec<f64>, Vec<Arc>, Vec<Vec<usize>>) = Default::default();
    for line in text.lines() {
        let field: Vec<f64> = line.split_whitespace().skip(1).map(|word| word.parse().expect("a number")).collect();
        match line.as_bytes().first() {
            Some(b'p') => {
                supply = vec![0.0; field[0] as usize];
                held = vec![Vec::new(); field[1] as usize];
            }
            Some(b'n') => supply[field[0] as usize] = field[1],
            Some(b'a') => {
                if field[4] >= 0.0 {
                    held[field[4] as usize].push(arcs.len());
                }
                arcs.push(Arc { from: field[0] as u32, to: field[1] as u32, capacity: field[2], cost: field[3] });
            }
            _ => {}
        }
    }
    for _ in 0..REPEATS {
        let begun = Instant::now();
        let mut network = MinCostFlow::new(&supply, &arcs, UNSERVED).expect("a sound game");
        let costs = coalition_costs(&mut network, &held);
        let seconds = begun.elapsed().as_secs_f64();
        println!("{seconds} {} {}", costs.len(), costs.iter().sum::<f64>());
    }
}
