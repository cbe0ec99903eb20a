//! Functions with responses and parameters of every shape, run in every way.

use std::rc::Rc;
use std::sync::Arc;

use dd_trace_runtime::traced_handler;
use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Error, FunctionResponse, LambdaEvent, MetadataPrelude, service_fn};
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    let client = Client { region: "eu" };
    match how {
        "streaming" => dd_trace_runtime::run(streaming).await,
        "streaming-with-prelude" => dd_trace_runtime::run(with_prelude).await,
        "streaming-or-not" => dd_trace_runtime::run(streaming_or_not).await,
        "opaque" => dd_trace_runtime::run(opaque).await,
        "borrowing" => dd_trace_runtime::run(|event| borrowing(&client, event)).await,
        "borrowing-in-an-async-closure" => {
            dd_trace_runtime::run(async |event| borrowing(&client, event).await).await
        }
        "not-send" => dd_trace_runtime::run(not_send).await,
        "shared" => {
            let client = Arc::new(client);
            dd_trace_runtime::run_concurrent(move |event| shared(Arc::clone(&client), event)).await
        }
        "plain-runtime" => lambda_runtime::run(service_fn(opaque)).await,
        "plain-runtime-concurrently" => lambda_runtime::run_concurrent(service_fn(opaque)).await,
        "plain-runtime-borrowing" => {
            lambda_runtime::run(service_fn(|event| borrowing(&client, event))).await
        }
        _ => crate::no_function(how),
    }
}

struct Client {
    region: &'static str,
}

#[derive(Serialize)]
struct Receipt {
    region: String,
}

fn body(chunks: [&'static str; 2]) -> Body {
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for chunk in chunks {
            if sender.send_data(chunk.into()).await.is_err() {
                break;
            }
        }
    });
    body
}

#[traced_handler]
async fn streaming(_: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    Ok(Response::from(body(["eu", "us"])))
}

#[traced_handler]
async fn with_prelude(_: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    Ok(Response {
        metadata_prelude: MetadataPrelude {
            cookies: vec!["a=b".to_owned()],
            ..MetadataPrelude::default()
        },
        stream: body(["eu", "us"]),
    })
}

#[traced_handler]
async fn streaming_or_not(
    event: LambdaEvent<Value>,
) -> Result<FunctionResponse<Value, Body>, Error> {
    Ok(if event.payload["stream"] == true {
        FunctionResponse::StreamingResponse(Response::from(body(["eu", "us"])))
    } else {
        FunctionResponse::BufferedResponse(json!({"region": "eu"}))
    })
}

#[traced_handler]
async fn opaque(_: LambdaEvent<Value>) -> Result<impl Serialize, Error> {
    Ok(Receipt {
        region: "eu".to_owned(),
    })
}

#[traced_handler]
async fn borrowing(client: &Client, _: LambdaEvent<Value>) -> Result<Receipt, Error> {
    tokio::task::yield_now().await;
    Ok(Receipt {
        region: client.region.to_owned(),
    })
}

#[traced_handler]
async fn not_send(_: LambdaEvent<Value>) -> Result<Receipt, Error> {
    let region = Rc::new("eu");
    tokio::task::yield_now().await;
    Ok(Receipt {
        region: region.to_string(),
    })
}

#[traced_handler]
async fn shared(client: Arc<Client>, _: LambdaEvent<Value>) -> Result<Receipt, Error> {
    tokio::task::yield_now().await;
    Ok(Receipt {
        region: client.region.to_owned(),
    })
}
