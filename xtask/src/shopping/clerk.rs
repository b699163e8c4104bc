//! Somebody behind the counter: sends parcels, pays back, takes pieces back onto the shelf.

use std::{sync::atomic::Ordering, thread, time::Duration};

use anyhow::Result;
use serde_json::json;

use super::{
    client::{get, post},
    diary::{Parcel, Pieces, Refund},
    shoppers::{Shop, pieces},
};
use crate::seed::rng::Rng;

/// How many orders are looked at for one that is placed: most are.
const DRAWS_MAX: usize = 8;

pub fn work(shop: &Shop<'_>, seed: usize, pause: Duration) -> Result<()> {
    let mut rng = Rng::new("clerk", seed);
    for turn in 0.. {
        if shop.is_closing.load(Ordering::Relaxed) {
            break;
        }
        if let Some((id, wants)) = choose(shop, &mut rng) {
            handle(shop, &mut rng, &id, &wants, &format!("clerk-{turn}"))?;
        }
        thread::sleep(pause);
    }
    Ok(())
}

/// One of the orders that are placed, and what is in it.
fn choose(shop: &Shop<'_>, rng: &mut Rng) -> Option<(String, Pieces)> {
    let notes = shop.diary.open();
    let mut drawn =
        (0..DRAWS_MAX).filter_map(|_| notes.orders.get(notes.told.get(rng.below(notes.told.len()))?));
    let order = drawn.find(|order| order.is_placed && !order.is_cancelled)?;
    Some((order.id.clone(), order.seen.wants.clone()))
}

/// Some of an order's pieces go out or come back. What an order refuses is nobody's mistake: others have been quicker.
fn handle(shop: &Shop<'_>, rng: &mut Rng, id: &str, wants: &Pieces, key: &str) -> Result<()> {
    let skus: Vec<&str> = wants.keys().map(String::as_str).collect();
    let sku = rng.pick(&skus);
    let some: Pieces =
        [(sku.to_owned(), rng.between(1, wants.get(sku).copied().unwrap_or(1)))].into_iter().collect();
    let lines: Vec<_> =
        some.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
    let is_refund = rng.chance(50);
    let restock = rng.chance(70);
    let ask = if is_refund {
        let body = json!({ "lines": lines, "restock": restock, "reason": "sent back" });
        post(format!("/v1/orders/{id}/refunds")).json(body)
    } else {
        let body = json!({ "lines": lines, "carrier": "DHL", "tracking_number": key });
        post(format!("/v1/orders/{id}/fulfillments")).json(body)
    };
    let answer = shop.client.persist(&ask.by(shop.staff).key(key))?;
    let mut notes = shop.diary.open();
    let made = answer.text("/id").to_owned();
    match answer.status {
        201 if pieces(&answer.body) != some => {
            notes.complaints.insert(format!("{some:?} of order {id} were handled as {answer:?}"));
        }
        201 => {
            if let Some(order) = notes.orders.get_mut(id) {
                match is_refund {
                    true => order.refunds.push(Refund { id: made, pieces: some, restock }),
                    false => order.parcels.push(Parcel { id: made, pieces: some }),
                }
            }
        }
        409 => {}
        _ => {
            notes.complaints.insert(format!("a strange answer to a clerk: {answer:?}"));
        }
    }
    drop(notes);
    // A look at it, as anybody would.
    shop.client.expect(&get(format!("/v1/orders/{id}")).by(shop.staff), 200).map(|_| ())
}
