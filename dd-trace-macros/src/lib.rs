//! The macros of `dd-trace-runtime`. Depend on that crate; it re-exports both.
//!
//! Each macro is `parse → check → emit`: attributes and signature become a checked value, every mistake
//! found on the way is reported under the tokens that must change, and what is emitted names nothing but
//! `dd_trace_runtime::__private`. A mistake never removes the user's item, so that it isn't followed by
//! others that are none.

mod diag;
mod handler;
mod keys;
mod payload;
mod runtime_path;
mod value;

use proc_macro::TokenStream;

/// Makes a Lambda handler part of its caller's Datadog trace.
///
/// ```text
/// use dd_trace_runtime::{Carrier, traced_handler};
/// use lambda_runtime::{Error, LambdaEvent};
///
/// #[traced_handler]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
///     ship(event.payload).await
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Error> {
///     dd_trace_runtime::run(handler).await
/// }
/// ```
///
/// The function keeps its name and its body; its event parameter becomes the invocation's raw bytes and
/// its error `TracedError<E>`. It may take further parameters, such as shared clients, which pass through
/// unchanged. The event is the only parameter, or the one spelled `LambdaEvent<..>`:
///
/// ```text
/// #[traced_handler]
/// async fn handler(table: &Table, event: LambdaEvent<Order>) -> anyhow::Result<Receipt> { .. }
///
/// dd_trace_runtime::run(|event| handler(&table, event)).await
/// ```
///
/// # Arguments
///
/// `extractor = my_module::my_fn` (or in quotes) names a function that finds the trace context in events
/// whose carrier the built-in extraction doesn't know. When it finds none, the built-in extraction runs.
///
/// ```text
/// fn from_header(order: &Order) -> Option<Carrier> { .. }
///
/// #[traced_handler(extractor = from_header)]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> { .. }
/// ```
///
/// `extractors(one::json, two::mqtt)` names several, from which the environment variable
/// `DD_TRACE_EXTRACTOR` chooses when the function starts, by the path written here. The first is the
/// default.
///
/// `resource = "process-order"` sets the resource of the invocation's span; otherwise it is the name of
/// the Lambda function.
///
/// `crate = ::my_reexport` says where `dd-trace-runtime` is to be found, for libraries that re-export it.
/// The path starts with `::`, `crate` or `$crate`.
///
/// # Attributes
///
/// Documentation, `#[cfg]`, `#[deprecated]`, `#[must_use]` and lint levels apply to the function as its
/// callers see it; every other attribute stays with the body.
///
/// # Errors
///
/// A handler is a free, safe `async fn` without type or const parameters that returns a `Result`, in any
/// spelling. With `impl Trait` in it, it is spelled `Result<impl Trait, E>`. What doesn't fit is a compile
/// error, and so is an extractor that doesn't exist or has the wrong signature.
#[proc_macro_attribute]
pub fn traced_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand(args.into(), &item.into()).into()
}

/// Implements `serde::Serialize` for a payload and adds the active trace context as its last field.
///
/// ```text
/// use dd_trace_runtime::TracedPayload;
///
/// #[derive(TracedPayload)]
/// #[serde(rename_all = "camelCase")]
/// struct OrderPlaced {
///     order_id: String,
/// }
///
/// serde_json::to_string(&OrderPlaced { order_id: "1".into() })
/// // {"orderId":"1","_datadog":{"x-datadog-trace-id":"..","x-datadog-parent-id":"..",..}}
/// ```
///
/// It stands in place of `#[derive(Serialize)]` and honours every attribute of it. Outside of a trace
/// nothing is added.
///
/// # Arguments
///
/// They stand in `#[datadog(..)]` on the type.
///
/// `carrier = "object"` (the default) writes the context as a JSON object, `"json"` as that object's text,
/// `"attribute"` as the text in the shape of an SQS or SNS message attribute.
///
/// `field = "_datadog"` (the default) is the key. A field of the payload with the same key is a compile
/// error.
///
/// `crate = ::my_reexport` says where `dd-trace-runtime` is to be found, for libraries that re-export it.
///
/// # Errors
///
/// The payload must be a JSON object: a struct with named fields, or an enum with
/// `#[serde(tag = "..")]`. An `#[serde(untagged)]` enum is one if all its variants have named fields.
/// With `#[serde(into = "..")]` or `#[serde(transparent)]` another type decides, which isn't known at
/// compile time; if that is no object, it is written as it is.
#[proc_macro_derive(TracedPayload, attributes(datadog, serde))]
pub fn traced_payload(input: TokenStream) -> TokenStream {
    payload::expand(input.into()).into()
}
