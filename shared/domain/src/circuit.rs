//! A circuit: who keeps failing is left alone for a while, so that callers are told at once and it can come to itself.
//!
//! Closed, it counts. Open, it lets nobody through. Then it lets one call through to find out; what comes of that closes or opens it.

use crate::{DurationMs, Timestamp, time::SECOND_MS};

/// So many failures within [`WINDOW_MS`] open it, if they are at least half of what was tried: where much goes well, a few that fail are
/// about what was asked, not about who was.
pub const FAILURES_MAX: u32 = 5;
pub const WINDOW_MS: DurationMs = 30 * SECOND_MS;
/// How long it stays open.
pub const REST_MS: DurationMs = 5 * SECOND_MS;
/// A trial of which nothing was heard for so long is lost, and there may be another.
pub const TRIAL_MS: DurationMs = 30 * SECOND_MS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circuit {
    state: State,
    /// How often the state has changed: what comes of a call counts only in the state that let it through.
    turn: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { since: Timestamp, calls: u32, failures: u32 },
    Open { until: Timestamp },
    Trying { until: Timestamp },
}

/// The leave to make one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "what came of the call is to be told"]
pub struct Leave {
    turn: u64,
}

impl Circuit {
    pub fn new(now: Timestamp) -> Self {
        Self { state: closed(now), turn: 0 }
    }

    /// Leave for a call, or how long there is none.
    pub fn ask(&mut self, now: Timestamp) -> Result<Leave, DurationMs> {
        match self.state {
            State::Open { until } | State::Trying { until } if now < until => {
                // How a trial ends is known any moment, but no sooner than a caller can ask again.
                let is_trying = matches!(self.state, State::Trying { .. });
                return Err(if is_trying { SECOND_MS } else { until.since(now) });
            }
            State::Open { .. } | State::Trying { .. } => {
                self.turn_to(State::Trying { until: now.plus(TRIAL_MS) });
            }
            State::Closed { .. } => {}
        }
        Ok(Leave { turn: self.turn })
    }

    /// What came of a call. Whether that opened the circuit.
    pub fn tell(&mut self, leave: Leave, now: Timestamp, has_failed: bool) -> bool {
        if leave.turn != self.turn {
            return false;
        }
        let opens = match &mut self.state {
            State::Closed { since, calls, failures } => {
                if now.since(*since) >= WINDOW_MS {
                    (*since, *calls, *failures) = (now, 0, 0);
                }
                *calls = calls.saturating_add(1);
                *failures = failures.saturating_add(u32::from(has_failed));
                *failures >= FAILURES_MAX && failures.saturating_mul(2) >= *calls
            }
            State::Trying { .. } if !has_failed => {
                self.turn_to(closed(now));
                false
            }
            State::Trying { .. } => true,
            // Nobody got leave in it.
            State::Open { .. } => false,
        };
        if opens {
            self.turn_to(State::Open { until: now.plus(REST_MS) });
        }
        opens
    }

    #[cfg(test)]
    fn is_closed(&self) -> bool {
        matches!(self.state, State::Closed { .. })
    }

    fn turn_to(&mut self, state: State) {
        self.state = state;
        self.turn = self.turn.wrapping_add(1);
    }
}

