//! The document is whole: every route, every reference, every example, and the files as they would be written now.

use super::*;
use api::routes::ALL;
use std::{collections::BTreeSet, path::Path};

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap();
            methods.iter().map(|(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

#[test]
fn every_route_has_one_row() {
    let rows = rows::all();
    for route in ALL {
        let count = rows.iter().filter(|row| row.route == *route).count();
        let (method, template) = (route.method.as_str(), route.template);
        assert_eq!(count, 1, "{method} {template} needs one row in shared/openapi/src/rows");
    }
    assert_eq!(rows.len(), ALL.len());
    assert_eq!(operations(&document()).len(), ALL.len());
}

#[test]
fn every_row_answers_and_knows_its_parameters() {
    let document = document();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
        let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        for parameter in parameters {
            assert!(parameter["schema"].is_object(), "{method} {path}: {} has no shape", parameter["name"]);
        }
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path").count();
        assert_eq!(in_path, path.matches('{').count(), "{method} {path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_shape_is_used() {
    let document = document();
    let mut targets = BTreeSet::new();
    references(&document, &mut targets);
    for target in &targets {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some_and(Value::is_object), "{target}");
    }
    for part in ["schemas", "responses", "headers"] {
        for name in document["components"][part].as_object().unwrap().keys() {
            let target = format!("#/components/{part}/{name}");
            assert!(targets.contains(target.as_str()), "{target} is used by nothing");
        }
    }
}

fn references<'v>(value: &'v Value, found: &mut BTreeSet<&'v str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|field| references(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn every_schema_is_one_and_every_example_fits_it() {
    let document = document();
    let compile = |schema: &Value| {
        let root =
            json!({ "allOf": [schema], "components": { "schemas": document["components"]["schemas"] } });
        jsonschema::options().with_draft(jsonschema::Draft::Draft202012).build(&root).unwrap()
    };
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(jsonschema::meta::is_valid(schema), "{name}");
        let validator = compile(schema);
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert!(validator.is_valid(example), "{name}: {example}");
        }
    }
    for (path, method, operation) in operations(&document) {
        for (kind, media) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            assert!(!media["example"].is_null(), "{method} {path} {kind} has no example");
            let validator = compile(&media["schema"]);
            let breaches: Vec<_> =
                validator.iter_errors(&media["example"]).map(|breach| breach.to_string()).collect();
            assert!(breaches.is_empty(), "{method} {path}: {breaches:?}");
        }
    }
}

#[test]
fn a_body_of_a_client_refuses_what_it_does_not_know() {
    let document = document();
    for (path, method, operation) in operations(&document) {
        for (_, media) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            let mut schema = &media["schema"];
            if let Some(target) = schema["$ref"].as_str() {
                schema = document.pointer(target.trim_start_matches('#')).unwrap();
            }
            let is_ours = schema["type"] == "object" && !path.contains("/webhooks/");
            assert!(!is_ours || schema["additionalProperties"] == false, "{method} {path}");
        }
    }
}

/// The tests' own look at the document shuts its answers; the document itself lets fields be added.
#[test]
fn an_answer_may_get_new_fields() {
    let document = document();
    assert!(document["components"]["schemas"]["OrderBody"].get("additionalProperties").is_none());
}

#[test]
fn the_page_shows_every_route_and_runs_nothing() {
    let document = document();
    let page = page(&document);
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{method} {path}");
    }
    for never in ["<script", "javascript:", "http://", "https://cdn", "<link", "@import", "url("] {
        assert!(!page.contains(never), "{never}");
    }
    let mut places = BTreeSet::new();
    for id in page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(places.insert(id), "{id} stands there twice");
    }
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(places.contains(link), "#{link} leads nowhere");
    }
}

#[test]
fn the_files_are_what_the_types_say() {
    let document = document();
    for (file, expected) in [(DOCUMENT_FILE, text(&document)), (PAGE_FILE, page(&document))] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
        let written = std::fs::read_to_string(path).unwrap_or_default();
        assert!(written == expected, "{file} is not current: `cargo xtask openapi` writes it");
    }
}
