//! The rules of stock: what each command does, and whom it must be told.

use serde::{Deserialize, Serialize};

use super::{
    AdjustmentReason, Allocation, ENDED_RESERVATION_KEPT_MS, LOCATIONS_MAX, LedgerEntry, LedgerKind,
    ON_HAND_MAX, RESERVATION_TTL_MS, Reservation, ReservationStatus, Restocked, Shelf, Sourcing, Stage,
    Stock, StockCommand, StockEvent, StockRefusal, StockReply, reservation::slice, spread::Draft,
};
use crate::{
    Aggregate, Bug, Decision, DurationMs, PartChange, Quantity, Schedule, Timestamp,
    id::{LocationId, OrderId, RefundId, ReservationId},
    time::{MINUTE_MS, SECOND_MS},
};

/// The most reservations of one SKU that may be held at once.
pub const RESERVATIONS_OPEN_MAX: u32 = 10_000;

/// Changes within these spans are published together. What a shopper would notice is told sooner than what a list for staff shows.
const PUBLISH_HINT_DELAY_MS: DurationMs = SECOND_MS;
const PUBLISH_STOCK_DELAY_MS: DurationMs = 3 * SECOND_MS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockEffect {
    /// Tells the inventory list how things stand.
    PublishStock,
    /// Tells the catalogue how many are left, as far as a shopper cares.
    PublishHint,
    /// Takes the parcel that is under way to another object of this SKU; 0 is home.
    SendParcel { to: u32 },
    /// Tells a branch to close.
    CallBack { shard: u32 },
    /// Tells home that this branch runs low.
    AskForMore,
}

type Decided = Result<Decision<Stock>, StockRefusal>;

/// What the entries of one movement have in common.
struct Movement {
    kind: LedgerKind,
    reference: String,
    order: Option<OrderId>,
    note: Option<String>,
    /// Reservations held afterwards.
    open: u32,
}

/// The signs with which a movement's pieces count: `(on_hand, reserved)`.
type Signs = (i64, i64);
const SET_ASIDE: Signs = (0, 1);
const FREE: Signs = (0, -1);
const LEAVE: Signs = (-1, -1);
const COME_BACK: Signs = (1, 0);
const GO_AWAY: Signs = (-1, 0);

impl Aggregate for Stock {
    type Command = StockCommand;
    type Event = StockEvent;
    type Effect = StockEffect;
    type Reply = StockReply;
    type Refusal = StockRefusal;
    type Part = Reservation;

    const KEEPS_EVENTS: bool = true;
    /// A booking that seemed lost must not come true later, once there are goods, after staff were told that it cannot be.
    const KEEPS_REFUSALS_UNUSED: bool = true;

    fn part_key(command: &StockCommand) -> Option<String> {
        command.reservation().map(|id| id.to_string())
    }

    fn decide(&self, part: Option<&Reservation>, command: StockCommand, now: Timestamp) -> Decided {
        match command {
            StockCommand::Reserve { id, order, quantity, until } => {
                self.reserve(part, id, order, quantity, until, now)
            }
            StockCommand::Commit { id } => self.commit(part, id, now),
            StockCommand::Release { id } => self.release(part, id, now),
            StockCommand::Return { id } => self.give_back(part, id, now),
            StockCommand::Restock { id, refund, quantity } => self.restock(part, id, refund, quantity, now),
            StockCommand::Adjust { id, location, sourcing, delta, reason, note } => {
                self.adjust(id, location, sourcing, delta, reason, note, now)
            }
            StockCommand::Prioritise { location, sourcing } => Ok(self.prioritise(location, sourcing)),
            StockCommand::Expire { id } => Ok(self.expire(part, id, now)),
            StockCommand::Forget { .. } => Ok(forget(part, now)),
            of_shards => self.shards(of_shards, now),
        }
    }

    fn apply(&mut self, event: &StockEvent) {
        self.take_in(event);
    }