fn closed(now: Timestamp) -> State {
    State::Closed { since: now, calls: 0, failures: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const T0: Timestamp = Timestamp::from_millis(1_000_000);

    /// Plays a story: `+` a call that goes well, `-` one that fails, `x` one that gets no leave, a number lets so many ms pass. Answers
    /// at which of its steps the circuit opened.
    fn play(story: &str) -> Vec<usize> {
        let (mut circuit, mut now, mut opened) = (Circuit::new(T0), T0, Vec::new());
        for (step, word) in story.split_whitespace().enumerate() {
            match word {
                "x" => assert!(circuit.ask(now).is_err(), "{story}: step {step} got leave"),
                "+" | "-" => {
                    let leave =
                        circuit.ask(now).unwrap_or_else(|_| panic!("{story}: step {step} got no leave"));
                    if circuit.tell(leave, now, word == "-") {
                        opened.push(step);
                    }
                }
                ms => now = now.plus(ms.parse().unwrap()),
            }
        }
        opened
    }

    #[test]
    fn it_opens_closes_and_opens_again() {
        for (story, opened) in [
            ("", &[][..]),
            ("- - - -", &[]),
            ("- - - - - x", &[4]),
            // Half of them is too much, less is not.
            ("+ + + + + - - - - - x", &[9]),
            ("+ + + + + + - - - - - +", &[]),
            ("+ + + + + + - - - - - - x", &[11]),
            // What failed long ago does not count.
            ("- - - - 30000 - - - - +", &[]),
            ("- - - - 29999 - x", &[5]),
            // It rests, tries once, and knows.
            ("- - - - - 4999 x 1 + + +", &[4]),
            ("- - - - - 5000 - x 4999 x 1 - x", &[4, 6, 11]),
            // A second life begins with nothing against it.
            ("- - - - - 5000 + - - - - +", &[4]),
        ] {
            assert_eq!(play(story), opened, "{story}");
        }
    }

    #[test]
    fn whoever_gets_no_leave_learns_how_long() {
        let mut circuit = Circuit::new(T0);
        for _ in 0..FAILURES_MAX {
            let leave = circuit.ask(T0).unwrap();
            circuit.tell(leave, T0, true);
        }
        assert_eq!(circuit.ask(T0.plus(1)), Err(REST_MS - 1));
        let trial = circuit.ask(T0.plus(REST_MS)).unwrap();
        assert_eq!(circuit.ask(T0.plus(REST_MS + 10)), Err(SECOND_MS), "one is trying");
        // Of that nothing is heard: another may try, and what the first says then is old.
        let late = T0.plus(REST_MS + TRIAL_MS);
        let second = circuit.ask(late).unwrap();
        assert!(!circuit.tell(trial, late, true));
        assert!(circuit.ask(late).is_err(), "the second still tries");
        assert!(!circuit.tell(second, late, false));
        assert!(circuit.ask(late).is_ok());
    }

    #[test]
    fn what_was_asked_before_it_opened_changes_nothing_after() {
        let mut circuit = Circuit::new(T0);
        let leaves: Vec<Leave> = (0..20).map(|_| circuit.ask(T0).unwrap()).collect();
        let (first, rest) = leaves.split_at(5);
        let opened: Vec<bool> = first.iter().map(|leave| circuit.tell(*leave, T0, true)).collect();
        assert_eq!(opened, [false, false, false, false, true]);
        let before = circuit.clone();
        for (index, leave) in rest.iter().enumerate() {
            assert!(!circuit.tell(*leave, T0.plus(3_000), index % 2 == 0));
        }
        assert_eq!(circuit, before);
        let trial = circuit.ask(T0.plus(REST_MS)).unwrap();
        assert!(!circuit.tell(rest[0], T0.plus(REST_MS), false), "an old success closes nothing");
        assert!(circuit.ask(T0.plus(REST_MS)).is_err());
        assert!(circuit.tell(trial, T0.plus(REST_MS), true));
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Pass(DurationMs),
        Ask,
        /// What came of the call that was begun so long ago.
        Tell(usize, bool),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..12_000_u64).prop_map(Step::Pass),
            Just(Step::Ask),
            (0..4_usize, any::<bool>()).prop_map(|(ago, failed)| Step::Tell(ago, failed)),
        ]
    }

    proptest! {
        /// Whatever happens in whatever order: it rests when it opened, opens only by enough failures of its own time, one at a time
        /// tries it, and it never stays closed to callers for ever.
        #[test]
        fn it_rests_and_comes_back(steps in proptest::collection::vec(step(), 0..200)) {
            let (mut circuit, mut now) = (Circuit::new(T0), T0);
            let mut under_way: Vec<Leave> = Vec::new();
            let mut failed_at: Vec<Timestamp> = Vec::new();
            let mut opened_at: Option<Timestamp> = None;
            let mut tried_at: Option<Timestamp> = None;
            for step in steps {
                match step {
                    Step::Pass(ms) => now = now.plus(ms),
                    Step::Ask => match circuit.ask(now) {
                        Ok(leave) => {
                            under_way.push(leave);
                            if let Some(opened) = opened_at {
                                prop_assert!(now.since(opened) >= REST_MS, "it did not rest");
                                prop_assert!(
                                    tried_at.is_none_or(|tried| now.since(tried) >= TRIAL_MS),
                                    "two try at once"
                                );
                                tried_at = Some(now);
                            }
                        }
                        Err(wait) => {
                            prop_assert!(opened_at.is_some(), "it was never opened");
                            prop_assert!(wait > 0 && wait <= REST_MS);
                        }
                    },
                    Step::Tell(ago, has_failed) => {
                        let Some(index) = under_way.len().checked_sub(ago + 1) else { continue };
                        let leave = under_way.remove(index);
                        let was_open = opened_at.is_some();
                        if has_failed {
                            failed_at.push(now);
                        }
                        if circuit.tell(leave, now, has_failed) {
                            prop_assert!(has_failed, "a success opened it");
                            let lately = failed_at.iter().filter(|at| now.since(**at) <= WINDOW_MS).count();
                            prop_assert!(was_open || lately >= FAILURES_MAX as usize);
                            (opened_at, tried_at) = (Some(now), None);
                        } else if circuit.is_closed() {
                            (opened_at, tried_at) = (None, None);
                        }
                    }
                }
            }
            let leave = circuit.ask(now.plus(REST_MS.max(TRIAL_MS)));
            prop_assert!(leave.is_ok(), "nobody can ever call again");
            circuit.tell(leave.unwrap(), now.plus(TRIAL_MS), false);
            prop_assert!(circuit.is_closed());
        }
    }
}
