//! What a SKU's stock tells the world: the inventory list how things stand, the catalogue what a shopper would notice, and the other
//! objects of the same SKU what is sent to them.

use api::{
    event::Queue,
    inventory::{StockChanged, StockHintChanged, StockKey, StockObject},
};
use domain::stock::{HOME, Stock, StockCommand, StockEffect, StockReply};
use platform::{
    Fault, Platform, object,
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
        let key: StockKey =
            name.parse().map_err(|_| Fault::defect("a stock object is named by something that is no SKU"))?;
        let others = Others { platform, key: &key };
        match effect {
            StockEffect::PublishStock => {
                let snapshot = StockChanged::of(&key, state, platform.now());
                publisher.publish(snapshot.event_id(), &snapshot).await?;
            }
            StockEffect::PublishHint => {
                let hint = StockHintChanged::of(key.sku, state, platform.now());
                publisher.publish(hint.event_id(), &hint).await?;
            }
            StockEffect::SendParcel { to } => {
                // It may have arrived meanwhile.
                let Some((number, goods)) = state.parcel_to(to) else { return Ok(None) };
                let parcel = match to {
                    HOME => StockCommand::TakeBack { from: key.shard, number, goods },
                    shard => StockCommand::Supply { shard, number, goods },
                };
                others.tell(to, parcel).await?;
                return Ok(Some(StockCommand::Arrived { at: to, number }));
            }
            StockEffect::CallBack { shard } => {
                let call_back = StockCommand::CallBack { after: state.sent_to(shard) };
                let StockReply::CalledBack { sent } = others.tell(shard, call_back).await? else {
                    return Err(Fault::defect("a branch did not say what it has sent back"));
                };
                return Ok(Some(StockCommand::CalledBack { shard, sent }));
            }
            StockEffect::AskForMore => {
                others.tell(HOME, StockCommand::Refill { shard: key.shard }).await?;
            }
        }
        Ok(None)
    }
}

/// The other objects of the same SKU.
struct Others<'a, P> {
    platform: &'a P,
    key: &'a StockKey,
}

impl<P: Platform> Others<'_, P> {
    /// Asked again until it is taken: what is refused is only out of order.
    async fn tell(&self, shard: u32, command: StockCommand) -> Result<StockReply, Fault> {
        let key = StockKey { shard, ..self.key.clone() };
        let told = object::<P, StockObject>(self.platform, &key).tell(command).await?;
        told.map_err(|refusal| Fault::unavailable(format!("{key} refused: {refusal:?}")))
    }
}