    fn part_wake(key: &str, part: &Reservation) -> Option<(Timestamp, StockCommand)> {
        let id = key.parse().ok()?;
        match part {
            Reservation::Made { stage: Stage::Held { until }, .. } => {
                Some((*until, StockCommand::Expire { id }))
            }
            ended => Some((ended.over_since()?.plus(ENDED_RESERVATION_KEPT_MS), StockCommand::Forget { id })),
        }
    }

    /// What was scattered is together a moment later.
    fn is_kept(refusal: &StockRefusal) -> bool {
        *refusal != StockRefusal::Scattered
    }

    fn schedule(effect: &StockEffect) -> Schedule {
        match effect {
            StockEffect::PublishStock => {
                Schedule::Coalesced { id: "publish_stock", delay_ms: PUBLISH_STOCK_DELAY_MS }
            }
            StockEffect::PublishHint => {
                Schedule::Coalesced { id: "publish_hint", delay_ms: PUBLISH_HINT_DELAY_MS }
            }
            StockEffect::SendParcel { .. } | StockEffect::CallBack { .. } | StockEffect::AskForMore => {
                Schedule::Now
            }
        }
    }
}

impl Stock {
    fn reserve(
        &self,
        part: Option<&Reservation>,
        id: ReservationId,
        order: OrderId,
        quantity: Quantity,
        until: Timestamp,
        now: Timestamp,
    ) -> Decided {
        match part.filter(|_| !Bug::StockReservesAgain.is_planted()) {
            Some(
                made @ Reservation::Made {
                    stage: Stage::Held { .. } | Stage::Committed { .. },
                    quantity: first,
                    ..
                },
            ) => {
                return if *first == quantity.get() {
                    Ok(answer(made, id))
                } else {
                    Err(StockRefusal::ReservedWithDifferentQuantity)
                };
            }
            Some(over) => return Err(over.ended()),
            None => {}
        }
        if until <= now {
            return Err(StockRefusal::ReservationEnded { status: ReservationStatus::Expired });
        }
        if self.is_closed_branch() {
            return Err(StockRefusal::OutOfStock { available: 0 });
        }
        if self.open_reservations() >= RESERVATIONS_OPEN_MAX {
            return Err(StockRefusal::TooManyOpenReservations);
        }
        let Some(allocations) = self.source(quantity.get()) else {
            if self.is_scattered() {
                return Err(StockRefusal::Scattered);
            }
            let available = u32::try_from(self.available()).unwrap_or(u32::MAX);
            return Err(StockRefusal::OutOfStock { available });
        };
        let movement = Movement {
            kind: LedgerKind::Reserved,
            reference: id.to_string(),
            order: Some(order),
            note: None,
            open: self.open_reservations().saturating_add(1),
        };
        let events = self.moved(&movement, &allocations, SET_ASIDE);
        let made = Reservation::Made {
            order,
            quantity: quantity.get(),
            allocations,
            stage: Stage::Held { until: until.min(now.plus(held_ms())) },
            restocked: Vec::new(),
        };
        Ok(self.changed(events, id, made, now))
    }

    fn commit(&self, part: Option<&Reservation>, id: ReservationId, now: Timestamp) -> Decided {
        let reservation = part.ok_or(StockRefusal::UnknownReservation)?;
        match reservation {
            Reservation::Made { stage: Stage::Held { until }, .. } if *until <= now => {
                // Too late, though its expiry has yet to be carried out.
                Err(StockRefusal::ReservationEnded { status: ReservationStatus::Expired })
            }
            Reservation::Made { stage: Stage::Committed { .. }, .. }
                if !Bug::StockCommitsAgain.is_planted() =>
            {
                Ok(answer(reservation, id))
            }
            Reservation::Made {
                stage: Stage::Held { .. } | Stage::Committed { .. },
                order,
                allocations,
                ..
            } => {
                let events = self.closed(LedgerKind::Committed, id, *order, allocations, LEAVE);
                Ok(self.changed(events, id, reservation.at(Stage::Committed { at: now }), now))
            }
            over => Err(over.ended()),
        }
    }

