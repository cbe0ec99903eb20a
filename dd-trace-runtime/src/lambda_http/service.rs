//! Turns a service of HTTP requests into a service of events.

use std::convert::identity;
use std::fmt::{self, Debug};
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use ::lambda_http::request::LambdaRequest;
use ::lambda_http::{Adapter, Error, IntoResponse, Request, Response, StreamAdapter};
use bytes::Bytes;
use futures_core::Stream;
use http_body::Frame;
use lambda_runtime::streaming::Body;
use lambda_runtime::tower::Service;
use lambda_runtime::{LambdaEvent, StreamResponse};

use crate::extraction::erased::BuiltIn;
use crate::handler::HandlerInput;
use crate::handler::answer::{Answer, Special};
use crate::handler::error::TracedError;
use crate::handler::failure::{AsDebug, Failure};
use crate::invocation::{Incoming, Site, invoke};
use crate::sync::lock;

/// Serves events that are HTTP requests with `app`, each in a span of its own.
///
/// For a `Runtime` of your own, and for a unit test:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use axum::{Router, routing::get};
/// use dd_trace_runtime::lambda_http::service;
/// use dd_trace_runtime::{TraceContext, testing::Invocation};
/// use lambda_http::Service;
/// use serde_json::json;
///
/// let mut app = service(Router::new().route("/orders", get(async || "none")));
/// let request = json!({
///     "version": "2.0",
///     "rawPath": "/orders",
///     "headers": {"x-datadog-trace-id": "1", "x-datadog-parent-id": "2"},
///     "requestContext": {"http": {"method": "GET", "path": "/orders"}, "stage": "$default"}
/// });
/// let outcome = Invocation::of(&request).run(|event| app.call(event)).await;
/// assert_eq!(outcome.parent().map(|producer| producer.parent_id()), Some(2));
/// assert_eq!(outcome.root().meta["http.status_code"], "200");
/// # }
/// ```
pub fn service<'a, S, R>(app: S) -> HttpService<'a, S>
where
    S: Service<Request, Response = R>,
    S::Future: Send + 'a,
    R: IntoResponse,
{
    HttpService {
        app: App::new(app),
        futures: PhantomData,
    }
}

/// As [`service`], with a response that is streamed to the caller.
pub fn streaming_service<'a, S, B>(app: S) -> StreamingHttpService<'a, S>
where
    S: Service<Request, Response = Response<B>>,
    S::Future: Send + 'a,
{
    StreamingHttpService {
        app: App::new(app),
        futures: PhantomData,
    }
}

/// See [`service`].
#[derive(Debug, Clone)]
pub struct HttpService<'a, S> {
    app: App<S>,
    futures: PhantomData<&'a ()>,
}

/// See [`streaming_service`].
#[derive(Debug, Clone)]
pub struct StreamingHttpService<'a, S> {
    app: App<S>,
    futures: PhantomData<&'a ()>,
}

/// The response that `lambda_http` makes. Its type isn't public.
type Buffered<'a, S, R> = <Adapter<'a, R, S> as Service<LambdaEvent<LambdaRequest>>>::Response;

type Served<'a, T, E> = Pin<Box<dyn Future<Output = Result<T, TracedError<E>>> + Send + 'a>>;

impl<'a, S, R, E> Service<Incoming> for HttpService<'a, S>
where
    S: Service<Request, Response = R, Error = E> + Send + 'a,
    S::Future: Send + 'a,
    R: IntoResponse + 'a,
    E: Debug + Send + 'static,
{
    type Response = Buffered<'a, S, R>;
    type Error = TracedError<E>;
    type Future = Served<'a, Buffered<'a, S, R>, E>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: Incoming) -> Self::Future {
        let call = |app: &mut S, event| Adapter::from(app).call(event);
        self.app
            .serve(event, call, |response| Answer::Serialize(response))
    }
}

impl<'a, S, B, E> Service<Incoming> for StreamingHttpService<'a, S>
where
    S: Service<Request, Response = Response<B>, Error = E> + Send + 'a,
    S::Future: Send + 'a,
    E: Debug + Send + 'static,
    B: http_body::Body + Unpin + Send + 'static,
    B::Data: Into<Bytes> + Send,
    B::Error: Into<Error> + Send + Debug,
{
    type Response = StreamResponse<Body>;
    type Error = TracedError<E>;
    type Future = Served<'a, StreamResponse<Body>, E>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: Incoming) -> Self::Future {
        let call = |app: &mut S, event| {
            let response = StreamAdapter::from(app).call(event);
            async {
                let StreamResponse {
                    metadata_prelude,
                    stream,
                } = response.await?;
                Ok(StreamResponse {
                    metadata_prelude,
                    stream: Body::new(Streamed(stream)),
                })
            }
        };
        self.app.serve(event, call, Special::answer)
    }
}

/// The user's service. It is called in the invocation's future, after the event has become a request.
struct App<S>(Arc<Mutex<S>>);

impl<S> App<S> {
    fn new(app: S) -> Self {
        Self(Arc::new(Mutex::new(app)))
    }

    /// Runs one invocation in its span; `call` calls the app.
    fn serve<'a, T, E, Fut>(
        &self,
        event: Incoming,
        call: fn(&mut S, LambdaEvent<LambdaRequest>) -> Fut,
        look: fn(&mut T) -> Answer<'_>,
    ) -> Served<'a, T, E>
    where
        S: Service<Request, Error = E> + Send + 'a,
        Fut: Future<Output = Result<T, E>> + Send + 'a,
        T: Send + 'a,
        E: Debug + Send + 'static,
    {
        let app = Arc::clone(&self.0);
        let handler = move |request| async move {
            let response = {
                // Under one lock, so that no other call takes what `poll_ready` has reserved for this one.
                let mut app = poll_fn(|cx| {
                    // After a panic of the app, the app is used as it is.
                    let mut app = lock(&app);
                    ready!(app.poll_ready(cx))?;
                    Poll::Ready(Ok(app))
                })
                .await?;
                call(&mut app, request)
            };
            response.await
        };
        let site = const {
            &Site::<LambdaEvent<LambdaRequest>, E> {
                name: "http",
                resource: None,
                extractor: &BuiltIn,
                decode: <LambdaEvent<LambdaRequest> as HandlerInput>::decode,
                failure: Failure {
                    error: None,
                    inner: None,
                    display: None,
                    debug: AsDebug::<E>::__GET,
                },
            }
        };
        invoke(site, event, handler, identity, look)
    }
}

/// Each clone has its own app, so that no clone takes what `poll_ready` has reserved for another.
impl<S: Clone> Clone for App<S> {
    fn clone(&self) -> Self {
        Self::new(lock(&self.0).clone())
    }
}

impl<S> Debug for App<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("App")
    }
}

/// A stream as a body, through which the span learns when the stream ends.
struct Streamed<S>(S);

impl<S, D, E> http_body::Body for Streamed<S>
where
    S: Stream<Item = Result<D, E>> + Unpin,
    D: Into<Bytes>,
{
    type Data = Bytes;
    type Error = E;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, E>>> {
        let data = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(data.map(|data| data.map(|data| Frame::data(data.into()))))
    }
}
