//! What staff do is written down before it is done, here, where all of it passes.

use http::{Method, Response};

use api::{
    audit::{BeginAction, EndAction},
    identity::Caller,
    routes::{Route, subject},
};
use domain::id::ActionId;
use platform::{Failure, Platform, log};

use crate::reach;

/// Of whoever may do more than a shopper, what changes something. Where nothing can be written down, nothing is done.
pub async fn begin<P: Platform>(
    platform: &P,
    route: &Route,
    caller: &Caller,
    method: &Method,
    path: &str,
) -> Result<Option<ActionId>, Failure> {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let Some(user) = caller.sub.filter(|_| caller.is_staff() && !is_read) else { return Ok(None) };
    let line = BeginAction {
        id: ActionId::new(platform.seed()),
        user,
        action: format!("{} {}", method, route.template),
        subject: subject(route.template, path),
        at: platform.now(),
    };
    reach::call(platform, &line).await?;
    Ok(Some(line.id))
}

/// What came of it, without anybody waiting for it to be written.
pub fn end<P: Platform, B>(platform: &P, action: Option<ActionId>, answer: &Result<Response<B>, Failure>) {
    let Some(id) = action else { return };
    let status = match answer {
        Ok(answer) => answer.status().as_u16(),
        Err(Failure::Problem(problem)) => problem.status(),
        Err(Failure::Fault(fault)) => fault.problem().status(),
    };
    let own = platform.clone();
    platform.background(async move {
        if let Err(Failure::Fault(fault)) = reach::call(&own, &EndAction { id, status }).await {
            log::fault(&own, "audit", &fault.to_string());
        }
    });
}
