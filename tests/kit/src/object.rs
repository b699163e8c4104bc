//! Objects: one instance of the shell per name, opened when it is called or its alarm goes off, and gone at any time.

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Response, StatusCode};
use std::sync::Arc;

use platform::{
    Fault,
    shell::{Actor, Shell},
};

use crate::{local::Local, storage::LocalStorage};

/// A living object, whatever lives in it.
pub trait Instance: Send + Sync {
    fn handle(self: Arc<Self>, local: Local, body: Bytes) -> BoxFuture<'static, Response<Bytes>>;
    fn alarm(self: Arc<Self>, local: Local) -> BoxFuture<'static, Result<(), Fault>>;
}

impl<T: Actor<Local>> Instance for Shell<Local, T, LocalStorage> {
    fn handle(self: Arc<Self>, local: Local, body: Bytes) -> BoxFuture<'static, Response<Bytes>> {
        Box::pin(async move {
            let told = match serde_json::from_slice(&body) {
                Ok(ask) => Shell::handle(&self, &local, ask).await,
                Err(error) => Err(Fault::defect(format!("cannot be asked that: {error}"))),
            };
            match told {
                Ok(told) => Response::new(serde_json::to_vec(&told).expect("told is JSON").into()),
                Err(fault) => {
                    let mut response = Response::new(Bytes::from(fault.to_string()));
                    *response.status_mut() =
                        StatusCode::from_u16(fault.problem().status()).expect("a problem has a status");
                    response
                }
            }
        })
    }

    fn alarm(self: Arc<Self>, local: Local) -> BoxFuture<'static, Result<(), Fault>> {
        Box::pin(async move { Shell::alarm(&self, &local).await })
    }
}

/// Opens an instance of one kind of object.
pub type Open = fn(Option<String>, LocalStorage) -> Arc<dyn Instance>;

pub fn open<T: Actor<Local>>(name: Option<String>, storage: LocalStorage) -> Arc<dyn Instance> {
    Arc::new(Shell::<Local, T, LocalStorage>::new(name, storage))
}
