//! The web shop on workerd: cookies, forms and redirects come through, and its files are where the pages say.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use edge_tests::{Answer, Ask, ask, get, goods::Goods, until};
use std::{cell::RefCell, collections::BTreeMap};

/// Somebody with a browser that runs no scripts.
#[derive(Default)]
struct Visitor {
    cookies: RefCell<BTreeMap<String, String>>,
    /// Where the last form led.
    at: RefCell<String>,
}

impl Visitor {
    fn send(&self, ask: Ask) -> Answer {
        let shown: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = ask.header("cookie", &shown.join("; ")).header("accept-language", "en").send();
        for line in answer.headers.get_all("set-cookie") {
            let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    fn open(&self, path: &str) -> Answer {
        self.send(get(path))
    }

    /// Sends a form of this page's, and follows where it leads.
    fn press(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let source = page.body.as_str().unwrap();
        let form = source.split("<form").find(|form| form.contains(&format!("action=\"{action}\""))).unwrap();
        let form = form.split("</form>").next().unwrap();
        let hidden = form.split("<input type=\"hidden\" ").skip(1).map(|input| {
            let part = |name: &str| {
                let (_, rest) = input.split_once(&format!("{name}=\"")).unwrap();
                rest.split('"').next().unwrap().to_owned()
            };
            (part("name"), part("value"))
        });
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(hidden).extend_pairs(fields);
        let sent = ask("POST", action)
            .header("sec-fetch-site", "same-origin")
            .raw("application/x-www-form-urlencoded", body.finish());
        let answer = self.send(sent).expect(303);
        *self.at.borrow_mut() = answer.header("location").to_owned();
        self.open(answer.header("location"))
    }
}

fn source(page: &Answer) -> &str {
    page.body.as_str().unwrap()
}

#[test]
fn a_guest_buys_without_scripts() {
    let goods = Goods::new(3);
    let visitor = Visitor::default();
    let path = format!("/products/{}", goods.slug);
    // The catalogue's copy of the stock is a message behind.
    let product = until(&path, || {
        let page = Visitor::default().open(&path);
        source(&page).contains("action=\"/cart\"").then_some(page)
    });
    assert!(product.header("content-security-policy").starts_with("default-src 'none'; style-src 'self'"));
    let cart = visitor.press(&product, "/cart", &[("sku", &goods.sku), ("quantity", "1")]);
    assert!(source(&cart).contains("It is in your cart."));
    let address = [
        ("email", "grace@example.com"),
        ("name", "Grace Hopper"),
        ("line1", "Invalidenstraße 44"),
        ("postal_code", "10115"),
        ("city", "Berlin"),
        ("country", "DE"),
    ];
    let shipping = visitor.press(&visitor.open("/checkout"), "/checkout", &address);
    let payment = visitor.press(&shipping, "/checkout/shipping", &[("shipping_option", "standard")]);
    let review = visitor.press(&payment, "/checkout/payment", &[("payment_method", "pm_card_visa")]);
    let order = visitor.press(&review, "/checkout/review", &[]);
    assert!(source(&order).contains("<h1>Thank you</h1>"), "{}", source(&order));
    // By whoever has the cookie and nobody else.
    assert_eq!(Visitor::default().open(&visitor.at.borrow()).status, 404);
}

#[test]
fn what_a_page_loads_is_there_and_may_be_kept() {
    let page = get("/").send().expect(200);
    for (attribute, kind) in
        [("href=\"/assets/storefront.css", "text/css"), ("src=\"/assets/storefront.js", "text/javascript")]
    {
        let (_, rest) = source(&page).split_once(attribute).unwrap();
        let start = attribute.split_once('"').unwrap().1;
        let path = format!("{start}{}", rest.split('"').next().unwrap());
        let file = get(&path).send().expect(200);
        assert!(file.header("content-type").starts_with(kind), "{path}: {}", file.header("content-type"));
        assert!(file.header("cache-control").contains("immutable"), "{path}");
    }
    assert_eq!(get("/no/such/page").send().status, 404);
}
