//! Pages on single subjects, for users of this crate.

// They link to items of every feature. With all features, as on docs.rs, each link is checked.
#![cfg_attr(
    not(all(
        feature = "aws",
        feature = "dsm",
        feature = "lambda_http",
        feature = "testing",
        feature = "tower",
        feature = "tracing"
    )),
    allow(rustdoc::broken_intra_doc_links)
)]

#[doc = include_str!("guide/coming_from.md")]
pub mod coming_from {}

#[doc = include_str!("guide/configuration.md")]
pub mod configuration {}

#[doc = include_str!("guide/costs.md")]
pub mod costs {}

#[doc = include_str!("guide/data_streams.md")]
pub mod data_streams {}

#[doc = include_str!("guide/debugging.md")]
pub mod debugging {}

#[doc = include_str!("guide/delivery.md")]
pub mod delivery {}

#[doc = include_str!("guide/deploying.md")]
pub mod deploying {}

#[doc = include_str!("guide/durable.md")]
pub mod durable {}

#[doc = include_str!("guide/extractors.md")]
pub mod extractors {}

#[doc = include_str!("guide/faults.md")]
pub mod faults {}

#[doc = include_str!("guide/formats.md")]
pub mod formats {}

#[doc = include_str!("guide/limits.md")]
pub mod limits {}

#[doc = include_str!("guide/logs.md")]
pub mod logs {}

#[doc = include_str!("guide/producers.md")]
pub mod producers {}

#[doc = include_str!("guide/provider.md")]
pub mod provider {}

#[doc = include_str!("guide/recipes.md")]
pub mod recipes {}

#[doc = include_str!("guide/running_locally.md")]
pub mod running_locally {}

#[doc = include_str!("guide/samples.md")]
pub mod samples {}

#[doc = include_str!("guide/sources.md")]
pub mod sources {}

#[doc = include_str!("guide/versions.md")]
pub mod versions {}
