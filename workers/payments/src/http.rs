//! The routes of payments.

use http::HeaderMap;

use api::{
    Problem,
    call::InternalCall,
    event::{CONFIRM_PATH, ConfirmEvents},
    payment::{
        AskPayment, Authorise, Capture, ConfirmPayment, ConfirmedPayment, PaymentView, RefundPayment,
        RefundReply, Void,
    },
    problem::codes,
    routes,
};
use domain::{id::PaymentId, payment::PaymentSnapshot};
use platform::{Platform, outbox};
use web::{Answer, Json, Path, Raw, Result, Routes, Signed, Staff, World};

use crate::{
    app,
    provider::{self, Provider},
};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .internal(CONFIRM_PATH, confirm_events::<P>)
        .route(routes::PAYMENT_READ, read::<P>)
        .route(routes::PAYMENT_CONFIRM, confirm::<P>)
        .route(routes::PAYMENT_WEBHOOK, webhook::<P>)
        .internal(Authorise::PATH, authorise::<P>)
        .internal(Capture::PATH, capture::<P>)
        .internal(Void::PATH, void::<P>)
        .internal(RefundPayment::PATH, refund::<P>)
        .internal(AskPayment::PATH, ask::<P>)
}

async fn read<P: Platform>(
    World(platform): World<P>,
    _: Signed<Staff, P>,
    Path(id): Path<PaymentId>,
) -> Result<Answer<PaymentView>> {
    Ok(Answer::ok(app::read(&platform, id).await?).no_store())
}

async fn confirm<P: Platform>(
    World(platform): World<P>,
    Path(id): Path<PaymentId>,
    Json(body): Json<ConfirmPayment>,
) -> Result<Answer<ConfirmedPayment>> {
    Ok(Answer::ok(app::confirm(&platform, &provider::configured(&platform)?, id, body).await?).no_store())
}

async fn webhook<P: Platform>(
    World(platform): World<P>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Raw(body): Raw,
) -> Result<Answer<serde_json::Value>> {
    let provider = provider::configured(&platform)?;
    if name != provider.name() {
        return Err(Problem::not_found().into());
    }
    let notice = provider
        .parse_webhook(&headers, &body, platform.now())
        .map_err(|_| Problem::new(codes::webhook_signature_invalid))?;
    if let Some(notice) = notice {
        app::hear(&platform, &provider, notice).await?;
    }
    Ok(Answer::ok(serde_json::json!({ "received": true })))
}

async fn authorise<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<Authorise>,
) -> Result<Answer<PaymentSnapshot>> {
    Ok(Answer::ok(app::authorise(&platform, &provider::configured(&platform)?, ask).await?))
}

async fn capture<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<Capture>,
) -> Result<Answer<PaymentSnapshot>> {
    Ok(Answer::ok(app::capture(&platform, &provider::configured(&platform)?, ask).await?))
}

async fn void<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<Void>,
) -> Result<Answer<PaymentSnapshot>> {
    Ok(Answer::ok(app::void(&platform, &provider::configured(&platform)?, ask).await?))
}

async fn refund<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<RefundPayment>,
) -> Result<Answer<RefundReply>> {
    Ok(Answer::ok(app::refund(&platform, &provider::configured(&platform)?, ask).await?))
}

async fn ask<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<AskPayment>,
) -> Result<Answer<Option<PaymentSnapshot>>> {
    Ok(Answer::ok(app::ask(&platform, &provider::configured(&platform)?, ask).await?))
}

async fn confirm_events<P: Platform>(
    World(platform): World<P>,
    Json(ask): Json<ConfirmEvents>,
) -> Result<Answer<()>> {
    Ok(Answer::ok(outbox::confirm(&platform, &ask.events).await?))
}
