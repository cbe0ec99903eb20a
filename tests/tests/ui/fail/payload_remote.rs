use std::time::Duration;

use dd_trace_runtime::TracedPayload;
use serde::Serialize;

#[derive(TracedPayload)]
#[serde(remote = "Duration")]
pub struct Seconds {
    #[serde(getter = "Duration::as_secs")]
    secs: u64,
}

#[derive(Serialize)]
pub struct Order {
    #[serde(with = "Seconds")]
    age: Duration,
}

fn main() {
    let age = Duration::from_secs(1);
    let _ = serde_json::to_string(&Order { age });
}
