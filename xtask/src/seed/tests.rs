//! The whole way into a shop, against a shop of paper: a listener that answers as api.md says and remembers what it was told.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use serde_json::{Value, json};

use super::*;

#[derive(Default)]
struct Books {
    categories: Vec<Value>,
    brands: Vec<Value>,
    locations: Vec<Value>,
    products: BTreeMap<String, Value>,
    /// Pieces by SKU and location.
    stock: BTreeMap<(String, String), u64>,
    receipts: usize,
    /// Answer the next call with this status and forget it.
    trouble: Option<u16>,
    refused_slug: Option<String>,
}

struct PaperShop {
    url: String,
    books: Arc<Mutex<Books>>,
}

impl PaperShop {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let books = Arc::new(Mutex::new(Books::default()));
        let shared = Arc::clone(&books);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(|stream| stream.ok()) {
                let books = Arc::clone(&shared);
                thread::spawn(move || while answer(&stream, &books).is_some() {});
            }
        });
        Self { url, books }
    }

    fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    fn seed(&self, products: usize) -> Result<()> {
        let port = self.url.rsplit(':').next().unwrap();
        let assets_dir = std::env::temp_dir().join(format!("meridian-seed-{port}"));
        let staff_token = "staff".to_owned();
        let outcome =
            run(&Options { url: self.url.clone(), staff_token, products, assets_dir: assets_dir.clone() });
        fs::remove_dir_all(assets_dir).unwrap();
        outcome
    }
}

/// Answers one request; nothing once the other side has hung up.
fn answer(stream: &TcpStream, books: &Mutex<Books>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    let mut words = first.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length").map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).unwrap();
    let (status, text) = books.lock().unwrap().act(&method, &target, &headers, &body);
    let text = text.to_string();
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{text}", text.len());
    let mut stream = stream;
    stream.write_all(answer.as_bytes()).ok()
}

impl Books {
    fn act(
        &mut self,
        method: &str,
        target: &str,
        headers: &BTreeMap<String, String>,
        body: &str,
    ) -> (u16, Value) {
        assert_eq!(headers["authorization"], "Bearer staff");
        if let Some(status) = self.trouble.take() {
            return (status, json!({"code": "service_unavailable"}));
        }
        let path = target.split('?').next().unwrap();
        let parsed = || serde_json::from_str::<Value>(body).unwrap();
        match (method, path) {
            ("GET", "/v1/categories") => list(&self.categories, target),
            ("GET", "/v1/brands") => list(&self.brands, target),
            ("GET", "/v1/locations") => list(&self.locations, target),
            ("POST", "/v1/categories") => keep(&mut self.categories, "cat", parsed()),
            ("POST", "/v1/brands") => keep(&mut self.brands, "brd", parsed()),
            ("POST", "/v1/locations") => keep(&mut self.locations, "loc", parsed()),
            ("POST", "/v1/products/import") => self.import(body),
            ("GET", _) => {
                let sku = path.rsplit('/').next().unwrap();
                let at = self.stock.keys().filter(|(known, _)| known == sku);
                (200, json!({"locations": at.map(|(_, id)| json!({"location_id": id})).collect::<Vec<_>>()}))
            }
            ("POST", _) => {
                assert!(!headers["idempotency-key"].is_empty());
                let (sku, receipt) = (path.split('/').nth(3).unwrap().to_owned(), parsed());
                let id = receipt["location_id"].as_str().unwrap().to_owned();
                self.receipts += 1;
                *self.stock.entry((sku, id)).or_default() += receipt["delta"].as_u64().unwrap();
                (201, json!({"seq": 1}))
            }
            _ => panic!("{method} {target}"),
        }
    }

