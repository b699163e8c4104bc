//! The hash chain: what it hashes, that a change of anything is found, and how it begins in a ledger that is older.

use serde_json::{Value, json};

use super::{
    super::{chain::opening_hash, *},
    world::{World, adjust, location, minutes, parse, reservation, reserve},
};
use crate::{
    Aggregate, Timestamp,
    id::{LocationId, OrderId},
};

/// A ledger with a movement of almost every kind, at two locations.
fn busy() -> World {
    let mut world = World { now: minutes("1"), ..World::default() };
    for line in [
        "stock A 5",
        "stock B 4",
        "reserve R1 7 until 20",
        "commit R1",
        "restock R1 2 for F1",
        "reserve R2 1 until 20",
        "release R2",
        "prioritise A 9 version 7",
        "reserve R3 1 until 20",
        "return R1",
        "damage B 1",
    ] {
        world.now = world.now.plus(1_000);
        world.run(parse(&line.split(' ').collect::<Vec<_>>())).unwrap();
    }
    world.at(30);
    world
}

fn entry_at(world: &mut World, index: usize) -> (&mut LedgerEntry, &mut Option<Link>) {
    let StockEvent::Moved { entry, link, .. } = &mut world.ledger[index] else { panic!("no movement") };
    (entry, link)
}

fn movements(world: &World) -> Vec<usize> {
    let is_moved = |index: &usize| matches!(world.ledger[*index], StockEvent::Moved { .. });
    (0..world.ledger.len()).filter(is_moved).collect()
}

/// The numbers as an older object kept them: without a chain.
fn as_of_before(world: &mut World) {
    for event in &mut world.ledger {
        if let StockEvent::Moved { link, .. } = event {
            *link = None;
        }
    }
    world.stock.forget_chain();
}

#[test]
fn a_busy_ledger_is_sound_and_adds_up() {
    let world = busy();
    assert_eq!(world.audit(), Ok(Sound { unsealed: 0 }));
    let chain = world.stock.chain().unwrap();
    assert_eq!(
        chain.tally,
        // Seven were sold; two came back by a refund, the other five when the order was undone.
        Tally { opening: 0, received: 9, sold: 7, returned: 7, corrected: -1, moved: 0 }
    );
    assert_eq!((chain.length, chain.begins_at), (movements(&world).len() as u64, 2));
    assert_eq!(chain.tally.on_hand(), world.stock.on_hand());
}

/// One way to change an entry.
type Change = fn(&mut LedgerEntry);

#[test]
fn a_change_of_any_field_of_any_entry_is_found_there() {
    let changes: [(&str, Change); 9] = [
        ("kind", |entry| {
            entry.kind =
                if entry.kind == LedgerKind::Counted { LedgerKind::Damaged } else { LedgerKind::Counted }
        }),
        ("location", |entry| {
            entry.location = location(if entry.location == location("A") { "B" } else { "A" })
        }),
        ("on_hand_delta", |entry| entry.on_hand_delta += 1),
        ("reserved_delta", |entry| entry.reserved_delta += 1),
        ("on_hand", |entry| entry.on_hand += 1),
        ("reserved", |entry| entry.reserved += 1),
        ("ref", |entry| entry.reference.push('x')),
        ("order", |entry| {
            entry.order =
                if entry.order.is_some() { None } else { Some(OrderId::derived(&["somebody else's"])) }
        }),
        ("note", |entry| entry.note = Some(entry.note.take().unwrap_or_default() + "!")),
    ];
    let honest = busy();
    for index in movements(&honest) {
        let seq = index as u64 + 1;
        for (field, change) in changes {
            let mut world = busy();
            change(entry_at(&mut world, index).0);
            assert_eq!(world.audit().unwrap_err().seq, seq, "{field} of entry {seq}");
        }
        let mut world = busy();
        world.times[index] = world.times[index].plus(1);
        assert_eq!(world.audit(), Err(Flaw { seq, what: Wrong::Hash }), "the time of entry {seq}");
        let mut world = busy();
        entry_at(&mut world, index).1.as_mut().unwrap().hash = opening_hash(&[]);
        assert_eq!(world.audit(), Err(Flaw { seq, what: Wrong::Hash }), "the hash of entry {seq}");
    }
}

