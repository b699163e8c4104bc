//! Passwords that are tried first, as a filter of 22 KB that may err in one of 65,536: then somebody has to think of another.
//!
//! `common_passwords.txt` is made from the list of 20,000 that Royce Williams drew from breaches and Django ships (BSD licence): what of each
//! is left without digits and signs at its ends, from 6 letters, and whole what has 12 characters or more, as shorter ones are refused anyway.

use std::sync::OnceLock;
use xorf::{BinaryFuse16Ref, DmaSerializable, Filter, FilterRef};

/// What the filter is made for: its words' first 64 bits of SHA-256, as it takes numbers.
fn number(word: &str) -> u64 {
    use sha2::{Digest, Sha256};
    let digest: [u8; 32] = Sha256::digest(word.as_bytes()).into();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// The filter reads numbers of two bytes where they lie.
#[repr(align(2))]
struct Aligned<T: ?Sized>(T);

static FILTER: &Aligned<[u8]> = &Aligned(*include_bytes!("common_passwords.bin"));

fn contains(word: &str) -> bool {
    static READ: OnceLock<Option<BinaryFuse16Ref<'static>>> = OnceLock::new();
    let filter = READ.get_or_init(|| {
        let (descriptor, fingerprints) = FILTER.0.split_at_checked(xorf::BinaryFuse16::DESCRIPTOR_LEN)?;
        Some(BinaryFuse16Ref::from_dma(descriptor, fingerprints))
    });
    filter.as_ref().is_some_and(|filter| filter.contains(&number(word)))
}

/// Whether a password is on the list, is one of it with digits and signs around it, or holds next to nothing: a short piece over and over,
/// or characters in a row.
pub fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    contains(&lower) || contains(core) || is_repetition(&lower) || is_run(&lower)
}

/// The longest piece whose repetition counts as nothing more than the piece, whatever it is, in characters.
const PIECE_LENGTH_MAX: usize = 6;

fn is_repetition(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let repeats =
        |length: &usize| letters.iter().skip(*length).zip(&letters).all(|(later, earlier)| later == earlier);
    let piece = |length: usize| letters.iter().take(length).collect::<String>();
    (1..=letters.len() / 2)
        .find(repeats)
        .is_some_and(|length| length <= PIECE_LENGTH_MAX || contains(&piece(length)))
}

/// `abcdefgh`, `87654321`; from 9 it may go on with 0.
fn is_run(text: &str) -> bool {
    let next = |c: char| match c {
        '9' => Some('0'),
        c => u32::from(c).checked_add(1).and_then(char::from_u32),
    };
    let pairs = || text.chars().zip(text.chars().skip(1));
    pairs().all(|(one, other)| next(one) == Some(other))
        || pairs().all(|(one, other)| next(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xorf::BinaryFuse16;

    const WORDS: &str = include_str!("common_passwords.txt");

    fn made() -> Vec<u8> {
        let numbers: Vec<u64> = WORDS.lines().map(number).collect();
        let filter = BinaryFuse16::try_from(&numbers).unwrap();
        let mut bytes = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
        filter.dma_copy_descriptor_to(&mut bytes);
        bytes.extend(filter.dma_fingerprints());
        bytes
    }

    /// `MAKE_FILTER=1 cargo test -p domain the_filter` makes it anew.
    #[test]
    fn the_filter_is_made_of_the_list() {
        if std::env::var_os("MAKE_FILTER").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/account/common_passwords.bin");
            std::fs::write(path, made()).unwrap();
        }
        assert!(FILTER.0 == *made(), "the list changed: see above");
    }

    #[test]
    fn every_word_of_the_list_is_refused_and_hardly_anything_else() {
        assert!(WORDS.lines().all(contains));
        let chance = (0..100_000).filter(|n| contains(&format!("no password of anybody {n}"))).count();
        assert!(chance < 10, "{chance}");
    }

    #[test]
    fn what_is_tried_first_is_common() {
        for common in [
            "qwertyqwerty",
            "administrator",
            "Password1234",
            "1234password!!",
            "iloveyou2024",
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "passwordpassword",
            "123456789012",
            "210987654321",
            "abcdefghijklm",
            "ÄÄÄÄÄÄÄÄÄÄÄÄ",
        ] {
            assert!(is_common(common), "{common}");
        }
        for rare in [
            "correct horse battery",
            "wZ7!kd0-pLq2",
            "mein Fahrrad ist blau",
            "739201847362",
            "пароль для магазина",
        ] {
            assert!(!is_common(rare), "{rare}");
        }
    }
}
