//! What must never stand in a log: anybody's e-mail address, anything that looks like a token, and every secret that was sent or
//! answered while the log was written. Whoever carries requests says what passed by; afterwards each line is looked at.

use serde_json::Value;
use std::collections::BTreeSet;

/// Anything shorter stands in a line by accident.
const SECRET_LENGTH_MIN: usize = 8;
/// The headers whose value is a secret.
const SECRET_HEADERS: [&str; 4] = ["authorization", "x-cart-token", "x-order-token", "cookie"];

/// What has been said that nobody may write down.
#[derive(Debug, Default, Clone)]
pub struct Secrets(BTreeSet<String>);

impl Secrets {
    /// A secret by itself: a key of the shop's own, say.
    pub fn add(&mut self, secret: &str) {
        // What looks like a token is found by its looks.
        if secret.chars().count() < SECRET_LENGTH_MIN || token_in(secret).is_some() {
            return;
        }
        self.0.insert(secret.to_owned());
        // As it would stand in a line of JSON.
        let escaped = Value::from(secret).to_string();
        self.0.insert(escaped.trim_matches('"').to_owned());
    }

    /// Keys as they are configured: `id:secret,id:secret`.
    pub fn add_keys(&mut self, keys: &str) {
        for key in keys.split(',') {
            self.add(key.rsplit(':').next().unwrap_or(key));
        }
    }

    /// A header that was sent.
    pub fn hear_header(&mut self, name: &str, value: &str) {
        if SECRET_HEADERS.contains(&name) {
            self.add(value.split_once(' ').map_or(value, |(_, rest)| rest).trim());
        }
    }

    /// A body that was sent or answered; what is no JSON has no fields that could be told apart.
    pub fn hear_body(&mut self, body: &[u8]) {
        if let Ok(value) = serde_json::from_slice::<Value>(body) {
            self.hear_json(&value);
        }
    }

    pub fn hear_json(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if is_secret(name) => self.add(text),
                        other => self.hear_json(other),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.hear_json(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// What stands in a line and should not.
    pub fn leak_in(&self, line: &str) -> Option<String> {
        if let Some(address) = address_in(line) {
            return Some(format!("the e-mail address {address}"));
        }
        if let Some(token) = token_in(line) {
            return Some(format!("the token {token}"));
        }
        self.0
            .iter()
            .find(|secret| line.contains(secret.as_str()))
            .map(|secret| format!("the secret {secret}"))
    }

    /// Every line that tells too much, and what it tells.
    pub fn leaks<'a>(&self, lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
        lines
            .into_iter()
            .filter_map(|line| self.leak_in(line).map(|leak| format!("{leak} stands in the log: {line}")))
            .collect()
    }
}

/// A field whose value is nobody's business, by its name.
fn is_secret(field: &str) -> bool {
    ["password", "token", "secret"].iter().any(|what| field == *what || field.ends_with(&format!("_{what}")))
}

/// The first thing that is written as an e-mail address is: something, an `@` or what stands for it in an address line, and a name with a
/// dot inside, whose end is no number: a package's version is none.
fn address_in(line: &str) -> Option<&str> {
    ["@", "%40"].iter().find_map(|at| line.match_indices(at).find_map(|(here, _)| address_at(line, here, at)))
}

fn address_at<'a>(line: &'a str, here: usize, at: &str) -> Option<&'a str> {
    let in_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'');
    let in_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let (before, rest) = line.split_at_checked(here)?;
    let after = rest.strip_prefix(at)?;
    let local = before.len().checked_sub(before.trim_end_matches(in_local).len())?;
    let host = after.split(|c| !in_host(c)).next()?.trim_end_matches(['.', '-']);
    let is_dotted = host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty());
    let is_name = host.rsplit('.').next()?.starts_with(char::is_alphabetic);
    let begin = here.checked_sub(local)?;
    let end = here.checked_add(at.len())?.checked_add(host.len())?;
    if local > 0 && is_dotted && is_name { line.get(begin..end) } else { None }
}

/// The first thing that is written as a signed token is: JSON in base64url (`eyJ`), a dot, and more of the like.
fn token_in(line: &str) -> Option<&str> {
    const PART_LENGTH_MIN: usize = 12;
    let in_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    line.match_indices("eyJ").find_map(|(here, _)| {
        let rest = line.get(here..)?;
        let head = rest.split(|c| !in_part(c)).next()?;
        let tail = rest.strip_prefix(head)?.strip_prefix('.')?.split(|c| !in_part(c)).next()?;
        let is_one = head.len() >= PART_LENGTH_MIN && tail.len() >= PART_LENGTH_MIN;
        is_one.then(|| rest.get(..head.len().checked_add(tail.len())?.checked_add(1)?)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLi4u";

    #[test]
    fn what_identifies_somebody_is_found_wherever_it_stands() {
        let secrets = Secrets::default();
        for (line, leak) in [
            (r#"{"error":"no account ada@example.com"}"#, Some("the e-mail address ada@example.com")),
            ("to <zoë+x@sub.example.co>.", Some("the e-mail address zoë+x@sub.example.co")),
            ("GET /v1/users?email=ada%40example.com&x", Some("the e-mail address ada%40example.com")),
            ("@ada@example.com", Some("the e-mail address ada@example.com")),
            ("at 12 @ 5.50, x@localhost, @example.com, a@.b, a@b..c, wrangler@4.52.0", None),
            ("", None),
        ] {
            assert_eq!(secrets.leak_in(line).as_deref(), leak, "{line}");
        }
        let (signed, _) = JWT.rsplit_once('.').unwrap();
        let (_, without_head) = JWT.split_once('.').unwrap();
        assert_eq!(secrets.leak_in(&format!("Bearer {JWT}, x")), Some(format!("the token {signed}")));
        assert!(secrets.leak_in(&format!("test-1.{without_head}")).is_some(), "the router's word");
        assert_eq!(secrets.leak_in("keyJarring.obvious nonsense, eyJ.eyJ"), None);
    }

    #[test]
    fn what_was_said_is_found_again() {
        let mut secrets = Secrets::default();
        secrets.hear_header("authorization", "Basic YWRhOnNlY3JldA");
        secrets.hear_header("x-cart-token", "a guest's cart token");
        secrets.hear_header("x-request-id", "req_1234567890");
        secrets.hear_body(br#"{"password":"correct \"horse\"","name":"Ada Lovelace","deep":[{"client_secret":"pi_1_secret_2"}]}"#);
        secrets.hear_json(
            &json!({ "refresh_token": "r3fr3sht0k3n", "token_type": "Bearer12", "token": "short" }),
        );
        secrets.hear_body(b"password=not json");
        secrets.add_keys("a:the first key,b:the other key");
        for leaked in [
            "YWRhOnNlY3JldA",
            "a guest's cart token",
            r#"correct "horse""#,
            r#"correct \"horse\""#,
            "pi_1_secret_2",
            "r3fr3sht0k3n",
            "the first key",
            "the other key",
        ] {
            assert!(secrets.leak_in(&format!("<{leaked}>")).is_some(), "{leaked}");
        }
        for harmless in ["req_1234567890", "Ada Lovelace", "Bearer12", "short", "not json", "YWRhOnNlY3Jld"] {
            assert_eq!(secrets.leak_in(&format!("<{harmless}>")), None, "{harmless}");
        }
        assert_eq!(secrets.leaks(["fine", "x pi_1_secret_2 x"]).len(), 1);
    }
}
