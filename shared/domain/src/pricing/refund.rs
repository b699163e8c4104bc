//! What goes back for some units of a line that was paid.

use serde::{Deserialize, Serialize};

use super::LineTotals;
use crate::Money;

/// What is given back for some units of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundShare {
    pub amount: Money,
    /// Contained in `amount`.
    pub tax: Money,
}

/// More units are to be refunded than are left, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitsNotRefundable {
    pub left: u32,
}

/// The share of `units` units of a line of which `refunded_units` went back before.
///
/// Every unit's share is the same, rounded down; the line's last unit takes what is left over, so however a line is split into
/// refunds, they add up to exactly what was paid for it.
pub fn refund_share(
    line: &LineTotals,
    refunded_units: u32,
    units: u32,
) -> Result<RefundShare, UnitsNotRefundable> {
    let quantity = line.quantity.get();
    let left = quantity.saturating_sub(refunded_units);
    if units == 0 || units > left {
        return Err(UnitsNotRefundable { left });
    }
    let upto = refunded_units.saturating_add(units);
    let (before, after) = (paid_upto(line, refunded_units), paid_upto(line, upto));
    let (tax_before, tax_after) = (tax_within(line, before), tax_within(line, after));
    let money = |from: i64, to: i64| {
        // Between zero and what was paid, so it is in range.
        Money::new(to.saturating_sub(from), line.total.currency())
            .unwrap_or(Money::zero(line.total.currency()))
    };
    Ok(RefundShare { amount: money(before, after), tax: money(tax_before, tax_after) })
}

/// What the first `units` units cost together.
fn paid_upto(line: &LineTotals, units: u32) -> i64 {
    let (whole, quantity) = (line.total.amount(), line.quantity.get());
    if units >= quantity {
        whole
    } else {
        whole.checked_div(i64::from(quantity)).unwrap_or(0).saturating_mul(i64::from(units))
    }
}

/// The tax within the first `paid` of the line's total. By amount and not by unit: a share's tax then never exceeds the share.
fn tax_within(line: &LineTotals, paid: i64) -> i64 {
    i128::from(line.tax.amount())
        .saturating_mul(i128::from(paid))
        .checked_div(i128::from(line.total.amount()))
        .and_then(|tax| i64::try_from(tax).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Currency, Quantity};
    use proptest::prelude::*;

    fn line(quantity: u32, total: i64, tax: i64) -> LineTotals {
        let eur = |amount| Money::new(amount, Currency::Eur).unwrap();
        LineTotals {
            sku: "W-1".parse().unwrap(),
            quantity: Quantity::new(quantity).unwrap(),
            unit_price: eur(total / i64::from(quantity)),
            discount: eur(0),
            tax_rate: 190_000,
            tax: eur(tax),
            total: eur(total),
        }
    }

    #[test]
    fn the_last_unit_takes_the_remainder() {
        let line = line(3, 100, 16);
        let cases = [
            (0, 1, Ok((33, 5))),
            (0, 2, Ok((66, 10))),
            (0, 3, Ok((100, 16))),
            (1, 2, Ok((67, 11))),
            (2, 1, Ok((34, 6))),
            (0, 0, Err(3)),
            (1, 3, Err(2)),
            (3, 1, Err(0)),
            (9, 1, Err(0)),
        ];
        for (refunded, units, expected) in cases {
            let got = refund_share(&line, refunded, units)
                .map(|share| (share.amount.amount(), share.tax.amount()))
                .map_err(|refusal| refusal.left);
            assert_eq!(got, expected, "{units} after {refunded}");
        }
    }

    proptest! {
        #[test]
        fn refunds_of_all_units_add_up_to_what_was_paid(
            total in prop_oneof![0i64..500, 0i64..50_000_000],
            tax in prop_oneof![0i64..500, 0i64..5_000_000],
            quantity in 1u32..=99,
            steps in prop::collection::vec(1u32..=99, 1..99),
        ) {
            let paid = line(quantity, total, tax.min(total));
            let (mut refunded, mut amount, mut tax) = (0, 0, 0);
            for units in steps.into_iter().chain(std::iter::repeat(1)) {
                if refunded == quantity {
                    break;
                }
                let units = units.min(quantity - refunded);
                let share = refund_share(&paid, refunded, units).unwrap();
                prop_assert!(share.amount.amount() >= 0 && share.tax.amount() >= 0);
                prop_assert!(share.tax.amount() <= share.amount.amount());
                refunded += units;
                amount += share.amount.amount();
                tax += share.tax.amount();
            }
            prop_assert_eq!((amount, tax), (paid.total.amount(), paid.tax.amount()));
        }
    }
}
