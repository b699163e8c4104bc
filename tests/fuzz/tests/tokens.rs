//! What proves who is calling: nothing but the very text that was signed is believed.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use api::identity::{Caller, KeyRing, Role, sign, verify};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Timestamp,
    id::{SessionId, UserId},
};
use fuzz::{Input, target};
use kit::{mounts::JWT_KEYS, token};

const NOW: Timestamp = Timestamp::from_millis(1_795_424_400_000);

fn ring(text: &str) -> KeyRing {
    KeyRing::parse(text).unwrap()
}

fn access_tokens() -> Vec<String> {
    ["customer", "staff", "admin"].map(|role| token::mint(JWT_KEYS, token::user("ada"), role, NOW)).into()
}

target! {
    /// JWT. Also of those with another header, other claims or another spelling of the signature.
    access_token, access_tokens(), |input: &Input, seeds: &Vec<String>| {
        let text = input.text(seeds);
        let caller = router::verify_access_token(&text, &ring(JWT_KEYS), "req_1", NOW).map(|live| live.caller);
        assert_eq!(caller.is_some(), seeds.contains(&text), "{text}");
        assert!(caller.is_none_or(|caller| caller.sub == Some(token::user("ada"))), "{text}");
    }
}

fn keys() -> String {
    let key = |id: &str, byte: u8| format!("{id}:{}", URL_SAFE_NO_PAD.encode([byte; 32]));
    format!("{},{}", key("new", 1), key("old", 2))
}

fn words() -> Vec<String> {
    let guest = Caller::guest("req_1".to_owned(), NOW);
    let admin = Caller {
        sub: Some(UserId::derived(&["ada"])),
        sid: Some(SessionId::derived(&["ada"])),
        roles: vec![Role::Customer, Role::Admin],
        ..guest.clone()
    };
    [guest, admin].iter().map(|caller| sign(caller, &ring(&keys())).unwrap()).collect()
}

target! {
    /// The router's word on who is calling.
    caller_header, words(), |input: &Input, seeds: &Vec<String>| {
        let text = input.text(seeds);
        let caller = verify(&text, &ring(&keys()), NOW);
        assert_eq!(caller.is_some(), seeds.contains(&text), "{text}");
        // What is believed is what was signed.
        assert!(caller.is_none_or(|caller| sign(&caller, &ring(&keys())).as_ref() == Some(&text)), "{text}");
    }
}

target! {
    /// A deployment's setting: what is taken for a ring of keys signs, and knows its own word again.
    key_ring, [keys(), JWT_KEYS.to_owned()], |input: &Input, seeds: &[String; 2]| {
        let text = input.text(seeds);
        if let Some(ring) = KeyRing::parse(&text) {
            let (id, secret) = ring.signing().unwrap();
            assert!(secret.len() >= api::identity::SECRET_LENGTH_MIN && ring.secret(id) == Some(secret));
            let caller = Caller::guest("req_1".to_owned(), NOW);
            assert_eq!(verify(&sign(&caller, &ring).unwrap(), &ring, NOW), Some(caller), "{text}");
        }
    }
}
