//! What somebody does in their account: profile, addresses, sessions, the second factor, and leaving.

use api::json;
use http::Method;
use journeys::journey;
use kit::{Page, World, seed::DIVER};
use serde_json::Value;
use std::sync::Arc;
use totp_rs::{Builder, Secret};

use crate::pages::{
    Visitor,
    accounts::{EMAIL, PASSWORD, mailed_token, sign_in, signed_up},
    buying::put,
    visitor,
};

const ADDRESS: [(&str, &str); 5] = [
    ("name", "Ada Lovelace"),
    ("line1", "12 St James's Square"),
    ("city", "London"),
    ("postal_code", "SW1Y 4JH"),
    ("country", "GB"),
];

async fn confirmed(visitor: &Visitor, world: &Arc<World>) -> Page {
    let page = visitor.open("/account/verify-email").await.expect(200);
    let token = mailed_token(world).await;
    visitor.press(&page, "Yes, it is mine", &[("token", &token)]).await.expect(200)
}

#[test]
fn a_profile_is_changed() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account/profile").await.expect(200);
        let fields = [("name", "Augusta"), ("locale", "de"), ("currency", "GBP")];
        let saved = visitor.press(&page, "Save", &fields).await.expect(200);
        assert_eq!(saved.text("h1"), "Profil", "in the language that was chosen");
        assert_eq!(saved.attribute("#name", "value"), "Augusta");
        assert_eq!(saved.attribute("#prices option[selected]", "value"), "GBP");
        let nameless = visitor.press(&saved, "Speichern", &[("name", "")]).await.expect(422);
        assert_eq!(nameless.attribute("#name", "aria-invalid"), "true");
    });
}

#[test]
fn a_new_address_and_a_new_password_take_the_old_one() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        confirmed(&visitor, &world).await;
        let elsewhere = crate::pages::visitor(&world);
        sign_in(&elsewhere, PASSWORD).await.expect(200);

        let page = visitor.open("/account/profile").await.expect(200);
        let fields = |password| [("email", "countess@example.com"), ("mail_password", password)];
        let wrong = visitor.press(&page, "Change the e-mail", &fields("a wrong password")).await.expect(422);
        assert!(wrong.text("#mail_password-error").contains("not your password"));
        let asked = visitor.press(&page, "Change the e-mail", &fields(PASSWORD)).await.expect(200);
        assert!(asked.text("main").contains("countess@example.com takes over once"));
        confirmed(&visitor, &world).await;
        let account = visitor.open("/account").await.expect(200);
        assert!(account.text("main").contains("countess@example.com"));
        assert!(!account.text("main").contains(EMAIL));

        let page = visitor.open("/account/profile").await.expect(200);
        let new = "a staple of good taste";
        let fields = |now| [("current_password", now), ("password", new)];
        let wrong = visitor.press(&page, "Change the password", &fields("no")).await.expect(422);
        assert!(wrong.text("#current_password-error").contains("not your password"));
        let done = visitor.press(&page, "Change the password", &fields(PASSWORD)).await.expect(200);
        assert!(done.text("[role=status]").contains("signed out everywhere else"));
        let places = visitor.open("/account/sessions").await.expect(200);
        assert_eq!(places.texts(".entries li").len(), 1, "{}", places.text("main"));
    });
}

#[test]
fn addresses_are_kept_and_the_usual_one_is_where_a_checkout_begins() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account/addresses/new").await.expect(200);
        let bare = visitor.press(&page, "Save", &[("name", "Ada Lovelace")]).await.expect(422);
        assert_eq!(bare.texts(".error-summary li").len(), 2, "{}", bare.text(".error-summary"));
        assert_eq!(bare.attribute("#name", "value"), "Ada Lovelace", "what was typed stays");
        let usual: Vec<_> = ADDRESS.into_iter().chain([("is_default", "true")]).collect();
        visitor.press(&bare, "Save", &usual).await.expect(200);
        let page = visitor.open("/account/addresses/new").await.expect(200);
        let book = visitor.press(&page, "Save", &ADDRESS).await.expect(200);
        assert_eq!(book.texts("address").len(), 2);

        put(&visitor, DIVER.slug).await;
        let checkout = visitor.open("/checkout").await.expect(200);
        for (name, value) in ADDRESS.into_iter().filter(|(name, _)| *name != "country") {
            assert_eq!(checkout.attribute(&format!("#{name}"), "value"), value);
        }
        assert_eq!(checkout.attribute("#country option[selected]", "value"), "GB");
        assert_eq!(checkout.attribute("#email", "value"), EMAIL);

        let change = book.attribute(".box a", "href");
        let page = visitor.open(&change).await.expect(200);
        let book = visitor.press(&page, "Save", &[("city", "Ockham")]).await.expect(200);
        assert!(book.text("main").contains("Ockham"));
        let fewer = visitor.press(&book, "Remove", &[]).await.expect(200);
        assert_eq!(fewer.texts("address").len(), 1);
        visitor.open("/account/addresses/adr_1").await.expect(404);
    });
}

