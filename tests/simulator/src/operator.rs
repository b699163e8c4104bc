//! Whatever upsets the machines.

use kit::{Older, World};

use crate::{day::Upset, diary::Diary};

/// What the release before did not have: confirmations, and the hash chain of the ledger.
const BEFORE: Older =
    Older { refuses: &["confirm"], forgets: &[("", "chain"), ("/moved", "link")], leaves: &["published"] };

pub async fn upset(world: &World, diary: &Diary, who: usize, upsets: &[Upset]) {
    for upset in upsets {
        match upset {
            Upset::Wait(ms) => world.advance(*ms).await,
            Upset::RestartAll => {
                world.evict_all();
                let lost = world.broker.lose_all();
                diary.note(world, who, "restart everything", format!("{lost} messages are lost"));
            }
            Upset::EvictStock(sku) => {
                world.evict("StockObject", sku);
                diary.note(world, who, format!("evict the stock of {sku}"), "");
            }
            Upset::RollBack(class, ms) => {
                world.deploy(class, Some(BEFORE));
                diary.note(world, who, format!("roll {class} back"), "");
                world.advance(*ms).await;
                world.deploy(class, None);
                diary.note(world, who, format!("roll {class} forward"), "");
            }
            Upset::EvictOrder(of) => {
                if let Some(order) = diary.order_of(*of) {
                    world.evict("OrderObject", &order.id);
                    diary.note(world, who, format!("evict the order of {of}"), "");
                }
            }
        }
    }
}
