//! Users, their addresses and sessions, and what admins do with them.

use api::routes;
use serde_json::{Value, json};

use edge_tests::{Answer, Ask, Who, ask, get, post, unique};

use crate::Seen;

pub const PASSWORD: &str = "correct horse battery";

/// Somebody who registered and signed in.
pub struct Somebody {
    id: String,
    pub email: String,
    access: String,
    refresh: String,
}

impl Somebody {
    pub fn new(name: &str) -> Self {
        let email = format!("{}@example.com", unique(name));
        let made = post("/v1/users").json(&registration(&email)).send().expect(201);
        let tokens = login(&email, PASSWORD).send().expect(200);
        let [access, refresh] =
            ["/access_token", "/refresh_token"].map(|pointer| tokens.text(pointer).to_owned());
        Self { id: made.text("/id").to_owned(), email, access, refresh }
    }

    pub fn by(&self, ask: Ask) -> Ask {
        ask.header("authorization", &format!("Bearer {}", self.access))
    }

    fn patch(&self, body: &Value) -> Ask {
        self.by(ask("PATCH", "/v1/users/me")).json(body)
    }
}

fn registration(email: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "name": "Ada" })
}

pub fn login(email: &str, password: &str) -> Ask {
    post("/v1/auth/login").json(&json!({ "email": email, "password": password }))
}

pub fn pointed(answer: &Answer, pointer: &str) {
    assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{answer:?}");
}

pub fn users(seen: &mut Seen) {
    let email = format!("{}@example.com", unique("new"));
    let create = |body: &Value| post("/v1/users").json(body);
    seen.call(routes::USER_CREATE, 201, create(&registration(&email)));
    let other = json!({ "email": email.to_uppercase(), "password": "somebody else's", "name": "Eve" });
    seen.call(routes::USER_CREATE, 409, create(&other));
    let common = json!({ "email": "a@example.com", "password": "Password1234", "name": "Ada" });
    pointed(&seen.call(routes::USER_CREATE, 422, create(&common)), "/password");

    let ada = Somebody::new("ada");
    let me = seen.call(routes::USER_READ_ME, 200, ada.by(get("/v1/users/me")));
    let again = ada.by(get("/v1/users/me")).header("if-none-match", me.header("etag"));
    seen.call(routes::USER_READ_ME, 304, again);
    // A token outlives its account.
    seen.call(routes::USER_READ_ME, 404, get("/v1/users/me").by(Who::Customer));

    seen.call(
        routes::USER_PATCH_ME,
        200,
        ada.patch(&json!({ "name": "Ada L.", "locale": "de-AT", "currency": "EUR" })),
    );
    let stale = ada.patch(&json!({ "name": "Eve" })).header("if-match", me.header("etag"));
    seen.call(routes::USER_PATCH_ME, 412, stale);
    let wrong = json!({ "email": "x@example.com", "current_password": "not that one" });
    seen.call(routes::USER_PATCH_ME, 403, ada.patch(&wrong));
    let taken = json!({ "email": email, "current_password": PASSWORD });
    seen.call(routes::USER_PATCH_ME, 409, ada.patch(&taken));
    pointed(
        &seen.call(routes::USER_PATCH_ME, 422, ada.patch(&json!({ "email": "x@example.com" }))),
        "/current_password",
    );
    seen.call(routes::USER_EXPORT_ME, 200, ada.by(get("/v1/users/me/export")));

    addresses(seen, &ada);
}

fn addresses(seen: &mut Seen, ada: &Somebody) {
    let home = json!({ "name": "Ada", "line1": "Unter den Linden 1", "city": "Berlin", "postal_code": "10117", "country": "DE" });
    let mut nowhere = home.clone();
    nowhere["country"] = json!("Germany");
    let create = |body: &Value| ada.by(post("/v1/users/me/addresses")).key(&unique("address")).json(body);
    let made = seen.call(routes::ADDRESS_CREATE, 201, create(&home));
    pointed(&seen.call(routes::ADDRESS_CREATE, 422, create(&nowhere)), "/country");
    seen.call(routes::ADDRESSES_LIST, 200, ada.by(get("/v1/users/me/addresses")));
    let path = format!("/v1/users/me/addresses/{}", made.text("/id"));
    let eve = Somebody::new("eve");
    seen.call(routes::ADDRESS_READ, 200, ada.by(get(&path)));
    seen.call(routes::ADDRESS_READ, 404, eve.by(get(&path)));
    seen.call(routes::ADDRESS_REPLACE, 200, ada.by(ask("PUT", &path)).json(&home));
    seen.call(routes::ADDRESS_REPLACE, 404, eve.by(ask("PUT", &path)).json(&home));
    pointed(&seen.call(routes::ADDRESS_REPLACE, 422, ada.by(ask("PUT", &path)).json(&nowhere)), "/country");
    seen.call(routes::ADDRESS_DELETE, 404, eve.by(ask("DELETE", &path)));
    seen.call(routes::ADDRESS_DELETE, 204, ada.by(ask("DELETE", &path)));

    // Whoever is forgotten cannot write themself down again with the token that is left.
    for _ in 0..2 {
        seen.call(routes::USER_DELETE_ME, 204, ada.by(ask("DELETE", "/v1/users/me")));
    }
    seen.call(routes::ADDRESS_CREATE, 404, create(&home));
    seen.call(routes::USER_READ_ME, 404, ada.by(get("/v1/users/me")));
    login(&ada.email, PASSWORD).send().refused(401, "invalid_credentials");
}

