//! Markdown: what a page has, and what it looks like in HTML.
//!
//! Anchors of headings are those that forges make, so a link that works there works here.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What is written beyond CommonMark.
pub(crate) const OPTIONS: Options = Options::ENABLE_TABLES;

/// What a page has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Its title: the first heading.
    pub title: String,
    /// Anchors of its headings.
    pub anchors: Vec<String>,
    /// Headings of the second level, with their anchors.
    pub sections: Vec<(String, String)>,
    /// Where it leads.
    pub links: Vec<Link>,
}

/// A link, or a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The line that it begins on, from 1.
    pub line: usize,
    /// Where it leads, as it is written.
    pub target: String,
    /// What is shown.
    pub text: String,
}

impl Link {
    /// The file that it names, as a path from where the page's own path begins, and the heading there. An empty heading is the
    /// page as a whole. Nothing, where it leads to another host.
    ///
    /// # Errors
    /// [`Outside`] when it leads above where paths begin.
    pub fn leads_to(from: &str, target: &str) -> Result<Option<(String, String)>, Outside> {
        if target.contains("://") || target.starts_with("mailto:") {
            return Ok(None);
        }
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        if file.is_empty() {
            return Ok(Some((from.to_owned(), heading.to_owned())));
        }
        let mut parts: Vec<&str> = from.split('/').collect();
        parts.pop();
        for part in file.split('/') {
            match part {
                "." | "" => {}
                ".." => drop(parts.pop().ok_or(Outside)?),
                part => parts.push(part),
            }
        }
        Ok(Some((parts.join("/"), heading.to_owned())))
    }
}

/// A link leads out of the folder that pages are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside;

/// A page in HTML.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rendered {
    pub outline: Outline,
    pub html: String,
}

/// Reads what a page has.
#[must_use]
pub fn outline(markdown: &str) -> Outline {
    read(markdown).0
}

/// Renders a page. A link is led where `lead` says, or is shown as text alone.
pub(crate) fn render(markdown: &str, lead: impl Fn(&str) -> Option<String>) -> Rendered {
    let (outline, events) = read(markdown);
    // Links may be nested in pictures' descriptions: each end belongs to the last start.
    let mut led = Vec::new();
    let events = events.into_iter().filter_map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let target = lead(&dest_url);
            led.push(target.is_some());
            target.map(|target| Event::Start(Tag::Link { link_type, dest_url: target.into(), title, id }))
        }
        Event::End(TagEnd::Link) => led.pop().unwrap_or(false).then_some(event),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            let dest_url = lead(&dest_url).map_or(dest_url, CowStr::from);
            Some(Event::Start(Tag::Image { link_type, dest_url, title, id }))
        }
        // Pages are Markdown: what looks like HTML is a comment, and is for those who write.
        Event::Html(_) | Event::InlineHtml(_) => None,
        event => Some(event),
    });
    let mut html = String::new();
    html::push_html(&mut html, events);
    Rendered { outline, html }
}

/// The outline, and the events with anchors on the headings.
fn read(markdown: &str) -> (Outline, Vec<Event<'_>>) {
    let (mut outline, mut events) = (Outline::default(), Vec::new());
    let mut taken: HashMap<String, usize> = HashMap::new();
    // The heading that is open: where it begins, and its text. The links that are open: their places.
    let mut heading: Option<(usize, String)> = None;
    let mut open: Vec<usize> = Vec::new();
    for (event, range) in Parser::new_ext(markdown, OPTIONS).into_offset_iter() {
        match &event {
            Event::Start(Tag::Heading { .. }) => heading = Some((events.len(), String::new())),
            Event::End(TagEnd::Heading(level)) => {
                if let Some((start, text)) = heading.take() {
                    let anchor = anchor(&text, &mut taken);
                    if let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(start) {
                        *id = Some(anchor.clone().into());
                    }
                    if outline.title.is_empty() {
                        outline.title.clone_from(&text);
                    }
                    if *level == HeadingLevel::H2 {
                        outline.sections.push((text, anchor.clone()));
                    }
                    outline.anchors.push(anchor);
                }
            }
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                open.push(outline.links.len());
                let line = markdown[..range.start].matches('\n').count() + 1;
                outline.links.push(Link { line, target: dest_url.to_string(), text: String::new() });
            }
            Event::End(TagEnd::Link | TagEnd::Image) => drop(open.pop()),
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, heading)) = &mut heading {
                    heading.push_str(text);
                }
                for place in &open {
                    outline.links[*place].text.push_str(text);
                }
            }
            _ => {}
        }
        events.push(event);
    }
    (outline, events)
}

/// The anchor of a heading: letters, digits, hyphens and underscores of it, with a number where it was taken.
fn anchor(heading: &str, taken: &mut HashMap<String, usize>) -> String {
    let kept = |c: char| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    };
    let slug: String = heading.to_lowercase().chars().filter_map(kept).collect();
    let times = taken.entry(slug.clone()).or_insert(0);
    *times += 1;
    if *times == 1 { slug } else { format!("{slug}-{}", *times - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchors_are_those_of_forges() {
        let page = "# Keys, and who has them\n## `POST /v1`\n## Clocks\n## Clocks\n[a](b.md#c) ![d](e.svg)\n";
        let outline = outline(page);
        assert_eq!(outline.title, "Keys, and who has them");
        assert_eq!(outline.anchors, ["keys-and-who-has-them", "post-v1", "clocks", "clocks-1"]);
        assert_eq!(outline.sections.len(), 3);
        let links: Vec<_> = outline.links.iter().map(|link| (link.line, &*link.target, &*link.text)).collect();
        assert_eq!(links, [(5, "b.md#c", "a"), (5, "e.svg", "d")]);
    }

    #[test]
    fn links_are_led_or_left_out() {
        let lead = |target: &str| target.strip_suffix(".md").map(|page| format!("/docs/{page}"));
        let html = render("# A\n[b](b.md) [c](../c.toml) <!-- d --> <script>", lead).html;
        assert_eq!(html.trim(), "<h1 id=\"a\">A</h1>\n<p><a href=\"/docs/b\">b</a> c  </p>");
    }
}