    fn release(&self, part: Option<&Reservation>, id: ReservationId, now: Timestamp) -> Decided {
        let Some(reservation) = part else {
            let tombstone = Reservation::Tombstone { at: now };
            return Ok(answer(&tombstone, id).part(PartChange::Put(tombstone)));
        };
        match reservation {
            Reservation::Made { stage: Stage::Held { .. }, order, allocations, .. } => {
                let events = self.closed(LedgerKind::Released, id, *order, allocations, FREE);
                Ok(self.changed(events, id, reservation.at(Stage::Released { at: now }), now))
            }
            Reservation::Made { stage: Stage::Committed { .. }, .. } => Err(reservation.ended()),
            over => Ok(answer(over, id)),
        }
    }

    fn give_back(&self, part: Option<&Reservation>, id: ReservationId, now: Timestamp) -> Decided {
        let Some(
            reservation @ Reservation::Made {
                stage: Stage::Committed { .. },
                order,
                quantity,
                allocations,
                restocked,
            },
        ) = part
        else {
            return self.release(part, id, now);
        };
        let back = restocked_quantity(restocked);
        let rest = slice(allocations, back, quantity.saturating_sub(back));
        let movement = Movement {
            kind: LedgerKind::ReturnedFromOrder,
            reference: id.to_string(),
            order: Some(*order),
            note: None,
            open: self.open_reservations(),
        };
        let events = self.moved(&movement, &rest, COME_BACK);
        Ok(self.changed(events, id, reservation.at(Stage::Returned { at: now }), now))
    }

    fn restock(
        &self,
        part: Option<&Reservation>,
        id: ReservationId,
        refund: RefundId,
        pieces: Quantity,
        now: Timestamp,
    ) -> Decided {
        let reservation = part.ok_or(StockRefusal::UnknownReservation)?;
        let Reservation::Made { order, quantity, allocations, stage, restocked } = reservation else {
            return Err(reservation.ended());
        };
        if let Some(first) = restocked.iter().find(|earlier| earlier.refund == refund)
            && !Bug::StockRestocksAgain.is_planted()
        {
            return if first.quantity == pieces.get() {
                Ok(answer(reservation, id))
            } else {
                Err(StockRefusal::RestockedWithDifferentQuantity)
            };
        }
        if !matches!(stage, Stage::Committed { .. }) {
            return Err(reservation.ended());
        }
        let back = restocked_quantity(restocked);
        if pieces.get() > quantity.saturating_sub(back) {
            return Err(StockRefusal::RestockExceedsReservation);
        }
        let movement = Movement {
            kind: LedgerKind::Restocked,
            reference: refund.to_string(),
            order: Some(*order),
            note: None,
            open: self.open_reservations(),
        };
        let events = self.moved(&movement, &slice(allocations, back, pieces.get()), COME_BACK);
        let mut next = reservation.clone();
        if let Reservation::Made { restocked, .. } = &mut next {
            restocked.push(Restocked { refund, quantity: pieces.get() });
        }
        Ok(self.changed(events, id, next, now))
    }

