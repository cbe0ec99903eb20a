//! Checkpoints of Data Streams Monitoring that a function sets by itself.

use opentelemetry::Context;

use crate::context::carrier::Carrier;
use crate::data_streams::{Direction, Edge, HEADER};
use crate::telemetry::Telemetry;

/// Tells Data Streams Monitoring of a message that came from `source`, with the headers that it came with.
///
/// The counterpart of `set_consume_checkpoint` in ddtrace (`ddtrace.data_streams`): `kind` is a service such as `kafka`
/// or `rabbitmq`, `source` the queue, topic or stream. Messages in the event of an invocation are counted without
/// it; this is for those that a handler or a host receives by itself. What the invocation sends from here on
/// belongs to the pathway of this message.
///
/// Without `DD_DATA_STREAMS_ENABLED=true` nothing happens.
///
/// ```
/// use dd_trace_runtime::{Carrier, set_consume_checkpoint};
///
/// let headers: Carrier = [("dd-pathway-ctx-base64", "ZNsyCGOTW7n2oav++WK4t6v++WI=")].into_iter().collect();
/// set_consume_checkpoint("kafka", "orders", &headers);
/// ```
pub fn set_consume_checkpoint(kind: &str, source: &str, headers: &Carrier) {
    let telemetry = Telemetry::current();
    if telemetry.data_streams().is_none() {
        return;
    }
    if let Some(edge) = manual(Direction::In, kind, source) {
        Context::map_current(|context| {
            telemetry.consume_one(&edge, headers.get(HEADER), 0, context);
        });
    }
}

/// Tells Data Streams Monitoring of a message that goes to `target`, and adds the header `dd-pathway-ctx-base64` to
/// the headers that it goes with.
///
/// The counterpart of `set_produce_checkpoint` in ddtrace (`ddtrace.data_streams`): `kind` is a service such as `kafka`
/// or `rabbitmq`, `target` the queue, topic or stream. Call it once for each message.
///
/// Without `DD_DATA_STREAMS_ENABLED=true` nothing happens.
///
/// ```
/// use dd_trace_runtime::{set_produce_checkpoint, trace_headers};
///
/// let mut headers = trace_headers();
/// set_produce_checkpoint("kafka", "orders", &mut headers);
/// for (name, value) in &headers {
///     println!("{name}: {value}");
/// }
/// ```
pub fn set_produce_checkpoint(kind: &str, target: &str, headers: &mut Carrier) {
    let edge = || manual(Direction::Out, kind, target);
    produce(edge, std::iter::once(0), headers);
}

/// Writes a message that goes to `target` through `write`. What is serialised there, and [`trace_headers()`] there,
/// has the header of its checkpoint.
///
/// It sets the checkpoint that [`set_produce_checkpoint`] sets, for a message that carries its trace context in the payload.
/// Write one message in it; where several are written at once, each needs its own call.
///
/// Without `DD_DATA_STREAMS_ENABLED=true` only `write` is called.
///
/// ```
/// use dd_trace_runtime::{TracedPayload, with_produce_checkpoint};
///
/// #[derive(TracedPayload)]
/// struct OrderPlaced { id: u64 }
///
/// let order = OrderPlaced { id: 7 };
/// let payload = with_produce_checkpoint("mqtt", "orders/placed", || serde_json::to_string(&order))?;
/// # assert_eq!(payload, r#"{"id":7}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// [`trace_headers()`]: crate::trace_headers()
pub fn with_produce_checkpoint<T>(kind: &str, target: &str, write: impl FnOnce() -> T) -> T {
    let edge = || manual(Direction::Out, kind, target);
    let header = checkpoint(edge, std::iter::once(0));
    let _active = header.map(|header| {
        let context = Context::map_current(|context| Telemetry::in_produced(header, context));
        context.attach()
    });
    write()
}

/// Counts messages of these `sizes` in bytes that go out over an edge together, and adds the header of their pathway to
/// their headers.
pub(crate) fn produce(
    edge: impl FnOnce() -> Option<Edge>,
    sizes: impl Iterator<Item = usize>,
    headers: &mut Carrier,
) {
    if let Some(header) = checkpoint(edge, sizes) {
        headers.insert(HEADER, header);
    }
}

/// Counts them, and returns the header of their pathway. Nothing is asked of `edge` and `sizes` if Data Streams
/// Monitoring is off.
fn checkpoint(
    edge: impl FnOnce() -> Option<Edge>,
    sizes: impl Iterator<Item = usize>,
) -> Option<String> {
    let telemetry = Telemetry::current();
    telemetry.data_streams()?;
    let edge = edge()?;
    Context::map_current(|context| telemetry.produce(&edge, sizes, context))
}

/// ddtrace tells these checkpoints from those that it sets by itself, also in the hash.
fn manual(direction: Direction, kind: &str, topic: &str) -> Option<Edge> {
    let edge = Edge::new(direction, kind, topic)?;
    Some(edge.with("manual_checkpoint:true".to_owned()))
}
