//! The cart: looking at it, changing it, and what it would cost somewhere.

use askama::Template;
use http::{Method, StatusCode};
use serde::Serialize;

use api::{Service, headers, pages};
use platform::Platform;
use web::{Path, Result};

use html::{
    answer::{self, titled},
    backend::{Ask, Refusal, Trouble, if_any},
    form::Wrong,
    frame::Frame,
    links,
    postal::{Destination, destinations},
    visit::Visit,
};

use crate::{
    parts::Parts as _,
    views::{self, Cart},
};

/// A line as the page shows it.
pub struct Line {
    pub body: views::Line,
    /// Of its field.
    pub id: String,
    pub title: String,
    pub problem: Option<String>,
    /// What was typed and refused.
    pub wrong: Option<String>,
}

/// A cart with what is said about it.
pub struct Shown {
    pub body: Cart,
    pub lines: Vec<Line>,
    pub problems: Vec<&'static str>,
    /// The chosen shipping, or the one that counts without a choice.
    pub shipping: Option<String>,
}

impl Shown {
    pub fn of(f: &Frame, mut body: Cart) -> Self {
        let chosen = body.shipping_option.clone();
        let shipping = chosen.or_else(|| body.shipping_options.first().map(|option| option.id.clone()));
        let problems = body.problems.iter().filter(|problem| problem.sku.is_none());
        let problems = problems.filter_map(|problem| f.t.of_code("cart-problem", &problem.code)).collect();
        let lines = std::mem::take(&mut body.lines).into_iter().map(|line| Line::of(f, line)).collect();
        Self { body, lines, problems, shipping }
    }

    pub fn pieces(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.body.quantity)).sum()
    }

    pub fn is_ready(&self) -> bool {
        let is_accepted =
            |line: &Line| line.body.problem.as_deref().is_none_or(|problem| problem == "price_changed");
        !self.lines.is_empty() && self.problems.is_empty() && self.lines.iter().all(is_accepted)
    }

    pub fn region(&self) -> &str {
        self.body.region.as_deref().unwrap_or_default()
    }

    pub fn postal_code(&self) -> &str {
        self.body.postal_code.as_deref().unwrap_or_default()
    }

    /// What the chosen shipping is called.
    pub fn shipping_name(&self, f: &Frame) -> String {
        let id = self.shipping.as_deref().unwrap_or_default();
        f.t.of_code("shipping", id).map_or_else(|| f.t.checkout_shipping().to_owned(), str::to_owned)
    }
}

impl Line {
    fn of(f: &Frame, body: views::Line) -> Self {
        let problem = body.problem.as_deref().and_then(|problem| match problem {
            "insufficient_stock" => {
                Some(f.t.line_insufficient_stock(u64::from(body.available.unwrap_or_default())))
            }
            "price_changed" => {
                let before =
                    body.previous_unit_price.as_ref().map_or_else(String::new, |price| f.money(price));
                Some(f.t.line_price_changed(&before, &f.money(&body.unit_price)))
            }
            other => f.t.of_code("line", other).map(str::to_owned),
        });
        let title = body.title.clone().unwrap_or_else(|| body.sku.clone());
        Self { id: format!("quantity-{}", body.sku), title, problem, wrong: None, body }
    }
}

/// A way to send the goods, as it is chosen among.
pub struct Way {
    pub id: String,
    pub name: String,
    pub days: String,
    pub price: String,
    pub is_chosen: bool,
}

pub fn ways(f: &Frame, cart: &Shown) -> Vec<Way> {
    let way = |option: &views::ShippingOption| {
        let (from, to) = (option.delivery_days_min, option.delivery_days_max);
        let days = if from == to {
            f.t.days(u64::from(to))
        } else {
            f.t.days_range(&from.to_string(), &to.to_string())
        };
        Way {
            name: f.t.of_code("shipping", &option.id).map_or_else(|| option.name.clone(), str::to_owned),
            days,
            price: f.price_or_free(&option.price),
            is_chosen: cart.shipping.as_deref() == Some(option.id.as_str()),
            id: option.id.clone(),
        }
    };
    cart.body.shipping_options.iter().map(way).collect()
}

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage<'a> {
    f: &'a Frame,
    cart: &'a Shown,
    ways: Vec<Way>,
    destinations: Vec<Destination>,
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_added: bool,
    /// Where prices are shown in another currency than this cart's.
    other_currency: Option<String>,
}

