//! The smallest function that Lambda offers.

use crate::families::FAMILIES;
use crate::harness::Running;

const MEMORY: usize = 128 * 1_024 * 1_024;
const LARGEST_EVENT: usize = 6 * 1_024 * 1_024;

#[tokio::test]
#[ignore = "needs prlimit: apt-get install util-linux"]
async fn a_function_of_128_mb_survives_the_largest_events_with_capture_on() {
    let capture = [("DD_CAPTURE_LAMBDA_PAYLOAD", "true")];
    let running = Running::with("headers", &capture).await;
    running.invoke("{}").await;
    running.limit_memory(MEMORY).await;
    for (before, (name, event)) in FAMILIES.iter().enumerate() {
        running.invoke(event(LARGEST_EVENT).as_str()).await;
        assert_eq!(running.roots().len(), before + 2, "{name}");
    }
}
