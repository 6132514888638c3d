//! Advances over HTTP.

pub mod render;
