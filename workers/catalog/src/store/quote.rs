//! What a SKU costs right now, and how many there seem to be.

use serde::Deserialize;

use api::inventory::StockHintChanged;
use domain::{
    Currency, Money, Sku, Timestamp,
    catalog::{Image, ProductStatus},
    id::ProductId,
    quote::{self, Quote},
};
use platform::{Database, Fault, Statement, sql};

use super::json_column;

#[derive(Deserialize)]
struct Row {
    sku: Sku,
    product_id: ProductId,
    slug: String,
    name: String,
    title: String,
    #[serde(deserialize_with = "json_column")]
    image: Option<Image>,
    amount: Option<i64>,
    weight_grams: u32,
    status: ProductStatus,
    is_offered: u8,
    available: Option<u32>,
    sold_out_at: Option<Timestamp>,
    shards: Option<u32>,
}

impl Row {
    fn quote(self, currency: Currency, now: Timestamp) -> Result<Quote, Fault> {
        let unit_price = Money::new(self.amount.unwrap_or(0), currency)
            .map_err(|error| Fault::defect(format!("price of {}: {error}", self.sku)))?;
        let is_sellable =
            self.status == ProductStatus::Active && self.is_offered != 0 && self.amount.is_some();
        // Whatever wrote the row without knowing of `sold_out_at` still told how many there are.
        let is_sold_out =
            self.available == Some(0) && self.sold_out_at.is_some_and(|at| quote::is_still_believed(at, now));
        Ok(Quote {
            sku: self.sku,
            product_id: self.product_id,
            slug: self.slug,
            title: format!("{} – {}", self.name, self.title),
            image: self.image.map(|image| image.url),
            unit_price,
            weight_grams: self.weight_grams,
            is_sellable,
            available: self.available.unwrap_or(0),
            is_sold_out,
            shards: self.shards.unwrap_or(1),
        })
    }
}

/// One statement, however many SKUs; those that were never heard of are left out.
pub async fn quotes<D: Database>(
    db: &D,
    skus: &[Sku],
    currency: Currency,
    now: Timestamp,
) -> Result<Vec<Quote>, Fault> {
    let statement =
        sql("select v.sku, p.id as product_id, p.slug, p.name, v.title, coalesce(d.image, 'null') as image,
          v.prices ->> ?2 as amount, v.weight_grams, p.status, v.is_offered, h.available, h.sold_out_at, h.shards
        from json_each(?1) asked
        join variants v on v.sku = asked.value
        join products p on p.num = v.num
        join product_documents d on d.num = v.num
        left join stock_hints h on h.sku = v.sku")
        .bind_json(&skus)
        .bind(currency.code());
    db.all::<Row>(statement).await?.into_iter().map(|row| row.quote(currency, now)).collect()
}

/// Takes a hint in, unless a later one is there already, and lets the product's own mark follow.
pub fn stock_hint(hint: &StockHintChanged) -> Vec<Statement> {
    let keep =
        sql("insert into stock_hints (sku, available, seq, sold_out_at, shards) values (?1, ?2, ?3, ?4, ?5)
        on conflict (sku) do update set available = excluded.available, seq = excluded.seq,
        sold_out_at = excluded.sold_out_at, shards = excluded.shards
        where excluded.seq > seq")
        .bind_text(&hint.sku)
        .bind(hint.available.min(domain::quote::AVAILABLE_SHOWN_MAX))
        .bind(hint.seq)
        .bind(hint.sold_out_at)
        .bind(hint.shards);
    // From what is kept, so that it is right whichever of two hints came last; written only when it changes.
    let follow = sql("update products set is_in_stock = 1 - is_in_stock
        where num = (select num from variants where sku = ?1)
          and is_in_stock <> exists (
            select 1 from variants v join stock_hints h on h.sku = v.sku
            where v.num = products.num and v.is_offered = 1 and h.available > 0)")
    .bind_text(&hint.sku);
    vec![keep, follow]
}
