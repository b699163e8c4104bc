//! Who somebody is: from registering to everything that is held about them.

use futures::future::join_all;
use journeys::{journey, persist, survives};
use kit::{Outage, Plan, World, token::user};
use std::{collections::BTreeSet, sync::Arc};

use super::*;

#[test]
fn somebody_registers_and_is_known() {
    journey(async |world| {
        let shop = world.client();
        let body = json!({ "email": " Ada@Example.com ", "password": PASSWORD, "name": " Ada ", "locale": "de-AT",
                           "currency": "USD" });
        let made = shop.post("/v1/users").json(&body).send().await.expect(201);
        assert_eq!((made.text("/email"), made.text("/name")), ("Ada@Example.com", "Ada"));
        assert_eq!((made.text("/locale"), made.text("/currency")), ("de-AT", "USD"));
        assert_eq!(made.body["roles"], json!(["customer"]));
        assert_eq!(
            (&made.body["is_email_verified"], &made.body["is_disabled"]),
            (&json!(false), &json!(false))
        );
        assert_eq!(made.header("location"), Some("/v1/users/me"));
        assert_eq!((made.header("cache-control"), version(&made)), (Some("no-store"), 1));
        assert!(!made.body.to_string().contains("password"), "{made:?}");

        let read = me(&shop, who(&made)).send().await.expect(200);
        assert_eq!((&read.body, read.header("etag")), (&made.body, made.header("etag")));
        let tag = read.header("etag").unwrap().to_owned();
        me(&shop, who(&made)).header("if-none-match", tag).send().await.expect(304);
    });
}

#[test]
fn what_cannot_be_is_named() {
    journey(async |world| {
        let shop = world.client();
        for (change, pointer, code) in [
            (json!({ "email": "ada" }), "/email", "invalid_email"),
            (json!({ "email": null }), "/email", "invalid_type"),
            (json!({ "password": "short" }), "/password", "too_short"),
            (json!({ "password": "Password1234" }), "/password", "common_password"),
            (json!({ "name": " " }), "/name", "required"),
            (json!({ "locale": "de_AT" }), "/locale", "invalid_locale"),
            (json!({ "currency": "BTC" }), "/currency", "unsupported_currency"),
            (json!({ "roles": ["admin"] }), "/roles", "unknown_field"),
        ] {
            let mut body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": "Ada" });
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let refused = shop.post("/v1/users").json(&body).send().await.refused(422, "validation_failed");
            let error = &refused.body["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&json!(pointer), &json!(code)), "{change}");
        }
        assert_eq!(shop.get("/v1/users").by(Who::Admin).send().await.expect(200).body["items"], json!([]));
    });
}

#[test]
fn an_address_has_one_account_however_it_is_typed() {
    journey(async |world| {
        let shop = world.client();
        let made = register(&shop, "zo\u{eb}@example.com", PASSWORD).send().await.expect(201);
        for typed in [
            "zo\u{eb}@example.com",
            "Zoe\u{308}@EXAMPLE.com",
            "ZO\u{cb}@example.com",
            "\u{ff3a}o\u{eb}@example.com",
        ] {
            register(&shop, typed, OTHER_PASSWORD).send().await.refused(409, "email_taken");
        }
        // The same request again, whose answer may have been lost.
        let again = register(&shop, "zo\u{eb}@example.com", PASSWORD).send().await.expect(201);
        assert_eq!((again.text("/id"), version(&again)), (made.text("/id"), 1));
    });
}

#[test]
fn two_who_register_one_address_at_once_are_one() {
    journey(async |world| {
        let shop = world.client();
        let answers = join_all(
            [PASSWORD, OTHER_PASSWORD].map(|password| register(&shop, "ada@example.com", password).send()),
        );
        let mut statuses: Vec<_> = answers.await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409]);
    });
}

