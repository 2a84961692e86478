//! What stops working because something else did: needs to a fixed point, with the hours backups last.
use super::failing::{Failing, shuts_of, with_right_of_way};
use crate::gate_kinds::arcs_of;
use crate::state::Shut;
use fixedbitset::FixedBitSet;
use std::collections::BTreeSet;
use thalweg_model::element::Element;
use thalweg_network::instance::Instance;

/// Something works only while enough of its supports work, and for a while after.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// What depends, by position.
    pub dependent: usize,
    /// What supports it, by position.
    pub supports: Vec<usize>,
    /// How many of the supports must work.
    pub at_least: usize,
    /// How long the dependent works on without, h.
    pub backup_h: f64,
}

/// Hours after which each of so many things fails once some are down; infinite for what stands.
///
/// The fixed point from above: what is down is down at 0; a requirement breaks once fewer supports work than it needs,
/// its dependent fails a backup later. Things that need each other stand until something else takes one down.
pub fn fail_times(things: usize, requirements: &[Requirement], down: &[usize]) -> Vec<f64> {
    let mut times = vec![f64::INFINITY; things];
    down.iter().for_each(|thing| times[*thing] = 0.0);
    let mut changed = true;
    while changed {
        changed = false;
        for row in requirements {
            let mut supports: Vec<f64> = row.supports.iter().map(|support| times[*support]).collect();
            supports.sort_by(f64::total_cmp);
            let spare = supports.len().saturating_sub(row.at_least);
            let breaks = supports.get(spare).copied().unwrap_or(f64::INFINITY);
            if breaks + row.backup_h < times[row.dependent] {
                times[row.dependent] = breaks + row.backup_h;
                changed = true;
            }
        }
    }
    times
}

/// A thing of a study that needs or supports.
#[derive(Debug, Clone, PartialEq)]
struct Thing {
    element: Element,
    label: String,
    shuts: Vec<Shut>,
    arcs: FixedBitSet,
}

/// The needs of a study, ready to be asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cascade {
    things: Vec<Thing>,
    requirements: Vec<Requirement>,
}

impl Cascade {
    /// The needs in force on the instance's date. A thing that lies wholly inside another fails with it.
    pub fn of(instance: &Instance) -> Self {
        let mut found = Self::default();
        for need in instance.model.needs.iter().filter(|need| need.provenance.validity.holds(instance.as_of)) {
            let dependent = found.thing(instance, &need.dependent);
            let supports = need.supports.iter().map(|support| found.thing(instance, support)).collect();
            found.requirements.push(Requirement {
                dependent,
                supports,
                at_least: need.at_least,
                backup_h: need.backup_h,
            });
        }
        for (dependent, inner) in found.things.iter().enumerate() {
            for (support, outer) in found.things.iter().enumerate().filter(|(support, _)| *support != dependent) {
                if !inner.arcs.is_clear() && inner.arcs.is_subset(&outer.arcs) {
                    let whole = Requirement { dependent, supports: vec![support], at_least: 1, backup_h: 0.0 };
                    found.requirements.push(whole);
                }
            }
        }
        found
    }

    fn thing(&mut self, instance: &Instance, element: &Element) -> usize {
        if let Some(known) = self.things.iter().position(|thing| &thing.element == element) {
            return known;
        }
        let shuts = with_right_of_way(&instance.model, shuts_of(&instance.model, element));
        let mut arcs = FixedBitSet::with_capacity(instance.network.arcs().len());
        shuts.iter().for_each(|shut| arcs.union_with(&arcs_of(instance, shut.kind, &shut.subject)));
        let label = crate::elements::element_label(&instance.model, element);
        self.things.push(Thing { element: element.clone(), label, shuts, arcs });
        self.things.len() - 1
    }

    /// Hours after which each thing fails when some arcs are shut at 0.
    fn times(&self, shut: &FixedBitSet) -> Vec<f64> {
        let inside = |thing: &Thing| !thing.arcs.is_clear() && thing.arcs.is_subset(shut);
        let down: Vec<usize> = (0..self.things.len()).filter(|thing| inside(&self.things[*thing])).collect();
        fail_times(self.things.len(), &self.requirements, &down)
    }

    /// What falls with some elements, and after how many hours, in order.
    pub fn falls(&self, elements: &[&Failing]) -> Vec<Fall> {
        let mut shut = FixedBitSet::default();
        elements.iter().for_each(|element| shut.union_with(&element.arcs));
        let times = self.times(&shut);
        let mut found: Vec<Fall> = self
            .things
            .iter()
            .zip(times)
            .filter(|(thing, time)| time.is_finite() && !thing.arcs.is_subset(&shut))
            .map(|(thing, after_h)| Fall { label: thing.label.clone(), shuts: thing.shuts.clone(), after_h })
            .collect();
        found.sort_by(|one, other| one.after_h.total_cmp(&other.after_h).then(one.label.cmp(&other.label)));
        found
    }

    /// Arcs of an element and of everything that any failing of a support could take with it: no joint failing of several
    /// elements takes more than these together.
    pub fn reach(&self, arcs: &FixedBitSet) -> FixedBitSet {
        let mut reached = arcs.clone();
        let touched = |thing: &Thing, reached: &FixedBitSet| !thing.arcs.is_disjoint(reached);
        let mut down: BTreeSet<usize> =
            (0..self.things.len()).filter(|thing| touched(&self.things[*thing], &reached)).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for row in &self.requirements {
                if !down.contains(&row.dependent) && row.supports.iter().any(|support| down.contains(support)) {
                    down.insert(row.dependent);
                    reached.union_with(&self.things[row.dependent].arcs);
                    changed = true;
                }
            }
            for thing in 0..self.things.len() {
                changed |= touched(&self.things[thing], &reached) && down.insert(thing);
            }
        }
        reached
    }
}

