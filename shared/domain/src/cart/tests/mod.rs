//! Carts as tables: what is asked, and what it comes to.

mod any_order;
mod erasure;
mod merge;

use super::*;
use crate::{
    Aggregate, Answer, Change, Currency, Money, Quantity, Sku, Timestamp,
    address::Country,
    holder::{Holder, Owner, TokenHash},
    id::{CartId, OrderId, Seed, UserId},
    time::{DAY_MS, HOUR_MS, MINUTE_MS},
};

fn guest(token: &str) -> Holder {
    Holder { user: None, token: Some(TokenHash::of(token)) }
}

fn money(amount: i64) -> Money {
    Money::new(amount, Currency::Eur).unwrap()
}

fn order(name: &str) -> OrderId {
    OrderId::derived(&[name])
}

fn create(currency: Currency) -> CartCommand {
    CartCommand::Create {
        id: CartId::derived(&["cart"]),
        owner: Owner::Guest(TokenHash::of("mine")),
        currency,
        country: Country::literal(*b"DE"),
    }
}

/// `W-1x2@100` is two of SKU W-1, seen at 1.00.
fn line(text: &str) -> CartLine {
    let (sku, rest) = text.split_once('x').unwrap();
    let (quantity, price) = rest.split_once('@').unwrap();
    CartLine {
        sku: sku.parse().unwrap(),
        quantity: Quantity::new(quantity.parse().unwrap()).unwrap(),
        price: money(price.parse().unwrap()),
    }
}

/// A cart, a clock, and the decisions of the shell: decide, then apply, or neither.
struct Table {
    cart: Cart,
    now: Timestamp,
}

impl Table {
    fn new() -> Self {
        Self { cart: Cart::default(), now: Timestamp::from_millis(1_000_000) }
    }

    fn tell(&mut self, command: CartCommand) -> Result<CartReply, CartRefusal> {
        let decision = self.cart.decide(None, command, self.now)?;
        for event in &decision.events {
            self.cart.apply(event);
        }
        match decision.answer {
            Answer::Now(reply) => Ok(reply),
            Answer::WhenSettled => panic!("a cart answers at once"),
        }
    }

    fn ask(&mut self, words: &[&str]) -> String {
        let by = guest("mine");
        let command = match words {
            ["stranger", "sets", text] => {
                let CartLine { sku, quantity, price } = line(text);
                CartCommand::SetLine { by: guest("other"), sku, quantity: Some(quantity), price }
            }
            ["stranger", "claims", name, version] => CartCommand::Claim {
                by: guest("other"),
                order: order(name),
                version: version.parse().unwrap(),
            },
            ["create"] => create(Currency::Eur),
            ["create", "in", currency] => create(currency.parse().unwrap()),
            ["set", text] => {
                let CartLine { sku, quantity, price } = line(text);
                CartCommand::SetLine { by, sku, quantity: Some(quantity), price }
            }
            ["set", text, "in", "dollars"] => {
                let CartLine { sku, quantity, .. } = line(text);
                CartCommand::SetLine { by, sku, quantity: Some(quantity), price: Money::zero(Currency::Usd) }
            }
            ["remove", sku] => CartCommand::RemoveLine { by, sku: sku.parse().unwrap() },
            ["accept", sku, price] => CartCommand::AcceptPrices {
                by,
                prices: vec![(sku.parse().unwrap(), money(price.parse().unwrap()))],
            },
            ["merge", from, "emptied", at, lines @ ..] => CartCommand::Merge {
                by,
                from: CartId::derived(&[from]),
                emptied_at: Some(at.parse().unwrap()),
                lines: lines.iter().map(|text| line(text)).collect(),
            },
            // From a caller who does not know when it was emptied.
            ["merge", from, "silently", lines @ ..] => CartCommand::Merge {
                by,
                from: CartId::derived(&[from]),
                emptied_at: None,
                lines: lines.iter().map(|text| line(text)).collect(),
            },
            ["merge", from, lines @ ..] => CartCommand::Merge {
                by,
                from: CartId::derived(&[from]),
                emptied_at: Some(0),
                lines: lines.iter().map(|text| line(text)).collect(),
            },
            ["surrender", version] => CartCommand::Surrender { by, version: version.parse().unwrap() },
            ["touch"] => CartCommand::Touch { by },
            ["erase"] => CartCommand::Erase,
            ["claim", name, version] => {
                CartCommand::Claim { by, order: order(name), version: version.parse().unwrap() }
            }
            ["unclaim", name] => CartCommand::Unclaim { order: order(name) },
            ["settle", name] => CartCommand::Settle { order: order(name) },
            ["wake"] => match self.cart.wake() {
                Some((at, command)) if at <= self.now => command,
                Some(_) => return "not yet".to_owned(),
                None => return "never".to_owned(),
            },
            ["look"] => {
                let view = self.cart.clone().into_view(&by);
                return view.map_or_else(|| "nothing".to_owned(), |view| show(&view));
            }
            _ => panic!("unknown command {words:?}"),
        };
        match self.tell(command) {
            Ok(CartReply::Done) => "done".to_owned(),
            Ok(CartReply::Cart(view)) => show(&view),
            Err(refusal) => format!("refused {}", refused(&refusal)),
        }
    }
}

