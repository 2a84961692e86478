//! Lower bounds on what the rest of a path costs, which lead a search straight to its destination.
//!
//! A state that only shuts arcs or charges more leaves them valid, so one bound serves every closure and refusal. The
//! search they lead is A* (Hart, Nilsson and Raphael 1968) with the costs of the uncharged network as its landmarks.
use crate::class::Class;
use crate::network::{Network, VertexId};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// By virtual node the least generalised cost to `destination` over what `class` may use, study currency per unit,
/// history left out; infinite where there is no way.
pub fn remaining_cost(network: &Network, class: &Class, destination: VertexId) -> Box<[f64]> {
    let mut cost = vec![f64::INFINITY; network.vertices().len()].into_boxed_slice();
    let mut heap = BinaryHeap::from([Reverse((0u64, destination))]);
    cost[destination.index()] = 0.0;
    while let Some(Reverse((key, head))) = heap.pop() {
        let rest = f64::from_bits(key);
        if rest > cost[head.index()] {
            continue;
        }
        for arc in network.arriving(head).iter().filter(|arc| class.allowed.contains(arc.index())) {
            let tail = network.arc(*arc).tail;
            let whole = rest + class.generalised[arc.index()];
            if whole < cost[tail.index()] {
                cost[tail.index()] = whole;
                // Costs are never negative, so their bit patterns order as they do.
                heap.push(Reverse((whole.to_bits(), tail)));
            }
        }
    }
    cost
}
