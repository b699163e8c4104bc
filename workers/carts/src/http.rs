//! The routes of carts; each handler is one sentence.

use api::{
    call::InternalCall,
    cart::{CartBody, CreateCart, PatchCart, SetLine},
    erasure::{EraseCart, Erased},
    routes,
};
use domain::{Sku, id::CartId};
use platform::Platform;
use web::{Answer, CartHolder, Customer, Json, Path, Result, Routes, Shopper, Signed, World};

use crate::app;

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::CART_CREATE, create::<P>)
        .route(routes::CART_READ_MINE, read_mine::<P>)
        .route(routes::CART_READ, read::<P>)
        .route(routes::CART_PATCH, patch::<P>)
        .route(routes::CART_CLAIM, claim::<P>)
        .route(routes::CART_LINE_SET, set_line::<P>)
        .route(routes::CART_LINE_REMOVE, remove_line::<P>)
        .internal(EraseCart::PATH, erase::<P>)
}

async fn create<P: Platform>(
    World(p): World<P>,
    shopper: Signed<Shopper, P>,
    body: Option<Json<CreateCart>>,
) -> Result<Answer<CartBody>> {
    let wanted = body.map(|Json(wanted)| wanted).unwrap_or_default();
    Ok(Answer::created(app::create(&p, shopper.0.user(), wanted).await?).no_store())
}

async fn read_mine<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
) -> Result<Answer<CartBody>> {
    Ok(Answer::ok(app::read_mine(&p, customer.0.user).await?).no_store())
}

async fn read<P: Platform>(
    World(p): World<P>,
    by: CartHolder<P>,
    Path(id): Path<CartId>,
) -> Result<Answer<CartBody>> {
    Ok(Answer::ok(app::read(&p, by.holder, id).await?).no_store())
}

async fn set_line<P: Platform>(
    World(p): World<P>,
    by: CartHolder<P>,
    Path(id): Path<CartId>,
    Path(sku): Path<Sku>,
    Json(line): Json<SetLine>,
) -> Result<Answer<CartBody>> {
    Ok(Answer::ok(app::set_line(&p, by.holder, id, sku, line.quantity).await?).no_store())
}

async fn remove_line<P: Platform>(
    World(p): World<P>,
    by: CartHolder<P>,
    Path(id): Path<CartId>,
    Path(sku): Path<Sku>,
) -> Result<Answer<CartBody>> {
    Ok(Answer::ok(app::remove_line(&p, by.holder, id, sku).await?).no_store())
}

async fn patch<P: Platform>(
    World(p): World<P>,
    by: CartHolder<P>,
    Path(id): Path<CartId>,
    Json(patch): Json<PatchCart>,
) -> Result<Answer<CartBody>> {
    Ok(Answer::ok(app::patch(&p, by.holder, id, patch.into()).await?).no_store())
}

async fn claim<P: Platform>(
    World(p): World<P>,
    customer: Signed<Customer, P>,
    by: CartHolder<P>,
    Path(id): Path<CartId>,
) -> Result<Answer<CartBody>> {
    Ok(Answer::ok(app::claim(&p, customer.0.user, by.holder, id).await?).no_store())
}

async fn erase<P: Platform>(World(p): World<P>, Json(ask): Json<EraseCart>) -> Result<Answer<Erased>> {
    app::erase(&p, ask.user).await?;
    Ok(Answer::ok(Erased { is_done: true }))
}
