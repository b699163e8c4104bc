//! Card numbers, which this shop must never see: how to find one in a text, and how to blot it out of a log line.
//!
//! A number is 13 to 19 digits with a card network's prefix and length that pass Luhn's check. Spaces and dashes may stand between its
//! groups; it begins and ends where a group does, so digits inside a longer number are no card. Ids in hexadecimal are passed over:
//! some of them are digits throughout, and one in ten of those would pass the check.

use std::{borrow::Cow, ops::Range};

/// The shortest card number, in digits.
pub const CARD_DIGITS_MIN: usize = 13;
/// The longest card number, in digits.
pub const CARD_DIGITS_MAX: usize = 19;

/// Spaces and dashes, as keyboards, word processors and web pages write them.
const SEPARATORS: [&str; 11] = [
    " ", "-", "\u{a0}", "\u{2007}", "\u{2009}", "\u{202f}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}",
    "\u{2212}",
];

/// The most of them that may stand between two groups of one number (`4242 - 4242`).
const SEPARATORS_MAX: usize = 3;

/// Lengths in which ids and hashes are written in hexadecimal: span, object and trace ids, SHA-1, SHA-256.
const HEX_ID_LENGTHS: [usize; 5] = [16, 24, 32, 40, 64];

/// The length of `01936b2a-7c41-7000-8000-123456789012`.
const UUID_LENGTH: usize = 36;

