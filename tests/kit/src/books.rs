//! The audit: whatever happened, and whatever was lost on the way, everybody's books must agree once the shop is at rest.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};

use api::{
    inventory::StockKey,
    object::{Ask, EventsQuery, Recorded, Told, ToldOf},
};
use domain::{
    Aggregate, Sku,
    cart::Cart,
    id::OrderId,
    order::{Order, OrderStatus, Record, Sale, cancellation_refund_id, payment_id},
    payment::RefundStatus,
    stock::{Audit, HOME, LedgerKind, Stock, StockEvent},
};
use platform::sql;

use crate::{sqlite::Sqlite, world::World};

#[derive(Debug, Deserialize)]
struct PaymentRow {
    id: String,
    order_id: String,
    status: String,
    currency: String,
    held: i64,
    captured: i64,
    refunded: i64,
}

#[derive(Debug, Deserialize)]
struct IntentRow {
    payment_id: String,
    status: String,
    currency: String,
    captured: i64,
    refunded: i64,
}

#[derive(Debug, Deserialize)]
struct Copies {
    what: String,
    copies: u64,
}

#[derive(Debug, Deserialize)]
struct ListedOrder {
    id: String,
    seq: u64,
    status: String,
}

#[derive(Debug, Deserialize)]
struct ListedStock {
    sku: String,
    on_hand: i64,
    reserved: i64,
}

#[derive(Debug, Deserialize)]
struct Hint {
    sku: String,
    available: u32,
}

fn rows<T: DeserializeOwned>(database: &Sqlite, text: &'static str) -> Vec<T> {
    database.transact(&[sql(text)]).and_then(|results| results[0].rows()).expect("the audit can read")
}

/// What does not agree.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn check(&mut self, is_right: bool, what: impl FnOnce() -> String) {
        if !is_right {
            self.0.push(what());
        }
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, one: T, other: T) {
        self.check(one == other, || format!("{what}: {one:?} is not {other:?}"));
    }
}

impl World {
    /// The state of an object, by its class and name.
    pub async fn state_of<A: Aggregate>(&self, class: &str, name: &str) -> Option<A> {
        let ask: Ask<A::Command> = Ask::Read;
        match self.told::<A>(class, name, &ask).await {
            Told::State { state, .. } => Some(state),
            _ => None,
        }
    }

    async fn events_of<A: Aggregate>(&self, class: &str, name: &str) -> Vec<Recorded<A::Event>> {
        let query = EventsQuery { from: None, newest_first: false, limit: u32::MAX, wait_ms: 0 };
        match self.told::<A>(class, name, &Ask::Events(query)).await {
            Told::Events(events) => events,
            _ => Vec::new(),
        }
    }

    async fn told<A: Aggregate>(&self, class: &str, name: &str, ask: &Ask<A::Command>) -> ToldOf<A> {
        let body = serde_json::to_vec(ask).expect("an ask is JSON").into();
        let response = self.ask_object(class, name, body).await.expect("an object answers");
        serde_json::from_slice(response.body()).expect("an object tells")
    }

    /// Every order there is.
    pub async fn orders(&self) -> Vec<Record> {
        let mut orders = Vec::new();
        for name in self.names_of("OrderObject") {
            if let Some(Order::Used(record)) = self.state_of::<Order>("OrderObject", &name).await {
                orders.push(*record);
            }
        }
        orders
    }

    /// Panics unless the invariants of the architecture hold. The world must be at rest.
    pub async fn assert_books_balance(&self) {
        let mut findings = Findings::default();
        let orders = self.orders().await;
        self.audit_stock(&orders, &mut findings).await;
        self.audit_money(&orders, &mut findings);
        self.audit_mails(&orders, &mut findings);
        self.audit_lists(&orders, &mut findings);
        self.audit_ends(&orders, &mut findings).await;
        assert!(findings.0.is_empty(), "the books do not balance:\n{}", findings.0.join("\n"));
    }

