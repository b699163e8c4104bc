//! Bodies: what is taken for one is JSON, is written as one, and reads back from that; what is not says so, and where.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use api::{
    auth::{
        AskPasswordReset, ConfirmPasswordReset, ConfirmTotp, EnrolTotp, Login, ProveTotp, Refresh,
        VerifyEmail,
    },
    cart::{CreateCart, PatchCart, SetLine},
    catalog::{BrandBody, CategoryBody, ProductBody},
    inventory::{AdjustStock, CreateLocation, PatchLocation},
    json,
    order::{CancelOrder, FulfilOrder, PlaceOrder, RefundOrder},
    payment::ConfirmPayment,
    user::{AddressInput, CreateUser, PatchMe, PatchUser},
};
use fuzz::{Input, target};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// One good body at least of every kind.
const SEEDS: [&str; 29] = [
    r#"{"email":"eve@example.org","password":"a phrase of four words","name":"Eve","locale":"de-AT","currency":"USD"}"#,
    r#"{"name":"Another","locale":null,"email":"eve@example.org","current_password":"x"}"#,
    r#"{"roles":["customer","staff"],"is_disabled":true}"#,
    r#"{"name":"Ada Lovelace","line1":"1 Row","line2":null,"city":"Berlin","postal_code":"10117","country":"DE","is_default":true}"#,
    r#"{"email":"ada@example.com","password":"correct horse battery"}"#,
    r#"{"email":"ada@example.com","password":"correct horse battery","code":"123456"}"#,
    r#"{"current_password":"correct horse battery"}"#,
    r#"{"code":"123 456"}"#,
    r#"{"current_password":"correct horse battery","code":"k7f3-9qdx-a4m2-0000"}"#,
    r#"{"email":"ada@example.com"}"#,
    r#"{"token":"lnk_cd26f7f7-28d1-80cb-bb4d-12682eca422a.abcdefghijklmnop","password":"a phrase of four words"}"#,
    r#"{"token":"lnk_cd26f7f7-28d1-80cb-bb4d-12682eca422a.abcdefghijklmnop"}"#,
    r#"{"refresh_token":"abcdefghijklmnop"}"#,
    r#"{"slug":"new","status":"draft","name":"New","description":"New.","brand":"halden","categories":["watches"],"attributes":{"Movement":"automatic"},"images":[{"url":"/images/a.svg","alt":"A","width":600,"height":600}],"variants":[{"sku":"NEW-1","title":"One","prices":[{"amount":100,"currency":"EUR"}],"weight_grams":1}]}"#,
    r#"{"slug":"new","name":"New","position":1,"parent_id":"watches"}"#,
    r#"{"slug":"new","name":"New"}"#,
    r#"{"location_id":"loc_cd26f7f7-28d1-80cb-bb4d-12682eca422a","delta":-1,"reason":"received"}"#,
    r#"{"name":"New","country":"DE","priority":7}"#,
    r#"{"priority":2}"#,
    r#"{"currency":"EUR","country":"DE"}"#,
    r#"{"postal_code":"10117","region":null,"shipping_option":"express","email":"a@b.c"}"#,
    r#"{"quantity":3}"#,
    r#"{"cart_id":"crt_cd26f7f7-28d1-80cb-bb4d-12682eca422a","cart_version":3,"expected_total":{"amount":39990,"currency":"EUR"},"email":"eve@example.org","shipping_address":{"name":"Ada","line1":"12 Row","city":"Berlin","postal_code":"10115","country":"DE"},"payment_method":"pm_card_visa"}"#,
    r#"{"reason":"changed my mind"}"#,
    r#"{"lines":[{"sku":"FIELD-38-OLV","quantity":1}],"carrier":"DHL","tracking_number":"1"}"#,
    r#"{"amount":{"amount":1,"currency":"EUR"},"reason":"scratched"}"#,
    r#"{"lines":[{"sku":"A","quantity":1}],"restock":true}"#,
    r#"{"client_secret":"pi_1_secret_2","outcome":"succeed"}"#,
    r#" { "more" : [ { } , [ -1e5 , "\u00e4\ud83d\ude00" , null ] ] } "#,
];

/// Whether it was a body.
fn settled<T: DeserializeOwned + Serialize>(body: &[u8]) -> bool {
    let shown = || String::from_utf8_lossy(body).into_owned();
    match json::read::<T>(body) {
        Ok(value) => {
            assert!(serde_json::from_slice::<Value>(body).is_ok() && json::is_json(body), "{}", shown());
            let written = json::write(&value).unwrap();
            let again = json::read::<T>(written.as_bytes())
                .unwrap_or_else(|error| panic!("{}: {written}: {error}", shown()));
            assert_eq!(json::write(&again).unwrap(), written, "{}", shown());
            true
        }
        Err(_) => {
            let problem = web::parse_json::<T>(body).err().unwrap().problem();
            let is_named = problem.errors.first().is_some_and(|error| !error.code.is_empty());
            match problem.status() {
                400 => assert!(!json::is_json(body) && !is_named, "{}: {problem:?}", shown()),
                422 => assert!(json::is_json(body) && is_named, "{}: {problem:?}", shown()),
                other => panic!("{}: {other}", shown()),
            }
            false
        }
    }
}

/// Every kind of body that the world may send us, and whether it was one of that kind.
fn as_every_kind(body: &[u8]) -> Vec<(&'static str, bool)> {
    macro_rules! kinds {
        ($($kind:ty),+ $(,)?) => { vec![$((stringify!($kind), settled::<$kind>(body))),+] };
    }
    kinds![
        CreateUser,
        PatchMe,
        PatchUser,
        AddressInput,
        Login,
        EnrolTotp,
        ConfirmTotp,
        ProveTotp,
        AskPasswordReset,
        ConfirmPasswordReset,
        VerifyEmail,
        Refresh,
        ProductBody,
        CategoryBody,
        BrandBody,
        AdjustStock,
        CreateLocation,
        PatchLocation,
        CreateCart,
        PatchCart,
        SetLine,
        PlaceOrder,
        CancelOrder,
        FulfilOrder,
        RefundOrder,
        ConfirmPayment,
    ]
}

target! {
    every_body, SEEDS, |input: &Input, seeds: &[&str; 29]| {
        as_every_kind(&input.bytes(seeds));
    }
}

target! {
    /// Of any shape at all, as what a patch is merged into or a webhook brings.
    any_document, SEEDS, |input: &Input, seeds: &[&str; 29]| {
        let body = input.bytes(seeds);
        let (ours, theirs) = (json::read::<Value>(&body).ok(), serde_json::from_slice::<Value>(&body).ok());
        assert!(ours.is_none() || ours == theirs, "{}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn every_seed_but_the_last_is_a_body_and_every_kind_has_one() {
    let taken = SEEDS.map(|seed| as_every_kind(seed.as_bytes()));
    for (seed, taken) in SEEDS.iter().zip(&taken) {
        let is_last = Some(seed) == SEEDS.last();
        assert_eq!(taken.iter().any(|(_, is_taken)| *is_taken), !is_last, "{seed}");
    }
    for (kind, _) in &taken[0] {
        assert!(taken.iter().flatten().any(|(name, is_taken)| name == kind && *is_taken), "{kind}");
    }
}
