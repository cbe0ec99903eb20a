//! OpenTelemetry's conventions for spans and attributes, as Datadog's agent and official tracers read them.
//!
//! - In: a span's kind and attributes.
//! - Out: Datadog's names for them: operation, resource, type, tags.
//! - Next: [`sampler`](crate::sampler), whose rules match those names, and [`export`](crate::export), which
//!   writes them.

mod attribute;
mod operation;
mod own_tags;
mod resource;
mod written_tags;

pub(crate) use self::attribute::{Attributes, Given, unique as unique_attributes};
pub(crate) use self::operation::{kind_name, name as operation_name, span_type};
pub(crate) use self::own_tags::{INFERRED, OwnTags};
pub(crate) use self::resource::name as resource_name;
pub(crate) use self::written_tags::{VALUE_LIMIT, WrittenTags};
