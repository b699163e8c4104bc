//! Structured log lines: one JSON object each, one per request and hop, masked, without personal data.

use serde::Serialize;

use domain::{DurationMs, card};

use crate::Platform;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Info,
    Warn,
    Error,
}

/// What one hop did.
#[derive(Debug, Serialize)]
struct Line<'a> {
    at: String,
    level: Level,
    service: &'a str,
    /// The route's template or the message's type: never a raw path.
    route: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<DurationMs>,
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// What is told of one hop.
#[derive(Debug, Clone, Copy)]
pub struct Hop<'a> {
    pub route: &'a str,
    pub method: Option<&'a str>,
    pub status: Option<u16>,
    pub ms: Option<DurationMs>,
    pub error: Option<&'a str>,
}

/// Writes the line of one request, message or alarm.
pub fn hop<P: Platform>(platform: &P, hop: Hop<'_>) {
    let level = match hop.status {
        Some(500..) => Level::Error,
        _ if hop.error.is_some() => Level::Warn,
        _ => Level::Info,
    };
    write(platform, level, hop);
}

/// Writes a line about something that went wrong outside any request's own answer.
pub fn fault<P: Platform>(platform: &P, route: &str, error: &str) {
    write(platform, Level::Error, Hop { route, method: None, status: None, ms: None, error: Some(error) });
}

fn write<P: Platform>(platform: &P, level: Level, hop: Hop<'_>) {
    let context = platform.context();
    let line = Line {
        at: platform.now().to_rfc3339(),
        level,
        service: context.service,
        route: hop.route,
        method: hop.method,
        status: hop.status,
        ms: hop.ms,
        trace_id: context.trace.trace_id(),
        span_id: context.trace.span_id(),
        parent_span_id: context.parent_span.map(|span| context.trace.child(span).span_id()),
        request_id: &context.request_id,
        error: hop.error,
    };
    let text = api::json::write(&line).unwrap_or_default();
    platform.write_log(if hop.error.is_some() { card::mask(&text).into_owned() } else { text });
}
