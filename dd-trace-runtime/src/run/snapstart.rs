//! A process that Lambda stores as a snapshot, and runs as many copies (SnapStart).

use std::time::Instant;

use lambda_runtime::{BoxFuture, Error, SnapStartResource};

use crate::telemetry::Telemetry;

/// What `run` and `run_concurrent` register by themselves, for a `Runtime` that you build.
///
/// Before the snapshot, the spans that have ended are sent and the connection is closed. In each restored
/// copy, ids and `runtime-id` are its own, and a cold start counts from the restore. The ids of a provider
/// given to [`with_tracer_provider`](Telemetry::with_tracer_provider) are up to that provider.
///
/// Register it first, so that the spans of your own resources' hooks are sent too:
///
/// ```no_run
/// # use dd_trace_runtime::traced_handler;
/// # use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
/// # use serde_json::Value;
/// use std::sync::Arc;
///
/// # #[traced_handler]
/// # async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
/// #     Ok(event.payload)
/// # }
/// # async fn main_() -> Result<(), Error> {
/// Runtime::new(service_fn(handler))
///     .layer(dd_trace_runtime::layer())
///     .register_snapstart_resource(Arc::new(dd_trace_runtime::init()))
///     .run()
///     .await
/// # }
/// ```
impl SnapStartResource for Telemetry {
    fn before_snapshot(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            self.flush().await;
            self.disconnect();
            Ok(())
        })
    }

    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            self.restored(Instant::now());
            Ok(())
        })
    }
}
