//! The sample shop's dice: a small generator of our own, so that no library's next version can change a watch.

/// SplitMix64 (Steele, Lea and Flood, 2014). Good enough to draw watches, not to keep secrets.
pub struct Rng {
    state: u64,
}

impl Rng {
    /// The dice for one purpose of one number: a watch's price does not change because its picture drew once more.
    pub fn new(purpose: &str, number: usize) -> Self {
        let seed = purpose.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let mut rng = Self { state: seed ^ (number as u64).wrapping_mul(0xd134_2543_de82_ef95) };
        rng.next();
        rng
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let drawn = self.next() >> 11;
        usize::try_from(drawn.checked_rem(bound as u64).unwrap_or(0)).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high.saturating_sub(low).max(0)).unwrap_or(0).saturating_add(1);
        low.saturating_add(i64::try_from(self.below(span)).unwrap_or(0))
    }

    /// A fraction from 0 up to, not including, 1.
    pub fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True this often in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`; the type's default where there are none.
    pub fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let at = self.below(items.len());
        items.get(at).copied().unwrap_or_default()
    }

    /// `count` different ones of `items`, in the order drawn; all of them where there are fewer.
    pub fn sample<T: Copy>(&mut self, items: &[T], count: usize) -> Vec<T> {
        let mut left = items.to_vec();
        let mut drawn = Vec::new();
        while drawn.len() < count && !left.is_empty() {
            let at = self.below(left.len());
            drawn.push(left.swap_remove(at));
        }
        drawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_never_change() {
        let draw = |purpose: &str, number: usize| -> Vec<usize> {
            let mut rng = Rng::new(purpose, number);
            (0..4).map(|_| rng.below(1000)).collect()
        };
        assert_eq!(draw("price", 7), [193, 834, 234, 905]);
        assert_ne!(draw("price", 7), draw("price", 8));
        assert_ne!(draw("price", 7), draw("stock", 7));
    }

    #[test]
    fn draws_stay_inside_their_bounds() {
        let mut rng = Rng::new("bounds", 0);
        for _ in 0..1000 {
            assert!((3..=5).contains(&rng.between(3, 5)));
            assert!((0.0..1.0).contains(&rng.fraction()));
        }
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.pick::<&str>(&[]), "");
        let mut all = rng.sample(&[1, 2, 3], 9);
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
    }
}
