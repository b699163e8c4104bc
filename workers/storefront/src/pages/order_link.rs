//! A guest's order, opened by the link of its mail in whatever browser that is read in.

use askama::Template;
use http::StatusCode;

use api::{Service, headers};
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::Wrong,
    frame::Frame,
    links,
    visit::Visit,
};
use platform::Platform;
use web::{Path, Result};

use crate::views::Order;

#[derive(Template)]
#[template(path = "order_link.html")]
struct OrderLink<'a> {
    f: &'a Frame,
    id: &'a str,
    wrong: Wrong,
}

titled! { OrderLink: |page| page.f.t.order_open_title(); }

/// Asks for what opens the order, where nobody said yet whose it is.
pub async fn ask<P: Platform>(visit: &Visit<P>, id: &str, status: StatusCode) -> Result<web::Response> {
    asked(visit, id, status, Wrong::default()).await
}

pub async fn show<P: Platform>(visit: Visit<P>, Path(id): Path<String>) -> Result<web::Response> {
    ask(&visit, &id, StatusCode::OK).await
}

async fn asked<P: Platform>(
    visit: &Visit<P>,
    id: &str,
    status: StatusCode,
    wrong: Wrong,
) -> Result<web::Response> {
    let f = Frame::own(visit).await?;
    answer::page(visit, status, &OrderLink { f: &f, id, wrong })
}

/// Keeps what opens the order, where it does, and goes there.
pub async fn send<P: Platform>(visit: Visit<P>, Path(id): Path<String>) -> Result<web::Response> {
    let token = visit.form.get("token");
    // It goes into a cookie as it is.
    let is_plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let wrong = |code| Wrong::one(visit.language, "token", code);
    if token.is_empty() || !is_plain {
        let code = if token.is_empty() { "required" } else { "link_not_valid" };
        return asked(&visit, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong(code)).await;
    }
    let ask = visit.get(Service::Orders, format!("/v1/orders/{}", links::encoded(&id)));
    match ask.header(headers::ORDER_TOKEN, token).read::<Order>().await {
        Ok(order) => {
            visit.keep_order_token(&order.id, token);
            answer::see(&visit, &format!("/orders/{}", order.id))
        }
        Err(Trouble::Refused(refusal)) if matches!(refusal.status, 401 | 404) => {
            asked(&visit, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong("link_not_valid")).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
