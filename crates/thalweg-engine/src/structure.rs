//! Who stands between whom in relations alone: brokerage, constraint, betweenness, frustration. Descriptions, not causes.
use std::collections::VecDeque;

/// How often a node brokers between two that are not related, by the groups of the three (Gould and Fernandez 1989).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brokerage {
    /// All three of one group.
    pub coordinator: usize,
    /// The two of one group, the broker of another.
    pub itinerant: usize,
    /// The first of another group than the broker and the second.
    pub gatekeeper: usize,
    /// The second of another group than the broker and the first.
    pub representative: usize,
    /// All of different groups.
    pub liaison: usize,
}

impl Brokerage {
    /// Pairs brokered in all.
    pub fn total(&self) -> usize {
        self.coordinator + self.itinerant + self.gatekeeper + self.representative + self.liaison
    }
}

/// Brokerage of every node of a directed relation: ordered pairs (i, j) with i to b and b to j related and i to j not.
pub fn gould_fernandez(related: &[Vec<bool>], group: &[usize]) -> Vec<Brokerage> {
    let nodes = 0..related.len();
    nodes
        .clone()
        .map(|broker| {
            let mut found = Brokerage::default();
            for from in nodes.clone().filter(|&from| from != broker && related[from][broker]) {
                for to in nodes.clone().filter(|&to| to != broker && to != from && related[broker][to]) {
                    if related[from][to] {
                        continue;
                    }
                    let (one, own, other) = (group[from], group[broker], group[to]);
                    let counted = match (one == own, own == other, one == other) {
                        (true, true, _) => &mut found.coordinator,
                        (false, false, true) => &mut found.itinerant,
                        (false, true, _) => &mut found.gatekeeper,
                        (true, false, _) => &mut found.representative,
                        (false, false, false) => &mut found.liaison,
                    };
                    *counted += 1;
                }
            }
            found
        })
        .collect()
}

/// Burt's constraint (1992) of every node: how much its relations lead back to each other; `None` without relations.
pub fn constraint(weight: &[Vec<f64>]) -> Vec<Option<f64>> {
    let nodes = weight.len();
    let tie = |one: usize, other: usize| weight[one][other] + weight[other][one];
    let strength: Vec<f64> = (0..nodes).map(|one| (0..nodes).map(|other| tie(one, other)).sum()).collect();
    let part = |one: usize, other: usize| if strength[one] > 0.0 { tie(one, other) / strength[one] } else { 0.0 };
    (0..nodes)
        .map(|own| {
            let others = (0..nodes).filter(|&other| other != own && tie(own, other) > 0.0);
            let invested = |other: usize| {
                let around = (0..nodes).filter(|&third| third != own && third != other);
                part(own, other) + around.map(|third| part(own, third) * part(third, other)).sum::<f64>()
            };
            (strength[own] > 0.0).then(|| others.map(|other| invested(other).powi(2)).sum())
        })
        .collect()
}

/// Effective size of every node's neighbourhood in an undirected relation: neighbours less the mean number of relations
/// among them that each has (Borgatti 1997); `None` without neighbours.
pub fn effective_size(related: &[Vec<bool>]) -> Vec<Option<f64>> {
    let nodes = related.len();
    (0..nodes)
        .map(|own| {
            let near: Vec<usize> = (0..nodes).filter(|&other| other != own && related[own][other]).collect();
            let ties = near.iter().flat_map(|&one| near.iter().map(move |&other| (one, other)));
            let among = ties.filter(|&(one, other)| one < other && related[one][other]).count();
            (!near.is_empty()).then(|| near.len() as f64 - 2.0 * among as f64 / near.len() as f64)
        })
        .collect()
}

