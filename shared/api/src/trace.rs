//! W3C Trace Context (Level 1): one trace for one request, through every service, object, queue and consumer.

use std::{fmt, str::FromStr};

use domain::Invalid;

/// Who called, in which trace: the value of `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    pub trace: [u8; 16],
    pub span: [u8; 8],
    pub is_sampled: bool,
}

impl TraceParent {
    /// The start of a trace. An all-zero id is invalid by the standard; chance does not draw it.
    pub fn root(trace: [u8; 16], span: [u8; 8]) -> Self {
        Self { trace, span, is_sampled: true }
    }

    /// The same trace, one hop further.
    pub fn child(self, span: [u8; 8]) -> Self {
        Self { span, ..self }
    }

    pub fn trace_id(self) -> String {
        hex(&self.trace)
    }

    pub fn span_id(self) -> String {
        hex(&self.span)
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> = text
        .bytes()
        .map(|digit| match digit {
            b'0'..=b'9' => digit.checked_sub(b'0'),
            b'a'..=b'f' => digit.checked_sub(b'a').and_then(|value| value.checked_add(10)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| (high << 4) | low).collect();
    if rest.is_empty() { bytes.try_into().ok() } else { None }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-0{}", hex(&self.trace), hex(&self.span), u8::from(self.is_sampled))
    }
}

impl FromStr for TraceParent {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parse = || {
            let mut fields = text.split('-');
            let (version, trace, span, flags) =
                (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            let version: [u8; 1] = unhex(version)?;
            let [flags] = unhex::<1>(flags)?;
            // Version 00 has four fields; a later one may have more; ff is forbidden.
            let is_known_shape = version != [0xff] && (version != [0] || fields.next().is_none());
            let parent = Self { trace: unhex(trace)?, span: unhex(span)?, is_sampled: flags & 1 == 1 };
            (is_known_shape && parent.trace != [0; 16] && parent.span != [0; 8]).then_some(parent)
        };
        parse().ok_or_else(|| Invalid::new("invalid_traceparent", "must be a W3C traceparent"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_continued() {
        let parent: TraceParent = GOOD.parse().unwrap();
        assert_eq!(parent.to_string(), GOOD);
        let child = parent.child([1; 8]);
        assert_eq!((child.trace_id(), child.span_id()), (parent.trace_id(), "0101010101010101".to_owned()));
    }

    #[test]
    fn what_the_standard_forbids_is_refused() {
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        ] {
            assert!(bad.parse::<TraceParent>().is_err(), "{bad}");
        }
        assert!(
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later".parse::<TraceParent>().is_ok()
        );
    }
}
