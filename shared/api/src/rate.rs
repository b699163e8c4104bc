//! How often anybody may call what. A route belongs to one class; its limit is counted by the platform, behind a binding of the router.
//!
//! The numbers here are what callers are told. The router's `wrangler.toml` has them again for the platform; a test compares the two.

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rate {
    Read,
    Write,
    Checkout,
    /// Signing in, by whatever proof.
    Login,
    Registration,
    PasswordReset,
}

/// So many calls in so long, of each caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// As `RateLimit-Policy` calls it.
    pub name: &'static str,
    /// The limiter's name in `wrangler.toml`.
    pub binding: &'static str,
    pub calls: u32,
    /// The platform counts over 10 s or over 60.
    pub period_s: u32,
}

impl Rate {
    pub const ALL: [Rate; 6] =
        [Rate::Read, Rate::Write, Rate::Checkout, Rate::Login, Rate::Registration, Rate::PasswordReset];

    /// One address may be a whole office or a mobile network, so what shoppers do all day has room, over a period that is soon past.
    /// What guesses has little.
    pub const fn limit(self) -> Limit {
        match self {
            Rate::Read => limit("reads", "RATE_READS", 300, 10),
            Rate::Write => limit("writes", "RATE_WRITES", 100, 10),
            Rate::Checkout => limit("checkout", "RATE_CHECKOUT", 20, 60),
            Rate::Login => limit("login", "RATE_LOGIN", 10, 60),
            Rate::Registration => limit("registration", "RATE_REGISTRATION", 5, 60),
            Rate::PasswordReset => limit("password_reset", "RATE_PASSWORD_RESET", 5, 60),
        }
    }
}

const fn limit(name: &'static str, binding: &'static str, calls: u32, period_s: u32) -> Limit {
    Limit { name, binding, calls, period_s }
}
