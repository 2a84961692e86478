//! Least-cost flow of one commodity by the primal network simplex, kept warm from one set of costs to the next.
//!
//! Dantzig's simplex on spanning trees with strongly feasible bases (Cunningham 1976), which cannot cycle; entering arcs
//! by block search (Grigoriadis 1986). A closed arc is one whose cost no flow is worth, so every basis stays feasible
//! when arcs close or open and the next solve starts where the last one ended.

/// A directed arc.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    /// Node it leaves.
    pub from: u32,
    /// Node it reaches.
    pub to: u32,
    /// Most units it takes.
    pub capacity: f64,
    /// Cost of a unit, from zero up.
    pub cost: f64,
}

/// Input that has no meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MinCostError {
    /// Supplies do not add up to zero: by this much.
    Unbalanced(f64),
    /// An arc with an end that is no node, or with a capacity or cost that is negative or not a finite number.
    Arc(usize),
}

impl std::fmt::Display for MinCostError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unbalanced(amount) => write!(out, "supplies exceed demands by {amount}"),
            Self::Arc(arc) => {
                write!(out, "arc {arc} has an unknown end, or a capacity or cost that is not a number from zero up")
            }
        }
    }
}

impl std::error::Error for MinCostError {}

const AT_ZERO: f64 = 1.0;
const IN_TREE: f64 = 0.0;
const FULL: f64 = -1.0;
const NONE: u32 = u32::MAX;

/// Part of the dearest cost below which a reduced cost counts as none.
const COST_TOLERANCE: f64 = 1e-12;

/// Links a node has in the spanning tree.
#[derive(Clone, Copy, Debug)]
struct Place {
    parent: u32,
    /// Arc to the parent.
    arc: u32,
    /// 1 where that arc leads to the parent, -1 where it comes from there.
    up: f64,
    depth: u32,
    first_child: u32,
    next: u32,
    before: u32,
}

/// A network, its flow and its basis.
#[derive(Clone, Debug)]
pub struct MinCostFlow {
    tail: Vec<u32>,
    head: Vec<u32>,
    capacity: Vec<f64>,
    cost: Vec<f64>,
    own_cost: Vec<f64>,
    /// Above what any path may save: all costs are from zero up, and a unit not served costs less.
    shut_cost: f64,
    flow: Vec<f64>,
    state: Vec<f64>,
    potential: Vec<f64>,
    tree: Vec<Place>,
    arcs: usize,
    scan_from: usize,
    block: usize,
    least: f64,
    pivots: u64,
}

impl MinCostFlow {
    /// A network whose nodes supply `supply` units, or want them where negative; what no arc can carry stays with an
    /// arc of its own at `unserved` a unit.
    pub fn new(supply: &[f64], arcs: &[Arc], unserved: f64) -> Result<Self, MinCostError> {
        let nodes = supply.len();
        let surplus: f64 = supply.iter().sum();
        let most = supply.iter().fold(0.0, |most: f64, amount| most.max(amount.abs()));
        if surplus.abs() > 1e-9 * most {
            return Err(MinCostError::Unbalanced(surplus));
        }
        for (position, arc) in arcs.iter().enumerate() {
            let sound = |value: f64| value.is_finite() && value >= 0.0;
            let known = (arc.from as usize) < nodes && (arc.to as usize) < nodes;
            if !known || !sound(arc.capacity) || !sound(arc.cost) {
                return Err(MinCostError::Arc(position));
            }
        }
        let dearest = arcs.iter().fold(unserved, |most, arc| most.max(arc.cost));
        let root = nodes as u32;
        let mut network = Self {
            tail: arcs.iter().map(|arc| arc.from).collect(),
            head: arcs.iter().map(|arc| arc.to).collect(),
            capacity: arcs.iter().map(|arc| arc.capacity).collect(),
            cost: arcs.iter().map(|arc| arc.cost).collect(),
            own_cost: arcs.iter().map(|arc| arc.cost).collect(),
            shut_cost: 2.0 * dearest + 1.0,
            flow: vec![0.0; arcs.len()],
            state: vec![AT_ZERO; arcs.len()],
            potential: vec![0.0; nodes + 1],
            tree: Vec::with_capacity(nodes + 1),
            arcs: arcs.len(),
            scan_from: 0,
            block: ((arcs.len() as f64).sqrt() as usize).max(10),
            least: COST_TOLERANCE * dearest.max(1.0),
            pivots: 0,
        };
        for (node, &amount) in supply.iter().enumerate() {
            // An arc to the root for what a node supplies, from the root for what it wants: half of the cost of a unit
            // not served stands on either.
            let node = node as u32;
            let (from, to, up) = if amount >= 0.0 { (node, root, 1.0) } else { (root, node, -1.0) };
            network.tail.push(from);
            network.head.push(to);
            network.capacity.push(f64::INFINITY);
            network.cost.push(unserved / 2.0);
            network.flow.push(amount.abs());
            network.state.push(IN_TREE);
            network.potential[node as usize] = -up * unserved / 2.0;
            let arc = (arcs.len() + node as usize) as u32;
            let next = if node + 1 < root { node + 1 } else { NONE };
            let before = if node > 0 { node - 1 } else { NONE };
            network.tree.push(Place { parent: root, arc, up, depth: 1, first_child: NONE, next, before });
        }
        let first_child = if nodes > 0 { 0 } else { NONE };
        network.tree.push(Place { parent: NONE, arc: NONE, up: 0.0, depth: 0, first_child, next: NONE, before: NONE });
        Ok(network)
    }

