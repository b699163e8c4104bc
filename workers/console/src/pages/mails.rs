//! What was mailed to whom, and whether it arrived.

use api::{Service, pages};
use html::{answer, backend::Trouble, links::encoded};
use platform::Platform;
use web::{Path, Result};

use super::LIMIT;
use crate::{
    desk::Desk,
    list::{Cell, Filter, List, Table, next, passed, read},
    views::Mail,
};

const STATES: &[&str] = &["queued", "sent", "failed"];

pub async fn show<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    shown(&desk, None).await
}

async fn shown<P: Platform>(desk: &Desk<P>, refusal: Option<&'static str>) -> Result<web::Response> {
    let visit = &desk.visit;
    let asked = passed(visit, &["status", "order_id", "cursor"]);
    let (page, wrong) =
        read::<_, Mail>(visit, Service::Notifications, format!("/v1/notifications?limit={LIMIT}{asked}"))
            .await?;
    let f = desk.frame()?;
    let t = f.t;
    let row = |mail: Mail| {
        let order = match &mail.order_id {
            Some(order) => Cell::link(format!("/admin/orders/{order}"), t.console_order()),
            None => Cell::text(""),
        };
        vec![
            Cell::text(mail.subject.as_str()),
            Cell::text(mail.recipient),
            Cell::code(mail.template),
            Cell::text(f.moment(&mail.created_at)),
            Cell::state(tone(&mail.status), mail.status),
            Cell::text(mail.last_error.unwrap_or_default()),
            Cell::number(mail.tries),
            order,
            Cell::Act {
                action: format!("/admin/mails/{}/resend", mail.id),
                text: t.console_resend(),
                about: mail.subject,
            },
        ]
    };
    let list = List {
        title: t.console_mails(),
        lead: "",
        notice: visit.query("sent").map(|_| t.console_resent().to_owned()),
        refusal: refusal.or(wrong),
        action: pages::CONSOLE_MAILS.template,
        filters: vec![
            Filter::choice(visit, "status", t.order_state(), STATES),
            Filter::text(visit, "order_id", t.console_order_id(), "text"),
        ],
        table: Table {
            name: t.console_mails().to_owned(),
            columns: vec![
                t.console_subject(),
                t.email(),
                t.console_template(),
                t.console_when(),
                t.order_state(),
                t.console_error(),
                t.console_tries(),
                t.console_order(),
                "",
            ],
            rows: page.items.into_iter().map(row).collect(),
        },
        make: None,
        next: next(visit, pages::CONSOLE_MAILS.template, &["status", "order_id"], page.next_cursor),
        f: &f,
    };
    list.answer(visit)
}

fn tone(status: &str) -> &'static str {
    match status {
        "sent" => "good",
        "failed" => "bad",
        _ => "warn",
    }
}

pub async fn resend<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/notifications/{}/resend", encoded(&id));
    match desk.visit.post(Service::Notifications, path).done().await {
        Ok(()) => answer::see(&desk.visit, &format!("{}?sent=1", pages::CONSOLE_MAILS.template)),
        Err(Trouble::Refused(told)) if told.status == 409 => {
            shown(&desk, Some(told.said(desk.visit.language))).await
        }
        Err(trouble) => Err(trouble.into()),
    }
}
