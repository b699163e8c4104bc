//! The checkout: address, shipping, payment, and a last look before the order.
//!
//! What was filled in so far is kept by the browser, in a cookie that no script reads, and nowhere else: a step can be gone back to, and
//! whoever leaves has left nothing behind.

use askama::Template;
use futures::future::join;
use http::StatusCode;
use serde::Serialize;

use api::{Service, headers, pages};
use domain::{Money, time::HOUR_MS, time::SECOND_MS};
use platform::Platform;
use web::Result;

use super::cart::{self, Goes, Shown, Way, ways};
use html::{
    answer::{self, titled},
    backend::{List, Refusal, Trouble},
    form::{Form, Wrong},
    frame::Frame,
    postal::{Destination, TypedAddress, destinations},
    visit::{CHECKOUT_COOKIE, Visit},
};

use crate::{parts::Parts as _, views};

/// What a browser keeps of one cookie is 4,096 bytes, its name and its rules among them.
const KEPT_MAX: usize = 3_800;
const KEPT_S: u64 = 2 * HOUR_MS / SECOND_MS;
/// What is kept from step to step.
const FIELDS: [&str; 10] = [
    "email",
    "name",
    "line1",
    "line2",
    "postal_code",
    "city",
    "country",
    "region",
    "phone",
    "payment_method",
];
const REQUIRED: [&str; 5] = ["email", "name", "line1", "city", "country"];
/// How the embedded test provider can be paid, in local development.
const TEST_METHODS: [&str; 3] = ["pm_card_visa", "pm_card_authenticationRequired", "pm_card_chargeDeclined"];

/// A way to pay.
struct PayBy {
    id: &'static str,
    name: &'static str,
    hint: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "checkout_address.html")]
struct AddressPage<'a> {
    f: &'a Frame,
    cart: &'a Shown,
    filled: &'a Form,
    wrong: Wrong,
    refusal: Option<&'static str>,
    destinations: Vec<Destination>,
}

#[derive(Template)]
#[template(path = "checkout_shipping.html")]
struct ShippingPage<'a> {
    f: &'a Frame,
    cart: &'a Shown,
    filled: &'a Form,
    ways: Vec<Way>,
}

#[derive(Template)]
#[template(path = "checkout_payment.html")]
struct PaymentPage<'a> {
    f: &'a Frame,
    cart: &'a Shown,
    methods: Vec<PayBy>,
    notice: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "checkout_review.html")]
struct ReviewPage<'a> {
    f: &'a Frame,
    cart: &'a Shown,
    filled: &'a Form,
    /// What is ordered stands in the page that is sent: it is what was shown, however often and from whichever tab.
    fields: [&'static str; 10],
    method: &'static str,
    /// What makes sending this page twice one order.
    key: String,
    notice: Option<&'static str>,
}

titled! {
    AddressPage: |page| page.f.t.checkout_address_title();
    ShippingPage: |page| page.f.t.checkout_shipping_title();
    PaymentPage: |page| page.f.t.checkout_payment_title();
    ReviewPage: |page| page.f.t.checkout_review_title();
}

/// What was filled in before.
fn filled<P: Platform>(visit: &Visit<P>) -> Form {
    let kept = visit.cookie(CHECKOUT_COOKIE).unwrap_or_default();
    Form::parse(kept.as_bytes())
}

fn keep<P: Platform>(visit: &Visit<P>, filled: &Form) {
    visit.keep(CHECKOUT_COOKIE, &filled.part(&FIELDS), KEPT_S);
}

/// The cart that is to be ordered; without one there is nothing to check out.
async fn ordering<P: Platform>(visit: &Visit<P>) -> Result<Option<(Frame, Shown)>> {
    let Some(cart) = cart::current(visit).await?.filter(|cart| !cart.lines.is_empty()) else {
        return Ok(None);
    };
    let mut f = Frame::own(visit).await?;
    let cart = Shown::of(&f, cart);
    f.pieces = cart.pieces();
    Ok(Some((f, cart)))
}

pub async fn address<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let Some((f, cart)) = ordering(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let mut filled = filled(&visit);
    if filled.get("country").is_empty() && visit.is_signed_in() {
        fill_from_account(&visit, &mut filled).await?;
    }
    if filled.get("country").is_empty() {
        filled.set("country", &cart.body.country);
        filled.set("region", cart.region());
        filled.set("postal_code", cart.postal_code());
    }
    address_page(&visit, &f, &cart, &filled, StatusCode::OK, Wrong::default(), None)
}

