//! The telemetry Worker's routes.

use api::{
    audit::{AuditLine, AuditQuery, BeginAction, EndAction},
    call::InternalCall,
    erasure::{EraseDeadLetters, EraseOrderLetters, Erased},
    page::Page,
    routes,
    telemetry::{DeadLetter, DeadLettersQuery},
};
use domain::id::DeadLetterId;
use platform::Platform;
use web::{Admin, Answer, Json, Path, Query, Result, Routes, Signed, World};

use crate::{app, audit};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::DEAD_LETTERS_LIST, list::<P>)
        .route(routes::DEAD_LETTER_REPLAY, replay::<P>)
        .route(routes::AUDIT_LIST, actions::<P>)
        .internal(BeginAction::PATH, begin_action::<P>)
        .internal(EndAction::PATH, end_action::<P>)
        .internal(EraseDeadLetters::PATH, erase::<P>)
        .internal(EraseOrderLetters::PATH, erase_order::<P>)
}

async fn list<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Query(query): Query<DeadLettersQuery>,
) -> Result<Answer<Page<DeadLetter>>> {
    let page = app::list(&p, query.queue, query.status, query.cursor.as_deref(), query.limit).await?;
    Ok(Answer::ok(page).no_store())
}

async fn replay<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Path(id): Path<DeadLetterId>,
) -> Result<Answer<DeadLetter>> {
    let letter = app::replay(&p, id).await?;
    Ok(Answer::accepted(letter, routes::DEAD_LETTERS_LIST.template).no_store())
}

async fn actions<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Query(query): Query<AuditQuery>,
) -> Result<Answer<Page<AuditLine>>> {
    Ok(Answer::ok(audit::list(&p, &query).await?).no_store())
}

async fn begin_action<P: Platform>(
    World(p): World<P>,
    Json(action): Json<BeginAction>,
) -> Result<Answer<()>> {
    Ok(Answer::ok(audit::begin(&p, &action).await?))
}

async fn end_action<P: Platform>(World(p): World<P>, Json(action): Json<EndAction>) -> Result<Answer<()>> {
    Ok(Answer::ok(audit::end(&p, &action).await?))
}

async fn erase<P: Platform>(World(p): World<P>, Json(ask): Json<EraseDeadLetters>) -> Result<Answer<Erased>> {
    app::erase(&p, ask.user).await?;
    Ok(Answer::ok(Erased { is_done: true }))
}

async fn erase_order<P: Platform>(
    World(p): World<P>,
    Json(ask): Json<EraseOrderLetters>,
) -> Result<Answer<Erased>> {
    app::erase_order(&p, ask.order).await?;
    Ok(Answer::ok(Erased { is_done: true }))
}
