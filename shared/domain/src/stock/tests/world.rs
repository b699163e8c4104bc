//! A SKU's stock in a test: played line by line, or command by command.

use std::{collections::BTreeMap, fmt::Write};

use super::super::*;
use crate::{
    Aggregate, Answer, PartChange, Quantity, Timestamp,
    id::{LocationId, OrderId, RefundId, ReservationId},
    time::MINUTE_MS,
};

/// One SKU's object as its shell would run it, with the alarm rung on time.
#[derive(Default)]
pub struct World {
    pub stock: Stock,
    pub parts: BTreeMap<String, Reservation>,
    pub ledger: Vec<StockEvent>,
    /// When each event was written down.
    pub times: Vec<Timestamp>,
    pub now: Timestamp,
}

impl World {
    pub fn run(&mut self, command: StockCommand) -> Result<(StockReply, Vec<StockEffect>), StockRefusal> {
        let key = Stock::part_key(&command);
        let part = key.as_ref().and_then(|key| self.parts.get(key));
        let decision = self.stock.decide(part, command, self.now)?;
        decision.events.iter().for_each(|event| self.stock.apply(event));
        self.times.extend(decision.events.iter().map(|_| self.now));
        self.ledger.extend(decision.events);
        match (decision.part, key) {
            (PartChange::Put(part), Some(key)) => drop(self.parts.insert(key, part)),
            (PartChange::Remove, Some(key)) => drop(self.parts.remove(&key)),
            _ => {}
        }
        let Answer::Now(reply) = decision.answer else { panic!("stock answers at once") };
        Ok((reply, decision.effects))
    }

    /// What falls due until then is done; answers the effects of it.
    pub fn at(&mut self, minute: u64) -> Vec<StockEffect> {
        let mut effects = Vec::new();
        let then = Timestamp::from_millis(0).plus(minute * MINUTE_MS);
        while let Some((due, command)) = self
            .parts
            .iter()
            .filter_map(|(key, part)| Stock::part_wake(key, part))
            .filter(|(due, _)| *due <= then)
            .min_by_key(|(due, _)| *due)
        {
            self.now = due.max(self.now);
            effects.extend(self.run(command).expect("what falls due is never refused").1);
        }
        self.now = then.max(self.now);
        effects
    }

    /// What the audit says of this ledger and this state.
    pub fn audit(&self) -> Result<Sound, Flaw> {
        let mut audit = Audit::default();
        for ((seq, event), at) in (1..).zip(&self.ledger).zip(&self.times) {
            audit.take(seq, *at, event)?;
        }
        audit.finish(&self.stock)
    }

    pub fn moved(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.ledger.iter().filter_map(|event| match event {
            StockEvent::Moved { entry, .. } => Some(entry),
            StockEvent::Prioritised { .. } | StockEvent::Spread(_) => None,
        })
    }
}

pub fn location(name: &str) -> LocationId {
    LocationId::derived(&[name])
}

pub fn reservation(name: &str) -> ReservationId {
    ReservationId::derived(&[name])
}

pub fn minutes(text: &str) -> Timestamp {
    Timestamp::from_millis(0).plus(text.parse::<u64>().unwrap() * MINUTE_MS)
}

pub fn reserve(id: &str, pieces: u32, until: Timestamp) -> StockCommand {
    StockCommand::Reserve {
        id: reservation(id),
        order: OrderId::derived(&[id]),
        quantity: Quantity::new(pieces).unwrap(),
        until,
    }
}

pub fn adjust(at: &str, priority: u32, delta: i64, reason: AdjustmentReason) -> StockCommand {
    let sourcing = Sourcing { priority, version: 1 };
    StockCommand::Adjust { id: "adj".to_owned(), location: location(at), sourcing, delta, reason, note: None }
}

/// A line's command, in words: `A` and `B` are locations of priority 1 and 2.
pub fn parse(words: &[&str]) -> StockCommand {
    match words {
        ["stock", at, pieces] => {
            adjust(at, if *at == "A" { 1 } else { 2 }, pieces.parse().unwrap(), AdjustmentReason::Received)
        }
        ["damage", at, pieces] => adjust(at, 1, -pieces.parse::<i64>().unwrap(), AdjustmentReason::Damaged),
        ["reserve", id, pieces, "until", until] => reserve(id, pieces.parse().unwrap(), minutes(until)),
        ["commit", id] => StockCommand::Commit { id: reservation(id) },
        ["release", id] => StockCommand::Release { id: reservation(id) },
        ["return", id] => StockCommand::Return { id: reservation(id) },
        ["restock", id, pieces, "for", refund] => StockCommand::Restock {
            id: reservation(id),
            refund: RefundId::derived(&[refund]),
            quantity: Quantity::new(pieces.parse().unwrap()).unwrap(),
        },
        ["prioritise", at, priority, "version", version] => StockCommand::Prioritise {
            location: location(at),
            sourcing: Sourcing { priority: priority.parse().unwrap(), version: version.parse().unwrap() },
        },
        words => panic!("no such command: {words:?}"),
    }
}

/// Plays each line and compares what follows its `->`: the outcome, then `available/on_hand`.
pub fn check(script: &str) {
    let mut world = World::default();
    let mut played = String::new();
    let lines: Vec<&str> = script.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    for line in &lines {
        let (given, _) = line.split_once("->").unwrap_or((line, ""));
        let given = given.trim();
        let mut words: Vec<&str> = given.split_whitespace().collect();
        if let ["at", minute, ..] = words.as_slice() {
            world.at(minute.parse().unwrap());
            words.drain(..2);
        }
        let outcome = if words.is_empty() {
            String::new()
        } else {
            outcome(world.run(parse(&words)).map(|(reply, _)| reply))
        };
        let left = format!("{}/{}", world.stock.available(), world.stock.on_hand());
        writeln!(played, "{given} -> {}", format!("{outcome} {left}").trim()).unwrap();
    }
    assert_eq!(played.trim(), lines.join("\n"));
}

fn outcome(result: Result<StockReply, StockRefusal>) -> String {
    let places = |allocations: Vec<Allocation>| {
        let name = |id| if id == location("A") { "A" } else { "B" };
        allocations
            .iter()
            .map(|taken| format!(" {}{}", name(taken.location), taken.quantity))
            .collect::<String>()
    };
    match result {
        Ok(StockReply::Done | StockReply::Adjusted { .. } | StockReply::CalledBack { .. }) => "ok".to_owned(),
        Ok(StockReply::Reservation(view)) => {
            format!("{:?}{}", view.status, places(view.allocations)).to_lowercase()
        }
        Err(StockRefusal::OutOfStock { available }) => format!("refused out_of_stock {available}"),
        Err(StockRefusal::ReservationEnded { status }) => format!("refused {status:?}").to_lowercase(),
        Err(refusal) => {
            // A variant with fields is written as an object of one member.
            let told = serde_json::to_value(&refusal).unwrap();
            let name = told.as_str().or_else(|| told.as_object()?.keys().next().map(String::as_str));
            format!("refused {}", name.unwrap())
        }
    }
}
