//! Addresses: what goes into one, and where one may lead.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// As it stands in an address.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A page of ours that an address names, and no other site's.
pub fn local(path: &str) -> &str {
    // URL parsers pass over tabs and take a backslash for a slash; a header takes nothing but ASCII.
    let is_plain = path.bytes().all(|byte| matches!(byte, b'!'..=b'~') && byte != b'\\');
    let is_local = is_plain && path.starts_with('/') && !path.starts_with("//");
    if is_local { path } else { "/" }
}
