//! The object shell, with an aggregate that does everything an aggregate can do.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod confirmations;
mod library;

use futures::join;
use serde::Deserialize;

use api::{
    event::{EffectParked, Envelope},
    object::{Ask, EventsQuery},
};
use domain::{DurationMs, Timestamp};
use kit::{CallKind, Outage, Plan, run};
use library::{Command, Guest, SLOW, STRANGER, Told, Town, once, summary};

#[test]
fn a_read_of_an_unknown_id_writes_nothing() {
    run(async {
        let town = Town::new();
        assert!(matches!(town.ask("a", Ask::Read).await, Told::NotFound));
        let query = EventsQuery { from: None, newest_first: false, limit: 9, wait_ms: 9_000 };
        assert!(matches!(town.ask("a", Ask::Events(query)).await, Told::NotFound));
        assert!(matches!(town.ask("a", Ask::Resume).await, Told::NotFound));
        assert_eq!(summary(&town.tell("a", Command::Refuse).await), "no: after 0 visits");
        assert_eq!(summary(&town.tell_once("a", Command::Refuse, "k", "f").await), "no: after 0 visits");
        town.0.settle().await;
        assert_eq!(town.0.names_of("Library"), Vec::<String>::new());
        assert_eq!(town.0.alarm_of("Library", "a"), None);
    });
}

