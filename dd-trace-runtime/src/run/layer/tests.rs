//! Spans that are sent beside the handler, and after it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::tower::{Layer, Service, service_fn};
use lambda_runtime::{Context as LambdaContext, LambdaInvocation};
use opentelemetry::trace::{Span as _, Tracer as _};
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::{Error, TraceLayer};
use crate::agent::tests::stand_in::{OK, Step, TestAgent};
use crate::config::Config;
use crate::export::tests::config_at;
use crate::telemetry::Telemetry;

fn telemetry(agent: &TestAgent) -> Telemetry {
    Telemetry::new(Config {
        send_timeout: Duration::from_secs(20),
        ..config_at(agent.address.clone())
    })
}

fn invocation() -> LambdaInvocation {
    let deadline = SystemTime::now() + Duration::from_secs(60);
    let mut context = LambdaContext::default();
    let since = deadline.duration_since(UNIX_EPOCH).unwrap_or_default();
    context.deadline = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    LambdaInvocation {
        parts: http::Response::new(()).into_parts().0,
        body: bytes::Bytes::new(),
        context,
    }
}

/// Runs an invocation with `handler` to its end.
async fn invoke<F>(telemetry: &Telemetry, handler: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut handler = Some(handler);
    let service = service_fn(move |_: LambdaInvocation| {
        let handler = handler.take();
        async move {
            if let Some(handler) = handler {
                handler.await;
            }
            Ok::<(), Error>(())
        }
    });
    let mut traced = TraceLayer::new(telemetry.clone()).layer(service);
    traced.call(invocation()).await.unwrap();
}

fn make_spans(telemetry: &Telemetry, count: usize) {
    let tracer = telemetry.source().tracer("test");
    for _ in 0..count {
        tracer.start("span").end();
    }
}

/// So many spans that they don't wait for the end of an invocation.
const MANY: usize = 5_000;

#[tokio::test]
async fn many_spans_are_sent_while_the_handler_still_runs() {
    let agent = Arc::new(TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await);
    let telemetry = telemetry(&agent);
    let handler = {
        let (agent, telemetry) = (Arc::clone(&agent), telemetry.clone());
        async move {
            make_spans(&telemetry, MANY);
            agent.until(|counts| counts.requests > 0).await;
        }
    };
    invoke(&telemetry, handler).await;
    assert_eq!(agent.resources().len(), MANY);
}

#[tokio::test]
async fn many_spans_of_a_task_are_sent_while_the_handler_waits() {
    let agent = Arc::new(TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await);
    let telemetry = telemetry(&agent);
    let (waits, waiting) = oneshot::channel();
    let task = {
        let telemetry = telemetry.clone();
        tokio::spawn(async move {
            waiting.await.unwrap();
            // The handler's task is polled only because of these spans.
            yield_now().await;
            make_spans(&telemetry, MANY);
        })
    };
    let handler = {
        let agent = Arc::clone(&agent);
        async move {
            waits.send(()).unwrap();
            agent.until(|counts| counts.requests > 0).await;
        }
    };
    invoke(&telemetry, handler).await;
    task.await.unwrap();
    assert_eq!(agent.resources().len(), MANY);
}

#[tokio::test]
async fn a_send_beside_the_handler_does_not_hold_up_the_response() {
    let agent = TestAgent::tcp(|_, _| Step::AnswerWhenTold(OK.to_owned())).await;
    let agent = Arc::new(agent);
    let telemetry = telemetry(&agent);
    let (responds, response) = oneshot::channel();
    let handler = {
        let (agent, telemetry) = (Arc::clone(&agent), telemetry.clone());
        async move {
            make_spans(&telemetry, MANY);
            agent.until(|counts| counts.requests > 0).await;
            make_spans(&telemetry, 1);
            responds.send(()).unwrap();
        }
    };
    let invocation = tokio::spawn({
        let telemetry = telemetry.clone();
        async move { invoke(&telemetry, handler).await }
    });
    response.await.unwrap();
    assert_eq!(agent.counts().requests, 1, "it has no answer yet");
    agent.answer();
    invocation.await.unwrap();
    assert_eq!(agent.resources().len(), MANY + 1, "each once");
}

#[tokio::test]
async fn an_invocation_of_a_hundred_thousand_spans_loses_none() {
    const SPANS: usize = 100_000;
    let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
    let agent = Arc::new(agent);
    let telemetry = telemetry(&agent);
    let handler = {
        let telemetry = telemetry.clone();
        async move {
            for _ in 0..SPANS / 100 {
                make_spans(&telemetry, 100);
                yield_now().await;
            }
        }
    };
    invoke(&telemetry, handler).await;
    assert_eq!(agent.resources().len(), SPANS);
}
