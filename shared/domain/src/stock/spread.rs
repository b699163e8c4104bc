//! One SKU's goods in several objects: more buyers at once than one of them can serve.
//!
//! The object that is named by the SKU alone is its *home*. It lends goods to *branches*, which sell them by themselves, under the very
//! same rules. Goods go between the two in parcels: they leave the sender's shelves in the same write that notes the parcel, and a parcel
//! is sent until its receiver has taken it in, each once and in their order. So no piece is ever in two places.
//!
//! Branches are for plenty. A buyer whom a branch cannot serve goes home. When home has not got it either, all goods are called back, and
//! home alone sells what is left: only then is anybody told that there is nothing, and so every last piece is sold.

use serde::{Deserialize, Serialize};

use super::{Allocation, LedgerKind, Sourcing, Stock, StockCommand, StockEffect, StockEvent, StockRefusal};
use crate::{Bug, DurationMs, Timestamp, id::LocationId, time::SECOND_MS};

/// The most objects that one SKU is spread over, its home included.
pub const SHARDS_MAX: u32 = 16;
/// What each of them gets at least when goods are lent. More than any order takes.
pub const SHARE_MIN: i64 = 100;
/// How long goods stay together once they were called back: whoever waited for that comes first.
const TOGETHER_MS: DurationMs = 10 * SECOND_MS;
/// The shard that is home.
pub const HOME: u32 = 0;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    Home(Home),
    Branch(Branch),
}

/// Where branches are supplied from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Over how many objects the goods are to be spread; 1 for none but this one.
    pub shards: u32,
    /// By their shards, from 1 on: all that there ever were.
    outposts: Vec<Outpost>,
    /// When the last branch was closed.
    together_since: Timestamp,
}

/// A branch, as home knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Outpost {
    state: OutpostState,
    road: Road,
    /// How many pieces it got since it was opened: what it may still have.
    lent: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OutpostState {
    /// It has nothing.
    Closed,
    Open,
    /// It is called back. Once it has answered, it is closed as soon as its parcel of this number is here.
    Closing {
        until: Option<u64>,
    },
}

/// One of those that home lends to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    shard: u32,
    is_open: bool,
    road: Road,
    /// What it had when it was last supplied.
    supplied: i64,
    has_asked: bool,
}

/// Between home and one branch, as one end sees it. A parcel's number is the place of its first entry in the sender's ledger: so it is
/// higher than that of any parcel before it, even one of which the sender remembers nothing but that entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Road {
    sent: u64,
    taken: u64,
    /// What the parcel holds that was sent last, until it has arrived.
    parcel: Vec<Goods>,
}

/// Pieces of one location, with its place in the order of sourcing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    pub location: LocationId,
    pub sourcing: Sourcing,
    pub quantity: u32,
}

impl Road {
    fn is_free(&self) -> bool {
        self.parcel.is_empty()
    }

    fn under_way(&self) -> i64 {
        self.parcel.iter().fold(0, |sum, goods| sum.saturating_add(goods.quantity.into()))
    }

    fn send(&mut self, number: u64, parcel: Vec<Goods>) {
        (self.sent, self.parcel) = (number, parcel);
    }

    fn arrived(&mut self, number: u64) {
        if self.sent == number {
            self.parcel.clear();
        }
    }

    /// Whether the parcel of this number is new. There is one at a time, so none is overtaken by the next.
    fn expects(&self, number: u64) -> bool {
        number > self.taken || Bug::StockTakesParcelsAgain.is_planted()
    }
}

impl Outpost {
    fn is_closed(&self) -> bool {
        self.state == OutpostState::Closed
    }

    /// Closes it once all that it sent back is here.
    fn settle(&mut self) {
        if let OutpostState::Closing { until: Some(until) } = self.state
            && self.road.taken >= until
        {
            (self.state, self.lent) = (OutpostState::Closed, 0);
        }
    }
}

impl Default for Home {
    fn default() -> Self {
        Self { shards: 1, outposts: Vec::new(), together_since: Timestamp::default() }
    }
}

impl Home {
    fn is_together(&self) -> bool {
        self.outposts.iter().all(Outpost::is_closed)
    }

    fn outpost(&mut self, shard: u32) -> Option<&mut Outpost> {
        let place = usize::try_from(shard.checked_sub(1)?).ok()?;
        let closed = Outpost { state: OutpostState::Closed, road: Road::default(), lent: 0 };
        if shard < SHARDS_MAX && self.outposts.len() <= place {
            self.outposts.resize(place.saturating_add(1), closed);
        }
        self.outposts.get_mut(place)
    }
}

impl Stock {
    /// Whether the last piece is sold, not only set aside: whoever fails to pay for it gives it back in a moment.
    pub fn is_sold_out(&self) -> bool {
        self.is_known() && self.on_hand() == 0 && !self.is_scattered()
    }

