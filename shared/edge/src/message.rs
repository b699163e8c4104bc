//! A message's head, and a short body with it, as one text: what crosses to JavaScript and back, and travels between our own parts as one
//! header. That may hold nothing but visible ASCII, spaces inside, and tabs, which stand between its fields: no method, address, name or
//! value has one.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

/// Longer than this, a body is a body. All headers of a message may have 128 KB.
const TEXT_MAX: usize = 16 * 1024;

/// What cannot stand in a header, and what marks it; beyond ASCII all is escaped.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// The last field: a short body behind this letter,
const HERE: char = 't';
/// or that it comes by itself.
const APART: &str = "b";

/// Headers and body as one text, and the body again where it has to come by itself.
pub fn pack<'a>(headers: &HeaderMap, body: &'a [u8]) -> (String, &'a [u8]) {
    let mut packed = header_fields(headers);
    if !packed.is_empty() {
        packed.push('\t');
    }
    let head = packed.len();
    // A space at the end is no part of a header's value.
    if body.len() <= TEXT_MAX
        && body.last() != Some(&b' ')
        && let Ok(text) = std::str::from_utf8(body)
    {
        packed.push(HERE);
        packed.extend(utf8_percent_encode(text, ESCAPED));
        if packed.len().saturating_sub(head) <= TEXT_MAX {
            return (packed, &[]);
        }
        packed.truncate(head);
    }
    packed.push_str(APART);
    (packed, body)
}

/// What came as one text.
pub struct Unpacked<'a> {
    /// All but the body, one after the other.
    pub fields: std::str::Split<'a, char>,
    /// `None`: it comes by itself.
    pub body: Option<Bytes>,
}

pub fn unpack(text: &str) -> Unpacked<'_> {
    let (head, body) = text.rsplit_once('\t').unwrap_or(("", text));
    let body =
        body.strip_prefix(HERE).map(|text| Bytes::from(percent_decode(text.as_bytes()).collect::<Vec<u8>>()));
    Unpacked { fields: head.split('\t'), body }
}

/// Names and values in turn. Ours are ASCII; what is not is left out.
pub fn header_fields(headers: &HeaderMap) -> String {
    let mut fields = String::with_capacity(1024);
    for (name, value) in headers {
        let Ok(value) = value.to_str() else { continue };
        if !fields.is_empty() {
            fields.push('\t');
        }
        fields.push_str(name.as_str());
        fields.push('\t');
        // A tab is as good as a space (RFC 9110, section 5.6.3), and stands for something else on the way.
        fields.extend(value.chars().map(|letter| if letter == '\t' { ' ' } else { letter }));
    }
    fields
}

/// The rest of a head's fields as headers.
pub fn read_headers<'a>(mut fields: impl Iterator<Item = &'a str>) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(16);
    while let (Some(name), Some(value)) = (fields.next(), fields.next()) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            map.append(name, value);
        }
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers() -> HeaderMap {
        HeaderMap::from_iter([
            (HeaderName::from_static("x-empty"), HeaderValue::from_static("")),
            (HeaderName::from_static("x-tab"), HeaderValue::from_static("a\tb")),
        ])
    }

    #[test]
    fn what_travels_as_text_arrives_as_it_was() {
        for body in [
            "",
            "{}",
            " {}",
            "b",
            "t",
            "\tb",
            r#"{"name":"Zoë – 100 %25"}"#,
            "line\nand\ttab",
            "%",
            "\u{7f}\u{0}",
            "腕時計",
        ] {
            for headers in [HeaderMap::new(), headers()] {
                let (packed, rest) = pack(&headers, body.as_bytes());
                assert!(rest.is_empty(), "{packed}");
                assert!(
                    packed.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)),
                    "{packed}"
                );
                let Unpacked { fields, body: arrived } = unpack(&packed);
                assert_eq!(arrived.as_deref(), Some(body.as_bytes()));
                let arrived = read_headers(fields);
                assert_eq!(arrived.len(), headers.len());
                assert_eq!(arrived.get("x-empty"), headers.get("x-empty"));
                assert!(arrived.get("x-tab").is_none_or(|value| value == "a b"));
            }
        }
    }

    #[test]
    fn what_a_header_would_change_or_refuse_comes_by_itself() {
        let long = "a".repeat(TEXT_MAX + 1);
        let grown = "ß".repeat(TEXT_MAX / 4);
        for body in [b"{} ".as_slice(), b"\xff", long.as_bytes(), grown.as_bytes()] {
            for headers in [HeaderMap::new(), headers()] {
                let (packed, rest) = pack(&headers, body);
                assert_eq!(rest, body);
                let Unpacked { fields, body: arrived } = unpack(&packed);
                assert_eq!(arrived, None);
                assert_eq!(read_headers(fields).len(), headers.len());
            }
        }
    }
}
