//! Stock as a page of data, and as any sequence of commands.

mod proof;
mod spread;
mod world;

use proptest::prelude::*;

use super::*;
use crate::{Aggregate, Quantity, id::RefundId};
use world::{World, adjust, check, location, minutes, parse, reservation, reserve};

#[test]
fn goods_are_reserved_by_priority_split_and_never_promised_twice() {
    check(
        "stock B 4 -> ok 4/4
         stock A 2 -> ok 6/6
         reserve R1 3 until 10 -> held a2 b1 3/6
         reserve R2 4 until 10 -> refused out_of_stock 3 3/6
         reserve R3 3 until 10 -> held b3 0/6
         release R1 -> released a2 b1 3/6
         reserve R2 3 until 10 -> held a2 b1 0/6",
    );
}

#[test]
fn the_same_id_gets_the_same_answer_and_a_changed_one_is_refused() {
    check(
        "stock A 5 -> ok 5/5
         reserve R1 3 until 10 -> held a3 2/5
         reserve R1 3 until 10 -> held a3 2/5
         reserve R1 4 until 10 -> refused reserved_with_different_quantity 2/5
         commit R1 -> committed a3 2/2
         commit R1 -> committed a3 2/2
         reserve R1 3 until 10 -> committed a3 2/2
         release R1 -> refused committed 2/2",
    );
}

#[test]
fn a_reservation_expires_by_itself_and_never_outlives_the_limit() {
    check(
        "stock A 5 -> ok 5/5
         reserve R1 3 until 10 -> held a3 2/5
         reserve R2 2 until 600 -> held a2 0/5
         at 9 reserve R3 1 until 20 -> refused out_of_stock 0 0/5
         at 11 commit R1 -> refused expired 3/5
         reserve R1 3 until 20 -> refused expired 3/5
         release R1 -> expired a3 3/5
         at 30 -> 5/5
         commit R2 -> refused expired 5/5
         reserve R4 1 until 30 -> refused expired 5/5",
    );
}

#[test]
fn an_undo_that_overtakes_its_do_leaves_a_tombstone() {
    check(
        "stock A 5 -> ok 5/5
         release R1 -> released 5/5
         reserve R1 3 until 10 -> refused released 5/5
         commit R1 -> refused released 5/5
         return R2 -> released 5/5
         reserve R2 1 until 10 -> refused released 5/5
         commit R3 -> refused unknown_reservation 5/5
         restock R3 1 for F1 -> refused unknown_reservation 5/5",
    );
}

#[test]
fn what_came_to_nothing_is_forgotten_after_thirty_days_and_what_was_sold_is_not() {
    check(
        "stock A 5 -> ok 5/5
         release R1 -> released 5/5
         reserve R2 2 until 10 -> held a2 3/5
         commit R2 -> committed a2 3/3
         at 43199 reserve R1 1 until 43210 -> refused released 3/3
         at 43200 reserve R1 1 until 43210 -> held a1 2/3
         restock R2 1 for F1 -> committed a2 3/4",
    );
}

#[test]
fn an_undone_order_returns_its_goods_once() {
    check(
        "stock A 1 -> ok 1/1
         stock B 4 -> ok 5/5
         reserve R1 3 until 10 -> held a1 b2 2/5
         commit R1 -> committed a1 b2 2/2
         return R1 -> returned a1 b2 5/5
         return R1 -> returned a1 b2 5/5
         commit R1 -> refused returned 5/5
         restock R1 1 for F1 -> refused returned 5/5
         reserve R2 2 until 10 -> held a1 b1 3/5
         return R2 -> released a1 b1 5/5
         commit R2 -> refused released 5/5",
    );
}