    /// Received less sold is on hand, in the object and in both copies; nothing is reserved.
    async fn audit_stock(&self, orders: &[Record], findings: &mut Findings) {
        let mut sold: BTreeMap<Sku, i64> = BTreeMap::new();
        for (id, sale) in orders.iter().filter_map(|order| Some((order.placement.id, order.sale()?))) {
            for line in &sale.goods.lines {
                let gone = i64::from(line.totals.quantity.get()) - came_back(id, sale, &line.totals.sku);
                *sold.entry(line.totals.sku.clone()).or_default() += gone;
            }
        }
        let listed: Vec<ListedStock> =
            rows(&self.database("meridian-inventory"), "select sku, on_hand, reserved from stock");
        let hints: Vec<Hint> =
            rows(&self.database("meridian-catalog"), "select sku, available from stock_hints");
        let names = self.names_of("StockObject");
        let mut keys: Vec<StockKey> =
            names.iter().map(|name| name.parse().expect("a stock object is named by its SKU")).collect();
        keys.sort();
        for objects in keys.chunk_by(|a, b| a.sku == b.sku) {
            let sku = &objects[0].sku;
            let mut total = Totals::default();
            for key in objects {
                self.audit_object(key, &mut total, findings).await;
            }
            let sold = sold.get(sku).copied().unwrap_or(0);
            findings.equal(
                &format!("{sku}: on hand, and received less sold"),
                total.on_hand,
                total.booked - sold,
            );
            let Some(hint_of_home) = total.hint else { continue };
            let name = sku.as_str();
            let list = listed.iter().find(|row| row.sku == name).map(|row| (row.on_hand, row.reserved));
            findings.equal(&format!("{sku}: the list"), list, Some((total.on_hand, 0)));
            let hint = hints.iter().find(|row| row.sku == name).map(|row| row.available);
            findings.equal(&format!("{sku}: the catalogue's hint"), hint, Some(hint_of_home));
        }
    }

    /// One object of a SKU: its ledger by itself.
    async fn audit_object(&self, key: &StockKey, total: &mut Totals, findings: &mut Findings) {
        let name = key.to_string();
        let Some(stock) = self.state_of::<Stock>("StockObject", &name).await else { return };
        let mut replayed = Stock::default();
        let mut audit = Audit::default();
        let mut verdict = Ok(());
        for Recorded { seq, at, event } in self.events_of::<Stock>("StockObject", &name).await {
            verdict = verdict.and_then(|()| audit.take(seq, at, &event));
            if let StockEvent::Moved { entry, .. } = &event
                && is_by_staff(entry.kind)
            {
                total.booked += entry.on_hand_delta;
            }
            replayed.apply(&event);
        }
        total.on_hand += stock.on_hand();
        let open = (stock.reserved(), stock.open_reservations(), stock.under_way());
        findings.equal(&format!("{name}: reserved, and on its way to another object"), open, (0, 0, 0));
        match verdict.and_then(|()| audit.finish(&stock)) {
            Ok(sound) => findings.equal(&format!("{name}: movements without a seal"), sound.unsealed, 0),
            Err(flaw) => findings.0.push(format!("{name}: {flaw}")),
        }
        findings.check(replayed == stock, || format!("{name}: the ledger does not replay to {stock:?}"));
        if key.shard == HOME && stock.is_known() {
            total.hint = Some(stock.hint());
        }
    }

