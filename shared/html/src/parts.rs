//! What stands on many pages: each is compiled once.

use askama::Template;

use crate::{
    form::{Form, Wrong},
    frame::Frame,
    postal::Destination,
};

/// `parts! { Totals "parts/totals.html" { cart: &'a Shown, } }`: templates that have the frame, and some fields of their own.
#[macro_export]
macro_rules! parts {
    ($($name:ident $path:literal { $($field:ident: $kind:ty,)* })+) => {$(
        #[derive(askama::Template)]
        #[template(path = $path)]
        struct $name<'a> {
            f: &'a $crate::frame::Frame,
            $($field: $kind,)*
        }
    )+};
}
pub use parts;

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
    Postal "parts/postal.html" { destinations: &'a [Destination], filled: &'a Form, wrong: &'a Wrong, }
    Summary "parts/summary.html" { wrong: &'a Wrong, }
}

#[derive(Template)]
#[template(path = "parts/notice.html")]
struct Notice<'a> {
    tone: &'a str,
    icon: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "parts/area.html")]
struct Area<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    hint: &'a str,
    wrong: Option<&'a str>,
}

/// A part that cannot be written is left out: the page around it is worth more.
pub fn written(part: &impl Template) -> String {
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

    /// A field of several lines.
    pub fn area(&self, name: &str, label: &str, value: &str, hint: &str, wrong: &Wrong) -> String {
        written(&Area { name, label, value, hint, wrong: wrong.of_field(name) })
    }

    /// The icons that a page refers to.
    pub fn sprite(&self) -> &'static str {
        include_str!("../templates/sprite.html")
    }

    pub fn countries(&self, destinations: &[Destination], chosen: &str, wrong: &Wrong) -> String {
        written(&Countries { f: self, destinations, chosen, wrong: wrong.of_field("country") })
    }

    /// The fields of an address.
    pub fn postal(&self, destinations: &[Destination], filled: &Form, wrong: &Wrong) -> String {
        written(&Postal { f: self, destinations, filled, wrong })
    }

    pub fn summary(&self, wrong: &Wrong) -> String {
        written(&Summary { f: self, wrong })
    }

    pub fn notice(&self, tone: &str, icon: &str, text: &str) -> String {
        written(&Notice { tone, icon, text })
    }
}
