-- Full text over products. The index keeps words, not texts: those are in product_documents.
create virtual table product_search using fts5 (
  name,
  brand,
  description,
  content = '',
  contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 2",
  prefix = '2 3'
);

-- In how many products each indexed word is.
create virtual table search_terms using fts5vocab (product_search, 'row');

-- The words whose typos are forgiven: those of domain::catalog::search::is_forgiven.
create table search_words (
  word text primary key
) strict, without rowid;

-- Every such word with what is left of it without one letter, itself included. Two words within one edit share a stem, so a misspelled word
-- finds what was meant by key, however large the vocabulary is.
create table search_stems (
  stem text not null,
  word text not null references search_words (word),
  primary key (stem, word)
) strict, without rowid;

create trigger search_words_inserted after insert on search_words
BEGIN
  insert or ignore into search_stems (stem, word)
  select new.word, new.word
  union all
  select substr(new.word, 1, place.value - 1) || substr(new.word, place.value + 1), new.word
  from json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32]') as place
  where place.value <= length(new.word);
END;
