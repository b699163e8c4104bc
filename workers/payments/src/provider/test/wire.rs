//! The test provider's webhooks, written as Stripe writes them.

use serde::{Deserialize, de::DeserializeOwned};

use domain::{
    Currency, Money,
    id::{PaymentId, RefundId},
    payment::{NextAction, Outcome, RefundOutcome},
};

use super::methods::GENERIC_DECLINE;
use crate::provider::{News, Notice};

/// `{"type": "payment_intent.succeeded", "data": {"object": {...}}}`
#[derive(Deserialize)]
struct Event<T> {
    data: Data<T>,
}

#[derive(Deserialize)]
struct Data<T> {
    object: T,
}

/// What it is about. Read before the rest: then only what is used of it has to be as expected.
#[derive(Deserialize)]
struct Kind {
    object: String,
}

#[derive(Deserialize)]
struct Intent {
    id: String,
    status: String,
    /// In lower case.
    currency: String,
    #[serde(default)]
    amount_received: i64,
    #[serde(default)]
    client_secret: String,
    last_payment_error: Option<LastError>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct LastError {
    code: Option<String>,
    decline_code: Option<String>,
}

#[derive(Deserialize)]
struct Refund {
    status: String,
    failure_reason: Option<String>,
    metadata: RefundMetadata,
}

#[derive(Deserialize)]
struct Metadata {
    payment_id: PaymentId,
}

#[derive(Deserialize)]
struct RefundMetadata {
    payment_id: PaymentId,
    refund_id: RefundId,
}

/// Nothing for what we do not know, or what is about nothing of ours: the object's state counts, not the event's name.
pub fn parse(body: &[u8]) -> Option<Notice> {
    match read::<Kind>(body)?.object.as_str() {
        "payment_intent" => {
            let intent: Intent = read(body)?;
            Some(Notice { payment: intent.metadata.payment_id, news: News::Payment(payment(intent)?) })
        }
        "refund" => {
            let refund: Refund = read(body)?;
            let outcome = refund_outcome(&refund)?;
            Some(Notice {
                payment: refund.metadata.payment_id,
                news: News::Refund(refund.metadata.refund_id, outcome),
            })
        }
        _ => None,
    }
}

/// What the event is about.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    api::json::read::<Event<T>>(body).ok().map(|event| event.data.object)
}

fn payment(intent: Intent) -> Option<Outcome> {
    let reference = intent.id;
    Some(match intent.status.as_str() {
        "requires_action" => Outcome::RequiresAction {
            reference,
            client_secret: intent.client_secret,
            next_action: NextAction { kind: "confirm".to_owned(), url: None },
        },
        "requires_capture" => Outcome::Approved { reference },
        "succeeded" => {
            let currency: Currency = intent.currency.to_ascii_uppercase().parse().ok()?;
            Outcome::Captured { reference, amount: Money::new(intent.amount_received, currency).ok()? }
        }
        "canceled" => Outcome::Canceled,
        "requires_payment_method" => {
            let error = intent.last_payment_error?;
            let code = error.decline_code.or(error.code).unwrap_or_else(|| GENERIC_DECLINE.to_owned());
            Outcome::Declined { reference: Some(reference), code }
        }
        _ => return None,
    })
}

fn refund_outcome(refund: &Refund) -> Option<RefundOutcome> {
    Some(match refund.status.as_str() {
        "pending" | "requires_action" => RefundOutcome::Pending,
        "succeeded" => RefundOutcome::Succeeded,
        "failed" | "canceled" => RefundOutcome::Failed {
            code: refund.failure_reason.clone().unwrap_or_else(|| refund.status.clone()),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAYMENT: &str = "pay_01936b2a-7c41-7000-8000-123456789012";
    const REFUND: &str = "ref_01936b2a-7c41-7000-8000-123456789012";

    fn intent(rest: &str) -> Option<Outcome> {
        let body = format!(
            r#"{{"id":"evt_1","object":"event","type":"payment_intent.x","data":{{"object":
               {{"object":"payment_intent","id":"pi_1","currency":"eur","amount":100,"metadata":{{"payment_id":"{PAYMENT}"}},{rest}}}}}}}"#
        );
        match parse(body.as_bytes())?.news {
            News::Payment(outcome) => Some(outcome),
            News::Refund(..) => None,
        }
    }

    #[test]
    fn the_state_of_an_intent_is_understood() {
        let reference = || "pi_1".to_owned();
        let eur = Money::new(100, Currency::Eur).unwrap();
        for (body, expected) in [
            (r#""status":"requires_capture""#, Some(Outcome::Approved { reference: reference() })),
            (
                r#""status":"succeeded","amount_received":100"#,
                Some(Outcome::Captured { reference: reference(), amount: eur }),
            ),
            (r#""status":"canceled""#, Some(Outcome::Canceled)),
            (r#""status":"canceled","a rate":0.25"#, Some(Outcome::Canceled)),
            (
                r#""status":"requires_payment_method","last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds"}"#,
                Some(Outcome::Declined {
                    reference: Some(reference()),
                    code: "insufficient_funds".to_owned(),
                }),
            ),
            (r#""status":"processing""#, None),
            (r#""status":"of the future","new":{"deep":[1]}"#, None),
        ] {
            assert_eq!(intent(body), expected, "{body}");
        }
    }

    #[test]
    fn what_is_about_nothing_of_ours_is_nothing() {
        for body in [
            "",
            "{}",
            "null",
            r#"{"type":"customer.created","data":{"object":{"object":"customer","id":"cus_1"}}}"#,
            r#"{"data":{"object":{"object":"payment_intent","id":"pi_1","currency":"eur","status":"canceled","metadata":{}}}}"#,
            r#"{"data":{"object":{"object":"payment_intent","id":"pi_1","currency":"eur","status":"canceled","metadata":{"payment_id":"4"}}}}"#,
        ] {
            assert_eq!(parse(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn the_state_of_a_refund_is_understood() {
        let body = |status: &str| {
            format!(
                r#"{{"data":{{"object":{{"object":"refund","id":"re_1","status":"{status}",
                   "metadata":{{"payment_id":"{PAYMENT}","refund_id":"{REFUND}"}}}}}}}}"#
            )
        };
        let heard = |status: &str| parse(body(status).as_bytes()).map(|notice| notice.news);
        let refund: RefundId = REFUND.parse().unwrap();
        assert_eq!(heard("succeeded"), Some(News::Refund(refund, RefundOutcome::Succeeded)));
        assert_eq!(heard("pending"), Some(News::Refund(refund, RefundOutcome::Pending)));
        assert_eq!(
            heard("failed"),
            Some(News::Refund(refund, RefundOutcome::Failed { code: "failed".to_owned() }))
        );
        assert_eq!(heard("of the future"), None);
    }
}
