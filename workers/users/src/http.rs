//! The routes of users.

use http::{StatusCode, header};
use serde::Serialize;

use api::{
    object::Idempotency,
    page::Page,
    routes::{self, Route},
    user::{
        AddressBody, AddressInput, Addresses, CreateUser, PatchMe, PatchUser, UserBody, UserExport,
        UsersQuery,
    },
};
use domain::id::{AddressId, UserId};
use platform::{Platform, wire};
use web::{
    Admin, Answer, Customer, IfMatch, Json, MaybeKeyed, NoContent, Path, Query, Response, Result, Routes,
    Signed, World,
};

use crate::app::{self, User, addresses, erasure};

pub fn router<P: Platform>() -> Routes<P> {
    Routes::none()
        .route(routes::USER_CREATE, register::<P>)
        .route(routes::USER_READ_ME, read_me::<P>)
        .route(routes::USER_PATCH_ME, patch_me::<P>)
        .route(routes::USER_DELETE_ME, delete_me::<P>)
        .route(routes::USER_EXPORT_ME, export_me::<P>)
        .route(routes::ADDRESSES_LIST, list_addresses::<P>)
        .route(routes::ADDRESS_CREATE, create_address::<P>)
        .route(routes::ADDRESS_READ, read_address::<P>)
        .route(routes::ADDRESS_REPLACE, replace_address::<P>)
        .route(routes::ADDRESS_DELETE, delete_address::<P>)
        .route(routes::USERS_LIST, list::<P>)
        .route(routes::USER_READ, read::<P>)
        .route(routes::USER_PATCH, patch::<P>)
        .route(routes::USER_DELETE, delete::<P>)
}

/// The caller's key within this route and to this customer.
fn scoped(route: &Route, user: UserId, key: Option<String>, body: &impl Serialize) -> Option<Idempotency> {
    let user = user.to_string();
    key.map(|key| Idempotency::new(&[route.method.as_str(), route.template, &user], &key, body))
}

/// Somebody with their tag: the version, and a digest of what changes without one (an address that was proven).
fn tagged(status: StatusCode, user: User) -> Result<Answer<String>> {
    let version = user.version();
    let json = wire::text(&user.into_body())?;
    let tag = format!("{version}-{}", web::digest(&json));
    Ok(Answer::raw_with_status(status.as_u16(), json).etag(&tag).no_store())
}

fn shown(user: User) -> Result<Response> {
    Ok(tagged(StatusCode::OK, user)?.into_raw())
}

async fn register<P: Platform>(World(p): World<P>, Json(body): Json<CreateUser>) -> Result<Response> {
    let made = tagged(StatusCode::CREATED, app::register(&p, body).await?)?;
    Ok(made.header(header::LOCATION, routes::USER_READ_ME.template).into_raw())
}

async fn read_me<P: Platform>(World(p): World<P>, me: Signed<Customer, P>) -> Result<Response> {
    shown(app::read(&p, me.0.user).await?)
}

async fn patch_me<P: Platform>(
    World(p): World<P>,
    me: Signed<Customer, P>,
    IfMatch(version): IfMatch,
    Json(patch): Json<PatchMe>,
) -> Result<Response> {
    let Customer { user, caller } = me.0;
    shown(app::change_me(&p, user, caller.sid, version, patch).await?)
}

async fn delete_me<P: Platform>(World(p): World<P>, me: Signed<Customer, P>) -> Result<NoContent> {
    erasure::erase(&p, me.0.user).await?;
    Ok(NoContent)
}

async fn export_me<P: Platform>(World(p): World<P>, me: Signed<Customer, P>) -> Result<Answer<UserExport>> {
    Ok(Answer::ok(app::export(&p, me.0.user).await?).no_store())
}

async fn list_addresses<P: Platform>(
    World(p): World<P>,
    me: Signed<Customer, P>,
) -> Result<Answer<Addresses>> {
    Ok(Answer::ok(addresses::list(&p, me.0.user).await?).no_store())
}

async fn create_address<P: Platform>(
    World(p): World<P>,
    me: Signed<Customer, P>,
    MaybeKeyed(key): MaybeKeyed,
    Json(body): Json<AddressInput>,
) -> Result<Answer<AddressBody>> {
    let once = scoped(routes::ADDRESS_CREATE, me.0.user, key, &body);
    let made = addresses::create(&p, me.0.user, once, body).await?;
    let location = format!("{}/{}", routes::ADDRESS_CREATE.template, made.answer.id);
    let answer = Answer::created(made.answer).header(header::LOCATION, location);
    Ok(answer.replayed(made.is_replayed).no_store())
}

async fn read_address<P: Platform>(
    World(p): World<P>,
    me: Signed<Customer, P>,
    Path(id): Path<AddressId>,
) -> Result<Answer<AddressBody>> {
    Ok(Answer::ok(addresses::read(&p, me.0.user, id).await?).no_store())
}

async fn replace_address<P: Platform>(
    World(p): World<P>,
    me: Signed<Customer, P>,
    Path(id): Path<AddressId>,
    Json(body): Json<AddressInput>,
) -> Result<Answer<AddressBody>> {
    Ok(Answer::ok(addresses::replace(&p, me.0.user, id, body).await?).no_store())
}

async fn delete_address<P: Platform>(
    World(p): World<P>,
    me: Signed<Customer, P>,
    Path(id): Path<AddressId>,
) -> Result<NoContent> {
    addresses::delete(&p, me.0.user, id).await?;
    Ok(NoContent)
}

async fn list<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Query(query): Query<UsersQuery>,
) -> Result<Answer<Page<UserBody>>> {
    Ok(Answer::ok(app::list(&p, query).await?).no_store())
}

async fn read<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Path(user): Path<UserId>,
) -> Result<Response> {
    shown(app::read(&p, user).await?)
}

async fn patch<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Path(user): Path<UserId>,
    IfMatch(version): IfMatch,
    Json(patch): Json<PatchUser>,
) -> Result<Response> {
    shown(app::change_user(&p, user, version, patch).await?)
}

async fn delete<P: Platform>(
    World(p): World<P>,
    _: Signed<Admin, P>,
    Path(user): Path<UserId>,
) -> Result<NoContent> {
    erasure::erase(&p, user).await?;
    Ok(NoContent)
}
