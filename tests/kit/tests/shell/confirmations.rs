//! What was published is published again until somebody confirms it.

use api::{
    event::{Confirm, EffectParked, Envelope},
    object::Ask,
};
use domain::{id::EventId, time::MINUTE_MS};
use kit::{Older, run};
use platform::{shell::PUBLISHED_MAX, sql};

use crate::library::{Announced, Command, HAS_READ, Library, SLOW, Told, Town};

async fn announced(visits: u32) -> Town {
    let town = Town::new();
    for _ in 0..visits {
        town.tell("a", Command::Announce).await;
    }
    pass(&town, 0).await;
    town
}

async fn pass(town: &Town, minutes: u64) {
    town.0.advance(minutes * MINUTE_MS + 3_000).await;
    town.0.settle().await;
}

fn count(town: &Town, table: &str) -> String {
    let rows = town.0.rows_of("Library", "a").unwrap();
    let found = rows.transact(&[sql(format!("select count(*) as n from {table}"))]).unwrap();
    found[0].json.clone()
}

fn visits(envelopes: &[Envelope]) -> Vec<u32> {
    envelopes.iter().map(|one| one.data::<Announced>().unwrap().unwrap().visits).collect()
}

fn ids(envelopes: &[Envelope]) -> Vec<EventId> {
    envelopes.iter().map(|one| one.id).collect()
}

