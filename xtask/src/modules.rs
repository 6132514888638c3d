//! The arrows between the modules of a crate: no circle of files, and in `domain` a ledger that knows no product.
//!
//! Paths are read from the syntax trees of the sources. Tests are left out. A module and its own children may use each
//! other: they are one thing in several files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, ItemUse, UseTree};

/// A module, by its path inside its crate; the crate itself is empty.
type Module = Vec<String>;

/// Modules of `domain`, and those that they may not use.
const FORBIDDEN: [(&str, &[&str]); 4] = [
    ("ledger", &["points", "advances", "products"]),
    ("product", &["points", "advances", "products"]),
    ("points", &["advances", "products"]),
    ("advances", &["points", "products"]),
];

/// Words of products, which may stand nowhere in the ledger, comments included.
const PRODUCT_WORDS: [&str; 3] = ["points", "advance", "bank"];

/// The files of a crate, by their modules.
struct Crate {
    name: String,
    files: BTreeMap<Module, String>,
}

/// Checks the modules of every crate under `crates/`.
pub fn check(root: &Path, sources: &[String]) -> anyhow::Result<Vec<String>> {
    let mut crates: BTreeMap<String, Crate> = BTreeMap::new();
    for source in sources {
        let Some((name, path)) = source.strip_prefix("crates/").and_then(|rest| rest.split_once("/src/")) else {
            continue;
        };
        let of =
            crates.entry(name.to_owned()).or_insert_with(|| Crate { name: name.to_owned(), files: BTreeMap::new() });
        of.files.insert(module_of(path), source.clone());
    }
    let mut breaches = Vec::new();
    for of in crates.values() {
        breaches.extend(of.check(root)?);
    }
    for source in sources.iter().filter(|source| source.starts_with("crates/domain/src/ledger/")) {
        let text = std::fs::read_to_string(root.join(source))?;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.to_lowercase();
            if let Some(word) = PRODUCT_WORDS.iter().find(|word| line.contains(**word)) {
                breaches.push(format!("{source}:{number}: the ledger knows no product, and {word:?} stands here"));
            }
        }
    }
    Ok(breaches)
}

fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs");
    let mut module: Module = path.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

impl Crate {
    fn check(&self, root: &Path) -> anyhow::Result<Vec<String>> {
        let mut breaches = Vec::new();
        let mut graph: DiGraphMap<&str, ()> = DiGraphMap::new();
        for (module, file) in &self.files {
            if module.iter().any(|part| part == "tests") {
                continue;
            }
            let text = std::fs::read_to_string(root.join(file))?;
            let tree = syn::parse_file(&text).with_context(|| format!("{file} cannot be parsed"))?;
            let mut uses = Uses::default();
            uses.visit_file(&tree);
            for used in uses.paths.iter().filter_map(|path| self.resolve(module, path)) {
                breaches.extend(self.forbidden(module, &used).map(|why| format!("{file}: {why}")));
                let is_family = module.starts_with(&used) || used.starts_with(module);
                if let Some(other) = self.files.get(&used).filter(|_| !is_family) {
                    graph.add_edge(file, other, ());
                }
            }
        }
        for circle in tarjan_scc(&graph).into_iter().filter(|circle| circle.len() > 1) {
            breaches.push(format!("crates/{}: a circle of files: {}", self.name, circle.join(", ")));
        }
        Ok(breaches)
    }

    /// The module that a path leads to; nothing where it leads out of the crate.
    fn resolve(&self, from: &Module, path: &[String]) -> Option<Module> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let absolute: Module = match path.first().map(String::as_str) {
            Some("crate") => path[1..].to_vec(),
            Some("super") => [&from[..from.len().checked_sub(supers)?], &path[supers..]].concat(),
            Some("self") => [from.as_slice(), &path[1..]].concat(),
            _ => [from.as_slice(), path].concat(),
        };
        let is_relative = !matches!(path.first().map(String::as_str), Some("crate" | "super" | "self"));
        let found = (0..=absolute.len()).rev().map(|end| &absolute[..end]).find(|end| self.files.contains_key(*end))?;
        (!is_relative || found.len() > from.len()).then(|| found.to_vec())
    }

    fn forbidden(&self, module: &Module, used: &Module) -> Option<String> {
        let first = module.first().filter(|_| self.name == "domain")?;
        let (_, forbidden) = FORBIDDEN.iter().find(|(of, _)| of == first)?;
        let other = used.first().filter(|other| forbidden.contains(&other.as_str()))?;
        Some(format!("{first} may not use {other}"))
    }
}

/// The paths that a file uses.
#[derive(Default)]
struct Uses {
    paths: BTreeSet<Vec<String>>,
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|ident| ident == "test")
    })
}

impl Uses {
    fn tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            UseTree::Name(name) => drop(self.paths.insert(with(&name.ident))),
            UseTree::Rename(rename) => drop(self.paths.insert(with(&rename.ident))),
            UseTree::Glob(_) => drop(self.paths.insert(before.to_vec())),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
        }
    }
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_test(&module.attrs) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_test(&item.attrs) {
            self.tree(&[], &item.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 && matches!(parts[0].as_str(), "crate" | "super" | "self") {
            self.paths.insert(parts);
        }
        visit::visit_path(self, path);
    }
}
