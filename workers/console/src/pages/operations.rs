//! What nobody could handle, and what staff did.

use api::{Service, pages};
use html::{answer, links::encoded};
use platform::Platform;
use web::{Path, Result};

use super::LIMIT;
use crate::{
    desk::Desk,
    list::{Cell, Filter, List, Table, next, passed, read},
    views::{AuditLine, DeadLetter},
};

const QUEUES: &[&str] =
    &["order-events", "payment-events", "notification-events", "stock-events", "catalog-events"];
const STATES: &[&str] = &["new", "replayed"];

pub async fn dead_letters<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let visit = &desk.visit;
    let asked = passed(visit, &["queue", "status", "cursor"]);
    let (page, wrong) =
        read::<_, DeadLetter>(visit, Service::Telemetry, format!("/v1/dead-letters?limit={LIMIT}{asked}"))
            .await?;
    let f = desk.frame()?;
    let t = f.t;
    let row = |letter: DeadLetter| {
        vec![
            Cell::code(letter.id.as_str()),
            Cell::text(letter.queue),
            Cell::text(letter.kind.unwrap_or_default()),
            Cell::text(f.moment(&letter.received_at)),
            Cell::state(if letter.status == "new" { "bad" } else { "good" }, letter.status),
            Cell::number(letter.replays),
            Cell::Act {
                action: format!("/admin/dead-letters/{}/replay", letter.id),
                text: t.console_replay(),
                about: letter.id,
            },
        ]
    };
    let list = List {
        title: t.console_dead_letters(),
        lead: t.console_dead_letters_lead(),
        notice: visit.query("sent").map(|id| t.console_replayed(&id)),
        refusal: wrong,
        action: pages::CONSOLE_DEAD_LETTERS.template,
        filters: vec![
            Filter::choice(visit, "queue", t.console_queue(), QUEUES),
            Filter::choice(visit, "status", t.order_state(), STATES),
        ],
        table: Table {
            name: t.console_dead_letters().to_owned(),
            columns: vec![
                t.console_letter(),
                t.console_queue(),
                t.console_type(),
                t.console_when(),
                t.order_state(),
                t.console_replays(),
                "",
            ],
            rows: page.items.into_iter().map(row).collect(),
        },
        make: None,
        next: next(visit, pages::CONSOLE_DEAD_LETTERS.template, &["queue", "status"], page.next_cursor),
        f: &f,
    };
    list.answer(visit)
}

pub async fn replay<P: Platform>(desk: Desk<P>, Path(id): Path<String>) -> Result<web::Response> {
    let path = format!("/v1/dead-letters/{}/replay", encoded(&id));
    desk.visit.post(Service::Telemetry, path).done().await?;
    answer::see(&desk.visit, &format!("{}?sent={}", pages::CONSOLE_DEAD_LETTERS.template, encoded(&id)))
}

pub async fn audit<P: Platform>(desk: Desk<P>) -> Result<web::Response> {
    let visit = &desk.visit;
    let asked = passed(visit, &["user_id", "subject", "cursor"]);
    let (page, wrong) =
        read::<_, AuditLine>(visit, Service::Telemetry, format!("/v1/audit-lines?limit={LIMIT}{asked}"))
            .await?;
    let f = desk.frame()?;
    let t = f.t;
    let list = List {
        title: t.console_audit(),
        lead: t.console_audit_lead(),
        notice: None,
        refusal: wrong,
        action: pages::CONSOLE_AUDIT.template,
        filters: vec![
            Filter::text(visit, "subject", t.console_about(), "text"),
            Filter::text(visit, "user_id", t.console_who(), "text"),
        ],
        table: Table {
            name: t.console_audit().to_owned(),
            columns: vec![
                t.console_when(),
                t.console_who(),
                t.console_what(),
                t.console_about(),
                t.console_outcome(),
            ],
            rows: page.items.into_iter().map(|line| line_row(&f, line)).collect(),
        },
        make: None,
        next: next(visit, pages::CONSOLE_AUDIT.template, &["user_id", "subject"], page.next_cursor),
        f: &f,
    };
    list.answer(visit)
}

fn line_row(f: &html::frame::Frame, line: AuditLine) -> Vec<Cell> {
    let (tone, outcome) = match line.status {
        Some(status) if status < 400 => ("good", status.to_string()),
        Some(status) => ("bad", status.to_string()),
        None => ("warn", f.t.console_outcome_unknown().to_owned()),
    };
    vec![
        Cell::text(f.moment(&line.at)),
        Cell::link(format!("/admin/customers/{}", line.user_id), line.user_id),
        Cell::code(line.action),
        Cell::code(line.subject.unwrap_or_default()),
        Cell::state(tone, outcome),
    ]
}