#[test]
fn two_changes_that_add_up_are_found_too() {
    // One more was received, one more was damaged: every sum is right, the hashes are not.
    let mut world = busy();
    let [received, .., damaged] = movements(&world)[..] else { panic!("too short") };
    let (entry, _) = entry_at(&mut world, received);
    (entry.on_hand_delta, entry.on_hand) = (entry.on_hand_delta + 1, entry.on_hand + 1);
    let at = entry.location;
    for index in received + 1..damaged {
        if let StockEvent::Moved { entry, .. } = &mut world.ledger[index]
            && entry.location == at
        {
            entry.on_hand += 1;
        }
    }
    assert_eq!(world.audit(), Err(Flaw { seq: received as u64 + 1, what: Wrong::Hash }));
}

#[test]
fn an_entry_removed_added_or_moved_is_found() {
    let honest = busy();
    for index in movements(&honest) {
        let mut removed = busy();
        removed.ledger.remove(index);
        removed.times.remove(index);
        assert!(removed.audit().is_err(), "without entry {}", index + 1);

        let mut doubled = busy();
        doubled.ledger.insert(index, honest.ledger[index].clone());
        doubled.times.insert(index, honest.times[index]);
        assert!(doubled.audit().is_err(), "entry {} twice", index + 1);

        if index + 1 < honest.ledger.len() {
            let mut swapped = busy();
            swapped.ledger.swap(index, index + 1);
            swapped.times.swap(index, index + 1);
            assert!(swapped.audit().is_err(), "entry {} after the next", index + 1);
        }

        let mut cut = busy();
        cut.ledger.truncate(index);
        cut.times.truncate(index);
        assert_eq!(cut.audit(), Err(Flaw { seq: index as u64, what: Wrong::State }), "the end is cut off");
    }
}

#[test]
fn hashes_that_were_taken_away_are_missed() {
    let honest = busy();
    let all = movements(&honest);
    for (nth, index) in all.iter().enumerate() {
        let mut world = busy();
        *entry_at(&mut world, *index).1 = None;
        // The next one continues what no longer reaches it; the last one is missed by the state.
        let (seq, what) = match all.get(nth + 1) {
            Some(next) => (*next as u64 + 1, Wrong::Unlinked),
            None => (world.ledger.len() as u64, Wrong::State),
        };
        assert_eq!(world.audit(), Err(Flaw { seq, what }));
    }
    let mut world = busy();
    let [_, second, ..] = all[..] else { panic!("too short") };
    entry_at(&mut world, second).1.as_mut().unwrap().opening = Some(Vec::new());
    let seq = second as u64 + 1;
    assert_eq!(world.audit(), Err(Flaw { seq, what: Wrong::Opening }), "a chain that only says it begins");
}

#[test]
fn more_than_there_is_cannot_be_promised_even_in_an_honest_chain() {
    let mut world = World::default();
    world.run(adjust("A", 1, 2, AdjustmentReason::Received)).unwrap();
    let entry = LedgerEntry {
        kind: LedgerKind::Reserved,
        location: location("A"),
        on_hand_delta: 0,
        reserved_delta: 3,
        on_hand: 2,
        reserved: 3,
        reference: "rsv".to_owned(),
        order: None,
        note: None,
    };
    let mut event = StockEvent::Moved { entry, open: 1, link: None };
    world.stock.seal(&mut event, world.now);
    world.stock.apply(&event);
    world.ledger.push(event);
    world.times.push(world.now);
    assert_eq!(world.audit(), Err(Flaw { seq: 3, what: Wrong::Oversold }));
}

