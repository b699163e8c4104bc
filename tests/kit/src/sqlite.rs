//! One real SQLite database in memory, with the limits and the manners of D1 and of an object's storage.

use rusqlite::{
    Connection, StatementStatus,
    limits::Limit,
    types::{Value as Stored, ValueRef},
};
use serde_json::{Number, Value as Json};
use std::{
    fmt::Write,
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use platform::{Fault, Statement, Value, database::ResultSet};

/// What JavaScript keeps exactly: ±(2^53 - 1).
const INTEGER_MAX: i64 = (1 << 53) - 1;

/// The limits that workerd sets on every SQLite it opens (`src/workerd/util/sqlite.c++`).
const LIMITS: [(Limit, i32); 8] = [
    (Limit::SQLITE_LIMIT_LENGTH, 2_000_000),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, 100),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
    (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
];

/// What the runtime keeps for itself.
const REFUSED: [&str; 6] = ["begin", "commit", "rollback", "savepoint", "attach", "vacuum"];

pub struct Sqlite {
    connection: Mutex<Connection>,
    steps: AtomicU64,
}

impl Sqlite {
    pub fn empty() -> Self {
        Self::over(Connection::open_in_memory().expect("SQLite opens in memory"))
    }

    /// A database as it was when [`Sqlite::image`] was taken.
    pub fn from_image(image: &[u8]) -> Self {
        let mut connection = Connection::open_in_memory().expect("SQLite opens in memory");
        if !image.is_empty() {
            connection
                .deserialize_read_exact("main", image, image.len(), false)
                .expect("an image is a database");
        }
        Self::over(connection)
    }

    fn over(connection: Connection) -> Self {
        connection.execute_batch("pragma foreign_keys = on").expect("foreign keys can be switched on");
        for (limit, value) in LIMITS {
            connection.set_limit(limit, value).expect("a limit can be lowered");
        }
        connection.set_prepared_statement_cache_capacity(128);
        Self { connection: Mutex::new(connection), steps: AtomicU64::new(0) }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn image(&self) -> Vec<u8> {
        let connection = self.lock();
        let pages: i64 = connection.query_row("pragma page_count", [], |row| row.get(0)).unwrap_or(0);
        if pages == 0 {
            return Vec::new();
        }
        connection.serialize("main").expect("a database can be written down").to_vec()
    }

    /// Applies the `.sql` files of a folder in the order of their names, as `wrangler d1 migrations apply` does.
    pub fn migrate(&self, folder: &Path) {
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap_or_else(|error| panic!("no migrations in {}: {error}", folder.display()))
            .map(|entry| entry.expect("a folder can be listed").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
            .collect();
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file).expect("a migration is text");
            // The remote database takes the file apart by itself, and knows the body of a trigger by its capitals.
            let is_lower = text.lines().any(|line| matches!(line.trim(), "begin" | "end;"));
            assert!(!is_lower, "{}: BEGIN and END of a trigger are written in capitals", file.display());
            if let Err(error) = self.lock().execute_batch(&text) {
                panic!("{}: {error}", file.display());
            }
        }
    }

    /// All statements in one transaction, or none of them.
    pub fn transact(&self, statements: &[Statement]) -> Result<Vec<ResultSet>, Fault> {
        let mut connection = self.lock();
        let transaction = connection.transaction().map_err(fault)?;
        let results = statements
            .iter()
            .map(|statement| run(&transaction, statement, &self.steps))
            .collect::<Result<Vec<_>, Fault>>()?;
        transaction.commit().map_err(fault)?;
        Ok(results)
    }

    /// How many steps of SQLite's machine it all took: what its work costs, whatever host it runs on.
    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// How many rows were ever written: tells whether anything happened.
    pub fn writes(&self) -> u64 {
        self.lock().total_changes()
    }
}

fn run(connection: &Connection, statement: &Statement, steps: &AtomicU64) -> Result<ResultSet, Fault> {
    let first_word = statement.sql.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if REFUSED.contains(&first_word.as_str()) {
        return Err(Fault::defect(format!("not authorized: {first_word}")));
    }
    let writes_before = connection.total_changes();
    let mut prepared = connection
        .prepare_cached(&crate::planted::spoilt(&statement.sql))
        .map_err(|error| explain(error, statement))?;
    let columns: Vec<String> =
        prepared.column_names().into_iter().map(|name| Json::from(name).to_string()).collect();
    let expected = prepared.parameter_count();
    if expected != statement.values.len() {
        return Err(Fault::defect(format!(
            "{} values bound to {expected} parameters: {}",
            statement.values.len(),
            statement.sql
        )));
    }
    let values: Vec<Stored> = statement.values.iter().map(bound).collect::<Result<_, Fault>>()?;
    let mut rows =
        prepared.query(rusqlite::params_from_iter(values)).map_err(|error| explain(error, statement))?;
    let mut json = "[".to_owned();
    while let Some(row) = rows.next().map_err(|error| explain(error, statement))? {
        json.push_str(if json.len() == 1 { "{" } else { ",{" });
        for (index, column) in columns.iter().enumerate() {
            let value = row.get_ref(index).map_err(|error| explain(error, statement))?;
            let comma = if index == 0 { "" } else { "," };
            write!(json, "{comma}{column}:{}", read(value)?).map_err(|_| Fault::defect("no text"))?;
        }
        json.push('}');
    }
    json.push(']');
    drop(rows);
    let taken = prepared.reset_status(StatementStatus::VmStep);
    steps.fetch_add(u64::try_from(taken).unwrap_or(0), Ordering::Relaxed);
    drop(prepared);
    let changes = if connection.total_changes() == writes_before { 0 } else { connection.changes() };
    Ok(ResultSet { changes, json })
}

/// JavaScript has one kind of number, so every number arrives as a REAL; a column's affinity makes it an INTEGER again.
fn bound(value: &Value) -> Result<Stored, Fault> {
    Ok(match value {
        Value::Null => Stored::Null,
        Value::Integer(number) if (-INTEGER_MAX..=INTEGER_MAX).contains(number) => {
            Stored::Real(*number as f64)
        }
        Value::Integer(number) => return Err(Fault::defect(format!("{number} is beyond 2^53 - 1"))),
        Value::Text(text) => Stored::Text(text.clone()),
    })
}

/// And a whole number is read as one, whatever it is stored as.
fn read(value: ValueRef<'_>) -> Result<Json, Fault> {
    Ok(match value {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(number) if (-INTEGER_MAX..=INTEGER_MAX).contains(&number) => number.into(),
        ValueRef::Integer(number) => return Err(Fault::defect(format!("{number} is beyond 2^53 - 1"))),
        ValueRef::Real(number) if number.fract() == 0.0 && number.abs() <= INTEGER_MAX as f64 => {
            (number as i64).into()
        }
        ValueRef::Real(number) => Number::from_f64(number).map_or(Json::Null, Json::Number),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => bytes.to_vec().into(),
    })
}

fn explain(error: rusqlite::Error, statement: &Statement) -> Fault {
    let fault = fault(error);
    Fault { message: format!("{} in: {}", fault.message, statement.sql), ..fault }
}

fn fault(error: rusqlite::Error) -> Fault {
    match &error {
        rusqlite::Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::ConstraintViolation => {
            Fault::constraint(error.to_string())
        }
        _ => Fault::defect(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::sql;

    fn with_table() -> Sqlite {
        let database = Sqlite::empty();
        let table = sql("create table t (id integer primary key, name text unique, n integer) strict");
        database.transact(&[table]).unwrap();
        database
    }

    #[test]
    fn a_batch_takes_effect_whole_or_not_at_all() {
        let database = with_table();
        let insert =
            |id: i64, name: &str| sql("insert into t (id, name, n) values (?1, ?2, 5)").bind(id).bind(name);
        let fault = database.transact(&[insert(1, "a"), insert(2, "a")]).unwrap_err();
        assert!(fault.violates("t.name"), "{fault}");
        let rows = database.transact(&[sql("select count(*) as n from t")]).unwrap();
        assert_eq!(rows[0].json, r#"[{"n":0}]"#);
    }

    #[test]
    fn numbers_are_those_of_javascript() {
        let database = with_table();
        let halves = database.transact(&[sql("select ?1 / 2 as half").bind(5_i64)]).unwrap();
        assert_eq!(halves[0].json, r#"[{"half":2.5}]"#);
        database
            .transact(&[sql("insert into t (id, n) values (?1, ?2)").bind(1_i64).bind(INTEGER_MAX)])
            .unwrap();
        let kept = database.transact(&[sql("select n, typeof(n) as kind from t")]).unwrap();
        assert_eq!(kept[0].json, format!(r#"[{{"n":{INTEGER_MAX},"kind":"integer"}}]"#));
        assert!(database.transact(&[sql("select ?1 as n").bind(INTEGER_MAX + 1)]).is_err());
    }

    #[test]
    fn the_limits_of_the_runtime_hold() {
        let database = with_table();
        let many = (1..=101).map(|n| format!("?{n}")).collect::<Vec<_>>().join(",");
        assert!(database.transact(&[sql(format!("select 1 where 1 in ({many})"))]).is_err());
        let pattern = "x".repeat(51);
        database.transact(&[sql("insert into t (id, name) values (1, 'y')")]).unwrap();
        assert!(database.transact(&[sql("select * from t where name like ?1").bind(pattern)]).is_err());
        assert!(database.transact(&[sql("begin")]).is_err());
    }

    #[test]
    fn changes_count_the_rows_of_their_own_statement() {
        let database = with_table();
        let results = database
            .transact(&[
                sql("insert into t (id) values (1), (2)"),
                sql("select * from t"),
                sql("update t set n = 1 where id = 9"),
                sql("delete from t where id = 1 returning id"),
            ])
            .unwrap();
        assert_eq!(results.iter().map(|result| result.changes).collect::<Vec<_>>(), [2, 0, 0, 1]);
    }

    #[test]
    fn an_image_is_the_database_again() {
        let database = with_table();
        database.transact(&[sql("insert into t (id, name) values (1, 'a')")]).unwrap();
        let copy = Sqlite::from_image(&database.image());
        copy.transact(&[sql("insert into t (id, name) values (2, 'b')")]).unwrap();
        let count = |of: &Sqlite| of.transact(&[sql("select count(*) as n from t")]).unwrap().remove(0).json;
        assert_eq!((count(&database), count(&copy)), (r#"[{"n":1}]"#.into(), r#"[{"n":2}]"#.into()));
        assert!(Sqlite::empty().image().is_empty());
    }
}