fn name_of(id: OrderId) -> &'static str {
    ["A", "B", "C"].into_iter().find(|name| order(name) == id).unwrap()
}

fn show(view: &CartView) -> String {
    let mut text = format!("v{}", view.version);
    for line in &view.lines {
        text += &format!(" {}x{}@{}", line.sku, line.quantity.get(), line.price.amount());
    }
    if let Some(id) = view.order {
        text += if view.is_claimed { " held by " } else { " after " };
        text += name_of(id);
    }
    text
}

fn refused(refusal: &CartRefusal) -> String {
    match refusal {
        CartRefusal::NotFound => "not_found".to_owned(),
        CartRefusal::CartFull => "cart_full".to_owned(),
        CartRefusal::AmountTooLarge => "amount_too_large".to_owned(),
        CartRefusal::CartEmpty => "cart_empty".to_owned(),
        CartRefusal::CheckoutInProgress { order } => format!("checkout_in_progress {}", name_of(*order)),
        CartRefusal::AlreadyOrdered { order } => format!("already_ordered {}", name_of(*order)),
        CartRefusal::CartChanged { version } => format!("cart_changed v{version}"),
        CartRefusal::OrderGaveUp => "order_gave_up".to_owned(),
        CartRefusal::WrongCurrency => "wrong_currency".to_owned(),
    }
}

/// One row is a command and, after two spaces, its outcome; `+2d` in front lets time pass first.
fn check(table: &str) {
    let mut state = Table::new();
    for row in table.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (asked, expected) = row.split_once("  ").expect(row);
        let mut words: Vec<&str> = asked.split_whitespace().collect();
        if let Some(span) = words[0].strip_prefix('+') {
            let (count, unit) = span.split_at(span.len() - 1);
            let unit =
                [("d", DAY_MS), ("h", HOUR_MS), ("m", MINUTE_MS)].iter().find(|(u, _)| *u == unit).unwrap().1;
            state.now = state.now.plus(count.parse::<u64>().unwrap() * unit);
            words.remove(0);
        }
        assert_eq!(state.ask(&words), expected.trim(), "{row}");
    }
}

#[test]
fn lines_are_set_replaced_and_removed() {
    check(
        "
        set W-1x1@100              refused not_found
        create                     v1
        create                     v1
        set W-1x2@100              v2 W-1x2@100
        set W-2x1@500              v3 W-1x2@100 W-2x1@500
        set W-1x3@100              v4 W-1x3@100 W-2x1@500
        set W-1x3@100              v4 W-1x3@100 W-2x1@500
        set W-9x1@0 in dollars     refused wrong_currency
        remove W-1                 v5 W-2x1@500
        remove W-1                 v5 W-2x1@500
        stranger sets W-1x1@100    refused not_found
        ",
    );
}

