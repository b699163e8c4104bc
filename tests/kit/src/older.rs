//! An object that is of an older release for a while: a deployment that is rolled back, or has not reached everybody yet.

use serde_json::Value as Json;

use platform::{Statement, Value};

/// What the older release did not know yet.
#[derive(Debug, Clone, Copy)]
pub struct Older {
    /// What it cannot be asked.
    pub refuses: &'static [&'static str],
    /// Fields that it does not write: where the object it belongs to is found in what is stored, and its name.
    pub forgets: &'static [(&'static str, &'static str)],
    /// Tables that it does not know of: it neither writes to them nor sees them.
    pub leaves: &'static [&'static str],
}

impl Older {
    pub fn refuses(&self, ask: &[u8]) -> bool {
        let ask: Json = serde_json::from_slice(ask).unwrap_or_default();
        self.refuses.iter().any(|name| ask == **name || ask.get(name).is_some())
    }

    /// What it would read: to it there are no tables but its own.
    pub fn read(&self, statement: Statement) -> Statement {
        if !statement.sql.contains("sqlite_master") {
            return statement;
        }
        let hidden: Vec<String> = self.leaves.iter().map(|table| format!("'{table}'")).collect();
        let sql = format!("{} and name not in ({})", statement.sql, hidden.join(", "));
        Statement { sql: sql.into(), ..statement }
    }

    /// The statements that it would run.
    pub fn written(&self, statements: Vec<Statement>) -> Vec<Statement> {
        let is_known = |statement: &Statement| {
            let mentions = |word: &str| {
                self.leaves.iter().any(|table| statement.sql.contains(&format!("{word} {table} ")))
            };
            !["into", "table", "from"].into_iter().any(mentions)
        };
        let statements = statements.into_iter().filter(is_known);
        statements
            .map(|statement| Statement { values: self.forgotten(statement.values), ..statement })
            .collect()
    }

    fn forgotten(&self, values: Vec<Value>) -> Vec<Value> {
        let forget = |value| match value {
            Value::Text(text) if text.starts_with('{') => match serde_json::from_str::<Json>(&text) {
                Ok(mut json) => {
                    for (owner, field) in self.forgets {
                        if let Some(owner) = json.pointer_mut(owner).and_then(Json::as_object_mut) {
                            owner.remove(*field);
                        }
                    }
                    Value::Text(json.to_string())
                }
                Err(_) => Value::Text(text),
            },
            other => other,
        };
        values.into_iter().map(forget).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::sql;

    const OLDER: Older = Older {
        refuses: &["confirm"],
        forgets: &[("", "chain"), ("/moved", "link")],
        leaves: &["published"],
    };

    #[test]
    fn it_sees_no_table_that_it_does_not_know() {
        let seen = OLDER.read(sql("select name from sqlite_master where type = 'table'"));
        assert!(seen.sql.ends_with("and name not in ('published')"));
        assert_eq!(OLDER.read(sql("select 1")).sql, "select 1");
    }

    #[test]
    fn it_neither_hears_nor_writes_what_it_does_not_know() {
        assert!(OLDER.refuses(br#"{"confirm":{"events":[]}}"#));
        assert!(!OLDER.refuses(br#""read""#));
        let statements = vec![
            sql("insert into published (event) values (?1)").bind("evt"),
            sql("insert into state (data) values (?1)").bind(r#"{"seq":1,"chain":{"head":"x"}}"#),
            sql("insert into events (data) values (?1)").bind(r#"{"moved":{"open":0,"link":{}}}"#),
        ];
        let written = OLDER.written(statements);
        let texts: Vec<_> = written.into_iter().flat_map(|statement| statement.values).collect();
        assert_eq!(
            texts,
            [Value::Text(r#"{"seq":1}"#.into()), Value::Text(r#"{"moved":{"open":0}}"#.into())]
        );
    }
}
