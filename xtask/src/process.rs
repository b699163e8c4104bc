//! Other programs: run to their end, or kept running and then stopped with everything they started.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

const POLL: Duration = Duration::from_millis(50);
/// How long a program may take to end by itself before it is killed.
const GRACE: Duration = Duration::from_secs(8);
/// How long what it started may outlive it.
const ORPHANED: Duration = Duration::from_secs(1);
/// How much of a failed program's output is shown.
const TAIL_LINES: usize = 40;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C, and being told to end, let the command clean up instead of dropping everything.
pub fn catch_interrupts() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("signals cannot be handled here")
}

pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Waits a moment, unless the command was told to end.
pub fn pause(time: Duration) -> Result<()> {
    let until = Instant::now() + time;
    loop {
        if interrupted() {
            bail!("interrupted");
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(POLL));
    }
}

/// Runs a program that may speak to the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let mut running = Running::start(command)?;
    let status = running.wait()?;
    if !status.success() {
        bail!("`{name}` failed ({status})");
    }
    Ok(())
}

/// Runs a program whose output is only of interest when it fails.
pub fn run_quietly(command: &mut Command, log: &Path) -> Result<()> {
    let name = name(command);
    let file = create(log)?;
    command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file);
    let mut running = Running::start(command)?;
    let status = running.wait()?;
    if !status.success() {
        bail!("`{name}` failed ({status}). The end of {}:\n{}", log.display(), tail(log));
    }
    Ok(())
}

/// A program's output, when it ends well.
pub fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{name}` cannot be run"))?;
    if !output.status.success() {
        bail!("`{name}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

pub fn create(log: &Path) -> Result<File> {
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(log).with_context(|| format!("{} cannot be written", log.display()))
}

/// Opens a log to be continued.
pub fn append(log: &Path) -> Result<File> {
    let file = File::options().create(true).append(true).open(log);
    file.with_context(|| format!("{} cannot be written", log.display()))
}

/// The last lines of a log.
pub fn tail(log: &Path) -> String {
    let Ok(file) = File::open(log) else { return String::new() };
    let lines: Vec<String> = BufReader::new(file).lines().map_while(Result::ok).collect();
    let from = lines.len().saturating_sub(TAIL_LINES);
    lines.iter().skip(from).map(|line| format!("    {line}\n")).collect()
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let first = command.get_args().take(3).map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    format!("{} {first}", program.to_string_lossy())
}

/// A program and all that it started. It is stopped when dropped.
pub struct Running {
    pub child: Child,
    name: String,
}

impl Running {
    /// In the foreground: Ctrl-C reaches it as well.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = name(command);
        let child = command.spawn().with_context(|| format!("`{name}` cannot be started"))?;
        Ok(Self { child, name })
    }

    /// In a group of its own: Ctrl-C reaches only us, and we stop it in our own time.
    pub fn start_aside(command: &mut Command) -> Result<Self> {
        std::os::unix::process::CommandExt::process_group(command, 0);
        Self::start(command)
    }

    /// Everything that it started, and what that started.
    pub fn family(&self) -> Vec<u32> {
        descendants(self.child.id()).into_keys().collect()
    }

    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    pub fn wait(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                return Ok(status);
            }
            if pause(POLL).is_err() {
                self.stop();
                bail!("`{}` was interrupted", self.name);
            }
        }
    }

    /// Kills it and all that it started, without a warning. Held still first, so that it starts nothing meanwhile.
    pub fn kill(&mut self) {
        signal(self.child.id(), Signal::SIGSTOP);
        let family = self.family();
        for pid in family {
            signal(pid, Signal::SIGKILL);
        }
        if self.child.kill().is_ok() {
            let _ended = self.child.wait();
        }
    }

    /// Asks it to end, then kills what is left. workerd leads a process group of its own, so a group is not enough.
    pub fn stop(&mut self) {
        let mut family = descendants(self.child.id());
        if matches!(self.child.try_wait(), Ok(None)) {
            signal(self.child.id(), Signal::SIGTERM);
        }
        let mut until = Instant::now() + GRACE;
        while Instant::now() < until {
            let alive = processes();
            family.retain(|pid, born| alive.get(pid).is_some_and(|process| process.born == *born));
            if matches!(self.child.try_wait(), Ok(None)) {
                family.extend(descendants(self.child.id()));
            } else if family.is_empty() {
                return;
            } else {
                until = until.min(Instant::now() + ORPHANED);
            }
            thread::sleep(POLL);
        }
        for pid in family.keys() {
            signal(*pid, Signal::SIGKILL);
        }
        if self.child.kill().is_ok() {
            let _ended = self.child.wait();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// Whether a process of this id is there.
pub fn alive(pid: u32) -> bool {
    i32::try_from(pid).is_ok_and(|pid| kill(Pid::from_raw(pid), None).is_ok())
}

fn signal(pid: u32, signal: Signal) {
    if let Ok(pid) = i32::try_from(pid) {
        let _gone = kill(Pid::from_raw(pid), signal);
    }
}

struct Process {
    parent: u32,
    /// When it was started: tells it from a later process of the same id.
    born: String,
}

fn processes() -> BTreeMap<u32, Process> {
    let listing = output(Command::new("ps").args(["-A", "-o", "pid=,ppid=,lstart="])).unwrap_or_default();
    listing
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let pid = words.next()?.parse().ok()?;
            let parent = words.next()?.parse().ok()?;
            Some((pid, Process { parent, born: words.collect::<Vec<_>>().join(" ") }))
        })
        .collect()
}

fn descendants(root: u32) -> BTreeMap<u32, String> {
    let all = processes();
    let mut family = BTreeMap::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        for (pid, process) in all.iter().filter(|(_, process)| process.parent == parent) {
            if family.insert(*pid, process.born.clone()).is_none() {
                parents.push(*pid);
            }
        }
    }
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopping_ends_grandchildren_that_lead_a_group_of_their_own() {
        let script = "setsid sleep 300 & echo $!; wait";
        let mut running =
            Running::start(Command::new("sh").args(["-c", script]).stdout(Stdio::piped())).unwrap();
        let mut line = String::new();
        BufReader::new(running.child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let grandchild: u32 = line.trim().parse().unwrap();
        assert!(alive(grandchild));
        running.stop();
        assert!(!alive(running.child.id()));
        let until = Instant::now() + GRACE;
        while alive(grandchild) && Instant::now() < until {
            thread::yield_now();
        }
        assert!(!alive(grandchild));
    }

    #[test]
    fn a_failure_shows_the_end_of_what_was_said() {
        let log = std::env::temp_dir().join(format!("xtask-{}.log", std::process::id()));
        let error =
            run_quietly(Command::new("sh").args(["-c", "echo the reason; exit 3"]), &log).unwrap_err();
        assert!(error.to_string().contains("the reason"), "{error}");
        fs::remove_file(log).unwrap();
    }
}