    fn import(&mut self, body: &str) -> (u16, Value) {
        assert!(body.len() <= 1024 * 1024 && body.lines().count() <= 500);
        let mut lines = Vec::new();
        for (at, line) in body.lines().enumerate() {
            let product: Value = serde_json::from_str(line).unwrap();
            let known = |list: &[Value], slug: &Value| list.iter().any(|item| item["slug"] == *slug);
            assert!(known(&self.brands, &product["brand"]), "{}", product["brand"]);
            let categories = product["categories"].as_array().unwrap();
            assert!(categories.iter().all(|slug| known(&self.categories, slug)), "{categories:?}");
            let slug = product["slug"].as_str().unwrap().to_owned();
            if self.refused_slug.as_ref() == Some(&slug) {
                lines.push(json!({"line": at + 1, "status": "failed", "code": "sku_taken"}));
                continue;
            }
            let status = if self.products.insert(slug, product).is_some() { "unchanged" } else { "created" };
            lines.push(json!({"line": at + 1, "status": status}));
        }
        (200, json!({"lines": lines}))
    }
}

/// Two a page, so that pages are turned.
fn list(items: &[Value], target: &str) -> (u16, Value) {
    let from = target.split("cursor=").nth(1).map_or(0, |cursor| cursor.parse().unwrap());
    let page: Vec<_> = items.iter().skip(from).take(2).collect();
    let next = (from + 2 < items.len()).then(|| (from + 2).to_string());
    (200, json!({"items": page, "next_cursor": next}))
}

fn keep(items: &mut Vec<Value>, prefix: &str, mut item: Value) -> (u16, Value) {
    if let Some(parent) = item.get("parent_id") {
        assert!(items.iter().any(|known| known["id"] == *parent), "{parent}");
    }
    item["id"] = json!(format!("{prefix}_{}", items.len()));
    items.push(item.clone());
    (201, item)
}

#[test]
fn a_repeat_receives_only_what_is_missing() {
    let shop = PaperShop::open();
    shop.seed(30).unwrap();
    let expected: usize = deliveries(30).iter().map(|delivery| delivery.pieces.len()).sum();
    let once = shop.books().stock.clone();
    let (categories, brands) = {
        let books = shop.books();
        assert_eq!((books.receipts, once.len()), (expected, expected));
        assert_eq!((books.products.len(), books.locations.len()), (30, 3));
        (books.categories.len(), books.brands.len())
    };

    shop.seed(30).unwrap();
    {
        let books = shop.books();
        assert_eq!(books.stock, once);
        assert_eq!((books.categories.len(), books.brands.len()), (categories, brands));
    }

    // A first run that broke off near its end: the second finishes it.
    let lost = once.keys().next_back().unwrap().clone();
    shop.books().stock.remove(&lost);
    shop.seed(30).unwrap();
    assert_eq!(shop.books().stock, once);
    assert_eq!(shop.books().receipts, expected + 1);
}

#[test]
fn a_shop_that_is_busy_is_asked_again() {
    let shop = PaperShop::open();
    shop.books().trouble = Some(503);
    shop.seed(3).unwrap();
    assert_eq!(shop.books().products.len(), 3);
}

#[test]
fn a_refused_product_stops_the_seeding_and_is_shown() {
    let shop = PaperShop::open();
    shop.books().refused_slug = catalogue(3).nth(1).map(|product| product.slug);
    let error = shop.seed(3).unwrap_err().to_string();
    assert!(error.contains("sku_taken") && error.contains("hollis-and-wren"), "{error}");
    assert_eq!(shop.books().receipts, 0);
}

#[test]
fn a_usual_shop_is_stocked_with_a_bearable_number_of_calls() {
    let deliveries = deliveries(240);
    let calls: usize = deliveries.iter().map(|delivery| delivery.pieces.len()).sum();
    assert!((1_000..=1_800).contains(&calls), "{calls}");
}

#[test]
fn pictures_are_written_once() {
    let folder = std::env::temp_dir().join(format!("meridian-pictures-{}", std::process::id()));
    write_pictures(&folder, 30).unwrap();
    let picture = folder.join("images/watches/skarholm-skerry-lofoten.svg");
    let first = fs::metadata(&picture).unwrap().modified().unwrap();
    write_pictures(&folder, 30).unwrap();
    assert_eq!(fs::metadata(&picture).unwrap().modified().unwrap(), first);
    assert_eq!(fs::read_dir(folder.join("images/watches")).unwrap().count(), 30);
    fs::remove_dir_all(&folder).unwrap();
}