#[test]
fn refunds_restock_once_each_and_never_more_than_was_sold() {
    check(
        "stock A 2 -> ok 2/2
         stock B 2 -> ok 4/4
         reserve R1 4 until 10 -> held a2 b2 0/4
         restock R1 1 for F1 -> refused held 0/4
         commit R1 -> committed a2 b2 0/0
         restock R1 3 for F1 -> committed a2 b2 3/3
         restock R1 3 for F1 -> committed a2 b2 3/3
         restock R1 2 for F1 -> refused restocked_with_different_quantity 3/3
         restock R1 2 for F2 -> refused restock_exceeds_reservation 3/3
         reserve R2 3 until 10 -> held a2 b1 0/3
         release R2 -> released a2 b1 3/3
         return R1 -> returned a2 b2 4/4
         restock R1 3 for F1 -> returned a2 b2 4/4",
    );
}

#[test]
fn goods_come_back_to_where_they_were_taken_from() {
    let mut world = World::default();
    for line in [
        "stock A 2",
        "stock B 3",
        "reserve R1 5 until 10",
        "commit R1",
        "restock R1 1 for F1",
        "restock R1 2 for F2",
        "return R1",
    ] {
        world.run(parse(&line.split(' ').collect::<Vec<_>>())).unwrap();
    }
    let back: Vec<_> = world.moved().filter(|entry| entry.on_hand_delta > 0).skip(2).collect();
    let [a, b] = [location("A"), location("B")];
    let places: Vec<_> = back.iter().map(|entry| (entry.location, entry.on_hand_delta)).collect();
    assert_eq!(places, [(a, 1), (a, 1), (b, 1), (b, 2)]);
}

#[test]
fn a_commit_at_the_deadline_is_too_late_even_before_the_alarm() {
    let mut world = World::default();
    world.run(parse(&["stock", "A", "5"])).unwrap();
    world.run(reserve("R1", 3, minutes("10"))).unwrap();
    world.now = minutes("10");
    let refused = world.run(StockCommand::Commit { id: reservation("R1") });
    assert_eq!(refused, Err(StockRefusal::ReservationEnded { status: ReservationStatus::Expired }));
    world.run(StockCommand::Expire { id: reservation("R1") }).unwrap();
    assert_eq!((world.stock.available(), world.stock.on_hand()), (5, 5));
}

#[test]
fn an_adjustment_never_goes_under_what_is_reserved() {
    check(
        "stock A 0 -> ok 0/0
         damage A 1 -> refused insufficient_stock 0/0
         stock A 5 -> ok 5/5
         reserve R1 3 until 10 -> held a3 2/5
         damage A 3 -> refused insufficient_stock 2/5
         damage A 2 -> ok 0/3
         stock A 1000000000 -> refused out_of_range 0/3
         stock A 9223372036854775807 -> refused out_of_range 0/3
         stock A 999999997 -> ok 999999997/1000000000",
    );
}

#[test]
fn of_two_priorities_the_later_counts_in_whichever_order_they_come() {
    check(
        "stock A 5 -> ok 5/5
         stock B 5 -> ok 10/10
         prioritise A 9 version 3 -> ok 10/10
         reserve R1 1 until 10 -> held b1 9/10
         prioritise A 0 version 2 -> ok 9/10
         stock A 1 -> ok 10/11
         reserve R2 1 until 10 -> held b1 9/11
         prioritise A 9 version 5 -> ok 9/11
         prioritise A 0 version 4 -> ok 9/11
         reserve R3 1 until 10 -> held b1 8/11",
    );
}

#[test]
fn an_unknown_location_is_not_stocked_by_a_priority() {
    let mut world = World::default();
    world.run(parse(&["prioritise", "A", "1", "version", "1"])).unwrap();
    assert_eq!((world.stock.is_known(), world.ledger.len()), (false, 0));
}

#[test]
fn an_adjustment_answers_with_its_place_in_the_ledger() {
    let mut world = World::default();
    for expected in [2, 3] {
        let Ok((StockReply::Adjusted { seq, entry, .. }, _)) = world.run(parse(&["stock", "A", "5"])) else {
            panic!("refused");
        };
        let StockEvent::Moved { entry: kept, .. } = &world.ledger[usize::try_from(seq).unwrap() - 1] else {
            panic!("not a movement");
        };
        assert_eq!((seq, kept), (expected, &entry));
    }
}

