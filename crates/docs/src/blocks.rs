//! Blocks of code of a page, for those who run them.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::markdown::OPTIONS;

/// A block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// What is said behind the fence: the language first. Empty for an indented block.
    pub info: String,
    /// The heading of the third level that it stands under.
    pub heading: String,
    /// What is in it.
    pub text: String,
}

impl Block {
    /// The language.
    #[must_use]
    pub fn language(&self) -> &str {
        self.info.split_whitespace().next().unwrap_or_default()
    }
}

/// All blocks of a page, in order.
#[must_use]
pub fn blocks(markdown: &str) -> Vec<Block> {
    let (mut blocks, mut heading): (Vec<Block>, String) = (Vec::new(), String::new());
    let (mut in_heading, mut in_block) = (false, false);
    for (event, range) in Parser::new_ext(markdown, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                heading.clear();
                in_heading = level == HeadingLevel::H3;
            }
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                let line = markdown[..range.start].lines().count().max(1);
                let line = line + usize::from(markdown[..range.start].ends_with('\n'));
                blocks.push(Block { line, info, heading: heading.clone(), text: String::new() });
                in_block = true;
            }
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(text) | Event::Code(text) if in_heading => heading.push_str(&text),
            Event::Text(text) if in_block => {
                if let Some(block) = blocks.last_mut() {
                    block.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_found_with_their_lines() {
        let page = "# A\n\nText.\n\n### `b`\n\n```sh serve\nducat serve\n```\n\n    indented\n    twice\n";
        let found = blocks(page);
        let short: Vec<_> = found
            .iter()
            .map(|block| (block.line, block.info.as_str(), block.heading.as_str(), block.text.as_str()))
            .collect();
        assert_eq!(short, [(7, "sh serve", "b", "ducat serve\n"), (11, "", "b", "indented\ntwice\n")]);
        assert_eq!(found[0].language(), "sh");
    }
}
