//! Whatever is asked of a cart, in whatever order: what always holds.

use proptest::prelude::*;

use super::*;

fn any_command() -> impl Strategy<Value = CartCommand> {
    let by = || guest("mine");
    let sku = prop::sample::select(vec!["W-1", "W-2", "W-3"]).prop_map(|sku| sku.parse::<Sku>().unwrap());
    let quantity = (1u32..=99).prop_map(|pieces| Quantity::new(pieces).unwrap());
    let price = (0i64..3).prop_map(money);
    let any_line = (sku.clone(), quantity.clone(), price.clone())
        .prop_map(|(sku, quantity, price)| CartLine { sku, quantity, price });
    let any_order = || prop::sample::select(vec!["A", "B", "C"]).prop_map(order);
    let any_cart = prop::sample::select(vec!["G", "H"]).prop_map(|name| CartId::derived(&[name]));
    prop_oneof![
        1 => prop::sample::select(Currency::ALL.to_vec()).prop_map(create),
        4 => any_line.clone().prop_map(move |line| CartCommand::SetLine {
            by: by(), sku: line.sku, quantity: Some(line.quantity), price: line.price,
        }),
        1 => sku.clone().prop_map(move |sku| CartCommand::RemoveLine { by: by(), sku }),
        1 => (sku, price).prop_map(move |accepted| CartCommand::AcceptPrices { by: by(), prices: vec![accepted] }),
        1 => (any_cart, prop::option::of(0u64..3), prop::collection::vec(any_line, 0..3))
            .prop_map(move |(from, emptied_at, lines)| CartCommand::Merge { by: by(), from, emptied_at, lines }),
        1 => (1u64..12).prop_map(move |version| CartCommand::Surrender { by: by(), version }),
        1 => Just(CartCommand::Touch { by: by() }),
        4 => (any_order(), 1u64..12).prop_map(move |(order, version)| CartCommand::Claim { by: by(), order, version }),
        2 => any_order().prop_map(|order| CartCommand::Unclaim { order }),
        2 => any_order().prop_map(|order| CartCommand::Settle { order }),
        1 => Just(CartCommand::Expire),
    ]
}

/// What the shopper changes, and an order buys.
fn content(cart: &Cart) -> Option<(Vec<CartLine>, Currency, Country)> {
    let view = cart.clone().into_view(&guest("mine"))?;
    Some((view.lines, view.currency, view.country))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn whatever_is_asked_in_whatever_order(commands in prop::collection::vec((any_command(), 0u64..12), 1..60)) {
        let mut table = Table::new();
        table.tell(create(Currency::Eur)).unwrap();
        let mut ordered: Vec<(u64, OrderId)> = Vec::new();
        let mut gave_up: Vec<OrderId> = Vec::new();
        for (command, hours) in commands {
            table.now = table.now.plus(hours * HOUR_MS);
            let before = table.cart.clone();
            let outcome = table.tell(command.clone());

            // The state is what its JSON says it is, and a refusal changes nothing.
            let json = serde_json::to_string(&table.cart).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Cart>(&json).unwrap(), &table.cart);
            if outcome.is_err() {
                prop_assert_eq!(&before, &table.cart);
            }
            let (Some(was), Some(is)) = (before.open(), table.cart.open()) else { break };

            // The version tells whether there is anything new to see.
            prop_assert!(is.version >= was.version && is.expires_at >= was.expires_at);
            if is.version == was.version {
                prop_assert_eq!(content(&before), content(&table.cart));
            }
            // One line per SKU, never too many, all in the cart's currency.
            prop_assert!(is.lines.len() <= CART_LINES_MAX);
            for (i, line) in is.lines.iter().enumerate() {
                prop_assert!(is.lines[..i].iter().all(|other| other.sku != line.sku));
                prop_assert_eq!(line.price.currency(), is.currency);
            }
            // While an order holds the cart, only that order's end changes anything.
            if let Some(holder) = was.claimed_by {
                let ends = matches!(&command, CartCommand::Unclaim { order } | CartCommand::Settle { order } if *order == holder);
                if !ends {
                    prop_assert_eq!(is.claimed_by, Some(holder));
                    prop_assert_eq!(content(&before), content(&table.cart));
                }
            }
            match command {
                CartCommand::Claim { order, version, .. } if outcome.is_ok() => {
                    prop_assert!(!gave_up.contains(&order), "an order that gave up holds the cart");
                    let Ok(CartReply::Cart(taken)) = &outcome else { panic!("{outcome:?}") };
                    prop_assert!(
                        ordered.iter().all(|(v, o)| (*v == taken.version) == (*o == order)),
                        "one version in two orders, or one order of two versions"
                    );
                    // The same claim again has the same answer and does nothing.
                    let repeat = CartCommand::Claim { by: guest("mine"), order, version };
                    let state = table.cart.clone();
                    prop_assert_eq!(table.tell(repeat), outcome);
                    prop_assert_eq!(&table.cart, &state);
                }
                CartCommand::Unclaim { order } if ordered.iter().all(|(_, o)| *o != order) => gave_up.push(order),
                CartCommand::Settle { order } if was.claimed_by == Some(order) => {
                    prop_assert!(is.lines.is_empty() && is.claimed_by.is_none());
                    prop_assert!(is.version > was.version);
                    ordered.push((was.version, order));
                }
                _ => {}
            }
        }
    }
}
