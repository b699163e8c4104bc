//! Where journeys begin: a shop with goods on its shelves, made once and copied for every journey.

use kit::{Snapshot, World, run, seed};
use std::{
    future::Future,
    sync::{Arc, LazyLock},
};

/// A stocked shop at rest.
pub fn stocked() -> &'static Snapshot {
    static STOCKED: LazyLock<Snapshot> = LazyLock::new(|| {
        run(async {
            let world = World::shop(1);
            seed::fill(&world.client()).await;
            world.at_rest().await;
            world.snapshot()
        })
    });
    &STOCKED
}

/// Runs one journey through a stocked shop of its own, on the manual clock.
pub fn journey<F: Future>(tell: impl FnOnce(Arc<World>) -> F) -> F::Output {
    journey_with_seed(1, tell)
}

/// The same, with other ids and, where calls take their time, another order of events.
pub fn journey_with_seed<F: Future>(chance: u64, tell: impl FnOnce(Arc<World>) -> F) -> F::Output {
    let snapshot = stocked().clone().with_seed(chance);
    run(async { tell(Arc::new(World::restore(&snapshot))).await })
}
