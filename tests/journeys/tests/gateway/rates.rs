//! How often whom may call what.

use api::{
    rate::Rate,
    routes::{self, Access, Method},
};
use journeys::journey;
use kit::{
    Answer, Plan, Shop, Who,
    client::Ask,
    config::{SimpleLimit, Wrangler},
    mounts::Inside,
    seed::DIVER,
    token::user,
};
use serde_json::json;

const ADDRESS: &str = "cf-connecting-ip";

/// A call of each class that is cheap.
fn ask(shop: &Shop<Inside>, rate: Rate) -> Ask<Inside> {
    match rate {
        Rate::Read => shop.get(format!("/v1/products/{}", DIVER.slug)),
        Rate::Write => shop.post("/v1/carts").json(&json!({ "no_such_field": 1 })),
        Rate::Checkout => shop.post("/v1/orders").json(&json!({})).key("k"),
        Rate::Login => shop.post("/v1/auth/login").json(&json!({})),
        Rate::Registration => shop.post("/v1/users").json(&json!({})),
        Rate::PasswordReset => shop.post("/v1/auth/password-reset").json(&json!({})),
    }
}

/// Calls until nothing is left.
async fn use_up(rate: Rate, call: impl Fn() -> Ask<Inside>) {
    for number in 0..rate.limit().calls {
        let answer = call().send().await;
        assert_ne!(answer.status, 429, "call {number}: {answer:?}");
    }
}

fn policy(rate: Rate) -> String {
    let limit = rate.limit();
    format!("\"{}\";q={};w={}", limit.name, limit.calls, limit.period_s)
}

fn assert_refused(answer: Answer, rate: Rate) {
    let (limit, answer) = (rate.limit(), answer.refused(429, "rate_limited"));
    assert_eq!(answer.header("ratelimit-policy"), Some(policy(rate).as_str()));
    let state = format!("\"{}\";r=0;t={}", limit.name, limit.period_s);
    assert_eq!(answer.header("ratelimit"), Some(state.as_str()));
    assert_eq!(answer.header("retry-after"), Some(limit.period_s.to_string().as_str()));
}

#[test]
fn what_callers_are_told_is_what_the_platform_counts() {
    let mut bound = Wrangler::read(".").ratelimits;
    for rate in Rate::ALL {
        let limit = rate.limit();
        let at = bound.iter().position(|one| one.name == limit.binding);
        let one = bound.remove(at.unwrap_or_else(|| panic!("{} is not in wrangler.toml", limit.binding)));
        assert_eq!(one.simple, SimpleLimit { limit: limit.calls, period: limit.period_s }, "{}", one.name);
        assert!(matches!(one.simple.period, 10 | 60), "the platform counts over no other period");
        assert!(
            bound.iter().all(|other| other.namespace_id != one.namespace_id),
            "{} shares its counts",
            one.name
        );
    }
    assert_eq!(bound, [], "nothing counts by these");
}

#[test]
fn a_route_has_the_limit_of_its_kind_unless_it_says_another() {
    for route in routes::ALL {
        let expected = match (route.access, route.method) {
            _ if *route == routes::HEALTH => None,
            _ if *route == routes::ORDER_PLACE => Some(Rate::Checkout),
            (Access::Provider, _) => None,
            (_, Method::Get) => Some(Rate::Read),
            // Those that say another class than their kind's are stricter.
            _ => route.rate.filter(|rate| rate.limit().calls <= Rate::Write.limit().calls),
        };
        assert_eq!(route.rate, expected, "{} {}", route.method.as_str(), route.template);
    }
}

#[test]
fn every_class_has_a_limit_of_its_own_that_ends_with_its_period() {
    journey(async |world| {
        world.set_var("RATE_LIMITS", "on");
        let shop = world.client();
        for rate in Rate::ALL {
            let call = || ask(&shop, rate).header(ADDRESS, "203.0.113.7");
            world.advance(60_000).await;
            let first = call().send().await;
            assert_eq!(first.header("ratelimit-policy"), Some(policy(rate).as_str()));
            assert_eq!((first.header("ratelimit"), first.header("retry-after")), (None, None));
            world.advance(60_000).await;
            use_up(rate, call).await;
            assert_refused(call().send().await, rate);
            for other in Rate::ALL.into_iter().filter(|other| *other != rate) {
                let answer = ask(&shop, other).header(ADDRESS, "203.0.113.7").send().await;
                assert_ne!(answer.status, 429, "{other:?} is counted with {rate:?}");
            }
            world.advance(u64::from(rate.limit().period_s) * 1_000).await;
            assert_ne!(call().send().await.status, 429, "{rate:?}");
        }
    });
}

