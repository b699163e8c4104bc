//! What a day does to those who live in it. Most days are spared something: a fault is easier to see where nothing else is wrong.

use kit::{Chance, Chaos};
use serde::{Deserialize, Serialize};

use domain::DurationMs;

/// Each of them can be switched off by itself: that is how a failing day becomes a short story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Weather {
    /// So many of a thousand calls are lost, before or after they took effect, come late, or are the last thing that their caller does.
    pub lost_per_mille: u64,
    /// Calls take their time, and whoever could go on may be overtaken.
    pub jitter: bool,
    pub duplicates: bool,
    pub disorder: bool,
    /// How long a message waits on its queue, at most.
    pub delay_ms: DurationMs,
    /// So many of a thousand messages vanish on a queue that took them.
    pub vanish_per_mille: u64,
    /// How far clocks are off, at most.
    pub skew_ms: DurationMs,
    /// How many times something is evicted, restarted, or rolled back for a while.
    pub upsets: u64,
    /// The provider tells of everything by itself, too: early, late, twice, in any order.
    pub webhooks: bool,
}

impl Weather {
    pub fn of(chance: &Chance) -> Self {
        let one_of = |choices: &[u64]| choices[chance.below(choices.len() as u64) as usize];
        Self {
            lost_per_mille: one_of(&[0, 2, 5, 10, 20, 40, 80]),
            jitter: one_of(&[0, 1, 1, 1]) == 1,
            duplicates: one_of(&[0, 1]) == 1,
            disorder: one_of(&[0, 1]) == 1,
            delay_ms: one_of(&[0, 0, 5_000, 60_000, 1_800_000]),
            vanish_per_mille: one_of(&[0, 0, 20, 200]),
            skew_ms: one_of(&[0, 0, 50, 2_000]),
            upsets: one_of(&[0, 0, 3, 12]),
            webhooks: one_of(&[0, 1]) == 1,
        }
    }

    /// The same day with everything on at once: whatever it was spared befalls it, too.
    pub fn at_its_worst(self) -> Self {
        let at_least = |number: u64, least: u64| if number == 0 { least } else { number };
        Self {
            lost_per_mille: at_least(self.lost_per_mille, 10),
            jitter: true,
            duplicates: true,
            disorder: true,
            delay_ms: at_least(self.delay_ms, 5_000),
            vanish_per_mille: at_least(self.vanish_per_mille, 20),
            skew_ms: at_least(self.skew_ms, 50),
            upsets: at_least(self.upsets, 3),
            webhooks: true,
        }
    }

    pub fn chaos(&self) -> Chaos {
        Chaos {
            duplicates: self.duplicates,
            disorder: self.disorder,
            jitter: self.jitter,
            skew_ms: self.skew_ms,
            delay_ms: self.delay_ms,
        }
    }

    /// The same with one thing less, each in turn: what a failing day is tried with.
    pub fn calmer(&self) -> Vec<Weather> {
        let calmer = [
            Self { jitter: false, ..*self },
            Self { duplicates: false, ..*self },
            Self { disorder: false, ..*self },
            Self { delay_ms: 0, ..*self },
            Self { vanish_per_mille: 0, ..*self },
            Self { skew_ms: 0, ..*self },
            Self { webhooks: false, ..*self },
        ];
        calmer.into_iter().filter(|calmer| calmer != self).collect()
    }
}
