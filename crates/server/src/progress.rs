//! Bars that show how far a long piece of work is, where a terminal can show them.

use indicatif::{ProgressBar, ProgressStyle};

/// How much there is to do.
pub enum Total {
    /// So many bytes.
    Bytes(u64),
    /// So many of something.
    Count(u64),
    /// No one knows.
    Unknown,
}

/// A bar when the terminal can show it.
pub fn progress_bar(total: Total, unit: &str) -> ProgressBar {
    let (bar, template) = match total {
        Total::Bytes(total) => (ProgressBar::new(total), "{bar:40} {bytes}/{total_bytes} {eta}".to_owned()),
        Total::Count(total) => {
            (ProgressBar::new(total), format!("{{bar:40}} {{human_pos}}/{{human_len}} {unit} {{eta}}"))
        }
        Total::Unknown => (ProgressBar::new_spinner(), format!("{{spinner}} {{human_pos}} {unit} {{elapsed}}")),
    };
    match ProgressStyle::with_template(&template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
