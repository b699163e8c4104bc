//! A form is taken from a page of the shop's own, sent by whom it was made for.

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use journeys::journey;
use kit::seed::DIVER;

use crate::pages::{buying::put, visitor};

#[test]
fn what_another_site_sends_is_refused() {
    journey(async |world| {
        let visitor = visitor(&world);
        let cart = put(&visitor, DIVER.slug).await;
        let form = cart.form("Remove", &[]);
        for (site, origin) in [
            (Some("cross-site"), None),
            (Some("same-site"), None),
            (None, Some("https://evil.example")),
            (None, Some("null")),
            (Some("cross-site"), Some("http://shop.example")),
        ] {
            let mut request = visitor.request(Method::POST, &form.action);
            if let Some(site) = site {
                request.headers_mut().insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                request.headers_mut().insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            *request.body_mut() = Bytes::from(form.body.clone());
            assert_eq!(visitor.send(request).await.status, 403, "{site:?} {origin:?}");
        }
        assert_eq!(visitor.open("/cart").await.expect(200).texts(".lines h3").len(), 1);
    });
}

#[test]
fn a_form_without_its_token_or_with_somebody_elses_is_refused() {
    journey(async |world| {
        let (ada, eve) = (visitor(&world), visitor(&world));
        let cart = put(&ada, DIVER.slug).await;
        let eves = put(&eve, DIVER.slug).await.attribute("[name=form_token]", "value");
        let form = cart.form("Remove", &[]);
        let own = cart.attribute("[name=form_token]", "value");
        for token in ["", "rubbish", &eves] {
            let body = form.body.replace(&own, token);
            let refused = ada.fetch(Method::POST, &form.action, Some(body)).await.expect(403);
            assert_eq!(refused.text("h1"), "Send it once more");
        }
        ada.fetch(Method::POST, &form.action, Some(form.body)).await.expect(303);
    });
}

#[test]
fn a_card_number_is_refused_wherever_it_is_typed() {
    journey(async |world| {
        let visitor = visitor(&world);
        put(&visitor, DIVER.slug).await;
        let address = visitor.open("/checkout").await.expect(200);
        let refused = visitor.press(&address, "Go on to shipping", &[("name", "4111 1111 1111 1111")]).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.source.contains("4111"));
    });
}
