//! The stock object: one per SKU, the only writer of its stock.

mod actor;

pub use actor::StockActor;

use edge::ObjectHost;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object, wasm_bindgen};

#[durable_object(alarm)]
pub struct StockObject(ObjectHost<StockActor>);

impl DurableObject for StockObject {
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