    /// Over how many objects its goods are to be spread; only its home knows.
    pub fn shards_wanted(&self) -> u32 {
        self.home().map_or(1, |home| home.shards)
    }

    /// How many objects sell it: buyers are sent to any of them.
    pub fn shards_open(&self) -> u32 {
        let is_spread = self.home().is_some_and(|home| !home.is_together());
        if is_spread { self.shards_wanted() } else { 1 }
    }

    /// The shards that ever had goods of it, without home.
    pub fn branches(&self) -> impl Iterator<Item = u32> + use<> {
        let count = self.home().map_or(0, |home| home.outposts.len());
        1..=u32::try_from(count).unwrap_or(0)
    }

    /// Pieces that have left and not arrived.
    pub fn under_way(&self) -> i64 {
        match self.spread() {
            None => 0,
            Some(Spread::Branch(branch)) => branch.road.under_way(),
            Some(Spread::Home(home)) => {
                home.outposts.iter().fold(0, |sum, outpost| sum.saturating_add(outpost.road.under_way()))
            }
        }
    }

    /// What there is for a shopper: what is here, and what branches may still have.
    pub fn offered(&self) -> i64 {
        let outposts = self.home().map_or(&[][..], |home| &home.outposts);
        outposts.iter().fold(self.available(), |sum, outpost| sum.saturating_add(outpost.lent))
    }

    /// The parcel that is under way to this shard, and its number.
    pub fn parcel_to(&self, shard: u32) -> Option<(u64, Vec<Goods>)> {
        let road = match self.spread()? {
            Spread::Branch(branch) => &branch.road,
            Spread::Home(_) => &self.outpost(shard)?.road,
        };
        (!road.is_free()).then(|| (road.sent, road.parcel.clone()))
    }

    fn home(&self) -> Option<&Home> {
        match self.spread() {
            Some(Spread::Home(home)) => Some(home),
            _ => None,
        }
    }

    /// A branch, and whether it may sell.
    pub(super) fn is_closed_branch(&self) -> bool {
        matches!(self.spread(), Some(Spread::Branch(branch)) if !branch.is_open)
    }

    pub(super) fn is_branch(&self) -> bool {
        matches!(self.spread(), Some(Spread::Branch(_)))
    }

    /// Whether goods that are not here may come back if they are called: then nobody is told that there are none.
    pub fn is_scattered(&self) -> bool {
        self.home().is_some_and(|home| !home.is_together())
    }
}

/// What a command about shards does, step by step.
pub(super) struct Draft {
    stock: Stock,
    pub events: Vec<StockEvent>,
    pub effects: Vec<StockEffect>,
}

impl Draft {
    pub fn of(stock: &Stock) -> Self {
        Self { stock: stock.clone(), events: Vec::new(), effects: Vec::new() }
    }

    fn record(&mut self, event: StockEvent) {
        self.stock.take_in(&event);
        self.events.push(event);
    }

    /// Changes what is known of the shards, which is one event, however much of it.
    fn set(&mut self, spread: Spread) {
        if self.stock.spread() != Some(&spread) {
            self.record(StockEvent::Spread(spread));
        }
    }

    fn change_home(&mut self, change: impl FnOnce(&mut Home)) {
        let mut home = self.stock.home().cloned().unwrap_or_default();
        change(&mut home);
        self.set(Spread::Home(home));
    }

    fn change_branch(&mut self, change: impl FnOnce(&mut Branch)) {
        if let Some(Spread::Branch(branch)) = self.stock.spread() {
            let mut branch = branch.clone();
            change(&mut branch);
            self.set(Spread::Branch(branch));
        }
    }

    /// Takes pieces off the shelves, for a parcel: its number and what is in it.
    fn pack(&mut self, pieces: i64, to: u32) -> Option<(u64, Vec<Goods>)> {
        let taken = u32::try_from(pieces).ok().and_then(|pieces| self.stock.source(pieces))?;
        let goods = |taken: &Allocation| {
            let sourcing = self.stock.shelf(taken.location)?.sourcing;
            Some(Goods { location: taken.location, sourcing, quantity: taken.quantity })
        };
        let parcel: Vec<Goods> = taken.iter().filter_map(goods).collect();
        let number = self.stock.seq().max(self.stock.sent_to(to)).saturating_add(1);
        if Bug::StockKeepsWhatItSends.is_planted() {
            return Some((number, parcel));
        }
        for event in self.stock.carried(LedgerKind::MovedOut, format!("to {to}, {number}"), &taken) {
            self.record(event);
        }
        (!parcel.is_empty()).then_some((number, parcel))
    }

