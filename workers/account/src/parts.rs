//! What stands on several of the account's pages.

use askama::Template;

use html::{frame::Frame, parts::written};

/// The pages of an account, and which of them this is.
#[derive(Template)]
#[template(path = "side.html")]
struct Side<'a> {
    f: &'a Frame,
    pages: [(&'a str, &'a str); 7],
    at: &'a str,
}

pub trait Parts {
    /// Where one can go in the account; `at` is the address of this page.
    fn side(&self, at: &str) -> String;
}

impl Parts for Frame {
    fn side(&self, at: &str) -> String {
        let pages = [
            ("/account", self.t.account_overview()),
            ("/account/orders", self.t.orders()),
            ("/account/addresses", self.t.addresses()),
            ("/account/profile", self.t.profile()),
            ("/account/sessions", self.t.sessions()),
            ("/account/second-factor", self.t.factor()),
            ("/account/delete", self.t.leave()),
        ];
        written(&Side { f: self, pages, at })
    }
}
