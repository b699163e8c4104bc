//! Who may do what: every route with every caller, against one table that knows nothing of the code (`table.txt`).
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod guessing;
mod people;

use api::{
    identity::{Caller, KeyRing, Role, sign},
    routes,
};
use http::Method;
use kit::{Answer, World, mounts::CALLER_KEYS, run};
use people::{ADAS_EMAIL, Furnished, Owner, Things, furnished};
use serde_json::Value;
use std::{collections::BTreeSet, sync::Arc};

const TABLE: &str = include_str!("table.txt");
/// The table's columns, in their order.
const CALLERS: [&str; 8] = ["nobody", "guest", "stranger", "ada", "bob", "staff", "admin", "bad"];

/// A line of the table.
struct Row {
    method: &'static str,
    template: &'static str,
    expected: [u16; CALLERS.len()],
    body: Option<&'static str>,
}

fn table() -> Vec<Row> {
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(row).collect()
}

fn row(line: &'static str) -> Row {
    let (what, body) = line.split_once(" | ").map_or((line, None), |(what, body)| (what, Some(body.trim())));
    let words: Vec<&str> = what.split_whitespace().collect();
    assert_eq!(words.len(), 2 + CALLERS.len(), "{line}");
    let expected = std::array::from_fn(|at| words[at + 2].parse().unwrap_or_else(|_| panic!("{line}")));
    Row { method: words[0], template: words[1], expected, body }
}

/// One call of a route: in a world of its own, where nobody else has called before.
struct Call<'a> {
    row: &'a Row,
    owner: Owner,
    /// Whether the caller knows what only the owner knows: a password, a payment's secret.
    knows: bool,
    headers: Vec<(&'static str, String)>,
}

/// What came of a call, and what it took.
struct Made {
    answer: Answer,
    calls: Vec<kit::Call>,
    /// Of SQLite's machine, until the answer.
    steps: u64,
}

impl Call<'_> {
    fn make(&self, furnished: &Furnished) -> Answer {
        self.make_about(furnished.things(self.owner), furnished, false).answer
    }

    /// The same call about other things, and, where `is_warm`, just after the owners have used theirs.
    fn make_about(&self, things: &Things, furnished: &Furnished, is_warm: bool) -> Made {
        let method: Method = self.row.method.parse().unwrap();
        let (path, body) = (path(self.row, things), self.row.body.map(|body| self.body(body, things)));
        let kind = if path.ends_with("/import") { "application/x-ndjson" } else { "application/json" };
        run(async {
            let world = Arc::new(World::restore(&furnished.snapshot));
            if is_warm {
                furnished.use_everything(&world.client()).await;
                // What anybody's look would bring back is forgotten again: prices are, after two seconds.
                world.advance(3_000).await;
            }
            let ask = world.client().ask(method, path).key("k");
            let ask = self.headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value.clone()));
            let ask = match body {
                Some(body) => ask.raw(kind, body),
                None => ask,
            };
            world.calls.begin();
            let steps = world.sql_steps();
            let answer = ask.send().await;
            let steps = world.sql_steps() - steps;
            world.settle().await;
            Made { answer, calls: world.calls.end(), steps }
        })
    }

    /// The body with what it names: `$order`, and `$password` for who knows it.
    fn body(&self, text: &str, things: &Things) -> String {
        let mut body: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        self.fill(&mut body, things);
        body.to_string()
    }

    fn fill(&self, value: &mut Value, things: &Things) {
        match value {
            Value::Object(fields) => fields.values_mut().for_each(|value| self.fill(value, things)),
            Value::Array(items) => items.iter_mut().for_each(|value| self.fill(value, things)),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('$') {
                    let is_secret = matches!(name, "password" | "refresh_token" | "client_secret");
                    let known = things.get(name).filter(|_| self.knows || !is_secret);
                    *value = known.cloned().unwrap_or_else(|| "what somebody guessed".into());
                }
            }
            _ => {}
        }
    }
}

/// The route's path, about things that are there.
fn path(row: &Row, things: &Things) -> String {
    let mut path = row.template.to_owned();
    for (name, value) in things {
        // A parcel is in the order that it is in.
        let is_shipped = *name == "order" && row.template.contains("{fulfillment}");
        let value = if is_shipped { &things["shipped"] } else { value };
        path = path.replace(&format!("{{{name}}}"), value.as_str().unwrap_or_default());
    }
    assert!(!path.contains('{'), "{path}: say in people.rs what it is about");
    path
}

