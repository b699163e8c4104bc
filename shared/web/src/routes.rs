//! A service's routes: which handler answers what.

use http::Method;
use percent_encoding::percent_decode_str;

use api::routes::Route;
use platform::Platform;

use crate::{
    Result,
    handler::{Asked, Handler, Pending},
};

type Call<P> = Box<dyn Fn(Asked<'_, P>) -> Result<Pending> + Send + Sync>;

pub struct Routes<P>(Vec<Entry<P>>);

struct Entry<P> {
    method: &'static str,
    template: &'static str,
    call: Call<P>,
}

/// What the routes say of a request.
pub(crate) enum Found<'r, P> {
    Handler {
        template: &'static str,
        call: &'r Call<P>,
        params: Vec<Option<String>>,
    },
    /// The path is known, the method is not: what `Allow` then says.
    OtherMethods(String),
    Nothing,
}

impl<P: Platform> Routes<P> {
    /// To begin with.
    pub fn none() -> Self {
        Self(Vec::new())
    }

    /// Of the public table.
    pub fn route<T>(self, route: &Route, handler: impl Handler<P, T>) -> Self {
        self.with(route.method.as_str(), route.template, handler)
    }

    /// A call of our own services: `POST`, under a path that the router never forwards.
    pub fn internal<T>(self, path: &'static str, handler: impl Handler<P, T>) -> Self {
        self.with("POST", path, handler)
    }

    fn with<T>(mut self, method: &'static str, template: &'static str, handler: impl Handler<P, T>) -> Self {
        self.0.push(Entry { method, template, call: Box::new(move |asked| handler.call(asked)) });
        self
    }
}

impl<P> Routes<P> {
    /// `HEAD` finds what `GET` does.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_, P> {
        let method = if method == Method::HEAD { "GET" } else { method.as_str() };
        // What is written out goes before what stands for anything: `/v1/products/import` is no product.
        let matched = |entry: &Entry<P>| Some((params(entry.template, path)?.len(), entry.template));
        let Some((_, template)) = self.0.iter().filter_map(matched).min() else { return Found::Nothing };
        let entries = self.0.iter().filter(|entry| entry.template == template);
        match entries.clone().find(|entry| entry.method == method) {
            Some(Entry { template, call, .. }) => {
                let params = params(template, path).unwrap_or_default().into_iter().map(decoded).collect();
                Found::Handler { template, call, params }
            }
            None => Found::OtherMethods(allow(&mut entries.map(|entry| entry.method))),
        }
    }
}

fn allow(methods: &mut dyn Iterator<Item = &'static str>) -> String {
    let named = methods.map(|method| if method == "GET" { "GET, HEAD" } else { method });
    named.collect::<Vec<_>>().join(", ")
}

/// The parts of `path` that `template`'s `{names}` stand for, if it is the template's.
fn params<'p>(template: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut params = Vec::new();
    let mut parts = path.split('/');
    for wanted in template.split('/') {
        let part = parts.next()?;
        if wanted.starts_with('{') && !part.is_empty() {
            params.push(part);
        } else if wanted != part {
            return None;
        }
    }
    parts.next().is_none().then_some(params)
}

fn decoded(param: &str) -> Option<String> {
    percent_decode_str(param).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use api::{Problem, routes::ALL};

    #[test]
    fn a_template_stands_for_paths_with_as_many_parts() {
        let of = |path| params("/v1/carts/{cart}/lines/{sku}", path);
        assert_eq!(of("/v1/carts/c/lines/a%2Fb"), Some(vec!["c", "a%2Fb"]));
        for path in
            ["/v1/carts//lines/s", "/v1/carts/c/lines", "/v1/carts/c/lines/s/", "/v1/carts/c/line/s", "/"]
        {
            assert_eq!(of(path), None, "{path}");
        }
        assert_eq!(params("/internal/x", "/internal/x"), Some(Vec::new()));
        assert_eq!(
            [decoded("a%2Fb"), decoded("a+b"), decoded("%FF")],
            [Some("a/b".into()), Some("a+b".into()), None]
        );
    }

    fn found(method: Method, path: &str) -> String {
        let entry = |method, template| Entry {
            method,
            template,
            call: Box::new(|_: Asked<'_, ()>| Err(Problem::not_found().into())),
        };
        let routes = Routes(vec![
            entry("GET", "/things/{thing}"),
            entry("PUT", "/things/{thing}"),
            entry("POST", "/things/import"),
        ]);
        match routes.find(&method, path) {
            Found::Handler { template, params, .. } => format!("{template} {params:?}"),
            Found::OtherMethods(allow) => allow,
            Found::Nothing => String::new(),
        }
    }

    #[test]
    fn a_request_finds_its_handler_or_what_else_is_allowed() {
        assert_eq!(found(Method::GET, "/things/%C3%A4"), "/things/{thing} [Some(\"ä\")]");
        assert_eq!(found(Method::HEAD, "/things/%FF"), "/things/{thing} [None]");
        assert_eq!(found(Method::POST, "/things/import"), "/things/import []");
        assert_eq!(found(Method::POST, "/things/x"), "GET, HEAD, PUT");
        assert_eq!(found(Method::GET, "/things/import"), "POST");
        assert_eq!(found(Method::GET, "/things"), "");
    }

    /// The router's table and a service's own agree on every path.
    #[test]
    fn a_template_is_matched_as_the_router_matches_it() {
        let names = |route: &Route| params(route.template, route.template).map(|params| params.len());
        for route in ALL {
            let path = route.template.replace(['{', '}'], "");
            let own =
                ALL.iter().filter_map(|other| Some((params(other.template, &path)?.len(), other.template)));
            let found = api::routes::find(route.method.as_str(), &path);
            assert_eq!(own.min().map(|(_, template)| template), Some(route.template), "{path}");
            assert_eq!(found, api::routes::Found::Route(route), "{path}");
            assert_eq!(names(route), Some(route.template.matches('{').count()));
        }
    }
}