#[test]
fn the_catalogue_hears_only_what_a_shopper_would_notice() {
    use StockEffect::{PublishHint, PublishStock};
    let mut world = World::default();
    let mut told = |script: &str| world.run(parse(&script.split(' ').collect::<Vec<_>>())).unwrap().1;
    assert_eq!(told("stock A 0"), [PublishStock, PublishHint]);
    assert_eq!(told("stock A 100"), [PublishStock, PublishHint]);
    assert_eq!(told("reserve R1 1 until 10"), [PublishStock]);
    assert_eq!(told("reserve R2 1 until 10"), [PublishStock, PublishHint]);
    assert_eq!(told("reserve R2 1 until 10"), []);
    assert_eq!(told("commit R2"), [PublishStock]);
    assert_eq!(told("release R3"), []);
    assert_eq!(told("release R1"), [PublishStock, PublishHint]);
}

#[test]
fn reservations_are_limited() {
    let mut world = World::default();
    world.run(parse(&["stock", "A", "20000"])).unwrap();
    for buyer in 0..RESERVATIONS_OPEN_MAX {
        world.run(reserve(&buyer.to_string(), 1, minutes("10"))).unwrap();
    }
    let refused = world.run(reserve("one more", 1, minutes("10")));
    assert_eq!(refused, Err(StockRefusal::TooManyOpenReservations));
    world.run(StockCommand::Release { id: reservation("7") }).unwrap();
    world.run(reserve("one more", 1, minutes("10"))).unwrap();
}

