//! Random streams: xoshiro256++, seeded by SplitMix64 over (seed, purpose, index). Every use has a stream of its own, so
//! that adding one never moves another and the number of workers never matters.
//! Blackman, Vigna: Scrambled linear pseudorandom number generators, 2021.

use crate::float;

#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Rng {
    /// The stream of one purpose: `Rng::stream(seed, "forest.tree", 17)`.
    pub fn stream(seed: u64, purpose: &str, index: u64) -> Self {
        let mut state = seed;
        let mut mixed = split_mix(&mut state);
        for byte in purpose.bytes() {
            state = mixed ^ u64::from(byte).wrapping_mul(0x0000_0100_0000_01B3);
            mixed = split_mix(&mut state);
        }
        state = mixed ^ index;
        Self {
            state: std::array::from_fn(|_| split_mix(&mut state)),
        }
    }

    #[inline]
    pub fn next_u64(&mut self) -> u64 {
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

    /// Uniform in `0..n`; 0 when `n` is 0. The bias is below n / 2^64.
    #[inline]
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next_u64()) * n as u128) >> 64) as usize
    }

    /// Uniform in [0, 1), a multiple of 2^-53.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Standard normal (Box-Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * float::ln(1.0 - self.uniform())).sqrt();
        radius * float::cos(2.0 * std::f64::consts::PI * self.uniform())
    }

    /// Successes among `n` trials of probability `p` each. By inversion where the variance is at most 25; above, a rounded
    /// normal of the same mean and variance: close, but without what little skew is left (below 0.2).
    ///
    /// Reference: Kachitvichyanukul, V. and Schmeiser, B. (1988), Binomial random variate generation, for the inversion.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        let (n_trials, q) = (n as f64, 1.0 - p);
        let variance = n_trials * p * q;
        if p <= 0.0 || n == 0 {
            return 0;
        }
        if variance > 25.0 {
            let drawn = n_trials * p + variance.sqrt() * self.normal();
            return drawn.round().clamp(0.0, n_trials) as u64;
        }
        let odds = p / q;
        let (mut left, mut chance, mut successes) = (self.uniform(), float::pow(q, n_trials), 0u64);
        while left > chance && successes < n {
            left -= chance;
            successes += 1;
            chance *= ((n_trials + 1.0) / successes as f64 - 1.0) * odds;
        }
        successes
    }

    /// Fisher-Yates, from the end.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }

    /// `0..n` in random order.
    pub fn permutation(&mut self, n: usize) -> Vec<u32> {
        let mut items: Vec<u32> = (0..n as u32).collect();
        self.shuffle(&mut items);
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_purpose_and_index() {
        let first = |seed, purpose, index| Rng::stream(seed, purpose, index).next_u64();
        let all = [
            first(1, "a", 0),
            first(2, "a", 0),
            first(1, "b", 0),
            first(1, "a", 1),
            first(1, "", 0),
            first(1, "aa", 0),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|b| b != a));
        }
        assert_eq!(first(1, "a", 0), first(1, "a", 0));
    }

    #[test]
    fn moments_of_the_draws() {
        let mut rng = Rng::stream(7, "test", 0);
        let n = 100_000;
        let normals: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
        assert!(crate::sum::mean(&normals).abs() < 0.02);
        assert!((crate::sum::variance(&normals, 1) - 1.0).abs() < 0.02);
        let uniforms: Vec<f64> = (0..n).map(|_| rng.uniform()).collect();
        assert!((crate::sum::mean(&uniforms) - 0.5).abs() < 0.005);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[rng.below(7)] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }

    #[test]
    fn successes_have_the_moments_and_the_ends_of_their_distribution() {
        for (n, p) in [
            (0, 0.5),
            (7, 0.0),
            (7, 1.0),
            (20, 0.05),
            (20, 0.95),
            (60, 0.5),
            (400, 0.02),
            (2000, 0.3),
            (5, 0.5),
        ] {
            let mut rng = Rng::stream(7, "binomial", n);
            let drawn: Vec<f64> = (0..40_000).map(|_| rng.binomial(n, p) as f64).collect();
            assert!(drawn.iter().all(|x| *x <= n as f64 && x.fract() == 0.0));
            let (mean, variance) = (n as f64 * p, n as f64 * p * (1.0 - p));
            let error = (variance / 40_000.0).sqrt();
            assert!((crate::sum::mean(&drawn) - mean).abs() <= 4.0 * error, "{n} {p}");
            assert!(
                (crate::sum::variance(&drawn, 1) - variance).abs() <= 0.04 * variance,
                "{n} {p}"
            );
        }
        let mut rng = Rng::stream(7, "binomial", 1);
        let n_none = (0..40_000).filter(|_| rng.binomial(5, 0.3) == 0).count() as f64 / 40_000.0;
        assert!((n_none - 0.168_07).abs() < 0.008, "{n_none}");
    }

    #[test]
    fn a_permutation_has_every_index_once() {
        let mut items = Rng::stream(3, "test", 1).permutation(1000);
        assert_ne!(items, (0..1000).collect::<Vec<u32>>());
        items.sort_unstable();
        assert_eq!(items, (0..1000).collect::<Vec<u32>>());
    }
}
