//! Guessing ids: to somebody who may not see a thing, one that is there and one that is not are the same answer after the same work.

use super::{CALLERS, Made, Things, calls, furnished, table};

/// What reading the rows of one thing takes, in steps of SQLite's machine: the one difference that there is. What is there has to be read
/// before anybody can say whose it is; that is microseconds, behind calls between Workers that take thousands of them.
const STEPS_OF_ONE_THING: u64 = 60;

/// The same things, but for the last digit of their ids: nobody's.
fn nobodys(things: &Things) -> Things {
    let other = |text: &str| {
        let (head, digit) = text.split_at(text.len() - 1);
        format!("{head}{}", if digit == "0" { "1" } else { "0" })
    };
    let is_id = |text: &str| text.len() == 40 && text.as_bytes()[3] == b'_';
    let change = |value: &serde_json::Value| match value.as_str() {
        Some(text) if is_id(text) => other(text).into(),
        _ => value.clone(),
    };
    things.iter().map(|(name, value)| (*name, change(value))).collect()
}

/// What is told and done, without the ids that were asked for.
fn without_ids(text: &str, things: &Things) -> String {
    let ids = things.values().filter_map(|value| value.as_str()).filter(|id| id.len() == 40);
    ids.fold(text.to_owned(), |text, id| text.replace(id, "{id}"))
}

fn told(made: &Made, things: &Things) -> String {
    let answer = &made.answer;
    without_ids(&format!("{} {} {:?}", answer.status, answer.body, answer.headers), things)
}

fn done(made: &Made, things: &Things) -> Vec<String> {
    let named = |call: &kit::Call| format!("{:?} {}", call.kind, without_ids(&call.name(), things));
    made.calls.iter().map(named).collect()
}

#[test]
fn what_is_anothers_and_what_is_nobodys_are_alike() {
    let furnished = furnished();
    let mut compared = 0;
    for row in &table() {
        for (caller, expected) in CALLERS.iter().zip(row.expected) {
            if expected != 404 {
                continue;
            }
            for (what, call) in calls(row, caller, furnished) {
                let things = furnished.things(call.owner);
                let others = nobodys(things);
                for is_warm in [false, true] {
                    let there = call.make_about(things, furnished, is_warm);
                    let nowhere = call.make_about(&others, furnished, is_warm);
                    let what = format!("{} {} by {what}, warm: {is_warm}", row.method, row.template);
                    assert_eq!(told(&there, things), told(&nowhere, &others), "{what}");
                    assert_eq!(done(&there, things), done(&nowhere, &others), "{what}");
                    let more = there.steps.saturating_sub(nowhere.steps);
                    assert!(more < STEPS_OF_ONE_THING, "{what}: {more} steps more");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 50, "{compared}");
}
