//! What admins see of others, and what they say that those may do.

use journeys::journey;

use super::*;

#[test]
fn an_admin_sees_everybody_page_by_page() {
    journey(async |world| {
        let shop = world.client();
        let mut expected = Vec::new();
        for number in 0..7 {
            let email = format!("user{number}@example.com");
            let body = json!({ "email": email, "password": PASSWORD, "name": format!("User {number}") });
            shop.post("/v1/users").json(&body).send().await.expect(201);
            expected.insert(0, format!("User {number} {email}"));
            world.advance(1_000).await;
        }
        let mut seen = Vec::new();
        let mut path = "/v1/users?limit=3".to_owned();
        loop {
            let page = shop.get(&path).by(Who::Admin).send().await.expect(200);
            assert_eq!(page.header("cache-control"), Some("no-store"));
            let items = page.body["items"].as_array().unwrap();
            seen.extend(items.iter().map(|item| {
                format!("{} {}", item["name"].as_str().unwrap(), item["email"].as_str().unwrap())
            }));
            let Some(cursor) = page.body["next_cursor"].as_str() else { break };
            path = format!("/v1/users?limit=3&cursor={cursor}");
        }
        assert_eq!(seen, expected);

        let one = shop.get("/v1/users?email=USER3%40example.com").by(Who::Admin).send().await.expect(200);
        assert_eq!((one.text("/items/0/name"), &one.body["items"][1]), ("User 3", &Value::Null));
        let none = shop.get("/v1/users?email=nobody%40example.com").by(Who::Admin).send().await.expect(200);
        assert_eq!(none.body["items"], json!([]));
        for wrong in ["email=x", "cursor=x", "limit=0", "name=Ada"] {
            let refused = shop.get(format!("/v1/users?{wrong}")).by(Who::Admin).send().await;
            let name = wrong.split('=').next().unwrap();
            let refused = refused.refused(422, "validation_failed");
            assert_eq!(refused.text("/errors/0/pointer"), format!("?{name}"));
        }
    });
}

#[test]
fn an_admin_says_what_others_may_do() {
    journey(async |world| {
        let shop = world.client();
        let ada = register(&shop, "ada@example.com", PASSWORD).send().await.expect(201);
        let read = shop.get(format!("/v1/users/{}", id(&ada))).by(Who::Admin).send().await.expect(200);
        assert_eq!((&read.body, read.header("etag")), (&ada.body, ada.header("etag")));

        for (roles, code) in [
            (json!([]), "customer_required"),
            (json!(["staff"]), "customer_required"),
            (json!(["customer", "staff", "customer"]), "duplicate_role"),
            (json!(["customer", "king"]), "invalid_type"),
        ] {
            let refused = patch_user(&shop, id(&ada), &json!({ "roles": roles })).send().await;
            let refused = refused.refused(422, "validation_failed");
            assert!(refused.text("/errors/0/pointer").starts_with("/roles"), "{refused:?}");
            if code != "invalid_type" {
                assert_eq!(refused.text("/errors/0/code"), code);
            }
        }
        let tag = read.header("etag").unwrap();
        let staff =
            patch_user(&shop, id(&ada), &json!({ "roles": ["staff", "customer"] })).header("if-match", tag);
        let staff = staff.send().await.expect(200);
        assert_eq!((&staff.body["roles"], version(&staff)), (&json!(["customer", "staff"]), 2));
        let stale = patch_user(&shop, id(&ada), &json!({ "is_disabled": true })).header("if-match", tag);
        stale.send().await.refused(412, "precondition_failed");
        let disabled = patch_user(&shop, id(&ada), &json!({ "is_disabled": true })).send().await.expect(200);
        assert_eq!((&disabled.body["is_disabled"], version(&disabled)), (&json!(true), 3));
        // Whoever is found by an admin is found with what they may do now.
        let list = shop.get("/v1/users?email=ada%40example.com").by(Who::Admin).send().await.expect(200);
        assert_eq!(list.body["items"][0], disabled.body);
        patch_user(&shop, id(&ada), &json!({ "name": "x" })).send().await.refused(422, "validation_failed");
    });
}

#[test]
fn somebody_can_always_let_others_in() {
    journey(async |world| {
        let shop = world.client();
        let ada = register(&shop, "ada@example.com", PASSWORD).send().await.expect(201);
        patch_user(&shop, id(&ada), &json!({ "roles": ["customer", "admin"] })).send().await.expect(200);
        for change in [json!({ "roles": ["customer", "staff"] }), json!({ "is_disabled": true })] {
            patch_user(&shop, id(&ada), &change).send().await.refused(409, "last_admin");
        }
        let read = shop.get(format!("/v1/users/{}", id(&ada))).by(Who::Admin).send().await.expect(200);
        assert_eq!((&read.body["roles"], version(&read)), (&json!(["customer", "admin"]), 2));
    });
}
