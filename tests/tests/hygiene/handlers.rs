//! Every key and every shape of `#[traced_handler]`.

use std::convert::Infallible;
use std::sync::Arc;

use dd_trace_runtime::{Carrier, RawEvent, traced_handler};
use lambda_runtime::{Context, Error, LambdaEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The event.
#[derive(Debug, Deserialize)]
pub struct Order {
    /// The order's number.
    pub id: u8,
}

/// The response.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    id: u8,
}

/// Finds trace contexts.
pub mod extractors {
    use super::{Carrier, Context, RawEvent, Value};

    /// Finds none.
    #[must_use]
    pub fn plain(_: &RawEvent) -> Option<Carrier> {
        None
    }

    /// Finds none, asynchronously.
    pub async fn waiting(_: &Value, context: &Context) -> Option<Carrier> {
        tokio::task::yield_now().await;
        context.request_id.is_empty().then(Carrier::default)
    }
}

/// Without arguments.
///
/// # Errors
/// None.
#[traced_handler]
pub async fn plain(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
    tokio::task::yield_now().await;
    Ok(Receipt {
        id: event.payload.id,
    })
}

/// One extractor, quoted, and a resource.
///
/// # Errors
/// None.
#[traced_handler(extractor = "extractors::plain", resource = "order")]
pub async fn extracted(event: LambdaEvent<Order>) -> Result<Receipt, Error> {
    Ok(Receipt {
        id: event.payload.id,
    })
}

/// A set of extractors, and further parameters.
///
/// # Errors
/// None.
#[traced_handler(extractors(extractors::waiting, extractors::plain))]
pub async fn chosen(
    client: &str,
    event: LambdaEvent<Order>,
    (one, two): (u8, u8),
    shared: Arc<Value>,
) -> Result<String, Error> {
    Ok(format!("{client}{}{one}{two}{shared}", event.payload.id))
}

/// An opaque response, and no `.await`.
///
/// # Errors
/// None.
#[traced_handler(crate = ::dd_trace_runtime)]
pub async fn opaque(event: LambdaEvent<Order>) -> Result<impl Serialize + use<>, Infallible> {
    Ok(event.payload.id)
}

/// A response that borrows.
///
/// # Errors
/// None.
#[traced_handler]
#[expect(clippy::needless_lifetimes, reason = "they must be repeated")]
#[must_use = "it is answered"]
pub async fn borrowing<'a>(client: &'a str, _: LambdaEvent<Value>) -> Result<&'a str, String> {
    Ok(client)
}

/// Generic, but not over the event.
///
/// # Errors
/// None.
#[traced_handler]
pub async fn generic<C: AsRef<str> + Sync, const N: usize>(
    client: &C,
    _: LambdaEvent<Value>,
) -> Result<String, Error> {
    Ok(client.as_ref().repeat(N))
}

#[tokio::test]
async fn handlers_of_every_shape_answer() {
    let event = || super::event(r#"{"id":7}"#);
    assert_eq!(plain(event()).await.unwrap(), Receipt { id: 7 });
    assert_eq!(extracted(event()).await.unwrap(), Receipt { id: 7 });
    let shared = Arc::new(Value::Null);
    assert_eq!(
        chosen("c", event(), (1, 2), shared).await.unwrap(),
        "c712null"
    );
    let opaque = opaque(event()).await.unwrap();
    assert_eq!(serde_json::to_value(opaque).unwrap(), 7);
    assert_eq!(borrowing("c", event()).await.unwrap(), "c");
    assert_eq!(generic::<_, 2>(&"c", event()).await.unwrap(), "cc");
}
