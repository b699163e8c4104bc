//! The vocabulary: which words are known, and what a misspelled one may have meant.

use serde::{Deserialize, Serialize};

use domain::catalog::search::{Candidate, stems};
use platform::{Database, Fault, sql};

use super::json_column;

/// A word of a search, and the words within reach of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Looked {
    pub word: String,
    /// Whether any product has a word that begins so.
    is_known: u8,
    #[serde(deserialize_with = "json_column")]
    near: Vec<(String, u64)>,
}

impl Looked {
    /// Nothing in the shop begins like this word; what it may have meant.
    pub fn candidates(self) -> Option<Vec<Candidate>> {
        let near = self.near.into_iter().map(|(word, products)| Candidate { word, products });
        (self.is_known == 0).then(|| near.collect())
    }
}

#[derive(Serialize)]
struct Asked<'a> {
    word: &'a str,
    stems: Vec<String>,
}

/// One statement for all words.
pub async fn misspelled<D: Database>(db: &D, words: &[String]) -> Result<Vec<Looked>, Fault> {
    let asked: Vec<Asked<'_>> = words.iter().map(|word| Asked { word, stems: stems(word) }).collect();
    let statement = sql("select asked.value ->> 'word' as word,
          exists (select 1 from product_search
            where product_search match '\"' || (asked.value ->> 'word') || '\" *') as is_known,
          (select json_group_array(json_array(t.term, t.doc))
             from (select distinct s.word from search_stems s
               where s.stem in (select value from json_each(asked.value, '$.stems'))) near
             join search_terms t on t.term = near.word) as near
        from json_each(?1) asked")
    .bind_json(&asked);
    db.all(statement).await
}
