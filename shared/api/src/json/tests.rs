//! What is read, what is refused, and where.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

use domain::{Currency, Money, Quantity};

#[test]
fn what_is_written_reads_back() {
    let money = Money::new(5, Currency::Eur).unwrap();
    let text = write(&money).unwrap();
    assert_eq!(text, r#"{"amount":5,"currency":"EUR"}"#);
    assert_eq!(read::<Money>(text.as_bytes()).unwrap(), money);
    assert_eq!(read_value::<Money>(&to_value(&money).unwrap()).unwrap(), money);
}

#[test]
fn a_struct_is_an_object_at_any_depth() {
    let list = br#"[[5,"EUR"]]"#;
    assert!(read::<Vec<Money>>(list).is_err() && serde_json::from_slice::<Vec<Money>>(list).is_ok());
    let pairs = vec![(Some(Money::new(5, Currency::Eur).unwrap()), "x".to_owned()), (None, String::new())];
    let text = write(&pairs).unwrap();
    assert_eq!(read::<Vec<(Option<Money>, String)>>(text.as_bytes()).unwrap(), pairs);
    assert!(read::<Option<Money>>(b"null").unwrap().is_none());
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Shape {
    Dot,
    Circle(u8),
    Line(u8, u8),
    Box {
        width: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Tagged {
    Off,
    On { level: u8 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    quantity: Quantity,
    price: Option<Money>,
    #[serde(default)]
    shapes: Vec<Shape>,
    #[serde(default)]
    by_number: BTreeMap<u16, (bool, char)>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Loose {
    level: i64,
    tagged: Tagged,
    nothing: (),
}

#[test]
fn every_kind_of_type_reads_back() {
    let strict = Strict {
        quantity: 3.try_into().unwrap(),
        price: None,
        shapes: vec![
            Shape::Dot,
            Shape::Circle(1),
            Shape::Line(1, 2),
            Shape::Box { width: 7, rest: [("height".to_owned(), 8)].into() },
        ],
        by_number: [(1, (true, 'ä')), (65_535, (false, '"'))].into(),
    };
    assert_eq!(read::<Strict>(write(&strict).unwrap().as_bytes()).unwrap(), strict);
    for (level, tagged) in
        [(i64::MIN, Tagged::Off), (-1, Tagged::On { level: 9 }), (0, Tagged::Off), (i64::MAX, Tagged::Off)]
    {
        let loose = Loose { level, tagged, nothing: () };
        assert_eq!(read::<Loose>(write(&loose).unwrap().as_bytes()).unwrap(), loose);
    }
    let ignored = br#" { "more" : [ { "a" : [ ] , "b" : { } } , "\u00e4" , -1e5 , null ] , "level" : 1 ,
        "tagged" : { "level" : 2 , "type" : "on" } , "nothing" : null } "#;
    assert_eq!(read::<Loose>(ignored).unwrap().tagged, Tagged::On { level: 2 });
    assert_eq!(read::<Vec<Shape>>(br#"[{"dot":null}]"#).unwrap(), [Shape::Dot]);
}

#[test]
fn a_wrong_value_is_named_by_its_pointer() {
    let good = r#"{"quantity":1}"#;
    let cases = [
        (r#"{"quantity":0}"#, "/quantity", "out_of_range: "),
        (r#"{"quantity":0 , "price":null}"#, "/quantity", "out_of_range: "),
        (r#"{"quantity":{"a":1}}"#, "/quantity", "invalid type: an object"),
        (r#"{"quantity":"secret"}"#, "/quantity", "invalid type: a text"),
        (r#"{"quantity":-1}"#, "/quantity", "invalid value: a whole number"),
        (r#"{"quantity":1.5}"#, "/quantity", "invalid type: a number"),
        (r#"{"quantity":1e400}"#, "/quantity", "invalid type: a number"),
        (r#"{"quantity":-0}"#, "/quantity", "invalid type: a number"),
        (r#"{"quantity":18446744073709551616}"#, "/quantity", "invalid type: a number"),
        (r#"{"quantity":null}"#, "/quantity", "invalid type: null"),
        (r#"{"quantity":1,"quantity":2}"#, "/quantity", "duplicate field `quantity`"),
        (r#"{"quantity":1,"colo/u~r":2}"#, "/colo~1u~0r", "unknown field `colo/u~r`, expected one of"),
        (r#"{"quantity":1,"\u0061":2}"#, "/a", "unknown field `a`"),
        (r#"{}"#, "", "missing field `quantity`"),
        (
            r#"{"price":{"amount":9007199254740992,"currency":"EUR"},"quantity":1}"#,
            "/price",
            "out_of_range: ",
        ),
        (
            r#"{"quantity":1,"price":{"amount":9007199254740992,"currency":"EUR"}}"#,
            "/price",
            "out_of_range: ",
        ),
        (r#"{"quantity":1,"price":{"amount":1}}"#, "/price", "missing field `currency`"),
        (
            r#"{"quantity":1,"price":{"amount":1,"currency":"XXX"}}"#,
            "/price/currency",
            "unsupported_currency: ",
        ),
        (r#"{"quantity":1,"price":[1,"EUR"]}"#, "/price", "invalid type: a list"),
        (r#"{"quantity":1,"shapes":["dot","dash"]}"#, "/shapes/1", "unknown variant, expected one of dot"),
        (r#"{"quantity":1,"shapes":["dot",{"circle":256}]}"#, "/shapes/1/circle", "invalid value: "),
        (r#"{"quantity":1,"shapes":[{"line":[1]}]}"#, "/shapes/0/line", "invalid length 1"),
        (r#"{"quantity":1,"shapes":[{"line":[1,2,3]},"dot"]}"#, "/shapes/0/line/1", "invalid length"),
        (r#"{"quantity":1,"shapes":[{"dot":null,"line":[]}]}"#, "/shapes/0/dot", "invalid length"),
        (r#"{"quantity":1,"shapes":[{}]}"#, "/shapes/0", "invalid length 0"),
        (r#"{"quantity":1,"shapes":["circle"]}"#, "/shapes/0", "invalid type: a text"),
        (r#"{"quantity":1,"shapes":[{"box":{"width":1,"x":"y"}}]}"#, "/shapes/0/box", "invalid type"),
        (r#"{"quantity":1,"by_number":{"7":[true,"x"],"-1":[]}}"#, "/by_number/-1", "invalid value"),
        (r#"{"quantity":1,"by_number":{"7":[1,"x"]}}"#, "/by_number/7/0", "invalid type: a number"),
        (r#"{"quantity":1,"by_number":{"7":[true,"xy"]}}"#, "/by_number/7/1", "invalid value: a text"),
        (r#"{"quantity":1,"by_number":{"7":[true,"\ud83d"]}}"#, "/by_number/7/1", "half a surrogate pair"),
        ("[1]", "", "invalid type: a list"),
    ];
    assert!(read::<Strict>(good.as_bytes()).is_ok());
    for (text, pointer, message) in cases {
        let error = read::<Strict>(text.as_bytes()).unwrap_err();
        assert_eq!((error.is_json(), error.pointer()), (true, pointer), "{text}: {error}");
        assert!(error.message().starts_with(message), "{text}: {error}");
        assert!(is_json(text.as_bytes()) && !error.to_string().contains("secret"), "{error}");
    }
}

const BROKEN: [&str; 36] = [
    "",
    " ",
    "{",
    "}",
    "[",
    "]",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{a:1}",
    "{\"a\" 1}",
    "{1:1}",
    "nul",
    "nullx",
    "truefalse",
    "+1",
    "01",
    "-",
    "1.",
    ".5",
    "1e",
    "1e+",
    "\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u+123\"",
    "\"\u{1}\"",
    "1 2",
];

#[test]
fn what_is_not_json_is_refused_by_every_reader() {
    for text in BROKEN {
        assert!(!is_json(text.as_bytes()), "{text}");
        let error = read::<Value>(text.as_bytes()).unwrap_err();
        assert!(!error.is_json(), "{text}: {error}");
        let inside = format!("[{text},");
        assert!(!read::<Vec<Value>>(inside.as_bytes()).unwrap_err().is_json(), "{inside}");
    }
    assert!(!is_json(b"\"\xff\"") && !read::<Value>(b"\"\xff\"").unwrap_err().is_json());
}

#[test]
fn depth_is_bounded_where_it_would_cost_calls() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Value>(nested(127).as_bytes()).is_ok());
    assert!(!read::<Value>(nested(128).as_bytes()).unwrap_err().is_json());
    assert!(is_json(nested(100_000).as_bytes()));
    assert!(!is_json("[".repeat(100_000).as_bytes()));
    let ignored = format!("{{\"type\":\"off\",\"more\":{}}}", nested(1_000));
    let loose = format!(
        "{{\"level\":1,\"more\":{},\"tagged\":{{\"type\":\"off\"}},\"part\":1,\"nothing\":null}}",
        nested(1_000)
    );
    assert!(is_json(ignored.as_bytes()) && read::<Loose>(loose.as_bytes()).is_ok());
}

#[test]
fn a_query_holds_numbers_and_flags_as_text() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Query {
        limit: Option<u8>,
        #[serde(default)]
        is_open: bool,
        currency: Option<Currency>,
        word: Option<String>,
    }
    let query =
        read_texts::<Query>(r#"{"limit":"50","is_open":"true","currency":"EUR","word":"1"}"#).unwrap();
    let expected =
        Query { limit: Some(50), is_open: true, currency: Some(Currency::Eur), word: Some("1".into()) };
    assert_eq!(query, expected);
    for (text, pointer) in [
        (r#"{"limit":"x"}"#, "/limit"),
        (r#"{"limit":""}"#, "/limit"),
        (r#"{"limit":"5 6"}"#, "/limit"),
        (r#"{"limit":"256"}"#, "/limit"),
        (r#"{"limit":"1","limit":"2"}"#, "/limit"),
        (r#"{"is_open":"yes"}"#, "/is_open"),
        (r#"{"currency":"XXX"}"#, "/currency"),
        (r#"{"other":"1"}"#, "/other"),
    ] {
        assert_eq!(read_texts::<Query>(text).unwrap_err().pointer(), pointer, "{text}");
    }
    assert!(read::<Query>(br#"{"limit":"50"}"#).is_err());
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(".*", inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

/// Without a number that has a fraction, or that is beyond what we count by.
fn is_whole(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(values) => values.iter().all(is_whole),
        Value::Object(members) => members.values().all(is_whole),
        _ => true,
    }
}

proptest! {
    #[test]
    fn any_document_reads_as_serde_json_reads_it(value in any_value(), is_pretty in any::<bool>()) {
        let text = if is_pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read::<Value>(text.as_bytes()).unwrap(), expected);
        prop_assert!(is_json(text.as_bytes()));
    }

    /// Pieces of JSON in any order: both readers refuse the same texts, and read the others alike.
    #[test]
    fn any_text_is_json_for_both_readers_or_for_none(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("\"a\""), Just("\"\\n\""), Just("0"),
                Just("-1"), Just("1.5e3"), Just("null"), Just("true"), Just(" "), Just("\""), Just("\\"), Just("e"), Just("."),
                Just("\\u0041"), Just("\\ud83d\\ude00"), Just("ä"), Just("\n"), Just("-"), Just("1"),
            ],
            0..12,
        )
    ) {
        let text = pieces.concat();
        let has_half_a_pair = text.contains(r"\\ud83d\ude00");
        let ours = read::<Value>(text.as_bytes());
        match serde_json::from_str::<Value>(&text) {
            Ok(value) if is_whole(&value) => prop_assert_eq!(ours.unwrap(), value, "{}", text),
            Ok(_) => prop_assert!(ours.unwrap_err().message().starts_with("invalid type: a number"), "{}", text),
            Err(_) => {
                let refused = ours.unwrap_err();
                // A number that we do not count by, or half a surrogate pair, is JSON all the same, and refused as what it is.
                let is_a_number = refused.to_string().starts_with("invalid type: a number");
                prop_assert!(!refused.is_json() || is_a_number || has_half_a_pair, "{}", text);
            }
        }
        // What serde_json ignores may hold half a pair.
        if !has_half_a_pair {
            prop_assert_eq!(is_json(text.as_bytes()), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
        }
    }
}

/// Every shape that serde knows, and no value of which is another's.
#[derive(Serialize)]
enum Written {
    Unit,
    Newtype(Member),
    Tuple(u8, Option<i64>),
    Struct { name: char, list: Vec<Member> },
    Empty {},
}

#[derive(Serialize)]
struct Member {
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<i64>,
    #[serde(flatten)]
    rest: BTreeMap<i32, (bool, i8)>,
}

#[derive(Serialize)]
struct Nothing;

#[test]
fn every_shape_is_written_as_serde_json_writes_it() {
    let inner = |first| Member { first, rest: BTreeMap::from([(-1, (true, 5)), (7, (false, -2))]) };
    let bare = Member { first: None, rest: BTreeMap::new() };
    let shapes = vec![
        Written::Unit,
        Written::Newtype(inner(Some(i64::MAX))),
        Written::Tuple(255, None),
        Written::Tuple(0, Some(i64::MIN)),
        Written::Struct { name: '"', list: vec![inner(None), bare] },
        Written::Struct { name: 'ä', list: Vec::new() },
        Written::Empty {},
    ];
    let all =
        (Nothing, (), &shapes, BTreeMap::from([(true, u64::MAX)]), Some("[{,\u{1}\u{8}\u{c}\n\r\t\\/\u{7f}"));
    assert_eq!(write(&all).unwrap(), serde_json::to_string(&all).unwrap());
    assert!(write(&0.5).is_err() && write(&json!({ "a": 1.0 })).is_err(), "no number of ours has a fraction");
    assert!(write(&BTreeMap::from([((1, 2), 3)])).is_err(), "a list is no name");
}

proptest! {
    #[test]
    fn any_document_is_written_as_serde_json_writes_it(value in any_value()) {
        prop_assert_eq!(write(&value).unwrap(), serde_json::to_string(&value).unwrap());
    }
}