/// Begins with what its owner has told the shop before.
async fn fill_from_account<P: Platform>(visit: &Visit<P>, filled: &mut Form) -> Result<()> {
    let (user, book) = join(
        visit.get(Service::Users, "/v1/users/me").read::<views::User>(),
        visit.get(Service::Users, "/v1/users/me/addresses").read::<List<views::SavedAddress>>(),
    )
    .await;
    filled.set("email", &user?.email);
    if let Some(usual) = book?.items.into_iter().find(|saved| saved.is_default) {
        usual.address.fill(filled);
    }
    Ok(())
}

fn address_page<P: Platform>(
    visit: &Visit<P>,
    f: &Frame,
    cart: &Shown,
    filled: &Form,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let page = AddressPage { f, cart, filled, wrong, refusal, destinations: destinations(f) };
    answer::page(visit, status, &page)
}

pub async fn address_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let Some((f, cart)) = ordering(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let mut kept = filled(&visit);
    for name in FIELDS.into_iter().filter(|name| *name != "payment_method") {
        kept.set(name, visit.form.get(name));
    }
    let mut wrong = Wrong::missing(visit.language, &kept, &REQUIRED);
    if kept.part(&FIELDS).len() > KEPT_MAX {
        wrong = Wrong::one(visit.language, "line1", "too_long");
    }
    let mut refusal = None;
    if wrong.is_empty() {
        let has_moved = kept.get("country") != cart.body.country;
        let goes = Goes {
            country: kept.filled("country"),
            region: kept.filled("region"),
            postal_code: kept.filled("postal_code"),
            shipping_option: has_moved.then_some(None),
            email: kept.filled("email"),
        };
        match cart::send_to(&visit, &cart.body, &goes).await {
            Ok(cart) => {
                let cart = Shown::of(&f, cart);
                let Some(problem) = cart.body.problems.iter().find(|problem| problem.sku.is_none()) else {
                    keep(&visit, &kept);
                    return answer::see(&visit, pages::CHECKOUT_SHIPPING.template);
                };
                let field = if problem.code == "region_required" { "region" } else { "country" };
                wrong = Wrong::one(visit.language, field, &problem.code);
            }
            Err(Trouble::Refused(told)) if told.order_id.is_some() => return refused(&visit, &told).await,
            Err(Trouble::Refused(told)) => {
                wrong = Wrong::of(visit.language, &told.errors);
                refusal = wrong.is_empty().then_some(told);
            }
            Err(trouble) => return Err(trouble.into()),
        }
    }
    let refusal = refusal.map(|told| told.said(f.t));
    address_page(&visit, &f, &cart, &kept, StatusCode::UNPROCESSABLE_ENTITY, wrong, refusal)
}

/// Whoever jumps ahead is led back to what is missing.
fn is_addressed(filled: &Form) -> bool {
    REQUIRED.iter().all(|name| !filled.get(name).is_empty())
}

pub async fn shipping<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let Some((f, cart)) = ordering(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let filled = filled(&visit);
    if !is_addressed(&filled) {
        return answer::see(&visit, pages::CHECKOUT.template);
    }
    let page = ShippingPage { ways: ways(&f, &cart), f: &f, cart: &cart, filled: &filled };
    answer::page(&visit, StatusCode::OK, &page)
}

pub async fn shipping_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let Some((_, cart)) = ordering(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let goes = Goes {
        country: None,
        region: cart.body.region.clone(),
        postal_code: cart.body.postal_code.clone(),
        shipping_option: visit.form.filled("shipping_option").map(Some),
        email: None,
    };
    match cart::send_to(&visit, &cart.body, &goes).await {
        Ok(_) => {}
        Err(Trouble::Refused(told)) if told.order_id.is_some() => return refused(&visit, &told).await,
        Err(trouble) => return Err(trouble.into()),
    }
    answer::see(&visit, pages::CHECKOUT_PAYMENT.template)
}

pub async fn payment<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let Some((f, cart)) = ordering(&visit).await? else { return answer::see(&visit, pages::CART.template) };
    let filled = filled(&visit);
    if !is_addressed(&filled) {
        return answer::see(&visit, pages::CHECKOUT.template);
    }
    let chosen = filled.get("payment_method");
    let methods = if visit.p.is_local() { TEST_METHODS.as_slice() } else { &[] };
    let method = |(at, id): (usize, &&'static str)| PayBy {
        id,
        name: f.t.of_code("method", &id.to_ascii_lowercase()).unwrap_or(id),
        hint: f.t.of_code("method-hint", &id.to_ascii_lowercase()).unwrap_or_default(),
        is_chosen: *id == chosen || (chosen.is_empty() && at == 0),
    };
    let methods = methods.iter().enumerate().map(method).collect();
    let notice = visit.query("declined").map(|_| f.t.checkout_declined());
    answer::page(&visit, StatusCode::OK, &PaymentPage { f: &f, cart: &cart, methods, notice })
}

