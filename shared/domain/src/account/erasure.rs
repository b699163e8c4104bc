//! When somebody is forgotten: at once, and again when what was on its way has arrived.

use crate::{
    DurationMs, Timestamp,
    time::{DAY_MS, HOUR_MS},
};

/// How long after it was asked for everybody forgets, each time all that there is.
///
/// At once; when no access token of theirs is alive any more and no call of theirs under way; and when no queue holds a message any more that
/// speaks of them (the platform keeps one for four days).
const ROUNDS: [DurationMs; 3] = [0, HOUR_MS, 5 * DAY_MS];

/// When it is time for the next round, after so many of them; `None`: nothing can come back.
pub fn next_round(asked_at: Timestamp, done: u32) -> Option<Timestamp> {
    let after_ms = ROUNDS.get(usize::try_from(done).unwrap_or(usize::MAX))?;
    Some(asked_at.plus(*after_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_forgotten_at_once_and_until_nothing_can_come_back() {
        let asked_at = Timestamp::from_millis(1_000);
        let days: Vec<_> = (0..).map_while(|done| next_round(asked_at, done)).collect();
        let after: Vec<_> = days.iter().map(|at| at.since(asked_at)).collect();
        assert_eq!(after, [0, HOUR_MS, 5 * DAY_MS]);
    }
}
