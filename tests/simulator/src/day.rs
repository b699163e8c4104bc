//! Who comes to the shop on one day, and what they have in mind. All of it is data: it can be written down, read and cut short.

use kit::{
    Chance,
    seed::{ALL, DIVER, DRESS, FIELD, Goods, LAST, NOTHING},
};
use serde::{Deserialize, Serialize};

use domain::DurationMs;

use crate::{fate::Strike, weather::Weather};

/// A day. The same day is lived in the same way, to the last call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Day {
    pub seed: u64,
    pub weather: Weather,
    pub people: Vec<Person>,
    /// What befalls which call; where nothing is said, the weather decides by the seed.
    pub strikes: Option<Vec<Strike>>,
}

/// Somebody with something in mind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// What others know them by, whoever else stays at home.
    pub id: usize,
    pub comes_at_ms: DurationMs,
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Shopper(Shopper),
    /// Works in the shop, and does one thing after the other.
    Clerk(Vec<Task>),
    /// Upsets the machines.
    Operator(Vec<Upset>),
}

/// Somebody who wants to buy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shopper {
    pub currency: String,
    pub country: String,
    /// SKUs and pieces.
    pub wants: Vec<(String, u32)>,
    /// One attempt after the other, until one succeeds.
    pub tries: Vec<Try>,
    pub afterwards: Vec<Wish>,
}

/// One attempt to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Try {
    pub method: String,
    /// How often the button is pressed at once.
    pub taps: u32,
    /// Each tap is an attempt of its own: two tabs rather than an impatient finger.
    pub in_tabs: bool,
    /// Something else is put into the cart while the order is on its way.
    pub second_thought: bool,
    /// What the shopper does when they have to confirm, and how long they take; `None` goes away.
    pub confirms: Option<(DurationMs, String)>,
}

/// What a shopper wants of their order later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    Wait(DurationMs),
    Look,
    Cancel,
}

/// What a clerk does; `of` is the shopper whose order it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Wait(DurationMs),
    /// Pieces in, or out.
    Adjust {
        sku: String,
        place: usize,
        delta: i64,
    },
    /// Has its goods sold by so many objects.
    Spread {
        sku: String,
        shards: u32,
    },
    /// The same goods cost this many hundredths of a per cent of what they did.
    Reprice {
        sku: String,
        permyriad: i64,
    },
    /// Sends so many pieces of each line, and then has them delivered.
    Send {
        of: usize,
        pieces: u32,
        delivered: bool,
    },
    RefundAmount {
        of: usize,
        amount: i64,
    },
    RefundPieces {
        of: usize,
        pieces: u32,
        restock: bool,
    },
    RefundRest {
        of: usize,
    },
    Cancel {
        of: usize,
    },
}

/// What befalls the machines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upset {
    Wait(DurationMs),
    /// Every object forgets what it has in memory, every Worker starts anew, whatever they are doing, and the queues are empty.
    RestartAll,
    /// One SKU's stock is moved to another machine.
    EvictStock(String),
    /// Somebody's order is.
    EvictOrder(usize),
    /// A class of objects is rolled back to the release before, and rolled forward again after a while.
    RollBack(String, DurationMs),
}

/// However many shoppers come.
const CLERKS: u64 = 3;

/// What sort of day it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub shoppers: u64,
    /// Every fault is on.
    pub is_stormy: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { shoppers: 24, is_stormy: false }
    }
}

const WANTED: [(Goods, u64); 5] = [(FIELD, 2), (DIVER, 3), (DRESS, 5), (LAST, 8), (NOTHING, 16)];
const METHODS: [&str; 12] = [
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_mastercard",
    "pm_card_amex",
    "pm_card_visa",
    "pm_card_pendingRefund",
    "pm_card_pendingRefund",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequired",
    "pm_card_authenticationRequired",
    "pm_card_chargeDeclined",
    "pm_card_chargeDeclinedInsufficientFunds",
];
const COUNTRIES: [(&str, &str); 5] =
    [("EUR", "DE"), ("EUR", "FR"), ("USD", "US"), ("GBP", "GB"), ("JPY", "JP")];

/// Over this time people come.
const OPEN_MS: DurationMs = 60_000;

impl Day {
    /// The day that a seed stands for.
    pub fn of(seed: u64) -> Self {
        Self::of_sort(seed, Sort::default())
    }

    /// The same with every fault on.
    pub fn stormy(seed: u64) -> Self {
        Self::of_sort(seed, Sort { is_stormy: true, ..Sort::default() })
    }

    pub fn of_sort(seed: u64, Sort { shoppers, is_stormy }: Sort) -> Self {
        // Another sequence than the world's own, which begins with the same seed.
        let chance = Chance::new(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ 0x6d65_7269_6469_616e);
        let weather = Weather::of(&chance);
        let weather = if is_stormy { weather.at_its_worst() } else { weather };
        let mut people: Vec<Person> = Vec::new();
        // Some days all come in the same second.
        let crowd_ms = [OPEN_MS, OPEN_MS, 1_000, 10][chance.below(4) as usize];
        let come = |people: &mut Vec<Person>, role: Role| {
            people.push(Person { id: people.len(), comes_at_ms: chance.below(crowd_ms), role });
        };
        for _ in 0..shoppers {
            come(&mut people, Role::Shopper(shopper(&chance)));
        }
        for _ in 0..CLERKS {
            come(&mut people, Role::Clerk(tasks(&chance, shoppers)));
        }
        if weather.upsets > 0 {
            come(&mut people, Role::Operator(upsets(&chance, shoppers, weather.upsets)));
        }
        Self { seed, weather, people, strikes: None }
    }