/// The calls of one cell that must all end alike: those who own nothing try everybody's things, and no bad token is better than another.
fn calls<'a>(row: &'a Row, caller: &str, furnished: &Furnished) -> Vec<(String, Call<'a>)> {
    let call = |owner, knows, headers| Call { row, owner, knows, headers };
    let bearer = |name| ("authorization", furnished.bearer(name));
    let named = |what: &str, call: Call<'a>| (format!("{what}, {:?}'s things", call.owner), call);
    let with = |headers: Vec<(&'static str, String)>| {
        [Owner::Ada, Owner::Guest].map(|owner| named(caller, call(owner, false, headers.clone())))
    };
    match caller {
        "nobody" => with(Vec::new()).into(),
        "guest" => vec![named(caller, call(Owner::Guest, true, furnished.guest_tokens(true).into()))],
        "stranger" => with(furnished.guest_tokens(false).into()).into(),
        "ada" => vec![named(caller, call(Owner::Ada, true, vec![bearer("ada")]))],
        "bob" | "staff" | "admin" => with(vec![bearer(caller)]).into(),
        "bad" => {
            let bad = run(async { furnished.bad_tokens(&World::restore(&furnished.snapshot)) });
            let ask = |(why, token)| {
                let headers = vec![("authorization", format!("Bearer {token}"))];
                named(&format!("bad: {why}"), call(Owner::Ada, false, headers))
            };
            bad.into_iter().map(ask).collect()
        }
        _ => panic!("{caller} is new: say here what they send"),
    }
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let named: Vec<String> = table().iter().map(|row| format!("{} {}", row.method, row.template)).collect();
    let rows: BTreeSet<String> = named.iter().cloned().collect();
    assert_eq!(rows.len(), named.len(), "a row stands there twice");
    let routes: BTreeSet<String> =
        routes::ALL.iter().map(|route| format!("{} {}", route.method.as_str(), route.template)).collect();
    let without: Vec<_> = routes.difference(&rows).collect();
    assert!(without.is_empty(), "say in table.txt who may do this: {without:#?}");
    let gone: Vec<_> = rows.difference(&routes).collect();
    assert!(gone.is_empty(), "table.txt knows routes that there are no more: {gone:#?}");
}

#[test]
fn everybody_gets_what_the_table_says() {
    let furnished = furnished();
    let mut findings = Vec::new();
    for row in &table() {
        for (caller, expected) in CALLERS.iter().zip(row.expected) {
            for (what, call) in calls(row, caller, furnished) {
                let answer = call.make(furnished);
                let what = format!("{} {} by {what}", row.method, row.template);
                if answer.status != expected {
                    findings.push(format!("{what}: {} and not {expected}: {answer:?}", answer.status));
                }
                assert!(answer.header("x-request-id").is_some() && answer.header("traceparent").is_some());
                if answer.status >= 400 {
                    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
                }
                // Only where developers read mails do these lie about (docs: elsewhere the route is not there).
                let is_for_all = row.template.starts_with("/dev/");
                let is_theirs = matches!(*caller, "ada" | "staff" | "admin") || call.owner == Owner::Guest;
                let tells = answer.body.to_string().contains(ADAS_EMAIL);
                if tells && !is_theirs && !is_for_all {
                    findings.push(format!("{what} is told of Ada: {answer:?}"));
                }
            }
        }
    }
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// What says inside the shop who is calling says nothing from outside, not even rightly signed: it is as if it had not been sent.
#[test]
fn nobody_says_who_they_are_in_our_own_words() {
    let furnished = furnished();
    let keys = KeyRing::parse(CALLER_KEYS).unwrap();
    let now = run(async { World::restore(&furnished.snapshot).now() });
    let ada = furnished.things(Owner::Ada)["user"].as_str().unwrap().parse().unwrap();
    let guest = Caller::guest("req_1".to_owned(), now);
    let admin = Caller { sub: Some(ada), roles: vec![Role::Customer, Role::Admin], ..guest };
    let forged = [
        ("x-meridian-caller", sign(&admin, &keys).unwrap()),
        ("x-meridian-place", "192.0.2.1".to_owned()),
        ("x-meridian-hops", "99".to_owned()),
        ("x-meridian-head", "x-meridian-caller\tadmin".to_owned()),
    ];
    for row in &table() {
        let call = |headers| Call { row, owner: Owner::Ada, knows: false, headers };
        let (plain, other) = (call(Vec::new()).make(furnished), call(forged.to_vec()).make(furnished));
        let what = format!("{} {}", row.method, row.template);
        assert_eq!((plain.status, &plain.body), (other.status, &other.body), "{what}");
        assert_eq!(plain.headers, other.headers, "{what}");
    }
}
