//! What workerd has written down: no address, no password, no token, no key. `cargo xtask test` runs this when all else has run, so that it
//! sees the lines of every test.

use edge_tests::{Who, ask, get, harness, post, unique};
use leaks::Secrets;
use serde_json::json;

const PASSWORD: &str = "a phrase of five quiet words";

#[test]
fn no_line_of_the_log_tells_a_secret() {
    let mut secrets = Secrets::default();
    for (worker, setting) in [
        ("router", "JWT_KEYS"),
        ("router", "CALLER_KEYS"),
        ("orders", "ORDER_TOKEN_KEY"),
        ("payments", "TEST_WEBHOOK_SECRET"),
    ] {
        secrets.add_keys(&harness::setting(worker, setting));
    }
    secrets.add(PASSWORD);
    // Somebody comes, mistypes, and is let in: what they show on the way is what is looked for.
    let email = format!("{}@example.com", unique("eve"));
    let account = json!({ "email": email, "password": PASSWORD, "name": "Eve" });
    post("/v1/users").json(&account).send().expect(201);
    post("/v1/auth/login").json(&json!({ "email": email, "password": "another phrase of five" })).send();
    let pair =
        post("/v1/auth/login").json(&json!({ "email": email, "password": PASSWORD })).send().expect(200);
    secrets.hear_json(&pair.body);
    let refresh = json!({ "refresh_token": pair.text("/refresh_token") });
    for status in [200, 401] {
        let answer = post("/v1/auth/refresh").json(&refresh).send().expect(status);
        secrets.hear_json(&answer.body);
    }
    let cart = post("/v1/carts").json(&json!({ "currency": "EUR", "country": "DE" })).send().expect(201);
    secrets.hear_json(&cart.body);
    let path = format!("/v1/carts/{}", cart.text("/id"));
    get(&path).header("x-cart-token", cart.text("/token")).send().expect(200);
    get(&format!("/v1/users?email={email}")).by(Who::Admin).send().expect(200);
    ask("DELETE", &format!("/v1/carts/{email}")).send().expect(405);

    let lines = harness::log_lines();
    assert!(lines.len() > 10, "the log was kept: {lines:?}");
    let leaks = secrets.leaks(lines.iter().map(String::as_str));
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}
