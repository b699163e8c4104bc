//! A row, and what follows from the route's kind, as an operation of the document.

use api::{
    Service,
    catalog::Handle,
    problem::{Code, codes},
    routes::{self, Access, Method, Route},
};
use domain::{
    Sku,
    id::{
        AddressId, BrandId, CartId, CategoryId, DeadLetterId, FulfillmentId, LocationId, NotificationId,
        OrderId, PaymentId, ProductId, SessionId, UserId,
    },
};
use serde_json::{Map, Value, json};

use crate::{
    problems::Problems,
    row::{Answer, Body, Holder, Key, Row},
    schemas::{self, Schemas, without_null},
};

pub fn of(row: &Row, schemas: &mut Schemas, problems: &mut Problems) -> Value {
    let mut operation = json!({
        "operationId": row.name.to_lowercase(),
        "tags": [row.route.service.name()],
        "summary": row.summary,
        "description": who(row.route),
        "security": security(row),
        "responses": responses(row, schemas, problems),
    });
    let parameters = parameters(row, schemas);
    if let Some(fields) = operation.as_object_mut() {
        if !parameters.is_empty() {
            fields.insert("parameters".to_owned(), parameters.into());
        }
        if let Some(body) = &row.body {
            fields.insert("requestBody".to_owned(), request_body(body, schemas));
        }
    }
    operation
}

/// Who may call it, and how often.
fn who(route: &Route) -> String {
    let who = match route.access {
        Access::Public => "For everybody.",
        Access::Shopper => "For whoever holds it: the signed-in shopper, or a guest with the token.",
        Access::Customer => "For whoever is signed in.",
        Access::Staff => "For staff.",
        Access::Admin => "For admins.",
        Access::Provider => "For the payment provider, by its signature.",
    };
    match route.rate.map(|rate| rate.limit()) {
        Some(limit) => {
            format!("{who} At most {} calls in {} s ({}).", limit.calls, limit.period_s, limit.name)
        }
        None => who.to_owned(),
    }
}

const BEARER: &str = "bearer";
const CART_TOKEN: &str = "cartToken";
const ORDER_TOKEN: &str = "orderToken";