pub fn admins(seen: &mut Seen) {
    let ada = Somebody::new("admin");
    let path = format!("/v1/users/{}", ada.id);
    let nobody = "/v1/users/usr_00000000-0000-7000-8000-000000000000";
    let found =
        seen.call(routes::USERS_LIST, 200, get(&format!("/v1/users?email={}", ada.email)).by(Who::Admin));
    assert_eq!(found.body["items"][0]["id"], ada.id.as_str());
    seen.call(routes::USERS_LIST, 422, get("/v1/users?email=ada").by(Who::Admin));
    let read = seen.call(routes::USER_READ, 200, get(&path).by(Who::Admin));
    seen.call(routes::USER_READ, 404, get(nobody).by(Who::Admin));

    let patch = |path: &str, body: Value| ask("PATCH", path).by(Who::Admin).json(&body);
    seen.call(routes::USER_PATCH, 200, patch(&path, json!({ "roles": ["customer", "admin"] })));
    let stale = patch(&path, json!({ "is_disabled": true })).header("if-match", read.header("etag"));
    seen.call(routes::USER_PATCH, 412, stale);
    // Nobody else here is one.
    seen.call(routes::USER_PATCH, 409, patch(&path, json!({ "roles": ["customer"] })));
    let delete = |path: &str| ask("DELETE", path).by(Who::Admin);
    seen.call(routes::USER_DELETE, 409, delete(&path));
    seen.call(routes::USER_DELETE_ME, 409, ada.by(ask("DELETE", "/v1/users/me")));
    seen.call(routes::USER_DELETE, 404, delete(nobody));
    let left = Somebody::new("left");
    seen.call(routes::USER_DELETE, 204, delete(&format!("/v1/users/{}", left.id)));
    seen.call(routes::USER_PATCH, 404, patch(nobody, json!({ "is_disabled": true })));
    pointed(&seen.call(routes::USER_PATCH, 422, patch(&path, json!({ "roles": ["admin"] }))), "/roles");
    let closed = Somebody::new("closed");
    seen.call(
        routes::USER_PATCH,
        200,
        patch(&format!("/v1/users/{}", closed.id), json!({ "is_disabled": true })),
    );
    seen.call(routes::LOGIN, 403, login(&closed.email, PASSWORD));
}

pub fn sessions(seen: &mut Seen) {
    let ada = Somebody::new("sessions");
    let tokens = seen.call(routes::LOGIN, 200, login(&ada.email, PASSWORD));
    seen.call(routes::LOGIN, 422, post("/v1/auth/login").json(&json!({ "email": "ada", "password": "x" })));
    let guessed = format!("{}@example.com", unique("guessed"));
    for _ in 0..10 {
        seen.call(routes::LOGIN, 401, login(&guessed, "no password"));
    }
    let refused = seen.call(routes::LOGIN, 429, login(&guessed, "no password"));
    assert_ne!(refused.header("retry-after"), "");

    let refresh = |token: &str| post("/v1/auth/refresh").json(&json!({ "refresh_token": token }));
    seen.call(routes::TOKEN_REFRESH, 200, refresh(&ada.refresh));
    seen.call(routes::TOKEN_REFRESH, 401, refresh("nobody's"));
    let list = seen.call(routes::SESSIONS_LIST, 200, ada.by(get("/v1/auth/sessions")));
    let other = list.body["items"].as_array().unwrap().iter().find(|session| session["is_current"] == false);
    let path = format!("/v1/auth/sessions/{}", other.unwrap()["id"].as_str().unwrap());
    let eve = Somebody::new("eve");
    seen.call(routes::SESSION_END, 404, eve.by(ask("DELETE", &path)));
    seen.call(routes::SESSION_END, 204, ada.by(ask("DELETE", &path)));
    refresh(tokens.text("/refresh_token")).send().refused(401, "unauthorized");
    seen.call(routes::LOGOUT, 204, ada.by(post("/v1/auth/logout")));
}
