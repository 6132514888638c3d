//! `SUMMARY.md`: which pages there are, in order, as mdBook reads it.

use crate::markdown::{Link, outline};

/// Pages under one title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The title; empty for what comes before the first.
    pub title: String,
    /// The pages.
    pub chapters: Vec<Chapter>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// What it is called in the summary.
    pub title: String,
    /// Its file, from the folder of the documents.
    pub file: String,
    /// How deep it is in the list, from 0.
    pub depth: usize,
}

/// Reads a summary.
#[must_use]
pub fn summary(markdown: &str) -> Vec<Part> {
    let mut parts = vec![Part { title: String::new(), chapters: Vec::new() }];
    // The first title is that of the summary itself.
    for line in markdown.lines().skip_while(|line| line.trim().is_empty()).skip(1) {
        if let Some(title) = line.strip_prefix("# ") {
            parts.push(Part { title: title.trim().to_owned(), chapters: Vec::new() });
            continue;
        }
        let outline = outline(line.trim_start());
        let Some(Link { target, text, .. }) = outline.links.into_iter().next() else { continue };
        let depth = (line.len() - line.trim_start().len()) / 2;
        if let Some(part) = parts.last_mut() {
            part.chapters.push(Chapter { title: text, file: target, depth });
        }
    }
    parts.retain(|part| !part.chapters.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_chapters() {
        let parts = summary("# Summary\n\n[Start](README.md)\n\n# Use\n\n- [A](a.md)\n  - [`B` c](a/b.md)\n");
        let chapter =
            |title: &str, file: &str, depth| Chapter { title: title.to_owned(), file: file.to_owned(), depth };
        let part = |title: &str, chapters| Part { title: title.to_owned(), chapters };
        let start = part("", vec![chapter("Start", "README.md", 0)]);
        assert_eq!(parts, [start, part("Use", vec![chapter("A", "a.md", 0), chapter("B c", "a/b.md", 1)])]);
    }
}
