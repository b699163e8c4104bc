//! Work that others may overtake whenever it is woken, not only where it waits for something outside.

use std::{
    future::Future,
    pin::Pin,
    sync::Weak,
    task::{Context, Poll},
};

use crate::world::Inner;

/// One poll in so many is put off.
const PUT_OFF_ONE_IN: u64 = 4;

pub struct Shaken<F> {
    world: Weak<Inner>,
    work: Pin<Box<F>>,
}

impl<F: Future> Shaken<F> {
    pub fn new(world: Weak<Inner>, work: F) -> Self {
        Self { world, work: Box::pin(work) }
    }
}

impl<F: Future> Future for Shaken<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let is_put_off = self
            .world
            .upgrade()
            .is_some_and(|world| world.chaos().jitter && world.moments.below(PUT_OFF_ONE_IN) == 0);
        if is_put_off {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.work.as_mut().poll(context)
    }
}
