//! One SKU in several objects, with every message between them late, repeated or in vain.

use proptest::prelude::*;
use std::collections::BTreeMap;

use super::{assert_books_balance, world::*};
use crate::{stock::*, time::MINUTE_MS};

/// All objects of one SKU, and what they have yet to tell each other.
#[derive(Default)]
struct Shop {
    objects: BTreeMap<u32, World>,
    to_do: Vec<(u32, StockEffect)>,
    minute: u64,
    received: i64,
    /// By buyer: where they were served, how many they got, and whether they paid.
    bought: BTreeMap<String, (u32, i64, bool)>,
}

/// What becomes of a message.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Arrives,
    /// Nobody knows that it did, so it is sent again.
    AnswerIsLost,
}

impl Shop {
    fn with(pieces: i64, shards: u32) -> Self {
        let mut shop = Self::default();
        shop.receive(pieces);
        shop.tell(HOME, StockCommand::Spread { shards }).unwrap();
        shop
    }

    /// The object, with its alarms rung.
    fn object(&mut self, shard: u32) -> &mut World {
        let object = self.objects.entry(shard).or_default();
        let effects = object.at(self.minute);
        self.to_do.extend(effects.into_iter().map(|effect| (shard, effect)));
        object
    }

    fn tell(&mut self, shard: u32, command: StockCommand) -> Result<StockReply, StockRefusal> {
        let (reply, effects) = self.object(shard).run(command)?;
        self.to_do.extend(effects.into_iter().map(|effect| (shard, effect)));
        Ok(reply)
    }

    fn receive(&mut self, pieces: i64) {
        self.tell(HOME, adjust("A", 1, pieces, AdjustmentReason::Received)).unwrap();
        self.received += pieces;
    }

    /// Performs one effect as the object would. One that is refused is tried again.
    fn perform(&mut self, place: usize, fate: Fate) {
        let (shard, effect) = self.to_do.remove(place);
        let stock = self.object(shard).stock.clone();
        let told = match effect {
            StockEffect::PublishStock | StockEffect::PublishHint => return,
            StockEffect::AskForMore => self.tell(HOME, StockCommand::Refill { shard }).map(|_| None),
            StockEffect::CallBack { shard: branch } => {
                let after = stock.sent_to(branch);
                self.tell(branch, StockCommand::CallBack { after }).map(|reply| match reply {
                    StockReply::CalledBack { sent } => Some(StockCommand::CalledBack { shard: branch, sent }),
                    other => panic!("{other:?}"),
                })
            }
            StockEffect::SendParcel { to } => {
                let Some((number, goods)) = stock.parcel_to(to) else { return };
                let command = match to {
                    HOME => StockCommand::TakeBack { from: shard, number, goods },
                    branch => StockCommand::Supply { shard: branch, number, goods },
                };
                self.tell(to, command).map(|_| Some(StockCommand::Arrived { at: to, number }))
            }
        };
        match (told, fate) {
            (Ok(answer), Fate::Arrives) => {
                if let Some(command) = answer {
                    self.tell(shard, command).unwrap();
                }
            }
            (Ok(_), Fate::AnswerIsLost) | (Err(StockRefusal::Scattered), _) => {
                self.to_do.push((shard, effect));
            }
            (Err(refusal), _) => panic!("{effect:?} was refused: {refusal:?}"),
        }
    }

    fn rest(&mut self) {
        for _ in 0..10_000 {
            if self.to_do.is_empty() {
                return;
            }
            self.perform(0, Fate::Arrives);
        }
        panic!("they never come to rest: {:?}", self.to_do);
    }

