//! The evidence of a case: its folder, its log, its keys, what is sealed when.

#![allow(dead_code, reason = "read by commands that land next")]

pub mod entries;
pub mod layout;
