//! The address book: one default as long as there is any address, and nobody else's.

use domain::{account::ADDRESSES_MAX, id::AddressId};
use futures::future::join_all;
use journeys::{journey, persist, survives};
use kit::{Chance, token::user};

use super::*;

fn on_address(shop: &Shop<Inside>, who: Who, method: Method, id: &str) -> Ask<Inside> {
    shop.ask(method, format!("{ADDRESSES}/{id}")).by(who)
}

/// The address book as `line1`, the default with a star.
async fn book(shop: &Shop<Inside>, who: Who) -> Vec<String> {
    let list = shop.get(ADDRESSES).by(who).send().await.expect(200);
    let items = list.body["items"].as_array().unwrap();
    let line = |item: &Value| {
        let star = if item["is_default"] == true { "*" } else { "" };
        format!("{}{star}", item["line1"].as_str().unwrap())
    };
    items.iter().map(line).collect()
}

#[test]
fn an_address_is_written_read_changed_and_forgotten() {
    journey(async |world| {
        let shop = world.client();
        let ada = Who::Customer(user("ada"));
        let made = add_address(&shop, ada, "1 Row", false).send().await.expect(201);
        let first = made.text("/id").to_owned();
        assert_eq!(made.header("location"), Some(format!("{ADDRESSES}/{first}").as_str()));
        assert_eq!((made.text("/country"), &made.body["is_default"]), ("DE", &json!(true)));
        let read = on_address(&shop, ada, Method::GET, &first).send().await.expect(200);
        assert_eq!(read.body, made.body);

        let mut moved = address("2 Row", false);
        moved["phone"] = "+49 30 1234".into();
        moved.as_object_mut().unwrap().remove("postal_code");
        let replaced = on_address(&shop, ada, Method::PUT, &first).json(&moved).send().await.expect(200);
        assert_eq!((replaced.text("/line1"), replaced.text("/phone")), ("2 Row", "+49 30 1234"));
        assert_eq!(
            (&replaced.body["postal_code"], &replaced.body["is_default"]),
            (&Value::Null, &json!(true))
        );

        for (change, pointer) in [
            (json!({ "country": "Germany" }), "/country"),
            (json!({ "line1": "" }), "/line1"),
            (json!({ "id": first }), "/id"),
            (json!({ "is_default": 1 }), "/is_default"),
        ] {
            let mut body = address("3 Row", false);
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            for ask in [shop.post(ADDRESSES).by(ada), on_address(&shop, ada, Method::PUT, &first)] {
                let refused = ask.json(&body).send().await.refused(422, "validation_failed");
                assert_eq!(refused.text("/errors/0/pointer"), pointer);
            }
        }
        on_address(&shop, ada, Method::DELETE, &first).send().await.expect(204);
        on_address(&shop, ada, Method::DELETE, &first).send().await.refused(404, "not_found");
        assert_eq!(book(&shop, ada).await, [""; 0]);
    });
}

#[test]
fn there_is_one_default_and_it_is_handed_on() {
    journey(async |world| {
        let shop = world.client();
        let ada = Who::Customer(user("ada"));
        let mut ids = Vec::new();
        for (line1, is_default, expected) in
            [("a", false, "a*"), ("b", false, "a* b"), ("c", true, "a b c*"), ("d", false, "a b c* d")]
        {
            let made = add_address(&shop, ada, line1, is_default).send().await.expect(201);
            ids.push(made.text("/id").to_owned());
            assert_eq!(book(&shop, ada).await.join(" "), expected);
            world.advance(1).await;
        }
        for (method, at, is_default, expected) in [
            (Method::PUT, 1, true, "a b* c d"),
            // Nobody is without one: the default stays until another becomes it.
            (Method::PUT, 1, false, "a b* c d"),
            (Method::DELETE, 2, false, "a b* d"),
            (Method::DELETE, 1, false, "a* d"),
            (Method::DELETE, 0, false, "d*"),
            (Method::DELETE, 3, false, ""),
        ] {
            let name = ["a", "b", "c", "d"][at];
            let ask = on_address(&shop, ada, method.clone(), &ids[at]);
            let ask = if method == Method::PUT { ask.json(&address(name, is_default)) } else { ask };
            assert!(ask.send().await.status < 300);
            assert_eq!(book(&shop, ada).await.join(" "), expected);
        }
    });
}

