//! Conditional requests (RFC 9110, section 13). An ETag of ours is `"<version>"` or `"<version>-<what else the answer varies by>"`.

use http::{HeaderMap, header};

use api::problem::{Problem, codes};

use crate::{
    Result,
    handler::{Asked, Take},
};

/// The version that a change expects, from `If-Match`; `None` when there is no such header, or it is `*`.
pub struct IfMatch(pub Option<u64>);

impl<P> Take<P> for IfMatch {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        let Some(value) = asked.parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        // A compressing proxy weakens tags, so a weak one is accepted: the version decides.
        let tag = opaque(text).map(|tag| tag.split('-').next().unwrap_or(tag));
        match tag.and_then(|version| version.parse().ok()) {
            Some(version) => Ok(Self(Some(version))),
            None => Err(Problem::new(codes::precondition_failed).into()),
        }
    }
}

impl IfMatch {
    /// 412 unless the change expects `version`, or nothing.
    pub fn check(&self, version: u64) -> std::result::Result<(), Problem> {
        match self.0 {
            Some(expected) if expected != version => Err(Problem::new(codes::precondition_failed)),
            _ => Ok(()),
        }
    }
}

/// A short name for what a body says, for what changes without a new version. FNV-1a, 64 bits: no secret.
pub fn digest(body: &str) -> String {
    let hash = body.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn opaque(tag: &str) -> Option<&str> {
    tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')
}

/// Whether `If-None-Match` names `etag`, compared weakly.
pub(crate) fn is_known(request: &HeaderMap, etag: &str) -> bool {
    let Some(known) = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    known.trim() == "*" || known.split(',').any(|tag| opaque(tag.trim()) == opaque(etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_fnv_1a() {
        assert_eq!(digest(""), "cbf29ce484222325");
        assert_eq!(digest("a"), "af63dc4c8601ec8c");
    }

    #[test]
    fn a_known_tag_is_found_weak_or_strong() {
        let mut request = HeaderMap::new();
        request.insert(header::IF_NONE_MATCH, "\"1-EUR\", W/\"2-EUR\"".parse().unwrap());
        assert!(is_known(&request, "\"2-EUR\""));
        assert!(!is_known(&request, "\"2-USD\""));
        assert!(!is_known(&HeaderMap::new(), "\"2-EUR\""));
    }
}
