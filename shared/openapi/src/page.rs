//! The document as a page to read: one file of plain HTML with its looks inside, as nothing may run or be fetched there.
//!
//! It opens and closes by `<details>`, so it is read by keyboard and by ear as any page is.

use api::problem::codes;
use serde_json::Value;
use std::fmt::Write;

use crate::example;

const LOOKS: &str = include_str!("page.css");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The page of a document.
pub fn page(document: &Value) -> String {
    let mut page = Page { document, html: String::new() };
    page.write();
    page.html
}

struct Page<'d> {
    document: &'d Value,
    html: String,
}

impl<'d> Page<'d> {
    fn add(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Writes into a text, which never fails.
    fn put(&mut self, html: std::fmt::Arguments<'_>) {
        let _ = self.html.write_fmt(html);
    }

    fn write(&mut self) {
        let info = &self.document["info"];
        let (title, version) = (text(&info["title"]), text(&info["version"]));
        self.put(format_args!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}: what it can be asked</title>\n\
             <style>\n{LOOKS}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the routes</a>\n"
        ));
        self.contents();
        self.put(format_args!("<main id=\"main\">\n<header>\n<h1>{title} <small>{version}</small></h1>\n"));
        for paragraph in info["description"].as_str().unwrap_or_default().trim().split("\n\n") {
            self.put(format_args!("<p>{}</p>\n", prose(paragraph)));
        }
        self.add(
            "<p>The same for programs: <a href=\"/openapi.json\">/openapi.json</a> (OpenAPI 3.1).</p>\n</header>\n",
        );
        for tag in each(&self.document["tags"]) {
            self.part(tag);
        }
        self.codes();
        self.shapes();
        self.add("</main>\n</body>\n</html>\n");
    }

    fn contents(&mut self) {
        self.add("<nav aria-label=\"Contents\">\n<ul>\n");
        for tag in each(&self.document["tags"]) {
            let name = text(&tag["name"]);
            self.put(format_args!("<li><a href=\"#{name}\">{name}</a></li>\n"));
        }
        self.add("<li><a href=\"#problems\">problems</a></li>\n<li><a href=\"#shapes\">shapes</a></li>\n</ul>\n</nav>\n");
    }

    /// The routes of one service.
    fn part(&mut self, tag: &Value) {
        let name = text(&tag["name"]);
        self.put(format_args!(
            "<section aria-labelledby=\"{name}\">\n<h2 id=\"{name}\">{name}</h2>\n<p>{}</p>\n",
            prose(tag["description"].as_str().unwrap_or_default())
        ));
        for (path, operations) in fields(&self.document["paths"]) {
            for method in METHODS {
                let Some(operation) = operations.get(method) else { continue };
                if each(&operation["tags"]).any(|own| own == &tag["name"]) {
                    self.route(path, method, operation);
                }
            }
        }
        self.add("</section>\n");
    }

    fn route(&mut self, path: &str, method: &str, operation: &'d Value) {
        let id = text(&operation["operationId"]);
        self.put(format_args!(
            "<details class=\"route\" id=\"{id}\">\n<summary><span class=\"method {method}\">{}</span> \
             <code>{}</code> <span class=\"about\">{}</span></summary>\n<p>{}</p>\n",
            method.to_uppercase(),
            escape(path).replace('/', "/<wbr>"),
            text(&operation["summary"]),
            prose(operation["description"].as_str().unwrap_or_default()),
        ));
        self.security(operation);
        self.parameters(operation);
        if let Some(body) = operation.get("requestBody") {
            let needed = if body["required"] == true { "" } else { ", which may be left out" };
            self.put(format_args!("<h4>Body{needed}</h4>\n"));
            self.contents_of(&body["content"]);
        }
        self.answers(operation);
        self.add("</details>\n");
    }

    fn security(&mut self, operation: &Value) {
        let schemes = self.component("securitySchemes");
        let ways: Vec<String> = each(&operation["security"])
            .map(|way| {
                let all: Vec<String> = fields(way)
                    .map(|(name, _)| match schemes.get(name).and_then(|scheme| scheme["name"].as_str()) {
                        Some(header) => format!("<code>{}</code>", escape(header)),
                        None => "<code>Authorization: Bearer</code>".to_owned(),
                    })
                    .collect();
                if all.is_empty() { "nothing".to_owned() } else { all.join(" and ") }
            })
            .collect();
        if !ways.is_empty() {
            self.put(format_args!("<p>Shown by the caller: {}.</p>\n", ways.join(", or ")));
        }
    }

    fn parameters(&mut self, operation: &Value) {
        let mut parameters = each(&operation["parameters"]).peekable();
        if parameters.peek().is_none() {
            return;
        }
        self.add(
            "<h4>Parameters</h4>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Parameters\"><table>\n<thead><tr>\
             <th scope=\"col\">Name</th><th scope=\"col\">In</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n",
        );
        for parameter in parameters {
            let needed = if parameter["required"] == true { " <em>required</em>" } else { "" };
            let shape = self.shape(&parameter["schema"]);
            self.put(format_args!(
                "<tr><th scope=\"row\"><code>{}</code>{needed}</th><td>{}</td><td>{shape} {}</td></tr>\n",
                text(&parameter["name"]),
                text(&parameter["in"]),
                prose(parameter["description"].as_str().unwrap_or_default()),
            ));
        }
        self.add("</tbody>\n</table></div>\n");
    }

    fn contents_of(&mut self, content: &Value) {
        let mut shown = None;
        for (kind, media) in fields(content) {
            let schema = media["schema"].get("x-line").unwrap_or(&media["schema"]);
            let shape = self.shape(schema);
            let line = if media["schema"].get("x-line").is_some() { " on each line" } else { "" };
            self.put(format_args!("<p><code>{}</code>: {shape}{line}</p>\n", escape(kind)));
            shown = shown.or_else(|| kind.ends_with("json").then_some(schema));
        }
        let Some(schema) = shown else { return };
        let example = example::of(self.document, schema, 0);
        let json = serde_json::to_string_pretty(&example).unwrap_or_default();
        self.put(format_args!(
            "<pre tabindex=\"0\" aria-label=\"Example\"><code>{}</code></pre>\n",
            escape(&json)
        ));
    }

    fn answers(&mut self, operation: &'d Value) {
        self.add("<h4>Answers</h4>\n<dl>\n");
        for (status, answer) in fields(&operation["responses"]) {
            let answer = self.resolved(answer);
            self.put(format_args!(
                "<dt><code>{status}</code></dt><dd><p>{}</p>\n",
                prose(answer["description"].as_str().unwrap_or_default())
            ));
            if status.starts_with('2') && answer.get("content").is_some() {
                self.contents_of(&answer["content"]);
            }
            self.add("</dd>\n");
        }
        self.add("</dl>\n");
    }

    fn codes(&mut self) {
        self.add(
            "<section aria-labelledby=\"problems\">\n<h2 id=\"problems\">problems</h2>\n\
             <div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Problems\"><table>\n<thead><tr><th scope=\"col\">Code</th>\
             <th scope=\"col\">Status</th><th scope=\"col\">What</th></tr></thead>\n<tbody>\n",
        );
        for code in codes::ALL {
            self.put(format_args!(
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>\n",
                code.code,
                code.status,
                escape(code.title)
            ));
        }
        self.add("</tbody>\n</table></div>\n</section>\n");
    }

    fn shapes(&mut self) {
        self.add("<section aria-labelledby=\"shapes\">\n<h2 id=\"shapes\">shapes</h2>\n");
        for (name, schema) in fields(self.component("schemas")) {
            let shape = self.shape(schema);
            self.put(format_args!(
                "<h3 id=\"shape-{name}\">{name}</h3>\n<p>{shape} {}</p>\n",
                prose(schema["description"].as_str().unwrap_or_default())
            ));
            if schema.get("properties").is_some() {
                self.fields_of(schema);
            }
        }
        self.add("</section>\n");
    }

    fn fields_of(&mut self, schema: &Value) {
        self.add("<dl class=\"fields\">\n");
        for (name, field) in fields(&schema["properties"]) {
            let is_needed = each(&schema["required"]).any(|required| required == name.as_str());
            let needed = if is_needed { " <em>required</em>" } else { "" };
            let shape = self.shape(field);
            self.put(format_args!(
                "<dt><code>{}</code>{needed}</dt><dd>{shape} {}</dd>\n",
                escape(name),
                prose(field["description"].as_str().unwrap_or_default())
            ));
        }
        self.add("</dl>\n");
    }

    fn component(&self, part: &str) -> &'d Value {
        const NOTHING: &Value = &Value::Null;
        self.document.pointer(&format!("/components/{part}")).unwrap_or(NOTHING)
    }

    fn resolved(&self, value: &'d Value) -> &'d Value {
        let pointer = value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }

    /// A schema in few words, with links to those that have a name.
    fn shape(&self, schema: &Value) -> String {
        if let Some(name) = schema["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
            return format!("<a href=\"#shape-{name}\">{name}</a>");
        }
        let all = |list: &str, word: &str| {
            let parts: Vec<_> =
                each(&schema[list]).map(|one| self.shape(one)).filter(|one| !one.is_empty()).collect();
            (!parts.is_empty()).then(|| parts.join(word))
        };
        if let Some(parts) =
            all("anyOf", " or ").or_else(|| all("oneOf", " or ")).or_else(|| all("allOf", ", "))
        {
            return parts;
        }
        let words: Vec<_> = each(&schema["enum"]).filter_map(Value::as_str).map(code).collect();
        if !words.is_empty() {
            return words.join(", ");
        }
        if let Some(only) = schema.get("const") {
            return code(&only.to_string());
        }
        if schema["type"] == "array" {
            return format!("list of {}{}", self.shape(&schema["items"]), limits(schema));
        }
        let kinds: Vec<_> = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect(),
        };
        format!("{}{}", kinds.join(" or "), limits(schema))
    }
}

/// What a value may be at least and at most, and how it must look.
fn limits(schema: &Value) -> String {
    let mut limits = Vec::new();
    for (least, most, what) in [
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", ""),
        ("minProperties", "maxProperties", " fields"),
    ] {
        match (schema.get(least), schema.get(most)) {
            (Some(least), Some(most)) => limits.push(format!("{least} to {most}{what}")),
            (Some(least), None) => limits.push(format!("at least {least}{what}")),
            (None, Some(most)) => limits.push(format!("at most {most}{what}")),
            (None, None) => {}
        }
    }
    if let Some(format) = schema["format"].as_str().filter(|format| !format.starts_with("int")) {
        limits.push(escape(format));
    }
    // A long pattern tells a reader nothing that its description does not.
    if let Some(pattern) = schema["pattern"].as_str().filter(|pattern| pattern.len() < 60) {
        limits.push(code(pattern));
    }
    if limits.is_empty() { String::new() } else { format!(" ({})", limits.join(", ")) }
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

/// For text; nothing of the document stands in an attribute but names of ours.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What stands between backticks is code.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate().map(
        |(index, part)| {
            if index % 2 == 1 { code(part) } else { escape(part) }
        },
    );
    parts.collect()
}
