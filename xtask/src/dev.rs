//! `cargo xtask dev`: the shop on this machine, from nothing to a printed address.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    accounts, build,
    files::{self, Stamp},
    migrate, process, say,
    secrets::Secrets,
    seed,
    setup::{self, Setup},
    shop::{self, Shop},
    token,
    watch::Watch,
    workspace::{Worker, Workspace},
};

pub const PORT: u16 = 8787;
/// How many watches a new shop has.
pub const PRODUCTS: usize = 240;
const POLL: Duration = Duration::from_millis(300);

pub struct Options {
    pub port: u16,
    pub watch: bool,
    pub fresh: bool,
    pub products: usize,
    pub state: PathBuf,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let started = Instant::now();
    let _claim = Claim::take(&options.state)?;
    shop::require_port(options.port)?;
    if options.fresh {
        clear(&options.state)?;
    }

    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    pictures(workspace, options.products)?;

    let mut shop = start(workspace, &setup, &workers, &secrets, options)?;
    fill(workspace, &secrets, &shop, options)?;
    welcome(&secrets, &shop, options, started);

    let mut watch = options.watch.then(|| Watch::new(workspace));
    while process::pause(POLL).is_ok() {
        if shop.ended()? {
            bail!(
                "the shop ended by itself. The end of {}:\n{}",
                shop.log().display(),
                process::tail(shop.log())
            );
        }
        let Some(change) = watch.as_mut().and_then(Watch::change) else { continue };
        if let Err(error) = rebuild(workspace, &setup, &secrets, &mut shop, &change, options) {
            eprintln!("{error:#}\n          The shop goes on as it was; save again to try again.");
        }
    }
    say::step("stopping", || {
        shop.stop();
        Ok(())
    })
}

/// The shop at `options.port`, with its databases and the accounts of a local shop.
pub fn start(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    secrets: &Secrets,
    options: &Options,
) -> Result<Shop> {
    let mark = accounts::mark(&secrets.account_password);
    let people =
        migrate::Accounts { mark: &mark, statements: &|| accounts::local(&secrets.account_password) };
    migrate::run_with(workspace, &setup.node, workers, &options.state, Some(people))?;
    say::step("starting every Worker", || {
        Shop::start(workspace, &setup.node, workers, &options.state, options.port)
    })
}

/// New builds and new settings are taken up; new migrations need databases that nobody has open.
fn rebuild(
    workspace: &Workspace,
    setup: &Setup,
    secrets: &Secrets,
    shop: &mut Shop,
    change: &[PathBuf],
    options: &Options,
) -> Result<()> {
    let migrations = workspace.path("d1-migrations");
    let workers = build::build(workspace, setup)?;
    if change.iter().any(|path| path.starts_with(&migrations)) {
        shop.stop();
        *shop = start(workspace, setup, &workers, secrets, options)?;
        return Ok(());
    }
    shop.reload()
}

/// Draws the pictures that the catalogue shows; their Worker wants them before it starts.
pub fn pictures(workspace: &Workspace, products: usize) -> Result<()> {
    let sources = files::tree(&workspace.path("xtask/src/seed"))?;
    let stamp = Stamp::new(workspace.kept().join("pictures"), format!("{products} {}", files::hash(sources)));
    let assets = workspace.assets();
    if stamp.holds() && assets.join("images").is_dir() {
        return Ok(());
    }
    say::step(&format!("pictures of {products} watches"), || {
        stamp.lift()?;
        fs::create_dir_all(&assets)?;
        seed::write_pictures(&assets, products)?;
        stamp.set()
    })
}

/// Seeds a shop that has never been seeded to the end.
fn fill(workspace: &Workspace, secrets: &Secrets, shop: &Shop, options: &Options) -> Result<()> {
    let note = options.state.join("seeded");
    if note.is_file() {
        return Ok(());
    }
    say::step(&format!("seeding {} watches", options.products), || {
        seed_shop(workspace, secrets, &shop.url, options.products)?;
        files::write(&note, format!("{}\n", options.products))
    })
}

/// Fills the shop at `url` through its own HTTP interface.
pub fn seed_shop(workspace: &Workspace, secrets: &Secrets, url: &str, products: usize) -> Result<()> {
    let staff_token = token::mint(secrets, "staff")?;
    seed::run(&seed::Options { url: url.to_owned(), staff_token, products, assets_dir: workspace.assets() })
}

fn welcome(secrets: &Secrets, shop: &Shop, options: &Options, started: Instant) {
    let url = &shop.url;
    println!("\nMeridian is open at {url} after {:.1} s.\n", started.elapsed().as_secs_f64());
    // Browsers keep cookies that ask for HTTPS for a machine that is called so.
    println!("  visit     {}", url.replace("127.0.0.1", "localhost"));
    println!("  browse    curl -s '{url}/v1/products?q=diver&limit=3'");
    println!(
        "  fill      curl -s -X POST {url}/v1/carts -H 'content-type: application/json' -d '{{\"currency\":\"EUR\"}}'"
    );
    println!("  read      {url}/docs");
    println!("  mails     {url}/dev/mailbox");
    println!("  work      {}/admin", url.replace("127.0.0.1", "localhost"));
    println!("  sign in   as {}", accounts::LOCAL.map(|(email, _)| email).join(", "));
    println!(
        "            curl -s -X POST {url}/v1/auth/login -H 'content-type: application/json' -d '{{\"email\":\"{}\",\"password\":\"{}\"}}'",
        accounts::LOCAL[1].0,
        secrets.account_password
    );
    println!("  log       {}", shop.log().display());
    println!("  state     {} (--fresh starts over)\n", options.state.display());
    println!(
        "Ctrl-C stops it.{}\n",
        if options.watch { " Saving a file rebuilds what it touches." } else { "" }
    );
}

fn clear(state: &Path) -> Result<()> {
    // Only what these commands made: a mistyped --state must not cost anybody a directory.
    for part in ["v3", "migrated", "peopled", "seeded"] {
        let path = state.join(part);
        if path.is_dir() {
            fs::remove_dir_all(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
        } else if path.exists() {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The state belongs to one running shop: SQLite files bear no second one.
pub struct Claim(PathBuf);

impl Claim {
    pub fn take(state: &Path) -> Result<Self> {
        let path = state.join("running");
        let holder = fs::read_to_string(&path).ok().and_then(|pid| pid.trim().parse().ok());
        if let Some(pid) = holder.filter(|pid| process::alive(*pid)) {
            bail!(
                "this shop is running already, as process {pid}. Stop that one, or give this one a place of its own with --state DIR."
            );
        }
        files::write(&path, std::process::id().to_string())?;
        Ok(Self(path))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.0);
    }
}
