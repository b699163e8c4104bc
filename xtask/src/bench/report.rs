//! The figures, as a table and as JSON.

use serde::Serialize;
use std::fmt::Write;

use super::load::Measured;

#[derive(Debug, Serialize)]
pub struct Report {
    pub cores: usize,
    pub connections: usize,
    pub seconds: u64,
    /// Two bare JavaScript Workers over one service binding, at all the times when they were measured.
    pub bare: Measured,
    pub flows: Vec<Flow>,
    /// What a token adds to the CPU time of reading a product, as a part of it.
    pub token_share: Option<f64>,
    pub race: Option<Race>,
    pub memory: Memory,
}

#[derive(Debug, Serialize)]
pub struct Flow {
    #[serde(flatten)]
    pub measured: Measured,
    /// Turns of it a second, of the requests a second that the bare pair did in turns with it.
    pub of_bare: f64,
    /// CPU time of a turn, as so many requests to the bare pair.
    pub cpu_of_bare: f64,
}

impl Flow {
    pub fn new(measured: Measured, bare: &Measured) -> Self {
        let (of_bare, cpu_of_bare) = (measured.per_second / bare.per_second, measured.cpu_ms / bare.cpu_ms);
        Self { measured, of_bare, cpu_of_bare }
    }
}

#[derive(Debug, Serialize)]
pub struct Race {
    pub buyers: usize,
    pub pieces: u32,
    pub sold: u64,
    pub refused: u64,
    /// Answers that told somebody to come again.
    pub later: u64,
    pub seconds: f64,
}

/// Of the workerd that runs the Workers, in bytes.
#[derive(Debug, Serialize)]
pub struct Memory {
    pub idle: u64,
    /// Over 10,000 reads of a product, and over as many requests to the bare pair.
    pub growth: i64,
    pub bare_growth: i64,
}

const MEBIBYTE: f64 = 1024.0 * 1024.0;

impl Report {
    pub fn table(&self) -> String {
        let mut table = String::from(
            "| flow | requests/s | of the bare pair | p50 | p99 | CPU per request | of the bare pair |\n\
             |---|--:|--:|--:|--:|--:|--:|\n",
        );
        let bare = std::iter::once((&self.bare, 1.0, 1.0)).filter(|_| !self.flows.is_empty());
        let flows = self.flows.iter().map(|flow| (&flow.measured, flow.of_bare, flow.cpu_of_bare));
        for (measured, of_bare, cpu_of_bare) in bare.chain(flows) {
            // Writing to a String cannot fail.
            let _ = writeln!(
                table,
                "| {} | {:.0} | {of_bare:.3} | {:.1} ms | {:.1} ms | {:.2} ms | {cpu_of_bare:.1} |",
                measured.name, measured.per_second, measured.p50_ms, measured.p99_ms, measured.cpu_ms,
            );
        }
        table.push('\n');
        if let Some(share) = self.token_share {
            let _ = writeln!(
                table,
                "Tokens: who is signed in costs {:+.1} % of the CPU time of reading a product.",
                share * 100.0
            );
        }
        if let Some(race) = &self.race {
            let _ = writeln!(
                table,
                "Race: {} buyers at once for {} pieces: {} sold, {} refused, in {:.1} s; {} answers were to come later.",
                race.buyers, race.pieces, race.sold, race.refused, race.seconds, race.later
            );
        }
        let _ = writeln!(
            table,
            "Memory of workerd: {:.0} MiB idle; {:+.0} MiB over 10,000 requests (the bare pair: {:+.0} MiB).",
            self.memory.idle as f64 / MEBIBYTE,
            self.memory.growth as f64 / MEBIBYTE,
            self.memory.bare_growth as f64 / MEBIBYTE,
        );
        let _ = writeln!(
            table,
            "{} connections on {} cores, {} s a flow; the client runs on the same cores.",
            self.connections, self.cores, self.seconds
        );
        table
    }
}
