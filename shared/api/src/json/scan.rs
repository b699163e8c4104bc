//! JSON's tokens (RFC 8259), as they stand in the text.

use std::borrow::Cow;

/// Why a text cannot be taken in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is not JSON from here on.
    NotJson,
    /// It is JSON, but says nothing that we can hold: half a character.
    Meaningless(&'static str),
}

/// A whole number, in the first of these that holds it.
#[derive(Debug, PartialEq)]
pub(super) enum Number {
    Positive(u64),
    Negative(i64),
}

/// What is left of a text.
#[derive(Clone, Copy)]
pub(super) struct Scan<'t> {
    rest: &'t str,
}

impl<'t> Scan<'t> {
    pub fn new(rest: &'t str) -> Self {
        Self { rest }
    }

    /// The next byte that is no white space, left where it is.
    pub fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
        self.rest.bytes().next()
    }

    /// Steps over `token` if that is what comes next.
    pub fn take(&mut self, token: &str) -> bool {
        self.peek();
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// A string without its quotes, its escapes as they are written.
    pub fn quoted(&mut self) -> Result<&'t str, Refused> {
        self.peek();
        let inside = self.rest.strip_prefix('"').ok_or(Refused::NotJson)?;
        let mut is_escaped = false;
        let end = inside.bytes().position(|byte| match byte {
            _ if is_escaped => {
                is_escaped = false;
                false
            }
            b'\\' => {
                is_escaped = true;
                false
            }
            byte => byte == b'"' || byte < b' ',
        });
        let (text, after) = end.and_then(|end| inside.split_at_checked(end)).ok_or(Refused::NotJson)?;
        self.rest = after.strip_prefix('"').ok_or(Refused::NotJson)?;
        Ok(text)
    }

    /// `None`, when it has a fraction or an exponent, or is beyond what we count by.
    pub fn number(&mut self) -> Result<Option<Number>, Refused> {
        let token = self.number_token()?;
        Ok(if token.starts_with('-') {
            // Minus nothing is a float's zero.
            token.parse().ok().filter(|number| *number < 0).map(Number::Negative)
        } else {
            token.parse().ok().map(Number::Positive)
        })
    }

    fn number_token(&mut self) -> Result<&'t str, Refused> {
        self.peek();
        let is_outside = |char: char| !matches!(char, '0'..='9' | '+' | '-' | '.' | 'e' | 'E');
        let end = self.rest.find(is_outside).unwrap_or(self.rest.len());
        let (token, after) = self.rest.split_at_checked(end).ok_or(Refused::NotJson)?;
        self.rest = after;
        if is_number(token) { Ok(token) } else { Err(Refused::NotJson) }
    }

    /// Steps over one value of any kind, however deep, without a call for each level.
    pub fn skip(&mut self) -> Result<(), Refused> {
        let mut closers: Vec<&str> = Vec::new();
        loop {
            let closer = if self.take("{") {
                "}"
            } else if self.take("[") {
                "]"
            } else {
                ""
            };
            if closer.is_empty() {
                self.skip_scalar()?;
            } else if !self.take(closer) {
                closers.push(closer);
                self.skip_name(closer)?;
                continue;
            }
            // A value has ended, and with it whatever it was the last of.
            loop {
                let Some(closer) = closers.last().copied() else { return Ok(()) };
                if self.take(",") {
                    self.skip_name(closer)?;
                    break;
                }
                if !self.take(closer) {
                    return Err(Refused::NotJson);
                }
                closers.pop();
            }
        }
    }

    /// Only an object's values have names.
    fn skip_name(&mut self, closer: &str) -> Result<(), Refused> {
        if closer == "]" {
            return Ok(());
        }
        self.skip_string()?;
        if self.take(":") { Ok(()) } else { Err(Refused::NotJson) }
    }

    fn skip_scalar(&mut self) -> Result<(), Refused> {
        match self.peek() {
            Some(b'"') => self.skip_string(),
            Some(b'-' | b'0'..=b'9') => self.number_token().map(|_| ()),
            _ if ["null", "true", "false"].iter().any(|word| self.take(word)) => Ok(()),
            _ => Err(Refused::NotJson),
        }
    }

    fn skip_string(&mut self) -> Result<(), Refused> {
        match unescape(self.quoted()?) {
            Err(Refused::NotJson) => Err(Refused::NotJson),
            _ => Ok(()),
        }
    }
}

fn is_number(token: &str) -> bool {
    let (whole, rest) = digits(token.strip_prefix('-').unwrap_or(token));
    let is_whole = whole == "0" || !(whole.is_empty() || whole.starts_with('0'));
    let (fraction, rest) = rest.strip_prefix('.').map_or(("0", rest), digits);
    let exponent = |text: &'_ str| {
        let (digits, rest) = digits(text.strip_prefix(['+', '-']).unwrap_or(text));
        !digits.is_empty() && rest.is_empty()
    };
    let is_ended = rest.strip_prefix(['e', 'E']).map_or(rest.is_empty(), exponent);
    is_whole && !fraction.is_empty() && is_ended
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The text that a string's inside stands for.
pub(super) fn unescape(inside: &str) -> Result<Cow<'_, str>, Refused> {
    let Some((plain, mut rest)) = inside.split_once('\\') else { return Ok(Cow::Borrowed(inside)) };
    let mut text = plain.to_owned();
    loop {
        let mut chars = rest.chars();
        let escape = chars.next().ok_or(Refused::NotJson)?;
        rest = chars.as_str();
        text.push(match escape {
            '"' | '\\' | '/' => escape,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let (char, after) = code_point(rest)?;
                rest = after;
                char
            }
            _ => return Err(Refused::NotJson),
        });
        let Some((plain, after)) = rest.split_once('\\') else {
            text.push_str(rest);
            return Ok(Cow::Owned(text));
        };
        text.push_str(plain);
        rest = after;
    }
}

/// The character of one `\uXXXX`, or of two that are a surrogate pair; `text` begins behind the first `\u`.
fn code_point(text: &str) -> Result<(char, &str), Refused> {
    const HALF: Refused = Refused::Meaningless("half a surrogate pair");
    let (first, rest) = four_digits(text)?;
    if let Some(char) = char::from_u32(first.into()) {
        return Ok((char, rest));
    }
    let (second, rest) = four_digits(rest.strip_prefix("\\u").ok_or(HALF)?)?;
    match char::decode_utf16([first, second]).next() {
        Some(Ok(char)) => Ok((char, rest)),
        _ => Err(HALF),
    }
}

fn four_digits(text: &str) -> Result<(u16, &str), Refused> {
    let (digits, rest) = text.split_at_checked(4).ok_or(Refused::NotJson)?;
    // `from_str_radix` alone would take a sign.
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = u16::from_str_radix(digits, 16).ok().filter(|_| is_hex).ok_or(Refused::NotJson)?;
    Ok((value, rest))
}
