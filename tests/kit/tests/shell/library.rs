//! A small aggregate that does everything an aggregate can do, and a town that talks to it.

use futures::{FutureExt, future::BoxFuture};
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use api::{
    Service,
    event::{Envelope, EventData, Queue},
    object::{Ask, Idempotency, Object, ToldOf},
};
use domain::{Aggregate, Decision, PartChange, Schedule, Timestamp, id::EventId};
use kit::{Class, Local, Wiring, Worker, World, config::Wrangler, wiring::Consume};
use platform::{
    Fault, Platform, Target,
    shell::{Actor, Publisher},
    wire,
};

/// A library: books are lent until a day, counts are published, and a guest is checked elsewhere before they are let in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Library {
    pub visits: u32,
    pub lent: u32,
    pub guest: Guest,
    pub closes_at: Option<Timestamp>,
    pub is_closed: bool,
    pub is_gone: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub enum Guest {
    #[default]
    None,
    Asked,
    Admitted,
    TurnedAway,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Command {
    Visit,
    Refuse,
    Lend { book: String, until: Timestamp },
    Overdue { book: String },
    Admit,
    Checked { is_welcome: bool },
    CloseAt(Timestamp),
    Close,
    Burn,
    Announce,
    Write,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    Visited,
    Lent,
    Returned,
    GuestAsked,
    GuestChecked(bool),
    ClosingSet(Timestamp),
    Closed,
    Burned,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    Publish,
    Check,
    Greet,
    Announce,
    Write,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal(pub String);

impl Aggregate for Library {
    type Command = Command;
    type Event = Event;
    type Effect = Effect;
    type Reply = u32;
    type Refusal = Refusal;
    type Part = Timestamp;
    const KEEPS_EVENTS: bool = true;

    fn part_key(command: &Command) -> Option<String> {
        match command {
            Command::Lend { book, .. } | Command::Overdue { book } => Some(book.clone()),
            _ => None,
        }
    }

    fn decide(
        &self,
        part: Option<&Timestamp>,
        command: Command,
        _: Timestamp,
    ) -> Result<Decision<Self>, Refusal> {
        Ok(match command {
            Command::Visit => Decision::reply(self.visits + 1).event(Event::Visited).effect(Effect::Publish),
            Command::Refuse => return Err(Refusal(format!("after {} visits", self.visits))),
            Command::Lend { .. } if part.is_some() => return Err(Refusal("lent already".into())),
            Command::Lend { until, .. } => {
                Decision::reply(self.lent + 1).event(Event::Lent).part(PartChange::Put(until))
            }
            Command::Overdue { .. } => {
                Decision::reply(self.lent - 1).event(Event::Returned).part(PartChange::Remove)
            }
            Command::Admit if self.guest == Guest::None => Decision::when_settled()
                .event(Event::GuestAsked)
                .effects([Effect::Greet, Effect::Check, Effect::Publish]),
            Command::Admit => Decision::when_settled(),
            Command::Checked { .. } if self.guest != Guest::Asked => {
                return Err(Refusal("checked already".into()));
            }
            Command::Checked { is_welcome } => Decision::reply(0).event(Event::GuestChecked(is_welcome)),
            Command::CloseAt(at) => Decision::reply(0).event(Event::ClosingSet(at)),
            Command::Close => Decision::reply(0).event(Event::Closed),
            Command::Burn => Decision::reply(0).event(Event::Burned),
            Command::Announce => {
                Decision::reply(self.visits + 1).event(Event::Visited).effect(Effect::Announce)
            }
            Command::Write => Decision::reply(0).effect(Effect::Write),
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Visited => self.visits += 1,
            Event::Lent => self.lent += 1,
            Event::Returned => self.lent -= 1,
            Event::GuestAsked => self.guest = Guest::Asked,
            Event::GuestChecked(true) => self.guest = Guest::Admitted,
            Event::GuestChecked(false) => self.guest = Guest::TurnedAway,
            Event::ClosingSet(at) => self.closes_at = Some(*at),
            Event::Closed => (self.closes_at, self.is_closed) = (None, true),
            Event::Burned => self.is_gone = true,
        }
    }

    fn settled(&self) -> Option<Result<u32, Refusal>> {
        match self.guest {
            Guest::None | Guest::Asked => None,
            Guest::Admitted => Some(Ok(self.visits)),
            Guest::TurnedAway => Some(Err(Refusal("not today".into()))),
        }
    }

    fn wake(&self) -> Option<(Timestamp, Command)> {
        Some((self.closes_at?, Command::Close))
    }

    fn part_wake(book: &str, until: &Timestamp) -> Option<(Timestamp, Command)> {
        Some((*until, Command::Overdue { book: book.to_owned() }))
    }

    fn schedule(effect: &Effect) -> Schedule {
        match effect {
            Effect::Publish => Schedule::Coalesced { id: "publish", delay_ms: 500 },
            Effect::Check => Schedule::Now,
            Effect::Greet | Effect::Write => Schedule::Behind,
            Effect::Announce => Schedule::Coalesced { id: "announce", delay_ms: 500 },
        }
    }

    fn is_gone(&self) -> bool {
        self.is_gone
    }
}

/// How many there were; confirmed by whoever hears of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Announced {
    pub visits: u32,
}

impl EventData for Announced {
    const TYPE: &'static str = "announced";
    const QUEUE: Queue = Queue::StockEvents;
}

/// Its reader cannot reach the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written;

impl EventData for Written {
    const TYPE: &'static str = "written";
    const QUEUE: Queue = Queue::StockEvents;
    const IS_CONFIRMED: bool = false;
}

/// Whether whoever is asked has read everything.
pub const HAS_READ: &str = "HAS_READ";

pub struct LibraryObject;

impl Object for LibraryObject {
    const BINDING: &'static str = "LIBRARY";
    const SERVICE: &'static str = "library-object";
    type Key = String;
    type Aggregate = Library;
}

pub struct Librarian;

impl<P: Platform> Actor<P> for Librarian {
    type Object = LibraryObject;
    const PARKED_TO: Option<Queue> = Some(Queue::StockEvents);

    async fn perform(
        platform: &P,
        publisher: &Publisher<'_, P>,
        name: &str,
        state: &Library,
        effect: Effect,
    ) -> Result<Option<Command>, Fault> {
        match effect {
            Effect::Publish => {
                platform.enqueue("STOCK_EVENTS", vec![format!("{name}: {}", state.visits)]).await?;
                Ok(None)
            }
            Effect::Greet => {
                platform.enqueue("STOCK_EVENTS", vec![format!("{name}: hello {:?}", state.guest)]).await?;
                Ok(None)
            }
            Effect::Announce => {
                let id = EventId::derived(&[name, "announced", &state.visits.to_string()]);
                publisher.publish(id, &Announced { visits: state.visits }).await?;
                if name == SLOW {
                    platform.sleep(5_000).await;
                }
                Ok(None)
            }
            Effect::Write => {
                publisher.publish(EventId::derived(&[name, "written"]), &Written).await?;
                Ok(None)
            }
            Effect::Check => {
                let request = wire::outgoing(platform, http::Method::POST, "/internal/check")
                    .body(name.to_owned().into())
                    .map_err(|error| Fault::defect(error.to_string()))?;
                let answer = platform.fetch(&Target::Service(Service::Catalog), request).await?;
                Ok(Some(Command::Checked { is_welcome: answer.body() == "welcome" }))
            }
        }
    }

    async fn handled(platform: &P, events: Vec<EventId>) -> Result<Vec<EventId>, Fault> {
        platform.write_log(format!("asked: {}", events.len()));
        match platform.var(HAS_READ).as_deref() {
            Some("yes") => Ok(events),
            Some(_) => Err(Fault::unavailable("whoever is asked")),
            None => Ok(Vec::new()),
        }
    }
}

/// Whoever is named so is turned away.
pub const STRANGER: &str = "stranger";
pub const SLOW: &str = "slow";

fn check(local: Local, request: Request<bytes::Bytes>) -> BoxFuture<'static, Response<bytes::Bytes>> {
    async move {
        local.write_log(format!("checked {:?}", request.body()));
        if request.body() == SLOW {
            local.sleep(5_000).await;
        }
        let answer = if request.body() == STRANGER { "sorry" } else { "welcome" };
        Response::new(answer.into())
    }
    .boxed()
}

fn wiring() -> Arc<Wiring> {
    let config = |text: &str| -> Wrangler { toml::from_str(text).unwrap() };
    let object = config(
        r#"
        name = "library-object"
        services = [{ binding = "CATALOG", service = "helper" }]
        [queues]
        producers = [{ binding = "STOCK_EVENTS", queue = "published" }, { binding = "STOCK_EVENTS_DLQ", queue = "dead" }]
        "#,
    );
    let consumer = |queue: &str| {
        format!(
            "{{ queue = \"{queue}\", max_batch_size = 10, max_batch_timeout = 1, max_retries = 3, retry_delay = 1, \
             max_concurrency = 1 }}"
        )
    };
    let helper = config(&format!(
        "name = \"helper\"\n[queues]\nconsumers = [{}, {}]",
        consumer("published"),
        consumer("dead")
    ));
    let mut worker = Worker::new("helper", helper).answer(check);
    worker.consume = Some(Consume::Batch(|local, batch| {
        async move {
            for delivery in batch {
                local.write_log(format!("{}: {}", delivery.queue, delivery.body));
            }
            Ok(())
        }
        .boxed()
    }));
    let wiring = Wiring::default().worker(worker).class("Library", Class::of::<Librarian>("library", object));
    Arc::new(wiring)
}

/// One library and whoever talks to it.
pub struct Town(pub World);

pub type Told = ToldOf<Library>;

impl Town {
    pub fn new() -> Self {
        Self(World::new(wiring(), 1))
    }

    pub async fn try_ask(&self, name: &str, ask: Ask<Command>) -> Result<Told, String> {
        let body = serde_json::to_vec(&ask).unwrap().into();
        let response = self.0.ask_object("Library", name, body).await.map_err(|fault| fault.to_string())?;
        if response.status() != 200 {
            return Err(String::from_utf8_lossy(response.body()).into_owned());
        }
        Ok(serde_json::from_slice(response.body()).unwrap())
    }

    pub async fn ask(&self, name: &str, ask: Ask<Command>) -> Told {
        self.try_ask(name, ask).await.unwrap()
    }

    pub async fn tell(&self, name: &str, command: Command) -> Told {
        self.ask(name, Ask::Command { command, idempotency: None }).await
    }

    pub async fn tell_once(&self, name: &str, command: Command, key: &str, fingerprint: &str) -> Told {
        self.ask(name, once(command, key, fingerprint)).await
    }

    pub async fn state(&self, name: &str) -> Library {
        match self.ask(name, Ask::Read).await {
            Told::State { state, .. } => state,
            other => panic!("{other:?}"),
        }
    }

    pub fn lines(&self, prefix: &str) -> Vec<String> {
        let lines = self.0.log_lines();
        lines.iter().filter_map(|line| Some(line.strip_prefix(prefix)?.trim().to_owned())).collect()
    }

    pub fn published(&self) -> Vec<String> {
        self.lines("published:")
    }

    /// What was put on the queue in an envelope.
    pub fn envelopes(&self) -> Vec<Envelope> {
        self.published().iter().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    pub async fn confirm(&self, name: &str, events: Vec<EventId>) {
        assert!(matches!(self.ask(name, Ask::Confirm { events }).await, Told::Confirmed));
    }

    pub fn checks(&self) -> usize {
        self.lines("checked").len()
    }
}

pub fn once(command: Command, key: &str, fingerprint: &str) -> Ask<Command> {
    let idempotency = Some(Idempotency { key: key.into(), fingerprint: fingerprint.into() });
    Ask::Command { command, idempotency }
}

pub fn summary(told: &Told) -> String {
    match told {
        Told::Replied { reply, replayed } => format!("{reply}{}", if *replayed { " again" } else { "" }),
        Told::Refused { refusal, replayed } => {
            format!("no: {}{}", refusal.0, if *replayed { " again" } else { "" })
        }
        other => format!("{other:?}"),
    }
}
