//! What a value looks like, in JSON Schema (2020-12), for the OpenAPI document: compiled by native builds alone.
//!
//! A type that is read by its own rule says here what that rule takes, beside the rule and with its constants.

/// The schema of a type whose fields do not say it: `schema!(Sku, "Sku", |_| { "type": "string" })`. Nothing without the feature
/// `schema` of the crate that calls it, so no Worker carries any of it.
#[macro_export]
macro_rules! schema {
    ($type:ident, $name:expr, $($rest:tt)+) => {
        $crate::schema!([] $type, $name, $($rest)+);
    };
    ([$($generics:tt)*] $type:ty, $name:expr, |$generator:tt| {$($schema:tt)*}) => {
        #[cfg(feature = "schema")]
        impl<$($generics)*> schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema($generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({$($schema)*})
            }
        }
    };
}

/// A text without control characters but line breaks and tabs, and not of spaces alone (ECMA-262, as JSON Schema has it).
#[cfg(feature = "schema")]
pub const TEXT_PATTERN: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";