/// Whatever is done to a book, by several at once, has exactly one default as long as it has any address.
#[test]
fn a_book_never_loses_its_default() {
    for seed in 0..8 {
        journey(async |world| {
            let shop = world.client();
            let ada = Who::Customer(user("ada"));
            let chance = Chance::new(seed);
            let mut ids: Vec<String> = Vec::new();
            for round in 0..30 {
                let asks = (0..3).map(|number| {
                    let is_default = chance.below(2) == 0;
                    let line1 = format!("{round} {number}");
                    let known = ids.get(chance.below(ids.len() as u64 + 1) as usize).cloned();
                    match known {
                        Some(id) if chance.below(2) == 0 => on_address(&shop, ada, Method::DELETE, &id),
                        Some(id) => {
                            on_address(&shop, ada, Method::PUT, &id).json(&address(&line1, is_default))
                        }
                        None => add_address(&shop, ada, &line1, is_default),
                    }
                });
                for answer in join_all(asks.map(Ask::send)).await {
                    assert!(matches!(answer.status, 200 | 201 | 204 | 404), "{answer:?}");
                }
                let list = shop.get(ADDRESSES).by(ada).send().await.expect(200);
                let items = list.body["items"].as_array().unwrap();
                let defaults = items.iter().filter(|item| item["is_default"] == true).count();
                assert_eq!(defaults, usize::from(!items.is_empty()), "{list:?}");
                ids = items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect();
            }
        });
    }
}

#[test]
fn a_book_is_full_at_some_time() {
    journey(async |world| {
        let shop = world.client();
        let ada = Who::Customer(user("ada"));
        let asks = (0..ADDRESSES_MAX + 5)
            .map(|number| add_address(&shop, ada, &number.to_string(), number % 7 == 0).send());
        let answers = join_all(asks).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(made, ADDRESSES_MAX as usize);
        // What is refused takes the default from nobody.
        let before = book(&shop, ada).await;
        let full = add_address(&shop, ada, "one too many", true).key("k");
        full.send().await.refused(409, "address_book_full");
        assert_eq!(book(&shop, ada).await, before);
        // Another's book has room.
        add_address(&shop, Who::Customer(user("bob")), "1 Row", false).send().await.expect(201);
    });
}

#[test]
fn the_same_key_makes_one_address() {
    journey(async |world| {
        let shop = world.client();
        let ada = Who::Customer(user("ada"));
        let ask = || add_address(&shop, ada, "1 Row", false).key("k");
        let answers = join_all([ask().send(), ask().send()]).await;
        assert!(answers.iter().all(|answer| answer.status == 201), "{answers:?}");
        let again = ask().send().await.expect(201);
        assert!(again.is_replayed());
        // It became the default, though nobody asked for that: the kept answer says so, too.
        assert_eq!((&again.body, &again.body["is_default"]), (&answers[0].body, &json!(true)));
        assert_eq!(again.header("location"), answers[1].header("location"));
        assert_eq!(book(&shop, ada).await, ["1 Row*"]);
        add_address(&shop, ada, "2 Row", false).key("k").send().await.refused(422, "idempotency_key_reused");
        // Another's key is another key.
        let bob = Who::Customer(user("bob"));
        assert!(!add_address(&shop, bob, "1 Row", false).key("k").send().await.expect(201).is_replayed());
    });
}

#[test]
fn anothers_address_is_not_there() {
    journey(async |world| {
        let shop = world.client();
        let (ada, bob) = (Who::Customer(user("ada")), Who::Customer(user("bob")));
        let made = add_address(&shop, ada, "1 Row", false).send().await.expect(201);
        let id = made.text("/id");
        let nowhere = AddressId::derived(&["nowhere"]).to_string();
        for (who, id) in [(bob, id), (Who::Staff, id), (Who::Admin, id), (ada, nowhere.as_str())] {
            on_address(&shop, who, Method::GET, id).send().await.refused(404, "not_found");
            let put = on_address(&shop, who, Method::PUT, id).json(&address("mine", true));
            put.send().await.refused(404, "not_found");
            on_address(&shop, who, Method::DELETE, id).send().await.refused(404, "not_found");
        }
        assert_eq!((book(&shop, ada).await, book(&shop, bob).await), (vec!["1 Row*".to_owned()], Vec::new()));
    });
}

#[test]
fn an_address_book_survives_every_outage() {
    survives(
        |_| async {},
        |world, ()| async move {
            let shop = world.client();
            let ada = Who::Customer(user("ada"));
            let first =
                persist(&world, || add_address(&shop, ada, "1 Row", false).key("1")).await.expect(201);
            world.advance(1).await;
            let second =
                persist(&world, || add_address(&shop, ada, "2 Row", true).key("2")).await.expect(201);
            assert_ne!(first.text("/id"), second.text("/id"));
            let delete = || on_address(&shop, ada, Method::DELETE, second.text("/id"));
            let deleted = persist(&world, delete).await;
            // A lost answer's repeat finds nothing to delete.
            assert!(matches!(deleted.status, 204 | 404), "{deleted:?}");
            let list = persist(&world, || shop.get(ADDRESSES).by(ada)).await.expect(200);
            assert_eq!(
                (list.text("/items/0/line1"), &list.body["items"][0]["is_default"]),
                ("1 Row", &json!(true))
            );
            assert_eq!(list.body["items"].as_array().unwrap().len(), 1);
        },
    );
}
