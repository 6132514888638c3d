//! What pages are made of. Each thing is drawn in one place, and no page has markup of its own for any of these.

pub mod amount;
pub mod card;
pub mod chart;
pub mod curl;
pub mod field;
pub mod flow;
pub mod frame;
pub mod id;
pub mod instant;
pub mod notice;
pub mod pager;
pub mod path;
pub mod state;
pub mod table;
pub mod text;
pub mod timeline;
