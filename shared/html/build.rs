//! Turns the message files into functions: a message that a language lacks, or that a page does not know, fails the build.
//!
//! The files are Fluent (<https://projectfluent.org/fluent/guide/>), of which is understood what the shop says: texts, arguments, and one
//! choice by number per message, `{ $count -> [one] … *[other] … }`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey},
    parser,
    unicode::unescape_unicode_to_string,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

/// The language that the others are held to.
const FIRST: &str = "en";
const FOLDER: &str = "messages";

/// What stands in a message.
#[derive(Clone)]
enum Part {
    Text(String),
    Argument(String),
    /// By an argument: what is said of one, and otherwise.
    Choice(String, Vec<Part>, Vec<Part>),
}

type Messages = BTreeMap<String, Vec<Part>>;

fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    let mut languages: BTreeMap<String, Messages> = BTreeMap::new();
    for file in fs::read_dir(FOLDER).expect("the message files").map(Result::unwrap) {
        let name = file.file_name().into_string().unwrap();
        let Some(language) = name.strip_suffix(".ftl") else { continue };
        languages.insert(language.to_owned(), read(&file.path()));
    }
    let first = languages.get(FIRST).expect("the first language").clone();
    for (language, messages) in &languages {
        let lacking: Vec<_> = first.keys().filter(|id| !messages.contains_key(*id)).collect();
        let unknown: Vec<_> = messages.keys().filter(|id| !first.contains_key(*id)).collect();
        assert!(
            lacking.is_empty() && unknown.is_empty(),
            "{language}.ftl lacks {lacking:?}, and has {unknown:?} too many"
        );
    }
    name_by_content("STYLES_DIGEST", "../../assets/public/assets/storefront.css");
    name_by_content("SCRIPT_DIGEST", "../../assets/public/assets/storefront.js");
    let path = Path::new(&env::var("OUT_DIR").unwrap()).join("messages.rs");
    fs::write(path, write(&languages, &first)).expect("the generated file");
}

/// Tells the code how a file's address ends, which is kept for ever by whoever loads it.
fn name_by_content(variable: &str, path: &str) {
    println!("cargo::rerun-if-changed={path}");
    let mut hasher = DefaultHasher::new();
    fs::read(path).expect("a file that pages load").hash(&mut hasher);
    println!("cargo::rustc-env={variable}={:016x}", hasher.finish());
}

fn read(path: &Path) -> Messages {
    let text = fs::read_to_string(path).expect("a message file");
    let resource = parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
    let messages = resource.body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => {
            let id = message.id.name;
            let value = message.value.unwrap_or_else(|| panic!("{id} says nothing"));
            Some((id.clone(), parts(&id, &value)))
        }
        Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => None,
        other => panic!("{}: not understood: {other:?}", path.display()),
    });
    messages.collect()
}

fn parts(id: &str, pattern: &Pattern<String>) -> Vec<Part> {
    let part = |element: &PatternElement<String>| match element {
        PatternElement::TextElement { value } => Part::Text(value.clone()),
        PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
            InlineExpression::VariableReference { id } => Part::Argument(id.name.clone()),
            InlineExpression::StringLiteral { value } => {
                Part::Text(unescape_unicode_to_string(value).into_owned())
            }
            other => panic!("{id}: not understood: {other:?}"),
        },
        PatternElement::Placeable {
            expression:
                Expression::Select { selector: InlineExpression::VariableReference { id: by }, variants },
        } => Part::Choice(by.name.clone(), variant(id, variants, "one"), variant(id, variants, "other")),
        PatternElement::Placeable { expression } => panic!("{id}: not understood: {expression:?}"),
    };
    pattern.elements.iter().map(part).collect()
}

fn variant(id: &str, variants: &[Variant<String>], key: &str) -> Vec<Part> {
    let is_it =
        |variant: &&Variant<String>| matches!(&variant.key, VariantKey::Identifier { name } if name == key);
    let found =
        variants.iter().find(is_it).unwrap_or_else(|| panic!("{id} does not say what is said of {key}"));
    parts(id, &found.value)
}

/// The names of a message's arguments, and of those that are numbers to choose by.
fn arguments(parts: &[Part], texts: &mut BTreeSet<String>, numbers: &mut BTreeSet<String>) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Argument(name) => {
                texts.insert(name.clone());
            }
            Part::Choice(name, one, other) => {
                numbers.insert(name.clone());
                arguments(one, texts, numbers);
                arguments(other, texts, numbers);
            }
        }
    }
}

