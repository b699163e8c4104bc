//! The sample shop: an invented watch dealer's catalogue, its pictures and its stock, made by a generator.
//!
//! Everything is drawn from numbers and fixed seeds, so the same product comes out on every machine and in a shop of any size:
//! product 17 is the same watch among 240 and among 100,000. There are 2,000 designs with a picture each; later products are new
//! marks of them, with their own name, text and prices. Nothing here is a real brand.
//!
//! `parts` holds the vocabulary, `brands` and `accessories` what is made by whom, `watches` the facts of each design, `prose`,
//! `prices` and `pictures` what follows from them; `catalogue` puts a product together, `stock` says what lies where, and
//! `upload` takes it all into a running shop.

mod accessories;
mod brands;
mod catalogue;
mod parts;
mod pictures;
mod prices;
mod prose;
pub mod rng;
mod stock;
mod upload;
mod watches;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

pub use catalogue::catalogue;
use upload::Client;

/// Connections that receive stock at once.
const CONNECTIONS: usize = 4;
/// How often a long step says how far it is.
const PROGRESS: Duration = Duration::from_secs(5);
/// For how many products stock is received: a number, or `all`.
const STOCK_VARIABLE: &str = "SEED_STOCK_PRODUCTS";

/// Which shop to fill, and with how much.
pub struct Options {
    pub url: String,
    pub staff_token: String,
    pub products: usize,
    /// The directory that the pictures are served from.
    pub assets_dir: PathBuf,
}

/// Fills a running shop over its public HTTP interface. May be repeated: what is there already is left as it is.
///
/// A receipt of stock is a call of its own, so in a catalogue of more than 1,000 products only the first 1,000 get stock;
/// `SEED_STOCK_PRODUCTS=all`, or a number, in the environment says otherwise.
pub fn run(options: &Options) -> Result<()> {
    let started = Instant::now();
    let client = Client::new(&options.url, &options.staff_token);
    write_pictures(&options.assets_dir, options.products)?;

    let categories = client.provide_categories()?;
    let brands = client.provide_brands()?;
    let locations = client.provide_locations()?;
    say(started, &format!("{categories} categories and {brands} brands made; {} locations", locations.len()));

    let spoken = Mutex::new(started);
    client.import(catalogue(options.products), |done| {
        if done >= options.products || is_due(&spoken) {
            say(started, &format!("{done} of {} products imported", options.products));
        }
    })?;

    let stocked = options.products.min(stocked_products()?);
    if stocked < options.products {
        say(
            started,
            &format!("stock for the first {stocked} products only; {STOCK_VARIABLE}=all stocks every one"),
        );
    }
    receive_stock(&client, &locations, stocked, started)
}

/// Draws the pictures that the first `products` show into `images/watches` below `assets_dir`, each once: a picture belongs to a
/// design, so there are never more than 2,000. A file that is right already is not touched.
pub fn write_pictures(assets_dir: &Path, products: usize) -> Result<()> {
    let folder = assets_dir.join("images").join("watches");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, drawing) in catalogue::drawings(products) {
        let path = folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there == drawing) {
            continue;
        }
        fs::write(&path, drawing).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Everything to be received of one SKU: a position among the locations, and pieces.
struct Delivery {
    sku: String,
    pieces: Vec<(usize, u32)>,
}

fn deliveries(products: usize) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    for (index, product) in catalogue(products).enumerate() {
        for (number, variant) in product.variants.into_iter().enumerate() {
            let pieces = stock::received(index, number);
            if !pieces.is_empty() {
                deliveries.push(Delivery { sku: variant.sku, pieces });
            }
        }
    }
    deliveries
}

fn receive_stock(client: &Client, locations: &[String], products: usize, started: Instant) -> Result<()> {
    let deliveries = deliveries(products);
    // The shop forgets a request's key after a day. Where stock was received before, every SKU is looked at first, so that a
    // later repeat receives only what is missing. A run that broke off has received some of the first few.
    let mut is_repeat = false;
    for delivery in deliveries.iter().take(CONNECTIONS * 2) {
        is_repeat = is_repeat || !client.locations_of(&delivery.sku)?.is_empty();
    }
    let (next, received) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let spoken = Mutex::new(Instant::now());
    let work = || -> Result<()> {
        while let Some(delivery) = deliveries.get(next.fetch_add(1, Ordering::Relaxed)) {
            let there = if is_repeat { client.locations_of(&delivery.sku)? } else { Vec::new() };
            for (place, pieces) in &delivery.pieces {
                let location = locations.get(*place).context("a location that is not there")?;
                if there.contains(location) {
                    continue;
                }
                if let Err(error) = client.receive(&delivery.sku, location, *pieces) {
                    // The others need not go on.
                    next.store(deliveries.len(), Ordering::Relaxed);
                    return Err(error);
                }
                received.fetch_add(1, Ordering::Relaxed);
            }
            if is_due(&spoken) {
                let at = next.load(Ordering::Relaxed).min(deliveries.len());
                say(started, &format!("stock of {at} of {} variants received", deliveries.len()));
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| match worker.join() {
            Ok(outcome) => outcome,
            Err(_) => bail!("receiving stock broke off"),
        })
    })?;
    let received = received.into_inner();
    say(started, &format!("{received} receipts of stock for {} variants", deliveries.len()));
    Ok(())
}

fn stocked_products() -> Result<usize> {
    match std::env::var(STOCK_VARIABLE) {
        Ok(all) if all == "all" => Ok(usize::MAX),
        Ok(number) => {
            number.parse().with_context(|| format!("{STOCK_VARIABLE} is a number or `all`, not `{number}`"))
        }
        Err(_) => Ok(stock::STOCKED_PRODUCTS),
    }
}

/// Whether it is time to speak again; then the time starts anew.
fn is_due(spoken: &Mutex<Instant>) -> bool {
    let Ok(mut spoken) = spoken.lock() else { return false };
    let due = spoken.elapsed() >= PROGRESS;
    if due {
        *spoken = Instant::now();
    }
    due
}

fn say(started: Instant, what: &str) {
    println!("          {what:<58} {:>7.1} s", started.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests;
