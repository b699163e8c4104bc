//! The way into a running shop: its public HTTP calls, repeated where an answer was lost.

use std::{thread, time::Duration};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    catalogue::{self, CATEGORIES, Product},
    stock::LOCATIONS,
};

/// Products in one call of the import, and its bytes: well inside the shop's 500 lines and 1 MiB, so that progress shows.
const IMPORT_LINES_MAX: usize = 200;
const IMPORT_BYTES_MAX: usize = 900 * 1024;
const ATTEMPTS_MAX: u32 = 6;
const ANSWER_MAX: Duration = Duration::from_secs(120);

/// A shop, and the right to change it.
pub struct Client {
    agent: ureq::Agent,
    url: String,
    authorization: String,
}

/// What the shop answered.
pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Answer {
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.body)
            .with_context(|| format!("unexpected answer: {}", shortened(&self.body)))
    }

    /// Only where it is one of these statuses.
    fn expect(self, statuses: &[u16], call: &str) -> Result<Self> {
        if statuses.contains(&self.status) {
            return Ok(self);
        }
        bail!("{call} answered {}: {}", self.status, shortened(&self.body))
    }
}

#[derive(Deserialize)]
struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Known {
    id: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    name: String,
}

#[derive(Serialize)]
struct NewCategory<'a> {
    slug: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<&'a str>,
    position: usize,
}

#[derive(Serialize)]
struct NewBrand<'a> {
    slug: &'a str,
    name: &'a str,
}

#[derive(Serialize)]
struct NewLocation<'a> {
    name: &'a str,
    country: &'a str,
    priority: u32,
}

#[derive(Serialize)]
struct Receipt<'a> {
    location_id: &'a str,
    delta: u32,
    reason: &'static str,
    note: &'static str,
}

#[derive(Deserialize)]
struct Level {
    #[serde(default)]
    locations: Vec<LevelAt>,
}

#[derive(Deserialize)]
struct LevelAt {
    location_id: String,
}

#[derive(Deserialize)]
struct ImportReport {
    lines: Vec<LineReport>,
}

#[derive(Deserialize)]
struct LineReport {
    line: usize,
    status: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl Client {
    pub fn new(url: &str, staff_token: &str) -> Self {
        let config =
            ureq::Agent::config_builder().timeout_global(Some(ANSWER_MAX)).http_status_as_error(false);
        Self {
            agent: config.build().into(),
            url: url.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {staff_token}"),
        }
    }

    fn get(&self, path: &str) -> Result<Answer> {
        self.repeatedly(&format!("GET {path}"), || {
            self.agent.get(format!("{}{path}", self.url)).header("authorization", &self.authorization).call()
        })
    }

    /// Every POST here may be sent again: it carries a key, or names what it makes.
    fn post(&self, path: &str, content_type: &str, key: Option<&str>, body: &str) -> Result<Answer> {
        self.repeatedly(&format!("POST {path}"), || {
            let mut request = self
                .agent
                .post(format!("{}{path}", self.url))
                .header("authorization", &self.authorization)
                .header("content-type", content_type);
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
            request.send(body)
        })
    }

    fn repeatedly(
        &self,
        call: &str,
        send: impl Fn() -> std::result::Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Answer> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let read = send().and_then(|mut response| {
                let wait =
                    response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
                let status = response.status().as_u16();
                Ok((Answer { status, body: response.body_mut().read_to_string()? }, wait))
            });
            let in_progress =
                |answer: &Answer| answer.status == 409 && answer.body.contains("request_in_progress");
            let wait_seconds = match read {
                Ok((answer, wait))
                    if matches!(answer.status, 429 | 502 | 503 | 504) || in_progress(&answer) =>
                {
                    if attempt >= ATTEMPTS_MAX {
                        bail!(
                            "{call} answered {} {attempt} times: {}",
                            answer.status,
                            shortened(&answer.body)
                        );
                    }
                    wait.unwrap_or(0)
                }
                Ok((answer, _)) => return Ok(answer),
                Err(error) if attempt >= ATTEMPTS_MAX => return Err(error).with_context(|| call.to_owned()),
                Err(_) => 0,
            };
            let patience = Duration::from_millis(100).saturating_mul(2_u32.saturating_pow(attempt));
            thread::sleep(patience.max(Duration::from_secs(wait_seconds)));
        }
    }

