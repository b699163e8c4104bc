//! Bugs on purpose, to see that the simulator finds them.
//!
//! Each stands where a real one could: a guard that is gone, a step left out, two steps in the wrong order. None is ever in a Worker: without
//! the feature `planted`, which a test of xtask keeps out of them, [`Bug::is_planted`] is `false` when the code is compiled.

macro_rules! bugs {
    ($($(#[doc = $what:literal])+ $name:ident),+ $(,)?) => {
        /// One bug.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Bug { $($(#[doc = $what])+ $name),+ }

        impl Bug {
            pub const ALL: &'static [Bug] = &[$(Bug::$name),+];

            pub const fn name(self) -> &'static str {
                match self { $(Bug::$name => stringify!($name)),+ }
            }

            /// What is wrong with the shop that has it.
            pub const fn what(self) -> &'static str {
                match self { $(Bug::$name => concat!($($what),+)),+ }
            }
        }
    };
}

bugs! {
    /// Stock does not look whether there is enough.
    StockSellsWhatIsNotThere,
    /// A reservation that is asked for twice is made twice.
    StockReservesAgain,
    /// What is committed twice leaves the stock twice.
    StockCommitsAgain,
    /// The same refund restocks as often as it is told.
    StockRestocksAgain,
    /// A reservation holds for a minute, not until the order's deadline.
    StockExpiresEarly,
    /// A parcel from another object of the SKU is taken in as often as it comes.
    StockTakesParcelsAgain,
    /// What is sent to another object of the SKU stays on the shelves as well.
    StockKeepsWhatItSends,
    /// A cart can be claimed by a second order while a first one holds it.
    CartClaimedTwice,
    /// A cart that was given back may still be claimed by the order that gave it back.
    CartForgetsWhoGaveUp,
    /// A cart that was bought keeps its lines and can be bought again.
    CartKeepsLines,
    /// The order charges what it computes, whatever the shopper agreed to.
    OrderIgnoresAgreedTotal,
    /// An order that is undone keeps its reservations.
    OrderKeepsReservations,
    /// An order that is undone does not void its payment.
    OrderKeepsHold,
    /// An order that is undone keeps the cart.
    OrderKeepsCart,
    /// The money is captured without the goods being committed first.
    OrderSkipsCommit,
    /// An order that waits for its shopper waits for ever.
    OrderWaitsForEver,
    /// Refunds that are still under way are not counted.
    OrderForgetsPendingRefunds,
    /// More can be sent than was ordered.
    OrderSendsTooMuch,
    /// A sale that is cancelled keeps its goods.
    OrderCancelKeepsGoods,
    /// A cancel that arrives while the order is on its way is forgotten.
    OrderForgetsStop,
    /// Each try to authorise is a payment of its own to the provider.
    PaymentAsksWithNewKey,
    /// Old news of a payment overwrites newer news.
    PaymentBelievesOldNews,
    /// A refund that got no answer is never asked about again.
    PaymentForgetsRefunds,
    /// A message that was written down is sent once and never again.
    OutboxIsSweptNever,
    /// Old news of an order overwrite newer ones in the list.
    ListBelievesOldNews,
    /// Old news of a SKU's stock overwrite newer ones.
    StockListBelievesOldNews,
    /// Old hints of what is left overwrite newer ones.
    HintBelievesOldNews,
    /// A mail is written as often as its message arrives.
    MailsAgain,
    /// A message that could not be handled is taken for handled.
    ConsumerSwallowsFaults,
    /// The answer to an idempotency key is not kept.
    ShellForgetsReplies,
    /// Effects are written after the state, in a write of their own.
    ShellWritesTwice,
    /// Effects are struck off before they are performed.
    ShellForgetsEffects,
    /// What the queue took is taken for handled.
    ShellTrustsTheQueue,
    /// No alarm is set for effects: what a crash left behind stays there.
    ShellSetsNoAlarm,
    /// What an effect brought is not fed back when somebody else wrote meanwhile.
    ShellDropsResults,
}

#[cfg(feature = "planted")]
thread_local! {
    static PLANTED: std::cell::Cell<Option<Bug>> = const { std::cell::Cell::new(None) };
}

/// Plants one bug, or none, in everything that runs on this thread.
#[cfg(feature = "planted")]
pub fn plant(bug: Option<Bug>) {
    PLANTED.with(|planted| planted.set(bug));
}

impl Bug {
    #[cfg(feature = "planted")]
    pub fn is_planted(self) -> bool {
        PLANTED.with(|planted| planted.get() == Some(self))
    }

    #[cfg(not(feature = "planted"))]
    pub const fn is_planted(self) -> bool {
        false
    }
}
