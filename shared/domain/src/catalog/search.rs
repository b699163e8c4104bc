//! Words as they are searched: folded the same way everywhere, and forgiven one typo each.
//!
//! A typo is found by its *stems*: a word and what is left of it without one letter. Two words within one edit (a letter added, lost,
//! changed, or two neighbours swapped) always share a stem, so an index of stems finds every candidate without reading the whole
//! vocabulary.

/// The longest search text, in characters.
pub const QUERY_LENGTH_MAX: usize = 200;
/// Words of a search beyond these are not looked at.
pub const QUERY_WORDS_MAX: usize = 8;
/// The shortest word whose typo is forgiven: one edit of three letters is as often another word.
pub const FORGIVEN_LENGTH_MIN: usize = 4;
/// Longer words are neither kept in the vocabulary nor forgiven.
pub const FORGIVEN_LENGTH_MAX: usize = 32;

/// The words of a text in lower case without marks: `Chronómètre N°2` is `chronometre`, `n`, `2`.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .map(|word| word.chars().flat_map(char::to_lowercase).filter(|c| !is_mark(*c)).map(fold).collect())
        .filter(|word: &String| !word.is_empty())
        .collect()
}

/// Whether a word is kept in the vocabulary, and a misspelled one is looked up there. Numbers are not: 39 is no typo of 38.
pub fn is_forgiven(word: &str) -> bool {
    (FORGIVEN_LENGTH_MIN..=FORGIVEN_LENGTH_MAX).contains(&word.chars().count())
        && word.chars().all(char::is_alphabetic)
}

/// The word itself and every word that it is without one letter.
pub fn stems(word: &str) -> Vec<String> {
    let mut stems = vec![word.to_owned()];
    for skipped in 0..word.chars().count() {
        stems.push(word.chars().enumerate().filter(|(at, _)| *at != skipped).map(|(_, c)| c).collect());
    }
    stems.sort_unstable();
    stems.dedup();
    stems
}

/// A word of the vocabulary and how many products have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub word: String,
    pub products: u64,
}

/// What was probably meant by `word`: of the candidates within one edit the most common, then the first by alphabet.
pub fn correct(word: &str, candidates: impl IntoIterator<Item = Candidate>) -> Option<String> {
    candidates
        .into_iter()
        .filter(|candidate| is_one_edit(word, &candidate.word))
        .min_by(|a, b| b.products.cmp(&a.products).then_with(|| a.word.cmp(&b.word)))
        .map(|candidate| candidate.word)
}

/// Whether one letter added, lost or changed, or two neighbours swapped, makes one word of the other.
pub fn is_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    // What both begin and end with does not count; what is left in the middle tells.
    let begin = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    let rest = short.len().saturating_sub(begin);
    let end = short.iter().rev().zip(long.iter().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let middle = |word: &[char]| -> Vec<char> {
        word.get(begin..word.len().saturating_sub(end)).unwrap_or_default().to_vec()
    };
    match (middle(&short).as_slice(), middle(&long).as_slice()) {
        ([], [_]) | ([_], [_]) => true,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}

/// Combining marks: what is left of an accent that was typed on its own.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// The letter without its accent, for the Latin letters that have one. As SQLite's `unicode61 remove_diacritics 2` does, letters that are
/// letters of their own (`ø`, `ß`, `ł`) stay.
fn fold(c: char) -> char {
    match c {
        'à'..='å'
        | 'ā'
        | 'ă'
        | 'ą'
        | 'ǎ'
        | 'ạ'
        | 'ả'
        | 'ấ'
        | 'ầ'
        | 'ẩ'
        | 'ẫ'
        | 'ậ'
        | 'ắ'
        | 'ằ'
        | 'ẳ'
        | 'ẵ'
        | 'ặ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ď' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => {
            'e'
        }
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' => 'h',
        'ì'..='ï' | 'ǐ' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ỉ' | 'ị' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö'
        | 'ǒ'
        | 'ō'
        | 'ŏ'
        | 'ő'
        | 'ơ'
        | 'ọ'
        | 'ỏ'
        | 'ố'
        | 'ồ'
        | 'ổ'
        | 'ỗ'
        | 'ộ'
        | 'ớ'
        | 'ờ'
        | 'ở'
        | 'ỡ'
        | 'ợ' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ſ' | 'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü'
        | 'ǔ'
        | 'ũ'
        | 'ū'
        | 'ŭ'
        | 'ů'
        | 'ű'
        | 'ų'
        | 'ư'
        | 'ụ'
        | 'ủ'
        | 'ứ'
        | 'ừ'
        | 'ử'
        | 'ữ'
        | 'ự' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' | 'ỳ' | 'ỵ' | 'ỷ' | 'ỹ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_lose_case_marks_and_punctuation() {
        let cases: [(&str, &[&str]); 5] = [
            ("Halden Tide 300", &["halden", "tide", "300"]),
            ("Chronómètre N°2", &["chronometre", "n", "2"]),
            ("cafe\u{301}-noir", &["cafe", "noir"]),
            ("  \"*!  ", &[]),
            ("Sjømann", &["sjømann"]),
        ];
        for (text, expected) in cases {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn one_edit_is_a_letter_or_two_swapped_neighbours() {
        let near = ["halden", "hlden", "haldeen", "hadlen", "haldan", "xhalden", "haldenx", "aalden"];
        for word in near.into_iter().skip(1) {
            assert!(is_one_edit("halden", word) && is_one_edit(word, "halden"), "{word}");
        }
        for word in ["halden", "hedlen", "hlen", "nedlah", "", "haldenxx", "ahldne"] {
            assert!(!is_one_edit("halden", word), "{word}");
        }
    }

    #[test]
    fn the_most_common_neighbour_is_meant() {
        let candidate = |word: &str, products| Candidate { word: word.to_owned(), products };
        let vocabulary =
            || [candidate("tides", 9), candidate("tide", 3), candidate("tidy", 3), candidate("ride", 1)];
        assert_eq!(correct("tidd", vocabulary()).as_deref(), Some("tide"));
        assert_eq!(correct("tids", vocabulary()).as_deref(), Some("tides"));
        assert_eq!(correct("halden", vocabulary()), None);
    }

    #[test]
    fn short_words_and_numbers_are_taken_as_they_are() {
        for (word, expected) in [("tide", true), ("gmt", false), ("300m", false), (&"a".repeat(33), false)] {
            assert_eq!(is_forgiven(word), expected, "{word}");
        }
    }

    proptest! {
        /// What the index relies on: no typo escapes it.
        #[test]
        fn words_within_one_edit_share_a_stem(word in "[a-d]{4,8}", at in 0usize..8, edit in 0u8..4, letter in "[a-d]") {
            let mut letters: Vec<char> = word.chars().collect();
            let at = at % letters.len();
            let letter = letter.chars().next().unwrap();
            match edit {
                0 => letters.insert(at, letter),
                1 => { letters.remove(at); }
                2 => letters[at] = letter,
                _ => { let next = (at + 1) % letters.len(); if next > at { letters.swap(at, next); } }
            }
            let typo: String = letters.into_iter().collect();
            prop_assert!(typo == word || is_one_edit(&word, &typo), "{word} {typo}");
            let ours = stems(&word);
            prop_assert!(stems(&typo).iter().any(|stem| ours.contains(stem)));
        }
    }
}