    #[expect(clippy::too_many_arguments, reason = "one per field of the command")]
    fn adjust(
        &self,
        id: String,
        location: LocationId,
        sourcing: Sourcing,
        delta: i64,
        reason: AdjustmentReason,
        note: Option<String>,
        now: Timestamp,
    ) -> Decided {
        let shelf = self.shelf(location);
        if shelf.is_none() && self.shelves().len() >= LOCATIONS_MAX {
            return Err(StockRefusal::OutOfRange);
        }
        let (on_hand, reserved) = shelf.map_or((0, 0), |shelf| (shelf.on_hand, shelf.reserved));
        let after = on_hand.checked_add(delta).ok_or(StockRefusal::OutOfRange)?;
        if after < reserved && self.is_scattered() {
            return Err(StockRefusal::Scattered);
        }
        if after < reserved {
            return Err(StockRefusal::InsufficientStock { on_hand, reserved });
        }
        if after > ON_HAND_MAX {
            return Err(StockRefusal::OutOfRange);
        }
        let entry = LedgerEntry {
            kind: reason.into(),
            location,
            on_hand_delta: delta,
            reserved_delta: 0,
            on_hand: after,
            reserved,
            reference: id,
            order: None,
            note,
        };
        let mut events = Vec::from_iter(self.prioritised(location, sourcing));
        events.push(StockEvent::Moved { entry: entry.clone(), open: self.open_reservations(), link: None });
        // The last of the events is the entry.
        let seq = self.seq().saturating_add(u64::try_from(events.len()).unwrap_or(0));
        let reply = StockReply::Adjusted { seq, at: now, entry };
        Ok(self.booked(Decision { events, ..Decision::reply(reply) }, now))
    }

    fn prioritise(&self, location: LocationId, sourcing: Sourcing) -> Decision<Stock> {
        let change = self.shelf(location).and_then(|_| self.prioritised(location, sourcing));
        Decision { events: Vec::from_iter(change), ..Decision::reply(StockReply::Done) }
    }

    fn expire(&self, part: Option<&Reservation>, id: ReservationId, now: Timestamp) -> Decision<Stock> {
        match part {
            Some(
                reservation @ Reservation::Made { stage: Stage::Held { until }, order, allocations, .. },
            ) if *until <= now => {
                let events = self.closed(LedgerKind::Expired, id, *order, allocations, FREE);
                self.changed(events, id, reservation.at(Stage::Expired { at: now }), now)
            }
            // It ended another way since the alarm was set.
            _ => Decision::reply(StockReply::Done),
        }
    }

    /// The event that puts `location` in its place, if that is news.
    pub(super) fn prioritised(&self, location: LocationId, sourcing: Sourcing) -> Option<StockEvent> {
        let is_news = match self.shelf(location) {
            None => true,
            Some(shelf) => shelf.sourcing.version < sourcing.version,
        };
        is_news.then_some(StockEvent::Prioritised { location, sourcing })
    }

    /// Entries that end a hold.
    fn closed(
        &self,
        kind: LedgerKind,
        id: ReservationId,
        order: OrderId,
        allocations: &[Allocation],
        signs: Signs,
    ) -> Vec<StockEvent> {
        let open = self.open_reservations().saturating_sub(1);
        let movement = Movement { kind, reference: id.to_string(), order: Some(order), note: None, open };
        self.moved(&movement, allocations, signs)
    }

    /// Entries of pieces that go to another object of this SKU, or come from one.
    pub(super) fn carried(
        &self,
        kind: LedgerKind,
        reference: String,
        pieces: &[Allocation],
    ) -> Vec<StockEvent> {
        let signs = if kind == LedgerKind::MovedOut { GO_AWAY } else { COME_BACK };
        let open = self.open_reservations();
        self.moved(&Movement { kind, reference, order: None, note: None, open }, pieces, signs)
    }

    /// One ledger entry for each location.
    fn moved(
        &self,
        movement: &Movement,
        pieces: &[Allocation],
        (on_hand, reserved): Signs,
    ) -> Vec<StockEvent> {
        let entry = |shelf: &Shelf, quantity: u32| {
            let on_hand_delta = on_hand.saturating_mul(quantity.into());
            let reserved_delta = reserved.saturating_mul(quantity.into());
            LedgerEntry {
                kind: movement.kind,
                location: shelf.location,
                on_hand_delta,
                reserved_delta,
                on_hand: shelf.on_hand.saturating_add(on_hand_delta),
                reserved: shelf.reserved.saturating_add(reserved_delta),
                reference: movement.reference.clone(),
                order: movement.order,
                note: movement.note.clone(),
            }
        };
        pieces
            .iter()
            .filter_map(|taken| Some(entry(self.shelf(taken.location)?, taken.quantity)))
            .map(|entry| StockEvent::Moved { entry, open: movement.open, link: None })
            .collect()
    }