#[derive(Template)]
#[template(path = "cart_empty.html")]
struct EmptyCart<'a> {
    f: &'a Frame,
    refusal: Option<&'static str>,
}

titled! {
    CartPage: |page| page.f.t.cart_title();
    EmptyCart: |page| page.f.t.cart_title();
}

/// Where the visitor's cart is; `None` for a guest who has none yet.
fn place<P: Platform>(visit: &Visit<P>) -> Option<(String, Option<String>)> {
    match visit.guest_cart() {
        _ if visit.is_signed_in() => Some(("/v1/carts/me".to_owned(), None)),
        Some((id, token)) => Some((format!("/v1/carts/{id}"), Some(token.to_owned()))),
        None => None,
    }
}

fn with_token<'a, P: Platform>(ask: Ask<'a, P>, token: Option<&str>) -> Ask<'a, P> {
    match token {
        Some(token) => ask.header(headers::CART_TOKEN, token),
        None => ask,
    }
}

/// The visitor's cart, where they have one.
pub async fn current<P: Platform>(visit: &Visit<P>) -> Result<Option<Cart>, Trouble> {
    let Some((path, token)) = place(visit) else { return Ok(None) };
    let ask = with_token(visit.get(Service::Carts, path), token.as_deref());
    let cart: Option<Cart> = if_any(ask.read().await)?;
    match &cart {
        Some(cart) => visit.keep_pieces(pieces(cart)),
        None => {
            visit.drop_guest_cart();
            visit.keep_pieces(0);
        }
    }
    Ok(cart)
}

fn pieces(cart: &Cart) -> u64 {
    cart.lines.iter().map(|line| u64::from(line.quantity)).sum()
}

/// The same, made where there is none.
async fn ensured<P: Platform>(visit: &Visit<P>) -> Result<(Cart, Option<String>), Trouble> {
    // An empty cart is in whichever currency is shown by now.
    let is_fitting = |cart: &Cart| !cart.lines.is_empty() || cart.currency == visit.currency.code();
    if let Some(cart) = current(visit).await?.filter(is_fitting) {
        let token = visit.cart_token().map(str::to_owned);
        return Ok((cart, token));
    }
    #[derive(Serialize)]
    struct New {
        currency: &'static str,
    }
    let cart: Cart = visit
        .post(Service::Carts, "/v1/carts")
        .json(&New { currency: visit.currency.code() })?
        .read()
        .await?;
    if let Some(token) = &cart.token {
        visit.keep_guest_cart(&cart.id, token);
    }
    let token = cart.token.clone();
    Ok((cart, token))
}

#[derive(Serialize)]
struct Pieces {
    quantity: u32,
}

async fn set_line<P: Platform>(
    visit: &Visit<P>,
    cart: &Cart,
    token: Option<&str>,
    sku: &str,
    quantity: u32,
) -> Result<Cart, Trouble> {
    let path = format!("/v1/carts/{}/lines/{}", cart.id, links::encoded(sku));
    let ask = with_token(visit.ask(Service::Carts, Method::PUT, path), token);
    let cart: Cart = ask.json(&Pieces { quantity })?.read().await?;
    visit.keep_pieces(pieces(&cart));
    Ok(cart)
}

pub async fn show<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let body = current(&visit).await?;
    shown(&visit, body, StatusCode::OK, None, Wrong::default()).await
}