#[test]
fn a_price_is_the_seen_one_until_it_is_accepted() {
    check(
        "
        create            v1
        set W-1x2@100     v2 W-1x2@100
        accept W-1 120    v3 W-1x2@120
        accept W-1 120    v3 W-1x2@120
        accept W-2 1      v3 W-1x2@120
        set W-1x2@130     v4 W-1x2@130
        ",
    );
}

#[test]
fn a_cart_never_comes_to_more_than_an_amount() {
    let most = CART_AMOUNT_MAX;
    check(&format!(
        "
        create                        v1
        set W-1x1@{most}              v2 W-1x1@{most}
        set W-1x2@{most}              refused amount_too_large
        set W-2x1@1                   refused amount_too_large
        set W-2x99@9007199254740991   refused amount_too_large
        merge G W-2x1@1               refused amount_too_large
        set W-2x1@0                   v3 W-1x1@{most} W-2x1@0
        set W-1x1@5                   v4 W-1x1@5 W-2x1@0
        "
    ));
    for currency in Currency::ALL {
        let line = crate::pricing::PricedLine {
            sku: "W-1".parse().unwrap(),
            quantity: Quantity::ONE,
            unit_price: Money::new(most, currency).unwrap(),
            weight_grams: 30_000,
        };
        let dearest = crate::pricing::Destination {
            country: Country::literal(*b"HU"),
            region: None,
            postal_code: None,
        };
        assert!(crate::pricing::price(currency, &[line], &dearest, Some("express")).is_ok(), "{currency}");
    }
}

#[test]
fn only_an_empty_cart_changes_its_currency() {
    check(
        "
        create            v1
        create in USD     v2
        create            v3
        set W-1x1@100     v4 W-1x1@100
        create in USD     refused wrong_currency
        create            v4 W-1x1@100
        ",
    );
}

#[test]
fn one_order_at_a_time_takes_the_cart() {
    check(
        "
        create                  v1
        claim A 1               refused cart_empty
        set W-1x2@100           v2 W-1x2@100
        stranger claims A 2     refused not_found
        claim A 1               refused cart_changed v2
        claim A 3               refused cart_changed v2
        claim A 2               v2 W-1x2@100 held by A
        claim A 2               v2 W-1x2@100 held by A
        claim B 2               refused already_ordered A
        claim B 1               refused cart_changed v2
        set W-1x1@100           refused checkout_in_progress A
        remove W-1              refused checkout_in_progress A
        accept W-1 1            refused checkout_in_progress A
        merge G W-2x1@1         refused checkout_in_progress A
        surrender 2             refused checkout_in_progress A
        create in USD           refused checkout_in_progress A
        create                  v2 W-1x2@100 held by A
        unclaim B               done
        look                    v2 W-1x2@100 held by A
        settle B                done
        look                    v2 W-1x2@100 held by A
        settle A                done
        look                    v3 after A
        claim A 2               v2 W-1x2@100 held by A
        claim C 2               refused already_ordered A
        claim C 3               refused cart_empty
        settle A                done
        unclaim A               done
        look                    v3 after A
        set W-1x1@100           v4 W-1x1@100 after A
        claim C 4               v4 W-1x1@100 held by C
        ",
    );
}

#[test]
fn an_order_that_gave_up_never_holds_the_cart_again() {
    check(
        "
        create            v1
        set W-1x2@100     v2 W-1x2@100
        claim A 2         v2 W-1x2@100 held by A
        unclaim A         done
        look              v2 W-1x2@100
        claim A 2         refused order_gave_up
        unclaim B         done
        claim B 2         refused order_gave_up
        claim C 2         v2 W-1x2@100 held by C
        ",
    );
}

