//! How calls, messages and alarms find whom they are for.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::task::JoinHandle;

use api::{
    event::{Envelope, Queue},
    headers,
};
use domain::{DurationMs, Timestamp, time::SECOND_MS};
use platform::{Fault, Target};

use super::{Chaos, Inner, Living};
use crate::{
    calls::{Call, Outage},
    config::Consumer,
    local::Local,
    older::Older,
    shaken::Shaken,
    sqlite::Sqlite,
    storage::{Cell, LocalStorage},
    unit::{Role, Unit},
    wiring::{Consume, Delivery},
};

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Inner {
    pub fn now(&self) -> Timestamp {
        let elapsed = self.began.elapsed().as_millis();
        self.began_at.plus(u64::try_from(elapsed).expect("the test ends before that"))
    }

    /// How long there has been this world.
    pub fn age_ms(&self) -> DurationMs {
        self.now().since(self.began_at)
    }

    pub(crate) fn older_of(&self, class: &str) -> Option<Older> {
        lock(&self.older).get(class).copied()
    }

    pub(crate) fn enter(&self, call: Call) -> Option<Outage> {
        self.calls.enter(call, self.age_ms(), &self.chance)
    }

    pub(crate) fn chaos(&self) -> Chaos {
        *lock(&self.chaos)
    }

    /// What a call takes, when calls take their time.
    pub(crate) async fn dawdle(&self) {
        if !self.chaos().jitter {
            return;
        }
        for _ in 0..self.moments.below(4) {
            tokio::task::yield_now().await;
        }
        if self.moments.below(4) == 0 {
            tokio::time::sleep(Duration::from_millis(self.moments.below(40))).await;
        }
    }

    /// Lets others overtake `work` whenever it could go on, when they may.
    pub(crate) fn shaken<F: Future>(self: &Arc<Self>, work: F) -> Shaken<F> {
        Shaken::new(Arc::downgrade(self), work)
    }

    /// How far a clock is off that is looked at now: positive when it is ahead.
    pub(crate) fn draw_skew_ms(&self) -> i64 {
        let span = self.chaos().skew_ms;
        if span == 0 {
            return 0;
        }
        i64::try_from(self.moments.below(2 * span + 1)).unwrap_or(0) - i64::try_from(span).unwrap_or(0)
    }

    pub(crate) fn var(&self, role: &Role, name: &str) -> Option<String> {
        let set = lock(&self.vars).get(name).cloned();
        set.or_else(|| self.wiring.vars.get(name).cloned())
            .or_else(|| role.config.vars.get(name)?.as_str().map(str::to_owned))
    }

    /// Counts as the platform does: in periods that begin at the same moment for everybody.
    pub(crate) fn count_call(&self, role: &Role, binding: &'static str, key: String) -> Result<bool, Fault> {
        let unbound = || Fault::defect(format!("{binding} is not bound"));
        let settings = role.config.limit_of(binding).ok_or_else(unbound)?;
        let period = self.age_ms() / (u64::from(settings.period) * SECOND_MS);
        let mut rates = lock(&self.rates);
        let counted = rates.entry((binding, key)).or_default();
        *counted = if counted.0 == period { (period, counted.1 + 1) } else { (period, 1) };
        Ok(counted.1 <= settings.limit)
    }

    pub(crate) fn log(&self, line: String) {
        lock(&self.log).push(line);
    }

    /// Remembers a task of the world's own, to end it with the world.
    pub(crate) fn keep(&self, task: JoinHandle<()>) {
        let mut tasks = lock(&self.tasks);
        if tasks.len() >= 1_024 {
            tasks.retain(|task| !task.is_finished());
        }
        tasks.push(task.abort_handle());
    }

    /// Does something after a while, whatever becomes of whoever asked for it.
    pub(crate) fn later(&self, span: DurationMs, act: impl Future<Output = ()> + Send + 'static) {
        let guard = self.busy.enter();
        self.keep(tokio::spawn(async move {
            let _guard = guard;
            tokio::time::sleep(Duration::from_millis(span)).await;
            act.await;
        }));
    }

    pub(crate) fn consumer_of(&self, queue: &str) -> Option<(String, Consumer)> {
        self.wiring.workers.iter().find_map(|(script, worker)| {
            worker.consume?;
            let consumers = &worker.role.config.queues.consumers;
            let settings = consumers.iter().find(|consumer| consumer.queue == queue)?;
            Some((script.clone(), settings.clone()))
        })
    }

    pub(super) fn isolate(&self, script: &str) -> Arc<Unit> {
        let worker = self.wiring.workers.get(script).unwrap_or_else(|| panic!("no Worker {script}"));
        let mut isolates = lock(&self.isolates);
        let unit = isolates
            .entry(script.to_owned())
            .or_insert_with(|| Unit::new(Arc::clone(&worker.role), self.busy.clone()));
        if !unit.is_alive() {
            *unit = Unit::new(Arc::clone(&worker.role), self.busy.clone());
        }
        Arc::clone(unit)
    }

    fn local(self: &Arc<Self>, script: &str, unit: &Arc<Unit>, incoming: &HeaderMap) -> Local {
        let database = self.databases.get(script).cloned();
        Local::new(Arc::clone(self), Arc::clone(unit), database, incoming)
    }

    pub(super) async fn answer_of(
        self: &Arc<Self>,
        script: &str,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Fault> {
        let missing = || Fault::unavailable(format!("{script} is not deployed"));
        let worker = self.wiring.workers.get(script).ok_or_else(missing)?;
        let answer = worker.answer.ok_or_else(missing)?;
        let unit = self.isolate(script);
        let mut request = request;
        if worker.is_public {
            let own = format!("req_{:016x}", self.chance.next());
            let incoming = request.headers_mut();
            incoming.remove(headers::HOPS);
            incoming.insert(headers::REQUEST_ID, own.parse().expect("an id is a header"));
        }
        let local = self.local(script, &unit, request.headers());
        unit.run(self.shaken(answer(local, request))).await
    }

    /// Hands a batch to its consumer: what became of each message, in their order, or that the consumer died.
    pub(crate) async fn consume(
        self: &Arc<Self>,
        script: &str,
        queue: &str,
        bodies: Vec<String>,
    ) -> Result<Vec<Result<(), Fault>>, Fault> {
        let consume = self.wiring.workers.get(script).and_then(|worker| worker.consume);
        let consume = consume.ok_or_else(|| Fault::defect("no consumer"))?;
        let unit = self.isolate(script);
        let database = self.databases.get(script).cloned();
        let (world, on, queue) = (Arc::clone(self), Arc::clone(&unit), queue.to_owned());
        unit.run(self.shaken(async move {
            let local = |traceparent| {
                Local::in_trace(Arc::clone(&world), Arc::clone(&on), database.clone(), traceparent)
            };
            match consume {
                Consume::Events(handle) => {
                    let local =
                        |event: Option<&Envelope>| local(event.and_then(|event| event.traceparent.clone()));
                    platform::consume(Queue::from_name(&queue), bodies, local, handle).await
                }
                Consume::Batch(handle) => {
                    let count = bodies.len();
                    let batch = bodies
                        .into_iter()
                        .map(|body| Delivery {
                            queue: queue.clone(),
                            id: format!("{:016x}", world.chance.next()),
                            body,
                        })
                        .collect();
                    vec![handle(local(None), batch).await; count]
                }
            }
        }))
        .await
    }

    /// A call from one of ours to another, over a binding that it has.
    pub(crate) async fn dispatch(
        self: &Arc<Self>,
        role: &Role,
        target: &Target,
        request: Request<Bytes>,
    ) -> Result<Response<Bytes>, Fault> {
        let unbound = |what: &str| Fault::defect(format!("{} has nothing bound as {what}", role.name));
        match target {
            Target::Service(service) => {
                let binding = service.binding();
                let script = role.config.script_of(binding).ok_or_else(|| unbound(binding))?;
                self.answer_of(script, request).await
            }
            Target::Object { binding, name } => {
                let class = role.config.class_of(binding).ok_or_else(|| unbound(binding))?;
                let (parts, body) = request.into_parts();
                self.ask(class, name, parts.headers, body).await
            }
        }
    }

    pub(super) async fn ask(
        self: &Arc<Self>,
        class: &str,
        name: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Bytes>, Fault> {
        if self.older_of(class).is_some_and(|older| older.refuses(&body)) {
            let mut response = Response::new(Bytes::from_static(b"cannot be asked that"));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return Ok(response);
        }
        let (unit, instance) = self.instance(class, name, true);
        let local = Local::new(Arc::clone(self), Arc::clone(&unit), None, &headers);
        unit.run(self.shaken(instance.handle(local, body))).await
    }

    /// The living instance of an object, opened if there is none. One that is opened by its alarm may not be told its name.
    fn instance(self: &Arc<Self>, class: &str, name: &str, is_called: bool) -> Living {
        let key = (class.to_owned(), name.to_owned());
        let mut instances = lock(&self.instances);
        if let Some((unit, instance)) = instances.get(&key)
            && unit.is_alive()
        {
            return (Arc::clone(unit), Arc::clone(instance));
        }
        let mount = self.wiring.classes.get(class).unwrap_or_else(|| panic!("no object class {class}"));
        let cell = lock(&self.cells)
            .entry(key.clone())
            .or_insert_with(|| Cell::new(class, name, Sqlite::empty()))
            .clone();
        let unit = Unit::new(Arc::clone(&mount.role), self.busy.clone());
        let storage = LocalStorage { world: Arc::downgrade(self), unit: Arc::clone(&unit), cell };
        let instance = (mount.open)(is_called.then(|| name.to_owned()), storage);
        instances.insert(key, (Arc::clone(&unit), Arc::clone(&instance)));
        (unit, instance)
    }

    /// Sets an object's one alarm.
    pub(crate) fn arm(self: &Arc<Self>, cell: &Arc<Cell>, at: Timestamp) {
        self.arm_again(cell, at, 0);
    }

    fn arm_again(self: &Arc<Self>, cell: &Arc<Cell>, at: Timestamp, tries: u32) {
        cell.set_alarm(Some(at));
        let (world, cell) = (Arc::downgrade(self), Arc::clone(cell));
        let pause = Duration::from_millis(at.since(self.now()));
        self.keep(tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            if let Some(world) = world.upgrade() {
                world.ring(&cell, at, tries).await;
            }
        }));
    }

    /// The alarm goes off. As on the platform: at least once, and a handler that fails is tried six more times.
    async fn ring(self: &Arc<Self>, cell: &Arc<Cell>, at: Timestamp, tries: u32) {
        const TRIES_MAX: u32 = 6;
        const FIRST_PAUSE_MS: DurationMs = 2_000;
        if cell.alarm() != Some(at) {
            return;
        }
        cell.set_alarm(None);
        let (unit, instance) = self.instance(&cell.class, &cell.name, false);
        let local = Local::new(Arc::clone(self), Arc::clone(&unit), None, &HeaderMap::new());
        let outcome = unit.run(self.shaken(instance.alarm(local))).await.and_then(|outcome| outcome);
        if let Err(fault) = outcome {
            // A failure is no secret: it is on the platform's dashboard, too.
            self.log(format!(r#"{{"level":"warn","route":"alarm","error":{:?}}}"#, fault.to_string()));
            if cell.alarm().is_none() && tries < TRIES_MAX {
                self.arm_again(cell, self.now().plus(FIRST_PAUSE_MS << tries), tries + 1);
            }
        }
    }
}