    /// Puts what a parcel holds on the shelves.
    fn unpack(&mut self, parcel: &[Goods], from: u32, number: u64) {
        for goods in parcel {
            if let Some(event) = self.stock.prioritised(goods.location, goods.sourcing) {
                self.record(event);
            }
            let taken = [Allocation { location: goods.location, quantity: goods.quantity }];
            for event in self.stock.carried(LedgerKind::MovedIn, format!("from {from}, {number}"), &taken) {
                self.record(event);
            }
        }
    }

    /// Home lends pieces to a branch, which may sell them as soon as it has them.
    fn lend(&mut self, shard: u32, pieces: i64) {
        let Some((number, parcel)) = self.pack(pieces, shard) else { return };
        self.change_home(|home| {
            if let Some(outpost) = home.outpost(shard) {
                outpost.state = OutpostState::Open;
                outpost.lent = outpost.lent.saturating_add(pieces);
                outpost.road.send(number, parcel);
            }
        });
        self.effects.push(StockEffect::SendParcel { to: shard });
    }

    /// A branch gives back what nobody has reserved.
    fn give_back(&mut self) {
        if let Some((number, parcel)) = self.pack(self.stock.available(), HOME) {
            self.change_branch(|branch| branch.road.send(number, parcel));
            self.effects.push(StockEffect::SendParcel { to: HOME });
        }
    }

    /// Home calls back what it lent. A branch whose parcel is still under way is told once it has it.
    fn call_back(&mut self) {
        let mut told = Vec::new();
        self.change_home(|home| {
            for (shard, outpost) in (1..).zip(&mut home.outposts) {
                if outpost.state == OutpostState::Open {
                    outpost.state = OutpostState::Closing { until: None };
                    told.extend(outpost.road.is_free().then_some(shard));
                }
            }
        });
        self.effects.extend(told.into_iter().map(|shard| StockEffect::CallBack { shard }));
    }

    /// What follows of any movement: a closed branch keeps nothing, an open one asks for more in time, and home lends what it has plenty of.
    pub fn follow_up(&mut self, now: Timestamp) {
        match self.stock.spread().cloned() {
            None => {}
            Some(Spread::Branch(branch)) => {
                let available = self.stock.available();
                let is_low = available < branch.supplied.checked_div(4).unwrap_or(0);
                if !branch.is_open && branch.road.is_free() && available > 0 {
                    self.give_back();
                } else if branch.is_open && is_low && !branch.has_asked {
                    self.change_branch(|branch| branch.has_asked = true);
                    self.effects.push(StockEffect::AskForMore);
                }
            }
            Some(Spread::Home(home)) => {
                let has_rested = home.outposts.is_empty() || home.together_since.plus(TOGETHER_MS) <= now;
                let is_free =
                    home.is_together() && home.outposts.iter().all(|outpost| outpost.road.is_free());
                let share = self.stock.available().checked_div(home.shards.into()).unwrap_or(0);
                if home.shards > 1 && has_rested && is_free && share >= SHARE_MIN {
                    for shard in 1..home.shards {
                        self.lend(shard, share);
                    }
                }
            }
        }
    }

    /// The parcel that this branch has on its way home; 0 for none. Home need not remember those that have arrived.
    pub fn sent_home(&self) -> u64 {
        match self.stock.spread() {
            Some(Spread::Branch(branch)) if !branch.road.is_free() => branch.road.sent,
            _ => 0,
        }
    }

    pub fn carry_out(&mut self, command: StockCommand, now: Timestamp) -> Result<(), StockRefusal> {
        match command {
            StockCommand::Spread { shards } => {
                self.at_home()?;
                let shards = shards.clamp(1, SHARDS_MAX);
                if self.stock.shards_wanted() != shards {
                    self.change_home(|home| home.shards = shards);
                    self.call_back();
                }
            }
            StockCommand::Gather => {
                self.at_home()?;
                self.call_back();
            }
            StockCommand::Refill { shard } => {
                self.at_home()?;
                self.refill(shard)?;
            }
            StockCommand::TakeBack { from, number, goods } => {
                self.at_home()?;
                self.take_back(from, number, &goods, now)?;
            }
            StockCommand::Supply { shard, number, goods } => self.supply(shard, number, &goods)?,
            StockCommand::CallBack { after } => self.called_back(after)?,
            StockCommand::CalledBack { shard, sent } => {
                self.change_home(|home| {
                    if let Some(outpost) = home.outpost(shard)
                        && matches!(outpost.state, OutpostState::Closing { .. })
                    {
                        outpost.state = OutpostState::Closing { until: Some(sent) };
                    }
                });
                self.settle(shard, now);
            }
            StockCommand::Arrived { at, number } => self.arrived(at, number),
            _ => {}
        }
        Ok(())
    }

