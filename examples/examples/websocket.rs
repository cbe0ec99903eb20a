//! WebSocket: a host sends a text frame, and API Gateway passes it to a function as the body of its event.
//!
//! Only the request that opens the connection has headers, so each frame must carry its own context.

use dd_trace_runtime::{Carrier, TracedPayload, traced_handler};
use examples::local;
use futures_util::{SinkExt, StreamExt};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

#[derive(TracedPayload)]
struct Bid {
    action: &'static str,
    amount: u32,
}

fn frame(bid: &Bid) -> serde_json::Result<Message> {
    let text = serde_json::to_string(bid)?; // includes the trace context
    Ok(Message::text(text))
}

#[derive(Deserialize)]
struct Frame {
    body: String,
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "_datadog")]
    carrier: Carrier,
}

fn from_frame(frame: &Frame) -> serde_json::Result<Carrier> {
    serde_json::from_str(&frame.body).map(|body: Body| body.carrier)
}

#[traced_handler(extractor = from_frame)]
async fn handler(_event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(json!({ "statusCode": 200 }))
}

/// The event that API Gateway makes of a frame.
fn event(body: &str) -> Value {
    json!({
        "requestContext": {
            "routeKey": "bid",
            "eventType": "MESSAGE",
            "messageDirection": "IN",
            "connectionId": "JKJaXmPLvHcESHA=",
            "apiId": "auction",
            "stage": "live",
            "domainName": "auction.execute-api.us-east-1.amazonaws.com",
            "requestId": "JKJaXmPLvHcESHB=",
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

async fn produce() -> Result<String, Error> {
    let telemetry = dd_trace_runtime::init();
    let (near, far) = tokio::io::duplex(4096);
    let (client, server) = tokio::join!(client_async("ws://auction/", near), accept_async(far));
    let (mut client, mut server) = (client?.0, server?);
    let bid = Bid {
        action: "bid",
        amount: 7,
    };
    let frame = global::tracer("auction").in_span("bid", |_| frame(&bid))?;
    client.send(frame).await?;
    let received = server.next().await.ok_or("no frame came")??;
    telemetry.flush().await;
    Ok(event(received.to_text()?).to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::pair(produce(), dd_trace_runtime::run(handler)).await
}