    /// As an order does it: at one shard, then at home, then at home when all is there.
    fn buy(&mut self, buyer: &str, pieces: u32, shard: u32) -> bool {
        let until = minutes("0").plus((self.minute + 10) * MINUTE_MS);
        let mut at = shard;
        for _ in 0..100 {
            match self.tell(at, reserve(buyer, pieces, until)) {
                Ok(_) => {
                    self.bought.insert(buyer.to_owned(), (at, pieces.into(), false));
                    return true;
                }
                Err(StockRefusal::OutOfStock { .. }) if at == HOME => return false,
                Err(StockRefusal::OutOfStock { .. }) => at = HOME,
                Err(StockRefusal::Scattered) => {
                    self.tell(HOME, StockCommand::Gather).unwrap();
                    self.rest();
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        panic!("{buyer} is never answered")
    }

    fn buyer(&self, which: usize) -> (String, u32) {
        let (buyer, (at, ..)) = self.bought.iter().nth(which % self.bought.len()).unwrap();
        (buyer.clone(), *at)
    }

    fn total(&self, of: impl Fn(&Stock) -> i64) -> i64 {
        self.objects.values().map(|object| of(&object.stock)).sum()
    }

    fn sold(&self) -> i64 {
        self.bought.values().filter(|(_, _, is_paid)| *is_paid).map(|(_, pieces, _)| pieces).sum()
    }

    /// A parcel may have arrived before its sender knows: then it counts there.
    fn check(&self) {
        let there = self.total(Stock::on_hand);
        let left = self.received - self.sold();
        assert!(there <= left && left <= there + self.total(Stock::under_way), "{there} of {left}");
        if self.to_do.is_empty() {
            assert_eq!((there, self.total(Stock::under_way)), (left, 0));
        }
    }
}

#[test]
fn plenty_is_lent_and_sold_by_everybody() {
    let mut shop = Shop::with(1_000, 4);
    shop.rest();
    assert_eq!(shop.objects.values().map(|object| object.stock.available()).collect::<Vec<_>>(), [250; 4]);
    let home = &shop.objects[&HOME].stock;
    assert_eq!((home.shards_open(), home.offered(), home.hint()), (4, 1_000, HINT_MAX));
    for shard in 0..4 {
        assert!(shop.buy(&format!("b{shard}"), 5, shard));
        assert_eq!(shop.bought[&format!("b{shard}")].0, shard, "nobody had to go home");
    }
    shop.check();
    shop.objects.values().for_each(assert_books_balance);
}

#[test]
fn one_shard_is_what_a_sku_has_by_itself() {
    let mut shop = Shop::with(1_000, 1);
    shop.rest();
    assert_eq!((shop.objects.len(), shop.objects[&HOME].stock.spread()), (1, None));
    assert!(
        !shop.buy("b", 2, 3) || shop.bought["b"].0 == HOME,
        "a branch that there is not sends everybody home"
    );
}

#[test]
fn a_branch_that_runs_low_is_supplied_and_then_all_comes_home() {
    let mut shop = Shop::with(800, 2);
    shop.rest();
    for buyer in 0..8 {
        assert!(shop.buy(&buyer.to_string(), 40, 1));
        shop.rest();
    }
    assert!(shop.bought.values().all(|(at, ..)| *at == 1), "it was supplied in time");
    for buyer in 8..20 {
        assert!(shop.buy(&buyer.to_string(), 40, 1));
        shop.rest();
    }
    let home = &shop.objects[&HOME].stock;
    assert_eq!(
        (home.shards_open(), home.hint(), home.offered()),
        (1, 0, 0),
        "the last ones were sold at home"
    );
    shop.check();
}

#[test]
fn the_last_piece_is_sold_wherever_it_lies() {
    for wanted in [1, 60, 99] {
        let mut shop = Shop::with(1_600, 16);
        shop.rest();
        let mut buyers = 0;
        while shop.buy(&buyers.to_string(), wanted, buyers % 16) {
            buyers += 1;
        }
        assert_eq!(i64::from(buyers), 1_600 / i64::from(wanted), "{wanted} each");
        shop.rest();
        shop.check();
    }
}

#[test]
fn nobody_is_told_that_there_is_none_while_goods_are_on_their_way_back() {
    let mut shop = Shop::with(200, 2);
    shop.rest();
    assert!(shop.buy("a", 99, HOME) && shop.buy("b", 1, HOME));
    shop.tell(HOME, StockCommand::Gather).unwrap();
    while let Some(place) =
        shop.to_do.iter().position(|(_, effect)| !matches!(effect, StockEffect::SendParcel { .. }))
    {
        shop.perform(place, Fate::Arrives);
    }
    assert_eq!((shop.total(Stock::available), shop.total(Stock::under_way)), (0, 100));
    assert_eq!(shop.tell(HOME, reserve("c", 1, minutes("5"))), Err(StockRefusal::Scattered));
    shop.rest();
    assert!(shop.buy("c", 1, HOME));
}

#[test]
fn staff_take_out_what_is_there_and_not_what_is_sold() {
    let mut shop = Shop::with(600, 3);
    shop.rest();
    assert!(shop.buy("b", 50, 2));
    let less = |pieces: i64| adjust("A", 1, -pieces, AdjustmentReason::Damaged);
    assert_eq!(shop.tell(HOME, less(550)), Err(StockRefusal::Scattered));
    shop.tell(HOME, StockCommand::Gather).unwrap();
    shop.rest();
    // What is set aside stays where it was reserved.
    assert_eq!(
        shop.tell(HOME, less(551)),
        Err(StockRefusal::InsufficientStock { on_hand: 550, reserved: 0 })
    );
    shop.tell(HOME, less(550)).unwrap();
    shop.received -= 550;
    shop.tell(2, StockCommand::Release { id: reservation("b") }).unwrap();
    shop.bought.clear();
    shop.rest();
    assert_eq!(shop.objects[&HOME].stock.available(), 50, "and comes home when it is free");
    shop.check();
}

/// A release that knew of no branches kept everything but what it knew nothing of. Goods that were brought together before are lent anew.
#[test]
fn parcels_go_on_after_a_roll_back() {
    let mut shop = Shop::with(900, 3);
    shop.rest();
    assert!((0..3).all(|shard| shop.buy(&format!("b{shard}"), 7, shard)));
    shop.tell(HOME, StockCommand::Spread { shards: 1 }).unwrap();
    shop.rest();
    shop.object(HOME).stock.forget_spread();
    shop.receive(30);
    shop.tell(HOME, StockCommand::Spread { shards: 3 }).unwrap();
    shop.rest();
    shop.check();
    let shares: Vec<_> = shop.objects.values().map(|object| object.stock.available()).collect();
    assert_eq!(shares, [303; 3]);
    // And home learns of a branch that has nothing left that it has nothing, though it sent much once.
    for buyer in 0..101 {
        assert!(shop.buy(&format!("c{buyer}"), 3, 1));
    }
    assert!((0..3).all(|buyer| shop.buy(&format!("d{buyer}"), 99, HOME)));
    shop.tell(HOME, StockCommand::Gather).unwrap();
    shop.rest();
    assert!(!shop.objects[&HOME].stock.is_scattered());
    shop.check();
    shop.objects.values().for_each(assert_books_balance);
}

#[derive(Debug, Clone)]
enum Step {
    Receive(i64),
    Spread(u32),
    Gather,
    Buy { pieces: u32, shard: u32 },
    Pay(usize),
    GiveBack(usize),
    Perform(usize, Fate),
    Wait(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![Just(Fate::Arrives), Just(Fate::AnswerIsLost)];
    prop_oneof![
        2 => (1..800_i64).prop_map(Step::Receive),
        1 => (1..6_u32).prop_map(Step::Spread),
        1 => Just(Step::Gather),
        8 => (1..99_u32, 0..6_u32).prop_map(|(pieces, shard)| Step::Buy { pieces, shard }),
        3 => any::<usize>().prop_map(Step::Pay),
        3 => any::<usize>().prop_map(Step::GiveBack),
        12 => (any::<usize>(), fate).prop_map(|(place, fate)| Step::Perform(place, fate)),
        2 => (0..7_u64).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_piece_is_lost_doubled_or_left_over(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut shop = Shop::with(500, 3);
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Receive(pieces) => shop.receive(pieces),
                Step::Spread(shards) => drop(shop.tell(HOME, StockCommand::Spread { shards }).unwrap()),
                Step::Gather => drop(shop.tell(HOME, StockCommand::Gather).unwrap()),
                Step::Buy { pieces, shard } => drop(shop.buy(&number.to_string(), pieces, shard)),
                Step::Pay(_) | Step::GiveBack(_) if shop.bought.is_empty() => {}
                Step::Pay(which) => {
                    let (buyer, at) = shop.buyer(which);
                    if shop.tell(at, StockCommand::Commit { id: reservation(&buyer) }).is_ok() {
                        shop.bought.get_mut(&buyer).unwrap().2 = true;
                    }
                }
                Step::GiveBack(which) => {
                    let (buyer, at) = shop.buyer(which);
                    shop.tell(at, StockCommand::Return { id: reservation(&buyer) }).unwrap();
                    shop.bought.remove(&buyer);
                }
                Step::Perform(..) if shop.to_do.is_empty() => {}
                Step::Perform(place, fate) => shop.perform(place % shop.to_do.len(), fate),
                Step::Wait(minutes) => {
                    shop.minute += minutes;
                    let shards: Vec<u32> = shop.objects.keys().copied().collect();
                    shards.into_iter().for_each(|shard| { shop.object(shard); });
                }
            }
            shop.check();
        }
        shop.rest();
        shop.check();
        shop.objects.values().for_each(assert_books_balance);
        // Whoever comes now gets the very last piece, and only then is there none.
        let mut left = shop.total(Stock::available);
        for (pieces, name) in [(90, "many"), (1, "last")] {
            let mut buyer = 0;
            while shop.buy(&format!("{name}{buyer}"), pieces, buyer % 6) {
                buyer += 1;
                left -= i64::from(pieces);
                shop.rest();
            }
        }
        prop_assert_eq!(left, 0);
        shop.check();
    }
}
