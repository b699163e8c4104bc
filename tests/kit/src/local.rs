//! The world as one request, message or alarm sees it: `platform::Platform`, natively.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use std::{
    future::{Future, pending},
    sync::Arc,
    time::Duration,
};
use unicode_normalization::UnicodeNormalization;

use api::{headers, trace::TraceParent};
use domain::{
    DurationMs, Timestamp,
    text::{NormalForm, Normalise},
};
use platform::{Database, Fault, Memory, Platform, RequestContext, Statement, Target, database::ResultSet};

use crate::{
    calls::{Call, CallKind, LATE_MS, Outage},
    sqlite::Sqlite,
    unit::Unit,
    world::Inner,
};

#[derive(Clone)]
pub struct Local {
    pub(crate) world: Arc<Inner>,
    pub(crate) unit: Arc<Unit>,
    pub(crate) database: Option<Arc<Sqlite>>,
    context: Arc<RequestContext>,
    /// How far this request's clock is off.
    skew_ms: i64,
}

impl Local {
    /// One hop: the caller's trace goes on under a span of its own.
    pub(crate) fn new(
        world: Arc<Inner>,
        unit: Arc<Unit>,
        database: Option<Arc<Sqlite>>,
        incoming: &HeaderMap,
    ) -> Self {
        let text = |name: &str| incoming.get(name).and_then(|value| value.to_str().ok());
        let parent = text(headers::TRACEPARENT).and_then(|value| value.parse().ok());
        let request_id = text(headers::REQUEST_ID).unwrap_or_default().to_owned();
        let hops = text(headers::HOPS).and_then(|value| value.parse().ok()).unwrap_or(0);
        Self::with_context(world, unit, database, parent, request_id, hops)
    }

    /// A message or a schedule: nobody waits for it.
    pub(crate) fn in_trace(
        world: Arc<Inner>,
        unit: Arc<Unit>,
        database: Option<Arc<Sqlite>>,
        traceparent: Option<String>,
    ) -> Self {
        let parent = traceparent.and_then(|value| value.parse().ok());
        Self::with_context(world, unit, database, parent, String::new(), 0)
    }

    fn with_context(
        world: Arc<Inner>,
        unit: Arc<Unit>,
        database: Option<Arc<Sqlite>>,
        parent: Option<TraceParent>,
        request_id: String,
        hops: u32,
    ) -> Self {
        let span = world.chance.bytes();
        let trace = match parent {
            Some(parent) => parent.child(span),
            None => TraceParent::root(world.chance.bytes(), span),
        };
        let parent_span = parent.map(|parent| parent.span);
        let context = RequestContext { service: unit.role.name, request_id, trace, parent_span, hops };
        let skew_ms = world.draw_skew_ms();
        Self { world, unit, database, context: Arc::new(context), skew_ms }
    }

    /// Makes one call that leaves this unit, as the world lets it.
    async fn outside<T: Send + 'static>(
        &self,
        kind: CallKind,
        what: String,
        act: impl Future<Output = Result<T, Fault>> + Send + 'static,
    ) -> Result<T, Fault> {
        let lost = Fault::unavailable(format!("{what} did not answer"));
        let outage = self.world.enter(Call {
            serial: 0,
            kind,
            from: self.unit.role.name,
            what,
            trace: self.context.trace.trace,
            request: self.context.request_id.clone(),
            hops: self.context.hops,
        });
        self.world.dawdle().await;
        match outage {
            None => {
                let answer = act.await;
                self.world.dawdle().await;
                answer
            }
            Some(Outage::Before) => Err(lost),
            Some(Outage::After) => {
                let _ = act.await;
                Err(lost)
            }
            Some(Outage::CrashBefore) => {
                self.unit.crash();
                pending().await
            }
            Some(Outage::CrashAfter) => {
                let _ = act.await;
                self.unit.crash();
                pending().await
            }
            Some(Outage::Late) => {
                self.world.later(LATE_MS, async move { drop(act.await) });
                Err(lost)
            }
            Some(Outage::Slow(ms)) => {
                self.sleep(ms).await;
                act.await
            }
        }
    }
}

/// This Worker's own database; every batch is one call.
#[derive(Clone)]
pub struct LocalDatabase {
    local: Local,
    database: Arc<Sqlite>,
}

impl Database for LocalDatabase {
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<ResultSet>, Fault> {
        let database = Arc::clone(&self.database);
        let act = async move { database.transact(&statements) };
        self.local.outside(CallKind::Database, "d1".to_owned(), act).await
    }
}

impl Platform for Local {
    type Db = LocalDatabase;

    fn context(&self) -> &RequestContext {
        &self.context
    }

    fn db(&self) -> Result<Self::Db, Fault> {
        let database = self.database.clone().ok_or_else(|| Fault::defect("no database is bound"))?;
        Ok(LocalDatabase { local: self.clone(), database })
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.world.now().millis() + self.skew_ms)
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        self.world.chance.bytes()
    }

    fn var(&self, name: &str) -> Option<String> {
        self.world.var(&self.unit.role, name)
    }

    async fn sleep(&self, span: DurationMs) {
        tokio::time::sleep(Duration::from_millis(span)).await;
    }

    async fn fetch(&self, target: &Target, request: Request<Bytes>) -> Result<Response<Bytes>, Fault> {
        let what = match target {
            Target::Service(service) => format!("{} {}", service.binding(), request.uri().path()),
            Target::Object { binding, .. } => binding.clone().into_owned(),
        };
        let (world, role, target) = (Arc::clone(&self.world), Arc::clone(&self.unit.role), target.clone());
        let act = async move { world.dispatch(&role, &target, request).await };
        self.outside(CallKind::Fetch, what, act).await
    }

    async fn enqueue(&self, binding: &str, bodies: Vec<String>) -> Result<(), Fault> {
        let (world, role, to) = (Arc::clone(&self.world), Arc::clone(&self.unit.role), binding.to_owned());
        let act = async move { world.enqueue(&role, &to, bodies) };
        self.outside(CallKind::Enqueue, binding.to_owned(), act).await
    }

    async fn is_within_rate(&self, binding: &'static str, key: &str) -> Result<bool, Fault> {
        let (world, role, key) = (Arc::clone(&self.world), Arc::clone(&self.unit.role), key.to_owned());
        let act = async move { world.count_call(&role, binding, key) };
        self.outside(CallKind::Rate, binding.to_owned(), act).await
    }

    fn background(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.unit.spawn(self.world.shaken(work)));
    }

    fn normalise(&self) -> Normalise {
        |form, text| match form {
            NormalForm::Nfc => text.nfc().collect(),
            NormalForm::Nfkc => text.nfkc().collect(),
        }
    }

    fn write_log(&self, line: String) {
        self.world.log(line);
    }

    fn memory(&self) -> &Memory {
        &self.unit.memory
    }
}