#[test]
fn a_session_elsewhere_is_ended_and_its_browser_signed_out() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let elsewhere = crate::pages::visitor(&world);
        sign_in(&elsewhere, PASSWORD).await.expect(200);
        let places = visitor.open("/account/sessions").await.expect(200);
        assert_eq!(places.texts(".entries li").len(), 2);
        assert_eq!(places.texts(".entries .state").len(), 1, "this one has no button");
        let form = places.form("Sign out", &[]);
        assert_eq!(form.action, "/sign-out", "the first button of that name is the account's own");
        let end = places.attribute(".entries form", "action");
        let token = places.attribute("input[name=form_token]", "value");
        visitor.fetch(Method::POST, &end, Some(format!("form_token={token}"))).await.expect(303);
        assert_eq!(visitor.open("/account/sessions").await.expect(200).texts(".entries li").len(), 1);
        elsewhere.forget_cookie("__Host-access");
        assert!(elsewhere.open("/account").await.expect(200).path.starts_with("/sign-in"));
    });
}

fn code(world: &World, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let app = Builder::new().with_secret(secret).build().unwrap();
    app.generate(u64::try_from(world.now().millis()).unwrap() / 1_000).to_string()
}

#[test]
fn a_second_factor_is_set_up_asked_for_and_switched_off() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account/second-factor").await.expect(200);
        let unproven = visitor.press(&page, "Set it up", &[("current_password", PASSWORD)]).await.expect(422);
        assert!(unproven.text("[role=alert]").contains("Confirm your e-mail address first"));
        confirmed(&visitor, &world).await;
        let wrong = visitor.press(&page, "Set it up", &[("current_password", "no")]).await.expect(422);
        assert!(wrong.text("#current_password-error").contains("not your password"));
        let app = visitor.press(&page, "Set it up", &[("current_password", PASSWORD)]).await.expect(200);
        let secret = app.attribute("input[name=secret]", "value");
        assert_eq!(app.text(".secret").replace(' ', ""), secret);
        assert!(app.attribute("svg.qr path", "d").starts_with("M4 4h1"));
        let wrong = visitor.press(&app, "Switch it on", &[("code", "000000")]).await.expect(422);
        assert!(wrong.text("#code-error").contains("not right"));
        assert_eq!(wrong.attribute("input[name=secret]", "value"), secret, "the app keeps its secret");
        let shown = code(&world, &secret);
        let codes = visitor.press(&wrong, "Switch it on", &[("code", &shown)]).await.expect(200);
        assert_eq!(codes.texts(".codes li").len(), 10);

        let home = visitor.open("/account").await.expect(200);
        visitor.press(&home, "Sign out", &[]).await.expect(200);
        let asked = sign_in(&visitor, PASSWORD).await.expect(422);
        let recovery = codes.text(".codes li");
        let fields = [("email", EMAIL), ("password", PASSWORD), ("code", recovery.as_str())];
        visitor.press(&asked, "Sign in", &fields).await.expect(200);
        let page = visitor.open("/account/second-factor").await.expect(200);
        assert!(page.text("main").contains("are left: 9"), "{}", page.text("main"));

        world.advance(60_000).await;
        let shown = code(&world, &secret);
        let proof = [("current_password", PASSWORD), ("code", shown.as_str())];
        let renewed = visitor.press(&page, "New recovery codes", &proof).await.expect(200);
        assert_eq!(renewed.texts(".codes li").len(), 10);
        world.advance(60_000).await;
        let page = visitor.open("/account/second-factor").await.expect(200);
        let shown = code(&world, &secret);
        let form = page.form("New recovery codes", &[("current_password", PASSWORD), ("code", &shown)]);
        let off =
            visitor.fetch(Method::POST, "/account/second-factor/off", Some(form.body)).await.expect(303);
        assert!(off.headers.contains_key("location"));
        assert!(visitor.open("/account").await.expect(200).text("main").contains("Off"));
    });
}

#[test]
fn everything_that_is_held_is_downloaded_and_then_erased() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let file = visitor.open("/account/export").await.expect(200);
        assert_eq!(file.headers["content-type"], "application/json");
        let held: Value = json::read(file.source.as_bytes()).unwrap();
        assert_eq!(held["user"]["email"], EMAIL);

        let page = visitor.open("/account/delete").await.expect(200);
        let unsure = visitor.press(&page, "Delete my account", &[]).await.expect(422);
        assert_eq!(unsure.attribute(".error-summary a", "href"), "#sure");
        let gone = visitor.press(&page, "Delete my account", &[("sure", "yes")]).await.expect(200);
        assert!(gone.text("[role=status]").contains("Your account is deleted"));
        for cookie in ["session", "access", "cart"] {
            assert_eq!(visitor.cookie(&format!("__Host-{cookie}")), None, "{cookie}");
        }
        sign_in(&visitor, PASSWORD).await.expect(422);
        world.at_rest().await;
    });
}

#[test]
fn a_form_that_outlives_its_session_leads_to_signing_in_and_back_to_its_page() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account/profile").await.expect(200);
        for cookie in ["__Host-session", "__Host-access"] {
            visitor.forget_cookie(cookie);
        }
        let led = visitor.press(&page, "Change the password", &[]).await.expect(200);
        assert_eq!(led.path, "/sign-in?next=%2Faccount%2Fprofile");
    });
}
