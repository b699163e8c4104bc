//! The order object: one per order, the checkout saga, and the only one who decides about its time.

mod actor;
mod mail;

pub use actor::OrderActor;

use edge::ObjectHost;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object, wasm_bindgen};

#[durable_object(alarm)]
pub struct OrderObject(ObjectHost<OrderActor>);

impl DurableObject for OrderObject {
    fn new(state: State, env: Env) -> Self {
        Self(ObjectHost::new(state, env))
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        self.0.fetch(request).await
    }

    async fn alarm(&self) -> Result<Response> {
        self.0.alarm().await
    }
}
