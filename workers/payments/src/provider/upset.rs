//! A provider that cannot be relied on, on request: what `cargo xtask chaos` and the journeys have the shop bear. Local development only.

use bytes::Bytes;
use http::HeaderMap;
use std::future::Future;

use api::payment::ConfirmOutcome;
use domain::{
    DurationMs, Money, Timestamp,
    id::RefundId,
    payment::{Outcome, RefundOutcome},
    time::SECOND_MS,
};
use platform::{Fault, Platform};

use super::{Charge, Notice, Provider, Unsigned};

/// The longest that a slow call takes.
const SLOW_MAX_MS: DurationMs = 3 * SECOND_MS;

/// Of a thousand calls so many go wrong; a call goes wrong in one way at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upsets {
    /// Never arrive.
    pub unreached: u16,
    /// Take effect, and their answer is lost.
    pub lost: u16,
    /// Take up to some seconds.
    pub slow: u16,
}

impl Upsets {
    const ALL: u16 = 1000;

    /// Reads `unreached=50 lost=50 slow=100`, any of them, in any order; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut upsets = Self::default();
        for word in text.split_whitespace() {
            let (name, share) = word.split_once('=')?;
            let place = match name {
                "unreached" => &mut upsets.unreached,
                "lost" => &mut upsets.lost,
                "slow" => &mut upsets.slow,
                _ => return None,
            };
            *place = share.parse().ok()?;
        }
        let all = upsets.unreached.checked_add(upsets.lost)?.checked_add(upsets.slow)?;
        (all <= Self::ALL).then_some(upsets)
    }

    fn fate(self, drawn: u16) -> Fate {
        let shares = [(self.unreached, Fate::Unreached), (self.lost, Fate::Lost), (self.slow, Fate::Slow)];
        let mut left = drawn.checked_rem(Self::ALL).unwrap_or_default();
        for (share, fate) in shares {
            match left.checked_sub(share) {
                Some(rest) => left = rest,
                None => return fate,
            }
        }
        Fate::Fine
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Fine,
    Unreached,
    Lost,
    Slow,
}

/// The provider behind it, as far as it can be reached.
pub struct Upset<P, V> {
    pub platform: P,
    pub provider: V,
    pub upsets: Upsets,
}

impl<P: Platform, V: Provider> Upset<P, V> {
    async fn through<T>(&self, call: impl Future<Output = Result<T, Fault>> + Send) -> Result<T, Fault> {
        if self.upsets == Upsets::default() {
            return call.await;
        }
        match self.upsets.fate(u16::from_be_bytes(self.platform.random())) {
            Fate::Fine => call.await,
            Fate::Unreached => Err(Fault::unavailable("the provider was not reached")),
            Fate::Lost => {
                call.await?;
                Err(Fault::unavailable("the provider's answer was lost"))
            }
            Fate::Slow => {
                let drawn = DurationMs::from(u16::from_be_bytes(self.platform.random()));
                self.platform.sleep(drawn.checked_rem(SLOW_MAX_MS).unwrap_or_default()).await;
                call.await
            }
        }
    }
}

impl<P: Platform, V: Provider> Provider for Upset<P, V> {
    fn name(&self) -> &'static str {
        self.provider.name()
    }

    async fn create(&self, charge: Charge<'_>) -> Result<Outcome, Fault> {
        self.through(self.provider.create(charge)).await
    }

    async fn confirm(&self, reference: &str, outcome: ConfirmOutcome) -> Result<Option<Outcome>, Fault> {
        self.through(self.provider.confirm(reference, outcome)).await
    }

    async fn capture(&self, reference: &str, amount: Money) -> Result<Outcome, Fault> {
        self.through(self.provider.capture(reference, amount)).await
    }

    async fn cancel(&self, reference: &str) -> Result<Outcome, Fault> {
        self.through(self.provider.cancel(reference)).await
    }

    async fn retrieve(&self, reference: &str) -> Result<Outcome, Fault> {
        self.through(self.provider.retrieve(reference)).await
    }

    async fn refund(&self, reference: &str, refund: RefundId, amount: Money) -> Result<RefundOutcome, Fault> {
        self.through(self.provider.refund(reference, refund, amount)).await
    }

    async fn retrieve_refund(&self, refund: RefundId) -> Result<Option<RefundOutcome>, Fault> {
        self.through(self.provider.retrieve_refund(refund)).await
    }

    fn parse_webhook(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Option<Notice>, Unsigned> {
        self.provider.parse_webhook(headers, body, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_a_thousand_are_read() {
        let upsets = Upsets { unreached: 50, lost: 7, slow: 100 };
        assert_eq!(Upsets::parse("unreached=50 lost=7 slow=100"), Some(upsets));
        assert_eq!(Upsets::parse(" slow=100 lost=7  unreached=50"), Some(upsets));
        assert_eq!(Upsets::parse(""), Some(Upsets::default()));
        for text in ["50", "lost", "lost=", "lost=-1", "lose=5", "lost=600 slow=401", "lost=65535 slow=65535"]
        {
            assert_eq!(Upsets::parse(text), None, "{text}");
        }
    }

    #[test]
    fn each_goes_wrong_as_often_as_was_asked() {
        let upsets = Upsets { unreached: 50, lost: 7, slow: 100 };
        let count = |fate| (0..1000).filter(|drawn| upsets.fate(*drawn) == fate).count();
        assert_eq!([Fate::Unreached, Fate::Lost, Fate::Slow, Fate::Fine].map(count), [50, 7, 100, 843]);
    }
}