pub async fn payment_send<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let mut kept = filled(&visit);
    kept.set("payment_method", visit.form.get("payment_method"));
    keep(&visit, &kept);
    answer::see(&visit, pages::CHECKOUT_REVIEW.template)
}

pub async fn review<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    review_page(&visit, StatusCode::OK, None).await
}

async fn review_page<P: Platform>(
    visit: &Visit<P>,
    status: StatusCode,
    notice: Option<&'static str>,
) -> Result<web::Response> {
    let Some((f, cart)) = ordering(visit).await? else { return answer::see(visit, pages::CART.template) };
    let filled = filled(visit);
    if !is_addressed(&filled) {
        return answer::see(visit, pages::CHECKOUT.template);
    }
    let method = f.t.of_code("method", &filled.get("payment_method").to_ascii_lowercase());
    let Some(method) = method else { return answer::see(visit, pages::CHECKOUT_PAYMENT.template) };
    if !cart.is_ready() {
        return answer::see(visit, pages::CART.template);
    }
    let key = visit.draw_key();
    answer::page(
        visit,
        status,
        &ReviewPage { f: &f, cart: &cart, filled: &filled, fields: FIELDS, method, key, notice },
    )
}

#[derive(Serialize)]
struct Order<'a> {
    cart_id: &'a str,
    cart_version: u64,
    expected_total: Money,
    email: &'a str,
    shipping_address: TypedAddress,
    payment_method: &'a str,
}

/// Orders what the last page showed: that cart, at that total.
pub async fn order<P: Platform>(visit: Visit<P>) -> Result<web::Response> {
    let form = &visit.form;
    let currency = form.get("currency").parse().unwrap_or(visit.currency);
    let total = form.get("expected_total").parse().ok().and_then(|amount| Money::new(amount, currency).ok());
    let version = form.get("cart_version").parse::<u64>().ok();
    let (Some(expected_total), Some(cart_version)) = (total, version) else {
        return answer::see(&visit, pages::CHECKOUT_REVIEW.template);
    };
    let order = Order {
        cart_id: form.get("cart_id"),
        cart_version,
        expected_total,
        email: form.get("email"),
        shipping_address: TypedAddress::of(form),
        payment_method: form.get("payment_method"),
    };
    let mut ask = visit
        .post(Service::Orders, "/v1/orders")
        .header(headers::IDEMPOTENCY_KEY, form.get("idempotency_key"));
    if let Some(token) = visit.cart_token() {
        ask = ask.header(headers::CART_TOKEN, token);
    }
    match ask.json(&order)?.read::<views::Order>().await {
        Ok(order) => {
            let id = order.id;
            if let Some(token) = &order.token {
                visit.keep_order_token(&id, token);
            }
            visit.drop(CHECKOUT_COOKIE);
            visit.keep_pieces(0);
            answer::see(&visit, &format!("/orders/{id}?placed=1"))
        }
        Err(Trouble::Refused(refusal)) => refused(&visit, &refusal).await,
        Err(trouble) => Err(trouble.into()),
    }
}

/// What came between is shown where it can be dealt with.
async fn refused<P: Platform>(visit: &Visit<P>, refusal: &Refusal) -> Result<web::Response> {
    match refusal.code.as_str() {
        "payment_declined" => answer::see(visit, &format!("{}?declined=1", pages::CHECKOUT_PAYMENT.template)),
        "already_ordered" | "checkout_in_progress" => match &refusal.order_id {
            Some(order) => answer::see(visit, &format!("/orders/{order}?placed=1")),
            None => answer::see(visit, pages::CART.template),
        },
        "out_of_stock" => {
            review_page(visit, StatusCode::CONFLICT, Some(visit.language.checkout_out_of_stock())).await
        }
        "cart_changed" => {
            review_page(visit, StatusCode::CONFLICT, Some(visit.language.checkout_changed())).await
        }
        _ if refusal.status == 422 && !refusal.errors.is_empty() => {
            let Some((f, cart)) = ordering(visit).await? else {
                return answer::see(visit, pages::CART.template);
            };
            let wrong = Wrong::of(visit.language, &refusal.errors);
            address_page(visit, &f, &cart, &filled(visit), StatusCode::UNPROCESSABLE_ENTITY, wrong, None)
        }
        _ => Err(Trouble::Refused(refusal.clone()).into()),
    }
}
