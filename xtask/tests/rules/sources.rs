//! What may stand in which file.

use std::path::{Path, PathBuf};

use crate::{folders, none, root};

struct Source {
    path: PathBuf,
    /// The code, without comments and without the tests at its end.
    code: String,
}

impl Source {
    fn says(&self, word: &str) -> bool {
        self.code.contains(word)
    }

    fn is(&self, file: &str) -> bool {
        let stem = file.trim_end_matches(".rs");
        self.path.ends_with(file) || self.path.components().any(|part| part.as_os_str() == stem)
    }

    fn breach(&self, what: &str) -> String {
        format!("{}: {what}", self.path.strip_prefix(root()).unwrap_or(&self.path).display())
    }
}

fn sources(folder: &Path) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&folder.join("src"), &mut found);
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test(&path) {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
            let code = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            found.push(Source { path, code });
        }
    }
}

fn is_test(path: &Path) -> bool {
    let stem = path.file_stem().unwrap().to_string_lossy();
    stem == "tests" || stem.ends_with("_tests") || path.components().any(|part| part.as_os_str() == "tests")
}

/// A string that begins as a statement does.
fn has_sql(code: &str) -> bool {
    const STARTS: [&str; 6] =
        ["select ", "insert into ", "insert or ", "delete from ", "create table ", "update "];
    let code = code.to_lowercase();
    code.match_indices('"').any(|(quote, _)| {
        let text = code[quote + 1..].trim_start_matches([' ', '\n', '\\']);
        let literal = text.split('"').next().unwrap_or_default();
        STARTS.iter().any(|start| literal.starts_with(start))
            && (!literal.starts_with("update ") || literal.contains(" set "))
    })
}

#[test]
fn sql_is_recognised() {
    for sql in
        ["db.all(\"select a from b\")", "\"\\\n   INSERT INTO a values (1)\"", "\"update a set b = 1\""]
    {
        assert!(has_sql(sql), "{sql}");
    }
    for text in ["// select a from b", "\"Update your address\"", "let selected = select(x);", "\"selected\""]
    {
        assert!(!has_sql(text), "{text}");
    }
}

#[test]
fn sql_stands_in_stores_and_in_the_object_shell() {
    let stores = |source: &Source| {
        source.is("store.rs")
            || source.path.starts_with(root().join("shared/platform/src/shell"))
            || source.path.starts_with(root().join("shared/platform/src/idempotency.rs"))
            || source.path.starts_with(root().join("shared/platform/src/outbox.rs"))
            || source.path.starts_with(root().join("shared/edge/src"))
    };
    let folders = ["shared", "workers", "durable-objects"].into_iter().flat_map(folders);
    let breaches =
        folders.flat_map(|folder| sources(&folder)).filter(|source| !stores(source) && has_sql(&source.code));
    none(breaches.map(|source| source.breach("SQL belongs into store.rs")).collect());
}

#[test]
fn only_the_entry_points_name_the_worker_crate() {
    let workers = folders("workers").into_iter().flat_map(|folder| sources(&folder));
    let breaches = workers.filter(|source| !source.path.ends_with("src/lib.rs")).filter(|source| {
        ["use worker", "worker::"]
            .iter()
            .any(|word| source.code.match_indices(word).any(|(at, _)| stands_alone(&source.code, at)))
    });
    none(breaches.map(|source| source.breach("`worker` is named in lib.rs only")).collect());
}

/// `worker::` as a crate's name, not as the end of a longer word.
fn stands_alone(code: &str, at: usize) -> bool {
    code[..at]
        .chars()
        .next_back()
        .is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != ':')
}

#[test]
fn the_layers_of_a_worker_look_downwards_only() {
    let mut breaches = Vec::new();
    for source in folders("workers").into_iter().flat_map(|folder| sources(&folder)) {
        let mut never = |file: &str, words: &[&str], why: &str| {
            if source.path.ends_with(file) {
                breaches.extend(words.iter().filter(|word| source.says(word)).map(|_| source.breach(why)));
            }
        };
        never("src/http.rs", &["Statement", "store::"], "a handler does not speak to the database");
        never("src/app.rs", &["axum", "http::Request", "http::Response"], "a use case knows no HTTP");
        never("src/store.rs", &["axum", "http::", "decide("], "a store asks and writes, it does not decide");
    }
    none(breaches);
}

#[test]
fn the_rules_of_the_shop_read_no_clock_and_throw_no_dice() {
    let words =
        ["SystemTime", "Instant", "Utc::now", "Date::now", "new_v4", "now_v7", "getrandom", "async fn"];
    let domain = sources(&root().join("shared/domain"));
    let breaches = domain.iter().flat_map(|source| {
        words
            .iter()
            .filter(|word| source.says(word))
            .map(|word| source.breach(&format!("`{word}` is an argument here")))
    });
    none(breaches.collect());
}

#[test]
fn every_file_says_what_it_owns() {
    let parts = ["shared", "workers", "durable-objects", "tests"].into_iter().flat_map(folders);
    let mut found = Vec::new();
    for folder in parts.chain([root().join("xtask")]) {
        if folder.join("src").is_dir() {
            files(&folder.join("src"), &mut found);
        }
    }
    let silent = found.into_iter().filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//!"));
    none(silent.map(|path| format!("{} does not begin with `//!`", path.display())).collect());
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}
