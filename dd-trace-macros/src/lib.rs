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
/// use dd_trace_runtime::traced_handler;
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
/// becomes a function of the same name that takes the event as received, with yours inside, unchanged
/// (`__private` left out):
///
/// ```text
/// async fn handler(__event: LambdaEvent<RawEvent>) -> Result<Receipt, TracedError<Error>> {
///     async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
///         ship(event.payload).await
///     }
///     ::dd_trace_runtime::invoke(
///         const {
///             &Site {
///                 name: "handler",
///                 resource: None,
///                 extractor: &BuiltIn,
///                 decode: <LambdaEvent<Order> as HandlerInput>::decode,
///                 failure: Failure { .. }, // how to describe an `Error`
///             }
///         },
///         __event,
///         move |__event| handler(__event),
///         <Result<Receipt, Error> as HandlerOutput>::into_result,
///         |__response| Look(__response).__answer(), // how to find a status in a `Receipt`
///     )
///     .await
/// }
/// ```
///
/// It may take further parameters, such as shared clients, which pass through unchanged. The event is the
/// only parameter, or the one spelled `LambdaEvent<..>`:
///
/// ```text
/// #[traced_handler]
/// async fn handler(table: &Table, event: LambdaEvent<Order>) -> anyhow::Result<Receipt> { .. }
///
/// dd_trace_runtime::run(|event| handler(&table, event)).await
/// ```
///
/// # `extractor`
///
/// Names a function that finds the trace context in events whose carrier the built-in extraction doesn't
/// know, bare or in quotes. When it finds none, the built-in extraction runs. What it may take and return
/// is on the page `dd_trace_runtime::guide::extractors`.
///
/// ```text
/// fn from_order(order: &Order) -> Option<Carrier> { .. }
///
/// #[traced_handler(extractor = from_order)]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> { .. }
/// ```
///
/// In the table:
///
/// ```text
/// extractor: ::dd_trace_runtime::__private::extractor(
///     &::dd_trace_runtime::__private::Custom(from_order, ::dd_trace_runtime::__private::PhantomData),
/// ),
/// ```
///
/// # `extractors`
///
/// Names several, from which the environment variable `DD_TRACE_EXTRACTOR` chooses when the function
/// starts: `extractors.mqtt`, as Datadog's documentation writes it, or the path as it stands here. The
/// first is the default; a name that isn't among them is one log line. It can't be given together with
/// `extractor`.
///
/// ```text
/// #[traced_handler(extractors(extractors::json, extractors::mqtt))]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> { .. }
/// ```
///
/// In the table, with each extractor as above:
///
/// ```text
/// extractor: &::dd_trace_runtime::__private::Choice {
///     extractors: &[("extractors::json", ..), ("extractors::mqtt", ..)],
/// },
/// ```
///
/// # `resource`
///
/// Sets the resource of the invocation's span; otherwise it is the name of the Lambda function.
///
/// ```text
/// #[traced_handler(resource = "process-order")]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> { .. }
/// ```
///
/// In the table:
///
/// ```text
/// resource: ::dd_trace_runtime::__private::Some("process-order"),
/// ```
///
/// # `crate`
///
/// Says where `dd-trace-runtime` is to be found, for crates that rename it and libraries that re-export
/// it. The path starts with `::`, `crate` or `$crate`.
///
/// ```text
/// #[traced_handler(crate = ::my_library::tracing)]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> { .. }
/// ```
///
/// Every path of the generated code then starts there:
///
/// ```text
/// extractor: &::my_library::tracing::__private::BuiltIn,
/// ```
///
/// # Calling it
///
/// A traced handler takes the event as received, so what two handlers share is better a function without the
/// attribute that both call. Where one calls another, as a test does, it gives it a `RawEvent`; the error is an
/// `Error` for `?`:
///
/// ```text
/// let event = RawEvent::from_serialize(&order)?;
/// let receipt = handler(LambdaEvent::new(event, Context::default())).await?;
/// ```
///
/// # Attributes
///
/// Documentation, `#[cfg]`, `#[deprecated]`, `#[must_use]` and lint levels apply to the function as its
/// callers see it; every other attribute stays with the body.
///
/// # Errors
///
/// A handler is a free, safe `async fn` that returns a `Result`, in any spelling. It may have type and const
/// parameters, such as the client's type, which the type of the event doesn't use. With `impl Trait` in it, it is
/// spelled `Result<impl Trait, E>`. The error is any that `lambda_runtime` accepts. A method can't be one: a free
/// function takes what `self` was and calls the method. What doesn't fit is a compile error, and so is an extractor that doesn't
/// exist or has the wrong signature; the function that is left behind is as usable as the right one, so
/// one mistake is one error.
#[proc_macro_attribute]
pub fn traced_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand(args.into(), &item.into()).into()
}