async fn version(town: &Town) -> u64 {
    match town.ask("a", Ask::Read).await {
        Told::State { version, .. } => version,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_confirmed_is_over() {
    run(async {
        let town = announced(1).await;
        let sent = town.envelopes();
        let whom = Confirm::Object { binding: "LIBRARY".into(), name: "a".into() };
        assert_eq!((sent.len(), sent[0].tell.as_ref()), (1, Some(&whom)));
        assert!(town.0.alarm_of("Library", "a").is_some());
        let before = version(&town).await;
        town.confirm("a", vec![EventId::derived(&["another's"])]).await;
        assert_ne!(count(&town, "published"), r#"[{"n":0}]"#);
        town.confirm("a", ids(&sent)).await;
        assert_eq!(
            (count(&town, "effects"), count(&town, "published")),
            (r#"[{"n":0}]"#.into(), r#"[{"n":0}]"#.into())
        );
        assert_eq!(version(&town).await, before, "nothing that anybody sees has changed");
        assert_eq!(town.0.alarm_of("Library", "a"), None);
        town.confirm("a", ids(&sent)).await;
        town.0.at_rest().await;
        assert_eq!(town.envelopes().len(), 1);
    });
}

#[test]
fn whoever_is_unknown_has_nothing_confirmed_and_writes_nothing() {
    run(async {
        let town = Town::new();
        town.confirm("nobody", vec![EventId::derived(&["x"])]).await;
        assert_eq!(town.0.names_of("Library"), Vec::<String>::new());
    });
}

#[test]
fn what_is_lost_is_published_again_as_things_stand_by_then() {
    run(async {
        let town = announced(2).await;
        assert_eq!(visits(&town.envelopes()), [2], "both changes went out together");
        // Its memory is gone; the rows know.
        town.0.evict("Library", "a");
        pass(&town, 1).await;
        assert_eq!(town.envelopes().len(), 1, "a queue has two minutes");
        pass(&town, 1).await;
        let twice = town.envelopes();
        assert_eq!((visits(&twice), twice[0].id), (vec![2, 2], twice[1].id));
        // A change takes the place of what was published before.
        town.tell("a", Command::Visit).await;
        town.tell("a", Command::Announce).await;
        pass(&town, 0).await;
        let thrice = town.envelopes();
        assert_eq!(visits(&thrice), [2, 2, 4]);
        town.confirm("a", ids(&thrice[..1])).await;
        pass(&town, 2).await;
        assert_eq!(visits(&town.envelopes()), [2, 2, 4, 4], "it is the newest that has to arrive");
        town.confirm("a", ids(&thrice[2..])).await;
        assert_eq!(town.0.alarm_of("Library", "a"), None);
    });
}

#[test]
fn what_nobody_ever_confirms_is_parked_reported_once_and_can_be_resumed() {
    run(async {
        let town = announced(1).await;
        town.0.at_rest().await;
        assert_eq!(town.envelopes().len(), PUBLISHED_MAX as usize);
        let dead = town.lines("dead:");
        let letter: Envelope = serde_json::from_str(&dead[0]).unwrap();
        assert_eq!(
            (dead.len(), letter.kind.as_str(), town.0.alarm_of("Library", "a")),
            (1, EffectParked::TYPE, None)
        );
        assert!(matches!(town.ask("a", Ask::Resume).await, Told::Resumed));
        pass(&town, 2).await;
        assert_eq!(town.envelopes().len(), PUBLISHED_MAX as usize + 2, "all its tries are before it again");
        town.0.at_rest().await;
        let dead = town.lines("dead:");
        let again: Envelope = serde_json::from_str(&dead[1]).unwrap();
        assert_eq!((dead.len(), again.id), (2, letter.id), "it is the same letter");
        // A word that comes late is as good.
        town.confirm("a", ids(&town.envelopes()[..1])).await;
        assert_eq!(count(&town, "effects"), r#"[{"n":0}]"#);
    });
}

/// 40 times in vain, and yet a change is told at once.
#[test]
fn a_change_is_not_held_up_by_what_was_given_up() {
    run(async {
        let town = announced(1).await;
        town.0.at_rest().await;
        let before = town.envelopes().len();
        town.tell("a", Command::Announce).await;
        pass(&town, 0).await;
        let after = town.envelopes();
        assert_eq!((after.len(), visits(&after).last()), (before + 1, Some(&2)));
    });
}

#[test]
fn what_nobody_tells_of_is_asked_for_first() {
    // (what is answered, how often it goes out within ten minutes, how often is asked)
    for (answer, times, asked) in [(Some("yes"), 1, 1), (Some("down"), 3, 2), (None, 3, 2)] {
        run(async {
            let town = Town::new();
            if let Some(answer) = answer {
                town.0.set_var(HAS_READ, answer);
            }
            town.tell("a", Command::Write).await;
            pass(&town, 10).await;
            let sent = town.envelopes();
            assert_eq!((sent.len(), &sent[0].tell), (times, &None), "{answer:?}");
            assert_eq!(town.lines("asked:").len(), asked, "{answer:?}");
            assert_eq!(town.0.alarm_of("Library", "a").is_none(), times == 1, "{answer:?}");
        });
    }
}

#[test]
fn an_object_from_before_there_were_confirmations_goes_on() {
    run(async {
        let town = announced(1).await;
        town.confirm("a", ids(&town.envelopes())).await;
        let rows = town.0.rows_of("Library", "a").unwrap();
        rows.transact(&[sql("drop table published")]).unwrap();
        town.0.evict("Library", "a");
        town.tell("a", Command::Announce).await;
        pass(&town, 0).await;
        let sent = town.envelopes();
        assert_eq!(visits(&sent), [1, 2]);
        let state: Library = town.state("a").await;
        assert_eq!(state.visits, 2);
        town.confirm("a", ids(&sent)).await;
        assert_eq!(town.0.alarm_of("Library", "a"), None);
    });
}

const BEFORE: Older = Older { refuses: &["confirm"], forgets: &[], leaves: &["published"] };

/// The older one joins its change to what the newer one has published already; a word on that must not end it.
#[test]
fn what_an_older_release_changes_meanwhile_is_published_all_the_same() {
    run(async {
        let town = announced(1).await;
        let first = town.envelopes();
        town.0.deploy("Library", Some(BEFORE));
        town.tell("a", Command::Announce).await;
        town.0.deploy("Library", None);
        town.confirm("a", ids(&first)).await;
        pass(&town, 2).await;
        let sent = town.envelopes();
        assert_eq!(visits(&sent), [1, 2]);
        town.confirm("a", ids(&sent)).await;
        assert_eq!(town.0.alarm_of("Library", "a"), None);
    });
}

/// A consumer may be quicker than whatever else an effect has to do.
#[test]
fn a_confirmation_may_overtake_the_effect() {
    run(async {
        let town = Town::new();
        town.tell(SLOW, Command::Announce).await;
        town.0.advance(3_000).await;
        let sent = town.envelopes();
        town.confirm(SLOW, ids(&sent)).await;
        pass(&town, 10).await;
        assert_eq!((sent.len(), town.envelopes().len(), town.0.alarm_of("Library", SLOW)), (1, 1, None));
    });
}