    /// Captured less refunded is the same for the order, for payments and for the provider.
    fn audit_money(&self, orders: &[Record], findings: &mut Findings) {
        let payments_db = self.database("meridian-payments");
        let payments: Vec<PaymentRow> = rows(
            &payments_db,
            "select id, order_id, status, currency, held, captured, refunded from payments",
        );
        let intents: Vec<IntentRow> = rows(
            &payments_db,
            "select payment_id, status, currency, captured, (select coalesce(sum(amount), 0) from test_refunds \
             where intent_id = test_intents.id and status = 'succeeded') as refunded from test_intents",
        );
        for payment in &payments {
            let what = format!("{} ({})", payment.id, payment.status);
            findings.check(matches!(payment.status.as_str(), "captured" | "declined" | "voided"), || {
                format!("{what} is not final")
            });
            findings
                .check(orders.iter().any(|order| order.placement.id.to_string() == payment.order_id), || {
                    format!("{what} is of an order that does not exist")
                });
            findings.equal(&format!("{what} holds"), payment.held, 0);
        }
        for intent in &intents {
            let Some(payment) = payments.iter().find(|payment| payment.id == intent.payment_id) else {
                findings.0.push(format!("the provider has {intent:?}, payments does not"));
                continue;
            };
            let theirs = (&intent.currency, intent.captured, intent.refunded);
            let ours = (&payment.currency, payment.captured, payment.refunded);
            findings.equal(&format!("{}: the provider's money and ours", payment.id), theirs, ours);
            findings.check(
                matches!(intent.status.as_str(), "succeeded" | "canceled" | "requires_payment_method"),
                || format!("the provider still has {intent:?}"),
            );
        }
        for order in orders {
            let id = order.placement.id;
            let own: Vec<_> = payments.iter().filter(|payment| payment.order_id == id.to_string()).collect();
            findings.check(own.len() <= 1, || format!("{id} has {} payments", own.len()));
            let paid = own.first().map_or((0, 0), |payment| (payment.captured, payment.refunded));
            match order.sale() {
                Some(sale) => {
                    let expected = (sale.goods.total.amount(), sale.refunded().amount());
                    findings.equal(&format!("{id}: captured and refunded"), paid, expected);
                    findings.equal(
                        &format!("{id}: its payment's name"),
                        own.first().map(|payment| payment.id.clone()),
                        Some(payment_id(&id).to_string()),
                    );
                    findings.check(
                        sale.refunds.iter().all(|refund| refund.status != RefundStatus::Pending),
                        || format!("{id} has a refund that is still pending"),
                    );
                }
                None => findings.equal(&format!("{id}: money kept for nothing"), paid.0 - paid.1, 0),
            }
        }
    }

    /// One mail for everything that deserves one, and it went out.
    fn audit_mails(&self, orders: &[Record], findings: &mut Findings) {
        let notifications = self.database("meridian-notifications");
        let mails: Vec<Copies> = rows(
            &notifications,
            "select order_id || ' ' || template as what, count(*) as copies from notifications \
             where order_id is not null group by 1",
        );
        let count = |order: &Record, template: &str| {
            let what = format!("{} {template}", order.placement.id);
            mails.iter().find(|mail| mail.what == what).map_or(0, |mail| mail.copies)
        };
        for order in orders {
            let id = order.placement.id;
            let sale = order.sale();
            let expected = [
                // An order that was cancelled before it was confirmed is only told of the cancellation.
                (
                    "order_confirmed",
                    u64::from(sale.is_some()),
                    sale.is_some_and(|sale| sale.cancellation.is_some()),
                ),
                (
                    "order_cancelled",
                    u64::from(sale.is_some_and(|sale| sale.cancellation.is_some())),
                    sale.is_none(),
                ),
                ("order_shipped", sale.map_or(0, |sale| sale.fulfillments.len() as u64), false),
                ("refund_issued", sale.map_or(0, |sale| refund_mails(id, sale)), false),
            ];
            for (template, copies, is_optional) in expected {
                let found = count(order, template);
                findings.check(found == copies || (is_optional && found <= 1), || {
                    format!("{id}: {found} mails {template}, not {copies}")
                });
            }
        }
        // A link that nobody could use any more is not mailed.
        let unsent: Vec<Copies> = rows(
            &notifications,
            "select id as what, (select count(*) from mailbox where notification_id = notifications.id) as copies \
             from notifications where is_erased = 0 and (status <> 'sent' or copies <> 1 + copy) \
             and coalesce(last_error, '') <> 'its link is no longer good'",
        );
        findings.check(unsent.is_empty(), || format!("mails that did not go out once: {unsent:?}"));
    }

    /// The list of orders says what the orders say.
    fn audit_lists(&self, orders: &[Record], findings: &mut Findings) {
        let listed: Vec<ListedOrder> =
            rows(&self.database("meridian-orders"), "select id, seq, status from orders");
        for order in orders {
            let id = order.placement.id.to_string();
            let status = serde_json::to_value(order.status()).expect("a status is JSON");
            match listed.iter().find(|row| row.id == id) {
                Some(row) => findings.equal(
                    &format!("{id}: its place in the list"),
                    (Value::from(row.status.clone()), row.seq),
                    (status, order.seq),
                ),
                None => findings.check(order.sale().is_none(), || format!("{id} is not in the list")),
            }
        }
        for row in &listed {
            findings.check(orders.iter().any(|order| order.placement.id.to_string() == row.id), || {
                format!("{} is listed and does not exist", row.id)
            });
        }
    }

