//! What looks at the shop with a real browser: `tests/browser`, and Lighthouse. Each gets a shop of its own.

use std::{fs, path::Path, process::Command};

use anyhow::{Result, bail};

use crate::{
    build, chromium, dev,
    files::Scratch,
    node, process, say,
    secrets::Secrets,
    setup::{self, Setup},
    shop::{self, Shop},
    tally::Tally,
    test::PRODUCTS,
    workspace::{Worker, Workspace},
};

const FOLDER: &str = "tests/browser";
const TESTS: &str = "tests/browser/tests";
/// Pictures of the pages, of the last run alone.
const ARTEFACTS: &str = "target/browser";
/// A file that hangs fails; its tests have limits of their own.
const FILE_MAX_MS: &str = "--test-timeout=1200000";

/// Runs the tests; where there can be no browser, all of them are skipped.
pub fn test(workspace: &Workspace, setup: &Setup, workers: &[Worker], secrets: &Secrets) -> Result<Tally> {
    let chromium = match chromium::provide(workspace) {
        Ok(chromium) => chromium,
        Err(why) if process::interrupted() => return Err(why),
        Err(why) => {
            let files = fs::read_dir(workspace.path(TESTS))?.count();
            let reason = format!("ALL {files} FILES OF TESTS IN A BROWSER, as {why:#}");
            println!("  SKIPPED: {reason}");
            return Ok(Tally::skipped(files.try_into()?, reason));
        }
    };
    let _last_run = fs::remove_dir_all(workspace.path(ARTEFACTS));
    node::install_packages(workspace, FOLDER)?;
    let scratch = Scratch::new("browser")?;
    let shop = open(workspace, setup, workers, secrets, &scratch)?;
    let mut tests = Command::new(&setup.node.program);
    tests.args(["--test", "--test-reporter=spec", FILE_MAX_MS]).arg(format!("{TESTS}/*.test.mjs"));
    let tally = Tally::of(environment(&mut tests, workspace, setup, secrets, &shop, &chromium))?;
    println!("\n  Pictures of every page are in {ARTEFACTS}.");
    Ok(tally)
}

/// `cargo xtask lighthouse`: prints what it says of each page. A command and no test, as its figures depend on the host.
pub fn lighthouse(workspace: &Workspace) -> Result<()> {
    let Ok(chromium) = chromium::provide(workspace) else { bail!("Lighthouse needs Chromium") };
    let setup = setup::provide(workspace)?;
    let workers = build::build(workspace, &setup)?;
    let secrets = Secrets::load_or_make(workspace)?;
    secrets.hand_out(workspace, &workers)?;
    dev::pictures(workspace, dev::PRODUCTS)?;
    node::install_packages(workspace, FOLDER)?;
    let scratch = Scratch::new("lighthouse")?;
    let shop = open(workspace, &setup, &workers, &secrets, &scratch)?;
    let mut measure = Command::new(&setup.node.program);
    measure.arg(workspace.path(FOLDER).join("lighthouse.mjs"));
    process::run(environment(&mut measure, workspace, &setup, &secrets, &shop, &chromium))
}

/// A small shop of this run's own.
fn open(
    workspace: &Workspace,
    setup: &Setup,
    workers: &[Worker],
    secrets: &Secrets,
    scratch: &Scratch,
) -> Result<Shop> {
    let options = dev::Options {
        port: shop::free_port()?,
        watch: false,
        fresh: false,
        products: PRODUCTS,
        state: scratch.path().to_owned(),
    };
    let shop = dev::start(workspace, setup, workers, secrets, &options)?;
    say::step(&format!("seeding {PRODUCTS} watches"), || {
        dev::seed_shop(workspace, secrets, &shop.url, PRODUCTS)
    })?;
    Ok(shop)
}

fn environment<'a>(
    command: &'a mut Command,
    workspace: &Workspace,
    setup: &Setup,
    secrets: &Secrets,
    shop: &Shop,
    chromium: &Path,
) -> &'a mut Command {
    command
        .current_dir(&workspace.root)
        .env("PATH", setup.node.path())
        .env("MERIDIAN_URL", &shop.url)
        .env("MERIDIAN_ACCOUNT_PASSWORD", &secrets.account_password)
        .env("MERIDIAN_CHROMIUM", chromium)
}
