//! Whatever upsets the machines.

use kit::World;

use crate::{day::Upset, diary::Diary};

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
            Upset::EvictOrder(of) => {
                if let Some(order) = diary.order_of(*of) {
                    world.evict("OrderObject", &order.id);
                    diary.note(world, who, format!("evict the order of {of}"), "");
                }
            }
        }
    }
}
