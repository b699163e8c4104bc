//! What is measured: the calls that a shop's day is made of.

use std::{
    cell::RefCell,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};

use super::{client::Client, report::Race};

/// SKUs with stock for any number of checkouts: as many as a shop with a few favourites.
const GOODS: usize = 20;
const PIECES: u32 = 1_000_000;
/// Products that are looked at in turn.
const SHOWN: usize = 60;
const SEARCHES: [&str; 8] =
    ["diver", "automatic", "steel", "chrono", "field", "sapphire", "blue", "titanium"];

/// What a buyer waits who is told to come later.
const LATER: Duration = Duration::from_secs(1);
/// Of a buyer's thread, in bytes.
const STACK: usize = 512 * 1024;

type Flow<'a> = Box<dyn Fn(&Client, u64) -> Result<()> + Sync + 'a>;

pub struct Goods {
    slugs: Vec<String>,
    categories: Vec<String>,
    skus: Vec<String>,
    location: String,
    /// Of somebody who is signed in.
    bearer: String,
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    Ok(found.with_context(|| format!("no {pointer} in {value}"))?.to_owned())
}

fn texts(list: &Value, pointer: &str) -> Result<Vec<String>> {
    list.get("items")
        .and_then(Value::as_array)
        .context("a list")?
        .iter()
        .map(|item| text(item, pointer))
        .collect()
}

fn pick(list: &[String], turn: u64) -> &str {
    let index = usize::try_from(turn).unwrap_or(0) % list.len().max(1);
    list.get(index).map_or("", String::as_str)
}

impl Goods {
    /// Adds products of its own, with stock that no run uses up.
    pub fn stock(client: &Client, staff: &str, customer: &str) -> Result<Self> {
        let products = client.get(&format!("/v1/products?limit={SHOWN}"), &[])?.expect(200)?.json()?;
        let categories = client.get("/v1/categories?limit=20", &[])?.expect(200)?.json()?;
        let bearer = format!("Bearer {staff}");
        let locations = client.get("/v1/locations", &[("authorization", &bearer)])?.expect(200)?.json()?;
        let mut goods = Self {
            slugs: texts(&products, "/slug")?,
            categories: texts(&categories, "/slug")?,
            skus: (0..GOODS).map(|index| format!("BENCH-{index:02}")).collect(),
            location: text(&locations, "/items/0/id")?,
            bearer: format!("Bearer {customer}"),
        };
        let brands = client.get("/v1/brands?limit=1", &[])?.expect(200)?.json()?;
        let brand = text(&brands, "/items/0/slug")?;
        for sku in goods.skus.clone().iter().chain([&"BENCH-RACE".to_owned()]) {
            goods.add(client, &bearer, &brand, sku)?;
            if sku != "BENCH-RACE" {
                goods.receive(client, &bearer, sku, PIECES)?;
            }
        }
        Ok(goods)
    }

    fn add(&mut self, client: &Client, bearer: &str, brand: &str, sku: &str) -> Result<()> {
        let category = pick(&self.categories, 0);
        let price = json!([{"amount": 19900, "currency": "EUR"}]);
        let line = json!({
            "slug": sku.to_lowercase(), "name": sku, "description": "Bought by nobody but the benchmark.",
            "brand": brand, "categories": [category], "options": [], "attributes": {}, "images": [], "status": "active",
            "variants": [{"sku": sku, "title": "Standard", "options": {}, "prices": price, "compare_at_prices": [], "weight_grams": 90}],
        });
        let headers = [("authorization", bearer), ("content-type", "application/x-ndjson")];
        let answer =
            client.send("POST", "/v1/products/import", &headers, line.to_string().as_bytes())?.expect(200)?;
        let status = text(&answer.json()?, "/lines/0/status")?;
        ensure!(status != "failed", "import: {}", String::from_utf8_lossy(&answer.body));
        Ok(())
    }

    fn receive(&self, client: &Client, bearer: &str, sku: &str, pieces: u32) -> Result<()> {
        let body = json!({"location_id": self.location, "delta": pieces, "reason": "received"});
        let path = format!("/v1/inventory/{sku}/adjustments");
        client.json("POST", &path, &[("authorization", bearer)], &body)?.expect(201).map(|_| ())
    }

    pub fn stock_for_race(&self, client: &Client, staff: &str, pieces: u32) -> Result<String> {
        self.receive(client, &format!("Bearer {staff}"), "BENCH-RACE", pieces)?;
        Ok("BENCH-RACE".to_owned())
    }

