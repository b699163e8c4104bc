//! How many wrong passwords are enough.
//!
//! Tries are counted before the password is looked at, so that many at once are as many. Three counts are kept: of a place at an account, of
//! a place at all accounts, and of an account from everywhere. The last one never shuts anybody out, or a botnet could lock a shopper out of
//! their own account: it makes a place that has not signed in there before run out sooner.

use crate::{
    DurationMs, Timestamp,
    time::{HOUR_MS, MINUTE_MS},
};

/// How long tries are remembered, from the first one on.
pub const PAIR_WINDOW_MS: DurationMs = 15 * MINUTE_MS;
pub const PLACE_WINDOW_MS: DurationMs = HOUR_MS;
pub const ACCOUNT_WINDOW_MS: DurationMs = HOUR_MS;

/// Tries at one account from one place.
pub const PAIR_TRIES_MAX: u32 = 10;
/// The same from a place that is new to an account under attack.
pub const STRANGER_TRIES_MAX: u32 = 3;
/// Tries from one place: a whole office may be behind it.
pub const PLACE_TRIES_MAX: u32 = 100;
/// Tries at one account from everywhere that make it one under attack.
pub const ATTACK_TRIES_MIN: u32 = 50;

/// Tries since the first that is remembered, the one at hand among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    pub count: u32,
    pub since: Timestamp,
}

/// What is known of the one at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login {
    /// From this place at this account.
    pub pair: Tries,
    /// From this place at all accounts.
    pub place: Tries,
    /// From everywhere at this account.
    pub account: Tries,
    /// Whether somebody signed in to this account from this place before.
    pub is_known_place: bool,
}

/// Whether the password may be looked at, or how long to wait before the next try.
pub fn check(login: &Login, now: Timestamp) -> Result<(), DurationMs> {
    let is_stranger = login.account.count >= ATTACK_TRIES_MIN && !login.is_known_place;
    let pair_max = if is_stranger { STRANGER_TRIES_MAX } else { PAIR_TRIES_MAX };
    let wait = |tries: Tries, max: u32, window: DurationMs| {
        (tries.count > max).then(|| tries.since.plus(window).since(now).max(1))
    };
    // What strangers behind the same address do is not held against who signs in from there.
    let place_max = if login.is_known_place { u32::MAX } else { PLACE_TRIES_MAX };
    let waits = [wait(login.pair, pair_max, PAIR_WINDOW_MS), wait(login.place, place_max, PLACE_WINDOW_MS)];
    waits.into_iter().flatten().max().map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_359_845_000);

    fn tries(count: u32, minutes_ago: u64) -> Tries {
        Tries { count, since: Timestamp::from_millis(NOW.millis() - (minutes_ago * MINUTE_MS) as i64) }
    }

    fn login(pair: u32, place: u32, account: u32, is_known_place: bool) -> Login {
        Login { pair: tries(pair, 5), place: tries(place, 20), account: tries(account, 30), is_known_place }
    }

    #[test]
    fn tries_run_out() {
        let ten_minutes = Err(10 * MINUTE_MS);
        for (pair, place, account, is_known, expected) in [
            (1, 1, 1, false, Ok(())),
            (10, 10, 10, false, Ok(())),
            (11, 11, 11, false, ten_minutes),
            // Under attack a new place has few tries, and one that is known as many as ever.
            (3, 3, 50, false, Ok(())),
            (4, 4, 50, false, ten_minutes),
            (4, 4, 5_000, true, Ok(())),
            (11, 11, 5_000, true, ten_minutes),
            (1, 101, 1, false, Err(40 * MINUTE_MS)),
            (1, 5_000, 1, true, Ok(())),
            (11, 101, 11, true, ten_minutes),
            (11, 101, 11, false, Err(40 * MINUTE_MS)),
        ] {
            assert_eq!(
                check(&login(pair, place, account, is_known), NOW),
                expected,
                "{pair} {place} {account}"
            );
        }
    }

    proptest! {
        /// However hard others try at an account, somebody who comes from elsewhere for the first time gets in.
        #[test]
        fn nobody_is_locked_out_by_others(account: u32, is_known: bool, first in 1..=STRANGER_TRIES_MAX) {
            prop_assert_eq!(check(&login(first, first, account, is_known), NOW), Ok(()));
        }
    }
}
