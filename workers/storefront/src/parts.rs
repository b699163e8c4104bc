//! What stands on several of the shop's pages: each is compiled once.

use html::{
    frame::Frame,
    parts::{parts, written},
};

use crate::pages::{
    Card,
    cart::{Shown, Way},
};

/// Cards above the fold of most screens: their pictures are not put off.
const EAGER_CARDS: usize = 4;

parts! {
    Ways "parts/ways.html" { ways: &'a [Way], }
    Totals "parts/totals.html" { cart: &'a Shown, }
    Aside "parts/aside.html" { cart: &'a Shown, }
    Steps "parts/steps.html" { steps: [(&'a str, &'a str); 4], at: usize, }
    Cards "parts/cards.html" { cards: &'a [Card], eager: usize, }
}

/// What the frame can write of the shop's own.
pub trait Parts {
    fn ways(&self, ways: &[Way]) -> String;
    fn totals(&self, cart: &Shown) -> String;
    fn aside(&self, cart: &Shown) -> String;
    /// The checkout's, with the one that is stood at.
    fn steps(&self, at: usize) -> String;
    fn cards(&self, cards: &[Card]) -> String;
}

impl Parts for Frame {
    fn ways(&self, ways: &[Way]) -> String {
        written(&Ways { f: self, ways })
    }

    fn totals(&self, cart: &Shown) -> String {
        written(&Totals { f: self, cart })
    }

    fn aside(&self, cart: &Shown) -> String {
        written(&Aside { f: self, cart })
    }

    fn steps(&self, at: usize) -> String {
        let steps = [
            ("/checkout", self.t.step_address()),
            ("/checkout/shipping", self.t.step_shipping()),
            ("/checkout/payment", self.t.step_payment()),
            ("/checkout/review", self.t.step_review()),
        ];
        written(&Steps { f: self, steps, at })
    }

    fn cards(&self, cards: &[Card]) -> String {
        written(&Cards { f: self, cards, eager: EAGER_CARDS })
    }
}
