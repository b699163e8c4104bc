//! What an answer tells a browser about itself, so that nothing in it is taken for more than it is.
//!
//! The runtime takes its time over each header, so each stands where it does something. JSON that is never taken for another type
//! (`nosniff`) shows nothing, loads nothing, runs nothing and sends nobody on: what governs pages goes with pages and drawings alone.

use http::{HeaderMap, HeaderValue, header};

/// A year. Only of this host: what else its domain serves is not ours to say.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Looks and pictures of its own and nothing that runs; never inside another page, which is what X-Frame-Options said before there was
/// this. The mailbox shows a mail in a sandboxed frame of its own.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

pub fn tell(is_local: bool, all: &mut HeaderMap) {
    all.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Over plain HTTP it means nothing (RFC 6797), and local development is.
    if !is_local {
        all.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    if is_page(all) {
        // The web shop's own pages know what they load.
        all.entry(header::CONTENT_SECURITY_POLICY).or_insert(PAGE_POLICY);
        all.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    }
}

/// Whether a browser would show it as a document.
fn is_page(all: &HeaderMap) -> bool {
    let kind = all.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = kind.split(|byte| matches!(byte, b';' | b' ')).next().unwrap_or_default();
    [&b"text/html"[..], b"image/svg+xml", b"application/xhtml+xml", b"text/xml", b"application/xml"]
        .iter()
        .any(|page| kind.eq_ignore_ascii_case(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Option<&str>, is_local: bool) -> HeaderMap {
        let mut all = HeaderMap::new();
        if let Some(kind) = kind {
            all.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        }
        tell(is_local, &mut all);
        all
    }

    #[test]
    fn what_could_be_shown_says_what_it_may_do() {
        for kind in ["text/html; charset=utf-8", "text/html", "TEXT/HTML;x", "image/svg+xml"] {
            let all = told(Some(kind), true);
            assert!(all.contains_key(header::CONTENT_SECURITY_POLICY), "{kind}");
            assert!(all.contains_key(header::REFERRER_POLICY), "{kind}");
        }
        for kind in [Some("application/json"), Some("application/problem+json"), Some("text/htmlx"), None] {
            let all = told(kind, true);
            assert_eq!(all.len(), usize::from(kind.is_some()) + 1, "{kind:?}: {all:?}");
        }
    }

    #[test]
    fn the_next_visit_is_by_https_but_not_in_local_development() {
        assert!(told(None, false).contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(!told(None, true).contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
}
