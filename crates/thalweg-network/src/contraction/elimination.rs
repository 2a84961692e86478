//! The order in which nodes are contracted: minimum degree first, renumbered along the elimination tree.
//!
//! Tinney & Walker (1967), Proc. IEEE 55(11), scheme 2. One-to-all sweeps visit every arc once whatever the height of
//! the elimination tree, so the order that keeps arcs few serves them better than one that keeps the tree flat.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An elimination order with, for every node, the neighbours it has when it is eliminated.
#[derive(Debug)]
pub(super) struct Elimination {
    /// Node at each rank; the last rank is eliminated last.
    pub(super) node_at: Vec<u32>,
    /// For each rank, the ranks above that it is joined to, ascending.
    pub(super) above: Vec<Vec<u32>>,
}

/// Eliminates all nodes of the undirected graph that `arcs` span.
pub(super) fn eliminate(nodes: u32, arcs: &[(u32, u32)]) -> Elimination {
    let mut joined = neighbours(nodes, arcs);
    let mut queue: BinaryHeap<Reverse<(u32, u32)>> =
        (0..nodes).map(|node| Reverse((joined[node as usize].len() as u32, node))).collect();
    let mut order = Vec::with_capacity(nodes as usize);
    let mut eliminated = vec![false; nodes as usize];
    let mut merged = Vec::new();
    while let Some(Reverse((degree, node))) = queue.pop() {
        if eliminated[node as usize] || degree as usize != joined[node as usize].len() {
            continue;
        }
        eliminated[node as usize] = true;
        order.push(node);
        let clique = std::mem::take(&mut joined[node as usize]);
        for &member in &clique {
            merge_without(&joined[member as usize], &clique, (node, member), &mut merged);
            std::mem::swap(&mut joined[member as usize], &mut merged);
            queue.push(Reverse((joined[member as usize].len() as u32, member)));
        }
        joined[node as usize] = clique;
    }
    renumber(&order, joined)
}

fn neighbours(nodes: u32, arcs: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let mut joined = vec![Vec::new(); nodes as usize];
    for &(from, to) in arcs.iter().filter(|(from, to)| from != to) {
        joined[from as usize].push(to);
        joined[to as usize].push(from);
    }
    for list in &mut joined {
        list.sort_unstable();
        list.dedup();
    }
    joined
}

/// The union of two ascending lists without two nodes.
fn merge_without(a: &[u32], b: &[u32], (x, y): (u32, u32), union: &mut Vec<u32>) {
    union.clear();
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let left = a.get(i).copied().unwrap_or(u32::MAX);
        let right = b.get(j).copied().unwrap_or(u32::MAX);
        let least = left.min(right);
        i += usize::from(left == least);
        j += usize::from(right == least);
        if least != x && least != y {
            union.push(least);
        }
    }
}

/// Numbers the nodes in post-order of the elimination tree: still an elimination order with the same neighbours, and
/// nodes that are read together lie together.
fn renumber(order: &[u32], mut joined: Vec<Vec<u32>>) -> Elimination {
    let nodes = order.len();
    let mut place = vec![0_u32; nodes];
    for (position, node) in (0_u32..).zip(order) {
        place[*node as usize] = position;
    }
    let mut children = vec![Vec::new(); nodes];
    let mut stack = Vec::new();
    for &node in order.iter().rev() {
        match joined[node as usize].iter().min_by_key(|other| place[**other as usize]) {
            Some(parent) => children[*parent as usize].push(node),
            None => stack.push(node),
        }
    }
    // Reverse pre-order of a forest is a post-order of its mirror image.
    let mut node_at = Vec::with_capacity(nodes);
    while let Some(node) = stack.pop() {
        node_at.push(node);
        stack.append(&mut children[node as usize]);
    }
    node_at.reverse();
    for (rank, node) in (0_u32..).zip(&node_at) {
        place[*node as usize] = rank;
    }
    let above = node_at
        .iter()
        .map(|node| {
            let mut ranks = std::mem::take(&mut joined[*node as usize]);
            for other in &mut ranks {
                *other = place[*other as usize];
            }
            ranks.sort_unstable();
            ranks
        })
        .collect();
    Elimination { node_at, above }
}
