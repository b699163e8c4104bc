//! A day as a person reads it.

use std::fmt::Write;

use simulator::{
    Day, Outcome,
    day::Role,
    diary::{NIGHT_SHIFT, PROVIDER},
    hunt::Hunt,
    run::Tally,
};

pub fn progress(done: u64, seeds: u64, tally: &Tally, seconds: f64) -> String {
    let a_second = if seconds > 0.0 { tally.checkouts as f64 / seconds } else { 0.0 };
    format!(
        "{done} of {seeds} days; {} checkouts ({} taken, {} refused), {} parcels, {} refunds, {} mishaps; {a_second:.0} checkouts/s, {seconds:.0} s",
        tally.checkouts, tally.taken, tally.refused, tally.sent, tally.refunds, tally.strikes
    )
}

pub fn findings(outcome: &Outcome) -> String {
    let mut text = String::new();
    for finding in outcome.findings.iter().take(12) {
        let _ = writeln!(text, "  - {finding}");
    }
    if outcome.findings.len() > 12 {
        let _ = writeln!(text, "  - and {} more", outcome.findings.len() - 12);
    }
    text
}

pub fn story(day: &Day, outcome: &Outcome) -> String {
    let mut text = format!("seed {}, {:?}\n", day.seed, day.weather);
    for person in &day.people {
        let role = match &person.role {
            Role::Shopper(shopper) => {
                format!("a shopper from {} wants {:?}", shopper.country, shopper.wants)
            }
            Role::Clerk(tasks) => format!("a clerk: {tasks:?}"),
            Role::Operator(upsets) => format!("an operator: {upsets:?}"),
        };
        let _ = writeln!(text, "person {}, after {} ms: {role}", person.id, person.comes_at_ms);
    }
    for strike in &outcome.strikes {
        let _ = writeln!(text, "mishap: {strike}");
    }
    for line in &outcome.story {
        let who = match line.who {
            PROVIDER => "the provider".to_owned(),
            NIGHT_SHIFT => "the night shift".to_owned(),
            person => format!("person {person}"),
        };
        let _ =
            writeln!(text, "{:>10.3} s  {who}: {} → {}", line.at_ms as f64 / 1_000.0, line.did, line.told);
    }
    let verdict = if outcome.findings.is_empty() { "all is well" } else { "what is wrong:" };
    let _ = writeln!(text, "{verdict}");
    text + &findings(outcome)
}

pub fn hunted(hunt: &Hunt) -> String {
    match &hunt.caught {
        Some((seed, finding)) => format!("{}: seed {seed}: {finding}", hunt.bug.name()),
        None => format!("{}: NOT FOUND", hunt.bug.name()),
    }
}

/// The table of docs/planted-bugs.md.
pub fn table(hunts: &[Hunt], days: u64) -> String {
    let mut text = format!(
        "# Planted bugs\n\nWritten by `cargo xtask simulate --bugs {days} --table docs/planted-bugs.md`. Each bug is a switch in the production code \
         (`shared/domain/src/planted.rs`) that only the simulator compiles. Days are lived from seed 0 on until the auditor finds something \
         wrong; the table says which seed that was and what it found first. Four of them are in SQL, not in Rust: there the switch \
         changes a statement on its way to the database (`tests/kit/src/planted.rs`).\n\n| Bug | What is wrong | Seed | Found |\n|---|---|--:|---|\n"
    );
    for hunt in hunts {
        let (seed, found) = match &hunt.caught {
            Some((seed, finding)) => (seed.to_string(), in_words(finding)),
            None => ("not found".to_owned(), String::new()),
        };
        let _ = writeln!(text, "| `{}` | {} | {seed} | {found} |", hunt.bug.name(), hunt.bug.what().trim());
    }
    text
}

/// A finding as it may stand in a table.
fn in_words(finding: &str) -> String {
    const LENGTH_MAX: usize = 140;
    let line: String =
        finding.chars().take(LENGTH_MAX).map(|letter| if letter == '|' { '/' } else { letter }).collect();
    if line.len() < finding.len() { format!("{line} …") } else { line }
}