/// Something that falls with others.
#[derive(Debug, Clone, PartialEq)]
pub struct Fall {
    /// Kind and key.
    pub label: String,
    /// What shuts with it.
    pub shuts: Vec<Shut>,
    /// Hours after the first failure.
    pub after_h: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(dependent: usize, supports: &[usize], at_least: usize, backup_h: f64) -> Requirement {
        Requirement { dependent, supports: supports.to_vec(), at_least, backup_h }
    }

    #[test]
    fn and_or_and_two_of_three_fail_when_too_few_supports_work() {
        let rows = [needs(3, &[0, 1], 2, 0.0), needs(4, &[0, 1], 1, 0.0), needs(5, &[0, 1, 2], 2, 0.0)];
        let falls = |down: &[usize]| -> Vec<usize> {
            let times = fail_times(6, &rows, down);
            (3..6).filter(|thing| times[*thing].is_finite()).collect()
        };
        assert_eq!(falls(&[]), []);
        assert_eq!(falls(&[0]), [3]);
        assert_eq!(falls(&[0, 1]), [3, 4, 5]);
        assert_eq!(falls(&[0, 2]), [3, 5]);
        assert_eq!(falls(&[2]), []);
    }

    #[test]
    fn backups_add_up_along_a_chain_and_the_first_broken_need_decides() {
        let rows = [needs(1, &[0], 1, 24.0), needs(2, &[1], 1, 48.0), needs(2, &[0], 1, 100.0)];
        assert_eq!(fail_times(3, &rows, &[0]), [0.0, 24.0, 72.0]);
    }

    #[test]
    fn two_that_need_each_other_stand_until_one_is_taken_down() {
        let rows = [needs(0, &[1], 1, 0.0), needs(1, &[0], 1, 0.0)];
        assert_eq!(fail_times(2, &rows, &[]), [f64::INFINITY, f64::INFINITY]);
        assert_eq!(fail_times(2, &rows, &[1]), [0.0, 0.0]);
    }

    /// Two random layers, each node of one needing its partner in the other, nodes outside the largest part failing (after
    /// Buldyrev and others 2010): the largest mutual part is P = p (1 - exp(-k P))^2. With k = 4 and p = 0.8: 0.7178...
    #[test]
    fn two_layers_that_need_each_other_keep_the_mutual_part_the_formula_says() {
        let (nodes, degree, kept) = (20_000usize, 4.0f64, 0.8f64);
        let mut chance = super::super::chance::Chance::new(5, 0, 0);
        let mut layer = || -> Vec<(usize, usize)> {
            let links = (degree * nodes as f64 / 2.0) as usize;
            let mut end = || (chance.number() * nodes as f64) as usize;
            (0..links).map(|_| (end(), end())).collect()
        };
        let layers = [layer(), layer()];
        let requirements: Vec<Requirement> = (0..nodes)
            .flat_map(|node| [needs(node, &[nodes + node], 1, 0.0), needs(nodes + node, &[node], 1, 0.0)])
            .collect();
        let mut down: Vec<usize> = (0..nodes).filter(|_| chance.number() > kept).collect();
        let mut standing = 0;
        loop {
            let times = fail_times(2 * nodes, &requirements, &down);
            let stands: Vec<bool> = times.iter().map(|time| time.is_infinite()).collect();
            let now = stands.iter().filter(|stands| **stands).count();
            if now == standing {
                break;
            }
            standing = now;
            down = (0..2 * nodes).filter(|thing| !stands[*thing]).collect();
            for (layer, links) in layers.iter().enumerate() {
                let inside = |node: usize| stands[layer * nodes + node];
                let part = largest_part(nodes, links, &inside);
                down.extend((0..nodes).filter(|node| inside(*node) && !part[*node]).map(|node| layer * nodes + node));
            }
        }
        let mutual = standing as f64 / (2 * nodes) as f64;
        let mut expected = 1.0f64;
        for _ in 0..200 {
            expected = kept * (1.0 - (-degree * expected).exp()).powi(2);
        }
        assert!((mutual - expected).abs() < 0.015, "{mutual} against {expected}");
        assert!(expected * degree > 1.2564, "above the published jump to 1.2564 / k");
    }

    /// Members of the largest connected part among nodes that stand.
    fn largest_part(nodes: usize, links: &[(usize, usize)], inside: &dyn Fn(usize) -> bool) -> Vec<bool> {
        let mut root: Vec<usize> = (0..nodes).collect();
        fn find(root: &mut [usize], mut node: usize) -> usize {
            while root[node] != node {
                root[node] = root[root[node]];
                node = root[node];
            }
            node
        }
        for (one, other) in links.iter().filter(|(one, other)| inside(*one) && inside(*other)) {
            let (one, other) = (find(&mut root, *one), find(&mut root, *other));
            root[one] = other;
        }
        let mut size = vec![0usize; nodes];
        (0..nodes).filter(|node| inside(*node)).for_each(|node| size[find(&mut root, node)] += 1);
        let largest = (0..nodes).max_by_key(|node| size[*node]).unwrap_or(0);
        (0..nodes).map(|node| inside(node) && find(&mut root, node) == largest).collect()
    }
}
