//! A request of an HTTP client that answers it at once.

use std::convert::Infallible;

use dd_trace_runtime::http_client;
use http::{Request, Response};
use lambda_runtime::Error;
use lambda_runtime::tower::{Layer, ServiceExt, service_fn};

/// Sends a request, `traced` or not.
pub async fn send(traced: bool) -> Result<(), Error> {
    let client = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let request = Request::get("https://shop.example/orders/7").body(())?;
    if traced {
        http_client::layer().layer(client).oneshot(request).await?;
    } else {
        client.oneshot(request).await?;
    }
    Ok(())
}