#[test]
fn a_cart_lives_for_thirty_days_after_its_last_use() {
    check(
        "
        create             v1
        wake               not yet
        +29d set W-1x1@1   v2 W-1x1@1
        +2d wake           not yet
        +27d touch         v2 W-1x1@1
        +29d claim A 2     v2 W-1x1@1 held by A
        +31d wake          never
        unclaim A          done
        wake               done
        look               nothing
        set W-1x1@1        refused not_found
        create             v1
        ",
    );
}

#[test]
fn the_expiry_moves_by_the_hour() {
    let mut table = Table::new();
    table.tell(create(Currency::Eur)).unwrap();
    let expiry = |table: &Table| table.cart.wake().unwrap().0;
    let first = expiry(&table);
    table.now = table.now.plus(HOUR_MS);
    table.ask(&["set", "W-1x1@1"]);
    assert_eq!(expiry(&table), first);
    table.now = table.now.plus(1);
    table.ask(&["set", "W-1x2@1"]);
    assert_eq!(expiry(&table), first.plus(HOUR_MS + 1));
}

#[test]
fn fifty_lines_are_enough() {
    let mut table = Table::new();
    table.tell(create(Currency::Eur)).unwrap();
    for i in 0..CART_LINES_MAX {
        assert!(table.ask(&["set", &format!("W-{i}x1@1")]).starts_with('v'));
    }
    assert_eq!(table.ask(&["set", "Zx1@1"]), "refused cart_full");
    assert!(table.ask(&["set", "W-7x9@1"]).contains("W-7x9@1"));
    let before = table.ask(&["look"]);
    assert_eq!(table.ask(&["merge", "G", "W-1x1@1", "Zx1@1"]), "refused cart_full");
    assert_eq!(table.ask(&["look"]), before);
}

#[test]
fn a_new_country_forgets_the_old_ones_state() {
    let mut table = Table::new();
    table.tell(create(Currency::Usd)).unwrap();
    let mut set = |change| {
        let Ok(CartReply::Cart(view)) = table.tell(CartCommand::SetDestination { by: guest("mine"), change })
        else {
            panic!("refused")
        };
        let region = view.region.map(|region| region.to_string());
        (view.country.to_string(), region, view.email.is_some(), view.version)
    };
    let change = DestinationChange::default;
    let us = DestinationChange {
        country: Some("US".parse().unwrap()),
        region: Change::To("TX".parse().unwrap()),
        email: Change::To("ada@example.com".parse().unwrap()),
        ..change()
    };
    assert_eq!(set(us), ("US".into(), Some("TX".into()), true, 2));
    assert_eq!(set(change()), ("US".into(), Some("TX".into()), true, 2));
    assert_eq!(
        set(DestinationChange { email: Change::Clear, ..change() }),
        ("US".into(), Some("TX".into()), false, 3)
    );
    let fr = DestinationChange { country: Some("FR".parse().unwrap()), ..change() };
    assert_eq!(set(fr), ("FR".into(), None, false, 4));
}

#[test]
fn a_destination_change_keeps_absent_and_null_apart() {
    let command = CartCommand::SetDestination {
        by: guest("mine"),
        change: DestinationChange {
            country: None,
            region: Change::Clear,
            shipping_option: Change::To("express".into()),
            ..DestinationChange::default()
        },
    };
    let json = serde_json::to_string(&command).unwrap();
    assert!(json.contains(r#""region":null"#) && !json.contains("postal_code"), "{json}");
    assert_eq!(serde_json::from_str::<CartCommand>(&json).unwrap(), command);
}

#[test]
fn a_users_cart_is_always_the_same_one() {
    let user = |byte| UserId::new(Seed { now: Timestamp::from_millis(1), random: [byte; 10] });
    assert_eq!(CartId::of_user(&user(1)), CartId::of_user(&user(1)));
    assert_ne!(CartId::of_user(&user(1)), CartId::of_user(&user(2)));
}
