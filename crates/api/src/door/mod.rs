//! The door: who may ask.

pub(crate) mod hosts;

pub use hosts::Hosts;
