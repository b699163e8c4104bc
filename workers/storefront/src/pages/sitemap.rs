//! What search engines are told of: which pages there are (<https://www.sitemaps.org/protocol.html>), and which are nobody's business.

use bytes::Bytes;
use http::{HeaderValue, Response, header};

use api::{Problem, Service, pages};
use html::{links::encoded, menu::menu, visit::Visit};
use platform::Platform;
use web::{Path, Result};

use crate::views::Products;

/// Products that one answer of the catalogue has.
const LIMIT: u32 = 100;
/// How often the catalogue is asked for one maker's: a map has 5,000 of them at most.
const ASKED_MAX: usize = 50;
/// An hour: search engines come when they like.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600, s-maxage=3600");
/// The map of what is not a product.
const OF_PAGES: &str = "pages.xml";
const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

fn answer(kind: &'static str, text: String) -> web::Response {
    let mut response = Response::new(Bytes::from(text));
    let all = response.headers_mut();
    all.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    all.insert(header::CACHE_CONTROL, CACHE);
    response
}

/// What is somebody's own, or says nothing to whoever was led there by a search.
pub async fn robots<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let closed = ["/account", "/admin", "/checkout", "/orders", "/preferences", "/v1/", "/*?*cursor="];
    let lines: String = closed.iter().map(|path| format!("Disallow: {path}\n")).collect();
    let map = format!("Sitemap: {}{}\n", visit.origin(), pages::SITEMAP.template);
    Ok(answer("text/plain; charset=utf-8", format!("User-agent: *\n{lines}\n{map}")))
}

fn xml(element: &str, within: &str, addresses: impl Iterator<Item = String>) -> web::Response {
    let entries: String =
        addresses.map(|address| format!("<{within}><loc>{address}</loc></{within}>\n")).collect();
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{element} xmlns=\"{NAMESPACE}\">\n{entries}</{element}>\n"
    );
    answer("application/xml; charset=utf-8", text)
}

/// The map of maps: one for each maker's products, and one for all else.
pub async fn index<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let (origin, menu) = (visit.origin(), menu(&visit).await?);
    let makers = menu.brands.iter().map(|brand| format!("{}.xml", brand.slug));
    let maps =
        std::iter::once(OF_PAGES.to_owned()).chain(makers).map(|map| format!("{origin}/sitemaps/{map}"));
    Ok(xml("sitemapindex", "sitemap", maps))
}

pub async fn part<P: Platform>(visit: Visit<P>, Path(name): Path<String>) -> Result<web::Response> {
    let origin = visit.origin();
    if name == OF_PAGES {
        let menu = menu(&visit).await?;
        let fixed = [pages::HOME.template, pages::LISTING.template].map(str::to_owned);
        let categories = menu.slugs().into_iter().map(|slug| format!("/categories/{slug}"));
        let makers = menu.brands.iter().map(|brand| format!("/makers/{}", brand.slug));
        let all = fixed.into_iter().chain(categories).chain(makers);
        return Ok(xml("urlset", "url", all.map(|path| format!("{origin}{path}"))));
    }
    let maker = name.strip_suffix(".xml").ok_or_else(Problem::not_found)?;
    let mut slugs = Vec::new();
    let mut cursor = String::new();
    for _ in 0..ASKED_MAX {
        let path = format!("/v1/products?brand={}&limit={LIMIT}&sort=newest{cursor}", encoded(maker));
        let page: Products = visit.get(Service::Catalog, path).read().await?;
        slugs.extend(page.items.into_iter().map(|product| product.slug));
        let Some(next) = page.next_cursor else { break };
        cursor = format!("&cursor={}", encoded(&next));
    }
    if slugs.is_empty() {
        return Err(Problem::not_found().into());
    }
    Ok(xml("urlset", "url", slugs.into_iter().map(|slug| format!("{origin}/products/{slug}"))))
}
