//! RFC 9457 problem details, and the one table of codes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use domain::Invalid;

pub const CONTENT_TYPE: &str = "application/problem+json";

/// One kind of refusal or fault: stable for ever, part of the contract.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident $status:literal $title:literal)+) => {
        /// Every code there is, in alphabetical order; a constant is named as its code is written.
        #[allow(non_upper_case_globals)]
        pub mod codes {
            use super::Code;

            $(pub const $name: &Code = &Code { code: stringify!($name), status: $status, title: $title };)+

            pub const ALL: &[&Code] = &[$($name),+];
        }
    };
}

codes! {
    address_book_full 409 "Address book full"
    already_fulfilled 409 "Already fulfilled"
    already_ordered 409 "Already ordered"
    amount_too_large 422 "Amount too large"
    brand_in_use 409 "Brand in use"
    card_data_refused 422 "Card data refused"
    cart_changed 409 "Cart changed"
    cart_empty 409 "Cart empty"
    cart_full 422 "Cart full"
    category_cycle 409 "Category inside itself"
    category_in_use 409 "Category in use"
    checkout_in_progress 409 "Checkout in progress"
    conflict 409 "Conflict with the current state"
    email_not_verified 409 "E-mail address not verified"
    email_taken 409 "E-mail address taken"
    forbidden 403 "Not allowed"
    header_invalid 400 "Malformed header"
    idempotency_key_required 400 "Idempotency-Key required"
    idempotency_key_reused 422 "Idempotency-Key reused"
    insufficient_stock 409 "Insufficient stock"
    internal_error 500 "Internal error"
    invalid_credentials 401 "Wrong address or password"
    last_admin 409 "Last admin"
    link_not_valid 422 "Link not valid"
    location_in_use 409 "Location in use"
    loop_detected 508 "Too many hops"
    malformed_body 400 "Malformed body"
    malformed_request 400 "Malformed request"
    method_not_allowed 405 "Method not allowed"
    not_acceptable 406 "Not acceptable"
    not_found 404 "Not found"
    nothing_to_refund 409 "Nothing to refund"
    order_failed 409 "Order failed"
    order_not_placed 409 "Order not placed"
    out_of_stock 409 "Out of stock"
    payload_too_large 413 "Body too large"
    payment_declined 402 "Payment declined"
    payment_ended 409 "Payment given up"
    payment_expired 402 "Payment not completed in time"
    precondition_failed 412 "Precondition failed"
    rate_limited 429 "Too many requests"
    refund_exceeds_captured 409 "Refund exceeds what was captured"
    request_in_progress 409 "Request in progress"
    second_factor_off 409 "Second factor off"
    second_factor_on 409 "Second factor on"
    second_factor_required 401 "Second factor required"
    service_unavailable 503 "Service unavailable"
    sku_taken 409 "SKU taken"
    slug_taken 409 "Slug taken"
    status_change_refused 409 "Status change refused"
    token_reused 401 "Token used before"
    too_many_headers 431 "Headers too large"
    too_many_pieces 409 "Too many pieces"
    too_many_tries 429 "Too many tries"
    unauthorized 401 "Sign in first"
    unknown_line 422 "Unknown line"
    unknown_sku 404 "Unknown SKU"
    unsupported_media_type 415 "Unsupported media type"
    uri_too_long 414 "Address too long"
    validation_failed 422 "Invalid request"
    webhook_signature_invalid 400 "Webhook signature invalid"
    wrong_code 403 "Wrong code"
    wrong_currency 409 "Wrong currency"
    wrong_password 403 "Wrong password"
}

/// One wrong field of a body, or one wrong parameter of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// RFC 6901, from the body's root; for a query parameter, its name after `?`.
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

/// Whatever is not the answer that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub code: &'static Code,
    /// For people; never holds internals.
    pub detail: Option<String>,
    pub errors: Vec<FieldError>,
    /// Members of its own: what is left in stock, the order that holds the cart.
    pub members: Map<String, Value>,
    pub retry_after_s: Option<u32>,
    /// `Allow` of a 405.
    pub allow: Option<String>,
    /// A repeat of a refusal that was kept: answered with `Idempotency-Replayed`.
    pub is_replayed: bool,
}

impl Problem {
    pub fn new(code: &'static Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            members: Map::new(),
            retry_after_s: None,
            allow: None,
            is_replayed: false,
        }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        self.members.insert(name.to_owned(), crate::json::to_value(&value).unwrap_or_default());
        self
    }

    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    pub fn replayed(mut self, is_replayed: bool) -> Self {
        self.is_replayed = is_replayed;
        self
    }

    /// 422 with one field's pointer.
    pub fn invalid(pointer: impl Into<String>, invalid: &Invalid) -> Self {
        let error = FieldError {
            pointer: pointer.into(),
            code: invalid.code.to_owned(),
            detail: invalid.detail.clone(),
        };
        Self { errors: vec![error], ..Self::new(codes::validation_failed) }
    }

    pub fn not_found() -> Self {
        Self::new(codes::not_found)
    }

    pub fn status(&self) -> u16 {
        self.code.status
    }

    pub fn allow(mut self, methods: &str) -> Self {
        self.allow = Some(methods.to_owned());
        self
    }

    /// The body; `instance` and `request_id` belong to the request it answers.
    pub fn to_json(&self, instance: &str, request_id: &str) -> Vec<u8> {
        let mut body = Map::new();
        body.insert("type".to_owned(), format!("urn:meridian:problem:{}", self.code.code).into());
        body.insert("code".to_owned(), self.code.code.into());
        body.insert("title".to_owned(), self.code.title.into());
        body.insert("status".to_owned(), self.code.status.into());
        if let Some(detail) = &self.detail {
            body.insert("detail".to_owned(), detail.clone().into());
        }
        if !instance.is_empty() {
            body.insert("instance".to_owned(), instance.into());
        }
        if !request_id.is_empty() {
            body.insert("request_id".to_owned(), request_id.into());
        }
        if !self.errors.is_empty() {
            body.insert("errors".to_owned(), crate::json::to_value(&self.errors).unwrap_or_default());
        }
        body.extend(self.members.clone());
        crate::json::write(&body).unwrap_or_default().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_without_repeats() {
        let names: Vec<_> = codes::ALL.iter().map(|code| code.code).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(names, sorted);
        assert!(codes::ALL.iter().all(|code| (400..600).contains(&code.status)));
    }

    #[test]
    fn a_problem_is_written_as_rfc_9457_has_it() {
        let problem =
            Problem::invalid("/quantity", &Invalid::new("out_of_range", "must be 1 to 99")).member("left", 3);
        let body: Value = serde_json::from_slice(&problem.to_json("/v1/x", "req_1")).unwrap();
        assert_eq!(body["type"], "urn:meridian:problem:validation_failed");
        assert_eq!((&body["status"], &body["left"]), (&422.into(), &3.into()));
        assert_eq!(body["errors"][0]["pointer"], "/quantity");
        assert_eq!((&body["instance"], &body["request_id"]), (&"/v1/x".into(), &"req_1".into()));
    }
}
