//! One cart into another.

use super::*;

/// vendurehq/vendure#3153: a merge deleted lines that were in both carts. medusajs/medusa#9755: a guest cart could not be claimed.
#[test]
fn a_merge_adds_and_caps_and_repeats_without_harm() {
    check(
        "
        create                             v1
        set W-1x2@100                      v2 W-1x2@100
        merge G W-1x3@110 W-2x1@500        v3 W-1x5@110 W-2x1@500
        merge G W-1x3@110 W-2x1@500        v3 W-1x5@110 W-2x1@500
        merge G W-1x4@110 W-2x1@500        v4 W-1x6@110 W-2x1@500
        merge H W-1x99@110                 v5 W-1x99@110 W-2x1@500
        merge G                            v5 W-1x99@110 W-2x1@500
        ",
    );
}

/// What came before is known by when the other cart was emptied: not that it once held as many pieces.
#[test]
fn a_cart_that_was_emptied_and_filled_again_is_merged_whole() {
    check(
        "
        create                              v1
        merge G W-1x3@110 W-2x1@500         v2 W-1x3@110 W-2x1@500
        merge G emptied 3 W-1x2@110         v3 W-1x5@110 W-2x1@500
        merge G emptied 3 W-1x2@110         v3 W-1x5@110 W-2x1@500
        merge G W-1x4@110 W-2x1@500         v3 W-1x5@110 W-2x1@500
        merge G emptied 3 W-1x4@110         v4 W-1x7@110 W-2x1@500
        merge G emptied 6 W-2x1@500         v5 W-1x7@110 W-2x2@500
        merge G silently W-2x3@500          v6 W-1x7@110 W-2x4@500
        ",
    );
}

/// What took its lines is known to a cart, and a change of its shopper takes none.
#[test]
fn a_cart_knows_when_it_was_emptied() {
    let mut table = Table::new();
    for (words, emptied_at) in [
        ("create", 0),
        ("set W-1x2@100", 0),
        ("remove W-1", 0),
        ("set W-1x2@100", 0),
        ("surrender 4", 5),
        ("set W-1x1@100", 5),
        ("claim A 6", 5),
        ("settle A", 7),
        ("touch", 7),
    ] {
        table.ask(&words.split(' ').collect::<Vec<_>>());
        assert_eq!(table.cart.open().unwrap().clone().into_view().emptied_at, emptied_at, "{words}");
    }
}

/// vendurehq/vendure#263: the second login took the first user's cart.
#[test]
fn a_surrendered_cart_is_empty_for_the_next_one() {
    check(
        "
        create            v1
        set W-1x2@100     v2 W-1x2@100
        surrender 1       refused cart_changed v2
        surrender 2       v3
        surrender 2       v3
        look              v3
        ",
    );
}
