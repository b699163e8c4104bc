//! Somebody of the staff at work, and what stands around the pages that they see.

use askama::Template;

use html::{answer::Middle, frame::Frame, visit::SignedIn, visit::Visit};
use platform::Platform;
use web::{Asked, Result, Signed, Staff, Take};

/// A visit of somebody who works here. Whoever is not signed in is led to do so, and who does not work here sees nothing.
pub struct Desk<P> {
    pub visit: Visit<P>,
    pub is_admin: bool,
}

impl<P: Platform> Take<P> for Desk<P> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let SignedIn(visit) = SignedIn::take(asked)?;
        Signed::<Staff, P>::take(asked)?;
        Ok(Self { is_admin: visit.caller.is_admin(), visit })
    }
}

impl<P: Platform> Desk<P> {
    pub fn frame(&self) -> Result<Frame> {
        let visit = &self.visit;
        visit.get_to_know();
        Ok(Frame {
            layout: if self.is_admin { of_admin } else { of_staff },
            is_signed_in: true,
            token: visit.form_token()?,
            ..Frame::bare(visit.language, visit.currency, visit.shown_at())
        })
    }
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    f: &'a Frame,
    title: &'a str,
    main: &'a str,
    parts: Vec<(&'a str, &'a str)>,
}

impl Layout<'_> {
    /// Whether this is the part that the page belongs to.
    fn is_here(&self, part: &str) -> bool {
        self.f.path.split('?').next().is_some_and(|path| path.starts_with(part))
    }
}

fn of_staff(middle: &Middle<'_>) -> askama::Result<String> {
    layout(middle, false)
}

fn of_admin(middle: &Middle<'_>) -> askama::Result<String> {
    layout(middle, true)
}

fn layout(middle: &Middle<'_>, is_admin: bool) -> askama::Result<String> {
    let t = middle.f.t;
    let mut parts = vec![
        ("/admin/orders", t.console_orders()),
        ("/admin/products", t.console_products()),
        ("/admin/stock", t.console_stock()),
        ("/admin/locations", t.console_locations()),
        ("/admin/mails", t.console_mails()),
    ];
    if is_admin {
        parts.extend([
            ("/admin/customers", t.console_customers()),
            ("/admin/dead-letters", t.console_dead_letters()),
            ("/admin/audit", t.console_audit()),
        ]);
    }
    Layout { f: middle.f, title: middle.title, main: middle.main, parts }.render()
}
