//! An address that is to take over from another.

use super::*;

#[test]
fn a_new_address_has_to_be_proven_and_the_old_one_hears_of_it() {
    const OTHER: &str = "ada@example.org";
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        let old_link = token(&world, EMAIL, "verify-email").await;
        verify(&shop, &old_link).send().await.expect(204);
        let change = json!({ "email": OTHER, "current_password": PASSWORD });
        let asked = patch(&shop, &bearer, &change).send().await.expect(200);
        assert_eq!((asked.text("/email"), asked.text("/pending_email")), (EMAIL, OTHER));
        // What went to the old address proves nothing about the new one, which opens nothing yet.
        verify(&shop, &old_link).send().await.expect(204);
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), json!(OTHER)));
        login(&shop, OTHER, PASSWORD).send().await.refused(401, "invalid_credentials");
        ask_reset(&shop, OTHER).send().await.expect(202);
        assert_eq!(
            subjects(&world, EMAIL).await,
            ["Is this your address?", "Another address for your account"]
        );
        assert_eq!(mails(&world, OTHER).await.len(), 1);
        let link = token(&world, OTHER, "verify-email").await;
        // Whoever reads that mailbox is not given the account by a click, nor is anybody else who opens the link.
        verify(&shop, &link).send().await.refused(401, "unauthorized");
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), json!(OTHER)));
        for _ in 0..2 {
            verify(&shop, &link).header("authorization", bearer.as_str()).send().await.expect(204);
            assert_eq!(addresses(&shop, &bearer).await, (json!(OTHER), Value::Null));
        }
        assert!(is_verified(&shop, &bearer).await);
        login(&shop, OTHER, PASSWORD).send().await.expect(200);
        login(&shop, EMAIL, PASSWORD).send().await.refused(401, "invalid_credentials");
        // The same address once more is no news.
        patch(&shop, &bearer, &change).send().await.expect(200);
        assert_eq!(mails(&world, OTHER).await.len(), 1);
        assert!(is_verified(&shop, &bearer).await);
    });
}

/// Whoever has a proven address cannot take a stranger's by asking for it.
#[test]
fn an_address_is_kept_for_nobody_who_has_not_proven_it() {
    const OTHER: &str = "bob@example.org";
    journey(async |world| {
        let shop = world.client();
        register(&shop, EMAIL).send().await.expect(201);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        verify(&shop, &token(&world, EMAIL, "verify-email").await).send().await.expect(204);
        let change = json!({ "email": OTHER, "current_password": PASSWORD });
        patch(&shop, &bearer, &change).send().await.expect(200);
        let link = token(&world, OTHER, "verify-email").await;
        register(&shop, OTHER).send().await.expect(201);
        assert_not_valid(verify(&shop, &link).header("authorization", bearer.as_str()).send().await);
        let others = signed_in(&shop, OTHER, PASSWORD).await;
        verify(&shop, &link).header("authorization", others).send().await.refused(401, "unauthorized");
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), json!(OTHER)));
        patch(&shop, &bearer, &change).send().await.refused(409, "email_taken");
        // Thinking better of it, by asking for the address that is there.
        let back = json!({ "email": EMAIL, "current_password": PASSWORD });
        patch(&shop, &bearer, &back).send().await.expect(200);
        assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), Value::Null));
        assert!(is_verified(&shop, &bearer).await);
    });
}

/// Two addresses that are compared as one are written to as one: whoever could choose the form would choose the mailbox.
#[test]
fn an_address_stands_in_one_form_however_it_is_typed() {
    const WIDE: &str = "\u{ff41}da@example.com";
    journey(async |world| {
        let shop = world.client();
        let made = register(&shop, WIDE).send().await.expect(201);
        assert_eq!(made.text("/email"), EMAIL);
        let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
        verify(&shop, &token(&world, EMAIL, "verify-email").await).send().await.expect(204);
        let change = json!({ "email": WIDE, "current_password": PASSWORD });
        let asked = patch(&shop, &bearer, &change).send().await.expect(200);
        assert_eq!((asked.text("/email"), &asked.body["pending_email"]), (EMAIL, &Value::Null));
        // What becomes none in that form: a full-width «@» in the local part.
        let refused =
            register(&shop, "a\u{ff20}b@example.com").send().await.refused(422, "validation_failed");
        assert_eq!(refused.body["errors"][0]["code"], "invalid_email");
    });
}

/// However many accounts ask for it, a mailbox is not filled.
#[test]
fn an_address_gets_five_links_an_hour_that_prove_it() {
    const VICTIM: &str = "victim@example.org";
    journey(async |world| {
        let shop = world.client();
        for number in 0..LINKS_MAX + 2 {
            let email = format!("eve{number}@example.com");
            register(&shop, &email).send().await.expect(201);
            let bearer = signed_in(&shop, &email, PASSWORD).await;
            verify(&shop, &token(&world, &email, "verify-email").await).send().await.expect(204);
            let change = json!({ "email": VICTIM, "current_password": PASSWORD });
            patch(&shop, &bearer, &change).send().await.expect(200);
        }
        assert_eq!(mails(&world, VICTIM).await.len(), usize::try_from(LINKS_MAX).unwrap());
        world.advance(HOUR_MS).await;
        register(&shop, VICTIM).send().await.expect(201);
        assert_eq!(mails(&world, VICTIM).await.len(), usize::try_from(LINKS_MAX).unwrap() + 1);
    });
}

/// Whoever knows the password and is not meant to is turned away by a new one, and so is the address that they asked for.
#[test]
fn a_new_password_calls_off_an_address_that_was_to_take_over() {
    const OTHER: &str = "eve@example.org";
    for by_mail in [false, true] {
        journey(async move |world| {
            let shop = world.client();
            register(&shop, EMAIL).send().await.expect(201);
            let bearer = signed_in(&shop, EMAIL, PASSWORD).await;
            verify(&shop, &token(&world, EMAIL, "verify-email").await).send().await.expect(204);
            let change = json!({ "email": OTHER, "current_password": PASSWORD });
            patch(&shop, &bearer, &change).send().await.expect(200);
            let link = token(&world, OTHER, "verify-email").await;
            if by_mail {
                ask_reset(&shop, EMAIL).send().await.expect(202);
                let reset = token(&world, EMAIL, "reset-password").await;
                confirm(&shop, &reset, NEW_PASSWORD).send().await.expect(204);
            } else {
                let new = json!({ "password": NEW_PASSWORD, "current_password": PASSWORD });
                patch(&shop, &bearer, &new).send().await.expect(200);
            }
            assert_not_valid(verify(&shop, &link).send().await);
            let bearer = signed_in(&shop, EMAIL, NEW_PASSWORD).await;
            assert_eq!(addresses(&shop, &bearer).await, (json!(EMAIL), Value::Null), "{by_mail}");
        });
    }
}