#[test]
fn an_older_ledger_goes_on_with_a_chain_that_says_what_lay_there() {
    let mut world = World::default();
    for line in ["stock A 5", "stock B 4", "reserve R1 7 until 20", "commit R1", "reserve R2 1 until 20"] {
        world.run(parse(&line.split(' ').collect::<Vec<_>>())).unwrap();
    }
    as_of_before(&mut world);
    // As it was written, and as it is read.
    let stored = serde_json::to_value((&world.stock, &world.ledger)).unwrap();
    assert!(!stored.to_string().contains("link") && !stored.to_string().contains("chain"), "{stored}");
    (world.stock, world.ledger) = serde_json::from_value(stored).unwrap();
    assert_eq!(world.audit(), Ok(Sound { unsealed: 7 }));

    world.run(parse(&["commit", "R2"])).unwrap();
    world.run(parse(&["stock", "A", "1"])).unwrap();
    let [.., first, last] = movements(&world)[..] else { panic!("too short") };
    let opening = entry_at(&mut world, first).1.clone().unwrap().opening.unwrap();
    assert_eq!(opening, [Level { location: location("B"), on_hand: 2, reserved: 1 }], "A is empty");
    assert_eq!(entry_at(&mut world, last).1.clone().unwrap().opening, None);
    assert_eq!(world.audit(), Ok(Sound { unsealed: 7 }));
    let chain = world.stock.chain().unwrap();
    assert_eq!((chain.begins_at, chain.length, chain.tally.opening), (first as u64 + 1, 2, 2));
    assert_eq!((chain.tally.sold, chain.tally.on_hand()), (1, world.stock.on_hand()));

    entry_at(&mut world, first).1.as_mut().unwrap().opening = Some(Vec::new());
    assert_eq!(world.audit(), Err(Flaw { seq: first as u64 + 1, what: Wrong::Opening }));
}

#[test]
fn an_older_object_in_between_ends_the_chain_and_the_next_movement_begins_another() {
    // What an older object does: it reads the state without the chain, and writes it back so.
    let forget = |stock: &Stock| {
        let mut stored = serde_json::to_value(stock).unwrap();
        stored.as_object_mut().unwrap().remove("chain");
        serde_json::from_value::<Stock>(stored).unwrap()
    };
    for movements_of_it in [0, 2] {
        let mut world = busy();
        world.stock = forget(&world.stock);
        for _ in 0..movements_of_it {
            world.run(parse(&["stock", "A", "1"])).unwrap();
            let last = world.ledger.len() - 1;
            *entry_at(&mut world, last).1 = None;
            world.stock = forget(&world.stock);
        }
        assert_eq!(world.audit(), Ok(Sound { unsealed: movements_of_it }), "while it is still there");
        let begins_at = world.stock.seq() + 1;
        world.run(parse(&["stock", "B", "1"])).unwrap();
        world.run(parse(&["damage", "B", "1"])).unwrap();
        assert_eq!(world.audit(), Ok(Sound { unsealed: movements_of_it }));
        let mut replayed = Stock::default();
        world.ledger.iter().for_each(|event| replayed.apply(event));
        assert_eq!(replayed, world.stock);
        let chain = world.stock.chain().unwrap();
        assert_eq!((chain.begins_at, chain.length), (begins_at, 2));
        assert_eq!(chain.tally.on_hand(), world.stock.on_hand());
    }
}

#[test]
fn a_kind_is_hashed_as_json_has_it() {
    use LedgerKind::*;
    for kind in [
        Reserved,
        Committed,
        Released,
        Expired,
        ReturnedFromOrder,
        Restocked,
        Received,
        Counted,
        Damaged,
        Returned,
        Correction,
    ] {
        assert_eq!(serde_json::to_value(kind).unwrap(), Value::from(kind.as_str()));
    }
}

