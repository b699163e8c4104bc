//! Having an account on the pages: making one, signing in and out, and what is seen then.

use domain::time::MINUTE_MS;
use journeys::journey;
use kit::{Page, World, mounts, seed::DIVER, token};
use serde_json::Value;
use std::sync::Arc;

use crate::pages::{
    Visitor,
    buying::{put, review},
    visitor,
};

pub const EMAIL: &str = "ada@example.com";
pub const PASSWORD: &str = "correct horse battery";

pub async fn signed_up(visitor: &Visitor) -> Page {
    let page = visitor.open("/sign-up").await.expect(200);
    let fields = [("name", "Ada"), ("email", EMAIL), ("password", PASSWORD)];
    visitor.press(&page, "Make an account", &fields).await.expect(200)
}

pub async fn sign_in(visitor: &Visitor, password: &str) -> Page {
    let page = visitor.open("/sign-in").await.expect(200);
    visitor.press(&page, "Sign in", &[("email", EMAIL), ("password", password)]).await
}

/// What stands behind the `#` of the newest mail's link that has one.
pub async fn mailed_token(world: &Arc<World>) -> String {
    world.settle().await;
    let shop = world.client();
    let list = shop.get("/dev/mailbox").send().await.expect(200);
    for item in list.body["items"].as_array().unwrap() {
        let mail =
            shop.get(format!("/dev/mailbox/{}", item["id"].as_str().unwrap())).send().await.expect(200);
        if let Some((_, token)) = mail.text("/text").split_once('#') {
            return token.split_whitespace().next().unwrap().to_owned();
        }
    }
    panic!("no mail has a link");
}

#[test]
fn somebody_makes_an_account_and_finds_their_order_in_it() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let account = signed_up(&visitor).await;
        assert_eq!((account.path.as_str(), account.text("h1").as_str()), ("/account", "Hello, Ada"));
        assert!(account.text("main").contains("not confirmed yet"));
        // What was in the guest's cart came along.
        assert_eq!(visitor.open("/cart").await.expect(200).texts(".lines h3").len(), 1);
        assert_eq!(visitor.cookie("__Host-cart"), None);
        let review = review(&visitor, "pm_card_visa").await;
        visitor.press(&review, "Order and pay", &[]).await.expect(200);
        let orders = visitor.open("/account/orders").await.expect(200);
        assert_eq!(orders.texts("tbody tr").len(), 1);
        let order = visitor.open(&orders.attribute("tbody a", "href")).await.expect(200);
        assert!(order.text("h1").starts_with("Order M-"));
        world.at_rest().await;
        world.assert_books_balance().await;
    });
}

#[test]
fn an_address_is_proven_by_the_page_that_the_mail_names() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account/verify-email").await.expect(200);
        let wrong = visitor.press(&page, "Yes, it is mine", &[("token", "rubbish")]).await.expect(422);
        assert!(wrong.text("#token-error").contains("not good any more"));
        let done = visitor.press(&wrong, "Yes, it is mine", &[("token", &mailed_token(&world).await)]).await;
        assert_eq!(done.expect(200).text("h1"), "Thank you");
        assert!(!visitor.open("/account").await.expect(200).text("main").contains("not confirmed yet"));
    });
}

#[test]
fn a_forgotten_password_is_replaced() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/forgotten-password").await.expect(200);
        let sent = visitor.press(&page, "Mail me the link", &[("email", EMAIL)]).await.expect(200);
        assert_eq!(sent.text("h1"), "Look into your mailbox");
        let page = visitor.open("/account/reset-password").await.expect(200);
        let token = mailed_token(&world).await;
        let fields = |password| [("token", token.as_str()), ("password", password)];
        let short = visitor.press(&page, "Set the password", &fields("short")).await.expect(422);
        assert_eq!(short.attribute("#password", "aria-invalid"), "true");
        // The mail is closed by now.
        let again = [("password", "a staple of good taste")];
        let done = visitor.press(&short, "Set the password", &again).await.expect(200);
        assert!(done.path.starts_with("/sign-in"));
        assert!(done.text(".notice--good").contains("Your password is changed"));
        let wrong = sign_in(&visitor, PASSWORD).await.expect(422);
        assert!(wrong.text("[role=alert]").contains("do not go together"));
        assert_eq!(wrong.attribute("#email", "value"), EMAIL);
        assert_eq!(wrong.attribute("#password", "value"), "", "no password comes back");
        assert_eq!(sign_in(&visitor, "a staple of good taste").await.expect(200).path, "/account");
    });
}

