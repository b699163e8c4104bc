//! How mails forget their readers: the row stays, what it said and to whom goes. All of it may come again.

use domain::id::{OrderId, UserId};
use platform::{Statement, sql};

/// What was written to a user.
pub fn of_user(user: UserId) -> Vec<Statement> {
    forget("user_id", &user).into()
}

/// What was written about an order, now and later.
pub fn of_order(order: OrderId) -> Vec<Statement> {
    let remember = sql("insert into erased_orders (order_id) values (?1) on conflict (order_id) do nothing");
    [remember.bind_text(order)].into_iter().chain(forget("order_id", &order)).collect()
}

/// The mailbox first: who was written to says which mails are theirs. A try that is under way leaves nothing there afterwards
/// (`transport/mailbox/store.rs`).
fn forget(column: &str, whom: &impl std::fmt::Display) -> [Statement; 2] {
    let mails = format!(
        "delete from mailbox where notification_id in (select id from notifications where {column} = ?1)"
    );
    let forgetting = format!(
        "update notifications set recipient = '', subject = '', message = '', user_id = null, last_error = null, \
         status = case status when 'queued' then 'failed' else status end, next_try_at = null, is_erased = 1 \
         where {column} = ?1"
    );
    [sql(mails), sql(forgetting)].map(|statement| statement.bind_text(whom))
}
