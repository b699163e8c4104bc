//! What the commands print while they work: one line per step, with its time, and a sign of life while a step is long.

use std::{
    sync::mpsc::{RecvTimeoutError, channel},
    time::{Duration, Instant},
};

use anyhow::Result;

/// A step this quick needs no announcement.
const QUIET: Duration = Duration::from_secs(2);
/// How often a long step says that it is still at work.
const PULSE: Duration = Duration::from_secs(15);

/// Does `work`, and says how long it took.
pub fn step<T>(label: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let outcome = with_pulse(label, started, work);
    match &outcome {
        Ok(_) => println!("  done    {label:<44} {:>7.1} s", started.elapsed().as_secs_f64()),
        Err(_) => println!("  FAILED  {label:<44} {:>7.1} s", started.elapsed().as_secs_f64()),
    }
    outcome
}

fn with_pulse<T>(label: &str, started: Instant, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let (finished, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut patience = QUIET;
            while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(patience) {
                println!("  ...     {label:<44} {:>7.0} s", started.elapsed().as_secs_f64());
                patience = PULSE;
            }
        });
        let outcome = work();
        drop(finished);
        outcome
    })
}
