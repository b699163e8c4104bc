//! The cart object: one per cart, the only writer of its lines, its destination and the claim of an order.

mod actor;

pub use actor::CartActor;

use edge::ObjectHost;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object, wasm_bindgen};

#[durable_object(alarm)]
pub struct CartObject(ObjectHost<CartActor>);

impl DurableObject for CartObject {
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
