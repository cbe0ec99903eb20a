//! Pages on single subjects, for users of this crate.

#[doc = include_str!("guide/extractors.md")]
pub mod extractors {}

#[doc = include_str!("guide/faults.md")]
pub mod faults {}

#[doc = include_str!("guide/logs.md")]
pub mod logs {}

#[doc = include_str!("guide/producers.md")]
pub mod producers {}

#[doc = include_str!("guide/provider.md")]
pub mod provider {}

#[doc = include_str!("guide/samples.md")]
pub mod samples {}

#[doc = include_str!("guide/sources.md")]
pub mod sources {}