    /// Shuts an arc: the flow stays until the next solve, which finds it worth less than going unserved.
    pub fn close(&mut self, arc: usize) {
        self.reprice(arc, self.shut_cost);
    }

    /// Opens an arc again at its own cost.
    pub fn open(&mut self, arc: usize) {
        self.reprice(arc, self.own_cost[arc]);
    }

    fn reprice(&mut self, arc: usize, cost: f64) {
        let change = cost - self.cost[arc];
        self.cost[arc] = cost;
        if self.state[arc] == IN_TREE && change != 0.0 {
            let (tail, head) = (self.tail[arc], self.head[arc]);
            let below = if self.tree[tail as usize].arc == arc as u32 { tail } else { head };
            let shift = -self.tree[below as usize].up * change;
            self.shift_below(below, shift);
        }
    }

    /// The least cost, from the basis at hand.
    pub fn solve(&mut self) -> f64 {
        while let Some(arc) = self.entering() {
            self.pivot(arc);
        }
        self.flow.iter().zip(&self.cost).map(|(flow, cost)| flow * cost).sum()
    }

    /// Units on each arc.
    pub fn flow(&self) -> &[f64] {
        &self.flow[..self.arcs]
    }

    /// What the flow of a unit to each node costs at the margin, up to a constant; the last is the root's.
    pub fn potential(&self) -> &[f64] {
        &self.potential
    }

    /// Exchanges of the basis so far.
    pub fn pivots(&self) -> u64 {
        self.pivots
    }

    /// The arc of the next block that promises most, the first block with one taken.
    fn entering(&mut self) -> Option<usize> {
        let count = self.cost.len();
        let mut seen = 0;
        let mut at = self.scan_from;
        while seen < count {
            let end = (at + self.block).min(count);
            let (mut best, mut found) = (-self.least, usize::MAX);
            for arc in at..end {
                let reduced =
                    self.cost[arc] + self.potential[self.tail[arc] as usize] - self.potential[self.head[arc] as usize];
                let gain = self.state[arc] * reduced;
                if gain < best {
                    (best, found) = (gain, arc);
                }
            }
            seen += end - at;
            at = if end == count { 0 } else { end };
            if found != usize::MAX {
                self.scan_from = at;
                return Some(found);
            }
        }
        None
    }

    fn pivot(&mut self, entering: usize) {
        self.pivots += 1;
        let (mut first, mut second) = (self.tail[entering], self.head[entering]);
        if self.state[entering] == FULL {
            std::mem::swap(&mut first, &mut second);
        }
        let join = self.join(first, second);
        let (step, leaving) = self.leaving(entering, (first, second), join);
        if step > 0.0 {
            self.send(entering, step, (self.tail[entering], self.head[entering]), join);
        }
        let Some((out, on_first)) = leaving else {
            self.state[entering] = -self.state[entering];
            self.flow[entering] = if self.state[entering] == FULL { self.capacity[entering] } else { 0.0 };
            return;
        };
        let arc = self.tree[out as usize].arc as usize;
        // Rounding must not leave a sliver on an arc outside the tree.
        let empty = self.flow[arc] < self.capacity[arc] / 2.0 || self.capacity[arc] == 0.0;
        self.state[arc] = if empty { AT_ZERO } else { FULL };
        self.flow[arc] = if empty { 0.0 } else { self.capacity[arc] };
        self.state[entering] = IN_TREE;
        let (below, above) = if on_first { (first, second) } else { (second, first) };
        self.regraft(out, (below, above), entering as u32);
    }

    fn join(&self, mut one: u32, mut other: u32) -> u32 {
        while one != other {
            if self.tree[one as usize].depth >= self.tree[other as usize].depth {
                one = self.tree[one as usize].parent;
            } else {
                other = self.tree[other as usize].parent;
            }
        }
        one
    }

