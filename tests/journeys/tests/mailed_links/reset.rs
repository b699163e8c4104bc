//! A forgotten password and what takes its place.

use super::*;

/// A link that was used is known to a mailbox, and perhaps to others: it is no way to try passwords.
#[test]
fn a_used_link_is_no_way_to_guess_the_password() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        for _ in 0..20 {
            confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        }
        let mut guesses = 0;
        loop {
            let answer = confirm(&shop, &link, "was it this one perhaps?").send().await;
            if answer.status == 429 {
                assert!(answer.refused(429, "too_many_tries").header("retry-after").is_some());
                break;
            }
            assert_not_valid(answer);
            guesses += 1;
            assert!(guesses < 20);
        }
        assert!(guesses > 0);
        // None of it is held against whoever is signed in.
        let bearer = signed_in(&shop, EMAIL, NEW_PASSWORD).await;
        let change = json!({ "password": "yet another phrase", "current_password": NEW_PASSWORD });
        patch(&shop, &bearer, &change).send().await.expect(200);
    });
}

#[test]
fn a_forgotten_password_is_replaced_once_and_ends_every_session() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let pair = login(&shop, EMAIL, PASSWORD).send().await.expect(200);
        // However it is typed, the mail goes to the address that the account has.
        ask_reset(&shop, "ADA@example.com").send().await.expect(202);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        assert_not_valid(verify(&shop, &link).send().await);
        let common = confirm(&shop, &link, "Password1234").send().await.refused(422, "validation_failed");
        assert_eq!(common.body["errors"][0]["code"], "common_password");
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);

        login(&shop, EMAIL, PASSWORD).send().await.expect(401);
        let bearer = signed_in(&shop, EMAIL, NEW_PASSWORD).await;
        assert!(is_verified(&shop, &bearer).await, "who opened the link reads the mails");
        let refresh = json!({ "refresh_token": pair.text("/refresh_token") });
        shop.post("/v1/auth/refresh").json(&refresh).send().await.expect(401);
        assert_eq!(subjects(&world, EMAIL).await.last().unwrap(), "Your password was changed");

        // The same request again may be one whose answer was lost; another one is not.
        confirm(&shop, &link, NEW_PASSWORD).send().await.expect(204);
        assert_not_valid(confirm(&shop, &link, "yet another password").send().await);
        // The other link went with it.
        let all = mails(&world, EMAIL).await;
        let first = all.iter().find_map(|(_, text)| text.split_once("reset-password#")).unwrap().1;
        let first = first.split_whitespace().next().unwrap();
        assert_ne!(first, link);
        assert_not_valid(confirm(&shop, first, "yet another password").send().await);
        assert_eq!(mails(&world, EMAIL).await.len(), all.len());
    });
}

#[test]
fn a_reset_is_over_after_half_an_hour_and_after_any_other_new_password() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        world.advance(30 * MINUTE_MS).await;
        assert_not_valid(confirm(&shop, &link, NEW_PASSWORD).send().await);

        ask_reset(&shop, EMAIL).send().await.expect(202);
        let link = token(&world, EMAIL, "reset-password").await;
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let change = json!({ "password": NEW_PASSWORD, "current_password": PASSWORD });
        let patch = shop.ask(http::Method::PATCH, "/v1/users/me").header("authorization", bearer);
        patch.json(&change).send().await.expect(200);
        assert_not_valid(confirm(&shop, &link, "yet another password").send().await);
    });
}

/// A stranger's mailbox is not told what somebody does who claimed it, nor filled by it.
#[test]
fn an_address_that_nobody_proved_hears_of_nothing_else() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let patch = |change: Value| {
            shop.ask(http::Method::PATCH, "/v1/users/me")
                .header("authorization", bearer.as_str())
                .json(&change)
        };
        patch(json!({ "password": NEW_PASSWORD, "current_password": PASSWORD })).send().await.expect(200);
        for number in 1..LINKS_MAX {
            let change =
                json!({ "email": format!("ada{number}@example.com"), "current_password": NEW_PASSWORD });
            patch(change).send().await.expect(200);
        }
        let change = json!({ "email": "ada@example.org", "current_password": NEW_PASSWORD });
        patch(change.clone()).send().await.refused(429, "too_many_tries");
        assert_eq!(subjects(&world, EMAIL).await, ["Is this your address?"]);
        world.advance(10 * MINUTE_MS).await;
        patch(change).send().await.refused(429, "too_many_tries");
    });
}

/// Neither by the answer nor by what is asked of the database.
#[test]
fn nobody_learns_from_a_reset_who_has_an_account() {
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        world.settle().await;
        let ask = async |email: &str| {
            world.calls.begin();
            let answer = ask_reset(&shop, email).send().await.expect(202);
            world.settle().await;
            let made = world.calls.end();
            assert!(answer.body.as_str().is_some_and(str::is_empty), "{answer:?}");
            let asked = made.iter().filter(|call| call.kind == CallKind::Database && call.from == "auth");
            (answer.headers.len(), asked.count())
        };
        let (known, unknown) = (ask(EMAIL).await, ask("grace@example.com").await);
        // Behind the answer: it is noted what was sent, the mail's writer asks for the link and confirms the message.
        assert_eq!((known.0, known.1 - 3), unknown);
        assert!(mails(&world, "grace@example.com").await.is_empty());
        // Nor is anybody's mailbox filled.
        for _ in 0..LINKS_MAX + 2 {
            ask_reset(&shop, EMAIL).send().await.expect(202);
        }
        // When those are over there may be new ones: nobody is kept from their own.
        world.advance(30 * MINUTE_MS).await;
        ask_reset(&shop, EMAIL).send().await.expect(202);
        let resets = subjects(&world, EMAIL)
            .await
            .iter()
            .filter(|subject| *subject == "Choose a new password")
            .count();
        assert_eq!(resets, usize::try_from(LINKS_MAX).unwrap() + 1);
    });
}

#[test]
fn a_reset_survives_every_outage() {
    survives(
        |world: Arc<World>| async move {
            register(&world.client(), EMAIL).send().await.expect(201);
        },
        |world, ()| async move {
            let shop = world.client();
            // Accepted is all that is ever said of it.
            while !ask_reset(&shop, EMAIL).attempt().await.is_ok_and(|answer| answer.status == 202) {
                world.advance(2_000).await;
            }
            until_mailed(&world, 2).await;
            let link = token(&world, EMAIL, "reset-password").await;
            persist(&world, || confirm(&shop, &link, NEW_PASSWORD)).await.expect(204);
            persist(&world, || login(&shop, EMAIL, NEW_PASSWORD)).await.expect(200);
            world.at_rest().await;
            let told = subjects(&world, EMAIL).await;
            assert_eq!(
                told.iter().filter(|subject| *subject == "Your password was changed").count(),
                1,
                "{told:?}"
            );
        },
    );
}