/// Betweenness of every node of an undirected relation, as a share of the pairs of others (Brandes 2001).
pub fn betweenness(related: &[Vec<bool>]) -> Vec<f64> {
    let nodes = related.len();
    let mut found = vec![0.0; nodes];
    for start in 0..nodes {
        let (mut far, mut ways, mut order) = (vec![usize::MAX; nodes], vec![0.0_f64; nodes], Vec::new());
        let mut open = VecDeque::from([start]);
        (far[start], ways[start]) = (0, 1.0);
        while let Some(node) = open.pop_front() {
            order.push(node);
            for next in (0..nodes).filter(|&next| next != node && related[node][next]) {
                if far[next] == usize::MAX {
                    far[next] = far[node] + 1;
                    open.push_back(next);
                }
                if far[next] == far[node] + 1 {
                    ways[next] += ways[node];
                }
            }
        }
        let mut through = vec![0.0; nodes];
        for &node in order.iter().rev() {
            for before in (0..nodes).filter(|&before| related[before][node] && far[before].wrapping_add(1) == far[node])
            {
                through[before] += ways[before] / ways[node] * (1.0 + through[node]);
            }
            if node != start {
                found[node] += through[node];
            }
        }
    }
    let pairs = (nodes.saturating_sub(1) * nodes.saturating_sub(2)) as f64;
    found.into_iter().map(|sum| if pairs > 0.0 { sum / pairs } else { 0.0 }).collect()
}

/// Triangles of a signed relation, and those whose signs multiply to plus.
pub fn triangles(sign: &[Vec<i8>]) -> (usize, usize) {
    let nodes = sign.len();
    let (mut all, mut balanced) = (0, 0);
    for one in 0..nodes {
        for other in one + 1..nodes {
            for third in other + 1..nodes {
                let product = sign[one][other] * sign[other][third] * sign[one][third];
                all += usize::from(product != 0);
                balanced += usize::from(product > 0);
            }
        }
    }
    (all, balanced)
}

/// The fewest relations that do not fit a division into groups, and one such division.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Friendly relations between groups and hostile ones within.
    pub unfit: usize,
    /// Group of each node.
    pub group: Vec<usize>,
    /// Whether no division is better; false where the search was cut off.
    pub exact: bool,
}

/// Nodes of the search for a division after which it is cut off.
const SEARCHED_MAX: u64 = 20_000_000;

/// The best division of a signed relation into at most so many groups, by branch and bound; with two groups it is the
/// frustration index (Aref, Mason and Wilson 2020).
pub fn best_division(sign: &[Vec<i8>], groups_max: usize) -> Division {
    let nodes = sign.len();
    let mut order: Vec<usize> = (0..nodes).collect();
    let ties = |node: &usize| sign[*node].iter().filter(|sign| **sign != 0).count();
    order.sort_by_key(|node| std::cmp::Reverse(ties(node)));
    let mut search = Search {
        sign,
        order,
        groups_max,
        best: Division { unfit: usize::MAX, group: vec![0; nodes], exact: true },
        group: vec![usize::MAX; nodes],
        searched: 0,
    };
    search.place(0, (0, 0));
    search.best
}

struct Search<'a> {
    sign: &'a [Vec<i8>],
    order: Vec<usize>,
    groups_max: usize,
    best: Division,
    group: Vec<usize>,
    searched: u64,
}

