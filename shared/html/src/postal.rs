//! Postal addresses: as they are typed, and where the shop sends things.

use serde::{Deserialize, Serialize};

use domain::shipping;

use crate::{form::Form, frame::Frame};

/// The fields of an address, by their names.
pub const FIELDS: [&str; 8] = ["name", "line1", "line2", "postal_code", "city", "country", "region", "phone"];
/// Those that must be filled in everywhere.
pub const REQUIRED: [&str; 4] = ["name", "line1", "city", "country"];

/// An address as it was typed: whoever gets it checks it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypedAddress {
    pub name: String,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    pub country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl TypedAddress {
    pub fn of(form: &Form) -> Self {
        Self {
            name: form.get("name").to_owned(),
            line1: form.get("line1").to_owned(),
            line2: form.filled("line2"),
            city: form.get("city").to_owned(),
            region: form.filled("region"),
            postal_code: form.filled("postal_code"),
            country: form.get("country").to_owned(),
            phone: form.filled("phone"),
        }
    }

    /// Into the fields of a form.
    pub fn fill(&self, form: &mut Form) {
        for (name, value) in [
            ("name", Some(&self.name)),
            ("line1", Some(&self.line1)),
            ("line2", self.line2.as_ref()),
            ("city", Some(&self.city)),
            ("region", self.region.as_ref()),
            ("postal_code", self.postal_code.as_ref()),
            ("country", Some(&self.country)),
            ("phone", self.phone.as_ref()),
        ] {
            form.set(name, value.map_or("", String::as_str));
        }
    }
}

/// A country to choose.
pub struct Destination {
    pub code: String,
    pub name: String,
}

/// Every country that is shipped to, by its name in the reader's language.
pub fn destinations(f: &Frame) -> Vec<Destination> {
    let destination = |country: domain::address::Country| Destination {
        code: country.code().to_owned(),
        name: f.country(country.code()),
    };
    let mut all: Vec<Destination> = shipping::countries().map(destination).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}
