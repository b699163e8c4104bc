//! README's purchase, run as it is printed.
// What should not happen may panic, and says what it was.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

use std::{path::Path, process::Command};

/// The `sh` block under this heading.
fn block<'a>(readme: &'a str, heading: &str) -> &'a str {
    let (_, section) = readme.split_once(heading).expect("README has the section");
    let (_, block) = section.split_once("```sh\n").expect("the section has a block");
    block.split_once("```").expect("the block ends").0
}

#[test]
fn the_purchase_in_the_readme_works_as_printed() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let shop = edge_tests::told("MERIDIAN_URL");
    // Only where the shop is differs from what a reader types.
    let lines = block(&readme, "## Buy a watch\n").lines();
    let script: Vec<String> = lines
        .map(|line| if line.starts_with("SHOP=") { format!("SHOP={shop}") } else { line.to_owned() })
        .collect();
    assert_eq!(script.iter().filter(|line| line.starts_with("SHOP=")).count(), 1);

    let ran = Command::new("bash").args(["-euo", "pipefail", "-c", &script.join("\n")]).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{out}\n{err}");
    let told: Vec<&str> = out.lines().collect();
    let [number, status, payment_status, timeline] = told[..] else { panic!("{out}\n{err}") };
    assert!(number.starts_with("M-") && number.len() == "M-7K3F9-2QDXA-4".len(), "{number}");
    assert_eq!((status, payment_status), ("placed", "captured"));
    assert!(timeline.starts_with("order_received,") && timeline.ends_with(",order_placed"), "{timeline}");
}