#[derive(Debug, Clone)]
enum Step {
    Do(StockCommand),
    Wait(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let id = || (0..6_u8).prop_map(|n| reservation(&n.to_string()));
    let at = || (0..3_u8).prop_map(|n| location(&n.to_string()));
    let sourcing = || (0..4_u32, 0..9_u64).prop_map(|(priority, version)| Sourcing { priority, version });
    let quantity = || (1..6_u32).prop_map(|pieces| Quantity::new(pieces).unwrap());
    prop_oneof![
        3 => (0..6_u8, 1..6_u32, 0..90_u64)
            .prop_map(|(id, pieces, until)| Step::Do(reserve(&id.to_string(), pieces, minutes(&until.to_string())))),
        3 => id().prop_map(|id| Step::Do(StockCommand::Commit { id })),
        2 => id().prop_map(|id| Step::Do(StockCommand::Release { id })),
        2 => id().prop_map(|id| Step::Do(StockCommand::Return { id })),
        2 => (id(), 0..3_u8, quantity()).prop_map(|(id, refund, quantity)| {
            Step::Do(StockCommand::Restock { id, refund: RefundId::derived(&[&refund.to_string()]), quantity })
        }),
        1 => id().prop_map(|id| Step::Do(StockCommand::Expire { id })),
        1 => id().prop_map(|id| Step::Do(StockCommand::Forget { id })),
        3 => (at(), sourcing(), -8..12_i64).prop_map(|(location, sourcing, delta)| {
            let reason = AdjustmentReason::Correction;
            Step::Do(StockCommand::Adjust { id: "adj".to_owned(), location, sourcing, delta, reason, note: None })
        }),
        1 => (at(), sourcing())
            .prop_map(|(location, sourcing)| Step::Do(StockCommand::Prioritise { location, sourcing })),
        1 => prop_oneof![0..20_u64, Just(50_000)].prop_map(Step::Wait),
    ]
}

/// Ends of a hold that the ledger tells of, for one reservation at one location.
fn is_end(kind: LedgerKind) -> bool {
    matches!(kind, LedgerKind::Committed | LedgerKind::Released | LedgerKind::Expired)
}

fn assert_books_balance(world: &World) {
    let mut replayed = Stock::default();
    world.ledger.iter().for_each(|event| replayed.apply(event));
    assert_eq!(replayed, world.stock, "the ledger replays to the state");
    assert_eq!(world.audit(), Ok(Sound { unsealed: 0 }));
    let tally = world.stock.chain().map(|chain| chain.tally.on_hand());
    assert_eq!(tally.unwrap_or_default(), world.stock.on_hand(), "what came less what went is there");
    assert_eq!(world.stock.seq(), world.ledger.len() as u64);

    for shelf in world.stock.shelves() {
        assert!(0 <= shelf.reserved && shelf.reserved <= shelf.on_hand, "{shelf:?}");
        let entries = || world.moved().filter(|entry| entry.location == shelf.location);
        assert_eq!(entries().map(|entry| entry.on_hand_delta).sum::<i64>(), shelf.on_hand);
        assert_eq!(entries().map(|entry| entry.reserved_delta).sum::<i64>(), shelf.reserved);
        let last = entries().last().map_or((0, 0), |entry| (entry.on_hand, entry.reserved));
        assert_eq!(last, (shelf.on_hand, shelf.reserved), "an entry says how things stood after it");
    }

    let held = world.parts.values().filter(|part| part.status() == ReservationStatus::Held);
    let pieces = held.clone().map(|part| i64::from(part.view(reservation("")).quantity)).sum::<i64>();
    assert_eq!(pieces, world.stock.reserved(), "what is reserved is what is held");
    assert_eq!(held.count(), world.stock.open_reservations() as usize);

    for (key, part) in &world.parts {
        let Reservation::Made { quantity, restocked, .. } = part else { continue };
        let of = |wanted: &dyn Fn(LedgerKind) -> bool| {
            world
                .moved()
                .filter(|entry| entry.reference == *key && wanted(entry.kind))
                .cloned()
                .collect::<Vec<_>>()
        };
        let ended: i64 = of(&is_end).iter().map(|entry| -entry.reserved_delta).sum();
        let held = part.status() == ReservationStatus::Held;
        // A forgotten id may have been used again, so the ledger tells of it a whole number of times.
        assert_eq!(ended % i64::from(*quantity), 0, "a hold ends as a whole");
        assert!(held || ended > 0);
        let back: u32 = restocked.iter().map(|refund| refund.quantity).sum();
        assert!(back <= *quantity, "no more comes back than was sold");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_commands_keeps_the_books(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut world = World::default();
        let mut minute = 0;
        for step in steps {
            match step {
                Step::Wait(minutes) => {
                    minute += minutes;
                    world.at(minute);
                }
                Step::Do(command) => {
                    let first = world.run(command.clone());
                    let (stock, parts) = (world.stock.clone(), world.parts.clone());
                    // An adjustment is told from its repeat by the shell, not here.
                    if !matches!(command, StockCommand::Adjust { .. }) {
                        let again = world.run(command);
                        prop_assert_eq!(first.map(|(reply, _)| reply), again.map(|(reply, _)| reply));
                        prop_assert_eq!((&stock, &parts), (&world.stock, &world.parts), "a repeat changes nothing");
                    }
                }
            }
            assert_books_balance(&world);
        }
    }

    #[test]
    fn a_sold_piece_was_received(received in 0..40_i64, buyers in prop::collection::vec((1..8_u32, any::<bool>()), 0..30)) {
        let mut world = World::default();
        world.run(adjust("A", 1, received, AdjustmentReason::Received)).unwrap();
        for (n, (pieces, commits)) in buyers.into_iter().enumerate() {
            let id = n.to_string();
            if world.run(reserve(&id, pieces, minutes("10"))).is_ok() && commits {
                world.run(StockCommand::Commit { id: reservation(&id) }).unwrap();
            }
        }
        let sold: i64 = world
            .moved()
            .filter(|entry| entry.kind == LedgerKind::Committed)
            .map(|entry| -entry.on_hand_delta)
            .sum();
        prop_assert!(sold <= received);
        prop_assert_eq!(world.stock.on_hand(), received - sold);
    }
}
