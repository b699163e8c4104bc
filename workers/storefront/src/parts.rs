//! What stands on many pages: each is compiled once.

use askama::Template;

use crate::{
    form::Wrong,
    frame::Frame,
    pages::{
        Card,
        cart::{Destination, Shown, Way},
    },
};

/// Cards above the fold of most screens: their pictures are not put off.
const EAGER_CARDS: usize = 4;

macro_rules! parts {
    ($($name:ident $path:literal { $($field:ident: $kind:ty,)* })+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $name<'a> {
            f: &'a Frame,
            $($field: $kind,)*
        }
    )+};
}

parts! {
    Input "parts/input.html" {
        name: &'a str,
        label: &'a str,
        kind: &'a str,
        autocomplete: &'a str,
        value: &'a str,
        required: bool,
        hint: &'a str,
        wrong: Option<&'a str>,
    }
    Countries "parts/countries.html" { destinations: &'a [Destination], chosen: &'a str, wrong: Option<&'a str>, }
    Summary "parts/summary.html" { wrong: &'a Wrong, }
    Ways "parts/ways.html" { ways: &'a [Way], }
    Totals "parts/totals.html" { cart: &'a Shown, }
    Aside "parts/aside.html" { cart: &'a Shown, }
    Steps "parts/steps.html" { steps: [(&'a str, &'a str); 4], at: usize, }
    Cards "parts/cards.html" { cards: &'a [Card], eager: usize, }
}

#[derive(Template)]
#[template(path = "parts/notice.html")]
struct Notice<'a> {
    tone: &'a str,
    icon: &'a str,
    text: &'a str,
}

/// A part that cannot be written is left out: the page around it is worth more.
fn written(part: &impl Template) -> String {
    part.render().unwrap_or_default()
}

impl Frame {
    /// What proves a form.
    pub fn token(&self) -> String {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", crate::visit::FORM_TOKEN, self.token)
    }

    #[expect(clippy::too_many_arguments, reason = "a template has no other way to name them")]
    pub fn input(
        &self,
        name: &str,
        label: &str,
        kind: &str,
        autocomplete: &str,
        value: &str,
        required: bool,
        hint: &str,
        wrong: &Wrong,
    ) -> String {
        let wrong = wrong.of_field(name);
        written(&Input { f: self, name, label, kind, autocomplete, value, required, hint, wrong })
    }

    pub fn countries(&self, destinations: &[Destination], chosen: &str, wrong: &Wrong) -> String {
        written(&Countries { f: self, destinations, chosen, wrong: wrong.of_field("country") })
    }

    pub fn summary(&self, wrong: &Wrong) -> String {
        written(&Summary { f: self, wrong })
    }

    pub fn notice(&self, tone: &str, icon: &str, text: &str) -> String {
        written(&Notice { tone, icon, text })
    }

    pub fn ways(&self, ways: &[Way]) -> String {
        written(&Ways { f: self, ways })
    }

    pub fn totals(&self, cart: &Shown) -> String {
        written(&Totals { f: self, cart })
    }

    pub fn aside(&self, cart: &Shown) -> String {
        written(&Aside { f: self, cart })
    }

    pub fn steps(&self, at: usize) -> String {
        let steps = [
            ("/checkout", self.t.step_address()),
            ("/checkout/shipping", self.t.step_shipping()),
            ("/checkout/payment", self.t.step_payment()),
            ("/checkout/review", self.t.step_review()),
        ];
        written(&Steps { f: self, steps, at })
    }

    pub fn cards(&self, cards: &[Card]) -> String {
        written(&Cards { f: self, cards, eager: EAGER_CARDS })
    }
}