    fn list(&self, path: &str) -> Result<Vec<Known>> {
        let mut known = Vec::new();
        let mut cursor = None;
        loop {
            let call = match &cursor {
                Some(cursor) => format!("{path}?limit=100&cursor={cursor}"),
                None => format!("{path}?limit=100"),
            };
            let page: Page<Known> = self.get(&call)?.expect(&[200], &call)?.parse()?;
            known.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(known);
            }
        }
    }

    fn create<T: Serialize>(&self, path: &str, key: &str, body: &T) -> Result<Known> {
        let body = serde_json::to_string(body)?;
        self.post(path, "application/json", Some(key), &body)?.expect(&[200, 201], path)?.parse()
    }

    /// Makes the categories that are not there yet; answers how many.
    pub fn provide_categories(&self) -> Result<usize> {
        let mut known = self.list("/v1/categories")?;
        let mut made = 0;
        for (position, category) in CATEGORIES.iter().enumerate() {
            let id_of =
                |slug: &str| known.iter().find(|known| known.slug == slug).map(|known| known.id.as_str());
            if id_of(category.slug).is_some() {
                continue;
            }
            let parent_id = category.parent.and_then(id_of);
            let body = NewCategory { slug: category.slug, name: category.name, parent_id, position };
            let created =
                self.create("/v1/categories", &format!("seed-category-{}", category.slug), &body)?;
            known.push(Known { slug: category.slug.to_owned(), ..created });
            made += 1;
        }
        Ok(made)
    }

    pub fn provide_brands(&self) -> Result<usize> {
        let known = self.list("/v1/brands")?;
        let mut made = 0;
        for (slug, name) in catalogue::brand_names() {
            if !known.iter().any(|known| known.slug == slug) {
                self.create("/v1/brands", &format!("seed-brand-{slug}"), &NewBrand { slug, name })?;
                made += 1;
            }
        }
        Ok(made)
    }

    /// The ids of [`LOCATIONS`], in their order.
    pub fn provide_locations(&self) -> Result<Vec<String>> {
        let known = self.list("/v1/locations")?;
        let mut ids = Vec::new();
        for location in &LOCATIONS {
            let id = match known.iter().find(|known| known.name == location.name) {
                Some(known) => known.id.clone(),
                None => {
                    let body = NewLocation {
                        name: location.name,
                        country: location.country,
                        priority: location.priority,
                    };
                    self.create("/v1/locations", &format!("seed-location-{}", location.name), &body)?.id
                }
            };
            ids.push(id);
        }
        Ok(ids)
    }

    /// Imports all products, some at a time; `progress` hears how many are in.
    pub fn import(&self, products: impl Iterator<Item = Product>, progress: impl Fn(usize)) -> Result<()> {
        let (mut body, mut waiting, mut done) = (String::new(), 0, 0);
        for product in products {
            let line = serde_json::to_string(&product)?;
            if waiting > 0 && (waiting >= IMPORT_LINES_MAX || body.len() + line.len() >= IMPORT_BYTES_MAX) {
                self.import_lines(&body, waiting)?;
                done += waiting;
                progress(done);
                (body, waiting) = (String::new(), 0);
            }
            body.push_str(&line);
            body.push('\n');
            waiting += 1;
        }
        if waiting > 0 {
            self.import_lines(&body, waiting)?;
            progress(done + waiting);
        }
        Ok(())
    }

    fn import_lines(&self, body: &str, lines: usize) -> Result<()> {
        const PATH: &str = "/v1/products/import";
        let answer = self.post(PATH, "application/x-ndjson", None, body)?.expect(&[200], PATH)?;
        let report: ImportReport = answer.parse()?;
        if let Some(failed) = report.lines.iter().find(|line| line.status == "failed") {
            let said = serde_json::to_string(&failed.rest).unwrap_or_default();
            let line = failed.line.checked_sub(1).and_then(|at| body.lines().nth(at)).unwrap_or_default();
            bail!("the shop refused a product: {said}\nthe line was: {line}");
        }
        if report.lines.len() != lines {
            bail!("the shop reported on {} of {lines} imported lines", report.lines.len());
        }
        Ok(())
    }

    /// The ids of the locations where a SKU was ever received.
    pub fn locations_of(&self, sku: &str) -> Result<Vec<String>> {
        let path = format!("/v1/inventory/{sku}");
        let answer = self.get(&path)?.expect(&[200, 404], &path)?;
        if answer.status == 404 {
            return Ok(Vec::new());
        }
        Ok(answer.parse::<Level>()?.locations.into_iter().map(|at| at.location_id).collect())
    }

    pub fn receive(&self, sku: &str, location_id: &str, pieces: u32) -> Result<()> {
        let path = format!("/v1/inventory/{sku}/adjustments");
        let body = Receipt { location_id, delta: pieces, reason: "received", note: "opening stock" };
        let key = format!("seed-{sku}-{location_id}");
        self.post(&path, "application/json", Some(&key), &serde_json::to_string(&body)?)?
            .expect(&[201], &path)?;
        Ok(())
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(600).collect()
}