impl Search<'_> {
    fn place(&mut self, depth: usize, (used, unfit): (usize, usize)) {
        self.searched += 1;
        if self.searched > SEARCHED_MAX {
            self.best.exact = false;
            return;
        }
        if unfit >= self.best.unfit {
            return;
        }
        let Some(&node) = self.order.get(depth) else {
            (self.best.unfit, self.best.group) = (unfit, self.group.clone());
            return;
        };
        let added = |group: usize| {
            let placed = self.order[..depth].iter();
            placed
                .filter(|&&other| match self.sign[node][other] {
                    1.. => self.group[other] != group,
                    0 => false,
                    _ => self.group[other] == group,
                })
                .count()
        };
        let mut choices: Vec<(usize, usize)> =
            (0..(used + 1).min(self.groups_max)).map(|group| (added(group), group)).collect();
        choices.sort_unstable();
        for (added, group) in choices {
            self.group[node] = group;
            self.place(depth + 1, (used.max(group + 1), unfit + added));
        }
        self.group[node] = usize::MAX;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(nodes: usize, pairs: &[(usize, usize)]) -> Vec<Vec<bool>> {
        let mut related = vec![vec![false; nodes]; nodes];
        for &(one, other) in pairs {
            (related[one][other], related[other][one]) = (true, true);
        }
        related
    }

    fn named(text: &str) -> (Vec<&str>, Vec<(usize, usize)>) {
        let mut names: Vec<&str> = text.split([' ', '-']).filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        let position = |name: &str| names.iter().position(|other| *other == name).unwrap();
        let pair = |pair: &str| pair.split_once('-').map(|(one, other)| (position(one), position(other))).unwrap();
        let pairs = text.split_whitespace().map(pair).collect();
        (names, pairs)
    }

    #[test]
    fn five_roles_of_a_broker_are_counted_by_hand() {
        let mut arcs = vec![vec![false; 6]; 6];
        for (from, to) in [(1, 2), (2, 3), (2, 4), (2, 6), (3, 6), (5, 2), (6, 1)] {
            arcs[from - 1][to - 1] = true;
        }
        let found = gould_fernandez(&arcs, &[0, 0, 0, 1, 1, 2]);
        let expected = |coordinator, itinerant, gatekeeper, representative, liaison| Brokerage {
            coordinator,
            itinerant,
            gatekeeper,
            representative,
            liaison,
        };
        assert_eq!(found[0], expected(0, 0, 1, 0, 0));
        assert_eq!(found[1], expected(1, 1, 1, 2, 1));
        assert_eq!((found[2], found[3], found[4]), Default::default());
        assert_eq!(found[5], expected(0, 2, 0, 0, 0));
        assert_eq!(found[1].total(), 6);
    }

    #[test]
    fn constraint_and_effective_size_are_those_of_borgattis_example() {
        let (names, pairs) = named("A-B A-F A-G A-E E-G F-G B-G B-D D-G G-C");
        let related = related(names.len(), &pairs);
        let weight: Vec<Vec<f64>> =
            related.iter().map(|row| row.iter().map(|tie| f64::from(u8::from(*tie))).collect()).collect();
        let (constraint, size) = (constraint(&weight), effective_size(&related));
        for (name, expected, effective) in [
            ("A", 0.595_486, 2.5),
            ("B", 0.642_747, 1.666_667),
            ("C", 1.0, 1.0),
            ("D", 0.784_722, 1.0),
            ("E", 0.730_903, 1.0),
            ("F", 0.730_903, 1.0),
            ("G", 0.400_270, 4.666_667),
        ] {
            let position = names.iter().position(|other| *other == name).unwrap();
            assert!((constraint[position].unwrap() - expected).abs() < 1e-6, "{name} {:?}", constraint[position]);
            assert!((size[position].unwrap() - effective).abs() < 1e-6, "{name} {:?}", size[position]);
        }
    }

    #[test]
    fn the_medici_stand_between_half_of_florence() {
        let (names, pairs) = named(
            "Acciaiuoli-Medici Castellani-Peruzzi Castellani-Strozzi Castellani-Barbadori Medici-Barbadori \
             Medici-Ridolfi Medici-Tornabuoni Medici-Albizzi Medici-Salviati Salviati-Pazzi Peruzzi-Strozzi \
             Peruzzi-Bischeri Strozzi-Ridolfi Strozzi-Bischeri Ridolfi-Tornabuoni Tornabuoni-Guadagni Albizzi-Ginori \
             Albizzi-Guadagni Bischeri-Guadagni Guadagni-Lamberteschi",
        );
        let found = betweenness(&related(names.len(), &pairs));
        for (name, expected) in [
            ("Medici", 0.521_978),
            ("Guadagni", 0.254_579),
            ("Albizzi", 0.212_454),
            ("Salviati", 0.142_857),
            ("Ridolfi", 0.113_553),
        ] {
            let position = names.iter().position(|other| *other == name).unwrap();
            assert!((found[position] - expected).abs() < 1e-6, "{name}: {}", found[position]);
        }
        let kite = [
            (0, 1),
            (0, 2),
            (0, 3),
            (0, 5),
            (1, 3),
            (1, 4),
            (1, 6),
            (2, 3),
            (2, 5),
            (3, 4),
            (3, 5),
            (3, 6),
            (4, 6),
            (5, 6),
            (5, 7),
            (6, 7),
            (7, 8),
            (8, 9),
        ];
        let found = betweenness(&related(10, &kite));
        let expected = [0.023_148, 0.023_148, 0.0, 0.101_852, 0.0, 0.231_481, 0.231_481, 0.388_889, 0.222_222, 0.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} against {expected}");
        }
    }

    /// The sub-tribes of the Gahuku-Gama by sign (Read 1954): friends, then enemies.
    const FRIENDS: &str = "Gavev-Kotun Gavev-Nagad Gavev-Gama Kotun-Nagad Kotun-Gama Ove-Alika Ove-Gahuk Ove-Masil \
        Ove-Ukudz Alika-Ukudz Nagam-Masil Nagam-Notoh Nagam-Seuve Gahuk-Masil Gahuk-Ukudz Gahuk-Geham \
        Gahuk-Asaro Masil-Ukudz Masil-Geham Masil-Asaro Masil-Uheto Ukudz-Geham Ukudz-Asaro Notoh-Kohik \
        Notoh-Uheto Kohik-Uheto Geham-Asaro Uheto-Seuve Nagad-Gama";
    const ENEMIES: &str = "Gavev-Ove Gavev-Alika Gavev-Nagam Gavev-Gahuk Gavev-Asaro Kotun-Ove Kotun-Nagam Kotun-Gahuk \
        Kotun-Notoh Kotun-Kohik Nagam-Nagad Nagam-Gama Gahuk-Notoh Gahuk-Uheto Gahuk-Gama Ukudz-Seuve \
        Notoh-Geham Notoh-Nagad Kohik-Geham Kohik-Nagad Geham-Uheto Geham-Nagad Geham-Gama Asaro-Seuve \
        Asaro-Nagad Asaro-Gama Uheto-Nagad Uheto-Gama Seuve-Gama";

    #[test]
    fn tribes_of_new_guinea_divide_into_two_with_seven_misfits_and_into_three_with_two() {
        let both = format!("{FRIENDS} {ENEMIES}");
        let (names, pairs) = named(&both);
        let friendly = FRIENDS.split_whitespace().count();
        assert_eq!((names.len(), friendly, pairs.len()), (16, 29, 58));
        let mut sign = vec![vec![0i8; names.len()]; names.len()];
        for (position, (one, other)) in pairs.into_iter().enumerate() {
            let value = if position < friendly { 1 } else { -1 };
            (sign[one][other], sign[other][one]) = (value, value);
        }
        assert_eq!(triangles(&sign), (68, 59));
        for (groups, unfit) in [(2, 7), (3, 2), (4, 2)] {
            let found = best_division(&sign, groups);
            assert_eq!((found.unfit, found.exact), (unfit, true), "{groups} groups");
        }
    }

    #[test]
    fn the_best_division_of_small_relations_is_that_of_trying_all() {
        let mut seed = 5u64;
        for _ in 0..20 {
            let mut sign = vec![vec![0i8; 8]; 8];
            let pairs = || (0..8usize).flat_map(|one| (0..one).map(move |other| (one, other)));
            for (one, other) in pairs() {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let value = ((seed >> 60) % 3) as i8 - 1;
                (sign[one][other], sign[other][one]) = (value, value);
            }
            let unfit = |set: u32| {
                pairs()
                    .filter(|&(one, other)| {
                        let apart = (set >> one ^ set >> other) & 1 == 1;
                        (sign[one][other] > 0 && apart) || (sign[one][other] < 0 && !apart)
                    })
                    .count()
            };
            let least = (0u32..1 << 8).map(unfit).min().unwrap();
            assert_eq!(best_division(&sign, 2).unfit, least);
        }
    }
}
