//! What an extractor may return.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::hash::BuildHasher;

use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;

/// The result of an extractor.
///
/// [`IntoCarrier`] makes it. A type of your own implements that trait by converting to one of the types that
/// already implement it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted(pub(crate) Found);

/// Either the answer or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Carrier(Carrier),
    TraceContext(TraceContext),
    /// The extractor has no opinion on this event.
    None,
    /// Something went wrong, in words.
    Nothing(String),
}

impl Extracted {
    pub(crate) fn nothing(reason: impl Into<String>) -> Self {
        Self(Found::Nothing(reason.into()))
    }
}

/// What an extractor may return.
///
/// A [`Carrier`] or a map of headers, a [`TraceContext`], a tuple of trace id, parent id and sampling
/// priority, and an `Option` or `Result` of any of these.
///
/// ```
/// use dd_trace_runtime::{Carrier, RawEvent};
/// use serde_json::Value;
///
/// // The extractor of Datadog's documentation for Python, in Rust.
/// fn extractor(payload: &Value) -> Option<(u64, u64, i8)> {
///     let headers: Carrier = serde_json::from_str(payload["_datadog"].as_str()?).ok()?;
///     let trace_id = headers.get("x-datadog-trace-id")?.parse().ok()?;
///     let parent_id = headers.get("x-datadog-parent-id")?.parse().ok()?;
///     let sampling_priority = headers.get("x-datadog-sampling-priority")?.parse().ok()?;
///     Some((trace_id, parent_id, sampling_priority))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "an extractor cannot return `{Self}`",
    label = "not a carrier",
    note = "return `Carrier`, `TraceContext`, a map of strings or `(u128, u64, i8)`, or an `Option` or `Result` of one"
)]
pub trait IntoCarrier {
    /// Converts the value for the extraction.
    fn into_carrier(self) -> Extracted;
}

impl IntoCarrier for Extracted {
    fn into_carrier(self) -> Extracted {
        self
    }
}

impl IntoCarrier for Carrier {
    fn into_carrier(self) -> Extracted {
        Extracted(Found::Carrier(self))
    }
}

impl IntoCarrier for TraceContext {
    fn into_carrier(self) -> Extracted {
        Extracted(Found::TraceContext(self))
    }
}

impl<S: BuildHasher> IntoCarrier for HashMap<String, String, S> {
    fn into_carrier(self) -> Extracted {
        self.into_iter().collect::<Carrier>().into_carrier()
    }
}

impl IntoCarrier for BTreeMap<String, String> {
    fn into_carrier(self) -> Extracted {
        self.into_iter().collect::<Carrier>().into_carrier()
    }
}

impl IntoCarrier for Vec<(String, String)> {
    fn into_carrier(self) -> Extracted {
        self.into_iter().collect::<Carrier>().into_carrier()
    }
}

impl IntoCarrier for http::HeaderMap {
    fn into_carrier(self) -> Extracted {
        Carrier::from(&self).into_carrier()
    }
}

impl IntoCarrier for (u128, u64, i8) {
    fn into_carrier(self) -> Extracted {
        TraceContext::new(self.0, self.1, Some(self.2)).into_carrier()
    }
}

impl IntoCarrier for (u128, u64, Option<i8>) {
    fn into_carrier(self) -> Extracted {
        TraceContext::new(self.0, self.1, self.2).into_carrier()
    }
}

impl IntoCarrier for (u64, u64, i8) {
    fn into_carrier(self) -> Extracted {
        (u128::from(self.0), self.1, self.2).into_carrier()
    }
}

impl IntoCarrier for (u64, u64, Option<i8>) {
    fn into_carrier(self) -> Extracted {
        (u128::from(self.0), self.1, self.2).into_carrier()
    }
}

/// Decimal, as in the headers.
impl IntoCarrier for (String, String, String) {
    fn into_carrier(self) -> Extracted {
        let (trace_id, parent_id, priority) = self;
        (trace_id, parent_id, Some(priority)).into_carrier()
    }
}

/// Decimal, as in the headers.
impl IntoCarrier for (String, String, Option<String>) {
    fn into_carrier(self) -> Extracted {
        let (trace_id, parent_id, priority) = self;
        let Ok(trace_id) = trace_id.trim().parse::<u128>() else {
            return Extracted::nothing(format!(
                "the trace id `{trace_id}` is not a decimal number"
            ));
        };
        let Ok(parent_id) = parent_id.trim().parse::<u64>() else {
            return Extracted::nothing(format!(
                "the parent id `{parent_id}` is not a decimal number"
            ));
        };
        let priority = priority.and_then(|priority| priority.trim().parse::<i8>().ok());
        (trace_id, parent_id, priority).into_carrier()
    }
}

impl<T: IntoCarrier> IntoCarrier for Option<T> {
    fn into_carrier(self) -> Extracted {
        match self {
            Some(found) => found.into_carrier(),
            None => Extracted(Found::None),
        }
    }
}

impl<T: IntoCarrier, E: Debug> IntoCarrier for Result<T, E> {
    fn into_carrier(self) -> Extracted {
        match self {
            Ok(found) => found.into_carrier(),
            Err(error) => Extracted::nothing(format!("it returned the error {error:?}")),
        }
    }
}