#[test]
fn calls_are_counted_by_user_and_otherwise_by_address() {
    journey(async |world| {
        world.set_var("RATE_LIMITS", "on");
        let shop = world.client();
        let rate = Rate::Checkout;
        let from = |address: &'static str| ask(&shop, rate).header(ADDRESS, address);
        let by = |name: &str, address: &'static str| from(address).by(Who::Customer(user(name)));

        use_up(rate, || from("203.0.113.7")).await;
        assert_refused(from("203.0.113.7").send().await, rate);
        assert_ne!(from("203.0.113.8").send().await.status, 429, "somebody else");
        assert_ne!(by("ada", "203.0.113.7").send().await.status, 429, "a user behind the same address");

        use_up(rate, || by("grace", "203.0.113.9")).await;
        assert_refused(by("grace", "198.51.100.1").send().await, rate);
        assert_ne!(by("ada", "203.0.113.9").send().await.status, 429, "another user at the same address");

        // Whoever has one address of IPv6 has its whole network.
        use_up(rate, || from("2001:db8:1:2::1")).await;
        assert_refused(from("2001:db8:1:2:ffff::2").send().await, rate);
        assert_ne!(from("2001:db8:1:3::1").send().await.status, 429, "the network beside it");

        // Guessing tokens is counted by where it comes from, and is not answered for ever.
        let guess = || from("198.51.100.7").header("authorization", "Bearer nonsense");
        use_up(rate, guess).await;
        assert_refused(guess().send().await, rate);
    });
}

/// Each account would else bring limits of its own, to open the next ones with.
#[test]
fn who_asks_to_be_let_in_is_counted_by_address_whatever_token_they_bring() {
    journey(async |world| {
        world.set_var("RATE_LIMITS", "on");
        let shop = world.client();
        for rate in [Rate::Login, Rate::Registration, Rate::PasswordReset] {
            let by =
                |name: &str| ask(&shop, rate).header(ADDRESS, "203.0.113.7").by(Who::Customer(user(name)));
            use_up(rate, || by("ada")).await;
            assert_refused(by("grace").send().await, rate);
        }
    });
}

#[test]
fn what_is_not_limited_is_never_refused() {
    journey(async |world| {
        world.set_var("RATE_LIMITS", "on");
        let shop = world.client();
        for _ in 0..2 * Rate::Read.limit().calls {
            let answer = shop.get("/health").send().await.expect(200);
            assert_eq!(answer.header("ratelimit-policy"), None);
            let webhook = shop.post("/v1/payments/webhooks/test").json(&json!({}));
            webhook.send().await.refused(400, "webhook_signature_invalid");
        }
    });
}

#[test]
fn limits_are_off_in_local_development_alone() {
    journey(async |world| {
        let shop = world.client();
        let many = async |status: u16| {
            for _ in 0..Rate::Read.limit().calls {
                ask(&shop, Rate::Read).send().await;
            }
            ask(&shop, Rate::Read).send().await.expect(status)
        };
        assert_eq!(many(200).await.header("ratelimit-policy"), None, "nothing is counted");
        world.set_var("ENVIRONMENT", "production");
        many(429).await;
    });
}

#[test]
fn a_limiter_that_does_not_answer_lets_everybody_in() {
    journey(async |world| {
        world.set_var("RATE_LIMITS", "on");
        let shop = world.client();
        world.calls.begin();
        let until_ms = u64::MAX;
        world.calls.plan(Plan::Down { what: "router → RATE_READS".to_owned(), until_ms });
        let answer = ask(&shop, Rate::Read).send().await.expect(200);
        assert_eq!(answer.header("ratelimit-policy"), Some(policy(Rate::Read).as_str()));
        let errors = world.errors();
        assert!(errors.len() == 1 && errors[0].contains("RATE_READS"), "{errors:?}");
    });
}
