//! The style, the script, the fonts and the mark: all that a page loads, from this binary.
//!
//! Each address holds a hash of the bytes, so browsers keep them for good and never an old one.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
#[exclude = "*.txt"]
struct Files;

/// The fonts, by the names under which the style asks for them.
const FONTS: [&str; 3] =
    ["fonts/inter-latin.woff2", "fonts/jetbrains-mono-latin.woff2", "fonts/jetbrains-mono-latin-ext.woff2"];

/// One hash of all files: they are of one build.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    for file in names.iter().filter_map(|name| Files::get(name)) {
        hasher.update(&file.data);
    }
    hasher.finalize().to_hex()[..16].to_owned()
});

/// Where a file is.
pub fn asset(name: &str) -> String {
    format!("/console/assets/{}/{name}", *VERSION)
}

/// A file; the version in the address is only for caches.
pub fn serve(parts: &[String]) -> Response {
    let name = parts.get(1..).unwrap_or_default().join("/");
    let Some(file) = Files::get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let content_type = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "font/woff2",
    };
    let bytes = match name.as_str() {
        "console.css" => Body::from(FONTS.iter().fold(text(&file.data), |style, font| {
            style.replace(&format!("url({font})"), &format!("url({})", asset(font)))
        })),
        _ => Body::from(file.data.into_owned()),
    };
    let kept = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, kept)], bytes).into_response()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
