//! Address books. Whose they are is in every question: another's address is not there.

use api::{
    Problem,
    object::Idempotency,
    problem::codes,
    user::{AddressBody, AddressInput, Addresses},
};
use domain::{
    account::ADDRESSES_MAX,
    id::{AddressId, UserId},
};
use platform::{
    Failure, Fault, Platform,
    idempotency::{self, Attempt, SavedReply},
    wire,
};

use super::of_somebody;
use crate::store::addresses as store;

/// An answer, and whether it was given before.
#[derive(Debug, Clone, PartialEq)]
pub struct Once<T> {
    pub answer: T,
    pub is_replayed: bool,
}

pub async fn list<P: Platform>(p: &P, user: UserId) -> Result<Addresses, Failure> {
    Ok(Addresses { items: store::list(&p.db()?, user).await? })
}

pub async fn read<P: Platform>(p: &P, user: UserId, id: AddressId) -> Result<AddressBody, Failure> {
    Ok(store::read(&p.db()?, user, id).await?.ok_or_else(Problem::not_found)?)
}

pub async fn create<P: Platform>(
    p: &P,
    user: UserId,
    idempotency: Option<Idempotency>,
    input: AddressInput,
) -> Result<Once<AddressBody>, Failure> {
    if let Some(first) = first_answer(p, idempotency.as_ref()).await? {
        return Ok(first);
    }
    let id = AddressId::new(p.seed());
    let mut keep = Vec::new();
    if let Some(idempotency) = &idempotency {
        let body = wire::text(&AddressBody::of(id, input.clone()))?;
        keep.extend(idempotency::finish(idempotency, &SavedReply { status: 201, body }, p.now()));
        keep.push(store::tell_default(user, id, &idempotency.key));
    }
    match store::add(&p.db()?, user, id, &input, keep).await {
        Ok(Some(answer)) => Ok(Once { answer, is_replayed: false }),
        Ok(None) => Err(Fault::defect("an address that was written is not there").into()),
        Err(fault) if store::is_full(&fault) => {
            let detail = format!("There are {ADDRESSES_MAX} addresses, and no more are kept.");
            let full = Problem::new(codes::address_book_full).detail(detail);
            // What filled it may be what this key has made in the meantime.
            Ok(first_answer(p, idempotency.as_ref()).await?.ok_or(full)?)
        }
        Err(fault) if idempotency::lost_the_race(&fault) => {
            Ok(first_answer(p, idempotency.as_ref()).await?.ok_or(fault)?)
        }
        Err(fault) => Err(of_somebody(fault)),
    }
}

pub async fn replace<P: Platform>(
    p: &P,
    user: UserId,
    id: AddressId,
    input: AddressInput,
) -> Result<AddressBody, Failure> {
    Ok(store::replace(&p.db()?, user, id, &input).await?.ok_or_else(Problem::not_found)?)
}

pub async fn delete<P: Platform>(p: &P, user: UserId, id: AddressId) -> Result<(), Failure> {
    let was_there = store::delete(&p.db()?, user, id).await?;
    if was_there { Ok(()) } else { Err(Problem::not_found().into()) }
}

/// The answer that this key was given before.
async fn first_answer<P: Platform>(
    p: &P,
    idempotency: Option<&Idempotency>,
) -> Result<Option<Once<AddressBody>>, Failure> {
    let Some(idempotency) = idempotency else { return Ok(None) };
    match idempotency::begin(&p.db()?, idempotency, p.now()).await? {
        Attempt::First => Ok(None),
        Attempt::Mismatch => Err(Problem::new(codes::idempotency_key_reused).into()),
        Attempt::Repeat(reply) => {
            let answer = api::json::read(reply.body.as_bytes())
                .map_err(|error| Fault::defect(format!("kept answer cannot be read: {error}")))?;
            Ok(Some(Once { answer, is_replayed: true }))
        }
    }
}
