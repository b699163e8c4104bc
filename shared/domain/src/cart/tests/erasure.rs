//! Carts that forget whose they were.

use super::*;

#[test]
fn an_erased_cart_is_gone_whoever_holds_it() {
    check(
        "
        erase             done
        look              nothing
        create            v1
        set W-1x2@100     v2 W-1x2@100
        claim A 2         v2 W-1x2@100 held by A
        erase             done
        look              nothing
        settle A          done
        unclaim A         done
        claim A 2         refused not_found
        erase             done
        wake              never
        create            v1
        ",
    );
}

impl Table {
    fn send_to_ada(&mut self) {
        let change = DestinationChange {
            postal_code: Change::To("10115".parse().unwrap()),
            email: Change::To("ada@example.com".parse().unwrap()),
            ..DestinationChange::default()
        };
        self.tell(CartCommand::SetDestination { by: guest("mine"), change }).unwrap();
    }

    fn knows_ada(&self) -> bool {
        let text = serde_json::to_string(&self.cart).unwrap();
        text.contains("ada@example.com") || text.contains("10115")
    }
}

/// Where it was to go is the other cart's to know; also of a cart without lines, and of one that was ordered from before.
#[test]
fn a_surrendered_cart_forgets_its_shopper() {
    for lines in [&["set", "W-1x2@100"][..], &["look"]] {
        let mut table = Table::new();
        table.tell(create(Currency::Eur)).unwrap();
        table.ask(&["set", "W-2x1@100"]);
        table.ask(&["claim", "A", "2"]);
        table.ask(&["settle", "A"]);
        table.send_to_ada();
        table.ask(lines);
        let version = table.cart.open().unwrap().clone().into_view().version;
        assert!(table.knows_ada());
        table.tell(CartCommand::Surrender { by: guest("mine"), version }).unwrap();
        assert!(!table.knows_ada(), "{:?}", table.cart);
        let after = table.cart.clone();
        table.tell(CartCommand::Surrender { by: guest("mine"), version }).unwrap();
        assert_eq!(table.cart, after);
    }
}

/// Where it was to go is the order's to know, which forgets it when its shopper asks. The country and the way of sending stay.
#[test]
fn a_settled_cart_forgets_its_shopper() {
    let mut table = Table::new();
    table.tell(create(Currency::Eur)).unwrap();
    table.send_to_ada();
    table.ask(&["set", "W-1x2@100"]);
    assert_eq!(table.ask(&["claim", "A", "3"]), "v3 W-1x2@100 held by A");
    assert!(table.knows_ada());
    assert_eq!(table.ask(&["settle", "A"]), "done");
    assert!(!table.knows_ada(), "{:?}", table.cart);
    // What it took is told to the order once more, if it asks.
    assert_eq!(table.ask(&["claim", "A", "3"]), "v3 W-1x2@100 held by A");
    assert_eq!(table.ask(&["look"]), "v4 after A");
}
