//! Cookies (RFC 6265): those that a browser shows, and those that it is given.

use http::{HeaderMap, HeaderValue, header};

/// What a browser shows. The first of a name counts.
#[derive(Debug, Clone, Default)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    pub fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// An empty one is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        (!value.is_empty()).then_some(value)
    }
}

/// A cookie of ours: of this host alone and all of it, over HTTPS (or on this machine), where no script reads it, and not sent with what
/// other sites' forms and frames ask for.
pub fn cookie(name: &str, value: &str, seconds: u64) -> Option<HeaderValue> {
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; __Host-b=x=y;c=; a=2".parse().unwrap());
        headers.append(header::COOKIE, "d=4".parse().unwrap());
        let cookies = Cookies::of(&headers);
        for (name, expected) in
            [("a", Some("1")), ("__Host-b", Some("x=y")), ("c", None), ("d", Some("4")), ("e", None)]
        {
            assert_eq!(cookies.get(name), expected, "{name}");
        }
    }

    #[test]
    fn a_value_that_would_end_the_line_makes_no_cookie() {
        assert!(cookie("a", "b\r\nset-cookie: c=d", 1).is_none());
    }
}
