//! Tells the span of the invocation what is posted to the caller.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lambda_runtime::tower::Service;
use lambda_runtime::{FunctionResponse, IntoFunctionResponse};
use serde::Serialize;

use crate::handler::outcome::status_of;
use crate::invocation::state::InvocationState;

/// A service whose outcome is the posted one: a closure around the handler may have changed the handler's.
pub(super) struct Posting<Svc, B, S> {
    inner: Svc,
    response: PhantomData<fn() -> (B, S)>,
}

impl<Svc, B, S> Posting<Svc, B, S> {
    pub(super) fn new(inner: Svc) -> Self {
        Self {
            inner,
            response: PhantomData,
        }
    }
}

impl<Svc: Clone, B, S> Clone for Posting<Svc, B, S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone())
    }
}

impl<Svc, Event, B, S> Service<Event> for Posting<Svc, B, S>
where
    Svc: Service<Event>,
    Svc::Response: IntoFunctionResponse<B, S>,
    B: Serialize,
{
    type Response = FunctionResponse<B, S>;
    type Error = Svc::Error;
    type Future = PostingFuture<Svc::Future, B, S>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Svc::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, event: Event) -> Self::Future {
        PostingFuture {
            future: self.inner.call(event),
            response: PhantomData,
        }
    }
}

pin_project_lite::pin_project! {
    pub(super) struct PostingFuture<F, B, S> {
        #[pin]
        future: F,
        response: PhantomData<fn() -> (B, S)>,
    }
}

impl<F, T, E, B, S> Future for PostingFuture<F, B, S>
where
    F: Future<Output = Result<T, E>>,
    T: IntoFunctionResponse<B, S>,
    B: Serialize,
{
    type Output = Result<FunctionResponse<B, S>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let posted = ready!(self.project().future.poll(cx));
        let posted = posted.map(IntoFunctionResponse::into_response);
        // An error reports itself when it becomes a `Diagnostic`.
        if let Ok(response) = &posted
            && let Some(state) = InvocationState::of_invocation()
        {
            state.posts_response(|| status_of(response));
        }
        Poll::Ready(posted)
    }
}
