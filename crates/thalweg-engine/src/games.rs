//! Cooperative games as tables of coalition values: Shapley, Banzhaf, Owen, interactions, propensity to disrupt.
pub mod sampling;

/// Most players whose every coalition is valued.
pub const PLAYERS_MAX: usize = 16;

/// What each coalition is worth; a coalition is the set of bits of a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    players: usize,
    values: Vec<f64>,
}

/// Coalitions of `players` players, each one player away from the one before.
pub fn gray_code(players: usize) -> impl Iterator<Item = u32> {
    (0..1u32 << players).map(|position| position ^ (position >> 1))
}

/// `size! (players - 1 - size)! / players!`: how often a coalition of `size` stands before a given player.
fn weights(players: usize) -> Vec<f64> {
    let mut weight = vec![1.0 / players as f64; players];
    for size in 1..players {
        weight[size] = weight[size - 1] * size as f64 / (players - size) as f64;
    }
    weight
}

impl Game {
    /// A game of a value for each coalition, by its bits.
    ///
    /// # Panics
    /// When the number of values is not two to the number of players.
    pub fn new(players: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len(), 1 << players, "a value for each coalition");
        Self { players, values }
    }

    /// A game of any function of coalitions.
    pub fn of(players: usize, value: impl FnMut(u32) -> f64) -> Self {
        Self::new(players, (0..1 << players).map(value).collect())
    }

    /// Number of players.
    pub fn players(&self) -> usize {
        self.players
    }

    /// Value of a coalition.
    pub fn value(&self, coalition: u32) -> f64 {
        self.values[coalition as usize]
    }

    /// The coalition of all.
    pub fn all(&self) -> u32 {
        (self.values.len() - 1) as u32
    }

    fn without(&self, player: usize) -> impl Iterator<Item = u32> + '_ {
        (0..=self.all()).filter(move |coalition| coalition >> player & 1 == 0)
    }

    fn gain(&self, player: usize, coalition: u32) -> f64 {
        self.value(coalition | 1 << player) - self.value(coalition)
    }

    /// Mean gain over all orders of arrival; adds up to the value of all.
    pub fn shapley(&self) -> Vec<f64> {
        let weight = weights(self.players);
        let of = |player: usize| {
            let gains = self.without(player).map(|set| weight[set.count_ones() as usize] * self.gain(player, set));
            gains.sum()
        };
        (0..self.players).map(of).collect()
    }

    /// Mean gain over all coalitions of the others, each as likely; adds up to nothing in particular.
    pub fn banzhaf(&self) -> Vec<f64> {
        let part = 2.0 / self.values.len() as f64;
        let of = |player: usize| self.without(player).map(|set| part * self.gain(player, set)).sum();
        (0..self.players).map(of).collect()
    }

    /// Mean gain over the orders in which blocs arrive whole; `bloc` names the bloc of each player.
    pub fn owen(&self, bloc: &[usize]) -> Vec<f64> {
        let blocs = bloc.iter().copied().max().map_or(0, |last| last + 1);
        let members: Vec<u32> = (0..blocs)
            .map(|wanted| (0..self.players).filter(|&player| bloc[player] == wanted).fold(0, |set, one| set | 1 << one))
            .collect();
        let between = weights(blocs);
        let of = |player: usize| {
            let own = members[bloc[player]];
            let within = weights(own.count_ones() as usize);
            let mut sum = 0.0;
            for before in (0u32..1 << blocs).filter(|before| before >> bloc[player] & 1 == 0) {
                let outside = (0..blocs).filter(|row| before >> row & 1 == 1).fold(0, |set, row| set | members[row]);
                let weight = between[before.count_ones() as usize];
                for inside in subsets(own & !(1 << player)) {
                    sum += weight * within[inside.count_ones() as usize] * self.gain(player, outside | inside);
                }
            }
            sum
        };
        (0..self.players).map(of).collect()
    }

    /// Shapley interaction of each pair: what both together add beyond what each adds alone, averaged over orders with the
    /// pair as one. Positive: they need each other. Negative: one stands in for the other. Zero on the diagonal.
    pub fn interactions(&self) -> Vec<Vec<f64>> {
        let weight = weights(self.players.saturating_sub(1).max(1));
        let of = |one: usize, other: usize| -> f64 {
            if one == other {
                return 0.0;
            }
            let both = |set: u32| self.gain(one, set | 1 << other) - self.gain(one, set);
            let sets = self.without(one).filter(|set| set >> other & 1 == 0);
            sets.map(|set| weight[set.count_ones() as usize] * both(set)).sum()
        };
        let row = |one: usize| (0..self.players).map(|other| of(one.max(other), one.min(other))).collect();
        (0..self.players).map(row).collect()
    }

    /// What all lose when a player leaves.
    pub fn withdrawal_loss(&self, player: usize) -> f64 {
        self.gain(player, self.all() & !(1 << player))
    }

    /// Propensity to disrupt at given shares: what the others lose when the player leaves, to what it loses itself; `None`
    /// where it loses nothing.
    pub fn propensity_to_disrupt(&self, shares: &[f64]) -> Vec<Option<f64>> {
        let total: f64 = shares.iter().sum();
        let of = |player: usize| {
            let others = total - shares[player] - self.value(self.all() & !(1 << player));
            let own = shares[player] - self.value(1 << player);
            (own.abs() > 1e-12 * total.abs()).then(|| others / own)
        };
        (0..self.players).map(of).collect()
    }

    /// The shares at which every propensity to disrupt is the same, and that propensity; `None` where the players' own
    /// values leave nothing to share.
    pub fn gately(&self) -> Option<(Vec<f64>, f64)> {
        let alone: Vec<f64> = (0..self.players).map(|player| self.value(1 << player)).collect();
        let claims: Vec<f64> = (0..self.players).map(|player| self.withdrawal_loss(player) - alone[player]).collect();
        let claimed: f64 = claims.iter().sum();
        let shared = self.value(self.all()) - alone.iter().sum::<f64>();
        if shared <= 0.0 || claimed <= 0.0 {
            return None;
        }
        let shares = alone.iter().zip(&claims).map(|(alone, claim)| alone + shared * claim / claimed).collect();
        Some((shares, claimed / shared - 1.0))
    }
}

