//! The documents: every link leads somewhere, and the summary has every page.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ducat_docs::{Link, Outline, outline, summary};

/// Folders that hold no documents of the project.
const ELSEWHERE: [&str; 3] = ["target", ".git", "node_modules"];

/// Checks links and the summary.
pub fn check(root: &Path) -> anyhow::Result<()> {
    let mut pages = BTreeMap::new();
    read(root, Path::new(""), &mut pages)?;
    let mut wrong = Vec::new();
    let mut links = 0;
    for (file, page) in &pages {
        for link in &page.links {
            links += 1;
            if let Err(why) = follow(root, &pages, file, &link.target) {
                wrong.push(format!("{}, line {}: {} {why}", file.display(), link.line, link.target));
            }
        }
    }
    let text = std::fs::read_to_string(root.join("docs/SUMMARY.md")).context("docs/SUMMARY.md")?;
    let chapters = summary(&text).into_iter().flat_map(|part| part.chapters);
    let named: BTreeSet<PathBuf> = chapters.map(|chapter| Path::new("docs").join(chapter.file)).collect();
    for page in pages.keys().filter(|page| page.starts_with("docs") && !page.ends_with("SUMMARY.md")) {
        if !named.contains(page) {
            wrong.push(format!("{} is not in docs/SUMMARY.md", page.display()));
        }
    }
    if !wrong.is_empty() {
        bail!("documents:\n  {}", wrong.join("\n  "));
    }
    println!("docs: {} pages, {links} links", pages.len());
    Ok(())
}

/// Reads all Markdown below a folder.
fn read(root: &Path, folder: &Path, pages: &mut BTreeMap<PathBuf, Outline>) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let is_elsewhere = ELSEWHERE.iter().any(|name| entry.file_name() == *name);
        if entry.file_type()?.is_dir() {
            if !is_elsewhere {
                read(root, &path, pages)?;
            }
        } else if path.extension().is_some_and(|end| end == "md") {
            pages.insert(path.clone(), outline(&std::fs::read_to_string(root.join(&path))?));
        }
    }
    Ok(())
}

/// Says why a link leads nowhere.
fn follow(root: &Path, pages: &BTreeMap<PathBuf, Outline>, from: &Path, target: &str) -> Result<(), &'static str> {
    let from = from.to_str().ok_or("stands on a page whose name is no text")?;
    let led = Link::leads_to(from, target).map_err(|_| "leads out of the project")?;
    let Some((file, heading)) = led else { return Ok(()) };
    if !root.join(&file).exists() {
        return Err("is not there");
    }
    match pages.get(Path::new(&file)) {
        _ if heading.is_empty() => Ok(()),
        Some(page) if page.anchors.contains(&heading) => Ok(()),
        Some(_) => Err("names no heading of that page"),
        None => Err("names a heading of what is no page"),
    }
}
