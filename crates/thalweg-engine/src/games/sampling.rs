//! Shapley values of many players by sampled orders: cyclic shifts of an order and their reverses, with intervals.
//!
//! A block is one random order, its shifts, so that each player stands once at each place, and the reverse of each, so
//! that gains that fall with size cancel (Mitchell et al. 2022). Blocks are independent, so their spread gives the interval.

/// A sampled value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Mean over the blocks.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// A value known without error.
    pub fn exactly(value: f64) -> Self {
        Self { value, low: value, high: value }
    }
}

/// Smallest and largest rank each player can have while intervals that overlap are not told apart; the largest value
/// has rank 1.
pub fn rank_ranges(estimates: &[Estimate]) -> Vec<(usize, usize)> {
    estimates
        .iter()
        .map(|own| {
            let above = estimates.iter().filter(|other| other.low > own.high).count();
            let below = estimates.iter().filter(|other| other.high < own.low).count();
            (above + 1, estimates.len() - below)
        })
        .collect()
}

/// Numbers of a seed, each time the same: SplitMix64 (Steele, Lea and Flood 2014).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    fn order(&mut self, players: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..players).collect();
        for last in (1..players).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}

/// Orders of arrival in blocks: each block is one order, its cyclic shifts, and the reverse of each.
pub fn blocks(players: usize, count: usize, seed: u64) -> Vec<Vec<Vec<usize>>> {
    let mut numbers = Numbers(seed);
    let block = |_| {
        let first = numbers.order(players);
        let mut orders = Vec::with_capacity(2 * players);
        for shift in 0..players {
            let mut order = first.clone();
            order.rotate_left(shift);
            orders.push(order.iter().rev().copied().collect());
            orders.push(order);
        }
        orders
    };
    (0..count).map(block).collect()
}

/// Mean gain of each player over the orders of a block; `value` gives a coalition by its bits.
pub fn block_mean(
    players: usize,
    orders: &[Vec<usize>],
    mut value: impl FnMut(u64) -> Option<f64>,
) -> Option<Vec<f64>> {
    let mut gains = vec![0.0; players];
    let empty = value(0)?;
    for order in orders {
        let (mut set, mut before) = (0u64, empty);
        for &player in order {
            set |= 1 << player;
            let after = value(set)?;
            gains[player] += after - before;
            before = after;
        }
    }
    gains.iter_mut().for_each(|gain| *gain /= orders.len() as f64);
    Some(gains)
}

/// Estimates of the means of blocks: their mean and its 95 % interval by Student's t.
pub fn estimates(means: &[Vec<f64>]) -> Vec<Estimate> {
    let Some(players) = means.first().map(Vec::len) else { return Vec::new() };
    let count = means.len() as f64;
    (0..players)
        .map(|player| {
            let value = means.iter().map(|block| block[player]).sum::<f64>() / count;
            if means.len() < 2 {
                return Estimate { value, low: f64::NEG_INFINITY, high: f64::INFINITY };
            }
            let square = |block: &Vec<f64>| (block[player] - value).powi(2);
            let spread = means.iter().map(square).sum::<f64>() / (count - 1.0);
            let half = student_975(means.len() - 1) * (spread / count).sqrt();
            Estimate { value, low: value - half, high: value + half }
        })
        .collect()
}

/// The 97.5th percentile of Student's t: Cornish-Fisher's expansion, by table where that is rough.
fn student_975(freedom: usize) -> f64 {
    const FEW: [f64; 4] = [12.706_2, 4.302_7, 3.182_4, 2.776_4];
    if let Some(known) = FEW.get(freedom.wrapping_sub(1)) {
        return *known;
    }
    let (z, n) = (1.959_963_985_f64, freedom as f64);
    let (g1, g2) = ((z.powi(3) + z) / 4.0, (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0);
    let g3 = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + g1 / n + g2 / (n * n) + g3 / (n * n * n)
}

#[cfg(test)]
mod tests {
    use super::super::Game;
    use super::*;

    /// Twelve routes with capacity and cost, the first six behind gate 12, the others behind gate 13; 150 units worth 30.
    fn routes() -> Game {
        const CAPACITY: [f64; 12] = [9., 9., 32., 22., 25., 26., 29., 6., 21., 10., 19., 37.];
        const COST: [f64; 12] = [6., 2., 9., 11., 11., 7., 10., 5., 2., 6., 5., 8.];
        let mut cheapest: Vec<usize> = (0..12).collect();
        cheapest.sort_by(|&one, &other| COST[one].total_cmp(&COST[other]));
        Game::of(14, |set| {
            let (mut left, mut value) = (150.0_f64, 0.0);
            let open = |route: &&usize| set >> **route & 1 == 1 && set >> (12 + **route / 6) & 1 == 1;
            for &route in cheapest.iter().filter(open) {
                let volume = CAPACITY[route].min(left);
                left -= volume;
                value += volume * (30.0 - COST[route]);
            }
            value
        })
    }

    #[test]
    fn seven_hundred_orders_of_fourteen_players_miss_by_less_than_a_fifth_of_a_percent() {
        let game = routes();
        let exact = game.shapley();
        let total = game.value(game.all());
        assert!((total - 3_606.0).abs() < 1e-9);
        assert!((exact[0] - 63.111_433_011_433).abs() < 1e-9 && (exact[13] - 1_076.565_065_490_06).abs() < 1e-9);
        let (mut square, mut covered, mut asked) = (0.0, 0, 0);
        for seed in 0..40 {
            let means: Vec<Vec<f64>> = blocks(14, 25, seed)
                .iter()
                .filter_map(|orders| block_mean(14, orders, |set| Some(game.value(set as u32))))
                .collect();
            let found = estimates(&means);
            assert!((found.iter().map(|row| row.value).sum::<f64>() - total).abs() < 1e-6);
            square += found.iter().zip(&exact).map(|(row, exact)| (row.value - exact).powi(2)).sum::<f64>() / 14.0;
            covered +=
                found.iter().zip(&exact).filter(|(row, exact)| row.low <= **exact && **exact <= row.high).count();
            asked += 14;
        }
        let error = (square / 40.0_f64).sqrt() / total;
        assert!(error <= 0.0020, "{error}");
        let cover = covered as f64 / f64::from(asked);
        assert!((0.90..0.99).contains(&cover), "{cover} of the intervals hold the exact value");
    }

    #[test]
    fn players_whose_intervals_overlap_share_their_ranks() {
        let row = |low: f64, high: f64| Estimate { value: (low + high) / 2.0, low, high };
        let ranges = rank_ranges(&[row(9.0, 11.0), row(5.0, 7.0), row(6.0, 8.0), row(1.0, 2.0)]);
        assert_eq!(ranges, [(1, 1), (2, 3), (2, 3), (4, 4)]);
    }

    #[test]
    fn each_player_stands_at_each_place_twice_in_a_block() {
        for orders in blocks(5, 3, 11) {
            for player in 0..5 {
                for place in 0..5 {
                    assert_eq!(orders.iter().filter(|order| order[place] == player).count(), 2);
                }
            }
        }
    }

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (freedom, table) in [(5, 2.570_6), (9, 2.262_2), (24, 2.063_9), (1_000, 1.962_3)] {
            assert!((student_975(freedom) - table).abs() < 5e-3, "{freedom}: {}", student_975(freedom));
        }
    }
}
