//! Payments that this isolate wrote a moment ago: a capture mostly follows its authorisation at once.
//!
//! What is remembered may be behind. That costs a round, and nothing else: the provider says what really is, and an entry whose number
//! is taken is not written but decided anew on what the database has.

use std::sync::Arc;

use domain::{
    DurationMs,
    id::PaymentId,
    payment::{Payment, PaymentStatus},
    time::SECOND_MS,
};
use platform::Platform;

const REMEMBERED_MS: DurationMs = 30 * SECOND_MS;
/// About what one takes.
const BYTES: usize = 1_024;

fn key(id: PaymentId) -> String {
    format!("payment {id}")
}

pub fn remember<P: Platform>(platform: &P, payment: &Payment) {
    let kept = Arc::new(payment.clone());
    platform.memory().put(key(payment.id), kept, BYTES, platform.now(), REMEMBERED_MS);
}

/// A payment that was authorised here: whatever has ended is answered by the database.
pub fn recall<P: Platform>(platform: &P, id: PaymentId) -> Option<Payment> {
    let payment = platform.memory().get::<Payment>(&key(id), platform.now())?;
    (payment.status == PaymentStatus::Authorized).then(|| Payment::clone(&payment))
}
