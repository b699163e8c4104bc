//! The whole shop as one local process tree: started, waited for, and stopped with everything it started.

use std::{
    io::Write,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
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
        let assets = workspace.assets_config();
        let configs: Vec<&Path> =
            workers.iter().map(|worker| worker.config_path.as_path()).chain([assets.as_path()]).collect();
        Self::start_configs(workspace, node, &configs, state, port)
    }

    /// Starts the Workers that these files describe; the first gets the port, and says by `/health` when all are there.
    pub fn start_configs(
        workspace: &Workspace,
        node: &Node,
        configs: &[&Path],
        state: &Path,
        port: u16,
    ) -> Result<Self> {
        let log = workspace.logs().join(format!("shop-{port}.log"));
        let mut command = node.command(&workspace.path("xtask/src/shop.mjs"));
        wrangler::prepare(&mut command, workspace);
        command.arg(port.to_string()).arg(state).args(configs);
        command.stdin(Stdio::piped()).stdout(process::create(&log)?);
        let mut shop = Self {
            url: format!("http://127.0.0.1:{port}"),
            running: Running::start_aside(&mut command)?,
            log,
        };
        shop.wait_until_healthy()?;
        Ok(shop)
    }

    /// Takes up what was built or set anew. Its state stays; what was under way starts over from it.
    pub fn reload(&mut self) -> Result<()> {
        let told = self.running.child.stdin.as_mut().context("the shop listens to us")?;
        Ok(writeln!(told, "reload")?)
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