fn write(languages: &BTreeMap<String, Messages>, first: &Messages) -> String {
    let name = |language: &str| {
        let (head, tail) = language.split_at(1);
        format!("{}{tail}", head.to_uppercase())
    };
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").unwrap();
    line("/// A language that the shop speaks.".into());
    line("#[derive(Debug, Clone, Copy, PartialEq, Eq)]".into());
    line("pub enum Language {".into());
    languages.keys().for_each(|language| line(format!("    {},", name(language))));
    line("}\n\nimpl Language {".into());
    let all: Vec<_> = languages.keys().map(|language| format!("Self::{}", name(language))).collect();
    line(format!("    pub const ALL: &'static [Self] = &[{}];\n", all.join(", ")));
    line("    /// As BCP 47 has it.".into());
    line("    pub const fn tag(self) -> &'static str {\n        match self {".into());
    languages
        .keys()
        .for_each(|language| line(format!("            Self::{} => {language:?},", name(language))));
    line("        }\n    }".into());
    let is_coded = |id: &str| id.contains("--");
    for (id, parts) in first.iter().filter(|(id, _)| !is_coded(id)) {
        let (mut texts, mut numbers) = (BTreeSet::new(), BTreeSet::new());
        arguments(parts, &mut texts, &mut numbers);
        for messages in languages.values() {
            let (mut own_texts, mut own_numbers) = (BTreeSet::new(), BTreeSet::new());
            arguments(&messages[id], &mut own_texts, &mut own_numbers);
            let (own, known) = (own_texts.union(&own_numbers), texts.union(&numbers));
            assert!(own.eq(known), "{id} does not have the same arguments in every language");
            numbers.extend(own_numbers);
        }
        texts.retain(|text| !numbers.contains(text));
        let function = id.replace('-', "_");
        let is_plain = texts.is_empty() && numbers.is_empty();
        let parameters: String = numbers
            .iter()
            .map(|number| format!(", {number}: impl std::borrow::Borrow<u64>"))
            .chain(texts.iter().map(|text| format!(", {text}: &str")))
            .collect();
        let kind = if is_plain { "&'static str" } else { "String" };
        // A template has only references to give.
        let values: String =
            numbers.iter().map(|number| format!("        let {number} = *{number}.borrow();\n")).collect();
        line(format!(
            "\n    pub fn {function}(self{parameters}) -> {kind} {{\n{values}        match self {{"
        ));
        for (language, messages) in languages {
            let value = if is_plain { literal(&messages[id]) } else { expression(&messages[id]) };
            line(format!("            Self::{} => {value},", name(language)));
        }
        line("        }\n    }".into());
    }
    write_codes(languages, &mut line);
    out
}

/// What is said of codes: a table, sorted, as there are many.
fn write_codes(languages: &BTreeMap<String, Messages>, line: &mut impl FnMut(String)) {
    let first = &languages[FIRST];
    let coded: Vec<&String> = first.keys().filter(|id| id.contains("--")).collect();
    line("\n    /// What is said of a code, where anything is.".into());
    line("    pub fn of_code(self, kind: &str, code: &str) -> Option<&'static str> {".into());
    line("        let asked = format!(\"{kind}--{}\", code.replace('_', \"-\"));".into());
    line("        let at = CODES.binary_search(&asked.as_str()).ok()?;".into());
    line("        Some(match self {".into());
    for language in languages.keys() {
        let (head, tail) = language.split_at(1);
        let upper = language.to_uppercase();
        line(format!("            Self::{}{tail} => {upper}.get(at)?,", head.to_uppercase()));
    }
    line("        })\n    }\n}".into());
    line(format!("\nconst CODES: &[&str] = &{coded:?};"));
    for (language, messages) in languages {
        let said = coded.iter().map(|id| {
            let parts = &messages[*id];
            let is_plain = parts.iter().all(|part| matches!(part, Part::Text(_)));
            assert!(is_plain, "{id}: what is said of a code takes no argument");
            literal(parts)
        });
        let said: Vec<String> = said.collect();
        line(format!("const {}: &[&str] = &[{}];", language.to_uppercase(), said.join(", ")));
    }
}

fn literal(parts: &[Part]) -> String {
    let text: String =
        parts.iter().map(|part| if let Part::Text(text) = part { text.as_str() } else { "" }).collect();
    format!("{text:?}")
}

fn expression(parts: &[Part]) -> String {
    let (mut format, mut values) = (String::new(), Vec::new());
    for part in parts {
        match part {
            Part::Text(text) => format.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Argument(name) => {
                format.push_str("{}");
                values.push(name.clone());
            }
            Part::Choice(by, one, other) => {
                format.push_str("{}");
                values.push(format!(
                    "if {by} == 1 {{ {} }} else {{ {} }}",
                    expression(one),
                    expression(other)
                ));
            }
        }
    }
    let values: String = values.iter().map(|value| format!(", {value}")).collect();
    format!("format!({format:?}{values})")
}