#[test]
fn a_profile_changes_at_the_version_that_was_seen() {
    journey(async |world| {
        let shop = world.client();
        let ada = registered(&shop, "ada@example.com").await;
        let first = me(&shop, ada).send().await.expect(200);
        let tag = first.header("etag").unwrap();

        let named = patch_me(&shop, ada, &json!({ "name": "Ada King", "locale": "en", "currency": "GBP" }));
        let named = named.header("if-match", format!("W/{tag}")).send().await.expect(200);
        assert_eq!((named.text("/name"), named.text("/locale"), version(&named)), ("Ada King", "en", 2));
        assert_eq!(named.text("/email"), "ada@example.com");

        let stale = patch_me(&shop, ada, &json!({ "name": "Countess" })).header("if-match", tag);
        stale.send().await.refused(412, "precondition_failed");
        let any = patch_me(&shop, ada, &json!({ "locale": null })).header("if-match", "*");
        let cleared = any.send().await.expect(200);
        assert_eq!(
            (&cleared.body["locale"], cleared.text("/currency"), version(&cleared)),
            (&Value::Null, "GBP", 3)
        );
        let nothing = patch_me(&shop, ada, &json!({})).send().await.expect(200);
        assert_eq!((&nothing.body, version(&nothing)), (&cleared.body, 3));
        for wrong in [
            json!({ "name": "" }),
            json!({ "roles": ["customer", "admin"] }),
            json!({ "is_email_verified": true }),
        ] {
            patch_me(&shop, ada, &wrong).send().await.refused(422, "validation_failed");
        }

        // Of two who saw the same version, one is told to look again.
        let at_once = ["one", "other"].map(|name| {
            patch_me(&shop, ada, &json!({ "name": name }))
                .header("if-match", cleared.header("etag").unwrap())
                .send()
        });
        let mut statuses: Vec<_> = join_all(at_once).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    });
}

#[test]
fn an_account_changes_for_who_knows_its_password() {
    journey(async |world| {
        let shop = world.client();
        let ada = registered(&shop, "ada@example.com").await;
        registered(&shop, "bob@example.com").await;
        for change in [json!({ "email": "ada@example.org" }), json!({ "password": OTHER_PASSWORD })] {
            let refused = patch_me(&shop, ada, &change).send().await.refused(422, "validation_failed");
            assert_eq!(refused.text("/errors/0/pointer"), "/current_password");
        }
        let change = |email: &str, current: &str| json!({ "email": email, "current_password": current });
        let wrong = patch_me(&shop, ada, &change("ada@example.org", "not this one"));
        wrong.send().await.refused(403, "wrong_password");
        let taken = patch_me(&shop, ada, &change("Bob@Example.com", PASSWORD));
        taken.send().await.refused(409, "email_taken");
        assert_eq!(version(&me(&shop, ada).send().await), 1);

        let seen = me(&shop, ada).send().await;
        let mut both = change("ada@example.org", PASSWORD);
        both["name"] = "Ada King".into();
        let ask = patch_me(&shop, ada, &both).header("if-match", seen.header("etag").unwrap());
        let changed = ask.send().await.expect(200);
        assert_eq!((changed.text("/email"), changed.text("/name")), ("ada@example.org", "Ada King"));
        assert_eq!((&changed.body["is_email_verified"], version(&changed)), (&json!(false), 2));

        let body = json!({ "password": OTHER_PASSWORD, "current_password": PASSWORD });
        patch_me(&shop, ada, &body)
            .header("if-match", "\"1\"")
            .send()
            .await
            .refused(412, "precondition_failed");
        assert_eq!(version(&patch_me(&shop, ada, &body).send().await.expect(200)), 3);
        patch_me(&shop, ada, &change("ada@example.net", PASSWORD))
            .send()
            .await
            .refused(403, "wrong_password");
        // The old address is free again.
        register(&shop, "ada@example.com", PASSWORD).send().await.expect(201);
    });
}

