//! Query strings and path parameters.

use serde::de::DeserializeOwned;
use std::str::FromStr;

use api::{
    json::{self, JsonError},
    problem::Problem,
};

use crate::{
    Error, Result,
    body::invalid,
    handler::{Asked, Take},
};

/// The query as a `T`; a wrong parameter is named as `?name`.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, P> Take<P> for Query<T> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        parse(asked.query()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T> {
    json::read_texts(&as_object(query)).map_err(|error| refused(&error))
}

/// The parameters as a JSON object, so that their types need no deserializer but the one that all others have.
fn as_object(query: &str) -> String {
    let member = |(name, value)| Some(format!("{}:{}", json::write(&name).ok()?, json::write(&value).ok()?));
    let members: Vec<String> = pairs(query).filter_map(member).collect();
    format!("{{{}}}", members.join(","))
}

#[cold]
fn refused(error: &JsonError) -> Error {
    let name = error.pointer().trim_start_matches('/').replace("~1", "/").replace("~0", "~");
    invalid(format!("?{name}"), error)
}

fn pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}

/// The query as it came: names that are not known beforehand, or stand there more than once.
pub struct Pairs(pub Vec<(String, String)>);

impl<P> Take<P> for Pairs {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        Ok(Self(pairs(asked.query()).into_owned().collect()))
    }
}

/// The path's next parameter as a `T`. What cannot be one names nothing that exists: 404.
pub struct Path<T>(pub T);

impl<T: FromStr, P> Take<P> for Path<T> {
    fn take(asked: &mut Asked<'_, P>) -> Result<Self> {
        asked.param()?.parse().map(Self).map_err(|_| Problem::not_found().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Currency;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        word: Option<String>,
        #[serde(default)]
        limit: u8,
        currency: Option<Currency>,
    }

    #[test]
    fn parameters_are_parsed_into_their_types() {
        let asked = parse::<Asked>("word=a%20%22b%22+%5C&limit=7&currency=EUR").unwrap();
        let expected = Asked { word: Some("a \"b\" \\".into()), limit: 7, currency: Some(Currency::Eur) };
        assert_eq!(asked, expected);
        assert_eq!(parse::<Asked>("").unwrap(), Asked { word: None, limit: 0, currency: None });
        assert_eq!(parse::<Asked>("word").unwrap().word.as_deref(), Some(""));
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (query, expected) in [
            ("limit=x", "?limit invalid_type"),
            ("limit=256", "?limit invalid_type"),
            ("word=a&limit=", "?limit invalid_type"),
            ("limit=1&limit=2", "?limit duplicate_field"),
            ("currency=XXX", "?currency unsupported_currency"),
            ("a/b~=1", "?a/b~ unknown_field"),
        ] {
            let problem = parse::<Asked>(query).unwrap_err().problem();
            let error = &problem.errors[0];
            assert_eq!(
                (problem.status(), format!("{} {}", error.pointer, error.code).as_str()),
                (422, expected)
            );
        }
    }
}