    /// Nothing is left in the middle: no order, no claim, no effect, no message.
    async fn audit_ends(&self, orders: &[Record], findings: &mut Findings) {
        for order in orders {
            let is_over = !matches!(order.status(), OrderStatus::Pending | OrderStatus::AwaitingPayment);
            findings.check(is_over, || format!("{} is {:?}", order.placement.id, order.stage));
        }
        for name in self.names_of("CartObject") {
            let cart = self.state_of::<Cart>("CartObject", &name).await;
            if let Some(cart) = cart.as_ref().and_then(Cart::open) {
                let cart = cart.clone().into_view();
                findings.check(!cart.is_claimed, || format!("{name} is still claimed by {:?}", cart.order));
            }
        }
        for class in ["CartObject", "OrderObject", "StockObject"] {
            for name in self.names_of(class) {
                let rows_of_it = self.rows_of(class, &name);
                let read = |table: &str, text: &'static str| -> Vec<Copies> {
                    let has_it = |rows_of_it: &&Arc<Sqlite>| has_table(rows_of_it, table);
                    rows_of_it.as_ref().filter(has_it).map(|it| rows(it, text)).unwrap_or_default()
                };
                let left = read("effects", "select id || ' ' || data as what, tries as copies from effects");
                findings.check(left.is_empty(), || format!("{class} {name} still has to do: {left:?}"));
                let awaited = read(
                    "published",
                    "select effect || ' ' || event as what, is_asked as copies from published join effects on effect = id",
                );
                findings.check(awaited.is_empty(), || format!("{class} {name} waits to hear: {awaited:?}"));
            }
        }
        let dead: Vec<Copies> = rows(
            &self.database("meridian-telemetry"),
            "select queue || ' ' || body as what, replays as copies from dead_letters where status = 'new'",
        );
        findings.check(dead.is_empty(), || format!("dead letters: {dead:?}"));
        let unconfirmed = self.unconfirmed();
        findings.check(unconfirmed.is_empty(), || format!("nobody has confirmed: {unconfirmed:?}"));
    }

    /// What waits in the outboxes of services: to be sent, or to be confirmed.
    pub(crate) fn unconfirmed(&self) -> Vec<String> {
        let outboxes = self.databases().filter(|(_, database)| has_table(database, "outbox"));
        let waiting = outboxes.flat_map(|(script, database)| {
            let all: Vec<Copies> = rows(database, "select envelope as what, tries as copies from outbox");
            all.into_iter().map(move |one| format!("{script}: {one:?}"))
        });
        waiting.collect()
    }
}

fn has_table(database: &Sqlite, name: &str) -> bool {
    let tables: Vec<Copies> =
        rows(database, "select name as what, 1 as copies from sqlite_master where type = 'table'");
    tables.iter().any(|table| table.what == name)
}

/// All objects of one SKU.
#[derive(Default)]
struct Totals {
    booked: i64,
    on_hand: i64,
    /// Of home; `None` for a SKU that was never stocked.
    hint: Option<u32>,
}

/// Movements that are no order's.
fn is_by_staff(kind: LedgerKind) -> bool {
    matches!(
        kind,
        LedgerKind::Received
            | LedgerKind::Counted
            | LedgerKind::Damaged
            | LedgerKind::Returned
            | LedgerKind::Correction
    )
}

/// Pieces of a sale that are on the shelf again.
fn came_back(order: OrderId, sale: &Sale, sku: &Sku) -> i64 {
    let Some(line) = sale.goods.line(sku) else { return 0 };
    let pieces = |only_restocked: bool| {
        let refunds = sale.refunds.iter().filter(|refund| {
            refund.counts()
                && refund.id != cancellation_refund_id(&order)
                && (refund.restock || !only_restocked)
        });
        let lines = refunds.flat_map(|refund| &refund.lines).filter(|line| line.sku == *sku);
        lines.map(|line| i64::from(line.quantity.get())).sum::<i64>()
    };
    let restocked = pieces(true);
    if sale.cancellation.is_some() {
        restocked + i64::from(line.totals.quantity.get()) - pieces(false)
    } else {
        restocked
    }
}

/// A cancellation's own mail says that the money goes back.
fn refund_mails(order: OrderId, sale: &Sale) -> u64 {
    let paid = sale.refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded);
    paid.filter(|refund| refund.id != cancellation_refund_id(&order)).count() as u64
}
