//! A failing day made short: fewer people, fewer mishaps, calmer weather, as long as the same thing goes wrong.

use std::time::{Duration, Instant};

use crate::{
    Outcome,
    day::{Day, Role},
    run::live_through,
};

/// How long it is tried.
#[derive(Debug, Clone, Copy)]
pub struct Patience(pub Duration);

/// A shorter day on which the same goes wrong, and what came of it.
pub fn shrink(day: &Day, outcome: &Outcome, patience: Patience) -> (Day, Outcome) {
    let mut search = Search { day: day.clone(), outcome: outcome.clone(), began: Instant::now(), patience };
    let Some(kind) = outcome.findings.first().map(|finding| kind(finding)) else {
        return (search.day, search.outcome);
    };
    // From here on exactly what went wrong, so that nothing else is drawn anew.
    let told = Day { strikes: Some(outcome.strikes.clone()), ..day.clone() };
    search.attempt(told, &kind);
    loop {
        let before = size(&search.day);
        search.drop_people(&kind);
        search.drop_strikes(&kind);
        search.drop_steps(&kind);
        search.calm(&kind);
        if size(&search.day) == before || search.is_tired() {
            return (search.day, search.outcome);
        }
    }
}

struct Search {
    day: Day,
    outcome: Outcome,
    began: Instant,
    patience: Patience,
}

impl Search {
    fn is_tired(&self) -> bool {
        self.began.elapsed() > self.patience.0
    }

    /// Takes `day` if the same goes wrong on it.
    fn attempt(&mut self, day: Day, kind: &str) -> bool {
        if self.is_tired() {
            return false;
        }
        let outcome = live_through(&day);
        let is_same = outcome.findings.iter().any(|finding| self::kind(finding) == kind);
        if is_same {
            (self.day, self.outcome) = (day, outcome);
        }
        is_same
    }

    /// Leaves out ever smaller parts of a list (delta debugging; Zeller, Hildebrandt 2002).
    fn drop_from<T: Clone>(
        &mut self,
        kind: &str,
        list: impl Fn(&Day) -> Vec<T>,
        with: impl Fn(&Day, Vec<T>) -> Day,
    ) {
        let mut chunk = list(&self.day).len();
        while chunk > 0 {
            let mut start = 0;
            while start < list(&self.day).len() {
                let mut rest = list(&self.day);
                rest.drain(start..(start + chunk).min(rest.len()));
                if !self.attempt(with(&self.day, rest), kind) {
                    start += chunk;
                }
            }
            chunk /= 2;
        }
    }

    fn drop_people(&mut self, kind: &str) {
        self.drop_from(kind, |day| day.people.clone(), |day, people| Day { people, ..day.clone() });
    }

    fn drop_strikes(&mut self, kind: &str) {
        self.drop_from(
            kind,
            |day| day.strikes.clone().unwrap_or_default(),
            |day, strikes| Day { strikes: Some(strikes), ..day.clone() },
        );
    }

    fn drop_steps(&mut self, kind: &str) {
        for place in 0..self.day.people.len() {
            let of = move |day: &Day| day.people[place].role.clone();
            let with = move |day: &Day, role: Role| {
                let mut day = day.clone();
                day.people[place].role = role;
                day
            };
            match of(&self.day) {
                Role::Clerk(_) => self.drop_from(
                    kind,
                    |day| if let Role::Clerk(tasks) = of(day) { tasks } else { Vec::new() },
                    |day, tasks| with(day, Role::Clerk(tasks)),
                ),
                Role::Operator(_) => self.drop_from(
                    kind,
                    |day| if let Role::Operator(upsets) = of(day) { upsets } else { Vec::new() },
                    |day, upsets| with(day, Role::Operator(upsets)),
                ),
                Role::Shopper(shopper) => {
                    let mut simple = shopper.clone();
                    simple.afterwards.clear();
                    self.attempt(with(&self.day, Role::Shopper(simple.clone())), kind);
                    simple = if let Role::Shopper(now) = of(&self.day) { now } else { continue };
                    simple.wants.truncate(1);
                    self.attempt(with(&self.day, Role::Shopper(simple)), kind);
                    let Role::Shopper(mut simple) = of(&self.day) else { continue };
                    simple.tries.truncate(1);
                    self.attempt(with(&self.day, Role::Shopper(simple)), kind);
                    let Role::Shopper(mut simple) = of(&self.day) else { continue };
                    for attempt in &mut simple.tries {
                        (attempt.taps, attempt.second_thought) = (1, false);
                    }
                    self.attempt(with(&self.day, Role::Shopper(simple)), kind);
                }
            }
        }
    }

    fn calm(&mut self, kind: &str) {
        for weather in self.day.weather.calmer() {
            self.attempt(Day { weather, ..self.day.clone() }, kind);
        }
    }
}

/// What a finding is about, without the names and numbers in it.
pub fn kind(finding: &str) -> String {
    let is_word = |word: &&str| word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '\'');
    let words = finding.split([' ', ':', ',', '"']).filter(|word| !word.is_empty());
    words.filter(is_word).take(8).collect::<Vec<_>>().join(" ")
}

fn size(day: &Day) -> usize {
    serde_json::to_string(day).map_or(0, |text| text.len())
}
