//! The routes of notifications.

use http::HeaderMap;

use api::{
    call::InternalCall,
    erasure::{EraseMails, EraseOrderMails, Erased},
    notification::{KnownMails, MailboxQuery, NotificationView, NotificationsQuery},
    page::Page,
    routes,
};
use domain::id::{EventId, NotificationId};
use platform::Platform;
use web::{Answer, Json, Path, Query, Response, Result, Routes, Signed, Staff, World};

use crate::{app, page};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::NOTIFICATIONS_LIST, list::<P>)
        .route(routes::NOTIFICATION_RESEND, resend::<P>)
        .route(routes::MAILBOX_LIST, mailbox::<P>)
        .route(routes::MAILBOX_READ, mailbox_mail::<P>)
        .internal(EraseMails::PATH, erase::<P>)
        .internal(EraseOrderMails::PATH, erase_order::<P>)
        .internal(KnownMails::PATH, known::<P>)
}

async fn list<P: Platform>(
    World(platform): World<P>,
    _: Signed<Staff, P>,
    Query(query): Query<NotificationsQuery>,
) -> Result<Answer<Page<NotificationView>>> {
    Ok(Answer::ok(app::list(&platform, query).await?).no_store())
}

async fn resend<P: Platform>(
    World(platform): World<P>,
    _: Signed<Staff, P>,
    Path(id): Path<NotificationId>,
) -> Result<Answer<NotificationView>> {
    Ok(Answer::ok(app::resend(&platform, id).await?).no_store())
}

async fn mailbox<P: Platform>(
    World(platform): World<P>,
    headers: HeaderMap,
    Query(query): Query<MailboxQuery>,
) -> Result<Response> {
    page::mailbox(app::mailbox(&platform, query).await?, &headers)
}

async fn mailbox_mail<P: Platform>(
    World(platform): World<P>,
    headers: HeaderMap,
    Path(id): Path<NotificationId>,
) -> Result<Response> {
    page::mail(app::mailbox_mail(&platform, id).await?, &headers)
}

async fn erase<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<EraseMails>,
) -> Result<Answer<Erased>> {
    app::erase(&platform, ask.user).await?;
    Ok(Answer::ok(Erased { is_done: true }))
}

async fn erase_order<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<EraseOrderMails>,
) -> Result<Answer<Erased>> {
    app::erase_order(&platform, ask.order).await?;
    Ok(Answer::ok(Erased { is_done: true }))
}

async fn known<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<KnownMails>,
) -> Result<Answer<Vec<EventId>>> {
    Ok(Answer::ok(app::known(&platform, ask.events).await?))
}
