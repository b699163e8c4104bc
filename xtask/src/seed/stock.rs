//! What lies where: the shop's three locations, and how many of each thing they received.

use super::rng::Rng;

/// A place that ships.
pub struct Location {
    pub name: &'static str,
    pub country: &'static str,
    /// The lowest ships first.
    pub priority: u32,
}

pub static LOCATIONS: [Location; 3] = [
    Location { name: "Rotterdam", country: "NL", priority: 1 },
    Location { name: "Reno", country: "US", priority: 2 },
    Location { name: "Osaka", country: "JP", priority: 3 },
];

/// In a large catalogue only this many products get stock, unless told otherwise: every receipt is a call of its own.
pub const STOCKED_PRODUCTS: usize = 1_000;

/// Pieces received of one variant, as a position in [`LOCATIONS`] and a number above 0.
///
/// Most lie in one place, some in two, few in all three. About one in twelve is down to its last pieces and one in fifteen is
/// sold out; now and then a whole product is.
pub fn received(product: usize, variant: usize) -> Vec<(usize, u32)> {
    // The first products are what people try first: they are always there.
    let is_early = product < 12;
    if !is_early && Rng::new("sold out", product).chance(2) {
        return Vec::new();
    }
    let mut rng = Rng::new("stock", product.wrapping_mul(16).wrapping_add(variant));
    let kind = rng.below(100);
    if kind < 7 && !(is_early && variant == 0) {
        return Vec::new();
    }
    let places = match rng.below(100) {
        0..=54 => 1,
        55..=89 => 2,
        _ => 3,
    };
    let first: usize = rng.pick(&[0, 0, 0, 1, 1, 2]);
    let is_low = (7..16).contains(&kind) && !is_early;
    let places = if is_low { 1 } else { places };
    (0..places)
        .map(|step: usize| {
            let pieces = if is_low { rng.between(1, 3) } else { rng.between(6, 48) };
            (first.wrapping_add(step) % LOCATIONS.len(), u32::try_from(pieces).unwrap_or(1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_are_plenty_some_low_and_some_sold_out() {
        let totals: Vec<u32> = (0..2_000)
            .map(|number| received(number / 4, number % 4).iter().map(|(_, pieces)| pieces).sum())
            .collect();
        let share = |wanted: &dyn Fn(u32) -> bool| {
            totals.iter().filter(|total| wanted(**total)).count() * 100 / totals.len()
        };
        assert!((4..=14).contains(&share(&|total| total == 0)), "sold out");
        assert!((4..=14).contains(&share(&|total| (1..=3).contains(&total))), "low");
    }

    #[test]
    fn a_variant_is_received_once_a_place() {
        for number in 0..2_000 {
            let mut places: Vec<usize> =
                received(number / 4, number % 4).into_iter().map(|(place, _)| place).collect();
            assert!(places.iter().all(|place| *place < LOCATIONS.len()));
            places.sort_unstable();
            let count = places.len();
            places.dedup();
            assert_eq!(places.len(), count);
        }
    }
}
