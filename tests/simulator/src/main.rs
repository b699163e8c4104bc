//! `cargo xtask simulate`: many days, or one of them told in full.
#![allow(clippy::print_stdout, clippy::disallowed_methods, clippy::arithmetic_side_effects)]

mod report;

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use domain::Bug;
use simulator::{
    Day, Outcome,
    day::Sort,
    hunt::hunt,
    live_through,
    run::Tally,
    shrink::{Patience, shrink},
};

/// Less for what is given away, and fast: a day allocates all the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SHRINKING: Patience = Patience(Duration::from_secs(90));
const PROGRESS_EVERY: Duration = Duration::from_secs(5);

struct Options {
    first: u64,
    seeds: u64,
    threads: usize,
    sort: Sort,
    /// One day, told in full.
    replay: Option<PathBuf>,
    /// Where a failing day is written.
    out: PathBuf,
    /// Look for the planted bugs instead, each for so many days.
    bugs: Option<u64>,
    /// One of them alone.
    bug: Option<String>,
    /// Where the table of them goes.
    table: Option<PathBuf>,
}

fn options() -> Result<Options, String> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut options = Options {
        first: 0,
        seeds: 200,
        threads,
        sort: Sort::default(),
        replay: None,
        out: PathBuf::from("target/simulate"),
        bugs: None,
        bug: None,
        table: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(name) = words.next() {
        if name == "--storm" {
            options.sort.is_stormy = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{name} wants a value"))?;
        let number = || value.parse::<u64>().map_err(|_| format!("{name} wants a number, not {value}"));
        match name.as_str() {
            "--seeds" => options.seeds = number()?,
            "--shoppers" => options.sort.shoppers = number()?.max(1),
            "--first" => options.first = number()?,
            "--seed" => (options.first, options.seeds) = (number()?, 1),
            "--threads" => options.threads = usize::try_from(number()?.max(1)).unwrap_or(1),
            "--replay" => options.replay = Some(PathBuf::from(value)),
            "--bugs" => options.bugs = Some(number()?),
            "--bug" => options.bug = Some(value),
            "--table" => options.table = Some(PathBuf::from(value)),
            "--out" => options.out = PathBuf::from(value),
            _ => return Err(format!("{name} is no option")),
        }
    }
    Ok(options)
}

fn main() -> ExitCode {
    // A panic in a day is a finding, told with the others.
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = options().and_then(|options| match (&options.replay, options.bugs) {
        (Some(file), _) => replay(file),
        (None, Some(days)) => find_bugs(&options, days),
        (None, None) => simulate(&options),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            println!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

fn replay(file: &std::path::Path) -> Result<bool, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let day: Day = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    let outcome = live_through(&day);
    print!("{}", report::story(&day, &outcome));
    Ok(outcome.findings.is_empty())
}

/// Whether every planted bug is found.
fn find_bugs(options: &Options, days: u64) -> Result<bool, String> {
    let began = Instant::now();
    let is_wanted = |bug: &Bug| options.bug.as_deref().is_none_or(|name| name == bug.name());
    let bugs: Vec<Bug> = Bug::ALL.iter().copied().filter(is_wanted).collect();
    let hunts = hunt(&bugs, days, options.threads, |hunt| println!("  {}", report::hunted(hunt)));
    let caught = hunts.iter().filter(|hunt| hunt.caught.is_some()).count();
    println!("{caught} of {} planted bugs found; {:.0} s", hunts.len(), began.elapsed().as_secs_f64());
    if let Some(file) = &options.table {
        std::fs::write(file, report::table(&hunts, days))
            .map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(caught == hunts.len())
}

fn simulate(options: &Options) -> Result<bool, String> {
    let began = Instant::now();
    let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let is_over = AtomicBool::new(false);
    let tally = Mutex::new(Tally::default());
    let failed: Mutex<Option<(Day, Outcome)>> = Mutex::new(None);
    let progress = || {
        let seconds = began.elapsed().as_secs_f64();
        let tally = *tally.lock().unwrap_or_else(PoisonError::into_inner);
        report::progress(done.load(Ordering::Relaxed), options.seeds, &tally, seconds)
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..options.threads)
            .map(|_| {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= options.seeds {
                            return;
                        }
                        let day = Day::of_sort(options.first + number, options.sort);
                        let outcome = live_through(&day);
                        *tally.lock().unwrap_or_else(PoisonError::into_inner) += outcome.tally;
                        done.fetch_add(1, Ordering::Relaxed);
                        if !outcome.findings.is_empty() {
                            is_over.store(true, Ordering::Relaxed);
                            let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                            failed.get_or_insert((day, outcome));
                        }
                    }
                })
            })
            .collect();
        let mut last = Instant::now();
        while workers.iter().any(|worker| !worker.is_finished()) {
            thread::sleep(Duration::from_millis(20));
            if last.elapsed() >= PROGRESS_EVERY {
                last = Instant::now();
                println!("  {}", progress());
            }
        }
    });
    println!("{}", progress());
    let failed = failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let Some((day, outcome)) = failed else { return Ok(true) };
    println!("\nseed {} fails:\n{}", day.seed, report::findings(&outcome));
    println!("looking for a shorter day on which the same goes wrong ...");
    let (short, short_outcome) = shrink(&day, &outcome, SHRINKING);
    let file = options.out.join(format!("seed-{}.json", day.seed));
    let text = serde_json::to_string_pretty(&short).map_err(|error| error.to_string())?;
    std::fs::create_dir_all(&options.out)
        .and_then(|()| std::fs::write(&file, text))
        .map_err(|error| format!("{}: {error}", file.display()))?;
    println!("\n{}", report::story(&short, &short_outcome));
    let Sort { shoppers, is_stormy } = options.sort;
    let storm = if is_stormy { " --storm" } else { "" };
    println!("the day itself: cargo xtask simulate --seed {} --shoppers {shoppers}{storm}", day.seed);
    println!("the short one:  cargo xtask simulate --replay {}", file.display());
    Ok(false)
}
