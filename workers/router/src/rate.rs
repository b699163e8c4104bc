//! How often whom: each call of a limited route is counted by the platform, and one too many is refused.

use http::{HeaderMap, HeaderName, HeaderValue};
use std::net::IpAddr;

use api::{
    Problem, headers,
    identity::Caller,
    problem::codes,
    rate::{Limit, Rate},
    routes::Route,
};
use platform::{Platform, log};

/// What a caller is told of a limit (draft-ietf-httpapi-ratelimit-headers-10).
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// A call that was counted, and whether it was one too many.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    limit: Limit,
    is_over: bool,
}

/// Counts a call of a route that has a limit, by whoever makes it; a wrong token is nobody's.
pub async fn count<P: Platform>(
    platform: &P,
    route: &Route,
    caller: Option<&Caller>,
    headers: &HeaderMap,
) -> Option<Counted> {
    let rate = route.rate?;
    let limit = rate.limit();
    // Off for local development and nowhere else, whatever a deployment's variables say.
    if platform.is_local() && platform.var("RATE_LIMITS").as_deref() == Some("off") {
        return None;
    }
    let is_within = platform.is_within_rate(limit.binding, &key(rate, caller, headers)).await;
    let is_over = match is_within {
        Ok(is_within) => !is_within,
        // Better a shop without limits than none.
        Err(fault) => {
            log::fault(platform, route.template, &fault.context(limit.binding).to_string());
            false
        }
    };
    Some(Counted { limit, is_over })
}

impl Counted {
    pub fn refusal(&self) -> Option<Problem> {
        let Limit { calls, period_s, .. } = self.limit;
        // The platform says yes or no, not how long the period still is: after a whole one it is surely over.
        let problem = || Problem::new(codes::rate_limited).retry_after(period_s);
        self.is_over.then(|| problem().detail(format!("at most {calls} calls in {period_s} s")))
    }

    /// Tells of the limit, and, when nothing is left of it, of that.
    pub fn tell(&self, all: &mut HeaderMap) {
        let Limit { name, calls, period_s, .. } = self.limit;
        let mut set = |header, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                all.insert(header, value);
            }
        };
        set(POLICY, format!("\"{name}\";q={calls};w={period_s}"));
        if self.is_over {
            set(STATE, format!("\"{name}\";r=0;t={period_s}"));
        }
    }
}

/// Whose calls are counted together: a user's, wherever they are, and otherwise those of one address. Who asks to be let in is nobody
/// yet, whatever token comes with it: each new account would else bring limits of its own.
fn key(rate: Rate, caller: Option<&Caller>, headers: &HeaderMap) -> String {
    let is_at_the_door = matches!(rate, Rate::Login | Rate::Registration | Rate::PasswordReset);
    match caller.and_then(|caller| caller.sub.as_ref()).filter(|_| !is_at_the_door) {
        Some(user) => user.to_string(),
        None => network(headers),
    }
}

/// Where a call comes from, as the platform says it.
pub fn network(headers: &HeaderMap) -> String {
    let address = headers.get(headers::CLIENT_ADDRESS).and_then(|value| value.to_str().ok());
    network_of(address.unwrap_or_default())
}

/// Who has one address of IPv6 has the whole /64, and can call from another one each time.
fn network_of(address: &str) -> String {
    match address.trim().parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        // The platform always names one.
        Err(_) => "nowhere".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Timestamp, id::UserId};

    #[test]
    fn calls_are_counted_by_user_and_otherwise_by_network() {
        for (address, key) in [
            ("203.0.113.7", "203.0.113.7"),
            (" 203.0.113.7 ", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
            ("::1", "0:0:0:0::/64"),
            ("203.0.113.7, 198.51.100.1", "nowhere"),
            ("203.0.113.07", "nowhere"),
            ("", "nowhere"),
        ] {
            assert_eq!(network_of(address), key, "{address}");
        }
        let mut headers = HeaderMap::new();
        assert_eq!(key(Rate::Read, None, &headers), "nowhere");
        headers.insert(headers::CLIENT_ADDRESS, "203.0.113.7".parse().unwrap());
        let guest = Caller::guest("req_1".into(), Timestamp::default());
        assert_eq!(key(Rate::Read, Some(&guest), &headers), "203.0.113.7");
        let ada = UserId::derived(&["ada"]);
        let caller = Caller { sub: Some(ada), ..guest };
        assert_eq!(key(Rate::Read, Some(&caller), &headers), ada.to_string());
        assert_eq!(key(Rate::Registration, Some(&caller), &headers), "203.0.113.7");
    }

    #[test]
    fn a_limit_is_told_as_structured_fields() {
        let limit = api::rate::Rate::Checkout.limit();
        let mut all = HeaderMap::new();
        let within = Counted { limit, is_over: false };
        within.tell(&mut all);
        assert_eq!(all[POLICY], "\"checkout\";q=20;w=60");
        assert!(!all.contains_key(STATE) && within.refusal().is_none());
        let over = Counted { is_over: true, ..within };
        over.tell(&mut all);
        assert_eq!(all[STATE], "\"checkout\";r=0;t=60");
        assert_eq!(over.refusal().and_then(|problem| problem.retry_after_s), Some(60));
    }
}