#[test]
fn whoever_must_sign_in_comes_back_to_where_they_wanted_to_go() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let home = visitor.open("/account").await.expect(200);
        visitor.press(&home, "Sign out", &[]).await.expect(200);
        assert_eq!(visitor.cookie("__Host-session"), None);
        let page = visitor.open("/account/orders").await.expect(200);
        assert!(page.path.starts_with("/sign-in?next="), "{}", page.path);
        let back = visitor.press(&page, "Sign in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(back.expect(200).path, "/account/orders");
        // Nobody is led away from the shop by a link to it.
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/%09/evil.example",
            "/%C3%BC",
        ] {
            let page = visitor.open(&format!("/sign-in?next={elsewhere}")).await.expect(200);
            let landed = visitor.press(&page, "Sign in", &[("email", EMAIL), ("password", PASSWORD)]).await;
            assert_eq!(landed.expect(200).path, "/", "{elsewhere}");
        }
    });
}

#[test]
fn a_session_goes_on_without_signing_in_again_and_ends_when_it_is_ended() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        world.advance(20 * MINUTE_MS).await;
        let before = visitor.cookie("__Host-access").unwrap();
        assert_eq!(visitor.open("/account").await.expect(200).text("h1"), "Hello, Ada");
        assert_ne!(visitor.cookie("__Host-access").unwrap(), before);
        // Two pages at once with the same old token are no theft.
        world.advance(20 * MINUTE_MS).await;
        let (one, other) =
            futures::future::join(visitor.open("/account"), visitor.open("/account/orders")).await;
        assert_eq!((one.status, other.status), (200, 200));

        let login = serde_json::json!({ "email": EMAIL, "password": PASSWORD });
        let pair = world.client().post("/v1/auth/login").json(&login).send().await.expect(200);
        let bearer = format!("Bearer {}", pair.text("/access_token"));
        let shop = world.client();
        let sessions = shop.get("/v1/auth/sessions").header("authorization", bearer.as_str()).send().await;
        for session in sessions.expect(200).body["items"].as_array().unwrap() {
            if session["is_current"] == Value::Bool(false) {
                let path = format!("/v1/auth/sessions/{}", session["id"].as_str().unwrap());
                let end = shop.ask(http::Method::DELETE, path).header("authorization", bearer.as_str());
                end.send().await.expect(204);
            }
        }
        world.advance(20 * MINUTE_MS).await;
        assert!(visitor.open("/account").await.expect(200).path.starts_with("/sign-in"));
        assert_eq!(visitor.cookie("__Host-session"), None, "a session that is over is forgotten");
    });
}

#[test]
fn whoever_works_here_shops_as_anybody_does() {
    journey(async |world| {
        let guest = visitor(&world);
        put(&guest, DIVER.slug).await;
        let page = review(&guest, "pm_card_visa").await;
        let order = guest.press(&page, "Order and pay", &[]).await.expect(200);
        let clerk = visitor(&world);
        clerk.set_cookie(
            "__Host-access",
            &token::mint(mounts::JWT_KEYS, token::user("staff"), "staff", world.now()),
        );
        let orders = clerk.open("/account/orders").await.expect(200);
        assert_eq!(orders.texts("tbody tr").len(), 0, "their own");
        clerk.open(&order.path).await.expect(404);
    });
}

#[test]
fn a_guests_order_is_still_theirs_once_they_have_an_account() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let page = review(&visitor, "pm_card_visa").await;
        let order = visitor.press(&page, "Order and pay", &[]).await.expect(200);
        signed_up(&visitor).await;
        visitor.open(&order.path).await.expect(200);
    });
}

/// A page never rotates the token that its cookie is: who does has stolen it.
#[test]
fn a_session_whose_token_was_rotated_is_over_for_both() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let stolen = serde_json::json!({ "refresh_token": visitor.cookie("__Host-session").unwrap() });
        let shop = world.client();
        let thief = shop.post("/v1/auth/refresh").json(&stolen).send().await.expect(200);
        world.advance(20 * MINUTE_MS).await;
        assert!(visitor.open("/account").await.expect(200).path.starts_with("/sign-in"));
        let again = serde_json::json!({ "refresh_token": thief.text("/refresh_token") });
        shop.post("/v1/auth/refresh").json(&again).send().await.expect(401);
    });
}

#[test]
fn whoever_signs_out_is_signed_out_also_where_nobody_can_be_asked_who_they_are() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account").await.expect(200);
        visitor.forget_cookie("__Host-access");
        world.calls.begin();
        world.calls.plan(kit::Plan::Down { what: "→ AUTH".to_owned(), until_ms: u64::MAX });
        visitor.press(&page, "Sign out", &[]).await.expect(200);
        world.calls.end();
        assert_eq!(visitor.cookie("__Host-session"), None);
    });
}

#[test]
fn a_refused_form_shows_its_page_in_another_language_all_the_same() {
    journey(async |world| {
        let visitor = visitor(&world);
        signed_up(&visitor).await;
        let page = visitor.open("/account/profile").await.expect(200);
        let refused = visitor.press(&page, "Change the password", &[]).await.expect(422);
        let german = refused.attribute("a[hreflang=de]", "href");
        assert_eq!(visitor.open(&german).await.expect(200).text("h1"), "Profil");
    });
}
