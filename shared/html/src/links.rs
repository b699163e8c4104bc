//! Addresses: what goes into one, and where one may lead.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but what never means anything in an address (RFC 3986, section 2.3).
const RESERVED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As it stands in an address.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// A page of ours that an address names, and no other site's.
pub fn local(path: &str) -> &str {
    // URL parsers pass over tabs and take a backslash for a slash; a header takes nothing but ASCII.
    let is_plain = path.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'\\');
    let is_local = is_plain && path.starts_with('/') && !path.starts_with("//");
    if is_local { path } else { "/" }
}
