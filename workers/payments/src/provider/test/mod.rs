//! The embedded provider: no account, no network, no money. It knows Stripe's test methods and keeps books of its own in its own tables,
//! so that the shop's books can be held against them.
//!
//! Its idempotency is its own too: it goes by keys alone and never looks at the shop's rows.

mod methods;
mod store;
mod wire;

use bytes::Bytes;
use http::HeaderMap;

use api::payment::ConfirmOutcome;
use domain::{
    Money, Timestamp,
    id::RefundId,
    payment::{NextAction, Outcome, RefundOutcome, RefundStatus},
};
use platform::{Fault, Platform};

use super::{Charge, Notice, Provider, SIGNATURE_HEADER, Unsigned, signature};
use crate::config::Secret;
use store::{Intent, IntentStatus};

pub const NAME: &str = "test";

pub struct TestProvider<P> {
    pub platform: P,
    pub webhook_secret: Secret,
}

impl<P: Platform> TestProvider<P> {
    fn fresh_id(&self, prefix: &str) -> String {
        let random: [u8; 12] = self.platform.random();
        random.iter().fold(prefix.to_owned(), |id, byte| format!("{id}{byte:02x}"))
    }

    async fn known(&self, reference: &str) -> Result<Intent, Fault> {
        store::intent(&self.platform.db()?, reference)
            .await?
            .ok_or_else(|| Fault::defect(format!("the test provider has no {reference}")))
    }
}

impl<P: Platform> Provider for TestProvider<P> {
    fn name(&self) -> &'static str {
        NAME
    }

    async fn create(&self, charge: Charge<'_>) -> Result<Outcome, Fault> {
        let (status, decline_code) = match methods::answer(charge.payment_method) {
            methods::Answer::Succeeds => (IntentStatus::RequiresCapture, None),
            methods::Answer::AsksTheShopper => (IntentStatus::RequiresAction, None),
            methods::Answer::Declines(code) => (IntentStatus::RequiresPaymentMethod, Some(code)),
        };
        let id = self.fresh_id("pi_");
        let client_secret = self.fresh_id(&format!("{id}_secret_"));
        let wanted = Intent {
            id,
            payment_id: charge.payment,
            amount: charge.amount.amount(),
            currency: charge.amount.currency(),
            payment_method: charge.payment_method.to_owned(),
            status,
            captured: 0,
            client_secret,
            decline_code: decline_code.map(str::to_owned),
        };
        let intent = store::create(&self.platform.db()?, &wanted, self.platform.now()).await?;
        let is_same_request = (intent.amount, intent.currency, &intent.payment_method)
            == (wanted.amount, wanted.currency, &wanted.payment_method);
        if !is_same_request {
            return Err(Fault::defect(format!("key {} was used for another request", charge.payment)));
        }
        outcome(&intent)
    }

    async fn confirm(&self, reference: &str, wanted: ConfirmOutcome) -> Result<Option<Outcome>, Fault> {
        let (to, decline_code) = match wanted {
            ConfirmOutcome::Succeed => (IntentStatus::RequiresCapture, None),
            ConfirmOutcome::Fail => {
                (IntentStatus::RequiresPaymentMethod, Some("payment_intent_authentication_failure"))
            }
        };
        let db = self.platform.db()?;
        match store::confirm(&db, reference, to, decline_code).await? {
            Some(intent) => outcome(&intent).map(Some),
            None => outcome(&self.known(reference).await?).map(Some),
        }
    }

    async fn capture(&self, reference: &str, amount: Money) -> Result<Outcome, Fault> {
        if let Some(intent) = store::capture(&self.platform.db()?, reference, amount.amount()).await? {
            return outcome(&intent);
        }
        let intent = self.known(reference).await?;
        match intent.status {
            IntentStatus::RequiresCapture => {
                Ok(Outcome::CaptureRefused { code: "amount_too_large".to_owned() })
            }
            _ => outcome(&intent),
        }
    }

    async fn cancel(&self, reference: &str) -> Result<Outcome, Fault> {
        match store::cancel(&self.platform.db()?, reference).await? {
            Some(intent) => outcome(&intent),
            None => outcome(&self.known(reference).await?),
        }
    }

    async fn retrieve(&self, reference: &str) -> Result<Outcome, Fault> {
        outcome(&self.known(reference).await?)
    }

    async fn refund(&self, reference: &str, refund: RefundId, amount: Money) -> Result<RefundOutcome, Fault> {
        let db = self.platform.db()?;
        let wanted = store::NewRefund {
            id: self.fresh_id("re_"),
            intent: reference,
            refund,
            amount: amount.amount(),
            at: self.platform.now(),
        };
        Ok(match store::refund(&db, &wanted).await? {
            Some(status) => refund_outcome(status),
            None => RefundOutcome::Failed { code: "charge_already_refunded".to_owned() },
        })
    }

    async fn retrieve_refund(&self, refund: RefundId) -> Result<Option<RefundOutcome>, Fault> {
        Ok(store::settle_refund(&self.platform.db()?, refund).await?.map(refund_outcome))
    }

    fn parse_webhook(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        now: Timestamp,
    ) -> Result<Option<Notice>, Unsigned> {
        let header = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok()).ok_or(Unsigned)?;
        signature::verify(header, body, &self.webhook_secret, now)?;
        Ok(wire::parse(body))
    }
}

/// What an intent's state means.
fn outcome(intent: &Intent) -> Result<Outcome, Fault> {
    let reference = intent.id.clone();
    Ok(match intent.status {
        IntentStatus::RequiresAction => Outcome::RequiresAction {
            reference,
            client_secret: intent.client_secret.clone(),
            next_action: NextAction { kind: "confirm".to_owned(), url: None },
        },
        IntentStatus::RequiresPaymentMethod => Outcome::Declined {
            reference: Some(reference),
            code: intent.decline_code.clone().unwrap_or_else(|| methods::GENERIC_DECLINE.to_owned()),
        },
        IntentStatus::RequiresCapture => Outcome::Approved { reference },
        IntentStatus::Succeeded => Outcome::Captured {
            reference,
            amount: Money::new(intent.captured, intent.currency)
                .map_err(|error| Fault::defect(format!("{}: {error}", intent.id)))?,
        },
        IntentStatus::Canceled => Outcome::Canceled,
    })
}

fn refund_outcome(status: RefundStatus) -> RefundOutcome {
    match status {
        RefundStatus::Pending => RefundOutcome::Pending,
        RefundStatus::Succeeded => RefundOutcome::Succeeded,
        RefundStatus::Failed => RefundOutcome::Failed { code: "unknown".to_owned() },
    }
}