    /// A reservation's new stage, with what it moves.
    fn changed(
        &self,
        events: Vec<StockEvent>,
        id: ReservationId,
        next: Reservation,
        now: Timestamp,
    ) -> Decision<Stock> {
        let decision = Decision { events, ..answer(&next, id) };
        self.booked(decision.part(PartChange::Put(next)), now)
    }

    /// Every decision that moves something passes here. Its movements are sealed, each after the one before. Whoever shows this stock hears of
    /// every movement; the catalogue only of a change that a shopper would notice.
    fn booked(&self, mut decision: Decision<Stock>, now: Timestamp) -> Decision<Stock> {
        if decision.events.is_empty() {
            return decision;
        }
        let mut after = self.clone();
        after.take_sealed(&mut decision.events, now);
        let mut follow_up = Draft::of(&after);
        follow_up.follow_up(now);
        after.take_sealed(&mut follow_up.events, now);
        decision.events.append(&mut follow_up.events);
        let seen = |stock: &Stock| (stock.is_known(), stock.hint(), stock.is_sold_out(), stock.shards_open());
        let is_noticed = !after.is_branch() && seen(&after) != seen(self);
        let decision = decision.effect(StockEffect::PublishStock).effects(follow_up.effects);
        decision.effects(is_noticed.then_some(StockEffect::PublishHint))
    }

    fn take_sealed(&mut self, events: &mut [StockEvent], now: Timestamp) {
        for event in events {
            self.seal(event, now);
            self.take_in(event);
        }
    }

    /// Whatever has to do with other objects of this SKU.
    fn shards(&self, command: StockCommand, now: Timestamp) -> Decided {
        let is_called_back = matches!(command, StockCommand::CallBack { .. });
        let mut draft = Draft::of(self);
        draft.carry_out(command, now)?;
        let reply = match is_called_back {
            true => StockReply::CalledBack { sent: draft.sent_home() },
            false => StockReply::Done,
        };
        let decision = Decision { events: draft.events, ..Decision::reply(reply) };
        Ok(self.booked(decision.effects(draft.effects), now))
    }
}

/// The longest that goods are set aside.
fn held_ms() -> DurationMs {
    if Bug::StockExpiresEarly.is_planted() { MINUTE_MS } else { RESERVATION_TTL_MS }
}

fn answer(reservation: &Reservation, id: ReservationId) -> Decision<Stock> {
    Decision::reply(StockReply::Reservation(reservation.view(id)))
}

fn forget(part: Option<&Reservation>, now: Timestamp) -> Decision<Stock> {
    let is_due = part
        .and_then(Reservation::over_since)
        .is_some_and(|over| over.plus(ENDED_RESERVATION_KEPT_MS) <= now);
    Decision::reply(StockReply::Done).part(if is_due { PartChange::Remove } else { PartChange::Keep })
}

fn restocked_quantity(restocked: &[Restocked]) -> u32 {
    restocked.iter().fold(0, |sum, earlier| sum.saturating_add(earlier.quantity))
}

impl From<AdjustmentReason> for LedgerKind {
    fn from(reason: AdjustmentReason) -> Self {
        match reason {
            AdjustmentReason::Received => LedgerKind::Received,
            AdjustmentReason::Counted => LedgerKind::Counted,
            AdjustmentReason::Damaged => LedgerKind::Damaged,
            AdjustmentReason::Returned => LedgerKind::Returned,
            AdjustmentReason::Correction => LedgerKind::Correction,
        }
    }
}
