//! Forms as they are sent, and what is wrong with them, field by field.

use api::problem::FieldError;

use crate::locale::Language;

/// What was filled in (`application/x-www-form-urlencoded`).
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn parse(body: &[u8]) -> Self {
        // Browsers end lines as mails do (HTML, section 4.10.21.4); texts of ours end them as everybody else does.
        let pairs = form_urlencoded::parse(body).into_owned();
        Self(pairs.map(|(name, value)| (name, value.replace("\r\n", "\n"))).collect())
    }

    /// What stands in a field; nothing, where it was left out or there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// As it was typed: spaces belong to a password.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn filled(&self, name: &str) -> Option<String> {
        let value = self.get(name);
        (!value.is_empty()).then(|| value.to_owned())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that was sent, in its order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// One more of a field that may be there several times.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// These fields of it, to be parsed again.
    pub fn part(&self, names: &[&str]) -> String {
        let mut text = form_urlencoded::Serializer::new(String::new());
        for name in names.iter().filter(|name| !self.get(name).is_empty()) {
            text.append_pair(name, self.get(name));
        }
        text.finish()
    }
}

/// What is wrong, by the field's name.
#[derive(Debug, Clone, Default)]
pub struct Wrong(Vec<(String, String)>);

impl Wrong {
    /// As the API says it: the last part of each pointer is the field's name.
    pub fn of(language: Language, errors: &[FieldError]) -> Self {
        let told = |error: &FieldError| {
            let field = error.pointer.rsplit('/').next().unwrap_or_default().to_owned();
            let code = error.code.to_ascii_lowercase();
            (field, language.of_code("field", &code).unwrap_or(language.field_wrong()).to_owned())
        };
        Self(errors.iter().map(told).collect())
    }

    /// Of the fields that must be filled in, those that are not.
    pub fn missing(language: Language, form: &Form, required: &[&str]) -> Self {
        let text = language.of_code("field", "required").unwrap_or_default();
        let missing = required.iter().filter(|name| form.get(name).is_empty());
        Self(missing.map(|name| ((*name).to_owned(), text.to_owned())).collect())
    }

    /// One more thing that is wrong, by its code.
    pub fn add(&mut self, language: Language, field: &str, code: &str) {
        self.0.extend(Self::one(language, field, code).0);
    }

    pub fn one(language: Language, field: &str, code: &str) -> Self {
        let text = language.of_code("field", &code.to_ascii_lowercase()).unwrap_or(language.field_wrong());
        Self(vec![(field.to_owned(), text.to_owned())])
    }

    /// With its fields called as this page calls them.
    pub fn renamed(self, to: impl Fn(&str) -> String) -> Self {
        Self(self.0.into_iter().map(|(name, text)| (to(&name), text)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> u64 {
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    pub fn of_field(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}
