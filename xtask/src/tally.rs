//! What came of tests, whoever ran them.

use std::{
    fmt,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use crate::process::Running;

#[derive(Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    /// Why something was skipped.
    reasons: Vec<String>,
    /// Something failed that is no test, such as the compiler.
    broken: bool,
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reason in &self.reasons {
            writeln!(out, "SKIPPED: {reason}")?;
        }
        write!(out, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Tally {
    /// Runs tests, shows what they say, and counts.
    pub fn of(command: &mut Command) -> Result<Self> {
        let mut running = Running::start(command.stdout(Stdio::piped()))?;
        let mut tally = Self::default();
        let out = running.child.stdout.take().context("tests speak to us")?;
        for line in BufReader::new(out).lines() {
            let line = line?;
            println!("{line}");
            tally.read_cargo(&line);
            tally.read_node(&line);
        }
        tally.broken = !running.wait()?.success();
        Ok(tally)
    }

    /// Of something that is one test.
    pub fn of_one(has_passed: bool) -> Self {
        Self { passed: u64::from(has_passed), failed: u64::from(!has_passed), ..Self::default() }
    }

    /// What was not run, and why.
    pub fn skipped(skipped: u64, reason: String) -> Self {
        Self { skipped, reasons: vec![reason], ..Self::default() }
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.reasons.extend(other.reasons);
        self.broken |= other.broken;
    }

    pub fn is_good(&self) -> bool {
        self.failed == 0 && !self.broken
    }

    /// Takes in a line such as `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
    fn read_cargo(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let Some(count) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed") => self.failed += count,
                Some("ignored") => self.skipped += count,
                _ => {}
            }
        }
    }

    /// Takes in a line such as `ℹ pass 12`.
    fn read_node(&mut self, line: &str) {
        let Some((kind, count)) = line.strip_prefix("ℹ ").and_then(|rest| rest.split_once(' ')) else {
            return;
        };
        let Ok(count) = count.parse::<u64>() else { return };
        match kind {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            "skipped" | "todo" => self.skipped += count,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_summaries_are_counted() {
        let mut tally = Tally::default();
        tally.read_cargo(
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
        );
        tally.read_cargo("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.02s");
        tally.read_cargo("test orders::pays_once ... ok");
        assert_eq!(tally.to_string(), "15 passed, 2 failed, 1 skipped");
        assert!(!tally.is_good());
    }

    #[test]
    fn nodes_summaries_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "✔ a guest buys (81.5ms)",
            "ℹ tests 9",
            "ℹ pass 5",
            "ℹ fail 1",
            "ℹ cancelled 1",
            "ℹ skipped 2",
            "ℹ duration_ms 97167.3",
        ] {
            tally.read_node(line);
        }
        assert_eq!(tally.to_string(), "5 passed, 2 failed, 2 skipped");
    }
}