#[test]
fn whoever_guesses_passwords_has_to_wait() {
    journey(async |world| {
        let shop = world.client();
        let ada = registered(&shop, "ada@example.com").await;
        let guess = json!({ "email": "eve@example.com", "current_password": "was it this one?" });
        for _ in 0..20 {
            let answer = patch_me(&shop, ada, &guess).send().await;
            if answer.status == 429 {
                let answer = answer.refused(429, "too_many_tries");
                assert!(answer.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
                return;
            }
            answer.refused(403, "wrong_password");
        }
        panic!("anybody may guess for ever");
    });
}

#[test]
fn everything_that_is_held_is_shown() {
    journey(async |world| {
        let shop = world.client();
        let ada = registered(&shop, "ada@example.com").await;
        add_address(&shop, ada, "1 Row", false).send().await.expect(201);
        let export = shop.get("/v1/users/me/export").by(ada).send().await.expect(200);
        assert_eq!(export.body["user"], me(&shop, ada).send().await.body);
        assert_eq!(
            (export.text("/addresses/0/line1"), &export.body["addresses"][1]),
            ("1 Row", &Value::Null)
        );
        assert!(export.body["sessions"].is_array());
        assert_eq!(export.header("cache-control"), Some("no-store"));
    });
}

/// The token outlives the account by minutes.
#[test]
fn nobody_is_nobody() {
    journey(async |world| {
        let shop = world.client();
        let nobody = Who::Customer(user("nobody"));
        me(&shop, nobody).send().await.refused(404, "not_found");
        patch_me(&shop, nobody, &json!({ "name": "x" })).send().await.refused(404, "not_found");
        shop.get("/v1/users/me/export").by(nobody).send().await.refused(404, "not_found");
        patch_user(&shop, user("nobody"), &json!({ "is_disabled": true }))
            .send()
            .await
            .refused(404, "not_found");
    });
}

/// The Worker dies when auth has made the account, before the profile is written.
#[test]
fn half_a_registration_is_somebody_already() {
    journey(async |world| {
        let shop = world.client();
        world.calls.begin();
        world.calls.plan(Plan::First { what: "users → d1".to_owned(), outage: Outage::CrashBefore });
        assert_eq!(register(&shop, "ada@example.com", PASSWORD).send().await.status, 503);
        world.calls.end();

        let list = shop.get("/v1/users").by(Who::Admin).send().await.expect(200);
        assert_eq!((list.text("/items/0/name"), list.text("/items/0/email")), ("ada", "ada@example.com"));
        let ada = Who::Customer(list.text("/items/0/id").parse().unwrap());
        let read = me(&shop, ada).send().await.expect(200);
        assert_eq!((&read.body, version(&read)), (&list.body["items"][0], 0));

        // Who asks again gets what they asked for at first.
        let again = register(&shop, "ada@example.com", PASSWORD).send().await.expect(201);
        assert_eq!((who(&again), again.text("/name"), version(&again)), (ada, "Ada Lovelace", 1));
    });
}

#[test]
fn half_a_registration_can_be_changed() {
    journey(async |world| {
        let shop = world.client();
        world.calls.begin();
        world.calls.plan(Plan::First { what: "users → d1".to_owned(), outage: Outage::Before });
        register(&shop, "ada@example.com", PASSWORD).send().await.refused(503, "service_unavailable");
        world.calls.end();
        let list = shop.get("/v1/users").by(Who::Admin).send().await.expect(200);
        let ada = Who::Customer(list.text("/items/0/id").parse().unwrap());
        let patched = patch_me(&shop, ada, &json!({ "locale": "de" })).header("if-match", "\"0\"");
        let patched = patched.send().await.expect(200);
        assert_eq!((patched.text("/name"), patched.text("/locale"), version(&patched)), ("ada", "de", 1));
        assert_eq!(me(&shop, ada).send().await.body, patched.body);
    });
}

#[test]
fn a_registration_survives_every_outage() {
    survives(
        |_| async {},
        |world, ()| async move {
            let shop = world.client();
            let made = persist(&world, || register(&shop, "ada@example.com", PASSWORD)).await.expect(201);
            let read = persist(&world, || me(&shop, who(&made))).await.expect(200);
            assert_eq!((read.text("/name"), version(&read)), ("Ada Lovelace", 1));
            let find = || shop.get("/v1/users?limit=100").by(Who::Admin);
            let list = persist(&world, find).await.expect(200);
            assert_eq!(list.body["items"].as_array().unwrap().len(), 1, "{list:?}");
        },
    );
}

#[test]
fn a_change_survives_every_outage() {
    survives(
        |world: Arc<World>| async move { registered(&world.client(), "ada@example.com").await },
        |world, ada| async move {
            let shop = world.client();
            let change =
                json!({ "email": "ada@example.org", "name": "Ada King", "current_password": PASSWORD });
            persist(&world, || patch_me(&shop, ada, &change)).await.expect(200);
            let read = persist(&world, || me(&shop, ada)).await.expect(200);
            assert_eq!((read.text("/email"), read.text("/name")), ("ada@example.org", "Ada King"));
            assert!(version(&read) > 1);
        },
    );
}

#[test]
fn no_log_says_who_somebody_is() {
    journey(async |world| {
        let shop = world.client();
        world.calls.begin();
        world.calls.plan(Plan::First { what: "users → d1".to_owned(), outage: Outage::Before });
        register(&shop, "ada@example.com", PASSWORD).send().await;
        world.calls.end();
        let ada = registered(&shop, "ada@example.com").await;
        add_address(&shop, ada, "12 Analytical Row", true).send().await.expect(201);
        let change = json!({ "email": "ada@example.org", "current_password": OTHER_PASSWORD });
        patch_me(&shop, ada, &change).send().await.refused(403, "wrong_password");
        shop.get("/v1/users?email=ada%40example.com").by(Who::Admin).send().await.expect(200);
        world.settle().await;
        let lines = world.log_lines();
        let secrets = ["ada@", "Ada", "Lovelace", "Analytical", PASSWORD, OTHER_PASSWORD];
        let told: BTreeSet<_> =
            secrets.iter().filter(|secret| lines.iter().any(|line| line.contains(*secret))).collect();
        assert!(!lines.is_empty() && told.is_empty(), "{told:?}");
    });
}
