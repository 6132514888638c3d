//! Texts in CSV that a spreadsheet would take for formulas.
//!
//! A spreadsheet computes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return. Such a text is
//! written with a `'` in front, and read without it. So that nothing is lost on the way, a text that begins with such a
//! `'` already gets one more: what is read is always what was written.

use std::borrow::Cow;

use clap::ValueEnum;

/// What becomes of texts that look like formulas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Formulas {
    /// A `'` in front keeps a spreadsheet from computing them.
    Guard,
    /// They stay as they are.
    Keep,
}

fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text as it is written.
pub fn write(text: &str, formulas: Formulas) -> Cow<'_, str> {
    match formulas {
        Formulas::Guard if is_formula(text) => Cow::Owned(format!("'{text}")),
        Formulas::Guard | Formulas::Keep => Cow::Borrowed(text),
    }
}

/// A text as it was before it was written.
pub fn read(text: &str, formulas: Formulas) -> &str {
    match formulas {
        Formulas::Guard if is_formula(text) => text.strip_prefix('\'').unwrap_or(text),
        Formulas::Guard | Formulas::Keep => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-5", "'-5"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'quoted'", "'quoted'"),
            ("a=b", "a=b"),
            ("", ""),
            ("'", "'"),
        ] {
            assert_eq!(write(text, Formulas::Guard), written, "{text:?}");
            assert_eq!(read(written, Formulas::Guard), text, "{text:?}");
            assert_eq!(write(text, Formulas::Keep), text);
            assert_eq!(read(text, Formulas::Keep), text);
        }
        // What others wrote without a guard is read as it is.
        assert_eq!(read("=1+1", Formulas::Guard), "=1+1");
    }
}
