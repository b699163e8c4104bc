//! The commands of this repository. `cargo xtask help` lists them.

// A tool on a developer's machine may look at the clock, and may end when a number overflows.
#![allow(clippy::disallowed_methods, clippy::arithmetic_side_effects)]

mod accounts;
mod args;
mod bench;
mod browser;
mod build;
mod chaos;
mod check;
mod chromium;
mod dev;
mod engine;
mod files;
mod locks;
mod migrate;
mod node;
mod order;
mod process;
mod proof;
mod say;
mod secrets;
mod seed;
mod setup;
mod shop;
mod shopping;
mod simulate;
mod soak;
mod tally;
mod test;
mod token;
mod tools;
mod wasm;
mod watch;
mod workspace;
mod wrangler;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};

use crate::{args::Args, secrets::Secrets, workspace::Workspace};

const HELP: &str = "\
cargo xtask dev       start the whole shop on this machine, installing what is missing
    --port 8787       where it listens
    --watch           rebuild on save what a change touches
    --fresh           forget all state first
    --products 240    how many watches a new shop gets
    --state DIR       where it keeps its state (.meridian/state)

cargo xtask test      everything that is tested, natively, in the simulator, on workerd and in a browser
    --only workerd    or native, simulated or browser: one of the four

cargo xtask lighthouse   what Lighthouse says of the pages, how fast they are above all

cargo xtask check     format, lints, lock files and the rules of the workspace
cargo xtask openapi   write the contract: assets/public/openapi.json and docs.html
cargo xtask build     every Worker, and what each weighs
cargo xtask migrate   bring the local databases to the newest schema
    --state DIR

cargo xtask seed      fill a running shop with watches
    --products 240    how many
    --url http://127.0.0.1:8787

cargo xtask verify-proof URL SKU   whether a SKU was ever oversold, or its ledger changed; shares no code with the shop
    --since HEAD,HEAD and whether heads that were written down are still in it

cargo xtask simulate  days in the life of the shop with whatever can go wrong, and an audit after each
    --seeds 200       how many days
    --storm           every fault on every one of them
    --shoppers 24     how many come to each
    --first 0         the first of their seeds
    --seed 7          one of them alone
    --replay FILE     a day that was written down when it failed, told in full
    --bugs 100        look for each planted bug for so many days instead
    --table FILE      where the table of them goes
    --threads 2       on how many threads (one for each core)

cargo xtask chaos     people buy while the local shop is killed over and over, and an audit afterwards
    --kills 50        how often it is killed
    --seed S          what everybody does and when (another one each time)
    --shoppers 6      how many buy at once
    --state DIR       keep its state

cargo xtask soak      people buy for a long time, and what grows meanwhile (Linux only)
    --minutes 10      how long at least
    --messages 0      and until so many queue messages were handled
    --seed S          what everybody does (another one each time)
    --shoppers 6      how many buy at once
    --state DIR       keep its state
    --json FILE       where the figures go (.meridian/soak.json)

cargo xtask bench     what the shop does a second, beside two bare Workers (Linux only)
    --seconds 5       how long each flow is measured
    --connections 8   how many clients at once
    --only FLOW       health, product, list, search, cart-line, checkout or race alone
    --json FILE       where the figures go (.meridian/bench.json)

cargo xtask admin     make an admin, and print their password once
    --email ada@...   whose account it is
    --remote          in the deployed shop, not in the local one
    --state DIR

cargo xtask help      this text";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_else(|| "help".to_owned());
    match process::catch_interrupts().and_then(|()| run(&command, words)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if process::interrupted() => ExitCode::from(130),
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, words: impl Iterator<Item = String>) -> Result<()> {
    let workspace = Workspace::find()?;
    if command == "simulate" {
        return simulate::run(&workspace, words);
    }
    let outcome = dispatch(&workspace, command, Args::parse(words)?);
    wrangler::tidy(&workspace);
    outcome
}

