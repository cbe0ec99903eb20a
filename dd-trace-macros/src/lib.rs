//! The macros of `dd-trace-runtime`. Depend on that crate; it re-exports both.
//!
//! Each macro is `parse → check → emit`. It turns the attributes and the signature into a checked value, reports
//! every mistake under the tokens that must change, and emits code that names only
//! `dd_trace_runtime::__private`. A mistake never removes the user's item, because its uses would then be errors,
//! too.

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
/// This becomes a function of the same name that takes the event as received and contains yours, unchanged
/// (`__private` is left out here):
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
/// It may take further parameters, such as shared clients, which pass through unchanged. The event is the only
/// parameter, or the one whose type is written `LambdaEvent<T>`:
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
/// The path of a function, bare or in quotes, that finds the trace context in events whose carrier the built-in
/// extraction doesn't know. If it finds none, the built-in extraction runs. The page
/// `dd_trace_runtime::guide::extractors` has what it may take and return.
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
/// Several paths. The environment variable `DD_TRACE_EXTRACTOR` chooses one of them when the function starts, either
/// in the spelling of Datadog's documentation, `extractors.mqtt`, or as the path is written here. The first is the
/// default. An unknown name is one log line. `extractors` and `extractor` exclude each other.
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
/// The resource of the invocation's span. The default is the name of the Lambda function.
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
/// The path of `dd-trace-runtime`, for crates that rename it and libraries that re-export it. The path starts with
/// `::`, `crate` or `$crate`.
///
/// ```text
/// #[traced_handler(crate = ::my_library::tracing)]
/// async fn handler(event: LambdaEvent<Order>) -> Result<Receipt, Error> { .. }
/// ```
///
/// Every path in the generated code then starts there:
///
/// ```text
/// extractor: &::my_library::tracing::__private::BuiltIn,
/// ```
///
/// # Calling it
///
/// A traced handler takes the event as received. Code that two handlers share is better in a function without the
/// attribute that both call. A handler or a test that calls a traced handler passes a `RawEvent`, and can use `?` on
/// its error:
///
/// ```text
/// let event = RawEvent::from_serialize(&order)?;
/// let receipt = handler(LambdaEvent::new(event, Context::default())).await?;
/// ```
///
/// # Attributes
///
/// Documentation, `#[cfg]`, `#[deprecated]`, `#[must_use]` and lint levels apply to the function that the callers
/// see. Every other attribute stays with your function inside it.
///
/// # Errors
///
/// A handler is a free, safe `async fn` that returns a `Result` or an alias of one. It may have type and const
/// parameters that the type of the event doesn't use, such as the type of a client. A response of type `impl Trait`
/// is written `Result<impl Trait, E>`. The error may be any that `lambda_runtime` accepts. A method can't be a
/// handler: put the attribute on a free function that takes the receiver as a parameter and calls the method.
///
/// Anything else is a compile error, and so is an extractor that doesn't exist or has the wrong signature. The
/// handler can still be called after an error, so that one mistake is one error.
#[proc_macro_attribute]
pub fn traced_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand(args.into(), &item.into()).into()
}

/// Implements `serde::Serialize` for a payload and adds the active trace context as its last field.
///
/// **Use it in place of `#[derive(Serialize)]`.** With both, `Serialize` would be implemented twice, which rustc
/// refuses (`E0119`). All of serde's attributes work as before, and so does deriving `Deserialize`.
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
/// This becomes a hidden copy of the type, from which serde derives, and an `impl` that writes one field more
/// (`__rt` is `::dd_trace_runtime::__private`):
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
/// Outside of a trace nothing is added. A payload inside a payload adds nothing of its own. A format that has no room
/// for one more field gets exactly what serde's derive gives it. These are formats that count fields instead of
/// naming them (`Serializer::is_human_readable` is `false`, as for bincode), tables (CSV), and formats in which a
/// field can't be an object (forms, where `carrier = "json"` works). Tracing never makes a serialisation fail.
///
/// To write a payload without the context, for example into a store, write `dd_trace_runtime::Untraced(&payload)`.
///
/// A type with `#[serde(flatten)]` over a map of texts, such as `HashMap<String, String>`, could not read back an
/// object. Its field is the text of the object, as with `carrier = "json"`. Over a map of numbers no field is added.
/// If the type implements `Deserialize`, the library finds what it can read when it is first written.
///
/// The keys are written in `#[datadog(..)]` on the type.
///
/// # `carrier`
///
/// The shape of the added field: `"object"` (the default), `"json"` for the text of the object, or `"attribute"` for
/// that text as an SQS or SNS message attribute.
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
/// The key of the added field, in place of `_datadog`. A field of the payload with that key is a compile error. A
/// member with that key inside a `flatten`, for example in an event that is passed on, is replaced.
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
/// Adds the field in binary formats, too. Only use it with formats that name their members, such as CBOR and
/// `rmp_serde::to_vec_named`, and not with `rmp_serde::to_vec`. Formats that always count members, such as bincode
/// and postcard, still get no field. The page `dd_trace_runtime::guide::formats` has a table.
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
/// The path of `dd-trace-runtime`, for crates that rename it and libraries that re-export it. The path starts with
/// `::`, `crate` or `$crate`.
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
/// With `#[serde(into = "..")]` or `#[serde(transparent)]` another type is written, which isn't known at compile
/// time. The field is added if that is an object, or an object in an `Option` or a newtype; any other value is
/// written as it is. `deny_unknown_fields` is refused, because the type could not read what it wrote.
#[proc_macro_derive(TracedPayload, attributes(datadog, serde))]
pub fn traced_payload(input: TokenStream) -> TokenStream {
    payload::expand(input.into()).into()
}
