//! The closures that `run` takes.

use dd_trace_runtime::{RawEvent, run, run_concurrent, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(client: &str, event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload + client)
}

async fn borrowing(client: String) -> Result<(), Error> {
    run(|event| handler(&client, event)).await?;
    run(async |event| handler(&client, event).await).await?;
    run(|event| async {
        println!("{client}");
        handler(&client, event).await
    })
    .await?;
    run(|event: LambdaEvent<RawEvent>| {
        println!("{}", event.context.request_id);
        handler(&client, event)
    })
    .await?;
    let mut count = 0;
    run(|event| {
        count += 1;
        handler(&client, event)
    })
    .await
}

async fn sharing(client: &'static str) -> Result<(), Error> {
    run_concurrent(move |event| handler(client, event)).await
}

fn main() {
    let _ = (borrowing, sharing);
}
