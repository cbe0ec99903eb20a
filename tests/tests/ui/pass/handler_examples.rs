//! The generic handlers of lambda_runtime's examples, without their bodies.

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

trait GetFile {
    async fn get_file(&self, key: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>>;
}

trait PutFile {
    async fn put_file(&self, key: &str, bytes: Vec<u8>) -> Result<String, String>;
}

trait ListObjects {
    async fn list_objects(&self, bucket: &str) -> Result<Vec<String>, Error>;
}

struct Client;

impl GetFile for Client {
    async fn get_file(&self, _: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
        Ok(Vec::new())
    }
}

impl PutFile for Client {
    async fn put_file(&self, key: &str, _: Vec<u8>) -> Result<String, String> {
        Ok(key.to_owned())
    }
}

impl ListObjects for Client {
    async fn list_objects(&self, bucket: &str) -> Result<Vec<String>, Error> {
        Ok(vec![bucket.to_owned()])
    }
}

/// basic-sdk
#[traced_handler]
async fn my_handler<T: ListObjects>(
    event: LambdaEvent<String>,
    client: &T,
) -> Result<Vec<String>, Error> {
    client.list_objects(&event.payload).await
}

/// basic-s3-thumbnail
#[traced_handler]
pub(crate) async fn thumbnail<T: PutFile + GetFile>(
    event: LambdaEvent<Value>,
    size: u32,
    client: &T,
) -> Result<(), Error> {
    let file = client.get_file("a").await.map_err(|error| error.to_string())?;
    client.put_file("a", file).await?;
    drop((event, size));
    Ok(())
}

/// basic-s3-object-lambda-thumbnail, whose error is not `Send`
#[traced_handler]
pub(crate) async fn object_lambda<T: PutFile + GetFile>(
    event: LambdaEvent<Value>,
    size: u32,
    client: &T,
) -> Result<(), Box<dyn std::error::Error>> {
    client.put_file("a", client.get_file("a").await?).await?;
    drop((event, size));
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = &Client;
    let _ = dd_trace_runtime::run(|event| my_handler(event, client));
    let _ = dd_trace_runtime::run(|event| thumbnail(event, 128, client));
    let _ = dd_trace_runtime::run(|event| object_lambda(event, 128, client));
}
