//! Who has an account, and what they may do. For admins.

use askama::Template;
use http::{Method, StatusCode, header};
use serde::Serialize;

use api::{Service, pages};
use html::{
    answer::{self, titled},
    backend::Trouble,
    form::Wrong,
    frame::Frame,
    links::encoded,
};
use platform::Platform;
use web::{Path, Result};

use super::LIMIT;
use crate::{
    desk::Desk,
    list::{Cell, Filter, List, Table, next, passed, read},
    views::User,
};

/// What somebody may be, as the API calls it.
const ROLES: [&str; 3] = ["customer", "staff", "admin"];

pub async fn list<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let visit = &desk.visit;
    let asked = passed(visit, &["email", "cursor"]);
    let (page, wrong) =
        read::<_, User>(visit, Service::Users, format!("/v1/users?limit={LIMIT}{asked}")).await?;
    let f = desk.frame()?;
    let t = f.t;
    let row = |user: User| {
        vec![
            Cell::link(format!("/admin/customers/{}", user.id), user.email.as_str()),
            Cell::text(user.name),
            Cell::text(user.roles.join(", ")),
            state(&f, user.is_disabled, user.is_email_verified),
            Cell::text(f.moment(&user.created_at)),
        ]
    };
    let list = List {
        title: t.console_customers(),
        lead: "",
        notice: visit.query("erased").map(|_| t.console_erased().to_owned()),
        refusal: wrong,
        action: pages::CONSOLE_CUSTOMERS.template,
        filters: vec![Filter::text(visit, "email", t.email(), "email")],
        table: Table {
            name: t.console_customers().to_owned(),
            columns: vec![t.email(), t.name(), t.console_roles(), t.order_state(), t.console_since()],
            rows: page.items.into_iter().map(row).collect(),
        },
        make: None,
        next: next(visit, pages::CONSOLE_CUSTOMERS.template, &["email"], page.next_cursor),
        f: &f,
    };
    list.answer(visit)
}

fn state(f: &Frame, is_disabled: bool, is_proven: bool) -> Cell {
    match (is_disabled, is_proven) {
        (true, _) => Cell::state("bad", f.t.console_disabled()),
        (false, true) => Cell::state("good", f.t.console_proven()),
        (false, false) => Cell::state("warn", f.t.console_unproven()),
    }
}

#[derive(Template)]
#[template(path = "customer.html")]
struct Customer<'a> {
    f: &'a Frame,
    user: User,
    /// As it was when it was read: who saves over another's change is told.
    tag: String,
    roles: [&'static str; 3],
    wrong: Wrong,
    refusal: Option<&'static str>,
    is_done: bool,
}

titled! { Customer: |page| page.user.email; }

impl Customer<'_> {
    fn has(&self, role: &str) -> bool {
        self.user.roles.iter().any(|own| own == role)
    }
}

fn at(id: &str) -> String {
    format!("/v1/users/{}", encoded(id))
}

pub async fn show<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    shown(&desk, &id, StatusCode::OK, Wrong::default(), None).await
}

async fn shown<P: Platform>(
    desk: &Desk<P>,
    id: &str,
    status: StatusCode,
    wrong: Wrong,
    refusal: Option<&'static str>,
) -> Result<web::Response> {
    let (user, tag) = desk.visit.get(Service::Users, at(id)).read_tagged::<User>().await?;
    // Who was refused saves over what they saw, not over what they were told of only now.
    let tag =
        tag.filter(|_| status == StatusCode::OK).unwrap_or_else(|| desk.visit.form.get("tag").to_owned());
    let f = desk.frame()?;
    let is_done = desk.visit.query("done").is_some();
    answer::page(&desk.visit, status, &Customer { f: &f, user, tag, roles: ROLES, wrong, refusal, is_done })
}

#[derive(Serialize)]
struct Changed {
    roles: Vec<&'static str>,
    is_disabled: bool,
}

pub async fn save<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    let (form, t) = (&desk.visit.form, desk.visit.language);
    let is_chosen = |role: &&str| form.pairs().any(|(name, value)| name == "roles" && value == *role);
    let changed = Changed {
        roles: ROLES.into_iter().filter(is_chosen).collect(),
        is_disabled: !form.get("is_disabled").is_empty(),
    };
    let ask = desk
        .visit
        .ask(Service::Users, Method::PATCH, at(&id))
        .header(header::IF_MATCH.as_str(), form.get("tag"));
    match ask.json(&changed)?.done().await {
        Ok(()) => answer::see(&desk.visit, &format!("/admin/customers/{}?done=1", encoded(&id))),
        Err(Trouble::Refused(told)) if matches!(told.status, 409 | 412 | 422) => {
            let wrong = Wrong::of(t, &told.errors);
            let said = wrong.is_empty().then(|| told.said(t));
            shown(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong, said).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}

pub async fn erase<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    if desk.visit.form.get("sure").is_empty() {
        let wrong = Wrong::missing(desk.visit.language, &desk.visit.form, &["sure"]);
        return shown(&desk, &id, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    match desk.visit.ask(Service::Users, Method::DELETE, at(&id)).done().await {
        Ok(()) => answer::see(&desk.visit, &format!("{}?erased=1", pages::CONSOLE_CUSTOMERS.template)),
        Err(Trouble::Refused(told)) if told.status == 409 => {
            shown(&desk, &id, StatusCode::CONFLICT, Wrong::default(), Some(told.said(desk.visit.language)))
                .await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
