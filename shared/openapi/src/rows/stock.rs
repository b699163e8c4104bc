//! What there is, and what somebody means to buy of it.

use api::{
    cart::{CartBody, CreateCart, PatchCart, SetLine},
    inventory::{
        AdjustStock, Availability, CreateLocation, LedgerLine, Location, PatchLocation, ShardPaging,
        SpreadStock, StockLevel, StockQuery, proof::StockProof,
    },
    page::{Page, Paging},
    problem::{Code, codes},
};

use crate::row::{Row, row};

pub fn inventory() -> Vec<Row> {
    vec![
        row!(INVENTORY_LIST, "List the stock of all SKUs")
            .asks::<StockQuery>()
            .answers::<Page<StockLevel>>(200),
        row!(INVENTORY_READ, "Read a SKU's stock: all of it for staff, else whether there is enough")
            .answers_either::<StockLevel, Availability>(200),
        row!(INVENTORY_ADJUST, "Book goods in or out")
            .may_be_keyed()
            .takes::<AdjustStock>()
            .answers::<LedgerLine>(201)
            .refuses(&[codes::insufficient_stock]),
        row!(INVENTORY_SPREAD, "Spread a SKU over several objects")
            .takes::<SpreadStock>()
            .answers::<SpreadStock>(200),
        row!(INVENTORY_LEDGER, "List a SKU's movements")
            .asks::<ShardPaging>()
            .answers::<Page<LedgerLine>>(200),
        row!(
            INVENTORY_PROOF,
            "Read the proof that a SKU was never oversold: all of its movements, each sealed"
        )
        .asks::<ShardPaging>()
        .answers::<StockProof>(200),
        row!(LOCATIONS_LIST, "List where goods lie").asks::<Paging>().answers::<Page<Location>>(200),
        row!(LOCATION_CREATE, "Add a location")
            .may_be_keyed()
            .takes::<CreateLocation>()
            .answers::<Location>(201)
            .refuses(&[codes::conflict]),
        row!(LOCATION_PATCH, "Change a location").takes::<PatchLocation>().answers::<Location>(200),
        row!(LOCATION_DELETE, "Remove a location where nothing lies")
            .answers_nothing()
            .refuses(&[codes::location_in_use]),
    ]
}

/// What any change of a cart may meet.
const CHANGES: &[&Code] =
    &[codes::already_ordered, codes::amount_too_large, codes::checkout_in_progress, codes::wrong_currency];

pub fn carts() -> Vec<Row> {
    vec![
        row!(CART_CREATE, "Begin a cart").may_take::<CreateCart>().answers::<CartBody>(201).refuses(CHANGES),
        row!(CART_READ_MINE, "Read one's own cart").answers::<CartBody>(200),
        row!(CART_READ, "Read a cart").by_cart_token().answers::<CartBody>(200),
        row!(CART_PATCH, "Say where a cart is to go")
            .by_cart_token()
            .takes::<PatchCart>()
            .answers::<CartBody>(200)
            .refuses(CHANGES),
        row!(CART_CLAIM, "Take a guest's cart over into one's own")
            .by_cart_token()
            .answers::<CartBody>(200)
            .refuses(CHANGES)
            .refuses(&[codes::cart_full, codes::conflict]),
        row!(CART_LINE_SET, "Put pieces of a SKU into a cart")
            .by_cart_token()
            .takes::<SetLine>()
            .answers::<CartBody>(200)
            .refuses(CHANGES)
            .refuses(&[codes::cart_full, codes::unknown_sku]),
        row!(CART_LINE_REMOVE, "Take a SKU out of a cart")
            .by_cart_token()
            .answers::<CartBody>(200)
            .refuses(CHANGES),
    ]
}
