//! Who may call from a page of another origin: those that `ALLOWED_ORIGINS` names. Never with cookies, which `/v1` does not know.

use http::{HeaderMap, HeaderValue, header};

use platform::Platform;

/// What a page may send, besides what every page may.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, idempotency-key, if-match, if-none-match, traceparent, x-cart-token, x-order-token",
);
/// What a page may read, besides what every page may.
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "etag, idempotency-replayed, location, ratelimit, ratelimit-policy, retry-after, x-request-id",
);
/// How long a browser may remember a preflight; none does longer.
const MAX_AGE_S: HeaderValue = HeaderValue::from_static("7200");

/// What a request's origin means for its answer.
#[derive(Debug, PartialEq, Eq)]
pub enum Origin {
    /// No origin may call, so no answer depends on one.
    Nobody,
    /// Some may, and this is none of them, or not told.
    Foreign,
    Allowed(HeaderValue),
}

impl Origin {
    pub fn of<P: Platform>(platform: &P, request: &HeaderMap) -> Self {
        platform.var("ALLOWED_ORIGINS").map_or(Origin::Nobody, |allowed| Self::among(&allowed, request))
    }

    /// Origins are compared as they are written: browsers write each in one way.
    fn among(allowed: &str, request: &HeaderMap) -> Self {
        let mut allowed = allowed.split(',').map(str::trim).filter(|one| !one.is_empty()).peekable();
        if allowed.peek().is_none() {
            return Origin::Nobody;
        }
        match request.get(header::ORIGIN) {
            Some(origin) if allowed.any(|one| one.as_bytes() == origin.as_bytes()) => {
                Origin::Allowed(origin.clone())
            }
            _ => Origin::Foreign,
        }
    }

    /// The headers of an answer. A cache must know that it depends on the origin also where none was named: what it keeps of one page
    /// would else be refused to the other (Fetch standard, "CORS protocol and HTTP caches").
    pub fn tell(self, all: &mut HeaderMap) {
        if self == Origin::Nobody {
            return;
        }
        all.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Origin::Allowed(origin) = self {
            all.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            all.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}

/// What a browser asks before a call that a form could not make: answered here, whatever the service behind is doing.
pub fn preflight(origin: &Origin, methods: &str, request: &HeaderMap, answer: &mut HeaderMap) {
    let asks = request.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if let (Origin::Allowed(_), true, Ok(methods)) = (origin, asks, HeaderValue::from_str(methods)) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
        answer.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE_S);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_allowed_when_it_is_named_as_it_is() {
        let origin = |allowed: &str, origin: Option<&str>| {
            let mut request = HeaderMap::new();
            if let Some(origin) = origin {
                request.insert(header::ORIGIN, origin.parse().unwrap());
            }
            Origin::among(allowed, &request)
        };
        let shop = "https://shop.example";
        let allowed = || Origin::Allowed(shop.parse().unwrap());
        for nothing in ["", " ", ",", " , "] {
            assert_eq!(origin(nothing, Some(shop)), Origin::Nobody, "{nothing:?}");
        }
        for list in
            [shop, "https://shop.example, https://m.example", " http://localhost:3000 ,https://shop.example,"]
        {
            assert_eq!(origin(list, Some(shop)), allowed(), "{list}");
            assert_eq!(origin(list, None), Origin::Foreign, "{list}");
            for other in [
                "https://shop.example.evil",
                "https://shop.exampl",
                "http://shop.example",
                "https://shop.example:8443",
                "https://SHOP.example",
                "https://shop.example/",
                "https://x.shop.example",
                "https://shop.example, https://m.example",
                "null",
                "*",
                "",
            ] {
                assert_eq!(origin(list, Some(other)), Origin::Foreign, "{list} {other}");
            }
        }
        assert_eq!(origin("*", Some(shop)), Origin::Foreign, "everybody is nobody that is named");
    }
}