#[test]
fn commands_change_the_state_and_the_rows_outlive_the_memory() {
    run(async {
        let town = Town::new();
        for visit in 1..=3 {
            assert_eq!(summary(&town.tell("a", Command::Visit).await), visit.to_string());
            town.0.evict("Library", "a");
        }
        assert_eq!(town.state("a").await.visits, 3);
        let newest = EventsQuery { from: Some(3), newest_first: true, limit: 1, wait_ms: 0 };
        match town.ask("a", Ask::Events(newest)).await {
            Told::Events(events) => assert_eq!((events.len(), events[0].seq), (1, 2)),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_key_gives_its_first_answer_for_ever_and_no_other_body() {
    run(async {
        let town = Town::new();
        assert_eq!(summary(&town.tell_once("a", Command::Visit, "k1", "f").await), "1");
        assert_eq!(summary(&town.tell_once("a", Command::Refuse, "k2", "f").await), "no: after 1 visits");
        assert_eq!(summary(&town.tell("a", Command::Visit).await), "2");
        town.0.evict("Library", "a");
        assert_eq!(summary(&town.tell_once("a", Command::Visit, "k1", "f").await), "1 again");
        assert_eq!(
            summary(&town.tell_once("a", Command::Refuse, "k2", "f").await),
            "no: after 1 visits again"
        );
        assert!(matches!(town.tell_once("a", Command::Visit, "k1", "other").await, Told::KeyReused));
        assert_eq!(town.state("a").await.visits, 2);
    });
}

#[test]
fn an_answer_that_comes_when_settled_is_waited_for_and_given_to_everybody() {
    run(async {
        let town = Town::new();
        let ask = || town.tell_once(SLOW, Command::Admit, "k", "f");
        let (first, second) = join!(ask(), ask());
        assert_eq!((summary(&first), summary(&second)), ("0".into(), "0 again".into()));
        assert_eq!(town.checks(), 1);
        assert_eq!(summary(&town.tell(STRANGER, Command::Admit).await), "no: not today");
        town.0.evict("Library", STRANGER);
        assert_eq!(summary(&town.tell(STRANGER, Command::Admit).await), "no: not today");
        assert_eq!(town.checks(), 2);
    });
}

#[test]
fn what_nobody_waits_for_comes_behind_and_changes_join_what_is_waiting() {
    run(async {
        let town = Town::new();
        town.tell("a", Command::Admit).await;
        for _ in 0..5 {
            town.tell("a", Command::Visit).await;
        }
        town.0.settle().await;
        town.0.advance(3_000).await;
        town.0.settle().await;
        // The greeting saw what the check had found; six publications became one, of the newest state.
        assert_eq!(town.published(), ["a: hello Admitted", "a: 5"]);
    });
}

#[test]
fn a_change_while_a_coalesced_effect_is_performed_is_seen_by_another_one() {
    run(async {
        let town = Town::new();
        town.0.unleash(kit::Chaos { jitter: true, ..Default::default() });
        for _ in 0..200 {
            town.tell("a", Command::Visit).await;
            town.0.advance(13).await;
        }
        town.0.at_rest().await;
        assert_eq!(town.published().last().unwrap(), "a: 200");
        assert!(town.published().len() < 20, "{:?}", town.published());
    });
}

#[test]
fn a_failing_effect_is_tried_again_until_it_works() {
    run(async {
        let town = Town::new();
        town.0.calls.begin();
        town.0.calls.plan(Plan::Down { what: "library → CATALOG".into(), until_ms: 3_000 });
        let told = town.tell_once("a", Command::Admit, "k", "f").await;
        assert_eq!(summary(&told), "0");
        assert_eq!(town.checks(), 1);
    });
}

#[test]
fn who_waits_too_long_is_told_pending_and_may_ask_again() {
    run(async {
        let town = Town::new();
        town.0.calls.begin();
        town.0.calls.plan(Plan::Down { what: "library → CATALOG".into(), until_ms: 60_000 });
        let began = town.0.now();
        let told = town.tell_once("a", Command::Admit, "k", "f").await;
        assert!(matches!(&told, Told::Pending { state } if state.guest == Guest::Asked), "{told:?}");
        assert!((20_000..20_100).contains(&town.0.now().since(began)));
        town.0.advance(90_000).await;
        assert_eq!(summary(&town.tell_once("a", Command::Admit, "k", "f").await), "0 again");
        assert_eq!(town.checks(), 1);
    });
}

#[test]
fn an_effect_that_never_works_is_parked_reported_and_can_be_resumed() {
    const DOWN_MS: DurationMs = 24 * 3_600_000;
    run(async {
        let town = Town::new();
        town.0.calls.begin();
        town.0.calls.plan(Plan::Down { what: "library → CATALOG".into(), until_ms: DOWN_MS });
        town.tell("a", Command::Admit).await;
        town.0.at_rest().await;
        assert!(town.0.now().since(Timestamp::from_millis(1_795_424_400_000)) < DOWN_MS);
        let dead: Vec<Envelope> =
            town.lines("dead:").iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].kind, EffectParked::TYPE);
        let parked = EffectParked::deserialize(&dead[0].data).unwrap();
        assert_eq!((parked.object.as_str(), parked.name.as_str()), ("LIBRARY", "a"));
        // Nothing wakes it any more, and another request does not try it either.
        assert_eq!(town.0.alarm_of("Library", "a"), None);
        town.0.calls.end();
        assert!(matches!(town.tell("a", Command::Admit).await, Told::Pending { .. }));
        assert_eq!(town.checks(), 0);
        assert!(matches!(town.ask("a", Ask::Resume).await, Told::Resumed));
        town.0.at_rest().await;
        assert_eq!((town.checks(), town.state("a").await.guest), (1, Guest::Admitted));
    });
}

#[test]
fn an_effect_is_not_parked_before_its_letter_is_on_its_way() {
    run(async {
        let town = Town::new();
        town.0.calls.begin();
        town.0.calls.plan(Plan::Down { what: "library → CATALOG".into(), until_ms: 24 * 3_600_000 });
        town.0.calls.plan(Plan::First { what: "STOCK_EVENTS_DLQ".into(), outage: Outage::Before });
        town.tell("a", Command::Admit).await;
        town.0.at_rest().await;
        assert_eq!((town.lines("dead:").len(), town.0.alarm_of("Library", "a")), (1, None));
    });
}

#[test]
fn parts_are_found_by_key_and_end_by_alarm_however_many_are_due() {
    run(async {
        let town = Town::new();
        let until = town.0.now().plus(10_000);
        for book in 0..120 {
            let book = format!("b{book}");
            town.tell("a", Command::Lend { book, until }).await;
        }
        let late = town.0.now().plus(60_000);
        town.tell("a", Command::Lend { book: "late".into(), until: late }).await;
        let again = town.tell("a", Command::Lend { book: "b7".into(), until }).await;
        assert_eq!(summary(&again), "no: lent already");
        town.0.evict("Library", "a");
        town.0.advance(15_000).await;
        assert_eq!(town.state("a").await.lent, 1);
        assert_eq!(town.0.alarm_of("Library", "a"), Some(late));
        town.0.at_rest().await;
        assert_eq!(town.state("a").await.lent, 0);
        assert_eq!(town.0.alarm_of("Library", "a"), None);
    });
}

#[test]
fn a_part_that_ended_before_it_was_due_wakes_nobody_for_ever() {
    run(async {
        let town = Town::new();
        let until = town.0.now().plus(10_000);
        town.tell("a", Command::Lend { book: "b".into(), until }).await;
        town.tell("a", Command::Overdue { book: "b".into() }).await;
        town.0.advance(15_000).await;
        assert_eq!(town.0.alarm_of("Library", "a"), None);
    });
}

#[test]
fn a_deadline_wakes_the_aggregate() {
    run(async {
        let town = Town::new();
        let at = town.0.now().plus(60_000);
        town.tell("a", Command::CloseAt(at)).await;
        town.tell("a", Command::CloseAt(at.plus(60_000))).await;
        town.0.evict("Library", "a");
        town.0.advance(119_000).await;
        assert!(!town.state("a").await.is_closed);
        town.0.advance(2_000).await;
        assert!(town.state("a").await.is_closed);
    });
}

#[test]
fn what_is_gone_is_forgotten() {
    run(async {
        let town = Town::new();
        town.tell("a", Command::CloseAt(town.0.now().plus(60_000))).await;
        town.tell("a", Command::Burn).await;
        assert!(matches!(town.ask("a", Ask::Read).await, Told::NotFound));
        assert_eq!(town.0.alarm_of("Library", "a"), None);
        assert_eq!(town.0.names_of("Library"), Vec::<String>::new());
    });
}

#[test]
fn a_long_poll_ends_with_the_next_event_or_with_its_time() {
    run(async {
        let town = Town::new();
        town.tell("a", Command::Visit).await;
        let wait = |from, wait_ms| {
            let query = EventsQuery { from: Some(from), newest_first: false, limit: 10, wait_ms };
            town.ask("a", Ask::Events(query))
        };
        let began = town.0.now();
        let (told, ()) = join!(wait(1, 10_000), async {
            town.0.advance(4_000).await;
            town.tell("a", Command::Visit).await;
        });
        assert!(matches!(told, Told::Events(events) if events.len() == 1 && events[0].seq == 2));
        assert!((4_000..4_100).contains(&town.0.now().since(began)));
        assert!(matches!(wait(2, 1_000).await, Told::Events(events) if events.is_empty()));
    });
}

#[test]
fn an_instance_that_vanishes_in_the_middle_goes_on_by_its_alarm() {
    run(async {
        let town = Town::new();
        let (lost, ()) = join!(town.try_ask(SLOW, once(Command::Admit, "k", "f")), async {
            town.0.advance(1_000).await;
            town.0.evict("Library", SLOW);
        });
        assert!(lost.is_err());
        town.0.at_rest().await;
        assert_eq!(town.state(SLOW).await.guest, Guest::Admitted);
        assert_eq!(summary(&town.tell_once(SLOW, Command::Admit, "k", "f").await), "0 again");
        let mut published = town.published();
        published.sort();
        assert_eq!(published, ["slow: 0", "slow: hello Admitted"]);
    });
}

/// Everything once: what a caller who tries again until answered must end up with, whatever call is lost on the way.
async fn visit_lend_admit(town: &Town) {
    let until = town.0.now().plus(10_000);
    let steps = [
        (Command::Visit, "k1"),
        (Command::Lend { book: "b".into(), until }, "k2"),
        (Command::Admit, "k3"),
        (Command::Refuse, "k4"),
    ];
    for (command, key) in steps {
        let mut tries = 0;
        loop {
            tries += 1;
            assert!(tries < 10, "no answer to {command:?}");
            match town.try_ask("a", once(command.clone(), key, "f")).await {
                Ok(Told::Pending { .. }) | Err(_) => town.0.advance(1_000).await,
                Ok(_) => break,
            }
        }
    }
    town.0.at_rest().await;
}

#[test]
fn every_call_may_be_lost_before_or_after_and_every_moment_may_be_the_last() {
    let calls = run(async {
        let town = Town::new();
        town.0.calls.begin();
        visit_lend_admit(&town).await;
        town.0.calls.end()
    });
    assert!(calls.len() > 8 && calls.iter().any(|call| call.kind == CallKind::Storage), "{calls:#?}");
    for call in &calls {
        for outage in Outage::of(call.kind) {
            run(async {
                let town = Town::new();
                town.0.calls.begin();
                town.0.calls.plan(Plan::At { serial: call.serial, outage });
                visit_lend_admit(&town).await;
                assert!(town.0.calls.has_struck(), "{outage:?} {call}");
                let state = town.state("a").await;
                assert_eq!(
                    (state.visits, state.lent, state.guest),
                    (1, 0, Guest::Admitted),
                    "{outage:?} {call}"
                );
                let again = town.tell_once("a", Command::Visit, "k1", "f").await;
                assert_eq!(summary(&again), "1 again", "{outage:?} {call}");
                let published = town.published();
                for wanted in ["a: 1", "a: hello"] {
                    let is_there = published.iter().any(|line| line.starts_with(wanted));
                    assert!(is_there, "{outage:?} {call}: {published:?}");
                }
                assert_eq!(town.0.alarm_of("Library", "a"), None, "{outage:?} {call}");
            });
        }
    }
}