    pub fn read_product(&self) -> Flow<'_> {
        Box::new(|client, turn| {
            client.get(&format!("/v1/products/{}", pick(&self.slugs, turn)), &[])?.expect(200).map(|_| ())
        })
    }

    /// The same by somebody who is signed in: what their token costs.
    pub fn read_product_signed_in(&self) -> Flow<'_> {
        Box::new(|client, turn| {
            let path = format!("/v1/products/{}", pick(&self.slugs, turn));
            client.get(&path, &[("authorization", &self.bearer)])?.expect(200).map(|_| ())
        })
    }

    /// Sets the quantity of a line of a cart that each connection keeps, which comes to have so many lines.
    fn change_line(&self, lines: u64) -> Flow<'_> {
        thread_local! {
            static CART: RefCell<Option<Cart>> = const { RefCell::new(None) };
        }
        Box::new(move |client, turn| {
            CART.with_borrow_mut(|cart| {
                let cart = match cart {
                    Some(cart) => cart,
                    empty => empty.insert(Cart::new(client)?),
                };
                cart.set_line(client, pick(&self.skus, turn % lines), turn % 9 + 1).map(|_| ())
            })
        })
    }

    pub fn flows(&self) -> Vec<(&'static str, Flow<'_>)> {
        let list: Flow<'_> = Box::new(|client, turn| {
            let path = format!("/v1/products?category={}&limit=20", pick(&self.categories, turn));
            client.get(&path, &[])?.expect(200).map(|_| ())
        });
        let search: Flow<'_> = Box::new(|client, turn| {
            let word = SEARCHES.get(usize::try_from(turn)? % SEARCHES.len()).unwrap_or(&"watch");
            client.get(&format!("/v1/products?q={word}&limit=20"), &[])?.expect(200).map(|_| ())
        });
        // As everybody sees it whom the shop does not know: the gateway remembers it.
        let page: Flow<'_> = Box::new(|client, turn| {
            client.get(&format!("/products/{}", pick(&self.slugs, turn)), &[])?.expect(200).map(|_| ())
        });
        let health: Flow<'_> = Box::new(|client, _| client.get("/health", &[])?.expect(200).map(|_| ()));
        let line = self.change_line(1);
        let line_of_five = self.change_line(5);
        let checkout: Flow<'_> = Box::new(|client, turn| {
            let cart = Cart::new(client)?;
            let shown = cart.set_line(client, pick(&self.skus, turn), 1)?;
            cart.order(client, &shown)?.expect(201).map(|_| ())
        });
        vec![
            ("health", health),
            ("product", self.read_product()),
            ("product-signed-in", self.read_product_signed_in()),
            ("page", page),
            ("list", list),
            ("search", search),
            ("cart-line", line),
            ("cart-line-of-5", line_of_five),
            ("checkout", checkout),
        ]
    }
}

struct Cart {
    id: String,
    token: String,
}

impl Cart {
    fn new(client: &Client) -> Result<Self> {
        let body = json!({"currency": "EUR", "country": "DE"});
        let cart = client.json("POST", "/v1/carts", &[], &body)?.expect(201)?.json()?;
        Ok(Self { id: text(&cart, "/id")?, token: text(&cart, "/token")? })
    }

    fn set_line(&self, client: &Client, sku: &str, quantity: u64) -> Result<Value> {
        let path = format!("/v1/carts/{}/lines/{sku}", self.id);
        let headers = [("x-cart-token", self.token.as_str())];
        client.json("PUT", &path, &headers, &json!({"quantity": quantity}))?.expect(200)?.json()
    }

    fn order(&self, client: &Client, shown: &Value) -> Result<super::client::Answer> {
        let body = json!({
            "cart_id": self.id,
            "cart_version": shown.get("version"),
            "expected_total": shown.get("total"),
            "email": "bench@example.com",
            "shipping_address": {"name": "B. Ench", "line1": "Hauptstraße 1", "city": "Berlin", "postal_code": "10117", "country": "DE"},
            "payment_method": "pm_card_visa",
        });
        let headers = [("x-cart-token", self.token.as_str()), ("idempotency-key", self.id.as_str())];
        client.json("POST", "/v1/orders", &headers, &body)
    }
}

/// So many buyers, each with a full cart and a connection of their own, who all press the button at once, for fewer pieces. Whoever is told
/// to come later does, with the same key.
pub fn race(url: &str, sku: &str, buyers: usize) -> Result<Race> {
    let client = Client::connect(url)?;
    let carts = (0..buyers)
        .map(|_| {
            let cart = Cart::new(&client)?;
            let shown = cart.set_line(&client, sku, 1)?;
            Ok((cart, shown))
        })
        .collect::<Result<Vec<_>>>()?;
    let (sold, refused, later) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let (is_open, opened) = (Mutex::new(false), Condvar::new());
    let open = || {
        *is_open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        opened.notify_all();
    };
    let buy = &|cart: &Cart, shown: &Value| -> Result<()> {
        let client = Client::connect(url);
        let door = is_open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(opened.wait_while(door, |is_open| !*is_open).unwrap_or_else(PoisonError::into_inner));
        let client = client?;
        loop {
            let answer = cart.order(&client, shown)?;
            let code = if answer.status == 409 { text(&answer.json()?, "/code")? } else { String::new() };
            let (counter, is_final) = match (answer.status, code.as_str()) {
                (201, _) => (&sold, true),
                (409, "out_of_stock") => (&refused, true),
                (202 | 429 | 503, _) | (409, "request_in_progress") => (&later, false),
                _ => return answer.expect(201).map(drop),
            };
            counter.fetch_add(1, Ordering::Relaxed);
            if is_final {
                return Ok(());
            }
            thread::sleep(LATER);
        }
    };
    let started = thread::scope(|scope| {
        let threads = carts
            .iter()
            .map(|(cart, shown)| {
                let thread = thread::Builder::new().stack_size(STACK);
                thread.spawn_scoped(scope, move || buy(cart, shown)).context("a thread for each buyer")
            })
            .collect::<Result<Vec<_>>>();
        let started = Instant::now();
        // Whatever came of it: those who wait are let go.
        open();
        threads?
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow!("a buyer's thread ended badly"))?)?;
        anyhow::Ok(started)
    })?;
    Ok(Race {
        buyers,
        pieces: 0,
        sold: sold.into_inner(),
        refused: refused.into_inner(),
        later: later.into_inner(),
        seconds: started.elapsed().as_secs_f64(),
    })
}
