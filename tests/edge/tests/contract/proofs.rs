//! What proves an account besides its password: mailed links, and the second factor.

use api::routes;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Builder, Secret};

use edge_tests::{get, post, unique, until};

use crate::{
    Seen,
    accounts::{PASSWORD, Somebody, login, pointed},
};

/// What the last mail to this address has behind the `#` of its link to `page`.
fn token(to: &str, page: &str) -> String {
    let link = format!("/account/{page}#");
    until("a mail with a link", || {
        let list = get(&format!("/dev/mailbox?limit=100&to={to}")).send().expect(200);
        list.items().iter().find_map(|item| {
            let mail = get(&format!("/dev/mailbox/{}", item["id"].as_str()?)).send().expect(200);
            let (_, rest) = mail.text("/text").split_once(&link)?;
            rest.split_whitespace().next().map(str::to_owned)
        })
    })
}

pub fn links(seen: &mut Seen) {
    let ada = Somebody::new("links");
    let verify = |token: &str| post("/v1/auth/verify-email").json(&json!({ "token": token }));
    pointed(&seen.call(routes::EMAIL_VERIFY, 422, verify("rubbish")), "/token");
    let again = || ada.by(post("/v1/auth/verify-email/resend"));
    seen.call(routes::EMAIL_VERIFY_AGAIN, 202, again());
    seen.call(routes::EMAIL_VERIFY, 204, verify(&token(&ada.email, "verify-email")));
    let me = ada.by(get("/v1/users/me")).send().expect(200);
    assert_eq!(me.body["is_email_verified"], true);

    let ask = |email: &str| post("/v1/auth/password-reset").json(&json!({ "email": email }));
    seen.call(routes::PASSWORD_RESET, 202, ask(&ada.email));
    seen.call(routes::PASSWORD_RESET, 202, ask(&format!("{}@example.com", unique("nobody"))));
    seen.call(routes::PASSWORD_RESET, 422, ask("ada"));
    let confirm = |token: &str, password: &str| {
        post("/v1/auth/password-reset/confirm").json(&json!({ "token": token, "password": password }))
    };
    let link = token(&ada.email, "reset-password");
    pointed(
        &seen.call(routes::PASSWORD_RESET_CONFIRM, 422, confirm("rubbish", "a staple of good taste")),
        "/token",
    );
    pointed(&seen.call(routes::PASSWORD_RESET_CONFIRM, 422, confirm(&link, "Password1234")), "/password");
    seen.call(routes::PASSWORD_RESET_CONFIRM, 204, confirm(&link, "a staple of good taste"));
    login(&ada.email, PASSWORD).send().refused(401, "invalid_credentials");
    login(&ada.email, "a staple of good taste").send().expect(200);
}

pub fn second_factor(seen: &mut Seen) {
    let ada = Somebody::new("factor");
    let ask = |path: &str, body: &Value| ada.by(post(&format!("/v1/auth/totp{path}"))).json(body);
    let proof = |password: &str, code: &str| json!({ "current_password": password, "code": code });
    let enrol = |password: &str| ask("", &json!({ "current_password": password }));
    let confirm = |code: &str| ask("/confirm", &json!({ "code": code }));

    let off = seen.call(routes::TOTP_READ, 200, ada.by(get("/v1/auth/totp")));
    assert_eq!(off.body, json!({ "is_on": false, "recovery_codes_left": 0 }));
    seen.call(routes::TOTP_DISABLE, 409, ask("/disable", &proof(PASSWORD, "000000")));
    seen.call(routes::TOTP_RENEW_CODES, 409, ask("/recovery-codes", &proof(PASSWORD, "000000")));
    seen.call(routes::TOTP_ENROL, 403, enrol("not my password"));
    enrol(PASSWORD).send().refused(409, "email_not_verified");
    let verify = json!({ "token": token(&ada.email, "verify-email") });
    post("/v1/auth/verify-email").json(&verify).send().expect(204);
    let enrolment = seen.call(routes::TOTP_ENROL, 200, enrol(PASSWORD));
    pointed(&seen.call(routes::TOTP_CONFIRM, 422, confirm("12345")), "/code");
    pointed(&seen.call(routes::TOTP_CONFIRM, 403, confirm("0000-0000-0000-0000")), "/code");

    let secret = Secret::try_from_base32(enrolment.text("/secret")).unwrap();
    let app = Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let confirmed = seen.call(routes::TOTP_CONFIRM, 200, confirm(&app.generate(now).to_string()));
    let codes: Vec<String> = serde_json::from_value(confirmed.body["recovery_codes"].clone()).unwrap();
    seen.call(routes::TOTP_CONFIRM, 409, confirm("000000"));
    seen.call(routes::TOTP_ENROL, 409, enrol(PASSWORD));

    login(&ada.email, PASSWORD).send().refused(401, "second_factor_required");
    let with = |code: &str| {
        post("/v1/auth/login").json(&json!({ "email": ada.email, "password": PASSWORD, "code": code }))
    };
    // The next step's, as one of an app whose clock is fast.
    with(&app.generate(now + 30).to_string()).send().expect(200);
    with(&codes[0]).send().expect(200);
    with(&codes[0]).send().refused(401, "invalid_credentials");

    seen.call(routes::TOTP_RENEW_CODES, 403, ask("/recovery-codes", &proof(PASSWORD, &codes[0])));
    seen.call(routes::TOTP_DISABLE, 403, ask("/disable", &proof("not my password", &codes[2])));
    seen.call(routes::TOTP_DISABLE, 204, ask("/disable", &proof(PASSWORD, &codes[1])));
    login(&ada.email, PASSWORD).send().expect(200);
}
