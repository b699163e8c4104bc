//! Writing a mail down, handing it over, and trying again.
//!
//! A mail is on record before its channel hears of it, together with the time until which this try owns it. Whoever dies over it leaves a
//! row that the schedule finds; the channel's idempotency key is the notification's own id, so a second handing-over sends nothing.

use api::{
    Problem,
    auth::{LinkToken, ReadLink},
    cursor,
    notification::{MailboxItem, MailboxMail, MailboxQuery, NotificationView, NotificationsQuery},
    page::Page,
};
use domain::{
    Bug, DurationMs, Invalid, Timestamp,
    id::{EventId, NotificationId, OrderId, UserId},
    mail::{Delivery, MailTemplate, after_try},
    time::MINUTE_MS,
};
use futures::future::join_all;
use platform::{Database, Failure, Fault, Outcome, Platform, call, consume::write_all, log};

use crate::{
    config::Config,
    mail::Mail,
    message::Message,
    store::{self, Claimed, Filter, New, Tried, erasure},
    transport::{self, MailTransport, Parcel, Receipt},
};

/// How long one try owns a mail: much longer than any channel takes to answer.
const TRY_MAX_MS: DurationMs = 2 * MINUTE_MS;

/// The longest reason that is kept of a failed try, in characters.
const ERROR_LENGTH_MAX: usize = 300;

/// Takes messages in: one mail for each event and template, however often they come.
pub async fn notify<P: Platform>(platform: &P, messages: Vec<(EventId, impl Into<Message>)>) -> Vec<Outcome> {
    let count = messages.len();
    let messages = messages.into_iter().map(|(event, message)| (event, message.into())).collect();
    match take_in(platform, messages).await {
        Ok(outcomes) => outcomes,
        Err(fault) => vec![Err(fault); count],
    }
}

async fn take_in<P: Platform>(
    platform: &P,
    messages: Vec<(EventId, Message)>,
) -> Result<Vec<Outcome>, Fault> {
    let config = Config::of(platform)?;
    let transport = transport::configured(platform, &config)?;
    let now = platform.now();
    let new: Vec<New> = messages
        .into_iter()
        .map(|(event, message)| New {
            id: notification_id(&cause(event, now), message.template()),
            event,
            subject: message.subject(),
            message,
            transport: transport.name(),
            now,
            until: now.plus(TRY_MAX_MS),
        })
        .collect();
    let are_new = store::add(&platform.db()?, &new).await?;
    // Whatever came before is somebody else's: its first try, or the schedule's.
    let claimed = new
        .into_iter()
        .zip(&are_new)
        .filter(|(_, is_new)| **is_new)
        .map(|(new, _)| Claimed { id: new.id, message: new.message, tries: 1, copy: 0 })
        .collect();
    let mut delivered = deliver(platform, &transport, &config, claimed).await.into_iter();
    Ok(are_new
        .into_iter()
        .map(|is_new| if is_new { delivered.next().unwrap_or(Ok(())) } else { Ok(()) })
        .collect())
}

/// What all copies of one message have in common.
fn cause(event: EventId, now: Timestamp) -> EventId {
    let this_time = || EventId::derived(&[&event.to_string(), &now.to_rfc3339()]);
    if Bug::MailsAgain.is_planted() { this_time() } else { event }
}

/// What came of writing a mail.
enum Written {
    Mail(Mail),
    /// Nobody could do anything with it any more.
    LinkOver,
    /// Auth could not be asked: perhaps later.
    NoLink(Fault),
}

/// What makes a link work is asked for now and kept nowhere.
async fn write<P: Platform>(platform: &P, config: &Config, message: &Message) -> Result<Written, Fault> {
    let token = match message.link() {
        None => None,
        Some(link) => match call(platform, &ReadLink { link }).await {
            Ok(Some(LinkToken { token })) => Some(token),
            Ok(None) => return Ok(Written::LinkOver),
            Err(fault) => return Ok(Written::NoLink(fault)),
        },
    };
    message.write(&config.shop_url, token.as_deref()).map(Written::Mail)
}

/// Tries each once, and writes down how that ended.
async fn deliver<P: Platform, T: MailTransport>(
    platform: &P,
    transport: &T,
    config: &Config,
    claimed: Vec<Claimed>,
) -> Vec<Outcome> {
    let written: Vec<Result<Written, Fault>> =
        join_all(claimed.iter().map(|claimed| write(platform, config, &claimed.message))).await;
    let parcels: Vec<Parcel> = claimed
        .iter()
        .zip(&written)
        .filter_map(|(claimed, written)| {
            let Ok(Written::Mail(mail)) = written else { return None };
            Some(Parcel {
                key: format!("{}.{}", claimed.id, claimed.copy),
                notification: claimed.id,
                sender: &config.sender,
                recipient: claimed.message.recipient(),
                mail,
            })
        })
        .collect();
    let mut receipts = transport.send(&parcels).await.into_iter();
    let now = platform.now();
    let tried = claimed
        .iter()
        .zip(written)
        .map(|(claimed, written)| {
            let receipt = match written? {
                Written::Mail(_) => receipts.next().unwrap_or_else(|| Err(Fault::unavailable("no receipt"))),
                Written::LinkOver => Ok(Receipt {
                    delivery: Delivery::Rejected,
                    reason: Some("its link is no longer good".to_owned()),
                }),
                Written::NoLink(fault) => Err(fault),
            };
            let Receipt { delivery, reason } = receipt.unwrap_or_else(|fault| {
                log::fault(platform, "send mail", &fault.to_string());
                Receipt { delivery: Delivery::Deferred, reason: Some("no answer".to_owned()) }
            });
            let (status, next_try_at) = after_try(delivery, claimed.tries, now);
            let error = reason.map(|reason| reason.chars().take(ERROR_LENGTH_MAX).collect());
            Ok(vec![store::tried(claimed, &Tried { status, error, next_try_at, now })])
        })
        .collect();
    match platform.db() {
        Ok(db) => write_all(&db, tried).await,
        Err(fault) => vec![Err(fault); claimed.len()],
    }
}

