//! This Worker's settings. A bad one is named.

use domain::Currency;
use platform::{Fault, Platform};

/// What a shopper pays in who does not say.
pub fn default_currency<P: Platform>(platform: &P) -> Result<Currency, Fault> {
    parse_default_currency(platform.var("DEFAULT_CURRENCY").as_deref())
}

fn parse_default_currency(text: Option<&str>) -> Result<Currency, Fault> {
    let Some(text) = text else { return Ok(Currency::Eur) };
    text.parse().map_err(|invalid| Fault::defect(format!("DEFAULT_CURRENCY: {invalid}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_setting_is_named() {
        assert_eq!(parse_default_currency(None), Ok(Currency::Eur));
        assert_eq!(parse_default_currency(Some("JPY")), Ok(Currency::Jpy));
        assert!(parse_default_currency(Some("EURO")).unwrap_err().message.starts_with("DEFAULT_CURRENCY"));
    }
}
