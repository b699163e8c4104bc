//! How a guest's cart comes into a customer's: nothing is lost, nothing comes twice.

use super::{
    command::{CartLine, CartRefusal},
    state::{CartEvent, MergedCart, OpenCart},
};
use crate::{Quantity, Sku, id::CartId};

/// The event that adds `lines` of cart `from`; `None` when all of them came before.
///
/// What does not fit is refused as a whole: half a merge would lose the other half.
pub(super) fn merge(
    cart: &OpenCart,
    from: CartId,
    emptied_at: Option<u64>,
    lines: Vec<CartLine>,
) -> Result<Option<CartEvent>, CartRefusal> {
    let known = cart.merged.iter().find(|known| known.from == from);
    // Whoever does not say when knows no more of it than was known before.
    let emptied_at = emptied_at.unwrap_or_else(|| known.map_or(0, |known| known.emptied_at));
    if known.is_some_and(|known| known.emptied_at > emptied_at) {
        // Read before it was emptied: whoever emptied it has these lines.
        return Ok(None);
    }
    let mut pieces: Vec<(Sku, Quantity)> = known
        .filter(|known| known.emptied_at == emptied_at)
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
    if changed.is_empty() {
        return Ok(None);
    }
    cart.make_room(&changed)?;
    Ok(Some(CartEvent::Merged { merged: MergedCart { from, emptied_at, pieces }, lines: changed }))
}