/// For the schedule: tries the mails whose time has come. One that cannot be written does not hold the others up.
pub async fn sweep<P: Platform>(platform: &P) -> Result<(), Fault> {
    let config = Config::of(platform)?;
    let transport = transport::configured(platform, &config)?;
    let now = platform.now();
    let due = store::claim_due(&platform.db()?, now, now.plus(TRY_MAX_MS)).await?;
    let mut claimed = Vec::new();
    for one in due {
        match one {
            Ok(one) => claimed.push(one),
            Err(fault) => log::fault(platform, "sweep mails", &fault.to_string()),
        }
    }
    for fault in deliver(platform, &transport, &config, claimed).await.into_iter().filter_map(Result::err) {
        log::fault(platform, "sweep mails", &fault.to_string());
    }
    Ok(())
}

/// Staff have a mail sent again, whatever became of it: a copy of its own.
pub async fn resend<P: Platform>(platform: &P, id: NotificationId) -> Result<NotificationView, Failure> {
    let config = Config::of(platform)?;
    let transport = transport::configured(platform, &config)?;
    let until = platform.now().plus(TRY_MAX_MS);
    let claimed = store::claim_copy(&platform.db()?, id, transport.name(), until)
        .await?
        .ok_or_else(Problem::not_found)?;
    deliver(platform, &transport, &config, vec![claimed]).await.into_iter().collect::<Outcome>()?;
    Ok(store::read(&platform.db()?, id).await?.ok_or_else(Problem::not_found)?)
}

pub async fn list<P: Platform>(
    platform: &P,
    query: NotificationsQuery,
) -> Result<Page<NotificationView>, Failure> {
    let after = position(query.cursor.as_deref())?;
    let filter = Filter { order: query.order_id, user: query.user_id, status: query.status };
    let rows = store::list(&platform.db()?, &filter, after, query.limit).await?;
    Ok(Page::from_rows(rows, query.limit, |row| cursor::encode(&(row.created_at, row.id))))
}

/// The mails that would have gone out; nothing, anywhere but in local development.
pub async fn mailbox<P: Platform>(platform: &P, query: MailboxQuery) -> Result<Page<MailboxItem>, Failure> {
    only_locally(platform)?;
    let after = position(query.cursor.as_deref())?;
    let rows = transport::list(&platform.db()?, query.to.as_deref(), after, query.limit).await?;
    Ok(Page::from_rows(rows, query.limit, |(_, after)| cursor::encode(after)).map(|(item, _)| item))
}

pub async fn mailbox_mail<P: Platform>(platform: &P, id: NotificationId) -> Result<MailboxMail, Failure> {
    only_locally(platform)?;
    Ok(transport::latest(&platform.db()?, id).await?.ok_or_else(Problem::not_found)?)
}

/// Forgets what was written to a user, and to whom; that a mail went out, and when, stays. What is still to be sent is not.
pub async fn erase<P: Platform>(platform: &P, user: UserId) -> Result<(), Fault> {
    platform.db()?.batch(erasure::of_user(user)).await.map(drop)
}

/// The same of an order that has forgotten its shopper; a message about it that comes later is not written down.
pub async fn erase_order<P: Platform>(platform: &P, order: OrderId) -> Result<(), Fault> {
    platform.db()?.batch(erasure::of_order(order)).await.map(drop)
}

/// Which of these events about orders have made their mail.
pub async fn known<P: Platform>(platform: &P, events: Vec<EventId>) -> Result<Vec<EventId>, Fault> {
    let ids: Vec<NotificationId> = events
        .iter()
        .flat_map(|event| MailTemplate::OF_ORDERS.map(|template| notification_id(event, template)))
        .collect();
    store::known(&platform.db()?, &ids).await
}

/// One event and template make one mail.
fn notification_id(event: &EventId, template: MailTemplate) -> NotificationId {
    NotificationId::derived(&[&event.to_string(), template.as_str()])
}

fn only_locally<P: Platform>(platform: &P) -> Result<(), Problem> {
    if platform.is_local() { Ok(()) } else { Err(Problem::not_found()) }
}

fn position<T: serde::de::DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let invalid = |invalid: Invalid| Problem::invalid("?cursor", &invalid);
    cursor.map(cursor::decode).transpose().map_err(invalid)
}
