//! What a SKU's stock tells the world: the inventory list how things stand, the catalogue what a shopper would notice.

use api::{
    event::Queue,
    inventory::{StockChanged, StockHintChanged, StockObject},
};
use domain::{
    Sku,
    stock::{Stock, StockCommand, StockEffect},
};
use platform::{
    Fault, Platform,
    shell::{Actor, Publisher},
};

pub struct StockActor;

impl<P: Platform> Actor<P> for StockActor {
    type Object = StockObject;

    /// Inventory consumes this queue and is bound to the object, so a replay can reach it.
    const PARKED_TO: Option<Queue> = Some(Queue::StockEvents);

    async fn perform(
        platform: &P,
        publisher: &Publisher<'_, P>,
        name: &str,
        state: &Stock,
        effect: StockEffect,
    ) -> Result<Option<StockCommand>, Fault> {
        let sku: Sku =
            name.parse().map_err(|_| Fault::defect("a stock object is named by something that is no SKU"))?;
        match effect {
            StockEffect::PublishStock => {
                let snapshot = StockChanged::of(sku, state, platform.now());
                publisher.publish(snapshot.event_id(), &snapshot).await?;
            }
            StockEffect::PublishHint => {
                let hint = StockHintChanged::of(sku, state);
                publisher.publish(hint.event_id(), &hint).await?;
            }
        }
        Ok(None)
    }
}
