//! A document of the API as the console reads it.
//!
//! - A field that is missing is shown as nothing; it never stops a page.
//! - Amounts are read as whole minor units whether they come as numbers or as strings.

use serde_json::Value;

/// A document, or a part of one.
#[derive(Debug, Clone, Default)]
pub struct Record(Value);

impl From<Value> for Record {
    fn from(value: Value) -> Record {
        Record(value)
    }
}

impl Record {
    /// A string; empty where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.maybe(field).unwrap_or_default()
    }

    /// A string that may be missing.
    pub fn maybe(&self, field: &str) -> Option<&str> {
        self.0.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A number or a string, as it is written.
    pub fn written(&self, field: &str) -> String {
        match self.0.get(field) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        }
    }

    /// A whole number of minor units, up to 38 digits.
    pub fn amount(&self, field: &str) -> Option<i128> {
        self.written(field).parse().ok()
    }

    /// A count; 0 where there is none.
    pub fn count(&self, field: &str) -> u64 {
        self.written(field).parse().unwrap_or_default()
    }

    /// A flag; false where there is none.
    pub fn flag(&self, field: &str) -> bool {
        self.0.get(field).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A document within this one.
    pub fn part(&self, field: &str) -> Option<Record> {
        self.0.get(field).filter(|value| !value.is_null()).cloned().map(Record)
    }

    /// The documents of a list; none where there is no list.
    pub fn list(&self, field: &str) -> Vec<Record> {
        let list = self.0.get(field).and_then(Value::as_array);
        list.into_iter().flatten().cloned().map(Record).collect()
    }

    /// The strings of a list.
    pub fn texts(&self, field: &str) -> Vec<String> {
        let list = self.0.get(field).and_then(Value::as_array);
        list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// The fields of a document within this one, in their order.
    pub fn fields(&self, field: &str) -> Vec<(String, Record)> {
        let fields = self.0.get(field).and_then(Value::as_object);
        fields.into_iter().flatten().map(|(name, value)| (name.clone(), Record(value.clone()))).collect()
    }

    /// The value itself, as JSON or as the string that it is.
    pub fn shown(&self) -> String {
        match &self.0 {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        }
    }

    /// The JSON value.
    pub fn json(&self) -> &Value {
        &self.0
    }
}
