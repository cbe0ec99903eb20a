//! Pages on single subjects, for who uses this crate.

#[doc = include_str!("guide/extractors.md")]
pub mod extractors {}

#[doc = include_str!("guide/faults.md")]
pub mod faults {}

#[doc = include_str!("guide/producers.md")]
pub mod producers {}

#[doc = include_str!("guide/samples.md")]
pub mod samples {}
