//! Writes the document and its page into the checkout: `cargo xtask openapi`.

use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = openapi::document();
    fs::create_dir_all(root.join("assets/public"))?;
    fs::write(root.join(openapi::DOCUMENT_FILE), openapi::text(&document))?;
    fs::write(root.join(openapi::PAGE_FILE), openapi::page(&document))
}
