//! Hands the handler the event's bytes, and sends the spans after the response.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use bytes::Bytes;
use lambda_runtime::LambdaInvocation;
use lambda_runtime::tower::{BoxError, Layer, Service};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use crate::tracer::Tracer;

thread_local! {
    static BODY: Cell<Option<Bytes>> = const { Cell::new(None) };
}

/// The bytes of the event, which `lambda_runtime` doesn't parse: it gets a stand-in.
pub struct RawBody(pub Bytes);

impl<'de> Deserialize<'de> for RawBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer)?;
        Ok(Self(BODY.take().unwrap_or_default()))
    }
}

pub struct SendAfterResponse(pub Rc<Tracer>);

impl<S> Layer<S> for SendAfterResponse {
    type Service = Sending<S>;

    fn layer(&self, inner: S) -> Sending<S> {
        let tracer = Rc::clone(&self.0);
        Sending { inner, tracer }
    }
}

pub struct Sending<S> {
    inner: S,
    tracer: Rc<Tracer>,
}

impl<S> Service<LambdaInvocation> for Sending<S>
where
    S: Service<LambdaInvocation, Response = (), Error = BoxError>,
    S::Future: 'static,
{
    type Response = ();
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<(), BoxError>>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut invocation: LambdaInvocation) -> Self::Future {
        let body = std::mem::replace(&mut invocation.body, Bytes::from_static(b"null"));
        BODY.set(Some(body));
        let response = self.inner.call(invocation);
        let tracer = Rc::clone(&self.tracer);
        Box::pin(async move {
            let result = response.await;
            tracer.send().await;
            result
        })
    }
}
