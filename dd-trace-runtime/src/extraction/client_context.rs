//! The client context of a direct invocation.

use lambda_runtime::Context;

use crate::context::carrier::Carrier;

/// The headers in `custom`, where Datadog's tracers put them when they call `Invoke`.
/// `lambda_runtime` accepts a flat map of strings there and nothing else.
pub(super) fn carrier(context: &Context) -> Option<Carrier> {
    let custom = &context.client_context.as_ref()?.custom;
    Some(
        custom
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    )
}
