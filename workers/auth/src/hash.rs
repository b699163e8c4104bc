//! Passwords as they are kept: Argon2id (RFC 9106), in PHC form, which names its own parameters.

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version,
    password_hash::{PasswordHasher, SaltString},
};

use platform::Fault;

/// OWASP's first choice for Argon2id with little memory: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

pub const SALT_BYTES: usize = 16;

/// Of a password that nobody knows: what is compared where there is no account, so that an answer takes as long. A test makes it as
/// dear as any other.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg$3Zl0dPzQ3mV8d8Jm3rXkC2E0bq0vXgQ8h1cYw8uG7lQ";

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(fault)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::defect(format!("argon2: {error}"))
}

/// `password` as it was prepared.
pub fn hash(password: &str, salt: [u8; SALT_BYTES]) -> Result<String, Fault> {
    let salt = SaltString::encode_b64(&salt).map_err(fault)?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt).map_err(fault)?.to_string())
}

/// Whether it is the password behind `hash`; where there is none, never, after as much work.
pub fn verify(password: &str, hash: Option<&str>) -> Result<bool, Fault> {
    let known = PasswordHash::new(hash.unwrap_or(NOBODYS)).map_err(fault)?;
    // Takes its parameters from the hash.
    let is_right = argon2()?.verify_password(password.as_bytes(), &known).is_ok();
    Ok(is_right && hash.is_some())
}

/// Whether it was made with less work than is asked for today: then it is made anew at the next login.
pub fn is_outdated(hash: &str) -> bool {
    let today = [("m", MEMORY_KIB), ("t", PASSES), ("p", LANES)];
    PasswordHash::new(hash).map_or(true, |known| {
        known.algorithm.as_str() != "argon2id"
            || today
                .iter()
                .any(|(name, wanted)| known.params.get_decimal(*name).is_none_or(|has| has < *wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let hash = hash("correct horse battery", [7; SALT_BYTES]).unwrap();
        assert!(verify("correct horse battery", Some(&hash)).unwrap());
        assert!(!verify("correct horse batterz", Some(&hash)).unwrap());
        assert!(!is_outdated(&hash));
    }

    #[test]
    fn nobody_is_let_in_after_as_much_work() {
        assert!(!verify("anything", None).unwrap());
        assert!(!is_outdated(NOBODYS));
        assert_eq!(PasswordHash::new(NOBODYS).unwrap().hash.unwrap().len(), 32);
    }

    #[test]
    fn weaker_hashes_are_made_anew() {
        for weak in [
            "$argon2id$v=19$m=9216,t=4,p=1$bm9ib2R5J3Mgc2FsdC4uLg$3Zl0dPzQ3mV8d8Jm3rXkC2E0bq0vXgQ8h1cYw8uG7lQ",
            "$argon2i$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdC4uLg$3Zl0dPzQ3mV8d8Jm3rXkC2E0bq0vXgQ8h1cYw8uG7lQ",
            "rubbish",
        ] {
            assert!(is_outdated(weak), "{weak}");
        }
    }
}