async fn shown<P: Platform>(
    visit: &Visit<P>,
    body: Option<Cart>,
    status: StatusCode,
    refusal: Option<&Refusal>,
    wrong: Wrong,
) -> Result<web::Response> {
    let mut f = Frame::own(visit).await?;
    let refusal = refusal.map(|refusal| refusal.said(f.t));
    let Some(body) = body.filter(|cart| !cart.lines.is_empty()) else {
        f.pieces = 0;
        return answer::page(visit, status, &EmptyCart { f: &f, refusal });
    };
    f.pieces = pieces(&body);
    f.path = pages::CART.template.to_owned();
    let mut cart = Shown::of(&f, body);
    for line in &mut cart.lines {
        line.wrong = wrong.of_field(&line.id).map(str::to_owned);
    }
    let page = CartPage {
        ways: ways(&f, &cart),
        destinations: destinations(&f),
        is_added: visit.query("added").is_some(),
        other_currency: (cart.body.currency != f.currency.code())
            .then(|| f.t.cart_other_currency(&cart.body.currency)),
        cart: &cart,
        wrong,
        refusal,
        f: &f,
    };
    answer::page(visit, status, &page)
}

/// Puts pieces of a version into the cart, besides those that are in it.
pub async fn add<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let sku = visit.form.get("sku").to_owned();
    let quantity = visit.form.get("quantity").parse::<u32>().unwrap_or(1).max(1);
    let (cart, token) = ensured(&visit).await?;
    let has = cart.lines.iter().find(|line| line.sku == sku).map_or(0, |line| line.quantity);
    let wanted = has.saturating_add(quantity).min(domain::quantity::LINE_QUANTITY_MAX);
    match set_line(&visit, &cart, token.as_deref(), &sku, wanted).await {
        Ok(_) => answer::see(&visit, "/cart?added=1"),
        Err(Trouble::Refused(refusal)) => {
            shown(&visit, Some(cart), StatusCode::CONFLICT, Some(&refusal), Wrong::default()).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

/// Another quantity of a line; 0 takes it out.
pub async fn line<P: Platform>(visit: Visit<P>, Path(sku): Path<String>) -> Result<web::Response> {
    let Some(cart) = current(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let token = visit.cart_token().map(str::to_owned);
    let typed = visit.form.get("quantity").parse::<u32>().ok();
    let Some(quantity) = typed.filter(|quantity| *quantity <= domain::quantity::LINE_QUANTITY_MAX) else {
        let wrong = Wrong::one(visit.language, &format!("quantity-{sku}"), "out_of_range");
        return shown(&visit, Some(cart), StatusCode::UNPROCESSABLE_ENTITY, None, wrong).await;
    };
    match set_line(&visit, &cart, token.as_deref(), &sku, quantity).await {
        Ok(_) => answer::see(&visit, pages::CART.template),
        Err(Trouble::Refused(refusal)) => {
            shown(&visit, Some(cart), StatusCode::CONFLICT, Some(&refusal), Wrong::default()).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

/// What of a destination a cart is told: what is left empty is cleared.
#[derive(Serialize)]
pub struct Goes {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    /// Left out it stays, and nothing takes the choice back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_option: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

pub async fn send_to<P: Platform>(visit: &Visit<P>, cart: &Cart, goes: &Goes) -> Result<Cart, Trouble> {
    let token = visit.cart_token();
    let ask = visit.ask(Service::Carts, Method::PATCH, format!("/v1/carts/{}", cart.id));
    with_token(ask, token).json(goes)?.read().await
}

/// Works out what the cart costs somewhere.
pub async fn destination<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let Some(cart) = current(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let form = &visit.form;
    let country = form.filled("country");
    // Another country may not have the option that was chosen for this one.
    let has_moved = country.as_deref().is_some_and(|country| country != cart.country);
    let goes = Goes {
        country,
        region: form.filled("region"),
        postal_code: form.filled("postal_code"),
        shipping_option: Some(form.filled("shipping_option").filter(|_| !has_moved)),
        email: None,
    };
    match send_to(&visit, &cart, &goes).await {
        Ok(_) => answer::see(&visit, pages::CART.template),
        Err(Trouble::Refused(refusal)) => {
            let wrong = Wrong::of(visit.language, &refusal.errors);
            let told = wrong.is_empty().then_some(&refusal);
            shown(&visit, Some(cart), StatusCode::UNPROCESSABLE_ENTITY, told, wrong).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
