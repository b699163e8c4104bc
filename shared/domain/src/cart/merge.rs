//! How a guest's cart comes into a customer's: nothing is lost, nothing comes twice.

use super::{
    command::{CART_LINES_MAX, CartLine, CartRefusal},
    state::{CartEvent, MergedCart, OpenCart},
};
use crate::{Quantity, Sku, id::CartId};

/// The event that adds `lines` of cart `from`; `None` when all of them came before.
///
/// What does not fit is refused as a whole: half a merge would lose the other half.
pub(super) fn merge(
    cart: &OpenCart,
    from: CartId,
    lines: Vec<CartLine>,
) -> Result<Option<CartEvent>, CartRefusal> {
    if lines.iter().any(|line| line.price.currency() != cart.currency) {
        return Err(CartRefusal::WrongCurrency);
    }
    let mut pieces: Vec<(Sku, Quantity)> = cart
        .merged
        .iter()
        .find(|known| known.from == from)
        .map(|known| known.pieces.clone())
        .unwrap_or_default();
    let mut changed: Vec<CartLine> = Vec::new();
    for line in lines {
        let came = pieces.iter_mut().find(|(sku, _)| *sku == line.sku);
        let before = came.as_ref().map_or(0, |(_, quantity)| quantity.get());
        let Ok(added) = Quantity::new(line.quantity.get().saturating_sub(before)) else { continue };
        match came {
            Some((_, quantity)) => *quantity = line.quantity,
            None => pieces.push((line.sku.clone(), line.quantity)),
        }
        let quantity = cart.line(&line.sku).map_or(added, |known| known.quantity.plus_capped(added));
        changed.push(CartLine { quantity, ..line });
    }
    let new_lines = changed.iter().filter(|line| cart.line(&line.sku).is_none()).count();
    if cart.lines.len().saturating_add(new_lines) > CART_LINES_MAX {
        return Err(CartRefusal::CartFull);
    }
    let event = CartEvent::Merged { merged: MergedCart { from, pieces }, lines: changed };
    Ok(match &event {
        CartEvent::Merged { lines, .. } if lines.is_empty() => None,
        _ => Some(event),
    })
}
