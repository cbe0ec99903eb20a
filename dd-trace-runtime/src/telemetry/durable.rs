//! The invocations of durable functions that are running, by their request ids.
//!
//! AWS's SDK for Rust runs the branches of `parallel` and `map` in tasks of their own, where no OpenTelemetry context is
//! active, and starts their spans without a parent. But each of its spans has the field `requestId`.

use std::sync::{Arc, Mutex, Weak};

use opentelemetry::Context;

use super::running::Running;
use crate::sync::lock;

static RUNNING: Mutex<Vec<(String, Weak<Running>)>> = Mutex::new(Vec::new());

/// Makes an invocation known until it ends.
pub(crate) fn register(request_id: &str, running: &Arc<Running>) {
    let mut known = lock(&RUNNING);
    known.retain(|(_, running)| running.strong_count() > 0);
    known.push((request_id.to_owned(), Arc::downgrade(running)));
}

/// The context with the span of the invocation that has this request id, while it is open.
pub(crate) fn context_of(request_id: &str) -> Option<Context> {
    let known = lock(&RUNNING);
    let mut latest = known.iter().rev();
    let (_, running) = latest.find(|(id, _)| id == request_id)?;
    running.upgrade()?.span()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::extraction::Producers;
    use crate::telemetry::Telemetry;

    #[test]
    fn an_invocation_is_known_by_its_request_id_until_it_ends() {
        let telemetry = Telemetry::new(Config::from_vars(|_| None));
        let invocations = ["durable-1", "durable-2"].map(|id| {
            let context = telemetry.start_invocation(None);
            let running = Telemetry::running_in(&context).unwrap();
            register(id, &running);
            (
                id,
                Telemetry::enter(&context, Producers::default()),
                context,
            )
        });
        assert!(context_of("durable-1").is_some() && context_of("durable-2").is_some());
        assert!(context_of("durable-3").is_none());
        drop(invocations);
        assert!(context_of("durable-1").is_none());
    }

    #[test]
    fn invocations_that_have_ended_are_forgotten() {
        let telemetry = Telemetry::new(Config::from_vars(|_| None));
        for _ in 0..1_000 {
            let context = telemetry.start_invocation(None);
            register("durable-again", &Telemetry::running_in(&context).unwrap());
        }
        let known = lock(&RUNNING);
        assert!(known.iter().filter(|(id, _)| id == "durable-again").count() <= 1);
    }
}
