//! Orders as the world sees them: the bodies of `/v1/orders`, the order object, its news, and how its refusals read.

mod body;
mod news;
mod refusal;
mod timeline;

pub use body::{
    CancelOrder, FulfilOrder, FulfillmentBody, OrderBody, OrderLineBody, OrderPayment, OrderSummary,
    OrdersQuery, PaymentMethod, PieceList, PlaceOrder, RefundBody, RefundOrder, SummaryLine, TimelineQuery,
    Viewer,
};
pub use news::OrderChanged;
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
