//! The whole shop as one local process tree: started, waited for, and stopped with everything it started.

use std::{
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{ChildStdout, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    node::Node,
    process::{self, Running},
    workspace::{Worker, Workspace},
    wrangler,
};

const START_MAX: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(100);
const ANSWER_MAX: Duration = Duration::from_secs(5);

pub struct Shop {
    /// Where a shopper reaches it.
    pub url: String,
    running: Running,
    log: PathBuf,
}

impl Shop {
    /// Starts every Worker in one workerd and waits until the router finds all of them well.
    pub fn start(
        workspace: &Workspace,
        node: &Node,
        workers: &[Worker],
        state: &Path,
        port: u16,
    ) -> Result<Self> {
        Self::start_configs(workspace, node, &of_workers(workspace, workers), state, port)
    }

    /// The same for a shop that is made to fail: with settings for this run alone (as JSON, by a Worker's name what it gets besides its own),
    /// and with errors only in the log, which is continued.
    pub fn start_unwell(
        workspace: &Workspace,
        node: &Node,
        workers: &[Worker],
        state: &Path,
        port: u16,
        log: &Path,
        settings: &str,
    ) -> Result<Self> {
        // What goes to standard error is in the log already.
        let errors = Some(Stdio::null());
        let told =
            Told { out: process::append(log)?.into(), log: log.to_owned(), errors, settings, heard: None };
        Self::launch(workspace, node, &of_workers(workspace, workers), state, port, told)
    }

    /// The same as `start`, and somebody hears all that is said instead of a file.
    pub fn start_heard(
        workspace: &Workspace,
        node: &Node,
        workers: &[Worker],
        state: &Path,
        port: u16,
        heard: Heard<'_>,
    ) -> Result<Self> {
        let (log, errors) = (heard.log.to_owned(), Some(Stdio::null()));
        let told = Told { out: Stdio::piped(), log, errors, settings: "{}", heard: Some(heard) };
        Self::launch(workspace, node, &of_workers(workspace, workers), state, port, told)
    }

    /// Starts the Workers that these files describe; the first gets the port, and says by `/health` when all are there.
    pub fn start_configs(
        workspace: &Workspace,
        node: &Node,
        configs: &[PathBuf],
        state: &Path,
        port: u16,
    ) -> Result<Self> {
        let log = workspace.logs().join(format!("shop-{port}.log"));
        let out = process::create(&log)?.into();
        let told = Told { out, log, errors: None, settings: "{}", heard: None };
        Self::launch(workspace, node, configs, state, port, told)
    }

    fn launch(
        workspace: &Workspace,
        node: &Node,
        configs: &[PathBuf],
        state: &Path,
        port: u16,
        told: Told<'_>,
    ) -> Result<Self> {
        let mut command = node.command(&workspace.path("xtask/src/shop.mjs"));
        wrangler::prepare(&mut command, workspace);
        command.env("MERIDIAN_VARS", told.settings);
        command.arg(port.to_string()).arg(state).args(configs);
        command.stdin(Stdio::piped()).stdout(told.out);
        if let Some(heard) = &told.heard {
            command.env("MINIFLARE_WORKERD_V8_FLAGS", heard.flags);
        }
        if let Some(errors) = told.errors {
            command.stderr(errors);
        }
        let mut shop = Self {
            url: format!("http://127.0.0.1:{port}"),
            running: Running::start_aside(&mut command)?,
            log: told.log,
        };
        if let Some((heard, output)) = told.heard.zip(shop.running.child.stdout.take()) {
            (heard.hear)(output);
        }
        shop.wait_until_healthy()?;
        Ok(shop)
    }

    /// Takes up what was built or set anew. Its state stays; what was under way starts over from it.
    pub fn reload(&mut self) -> Result<()> {
        let told = self.running.child.stdin.as_mut().context("the shop listens to us")?;
        Ok(writeln!(told, "reload")?)
    }

    /// Ends an object's instance: its memory is gone, its storage stays. Nothing happens where there is none.
    pub fn evict(&mut self, worker: &str, class: &str, name: &str) -> Result<()> {
        let told = self.running.child.stdin.as_mut().context("the shop listens to us")?;
        Ok(writeln!(told, "evict {worker} {class} {name}")?)
    }

    /// Ends all of it at once and without a warning, as a crash would.
    pub fn kill(&mut self) {
        self.running.kill();
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The processes that it consists of.
    pub fn processes(&self) -> Vec<u32> {
        self.running.family()
    }

    /// Stays until the shop ends by itself or the command is interrupted.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.running.ended()?.is_some())
    }

    pub fn stop(&mut self) {
        self.running.stop();
    }

    fn wait_until_healthy(&mut self) -> Result<()> {
        let until = Instant::now() + START_MAX;
        let health = format!("{}/health", self.url);
        loop {
            if self.ended()? {
                bail!(
                    "the shop did not start. The end of {}:\n{}",
                    self.log.display(),
                    process::tail(&self.log)
                );
            }
            let last = match status(&health) {
                Ok(200) => return Ok(()),
                Ok(status) => format!("it answers {status}"),
                Err(_) => "it does not answer".to_owned(),
            };
            if Instant::now() > until {
                bail!(
                    "the shop is not healthy after {} s: {last} at {health}. The end of {}:\n{}",
                    START_MAX.as_secs(),
                    self.log.display(),
                    process::tail(&self.log)
                );
            }
            process::pause(POLL)?;
        }
    }
}

/// What a shop's process is told besides what it runs.
struct Told<'a> {
    out: Stdio,
    /// Where what it said can be read.
    log: PathBuf,
    /// Where its errors go besides; the terminal when left out.
    errors: Option<Stdio>,
    settings: &'a str,
    heard: Option<Heard<'a>>,
}

/// How it is run where no file but somebody takes what it says.
pub struct Heard<'a> {
    pub hear: Box<dyn FnOnce(ChildStdout) + 'a>,
    /// What they keep of it.
    pub log: &'a Path,
    /// The engine's.
    pub flags: &'a str,
}

fn of_workers(workspace: &Workspace, workers: &[Worker]) -> Vec<PathBuf> {
    workers.iter().map(|worker| worker.config_path.clone()).chain([workspace.assets_config()]).collect()
}

/// The status of a GET.
pub fn status(url: &str) -> Result<u16> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_MAX))
        .http_status_as_error(false)
        .build()
        .into();
    Ok(agent.get(url).call()?.status().as_u16())
}

/// A port that nobody listens on.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// Refuses a port that somebody else has, saying what to do.
pub fn require_port(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(_) => bail!(
            "port {port} is in use. Stop the program that has it, or choose another: cargo xtask dev --port {}",
            port.checked_add(1).unwrap_or(8787)
        ),
    }
}