/// Implements `serde::Serialize` for a payload and adds the active trace context as its last field.
///
/// **It stands in place of `#[derive(Serialize)]`**: with both, `Serialize` is implemented twice, which
/// rustc refuses (`E0119`). Every attribute of serde's works as before, and `Deserialize` is derived
/// beside it as before.
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
/// becomes a hidden copy of the type for serde to derive, and an `impl` that writes one field more (`__rt`
/// for `::dd_trace_runtime::__private`):
///
/// ```text
/// const _: () = {
///     use __rt::serde as __serde;
///
///     #[derive(__serde::Serialize)]
///     #[serde(crate = "__serde", remote = "OrderPlaced", rename(serialize = "OrderPlaced"))]
///     #[serde(rename_all = "camelCase")]
///     struct __Fields {
///         order_id: String,
///     }
///
///     impl __serde::Serialize for OrderPlaced {
///         fn serialize<__S: __serde::Serializer>(&self, __serializer: __S) -> Result<__S::Ok, __S::Error> {
///             __rt::serialize_payload(
///                 &__rt::PayloadField::new("_datadog", __rt::CarrierShape::Object),
///                 __serializer,
///                 |__serializer| __Fields::serialize(self, __serializer),
///             )
///         }
///     }
///
///     impl __rt::TracedPayload for OrderPlaced {}
/// };
/// ```
///
/// Outside of a trace nothing is added. A payload inside of a payload adds nothing of its own. A format that has
/// no room for one more field gets exactly what serde's derive gives it: one that counts fields instead of naming
/// them (`Serializer::is_human_readable` is `false`, as for bincode), a table (CSV), and one that takes no object
/// as a field's value (forms; `carrier = "json"` is a text there). Tracing never makes a serialisation fail.
///
/// What must not go into a store is written as `dd_trace_runtime::Untraced(&payload)`.
///
/// A type with `#[serde(flatten)]` over a map of texts, such as `HashMap<String, String>`, could not read back an
/// object. There the field is the object's text, as with `carrier = "json"`; a map of numbers goes without. What
/// the type can read is found when it is first written, if it implements `Deserialize`.
///
/// The keys stand in `#[datadog(..)]` on the type.
///
/// # `carrier`
///
/// The shape of the added field: `"object"` (the default), `"json"` for the object's text, `"attribute"`
/// for the text in the shape of an SQS or SNS message attribute.
///
/// ```text
/// #[derive(TracedPayload)]
/// #[datadog(carrier = "json")]
/// struct OrderPlaced { id: u8 }
/// // {"id":1,"_datadog":"{\"x-datadog-trace-id\":\"..\",..}"}
/// ```
///
/// In the expansion:
///
/// ```text
/// ::dd_trace_runtime::__private::CarrierShape::Json,
/// ```
///
/// # `field`
///
/// The key of the added field, in place of `_datadog`. A field of the payload with that key is a compile
/// error; one that `flatten` brings along, such as that of an event that is passed on, is replaced.
///
/// ```text
/// #[derive(TracedPayload)]
/// #[datadog(field = "traceContext")]
/// struct OrderPlaced { id: u8 }
/// // {"id":1,"traceContext":{"x-datadog-trace-id":"..",..}}
/// ```
///
/// In the expansion:
///
/// ```text
/// "traceContext",
/// ```
///
/// # `binary`
///
/// Adds the field in binary formats too. They must be ones that name their members, such as CBOR and
/// `rmp_serde::to_vec_named`, but not `rmp_serde::to_vec`. Those that always count them, such as bincode and postcard,
/// go without all the same. The page `dd_trace_runtime::guide::formats` has a table.
///
/// ```text
/// #[derive(TracedPayload)]
/// #[datadog(binary)]
/// struct OrderPlaced { id: u8 }
///
/// ciborium::into_writer(&OrderPlaced { id: 1 }, &mut bytes)
/// // {"id": 1, "_datadog": {"x-datadog-trace-id": "..", ..}}
/// ```
///
/// In the expansion:
///
/// ```text
/// .in_binary()
/// ```
///
/// # `crate`
///
/// Says where `dd-trace-runtime` is to be found, for crates that rename it and libraries that re-export
/// it. The path starts with `::`, `crate` or `$crate`.
///
/// ```text
/// #[derive(TracedPayload)]
/// #[datadog(crate = ::my_library::tracing)]
/// struct OrderPlaced { id: u8 }
/// ```
///
/// In the expansion:
///
/// ```text
/// use ::my_library::tracing::__private::serde as __serde;
/// ```
///
/// # Errors
///
/// The payload must be a JSON object: a struct with named fields, a newtype with `#[serde(transparent)]`, or an
/// enum with `#[serde(tag = "..")]`. An `#[serde(untagged)]` enum is one if all its variants have named fields.
/// With `#[serde(into = "..")]` or `#[serde(transparent)]` another type decides, which isn't known at
/// compile time. The field goes to the object that it is, or holds in an `Option` or a newtype; what is no
/// object is written as it is. `deny_unknown_fields` is refused, as the type would refuse to read what it wrote.
#[proc_macro_derive(TracedPayload, attributes(datadog, serde))]
pub fn traced_payload(input: TokenStream) -> TokenStream {
    payload::expand(input.into()).into()
}
