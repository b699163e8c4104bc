//! Stripe's test payment methods, and what each of them does.

/// The bank gave no reason.
pub const GENERIC_DECLINE: &str = "generic_decline";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Succeeds,
    AsksTheShopper,
    /// With this code.
    Declines(&'static str),
}

/// Money paid with it takes a while to go back: its refunds are pending when they are asked for.
pub const PENDING_REFUND: &str = "pm_card_pendingRefund";

const METHODS: &[(&str, Answer)] = &[
    ("pm_card_visa", Answer::Succeeds),
    ("pm_card_visa_debit", Answer::Succeeds),
    ("pm_card_mastercard", Answer::Succeeds),
    ("pm_card_amex", Answer::Succeeds),
    ("pm_card_discover", Answer::Succeeds),
    ("pm_card_diners", Answer::Succeeds),
    ("pm_card_jcb", Answer::Succeeds),
    ("pm_card_unionpay", Answer::Succeeds),
    (PENDING_REFUND, Answer::Succeeds),
    ("pm_card_authenticationRequired", Answer::AsksTheShopper),
    ("pm_card_chargeDeclined", Answer::Declines(GENERIC_DECLINE)),
    ("pm_card_chargeDeclinedInsufficientFunds", Answer::Declines("insufficient_funds")),
    ("pm_card_chargeDeclinedExpiredCard", Answer::Declines("expired_card")),
    ("pm_card_chargeDeclinedIncorrectCvc", Answer::Declines("incorrect_cvc")),
    ("pm_card_chargeDeclinedProcessingError", Answer::Declines("processing_error")),
];

pub fn answer(method: &str) -> Answer {
    METHODS
        .iter()
        .find_map(|(name, answer)| (*name == method).then_some(*answer))
        .unwrap_or(Answer::Declines("invalid_payment_method"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_methods_of_the_contract_do_what_it_says() {
        for (method, expected) in [
            ("pm_card_visa", Answer::Succeeds),
            ("pm_card_chargeDeclined", Answer::Declines("generic_decline")),
            ("pm_card_chargeDeclinedInsufficientFunds", Answer::Declines("insufficient_funds")),
            ("pm_card_chargeDeclinedExpiredCard", Answer::Declines("expired_card")),
            ("pm_card_authenticationRequired", Answer::AsksTheShopper),
            ("pm_nobody_made", Answer::Declines("invalid_payment_method")),
            ("", Answer::Declines("invalid_payment_method")),
        ] {
            assert_eq!(answer(method), expected, "{method}");
        }
    }
}
