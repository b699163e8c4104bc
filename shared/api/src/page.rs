//! Lists: a bounded page and the cursor to the next.

use serde::{Deserialize, Serialize};

use domain::Invalid;

pub const PAGE_LIMIT_DEFAULT: u32 = 20;
pub const PAGE_LIMIT_MAX: u32 = 100;
/// Counts stop here.
pub const TOTAL_MAX: u64 = 1_000;

/// How many items a page has: 1 to [`PAGE_LIMIT_MAX`]. Read from the text of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PageLimit(u32);

impl PageLimit {
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(PAGE_LIMIT_DEFAULT)
    }
}

impl TryFrom<String> for PageLimit {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
            .ok()
            .filter(|limit| (1..=PAGE_LIMIT_MAX).contains(limit))
            .map(Self)
            .ok_or_else(|| Invalid::new("out_of_range", format!("must be 1 to {PAGE_LIMIT_MAX}")))
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "{T}Page"))]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// From one row more than was asked for: the extra one only tells that there is a next page.
    pub fn from_rows(mut rows: Vec<T>, limit: PageLimit, cursor_after: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit.get()).unwrap_or(usize::MAX);
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| has_more).map(cursor_after);
        Self { items: rows, next_cursor }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next_cursor: self.next_cursor }
    }
}

domain::schema!(PageLimit, "PageLimit", |_| {
    "description": "How many items a page has.",
    "type": "integer",
    "format": "int32",
    "minimum": 1,
    "maximum": PAGE_LIMIT_MAX,
    "default": PAGE_LIMIT_DEFAULT,
});

/// A list that is asked for a page and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
    #[serde(default)]
    pub limit: PageLimit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extra_row_becomes_a_cursor_and_is_not_shown() {
        let limit = PageLimit::try_from("2".to_owned()).unwrap();
        let page = Page::from_rows(vec![1, 2, 3], limit, ToString::to_string);
        assert_eq!((page.items, page.next_cursor.as_deref()), (vec![1, 2], Some("2")));
        assert_eq!(Page::from_rows(vec![1, 2], limit, ToString::to_string).next_cursor, None);
    }

    #[test]
    fn limits_are_bounded() {
        for bad in ["0", "101", "-1", "x", ""] {
            assert!(PageLimit::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
