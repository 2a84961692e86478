//! Shadow prices that can be trusted: the shortest price vector, and sums where only those are identified.

use std::collections::BTreeMap;

use crate::flow::columns::NONE;
use crate::flow::master::{Master, OUTSIDE, add_scaled, dot};
use crate::flow::projection::{HalfSpace, project};

/// Share of the largest demand below which a flow does not pin a price.
const PINNING_FLOW: f64 = 1e-10;

/// Groups that the same paths use with the same weights, so that only the sum of their prices is
/// determined.
#[derive(Clone, Debug, PartialEq)]
pub struct Bottleneck {
    /// The groups, ascending.
    pub groups: Vec<u32>,
    /// What one more unit through all of them together is worth.
    pub price: f64,
}

impl Master {
    /// Of all optimal prices over the columns at hand, those with the smallest sum of squares.
    ///
    /// Prices are unique unless the flow is degenerate, so most calls end at the first look.
    pub fn shortest_prices(&self) -> Option<Vec<f64>> {
        let tolerance = PINNING_FLOW * self.demand.iter().copied().fold(0.0, f64::max);
        let mut free: Vec<u32> = Vec::new();
        let mut place = vec![NONE; self.price.len()];
        for (group, place) in place.iter_mut().enumerate() {
            let scale = self.row_scale[group];
            let full = self.tight_place[group] != NONE || self.slack[group].abs() <= tolerance * scale;
            if scale > 0.0 && full {
                *place = free.len() as u32;
                free.push(group as u32);
            }
        }
        let face = Face { master: self, free: &free, place: &place, tolerance };
        let mut pinned = Vec::new();
        let mut spaces = Vec::new();
        face.collect(&mut pinned, &mut spaces);
        let directions = complement(&pinned, free.len());
        if directions.is_empty() {
            return None;
        }
        let start: Vec<f64> = free.iter().map(|&group| self.price[group as usize]).collect();
        let within = |space: &HalfSpace| HalfSpace {
            normal: directions.iter().map(|direction| dot(direction, &space.normal)).collect(),
            bound: (space.bound - dot(&start, &space.normal)).min(0.0),
        };
        let half_spaces: Vec<HalfSpace> = spaces.iter().map(within).collect();
        let origin: Vec<f64> = directions.iter().map(|direction| -dot(direction, &start)).collect();
        let steps = project(&origin, &half_spaces)?;
        let mut shortest = start;
        for (direction, step) in directions.iter().zip(steps) {
            add_scaled(&mut shortest, direction, step);
        }
        let mut prices = self.price.clone();
        for (&group, price) in free.iter().zip(shortest) {
            prices[group as usize] = price.max(0.0);
        }
        Some(prices)
    }

    /// Bottlenecks with a price, by their first group.
    pub fn bottlenecks(&self, prices: &[f64]) -> Vec<Bottleneck> {
        let mut incidence: Vec<Vec<(u32, u64)>> = vec![Vec::new(); prices.len()];
        for column in self.demand.len() as u32..self.columns.len() as u32 {
            if self.columns.open[column as usize] {
                for (group, weight) in self.columns.usage(column) {
                    incidence[group].push((column, weight.to_bits()));
                }
            }
        }
        let mut same: BTreeMap<&[(u32, u64)], Vec<u32>> = BTreeMap::new();
        for (group, uses) in incidence.iter().enumerate().filter(|(_, uses)| !uses.is_empty()) {
            same.entry(uses).or_default().push(group as u32);
        }
        let price = |groups: &[u32]| groups.iter().map(|&group| prices[group as usize]).sum();
        let mut found: Vec<Bottleneck> = same
            .into_values()
            .map(|groups| Bottleneck { price: price(&groups), groups })
            .filter(|bottleneck| bottleneck.price > 0.0)
            .collect();
        found.sort_by_key(|bottleneck| bottleneck.groups[0]);
        found
    }
}

/// The conditions on the prices of full groups under which the flow at hand stays optimal.
struct Face<'a> {
    master: &'a Master,
    free: &'a [u32],
    place: &'a [u32],
    tolerance: f64,
}

impl Face<'_> {
    fn collect(&self, pinned: &mut Vec<Vec<f64>>, spaces: &mut Vec<HalfSpace>) {
        for (at, &group) in self.free.iter().enumerate() {
            let mut normal = vec![0.0; self.free.len()];
            normal[at] = 1.0;
            spaces.push(HalfSpace { normal: normal.clone(), bound: 0.0 });
            normal[at] = -1.0;
            spaces.push(HalfSpace { normal, bound: -self.master.overflow[group as usize] });
        }
        for segment in 0..self.master.demand.len() {
            if self.master.demand[segment] > 0.0 && self.master.columns.has_choice(segment) {
                self.conditions_of(segment, pinned, spaces);
            }
        }
    }

    fn conditions_of(&self, segment: usize, pinned: &mut Vec<Vec<f64>>, spaces: &mut Vec<HalfSpace>) {
        let master = self.master;
        let flow = |column: u32| master.value[column as usize];
        let most = |&a: &u32, &b: &u32| flow(a).total_cmp(&flow(b)).then(b.cmp(&a));
        let Some(reference) = master.columns.of_segment(segment).max_by(most) else {
            return;
        };
        for column in master.columns.of_segment(segment) {
            if column == reference || !master.columns.open[column as usize] {
                continue;
            }
            let carries = master.place[column as usize] != OUTSIDE && flow(column) > self.tolerance;
            let (mut normal, mut bound) = (vec![0.0; self.free.len()], 0.0);
            for (sign, member) in [(1.0, column), (-1.0, reference)] {
                bound -= sign * master.columns.cost[member as usize];
                for (group, weight) in master.columns.usage(member) {
                    match self.place[group] {
                        NONE => bound -= sign * weight * master.price[group],
                        at => normal[at as usize] += sign * weight,
                    }
                }
            }
            if carries { pinned.push(normal) } else { spaces.push(HalfSpace { normal, bound }) }
        }
    }
}

/// An orthonormal basis of all directions at right angles to the given ones.
fn complement(given: &[Vec<f64>], size: usize) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for vector in given {
        if basis.len() == size {
            break;
        }
        push_orthogonal(&mut basis, vector.clone());
    }
    let known = basis.len();
    for axis in 0..size {
        if basis.len() == size {
            break;
        }
        let mut unit = vec![0.0; size];
        unit[axis] = 1.0;
        push_orthogonal(&mut basis, unit);
    }
    basis.split_off(known)
}

/// Gram and Schmidt, twice for accuracy; what is left below 1e-8 counts as nothing.
fn push_orthogonal(basis: &mut Vec<Vec<f64>>, mut vector: Vec<f64>) {
    let before = dot(&vector, &vector).sqrt();
    for _ in 0..2 {
        for other in basis.iter() {
            let share = dot(other, &vector);
            add_scaled(&mut vector, other, -share);
        }
    }
    let left = dot(&vector, &vector).sqrt();
    if left > 1e-8 * before {
        vector.iter_mut().for_each(|entry| *entry /= left);
        basis.push(vector);
    }
}
