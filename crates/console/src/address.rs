//! Addresses, of the API and of pages: parts and parameters, encoded.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A part of a path.
#[must_use]
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A path with more parameters; empty ones are left out.
#[must_use]
pub fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' }),
    }
}