    /// How many times somebody asks for an order.
    pub fn checkouts(&self) -> usize {
        let tries = self.people.iter().filter_map(|person| match &person.role {
            Role::Shopper(shopper) => Some(shopper.tries.len()),
            Role::Clerk(_) | Role::Operator(_) => None,
        });
        tries.sum()
    }
}

fn pick<'a, T>(chance: &Chance, of: &'a [T]) -> &'a T {
    &of[chance.below(of.len() as u64) as usize]
}

fn is_one_in(chance: &Chance, count: u64) -> bool {
    chance.below(count) == 0
}

fn shopper(chance: &Chance) -> Shopper {
    let (currency, country) = *pick(chance, &COUNTRIES);
    let mut wants: Vec<(String, u32)> = WANTED
        .iter()
        .filter(|(_, rarity)| is_one_in(chance, *rarity))
        .map(|(goods, _)| (goods.sku.to_owned(), 1 + chance.below(3) as u32))
        .collect();
    if wants.is_empty() {
        wants.push((FIELD.sku.to_owned(), 1));
    }
    let tries = (0..1 + chance.below(2)).map(|_| attempt(chance)).collect();
    let afterwards = (0..chance.below(4)).map(|_| wish(chance)).collect();
    Shopper { currency: currency.to_owned(), country: country.to_owned(), wants, tries, afterwards }
}

fn attempt(chance: &Chance) -> Try {
    let outcome = *pick(chance, &["succeed", "succeed", "succeed", "fail"]);
    let patience_ms = *pick(chance, &[10, 2_000, 60_000, 880_000, 900_000, 1_200_000]);
    Try {
        method: (*pick(chance, &METHODS)).to_owned(),
        taps: 1 + u32::from(is_one_in(chance, 4)) + u32::from(is_one_in(chance, 8)),
        in_tabs: is_one_in(chance, 3),
        second_thought: is_one_in(chance, 8),
        confirms: (!is_one_in(chance, 5)).then(|| (chance.below(patience_ms), outcome.to_owned())),
    }
}

fn wish(chance: &Chance) -> Wish {
    match chance.below(5) {
        0 => Wish::Cancel,
        1 => Wish::Look,
        _ => Wish::Wait(chance.below(*pick(chance, &[100, 5_000, 60_000]))),
    }
}

fn tasks(chance: &Chance, shoppers: u64) -> Vec<Task> {
    let mut tasks: Vec<Task> =
        (0..20).flat_map(|_| [Task::Wait(chance.below(8_000)), task(chance, shoppers)]).collect();
    if is_one_in(chance, 4) {
        // Enough for several objects, then hardly enough for one: all of it is lent, called back, and maybe lent again.
        let sku = pick(chance, &ALL).sku.to_owned();
        let shards = 2 + chance.below(3) as u32;
        let much = 200 + chance.below(500) as i64;
        let book = |delta: i64| Task::Adjust { sku: sku.clone(), place: 0, delta };
        let spread = |shards: u32| Task::Spread { sku: sku.clone(), shards };
        for task in [book(much), spread(shards)].into_iter().rev() {
            tasks.insert(chance.below(4) as usize, task);
        }
        for task in
            [book(-(much - 1 - chance.below(20) as i64)), spread(1 + chance.below(3) as u32), book(much)]
        {
            tasks.insert(10 + chance.below(tasks.len() as u64 - 10) as usize, task);
        }
    }
    tasks
}

fn task(chance: &Chance, shoppers: u64) -> Task {
    let of = chance.below(shoppers) as usize;
    let goods = pick(chance, &ALL);
    match chance.below(16) {
        0..2 => Task::Adjust {
            sku: goods.sku.to_owned(),
            place: chance.below(3) as usize,
            delta: *pick(chance, &[1, 2, 3, 5, 10, -1, -2]),
        },
        2 => Task::Reprice { sku: goods.sku.to_owned(), permyriad: 9_000 + chance.below(2_000) as i64 },
        3..8 => Task::Send { of, pieces: 1 + chance.below(3) as u32, delivered: is_one_in(chance, 2) },
        8..10 => Task::RefundAmount { of, amount: 1 + chance.below(50_000) as i64 },
        10..13 => {
            Task::RefundPieces { of, pieces: 1 + chance.below(2) as u32, restock: !is_one_in(chance, 3) }
        }
        13 => Task::RefundRest { of },
        _ => Task::Cancel { of },
    }
}

fn upsets(chance: &Chance, shoppers: u64, count: u64) -> Vec<Upset> {
    let one = || match chance.below(5) {
        0 => Upset::RestartAll,
        4 => {
            let class = *pick(chance, &["StockObject", "OrderObject", "CartObject"]);
            Upset::RollBack(class.to_owned(), chance.below(20_000))
        }
        1 => Upset::EvictStock(pick(chance, &ALL).sku.to_owned()),
        _ => Upset::EvictOrder(chance.below(shoppers) as usize),
    };
    (0..count).flat_map(|_| [Upset::Wait(chance.below(20_000)), one()]).collect()
}
