//! The documents in `docs/`, as pages of a book, and the reference that is made of the OpenAPI document.
//!
//! - The same Markdown is read here, by mdBook and on any forge. `docs/SUMMARY.md` says which pages there are, in order.
//! - Pages load nothing from elsewhere, and no script at all.
//! - What a page shows as a command is given out as a [`Block`], so that a test can run it.

mod blocks;
mod book;
mod markdown;
mod reference;
mod summary;

pub use blocks::{Block, blocks};
pub use book::{Book, Served};
pub use markdown::{Link, Outline, Outside, outline};
pub use summary::{Chapter, Part, summary};

/// What a page may load: this server's style and pictures, and nothing else.
pub const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where the book is served.
pub const ROOT: &str = "/docs";

/// The address of a page, by its path below [`ROOT`].
pub(crate) fn href(path: &str) -> String {
    if path.is_empty() { ROOT.to_owned() } else { format!("{ROOT}/{path}") }
}