    /// How far the cycle lets flow move, and which node's arc to its parent stops it: the last one met along the cycle
    /// from the join, which keeps the basis strongly feasible.
    fn leaving(&self, entering: usize, (first, second): (u32, u32), join: u32) -> (f64, Option<(u32, bool)>) {
        let mut step = self.capacity[entering];
        let mut leaving = None;
        let mut node = first;
        while node != join {
            let place = self.tree[node as usize];
            let arc = place.arc as usize;
            let room = if place.up > 0.0 { self.flow[arc] } else { self.capacity[arc] - self.flow[arc] };
            if room < step {
                (step, leaving) = (room, Some((node, true)));
            }
            node = place.parent;
        }
        node = second;
        while node != join {
            let place = self.tree[node as usize];
            let arc = place.arc as usize;
            let room = if place.up > 0.0 { self.capacity[arc] - self.flow[arc] } else { self.flow[arc] };
            if room <= step {
                (step, leaving) = (room, Some((node, false)));
            }
            node = place.parent;
        }
        (step.max(0.0), leaving)
    }

    fn send(&mut self, entering: usize, step: f64, (tail, head): (u32, u32), join: u32) {
        let amount = self.state[entering] * step;
        self.flow[entering] += amount;
        let mut node = tail;
        while node != join {
            let place = self.tree[node as usize];
            self.flow[place.arc as usize] -= place.up * amount;
            node = place.parent;
        }
        node = head;
        while node != join {
            let place = self.tree[node as usize];
            self.flow[place.arc as usize] += place.up * amount;
            node = place.parent;
        }
    }

    /// Cuts the subtree of `out` off and hangs it by `below` under `above`, turning the path between round.
    fn regraft(&mut self, out: u32, (below, above): (u32, u32), entering: u32) {
        let mut node = below;
        let mut parent = above;
        let mut arc = entering;
        let mut up = if self.tail[entering as usize] == below { 1.0 } else { -1.0 };
        loop {
            let before = self.tree[node as usize];
            self.cut(node);
            self.hang(node, parent);
            let place = &mut self.tree[node as usize];
            place.arc = arc;
            place.up = up;
            if node == out {
                break;
            }
            (parent, arc, up, node) = (node, before.arc, -before.up, before.parent);
        }
        let place = self.tree[below as usize];
        let reduced =
            self.potential[above as usize] - self.potential[below as usize] - place.up * self.cost[entering as usize];
        self.settle_below(below, reduced);
    }

    fn cut(&mut self, node: u32) {
        let Place { parent, next, before, .. } = self.tree[node as usize];
        match before {
            NONE => self.tree[parent as usize].first_child = next,
            before => self.tree[before as usize].next = next,
        }
        if next != NONE {
            self.tree[next as usize].before = before;
        }
    }

    fn hang(&mut self, node: u32, parent: u32) {
        let next = self.tree[parent as usize].first_child;
        self.tree[parent as usize].first_child = node;
        if next != NONE {
            self.tree[next as usize].before = node;
        }
        let place = &mut self.tree[node as usize];
        place.parent = parent;
        place.next = next;
        place.before = NONE;
    }

    /// Potentials and depths of a subtree after its top has been hung elsewhere.
    fn settle_below(&mut self, top: u32, shift: f64) {
        let mut node = top;
        loop {
            self.potential[node as usize] += shift;
            self.tree[node as usize].depth = self.tree[self.tree[node as usize].parent as usize].depth + 1;
            match self.next_below(node, top) {
                Some(next) => node = next,
                None => break,
            }
        }
    }

    fn shift_below(&mut self, top: u32, shift: f64) {
        let mut node = top;
        loop {
            self.potential[node as usize] += shift;
            match self.next_below(node, top) {
                Some(next) => node = next,
                None => break,
            }
        }
    }

    /// The node after this one in a walk of the subtree of `top`.
    fn next_below(&self, node: u32, top: u32) -> Option<u32> {
        let place = &self.tree[node as usize];
        if place.first_child != NONE {
            return Some(place.first_child);
        }
        let mut node = node;
        while node != top {
            let place = &self.tree[node as usize];
            if place.next != NONE {
                return Some(place.next);
            }
            node = place.parent;
        }
        None
    }
}

/// The least cost of every coalition, by the set of its players as bits: `held[p]` are the arcs that only a coalition
/// with player `p` may use. In Gray's order, so that each differs from the last by one player (Gray 1953).
pub fn coalition_costs(network: &mut MinCostFlow, held: &[Vec<usize>]) -> Vec<f64> {
    let mut costs = vec![0.0; 1 << held.len()];
    let mut inside = costs.len() - 1;
    held.iter().flatten().for_each(|&arc| network.open(arc));
    costs[inside] = network.solve();
    for step in 1..costs.len() {
        let player = step.trailing_zeros() as usize;
        inside ^= 1 << player;
        for &arc in &held[player] {
            if inside >> player & 1 == 1 { network.open(arc) } else { network.close(arc) }
        }
        costs[inside] = network.solve();
    }
    costs
}
