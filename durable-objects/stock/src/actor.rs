//! What a SKU's stock tells the world: the inventory list how things stand, the catalogue what a shopper would notice.

use api::{
    event::Queue,
    inventory::{StockChanged, StockHintChanged, StockObject},
};
use domain::{
    Sku,
    stock::{Stock, StockCommand, StockEffect},
};
use platform::{Fault, Platform, publish, shell::Actor};

pub struct StockActor;

impl<P: Platform> Actor<P> for StockActor {
    type Object = StockObject;

    /// Inventory consumes this queue and is bound to the object, so a replay can reach it.
    const PARKED_TO: Option<Queue> = Some(Queue::StockEvents);

    async fn perform(
        platform: &P,
        name: &str,
        state: &Stock,
        effect: StockEffect,
    ) -> Result<Option<StockCommand>, Fault> {
        let sku: Sku =
            name.parse().map_err(|_| Fault::defect("a stock object is named by something that is no SKU"))?;
        match effect {
            StockEffect::PublishStock => {
                let snapshot = StockChanged::of(sku, state, platform.now());
                publish(platform, snapshot.event_id(), &snapshot).await?;
            }
            StockEffect::PublishHint => {
                let hint = StockHintChanged::of(sku, state);
                publish(platform, hint.event_id(), &hint).await?;
            }
        }
        Ok(None)
    }
}
