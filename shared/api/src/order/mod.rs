//! Orders as the world sees them: the bodies of `/v1/orders`, the order object, its news, and how its refusals read.

mod body;
mod news;
mod refusal;
mod request;
mod timeline;

pub use body::{
    FulfillmentBody, OrderBody, OrderLineBody, OrderPayment, OrderSummary, RefundBody, SummaryLine, Viewer,
};
pub use news::OrderChanged;
pub use request::{
    CancelOrder, FulfilOrder, OrdersQuery, PaymentMethod, PieceList, PlaceOrder, RefundOrder, TimelineQuery,
};
pub use timeline::{Timeline, TimelineEntry};

use domain::{id::OrderId, order::Order};

use crate::object::Object;

/// The order object, named by the order's id.
pub struct OrderObject;

impl Object for OrderObject {
    const BINDING: &'static str = "ORDER";
    const SERVICE: &'static str = "order";
    type Key = OrderId;
    type Aggregate = Order;
}