/// Subsets of a set, the empty one and itself among them.
fn subsets(set: u32) -> impl Iterator<Item = u32> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let subset = next?;
        next = (subset != set).then(|| subset.wrapping_sub(set) & set);
        Some(subset)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64]) {
        for (one, other) in found.iter().zip(expected) {
            assert!((one - other).abs() < 1e-9 * other.abs().max(1.0), "{found:?} against {expected:?}");
        }
        assert_eq!(found.len(), expected.len());
    }

    /// Values by size, and within a size in lexicographic order, as the published tables give them.
    fn by_size(players: usize, values: &[f64]) -> Game {
        let mut sets: Vec<u32> = (1..1u32 << players).collect();
        let members = |set: u32| (0..players).filter(|player| set >> player & 1 == 1).collect::<Vec<_>>();
        sets.sort_by_key(|&set| (set.count_ones(), members(set)));
        let mut table = vec![0.0; 1 << players];
        for (set, value) in sets.into_iter().zip(values) {
            table[set as usize] = *value;
        }
        Game::new(players, table)
    }

    #[test]
    fn published_games_have_their_shapley_banzhaf_and_gately_values() {
        // Aumann and Maschler (1985), estate 300; the CoopGame manual; Gambarelli (2011); Lemaire (1991).
        let talmud = by_size(3, &[0.0, 0.0, 0.0, 0.0, 100.0, 200.0, 300.0]);
        close(&talmud.shapley(), &[50.0, 100.0, 150.0]);
        close(&talmud.banzhaf(), &[50.0, 100.0, 150.0]);
        let (shares, propensity) = talmud.gately().unwrap();
        close(&shares, &[50.0, 100.0, 150.0]);
        assert!((propensity - 1.0).abs() < 1e-12);
        let four = by_size(4, &[0., 0., 0., 0., 5., 5., 8., 9., 10., 8., 13., 15., 16., 17., 21.]);
        close(&four.shapley(), &[47.0 / 12.0, 5.25, 5.25, 79.0 / 12.0]);
        close(&four.banzhaf(), &[4.875, 6.625, 6.375, 7.875]);
        close(&four.gately().unwrap().0, &[84.0 / 23.0, 105.0 / 23.0, 126.0 / 23.0, 168.0 / 23.0]);
        let gambarelli = by_size(3, &[0.0, 0.0, 0.0, 1.0, 2.0, 1.0, 3.0]);
        close(&gambarelli.shapley(), &[7.0 / 6.0, 2.0 / 3.0, 7.0 / 6.0]);
        close(&gambarelli.banzhaf(), &[1.25, 0.75, 1.25]);
        let (shares, propensity) = gambarelli.gately().unwrap();
        close(&shares, &[1.2, 0.6, 1.2]);
        close(&gambarelli.propensity_to_disrupt(&shares).into_iter().flatten().collect::<Vec<_>>(), &[propensity; 3]);
        let lemaire = by_size(3, &[46_125.0, 17_437.5, 5_812.5, 69_187.5, 53_812.5, 30_750.0, 90_000.0]);
        close(&lemaire.shapley(), &[51_750.0, 25_875.0, 12_375.0]);
        close(&lemaire.banzhaf(), &[51_281.25, 25_406.25, 11_906.25]);
        close(&lemaire.gately().unwrap().0, &[51_900.0, 25_687.5, 12_412.5]);
    }

    #[test]
    fn the_council_of_1958_gives_luxembourg_a_vote_and_no_power() {
        let weights = [4, 4, 4, 2, 2, 1];
        let council = Game::of(6, |set| {
            let votes: i32 = (0..6).filter(|player| set >> player & 1 == 1).map(|player| weights[player]).sum();
            f64::from(u8::from(votes >= 12))
        });
        let (large, small) = (7.0 / 30.0, 3.0 / 20.0);
        close(&council.shapley(), &[large, large, large, small, small, 0.0]);
        close(&council.banzhaf(), &[0.3125, 0.3125, 0.3125, 0.1875, 0.1875, 0.0]);
    }

    /// Gas from R through U (70) or B (30) to a market of 100, and a bypass that only R, or R with G, may use.
    fn transit(players: usize, bypass: f64) -> Game {
        Game::of(players, |set| {
            let has = |player: u32| f64::from(u8::from(set >> player & 1 == 1));
            let direct = if players == 4 { bypass * has(3) } else { bypass };
            has(0) * (70.0 * has(1) + 30.0 * has(2) + direct).min(100.0)
        })
    }

    #[test]
    fn a_bypass_takes_power_from_the_states_it_goes_around() {
        close(&transit(3, 0.0).shapley(), &[50.0, 35.0, 15.0]);
        close(&transit(3, 30.0).shapley(), &[70.0, 25.0, 5.0]);
        close(&transit(3, 55.0).shapley(), &[82.5, 12.5, 5.0]);
        let partner = transit(4, 55.0);
        close(&partner.shapley(), &[185.0 / 3.0, 115.0 / 6.0, 7.5, 35.0 / 3.0]);
        let losses: Vec<f64> = (0..4).map(|player| partner.withdrawal_loss(player)).collect();
        close(&losses, &[100.0, 15.0, 0.0, 0.0]);
    }

    /// The mean gain over every order in which blocs stand together, by listing them.
    fn owen_by_orders(game: &Game, bloc: &[usize]) -> Vec<f64> {
        let mut sums = vec![0.0; game.players()];
        let mut orders = 0.0;
        let mut open: Vec<Vec<usize>> = vec![Vec::new()];
        while let Some(order) = open.pop() {
            if order.len() == game.players() {
                orders += 1.0;
                let mut set = 0;
                for &player in &order {
                    sums[player] += game.gain(player, set);
                    set |= 1 << player;
                }
            }
            let unfinished = order
                .last()
                .map(|&last| bloc[last])
                .filter(|&row| (0..game.players()).any(|player| bloc[player] == row && !order.contains(&player)));
            for player in (0..game.players()).filter(|player| !order.contains(player)) {
                if unfinished.is_none_or(|row| row == bloc[player]) {
                    open.push(order.iter().copied().chain([player]).collect());
                }
            }
        }
        sums.into_iter().map(|sum| sum / orders).collect()
    }

    #[test]
    fn owen_values_equal_the_mean_over_orders_that_keep_blocs_together() {
        let mut seed = 7u64;
        let game = Game::of(5, |set| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if set == 0 { 0.0 } else { (seed >> 40) as f64 }
        });
        for bloc in [[0, 0, 1, 1, 1], [0, 1, 2, 1, 0], [0, 1, 2, 3, 4], [0, 0, 0, 0, 0]] {
            close(&game.owen(&bloc), &owen_by_orders(&game, &bloc));
        }
        close(&game.owen(&[0, 1, 2, 3, 4]), &game.shapley());
        close(&[game.shapley().iter().sum()], &[game.value(game.all())]);
    }

    #[test]
    fn links_in_series_need_each_other_and_links_side_by_side_replace_each_other() {
        let series = Game::of(2, |set| f64::from(u8::from(set == 3)));
        let parallel = Game::of(2, |set| f64::from(u8::from(set > 0)));
        assert_eq!(series.interactions()[0][1], 1.0);
        assert_eq!(parallel.interactions()[0][1], -1.0);
        // A third player who adds nothing leaves the interaction as it is.
        let three = Game::of(3, |set| f64::from(u8::from(set & 3 == 3)));
        assert!((three.interactions()[1][0] - 1.0).abs() < 1e-12 && three.interactions()[2][0].abs() < 1e-12);
    }

    #[test]
    fn gray_code_passes_every_coalition_one_player_at_a_time() {
        let sets: Vec<u32> = gray_code(5).collect();
        assert!(sets.windows(2).all(|pair| (pair[0] ^ pair[1]).count_ones() == 1));
        assert_eq!(sets.iter().collect::<std::collections::BTreeSet<_>>().len(), 32);
    }
}
