//! What a cart asks of the world: nothing.

use api::{cart::CartObject, event::Queue};
use domain::cart::{Cart, CartCommand, CartEffect};
use platform::{
    Fault, Platform,
    shell::{Actor, Publisher},
};

pub struct CartActor;

impl<P: Platform> Actor<P> for CartActor {
    type Object = CartObject;

    const PARKED_TO: Option<Queue> = None;

    async fn perform(
        _platform: &P,
        _publisher: &Publisher<'_, P>,
        _name: &str,
        _state: &Cart,
        effect: CartEffect,
    ) -> Result<Option<CartCommand>, Fault> {
        match effect {}
    }
}
