//! Step Functions: a host starts an execution, whose input is the event of the state machine's task.

use dd_trace_runtime::{Traced, traced_handler};
use emulator::StateMachine;
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use opentelemetry::{Context, global};
use reqwest::Client;
use serde_json::{Value, json};

async fn start(machine: &StateMachine, order: Value) -> Result<(), Error> {
    let input = serde_json::to_string(&Traced::new(order))?; // includes the trace context
    let request = json!({ "stateMachineArn": machine.arn(), "input": input });
    Client::new()
        .post(machine.url())
        .header("x-amz-target", "AWSStepFunctions.StartExecution")
        .body(request.to_string())
        .send()
        .await?
        .error_for_status()?;
    Ok(())
}

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Option<Value>, Error> {
    Ok(event.payload.get("id").cloned())
}

async fn produce() -> Result<String, Error> {
    let telemetry = dd_trace_runtime::init();
    let machine = StateMachine::start("shipping").await?;
    let active = Context::current_with_span(global::tracer("shop").start("start the shipping"));
    let started = start(&machine, json!({ "id": 1 })).with_context(active);
    started.await?;
    telemetry.flush().await;
    Ok(String::from_utf8(machine.next().await.input.to_vec())?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::pair(produce(), dd_trace_runtime::run(handler)).await
}