    fn at_home(&self) -> Result<(), StockRefusal> {
        if self.stock.is_branch() { Err(StockRefusal::OutOfRange) } else { Ok(()) }
    }

    /// A branch runs low. When home has no share for it, all goods are called back: they are shared anew, or sold from here.
    fn refill(&mut self, shard: u32) -> Result<(), StockRefusal> {
        let (Some(home), Some(outpost)) = (self.stock.home(), self.stock.outpost(shard)) else {
            return Ok(());
        };
        if outpost.state != OutpostState::Open {
            return Ok(());
        }
        if !outpost.road.is_free() {
            // That it has what was sent before is not known here yet.
            return Err(StockRefusal::Scattered);
        }
        let share = self.stock.available().checked_div(home.shards.into()).unwrap_or(0);
        if share >= SHARE_MIN {
            self.lend(shard, share)
        } else {
            self.call_back()
        }
        Ok(())
    }

    fn take_back(
        &mut self,
        from: u32,
        number: u64,
        goods: &[Goods],
        now: Timestamp,
    ) -> Result<(), StockRefusal> {
        let mut home = self.stock.home().cloned().unwrap_or_default();
        let outpost = home.outpost(from).ok_or(StockRefusal::OutOfRange)?;
        if outpost.road.expects(number) {
            self.unpack(goods, from, number);
            self.change_home(|home| {
                if let Some(outpost) = home.outpost(from) {
                    outpost.road.taken = number;
                }
            });
            self.settle(from, now);
        }
        Ok(())
    }

    fn settle(&mut self, shard: u32, now: Timestamp) {
        self.change_home(|home| {
            let was_together = home.is_together();
            if let Some(outpost) = home.outpost(shard) {
                outpost.settle();
            }
            if home.is_together() && !was_together {
                home.together_since = now;
            }
        });
    }

    fn supply(&mut self, shard: u32, number: u64, goods: &[Goods]) -> Result<(), StockRefusal> {
        let mut branch = match self.stock.spread() {
            Some(Spread::Branch(branch)) => branch.clone(),
            Some(Spread::Home(_)) => return Err(StockRefusal::OutOfRange),
            None => Branch { shard, is_open: false, road: Road::default(), supplied: 0, has_asked: false },
        };
        if branch.road.expects(number) {
            self.unpack(goods, HOME, number);
            branch.road.taken = number;
            (branch.is_open, branch.has_asked) = (true, false);
            branch.supplied = self.stock.available();
            self.set(Spread::Branch(branch));
        }
        Ok(())
    }

    /// `after`: the parcel that was the last to be sent here. A call that is older than that one was answered long ago.
    fn called_back(&mut self, after: u64) -> Result<(), StockRefusal> {
        let Some(Spread::Branch(branch)) = self.stock.spread() else { return Err(StockRefusal::OutOfRange) };
        let may_close = branch.road.taken == after;
        // What it had to give back before is not there yet.
        let is_busy = branch.is_open && !branch.road.is_free() && self.stock.available() > 0;
        if !may_close || is_busy {
            return Err(StockRefusal::Scattered);
        }
        self.change_branch(|branch| branch.is_open = false);
        if self.stock.available() > 0 && self.stock.road_home_is_free() {
            self.give_back();
        }
        Ok(())
    }

    fn arrived(&mut self, at: u32, number: u64) {
        if self.stock.is_branch() {
            self.change_branch(|branch| branch.road.arrived(number));
            return;
        }
        let mut is_awaited = false;
        self.change_home(|home| {
            if let Some(outpost) = home.outpost(at) {
                let was_free = outpost.road.is_free();
                outpost.road.arrived(number);
                let is_free = outpost.road.is_free() && !was_free;
                is_awaited = is_free && outpost.state == OutpostState::Closing { until: None };
            }
        });
        self.effects.extend(is_awaited.then_some(StockEffect::CallBack { shard: at }));
    }
}

impl Stock {
    /// The last parcel that was sent to this shard; 0 for none.
    pub fn sent_to(&self, shard: u32) -> u64 {
        match self.spread() {
            Some(Spread::Branch(branch)) => branch.road.sent,
            _ => self.outpost(shard).map_or(0, |outpost| outpost.road.sent),
        }
    }

    fn outpost(&self, shard: u32) -> Option<&Outpost> {
        let place = usize::try_from(shard.checked_sub(1)?).ok()?;
        self.home()?.outposts.get(place)
    }

    /// Which shard this is.
    pub fn shard(&self) -> u32 {
        match self.spread() {
            Some(Spread::Branch(branch)) => branch.shard,
            _ => HOME,
        }
    }

    fn road_home_is_free(&self) -> bool {
        matches!(self.spread(), Some(Spread::Branch(branch)) if branch.road.is_free())
    }
}
