//! Who may touch a cart or an order: the shopper who is signed in, or whoever shows the token it was made with.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

use crate::id::UserId;

/// SHA-256 of a secret token, in lower-case hex: all that is kept of it.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenHash(String);

impl TokenHash {
    pub fn of(token: &str) -> Self {
        let digest = Sha256::digest(token.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// Whom a cart or an order belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    User(UserId),
    Guest(TokenHash),
    /// Of somebody who is forgotten: nobody can show that it is theirs.
    Nobody,
}

impl Owner {
    /// The account behind it, where there is one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Owner::User(user) => Some(*user),
            Owner::Guest(_) | Owner::Nobody => None,
        }
    }
}

/// What a caller can show: the router's word that they are signed in, a token, both or neither.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Holder {
    pub user: Option<UserId>,
    pub token: Option<TokenHash>,
}

impl Holder {
    pub fn holds(&self, owner: &Owner) -> bool {
        match owner {
            Owner::User(user) => self.user.as_ref() == Some(user),
            // Hashes are compared, not secrets: how long it takes tells nothing about the token.
            Owner::Guest(token) => self.token.as_ref() == Some(token),
            Owner::Nobody => false,
        }
    }
}