/// Whose numbers begin how (from, to, both with as many digits as count), and how long they are.
const NETWORKS: &[(u32, u32, &[usize])] = &[
    (4, 4, &[13, 16, 19]),                         // Visa
    (51, 55, &[16]),                               // Mastercard
    (2_221, 2_720, &[16]),                         // Mastercard, 2-series
    (34, 34, &[15]),                               // American Express
    (37, 37, &[15]),                               // American Express
    (6_011, 6_011, &[16, 17, 18, 19]),             // Discover
    (644, 659, &[16, 17, 18, 19]),                 // Discover
    (3_528, 3_589, &[16, 17, 18, 19]),             // JCB
    (300, 305, &[14, 15, 16, 17, 18, 19]),         // Diners Club
    (3_095, 3_095, &[14, 15, 16, 17, 18, 19]),     // Diners Club
    (36, 36, &[14, 15, 16, 17, 18, 19]),           // Diners Club
    (38, 39, &[14, 15, 16, 17, 18, 19]),           // Diners Club
    (62, 62, &[16, 17, 18, 19]),                   // UnionPay (and Discover's share of it)
    (81, 81, &[16, 17, 18, 19]),                   // UnionPay
    (5_018, 5_018, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (5_020, 5_020, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (5_038, 5_038, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (5_893, 5_893, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (6_304, 6_304, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (6_759, 6_759, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (6_761, 6_763, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
];

/// Whether `text` holds a card number.
pub fn find_card_number(text: &str) -> bool {
    CardNumbers::of(text).next().is_some()
}

/// The text with every digit of a card number made a `*`. Masking again changes nothing.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut found = CardNumbers::of(text).peekable();
    if found.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut masked = text.as_bytes().to_vec();
    for span in found {
        for byte in masked.get_mut(span).into_iter().flatten().filter(|byte| byte.is_ascii_digit()) {
            *byte = b'*';
        }
    }
    // ASCII took the place of ASCII, so it is still UTF-8.
    Cow::Owned(String::from_utf8(masked).unwrap_or_default())
}

/// Where the card numbers of a text stand, in bytes. They may overlap.
struct CardNumbers<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> CardNumbers<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.as_bytes();
        // Nearly every text has too few digits: one pass over it says so.
        let enough = text.iter().filter(|byte| byte.is_ascii_digit()).count() >= CARD_DIGITS_MIN;
        Self { text: if enough { text } else { &[] }, at: 0 }
    }

    fn advance(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }
}

impl Iterator for CardNumbers<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let start = self.at;
            let (before, rest) = self.text.split_at_checked(start)?;
            if rest.is_empty() {
                return None;
            }
            let in_word = before.last().is_some_and(u8::is_ascii_alphanumeric);
            if let Some(length) = id_length(rest).filter(|_| !in_word) {
                self.advance(length);
                continue;
            }
            let group = count_while(rest, u8::is_ascii_digit);
            self.advance(group.max(1));
            if let Some(length) = card_length(rest) {
                return Some(start..start.saturating_add(length));
            }
        }
    }
}

/// The bytes that the longest card number at the beginning of `text` takes.
fn card_length(text: &[u8]) -> Option<usize> {
    let mut digits = [0; CARD_DIGITS_MAX];
    let (mut count, mut length, mut found) = (0_usize, 0_usize, None);
    loop {
        let rest = text.get(length..)?;
        let group = count_while(rest, u8::is_ascii_digit);
        let Some(room) = digits.get_mut(count..count.saturating_add(group)).filter(|_| group > 0) else {
            return found;
        };
        room.iter_mut().zip(rest).for_each(|(digit, byte)| *digit = byte.saturating_sub(b'0'));
        (count, length) = (count.saturating_add(group), length.saturating_add(group));
        if digits.get(..count).is_some_and(is_card) {
            found = Some(length);
        }
        let gap = gap_length(text.get(length..)?);
        length = length.saturating_add(gap);
        if gap == 0 || text.get(length..).is_some_and(|rest| id_length(rest).is_some()) {
            return found;
        }
    }
}

/// The bytes of the separators that `text` begins with; 0 where there are none, or too many.
fn gap_length(text: &[u8]) -> usize {
    let (mut length, mut rest) = (0_usize, text);
    for _ in 0..SEPARATORS_MAX {
        let Some(after) = SEPARATORS.iter().find_map(|separator| rest.strip_prefix(separator.as_bytes()))
        else {
            return length;
        };
        length = text.len().saturating_sub(after.len());
        rest = after;
    }
    let goes_on = SEPARATORS.iter().any(|separator| rest.starts_with(separator.as_bytes()));
    if goes_on { 0 } else { length }
}

/// The length of the id in hexadecimal that `word` begins with.
fn id_length(word: &[u8]) -> Option<usize> {
    if word.get(..UUID_LENGTH).is_some_and(is_uuid)
        && !word.get(UUID_LENGTH).is_some_and(u8::is_ascii_alphanumeric)
    {
        return Some(UUID_LENGTH);
    }
    let (length, longest) = (count_while(word, u8::is_ascii_alphanumeric), HEX_ID_LENGTHS.iter().max()?);
    if length > *longest || !HEX_ID_LENGTHS.contains(&length) {
        return None;
    }
    let word = word.get(..length)?;
    (word.iter().all(u8::is_ascii_hexdigit) && word.iter().any(u8::is_ascii_alphabetic)).then_some(length)
}

fn is_uuid(text: &[u8]) -> bool {
    text.iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

/// How many bytes at the beginning of `text` are of a kind.
fn count_while(text: &[u8], of_kind: impl Fn(&u8) -> bool) -> usize {
    text.iter().take_while(|byte| of_kind(byte)).count()
}

fn is_card(digits: &[u8]) -> bool {
    let of_network = NETWORKS.iter().any(|(from, to, lengths)| {
        lengths.contains(&digits.len()) && (*from..=*to).contains(&prefix(digits, from.ilog10()))
    });
    of_network && passes_luhn(digits)
}

/// The number that the first `more + 1` digits make.
fn prefix(digits: &[u8], more: u32) -> u32 {
    let count = usize::try_from(more).unwrap_or(0).saturating_add(1);
    digits
        .iter()
        .take(count)
        .fold(0, |number, digit| number.saturating_mul(10).saturating_add(u32::from(*digit)))
}

/// ISO/IEC 7812-1, annex B: every second digit from the right is doubled; the sum of all digits ends in 0.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().fold(0_u32, |sum, (place, digit)| {
        let value = u32::from(*digit);
        let value = match (place.is_multiple_of(2), value.saturating_mul(2)) {
            (true, _) => value,
            (false, doubled) if doubled > 9 => doubled.saturating_sub(9),
            (false, doubled) => doubled,
        };
        sum.saturating_add(value)
    });
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The networks' published test numbers.
    const NUMBERS: &[&str] = &[
        "4242424242424242",
        "4000056655665556",
        "4222222222222",
        "4000000000000000006",
        "5555555555554444",
        "5105105105105100",
        "2223003122003222",
        "2720992720992729",
        "378282246310005",
        "341111111111111",
        "6011111111111117",
        "6445644564456445",
        "6500000000000002",
        "3530111333300000",
        "3566002020360505",
        "30569309025904",
        "36227206271667",
        "38520000023237",
        "6200000000000005",
        "6205500000000000004",
        "6759649826438453",
        "6304000000000000",
    ];

    #[test]
    fn every_network_is_known() {
        for number in NUMBERS {
            assert!(find_card_number(number), "{number}");
        }
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in [
            "4242 4242 4242 4242",
            "4242-4242-4242-4242",
            "4242 - 4242 - 4242 - 4242",
            "4242\u{a0}4242\u{a0}4242\u{a0}4242",
            "4242 \u{2013} 4242\u{2011}4242\u{202f}4242",
            "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
            "3782 822463 10005",
            "my card is 4242424242424242, expires 12/28",
            "2 4242 4242 4242 4242",
            "4242 4242 4242 4242 123",
            "card4242424242424242",
            "card_4242424242424242x",
            "é4242424242424242é",
            r#"{"note":"a\n4242424242424242"}"#,
            "4111 4242424242424242",
        ] {
            assert!(find_card_number(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_card_is_left_alone() {
        for text in [
            "",
            "4242424242424241",                         // Luhn
            "1234567812345670",                         // no network begins with 1
            "2220000000000007",                         // just below the 2-series
            "42424242424242424242",                     // inside a longer number
            "04242424242424242",                        // the same
            "424242424242",                             // too short
            "4242.4242.4242.4242",                      // not a separator
            "4242     4242 4242 4242",                  // too far apart
            "1795359845007",                            // a time in milliseconds
            "pay_42424242-4242-4242-8242-424242424242", // an id
            "4bf92f3577b34da64242424242424242",         // a trace id
            "a424242424242424",                         // a span id
            "+49 30 901820 and 0049 30 901820",         // telephone numbers
            "2026-11-22 15:04:05.123",
        ] {
            assert!(!find_card_number(text), "{text}");
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn masking_takes_the_digits_and_nothing_else() {
        for (text, masked) in [
            ("pay 4242 4242-42424242 now", "pay **** ****-******** now"),
            ("a=378282246310005&b=5555555555554444", "a=***************&b=****************"),
            ("order 7, 4222222222222é", "order 7, *************é"),
            ("no card", "no card"),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    /// A number of a network with its check digit, so that whatever the table says is what the test tries.
    fn card_number() -> impl Strategy<Value = String> {
        (
            0..NETWORKS.len(),
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            prop::collection::vec(0..10u8, 19),
        )
            .prop_map(|(network, length, begins, filler)| {
                let (from, to, lengths) = NETWORKS[network];
                let begins = from + u32::try_from(begins.index((to - from + 1) as usize)).unwrap();
                let length = lengths[length.index(lengths.len())];
                let mut digits: Vec<u8> = begins.to_string().bytes().map(|byte| byte - b'0').collect();
                digits.extend(filler);
                digits.truncate(length - 1);
                digits.push(0);
                let check = (0..10).find(|check| {
                    *digits.last_mut().unwrap() = *check;
                    passes_luhn(&digits)
                });
                assert!(check.is_some());
                digits.iter().map(|digit| char::from(b'0' + digit)).collect()
            })
    }

    proptest! {
        #[test]
        fn a_card_number_between_any_words_is_found_and_masked(
            number in card_number(), before in "[^0-9]{0,12}[g-z:,. ]", after in "([g-z:,.][^0-9]{0,12})?",
        ) {
            let text = format!("{before}{number}{after}");
            prop_assert!(find_card_number(&text));
            prop_assert!(!mask(&text).contains(&number));
            prop_assert_eq!(mask(&text).chars().count(), text.chars().count());
        }

        #[test]
        fn one_wrong_digit_is_no_card_number(number in card_number(), at in any::<prop::sample::Index>(), off in 1..10u8) {
            let mut digits = number.into_bytes();
            let at = at.index(digits.len());
            digits[at] = (digits[at] - b'0' + off) % 10 + b'0';
            prop_assert!(!find_card_number(std::str::from_utf8(&digits).unwrap()));
        }

        #[test]
        fn nothing_is_left_to_find_in_what_was_masked(text in "[0-9 a-g4-]{0,80}") {
            let masked = mask(&text).into_owned();
            prop_assert!(!find_card_number(&masked), "{}", masked);
        }

        /// Or one order in some thousands could not be asked about, and its log lines could not be found.
        #[test]
        fn an_id_is_never_taken_for_a_card(bytes in any::<[u8; 16]>(), decimal in any::<bool>()) {
            let mut hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            if decimal {
                hex = hex.chars().map(|digit| char::from(b'0' + u8::try_from(digit.to_digit(16).unwrap() % 10).unwrap())).collect();
            }
            let uuid = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
            for text in [format!("pay_{uuid}"), uuid.clone(), format!("/v1/orders/ord_{uuid}/events"), format!("{uuid} {uuid}")] {
                prop_assert!(!find_card_number(&text), "{}", text);
            }
            prop_assert!(!find_card_number(&format!("00-{hex}-a{}-01", &hex[1..16])), "{}", hex);
        }

        #[test]
        fn any_text_is_read_to_its_end(text in any::<String>()) {
            let _ = mask(&text);
        }
    }
}