fn dispatch(workspace: &Workspace, command: &str, mut args: Args) -> Result<()> {
    let kept_state = workspace.kept().join("state");
    match command {
        "dev" => {
            let options = dev::Options {
                port: args.value("port")?.unwrap_or(dev::PORT),
                watch: args.switch("watch")?,
                fresh: args.switch("fresh")?,
                products: args.value("products")?.unwrap_or(dev::PRODUCTS),
                state: absolute(args.value("state")?.unwrap_or(kept_state))?,
            };
            args.finish()?;
            dev::run(workspace, &options)
        }
        "test" => {
            let part = args.value("only")?.unwrap_or(test::Part::Everything);
            args.finish()?;
            test::run(workspace, part)
        }
        "lighthouse" => args.finish().and_then(|()| browser::lighthouse(workspace)),
        "check" => args.finish().and_then(|()| check::run(workspace)),
        "openapi" => args.finish().and_then(|()| check::write_contract(workspace)),
        "build" => {
            args.finish()?;
            let workers = build::build(workspace, &setup::provide(workspace)?)?;
            build::weigh(&workers)
        }
        "migrate" => {
            let state = absolute(args.value("state")?.unwrap_or(kept_state))?;
            args.finish()?;
            let setup = setup::provide(workspace)?;
            migrate::run(workspace, &setup.node, &workspace.workers()?, &state)
        }
        "seed" => {
            let products = args.value("products")?.unwrap_or(dev::PRODUCTS);
            let url = args.value("url")?.unwrap_or_else(|| format!("http://127.0.0.1:{}", dev::PORT));
            args.finish()?;
            dev::pictures(workspace, products)?;
            dev::seed_shop(workspace, &Secrets::load(workspace)?, &url, products)
        }
        "verify-proof" => {
            let (url, sku) = (args.word("URL")?, args.word("SKU")?);
            let since = args.value("since")?;
            args.finish()?;
            proof::run(&url, &sku, since)
        }
        "chaos" => {
            let options = chaos::Options {
                kills: args.value("kills")?.unwrap_or(50),
                seed: args.value("seed")?.unwrap_or_else(chaos::Options::any_seed),
                shoppers: args.value("shoppers")?.unwrap_or(chaos::SHOPPERS),
                state: args.value("state")?.map(absolute).transpose()?,
            };
            args.finish()?;
            chaos::run(workspace, &options)
        }
        "soak" => {
            let options = soak::Options {
                minutes: args.value("minutes")?.unwrap_or(10),
                messages: args.value("messages")?.unwrap_or(0),
                seed: args.value("seed")?.unwrap_or_else(chaos::Options::any_seed),
                shoppers: args.value("shoppers")?.unwrap_or(soak::SHOPPERS),
                state: args.value("state")?.map(absolute).transpose()?,
                json: absolute(args.value("json")?.unwrap_or(workspace.kept().join("soak.json")))?,
            };
            args.finish()?;
            soak::run(workspace, &options)
        }
        "bench" => {
            let options = bench::Options {
                seconds: args.value("seconds")?.unwrap_or(5),
                connections: args.value("connections")?.unwrap_or(8),
                products: args.value("products")?.unwrap_or(dev::PRODUCTS),
                only: args.value("only")?,
                json: absolute(args.value("json")?.unwrap_or(workspace.kept().join("bench.json")))?,
            };
            args.finish()?;
            bench::run(workspace, &options)
        }
        "admin" => {
            let email: String =
                args.value("email")?.context("--email says whose account it is, such as ada@example.com")?;
            let is_remote = args.switch("remote")?;
            let state = absolute(args.value("state")?.unwrap_or(kept_state))?;
            args.finish()?;
            let setup = setup::provide(workspace)?;
            if is_remote {
                return accounts::make_admin(
                    workspace,
                    &accounts::Shop::Remote { node: &setup.node },
                    &email,
                );
            }
            let _claim = dev::Claim::take(&state)?;
            let workers = workspace.workers()?;
            let shop = accounts::Shop::Local { node: &setup.node, workers: &workers, state: &state };
            accounts::make_admin(workspace, &shop, &email)
        }
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => bail!("there is no `{other}`. Try `cargo xtask help`."),
    }
}

fn absolute(path: PathBuf) -> Result<PathBuf> {
    std::path::absolute(&path).with_context(|| format!("{} is no path", path.display()))
}