pub fn security_schemes() -> Value {
    json!({
        BEARER: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access_token` of a login; good for a quarter of an hour.",
        },
        CART_TOKEN: {
            "type": "apiKey",
            "in": "header",
            "name": "X-Cart-Token",
            "description": "A guest's proof that a cart is theirs: its `token`, told once, when it was made.",
        },
        ORDER_TOKEN: {
            "type": "apiKey",
            "in": "header",
            "name": "X-Order-Token",
            "description": "A guest's proof that an order is theirs: its `token`.",
        },
    })
}

/// A token is looked at wherever it is shown, but for those who have none yet and for what is nobody's.
fn reads_tokens(route: &Route) -> bool {
    let is_at_the_door = route.service == Service::Auth && route.access == Access::Public;
    !is_at_the_door && route.service != Service::Router && route.access != Access::Provider
}

fn security(row: &Row) -> Value {
    let own = match row.holder {
        Holder::None => None,
        Holder::Cart => Some(CART_TOKEN),
        Holder::Order => Some(ORDER_TOKEN),
    };
    match (row.route.access, own) {
        (Access::Customer, Some(own)) => json!([{ BEARER: [], own: [] }]),
        (Access::Customer | Access::Staff | Access::Admin, _) => json!([{ BEARER: [] }]),
        (Access::Shopper, Some(own)) => json!([{ BEARER: [] }, { own: [] }]),
        _ if reads_tokens(row.route) => json!([{}, { BEARER: [] }]),
        _ => json!([]),
    }
}

/// Whether a value of its parameter can be the word that another route has there, where this method is not served: `/v1/carts/me`.
fn has_namesake(route: &Route) -> bool {
    let is_covered = |other: &str| {
        other != route.template
            && other.split('/').count() == route.template.split('/').count()
            && route
                .template
                .split('/')
                .zip(other.split('/'))
                .all(|(own, word)| own == word || (own.starts_with('{') && !word.starts_with('{')))
    };
    let is_served =
        |template| routes::ALL.iter().any(|same| same.template == template && same.method == route.method);
    routes::ALL.iter().any(|other| is_covered(other.template) && !is_served(other.template))
}

/// What any route of its kind may answer.
fn refusals(row: &Row) -> Vec<&'static Code> {
    let route = row.route;
    let mut all =
        vec![codes::internal_error, codes::too_many_headers, codes::uri_too_long, codes::service_unavailable];
    let mut add = |is_so: bool, codes: &[&'static Code]| {
        if is_so {
            all.extend_from_slice(codes);
        }
    };
    let is_service = route.service != Service::Router;
    let is_for_some = matches!(route.access, Access::Staff | Access::Admin);
    let is_guarded = is_service && !is_for_some && route.access != Access::Provider;
    add(is_service, &[codes::header_invalid, codes::payload_too_large]);
    add(reads_tokens(route), &[codes::unauthorized]);
    add(is_for_some, &[codes::forbidden]);
    add(route.rate.is_some(), &[codes::rate_limited]);
    add(is_guarded, &[codes::card_data_refused]);
    add(route.template.contains('{'), &[codes::not_found]);
    add(has_namesake(route), &[codes::method_not_allowed]);
    add(row.query.is_some(), &[codes::validation_failed]);
    let is_parsed = row.body.is_some() && route.access != Access::Provider;
    add(is_parsed, &[codes::malformed_body, codes::unsupported_media_type, codes::validation_failed]);
    all.extend_from_slice(&row.refusals);
    all
}

fn responses(row: &Row, schemas: &mut Schemas, problems: &mut Problems) -> Value {
    let mut responses = Map::new();
    for answer in &row.answers {
        responses.insert(answer.status.to_string(), response(row, answer, schemas));
    }
    if row.is_tagged() && row.route.method == Method::Get {
        let mut headers = headers_of_all();
        headers.insert("ETag".to_owned(), header("ETag"));
        let known =
            json!({ "description": "The caller has it already (`If-None-Match`).", "headers": headers });
        responses.insert("304".to_owned(), known);
    }
    for (status, response) in problems.responses(&refusals(row)) {
        responses.insert(status.to_string(), response);
    }
    responses.into()
}

fn response(row: &Row, answer: &Answer, schemas: &mut Schemas) -> Value {
    let mut headers = headers_of_all();
    let mut add = |name: &str| headers.insert(name.to_owned(), header(name));
    answer.headers.iter().for_each(|name| drop(add(name)));
    if row.key != Key::None {
        add("Idempotency-Replayed");
    }
    if row.route.rate.is_some() {
        add("RateLimit-Policy");
    }
    let mut response = json!({ "description": about(answer.status), "headers": headers });
    if let (Some(fields), false) = (response.as_object_mut(), answer.contents.is_empty()) {
        let contents = answer.contents.iter().map(|(kind, shape)| {
            ((*kind).to_owned(), json!({ "schema": schemas::of(shape, kind, &mut schemas.got) }))
        });
        fields.insert("content".to_owned(), contents.collect::<Map<_, _>>().into());
    }
    response
}

const fn about(status: u16) -> &'static str {
    match status {
        200 => "As asked.",
        201 => "Made.",
        202 => "Under way: it goes on by itself.",
        _ => "Done; there is nothing to say.",
    }
}

fn request_body(body: &Body, schemas: &mut Schemas) -> Value {
    let contents = body.kinds.iter().map(|kind| {
        ((*kind).to_owned(), json!({ "schema": schemas::of(&body.shape, kind, &mut schemas.sent) }))
    });
    json!({ "required": body.is_required, "content": contents.collect::<Map<_, _>>() })
}

fn parameters(row: &Row, schemas: &mut Schemas) -> Vec<Value> {
    let mut all: Vec<Value> = names(row.route.template)
        .map(|name| {
            let schema = path_parameter(name, schemas);
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .collect();
    if let Some(query) = row.query {
        let mut schema = query(&mut schemas.sent);
        schemars::transform::Transform::transform(
            &mut schemars::transform::RecursiveTransform(schemas::tidy),
            &mut schema,
        );
        all.extend(query_parameters(schema.to_value()));
    }
    let text = |name: &str, about: &str, is_required: bool, schema: Value| json!({ "name": name, "in": "header", "required": is_required, "description": about, "schema": schema });
    if row.key != Key::None {
        let about = "Names this attempt: the same key again gets the same answer.";
        let schema =
            json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$" });
        all.push(text("Idempotency-Key", about, row.key == Key::Required, schema));
    }
    let tag = || json!({ "type": "string", "pattern": "^(\\*|(W/)?\"[0-9]{1,19}(-[0-9A-Za-z-]*)?\")$" });
    if row.has_if_match {
        let about = "The `ETag` that was read: refused when somebody changed it since.";
        all.push(text("If-Match", about, false, tag()));
    }
    if row.is_tagged() && row.route.method == Method::Get {
        let about = "The `ETag` that the caller has: 304 while it is still the same.";
        all.push(text("If-None-Match", about, false, json!({ "type": "string" })));
    }
    all
}

/// What stands in braces.
fn names(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// The shape of a path's parameter, by its name; a test meets a name that is not here.
fn path_parameter(name: &str, schemas: &mut Schemas) -> Value {
    let sent = &mut schemas.sent;
    let schema = match name {
        "address" => sent.subschema_for::<AddressId>(),
        "brand" => sent.subschema_for::<Handle<BrandId>>(),
        "cart" => sent.subschema_for::<CartId>(),
        "category" => sent.subschema_for::<Handle<CategoryId>>(),
        "fulfillment" => sent.subschema_for::<FulfillmentId>(),
        "letter" => sent.subschema_for::<DeadLetterId>(),
        "location" => sent.subschema_for::<LocationId>(),
        "notification" => sent.subschema_for::<NotificationId>(),
        "order" => sent.subschema_for::<OrderId>(),
        "payment" => sent.subschema_for::<PaymentId>(),
        "product" => sent.subschema_for::<Handle<ProductId>>(),
        "provider" => {
            schemars::json_schema!({ "type": "string", "pattern": "^[a-z]+$", "examples": ["test"] })
        }
        "session" => sent.subschema_for::<SessionId>(),
        "sku" => sent.subschema_for::<Sku>(),
        "user" => sent.subschema_for::<UserId>(),
        _ => return Value::Null,
    };
    schema.to_value()
}

/// Each field of a query is a parameter; those whose names nobody knows beforehand are one together.
fn query_parameters(query: Value) -> Vec<Value> {
    let part = |name: &str| query.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let required = query.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut all: Vec<Value> = part("properties")
        .into_iter()
        .map(|(name, schema)| {
            let mut schema = without_null(schema);
            let about = schema.as_object_mut().and_then(|fields| fields.remove("description"));
            let mut parameter = json!({
                "name": name,
                "in": "query",
                "required": required.contains(&name.clone().into()),
                "schema": schema,
            });
            if let (Some(fields), Some(about)) = (parameter.as_object_mut(), about) {
                fields.insert("description".to_owned(), about);
            }
            parameter
        })
        .collect();
    let patterns = part("patternProperties");
    if !patterns.is_empty() {
        all.push(json!({
            "name": "choices",
            "in": "query",
            "style": "form",
            "explode": true,
            "description": "Options and attributes by their names, such as `option.Strap=Leather` or `attr.Movement=Automatic`; each may be given more than once.",
            "schema": { "type": "object", "patternProperties": patterns, "additionalProperties": false },
        }));
    }
    all
}

/// Of every answer.
pub fn headers_of_all() -> Map<String, Value> {
    ["X-Request-Id", "traceparent"].map(|name| (name.to_owned(), header(name))).into_iter().collect()
}

pub fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

pub fn headers() -> Value {
    let header = |about: &str, is_required: bool, schema: Value| json!({ "description": about, "required": is_required, "schema": schema });
    let text = || json!({ "type": "string" });
    json!({
        "ETag": header("Names this version of what was read.", true, json!({ "type": "string", "pattern": "^(W/)?\".*\"$" })),
        "Idempotency-Replayed": header("This is the first answer to this key again.", false, json!({ "const": "true" })),
        "Location": header("Where to find it.", true, json!({ "type": "string", "pattern": "^/" })),
        "RateLimit-Policy": header("How often it may be called (draft-ietf-httpapi-ratelimit-headers).", false, text()),
        "Retry-After": header("In how many seconds to come again.", true, json!({ "type": "integer", "format": "int32", "minimum": 0 })),
        "WWW-Authenticate": header("How to say who is calling.", true, text()),
        "X-Request-Id": header("Names the request, in every log of it.", true, text()),
        "traceparent": header("W3C Trace Context.", true, text()),
    })
}
