//! The number that people read out: `M-7K3F9-2QDXA-4`.
//!
//! Derived from the order's id, without a counter, so it never gaps, races or tells how much the shop sells. It is shown and
//! searched for, never a key: 50 bits are plenty to tell orders apart at a desk, not to promise that no two are ever alike.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{fmt, str::FromStr};

use crate::{Invalid, id::OrderId};

/// Crockford's base 32: no I, L, O or U to be misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Crockford's check is the value modulo this prime; any one wrong character, and any two swapped ones, change it.
const CHECK_MODULUS: u64 = 37;
const CHARACTERS: usize = 10;
const BITS: u32 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct OrderNumber(u64);

impl OrderNumber {
    pub fn of(order: &OrderId) -> Self {
        let mut value = 0;
        // The checks 32 to 36 would be written `*~$=U`: the next candidate is taken instead. 256 in a row are out of the question, and
        // would only make an odd-looking number.
        for attempt in 0..=u8::MAX {
            let digest: [u8; 32] = Sha256::new_with_prefix("order number")
                .chain_update(order.as_uuid())
                .chain_update([attempt])
                .finalize()
                .into();
            value = digest.iter().take(8).fold(0_u64, |bits, byte| bits.wrapping_shl(8) | u64::from(*byte))
                >> u64::BITS.saturating_sub(BITS);
            if character(check(value)).is_some() {
                break;
            }
        }
        Self(value)
    }
}

fn check(value: u64) -> u64 {
    value.checked_rem(CHECK_MODULUS).unwrap_or(0)
}

fn character(digit: u64) -> Option<char> {
    usize::try_from(digit).ok().and_then(|index| ALPHABET.get(index)).map(|byte| char::from(*byte))
}

/// Reads what people write: lower case, and the letters that look like digits.
fn digit(character: char) -> Option<u64> {
    let character = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let index = ALPHABET.iter().position(|byte| char::from(*byte) == character)?;
    u64::try_from(index).ok()
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("M-")?;
        for place in (0..CHARACTERS).rev() {
            let shift = u32::try_from(place).unwrap_or(0).saturating_mul(5);
            write!(f, "{}", character(self.0.wrapping_shr(shift) & 31).unwrap_or('?'))?;
            if place == CHARACTERS / 2 {
                f.write_str("-")?;
            }
        }
        write!(f, "-{}", character(check(self.0)).unwrap_or('?'))
    }
}

impl FromStr for OrderNumber {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused =
            || Invalid::new("invalid_order_number", "must be an order number such as M-7K3F9-2QDXA-6");
        let text = text.trim();
        let rest = text.strip_prefix(['M', 'm']).unwrap_or(text);
        let digits = rest
            .chars()
            .filter(|character| *character != '-')
            .map(digit)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(refused)?;
        let (said, digits) =
            digits.split_last().filter(|(_, digits)| digits.len() == CHARACTERS).ok_or_else(refused)?;
        let value = digits.iter().fold(0_u64, |bits, digit| bits.wrapping_shl(5) | digit);
        if check(value) == *said { Ok(Self(value)) } else { Err(refused()) }
    }
}

impl TryFrom<String> for OrderNumber {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<OrderNumber> for String {
    fn from(number: OrderNumber) -> String {
        number.to_string()
    }
}

crate::schema!(OrderNumber, "OrderNumber", |_| {
    "description": "The number that people read out. It is shown and searched for, and no key.",
    "type": "string",
    "pattern": "^M-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$",
    "examples": ["M-7K3F9-2QDXA-4"],
});

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_order() -> impl Strategy<Value = OrderId> {
        any::<u64>().prop_map(|n| OrderId::derived(&[&n.to_string()]))
    }

    #[test]
    fn a_number_never_changes() {
        let shown = OrderNumber::of(&OrderId::derived(&["usr_1", "key"])).to_string();
        assert_eq!(shown, OrderNumber::of(&OrderId::derived(&["usr_1", "key"])).to_string());
        assert_eq!(shown.len(), "M-7K3F9-2QDXA-6".len());
        assert_eq!("m-7k3f9-2qdxa-6".parse::<OrderNumber>().unwrap().to_string(), "M-7K3F9-2QDXA-6");
        assert_eq!("M 0".parse::<OrderNumber>().map_err(|invalid| invalid.code), Err("invalid_order_number"));
    }

    proptest! {
        #[test]
        fn a_number_reads_back_however_it_is_typed(order in any_order()) {
            let number = OrderNumber::of(&order);
            let shown = number.to_string();
            prop_assert_eq!(shown.parse(), Ok(number));
            prop_assert_eq!(shown.to_lowercase().replace('-', "").replace('1', "l").replace('0', "o").parse(), Ok(number));
            prop_assert!(!shown.contains(['I', 'L', 'O', 'U', '?', '*', '~', '$', '=']));
        }

        #[test]
        fn one_wrong_character_or_two_swapped_ones_are_noticed(order in any_order(), place in 0usize..9, other in 0usize..32) {
            let number = OrderNumber::of(&order);
            let mut digits: Vec<char> = number.to_string().replace('-', "").chars().collect();
            let typed = char::from(ALPHABET[other]);
            let swapped = {
                let mut digits = digits.clone();
                digits.swap(1 + place, 2 + place);
                digits
            };
            if swapped != digits {
                prop_assert!(String::from_iter(swapped).parse::<OrderNumber>().is_err());
            }
            if digits[1 + place] != typed {
                digits[1 + place] = typed;
                prop_assert!(String::from_iter(digits).parse::<OrderNumber>().is_err());
            }
        }
    }
}
