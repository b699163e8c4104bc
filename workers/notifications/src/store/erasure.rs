//! How mails forget their readers: the row stays, what it said and to whom goes. All of it may come again.

use domain::id::{OrderId, UserId};
use platform::{Statement, sql};

/// What was written to a user.
pub fn of_user(user: UserId) -> Vec<Statement> {
    vec![sql(forgetting("user_id")).bind_text(user), empty_the_mailbox()]
}

/// What was written about an order, now and later.
pub fn of_order(order: OrderId) -> Vec<Statement> {
    vec![
        sql("insert into erased_orders (order_id) values (?1) on conflict (order_id) do nothing")
            .bind_text(order),
        sql(forgetting("order_id")).bind_text(order),
        empty_the_mailbox(),
    ]
}

fn forgetting(column: &str) -> String {
    format!(
        "update notifications set recipient = '', subject = '', message = '', user_id = null, last_error = null, \
         status = case status when 'queued' then 'failed' else status end, next_try_at = null, is_erased = 1 \
         where {column} = ?1"
    )
}

/// Of all who are forgotten: a try that was under way may have left something since.
fn empty_the_mailbox() -> Statement {
    sql("delete from mailbox where notification_id in (select id from notifications where is_erased = 1)")
}
