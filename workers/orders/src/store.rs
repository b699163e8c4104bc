//! The list of orders: a read model. All of this Worker's SQL.

use serde::{Deserialize, Serialize};

use api::{
    json,
    order::{OrderChanged, OrderSummary},
    page::PageLimit,
};
use domain::{
    Sku, Timestamp,
    id::{OrderId, UserId},
    order::OrderStatus,
    order_number::OrderNumber,
    text::Email,
};
use platform::{Database, Fault, Statement, sql, wire};

/// Where in a list a page begins: after this order, placed then.
pub type OrderCursor = (Timestamp, OrderId);

/// Which orders a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub user: Option<UserId>,
    pub number: Option<OrderNumber>,
    pub status: Option<OrderStatus>,
    pub email: Option<Email>,
    pub sku: Option<Sku>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// Takes a summary in, unless a newer one is there already.
fn upsert(news: &OrderChanged) -> Result<Statement, Fault> {
    let summary = &news.summary;
    Ok(sql("insert into orders (id, seq, user_id, status, email, placed_at, summary) values (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
            on conflict (id) do update set seq = excluded.seq, user_id = excluded.user_id, status = excluded.status, \
            email = excluded.email, placed_at = excluded.placed_at, summary = excluded.summary \
            where excluded.seq > seq")
    .bind_text(news.order)
    .bind(news.seq)
    .bind(news.user.map(|user| user.to_string()))
    .bind(summary.status.as_str())
    .bind(lower(&summary.email))
    .bind(summary.placed_at)
    .bind(wire::text(summary)?))
}

/// What the shopper sees in their list right after the answer.
pub async fn keep_summary(db: &impl Database, news: &OrderChanged) -> Result<(), Fault> {
    db.run(upsert(news)?).await.map(drop)
}

#[derive(Deserialize)]
struct IdRow {
    id: OrderId,
}

/// Some of a user's orders, the oldest first.
pub async fn of_user(db: &impl Database, user: UserId, limit: u16) -> Result<Vec<OrderId>, Fault> {
    let rows: Vec<IdRow> = db
        .all(
            sql("select id from orders where user_id = ?1 order by placed_at, id limit ?2")
                .bind_text(user)
                .bind(u32::from(limit)),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The same, and which SKUs the order is found by.
pub fn news(news: &OrderChanged) -> Result<Vec<Statement>, Fault> {
    let skus: Vec<&Sku> = news.summary.lines.iter().map(|line| &line.sku).collect();
    let found_by = sql("insert into order_skus (sku, order_id) select value, ?1 from json_each(?2) \
                        where true on conflict (sku, order_id) do nothing")
    .bind_text(news.order)
    .bind_json(&skus);
    Ok(vec![upsert(news)?, found_by])
}

#[derive(Deserialize)]
struct Row {
    summary: String,
}

/// The newest first, one more than a page has.
pub async fn orders(
    db: &impl Database,
    filter: &Filter,
    after: Option<&OrderCursor>,
    limit: PageLimit,
) -> Result<Vec<OrderSummary>, Fault> {
    let rows: Vec<Row> = db.all(list(filter, after, limit)).await?;
    rows.iter()
        .map(|row| {
            json::read(row.summary.as_bytes())
                .map_err(|error| Fault::defect(format!("stored order summary cannot be read: {error}")))
        })
        .collect()
}

/// Only the conditions that are asked for stand in the text, so that each list has its index.
fn list(filter: &Filter, after: Option<&OrderCursor>, limit: PageLimit) -> Statement {
    let mut conditions: Vec<&str> = Vec::new();
    let mut values = Vec::new();
    let mut only = |condition: &'static str, value: platform::Value| {
        conditions.push(condition);
        values.push(value);
    };
    if let Some(user) = &filter.user {
        only("user_id = ?", user.to_string().into());
    }
    if let Some(number) = filter.number {
        only("json_extract(summary, '$.number') = ?", number.to_string().into());
    }
    if let Some(status) = filter.status {
        only("status = ?", status.as_str().into());
    }
    if let Some(email) = &filter.email {
        only("email = ?", lower(email).into());
    }
    if let Some(sku) = &filter.sku {
        only("id in (select order_id from order_skus where sku = ?)", sku.as_str().into());
    }
    if let Some(from) = filter.from {
        only("placed_at >= ?", from.into());
    }
    if let Some(to) = filter.to {
        only("placed_at < ?", to.into());
    }
    if let Some((placed_at, id)) = after {
        only("(placed_at, id) < (?, ?)", (*placed_at).into());
        values.push(id.to_string().into());
    }
    let which =
        if conditions.is_empty() { String::new() } else { format!("where {} ", conditions.join(" and ")) };
    let text = format!("select summary from orders {which}order by placed_at desc, id desc limit ?");
    values.push(limit.get().saturating_add(1).into());
    values.into_iter().fold(sql(text), Statement::bind)
}

fn lower(email: &Email) -> String {
    email.as_str().to_lowercase()
}

/// How a page of summaries names the next one.
pub fn position(summary: &OrderSummary) -> impl Serialize {
    (summary.placed_at, summary.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_asks_only_for_what_is_wanted() {
        let all = list(&Filter::default(), None, PageLimit::default());
        assert_eq!(all.sql, "select summary from orders order by placed_at desc, id desc limit ?");
        let filter = Filter {
            status: Some(OrderStatus::Placed),
            email: Some("Ada@Example.com".parse().unwrap()),
            ..Filter::default()
        };
        let after = (Timestamp::from_millis(7), OrderId::derived(&["o"]));
        let page = list(&filter, Some(&after), PageLimit::default());
        assert_eq!(
            page.sql,
            "select summary from orders where status = ? and email = ? and (placed_at, id) < (?, ?) \
             order by placed_at desc, id desc limit ?"
        );
        assert_eq!(page.values.len(), page.sql.matches('?').count());
        assert_eq!(page.values[1], "ada@example.com".into());
    }
}
