//! What people do when they buy, and how many of them.

use crate::seed::rng::Rng;

/// In so many of a hundred purchases.
pub struct Habits {
    /// How they pay; the shares make up a hundred.
    pub methods: &'static [(&'static str, usize)],
    /// They tap twice.
    pub taps: usize,
    /// They order the same cart in another tab.
    pub tabs: usize,
    pub cancels: usize,
}

impl Habits {
    /// How somebody pays this time.
    pub fn method(&self, rng: &mut Rng) -> &'static str {
        let mut drawn = rng.below(100);
        for (method, share) in self.methods {
            match drawn.checked_sub(*share) {
                Some(rest) => drawn = rest,
                None => return method,
            }
        }
        ""
    }
}
