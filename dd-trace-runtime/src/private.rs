//! What generated code names. Not part of the public interface: it changes in any release.

pub use std::convert::identity;
pub use std::marker::PhantomData;
pub use std::option::Option::{None, Some};

pub use serde;

pub use crate::extraction::erased::{
    BuiltIn, Choice, Custom, ErasedExtractor, NamedExtractor, extractor,
};
pub use crate::handler::answer::{Look, LookAtOpaque, LookAtSerialize};
pub use crate::handler::failure::{
    AsDebug, AsDisplay, AsError, Failure, HidesError, HidesNoError, NotAnError, NotDebug,
    NotDisplay,
};
pub use crate::handler::{HandlerInput, HandlerOutput};
pub use crate::invocation::{Incoming, Site, invoke};
pub use crate::outgoing::payload::{
    CarrierShape, NotRead, NotSerialized, PayloadField, Reading, Reads, TracedPayload,
    serialize_payload,
};
