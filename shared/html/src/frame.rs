//! What stands around every page: who looks at it, what they speak, where they can go.

use std::sync::Arc;

use domain::{Currency, Money};
use platform::Platform;
use web::Result;

use crate::{
    answer::{self, Layout},
    links::encoded,
    locale::Language,
    menu::{Menu, menu},
    visit::Visit,
};

pub struct Frame {
    /// What stands around the middle of its page.
    pub layout: Layout,
    pub t: Language,
    pub currency: Currency,
    pub menu: Arc<Menu>,
    pub is_signed_in: bool,
    pub pieces: u64,
    /// Empty on a page that is everybody's.
    pub token: String,
    pub path: String,
    /// What our addresses begin with where one has to be whole.
    pub origin: String,
    pub words: String,
}

impl Frame {
    /// Around a page of this visitor's.
    pub async fn of<P: Platform>(visit: &Visit<P>) -> Result<Self> {
        // A page that is everybody's holds nothing of anybody's.
        let is_anonymous = visit.is_anonymous();
        let token = if is_anonymous { String::new() } else { visit.form_token()? };
        if !is_anonymous {
            visit.get_to_know();
        }
        Ok(Self {
            layout: answer::shop,
            t: visit.language,
            currency: visit.currency,
            menu: menu(visit).await?,
            is_signed_in: visit.is_signed_in(),
            pieces: if is_anonymous { 0 } else { visit.pieces() },
            token,
            path: visit.shown_at().to_owned(),
            origin: visit.origin(),
            words: visit.query("q").unwrap_or_default(),
        })
    }

    /// Around a page for whoever may be nobody that we know, and without anything being asked for it.
    pub fn bare(t: Language, currency: Currency, path: &str) -> Self {
        Self {
            layout: answer::shop,
            t,
            currency,
            menu: Arc::default(),
            is_signed_in: false,
            pieces: 0,
            token: String::new(),
            path: path.to_owned(),
            origin: String::new(),
            words: String::new(),
        }
    }

    /// Around a page with a form, whose visitor has to be told from others.
    pub async fn own<P: Platform>(visit: &Visit<P>) -> Result<Self> {
        visit.get_to_know();
        Ok(Self { token: visit.form_token()?, ..Self::of(visit).await? })
    }

    pub fn languages(&self) -> &'static [Language] {
        Language::ALL
    }

    pub fn currencies(&self) -> [Currency; 4] {
        Currency::ALL
    }

    pub fn money(&self, money: &Money) -> String {
        self.t.money(*money)
    }

    /// A price that may be nothing at all.
    pub fn price_or_free(&self, money: &Money) -> String {
        if money.amount() == 0 { self.t.cart_free().to_owned() } else { self.money(money) }
    }

    pub fn day(&self, at: &str) -> String {
        self.t.day_of(at)
    }

    pub fn moment(&self, at: &str) -> String {
        self.t.moment(at)
    }

    pub fn country(&self, code: &str) -> String {
        self.t.country_name(code)
    }

    /// The stylesheet's address, which is another one whenever it says something else.
    pub fn styles(&self) -> &'static str {
        concat!("/assets/storefront.css?v=", env!("STYLES_DIGEST"))
    }

    pub fn script(&self) -> &'static str {
        concat!("/assets/storefront.js?v=", env!("SCRIPT_DIGEST"))
    }

    /// Where the same page is in another language.
    pub fn in_language(&self, language: &Language) -> String {
        format!("/preferences?language={}&next={}", language.tag(), encoded(&self.path))
    }
}

/// What an order's state looks like: the end of a class of the stylesheet's.
pub fn order_tone(status: &str) -> &'static str {
    match status {
        "pending" | "awaiting_payment" => "warn",
        "placed" | "completed" => "good",
        "failed" => "bad",
        _ => "",
    }
}
