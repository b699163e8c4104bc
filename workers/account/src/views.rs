//! What these pages read of the services' answers: what is shown and no more, as any client would.

use serde::Deserialize;

use domain::Money;
use html::postal::TypedAddress;

#[derive(Deserialize)]
pub struct User {
    pub email: String,
    pub is_email_verified: bool,
    #[serde(default)]
    pub pending_email: Option<String>,
    pub name: String,
    pub locale: Option<String>,
    pub currency: Option<String>,
    #[serde(default)]
    pub roles: Vec<String>,
}

/// What keeps somebody signed in.
#[derive(Deserialize)]
pub struct Tokens {
    pub access_token: String,
    pub expires_in: u64,
    pub refresh_token: String,
}

/// An order in a list.
#[derive(Deserialize)]
pub struct OrderSummary {
    pub id: String,
    pub number: String,
    pub status: String,
    pub total: Money,
    pub placed_at: String,
}

/// An address of the book.
#[derive(Deserialize)]
pub struct Saved {
    pub id: String,
    #[serde(flatten)]
    pub address: TypedAddress,
    pub is_default: bool,
}

#[derive(Deserialize)]
pub struct Session {
    pub id: String,
    #[serde(default)]
    pub user_agent: Option<String>,
    pub is_current: bool,
    pub created_at: String,
    pub last_used_at: String,
}

#[derive(Deserialize)]
pub struct Factor {
    pub is_on: bool,
    pub recovery_codes_left: u32,
}

/// What an authenticator app is given.
#[derive(Deserialize)]
pub struct Enrolment {
    pub secret: String,
    pub uri: String,
}

#[derive(Deserialize)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

/// A cart that was claimed: how much is in it.
#[derive(Deserialize)]
pub struct Cart {
    pub lines: Vec<Line>,
}

#[derive(Deserialize)]
pub struct Line {
    pub quantity: u32,
}

impl Cart {
    pub fn pieces(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.quantity)).sum()
    }
}
