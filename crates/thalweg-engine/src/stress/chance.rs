//! Chance by counter: numbers that depend on seed, stream and place alone, so that threads share no state.

/// A stream of numbers in [0, 1): SplitMix64 (Steele, Lea and Flood 2014) from a mixed seed.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

fn mix(mut value: u64) -> u64 {
    value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

impl Chance {
    /// The stream of a seed and two counters.
    pub fn new(seed: u64, stream: u64, place: u64) -> Self {
        let step = 0x9e37_79b9_7f4a_7c15u64;
        let state = mix(seed.wrapping_add(step)) ^ mix(stream.wrapping_add(step.wrapping_mul(3)));
        Self { state: mix(state.wrapping_add(place.wrapping_mul(step))) }
    }

    /// The next number.
    pub fn number(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        (mix(self.state) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Numbers 0 to `count` - 1 in a random order.
    pub fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            let other = (self.number() * (last as f64 + 1.0)) as usize;
            order.swap(last, other.min(last));
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_one_seed_are_even_and_apart() {
        let sum: f64 = (0..10_000).map(|place| Chance::new(7, 1, place).number()).sum();
        assert!((sum / 10_000.0 - 0.5).abs() < 0.01, "{sum}");
        assert_ne!(Chance::new(7, 1, 0).number(), Chance::new(7, 2, 0).number());
        assert_eq!(Chance::new(7, 1, 5).number(), Chance::new(7, 1, 5).number());
        let mut order = Chance::new(1, 1, 1).shuffled(9);
        order.sort_unstable();
        assert_eq!(order, (0..9).collect::<Vec<_>>());
    }
}
