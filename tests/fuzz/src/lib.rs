//! What a fuzz target is fed with: something that could be right, and a few changes. Bytes by themselves would hardly get past the first
//! letter of any parser; a fuzzer that watches the code (`docs/fuzzing.md`) finds its way from here.
// A test's tool: what should not happen may panic.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

use bolero::TypeGenerator;

/// What breaks parsers, in more than one letter.
const WORDS: [&[u8]; 40] = [
    b"null",
    b"true",
    b"\"\"",
    b"[]",
    b"{}",
    b"[[[[[[[[",
    b"{\"a\":",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\u00e4",
    b"\xc3\xa4",
    b"\xff",
    b"\xf0\x9f\x92\xa9",
    b"\0",
    b"\n",
    b"\t",
    b" ",
    b"-0",
    b"1e400",
    b"0.1",
    b"9007199254740993",
    b"-9223372036854775809",
    b"18446744073709551616",
    b"%00",
    b"%",
    b"+",
    b"&",
    b"=",
    b";",
    b".",
    b"..",
    b"/",
    b"W/\"",
    b"*",
    b"4111 1111 1111 1111",
    b"eyJhbGciOiJub25lIn0",
];

/// One change to a text.
#[derive(Debug, Clone, Copy, TypeGenerator)]
pub enum Edit {
    Replace { at: u16, with: u8 },
    Insert { at: u16, what: u8 },
    Remove { at: u16, length: u8 },
    Word { at: u16, word: u8 },
    Repeat { at: u16, length: u8, times: u8 },
    Cut { at: u16 },
}

/// One of the seeds, changed; or, where nothing is to be kept, bytes as they come.
#[derive(Debug, Clone, TypeGenerator)]
pub struct Input {
    seed: u8,
    edits: Vec<Edit>,
    raw: Option<Vec<u8>>,
}

impl Input {
    pub fn bytes(&self, seeds: &[impl AsRef<[u8]>]) -> Vec<u8> {
        // One in eight is nothing but noise.
        if let (Some(raw), true) = (&self.raw, self.seed.is_multiple_of(8)) {
            return raw.clone();
        }
        let mut text = seeds[usize::from(self.seed) % seeds.len()].as_ref().to_vec();
        // A few changes leave most of it right.
        for edit in self.edits.iter().take(usize::from(self.seed % 4) + 1) {
            edit.apply(&mut text);
        }
        text
    }

    /// The same as text, as what is no text does not get as far as the parser.
    pub fn text(&self, seeds: &[impl AsRef<[u8]>]) -> String {
        String::from_utf8_lossy(&self.bytes(seeds)).into_owned()
    }
}

impl Edit {
    fn apply(self, text: &mut Vec<u8>) {
        const LENGTH_MAX: usize = 8 * 1024;
        let place = |at: u16, length: usize| if length == 0 { 0 } else { usize::from(at) % length };
        let range = |at: u16, length: u8, all: usize| {
            let from = place(at, all);
            from..(from + usize::from(length % 16) + 1).min(all)
        };
        match self {
            Edit::Replace { at, with } if !text.is_empty() => {
                let at = place(at, text.len());
                text[at] = with;
            }
            Edit::Replace { .. } => {}
            Edit::Insert { at, what } => text.insert(place(at, text.len() + 1), what),
            Edit::Remove { at, length } => drop(text.drain(range(at, length, text.len()))),
            Edit::Word { at, word } => {
                let at = place(at, text.len() + 1);
                text.splice(at..at, WORDS[usize::from(word) % WORDS.len()].iter().copied());
            }
            Edit::Repeat { at, length, times } => {
                let piece = text[range(at, length, text.len())].to_vec();
                let at = place(at, text.len() + 1);
                text.splice(at..at, piece.repeat(usize::from(times)));
            }
            Edit::Cut { at } => text.truncate(place(at, text.len() + 1)),
        }
        text.truncate(LENGTH_MAX);
    }
}

/// Runs a target with whatever could come.
#[macro_export]
macro_rules! target {
    ($(#[$meta:meta])* $name:ident, $seeds:expr, $check:expr) => {
        $(#[$meta])*
        #[test]
        fn $name() {
            let seeds = $seeds;
            let check = $check;
            ::bolero::check!().with_type::<$crate::Input>().for_each(|input| check(input, &seeds));
        }
    };
}
