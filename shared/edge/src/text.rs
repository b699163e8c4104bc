//! A short body as the text of a header, which may hold nothing but visible ASCII and spaces inside.

use std::borrow::Cow;

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

/// Longer than this, a body is a body. All headers of a message may have 128 KB.
const TEXT_MAX: usize = 16 * 1024;

/// What cannot stand in a header, and what marks it; beyond ASCII all is escaped.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// A body as text and bytes, of which one is empty: as text where a header can carry it.
pub fn text_or_bytes(body: &[u8]) -> (Cow<'_, str>, &[u8]) {
    // Spaces around a header's value are no part of it.
    let is_bare = body.first() != Some(&b' ') && body.last() != Some(&b' ');
    if is_bare
        && body.len() <= TEXT_MAX
        && let Ok(text) = std::str::from_utf8(body)
    {
        let text: Cow<'_, str> = utf8_percent_encode(text, ESCAPED).into();
        if text.len() <= TEXT_MAX {
            return (text, &[]);
        }
    }
    (Cow::Borrowed(""), body)
}

/// The body that came as this text.
pub fn body_of(text: String) -> Bytes {
    match Cow::from(percent_decode(text.as_bytes())) {
        Cow::Owned(body) => Bytes::from(body),
        Cow::Borrowed(_) => Bytes::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_travels_as_text_arrives_as_it_was() {
        for body in ["{}", r#"{"name":"Zoë – 100 %25"}"#, "line\nand\ttab", "%", "\u{7f}\u{0}", "腕時計"]
        {
            let (text, rest) = text_or_bytes(body.as_bytes());
            assert!(rest.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text}");
            assert_eq!(body_of(text.into_owned()), body);
        }
    }

    #[test]
    fn what_a_header_would_change_or_refuse_is_a_body() {
        let long = "a".repeat(TEXT_MAX + 1);
        let grown = "ß".repeat(TEXT_MAX / 4);
        for body in [b" {}".as_slice(), b"{} ", b"\xff", long.as_bytes(), grown.as_bytes()] {
            assert_eq!(text_or_bytes(body), (Cow::Borrowed(""), body));
        }
    }
}
