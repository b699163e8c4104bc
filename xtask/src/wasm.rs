//! The WebAssembly file format, as far as leaving a section out needs it.

use anyhow::{Context, Result, bail};

const HEADER_BYTES: usize = 8;
const CUSTOM: u8 = 0;

/// The module without its custom section of this name. `name`, the functions' names, is a third of a module and nothing runs by it.
pub fn without_section(module: &[u8], unwanted: &str) -> Result<Vec<u8>> {
    let (header, mut rest) = module.split_at_checked(HEADER_BYTES).context("too short for a module")?;
    if !header.starts_with(b"\0asm") {
        bail!("not a module");
    }
    let mut kept = header.to_vec();
    while let Some((kind, after_kind)) = rest.split_first() {
        let (length, content) = number(after_kind)?;
        let (content, next) = content.split_at_checked(length).context("a section is cut off")?;
        let section = rest.len() - next.len();
        if *kind != CUSTOM || custom_name(content)? != unwanted.as_bytes() {
            kept.extend_from_slice(rest.get(..section).context("a section is cut off")?);
        }
        rest = next;
    }
    Ok(kept)
}

fn custom_name(content: &[u8]) -> Result<&[u8]> {
    let (length, content) = number(content)?;
    content.get(..length).context("a section's name is cut off")
}

/// An unsigned LEB128 number, and what follows it.
fn number(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Ok((value, bytes.get(place + 1..).unwrap_or_default()));
        }
    }
    bail!("a number is cut off")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut bytes = b"\0asm\x01\0\0\0".to_vec();
        for (kind, content) in sections {
            bytes.push(*kind);
            // A length in two bytes, as compilers also write them.
            bytes.push(0x80 | (content.len() & 0x7f) as u8);
            bytes.push((content.len() >> 7) as u8);
            bytes.extend_from_slice(content);
        }
        bytes
    }

    #[test]
    fn one_section_goes_and_the_others_stay_as_they_are() {
        let long = [7; 300];
        let full = module(&[(1, &long), (CUSTOM, b"\x04namexyz"), (CUSTOM, b"\x05otherxyz"), (10, b"code")]);
        let lean = module(&[(1, &long), (CUSTOM, b"\x05otherxyz"), (10, b"code")]);
        assert_eq!(without_section(&full, "name").unwrap(), lean);
        assert_eq!(without_section(&lean, "name").unwrap(), lean);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(without_section(b"", "name").is_err());
        assert!(without_section(b"no module at all", "name").is_err());
        let mut cut = module(&[(1, b"content")]);
        cut.pop();
        assert!(without_section(&cut, "name").is_err());
    }
}