#[test]
fn what_is_private_is_hashed_so_that_no_two_look_alike() {
    let plain = |reference: &str, order: Option<&str>, note: Option<&str>| LedgerEntry {
        kind: LedgerKind::Received,
        location: location("A"),
        on_hand_delta: 1,
        reserved_delta: 0,
        on_hand: 1,
        reserved: 0,
        reference: reference.to_owned(),
        order: order.map(|order| OrderId::derived(&[order])),
        note: note.map(str::to_owned),
    };
    let all = [
        plain("adj", None, None),
        plain("adj", None, Some("")),
        plain("adj", None, Some("-")),
        plain("adj", None, Some("a\n1 b")),
        plain("adj\n-\n-", None, None),
        plain("adj", Some("o"), None),
        plain("adj", Some("p"), None),
    ];
    let distinct: std::collections::BTreeSet<String> =
        all.iter().map(|entry| entry.commitment().to_string()).collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn a_digest_is_written_in_one_way() {
    let digest = opening_hash(&[]);
    assert_eq!(digest.to_string().parse(), Ok(digest));
    assert_eq!(serde_json::from_value::<Digest>(json!(digest.to_string())).unwrap(), digest);
    let upper = digest.to_string().to_uppercase();
    for bad in ["", "abc", &upper, &"g".repeat(64), &"é".repeat(32)] {
        assert!(bad.parse::<Digest>().is_err(), "{bad}");
    }
}

/// The worked example of `docs/proof.md`: whoever changes the format finds its hashes there wrong.
#[test]
fn the_page_about_it_has_the_right_hashes() {
    let page = include_str!("../../../../../docs/proof.md");
    let at: Timestamp = Timestamp::from_millis(1_795_359_845_007);
    let place: LocationId = "loc_019aab3c-7d4e-7c1a-9f00-5b2e8d6a1c34".parse().unwrap();
    let received = LedgerEntry {
        kind: LedgerKind::Received,
        location: place,
        on_hand_delta: 5,
        reserved_delta: 0,
        on_hand: 5,
        reserved: 0,
        reference: "adj_019aab3c-8000-7000-8000-000000000001".to_owned(),
        order: None,
        note: Some("first delivery".to_owned()),
    };
    let reserved = LedgerEntry {
        kind: LedgerKind::Reserved,
        on_hand_delta: 0,
        reserved_delta: 2,
        reserved: 2,
        reference: reservation("example").to_string(),
        order: Some(OrderId::derived(&["example"])),
        note: None,
        ..received.clone()
    };
    let opening = opening_hash(&[]);
    let first = received.hash(opening, 2, at);
    let second = reserved.hash(first, 3, at.plus(60_000));
    let older = opening_hash(&[Level { location: place, on_hand: 5, reserved: 2 }]);
    for (what, expected) in [
        ("the opening of nothing", opening.to_string()),
        ("the first commitment", received.commitment().to_string()),
        ("the first hash", first.to_string()),
        ("the reservation", reserved.reference.clone()),
        ("its order", reserved.order.unwrap().to_string()),
        ("the second commitment", reserved.commitment().to_string()),
        ("the second hash", second.to_string()),
        ("an older ledger's opening", older.to_string()),
    ] {
        assert!(page.contains(&expected), "{what} is {expected}");
    }
}

#[test]
fn a_reservation_is_sealed_at_every_location_it_takes_from() {
    let mut world = World::default();
    world.run(adjust("A", 1, 2, AdjustmentReason::Received)).unwrap();
    world.run(adjust("B", 2, 2, AdjustmentReason::Received)).unwrap();
    world.run(reserve("R", 3, minutes("10"))).unwrap();
    let [.., a, b] = movements(&world)[..] else { panic!("too short") };
    let hash = |world: &mut World, index| entry_at(world, index).1.clone().unwrap().hash;
    let (first, second) = (hash(&mut world, a), hash(&mut world, b));
    let entry = entry_at(&mut world, b).0.clone();
    assert_eq!(second, entry.hash(first, b as u64 + 1, world.now));
    assert_eq!(world.stock.chain().unwrap().head, second);
}
