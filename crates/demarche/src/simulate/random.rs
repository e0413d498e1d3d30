//! A small deterministic generator of random numbers: xoshiro256++ seeded by splitmix64.
//!
//! Every part of a simulated tenant draws from its own generator, named by a path of numbers, so
//! that adding an intruder does not change a single clean record.

use crate::simulate::guid::Guid;

/// A stream of numbers that depends on its seed and path only.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

/// One step of splitmix64 (Steele, Lea, Flood 2014).
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Mixes two numbers into one that looks random.
#[must_use]
pub fn mix(a: u64, b: u64) -> u64 {
    let mut state = a ^ b.wrapping_mul(0xd6e8_feb8_6659_fd93);
    splitmix(&mut state)
}

impl Random {
    /// The generator of one part of the tenant: `path` names the part.
    #[must_use]
    pub fn new(seed: u64, path: &[u64]) -> Self {
        let mut state = path.iter().fold(seed, |state, &step| mix(state, step));
        Self {
            state: std::array::from_fn(|_| splitmix(&mut state)),
        }
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// A number from 0 up to, not including, `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.draw()) * u128::from(n);
        (wide >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0).unsigned_abs() + 1;
        low + self.below(width) as i64
    }

    /// True `permille` times in a thousand.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// One of `items`, which must not be empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// A random identifier in the form of RFC 9562 version 4.
    pub fn guid(&mut self) -> Guid {
        let high = self.draw();
        let low = self.draw();
        Guid::from_numbers(high, low)
    }

    /// A count around `mean`: between half of it and one and a half times.
    pub fn around(&mut self, mean: u64) -> u64 {
        let low = mean / 2;
        low + self.below(mean + 1)
    }

    /// Puts `items` in a random order (Fisher-Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}
