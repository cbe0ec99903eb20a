//! Custom extractors: what the user's function may take and return.

mod into_carrier;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::fmt::Debug;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use lambda_runtime::Context;
use serde::de::DeserializeOwned;

pub(crate) use into_carrier::Found;
pub use into_carrier::{Extracted, IntoCarrier};

use crate::event::raw::RawEvent;

/// What an extractor may take: the event as text, as bytes, as received, or parsed.
pub trait EventView: sealed::EventView {
    /// Holds the view for as long as the extractor needs it.
    #[doc(hidden)]
    type View<'a>: Borrow<Self>;

    /// The view, or why there is none.
    #[doc(hidden)]
    fn view(event: &RawEvent) -> Result<Self::View<'_>, String>;
}

impl<T: DeserializeOwned + 'static> EventView for T {
    type View<'a> = T;

    fn view(event: &RawEvent) -> Result<T, String> {
        event.parse().map_err(|error| {
            let name = std::any::type_name::<T>();
            format!("the event doesn't fit its parameter `{name}`: {error}")
        })
    }
}

impl EventView for str {
    type View<'a> = &'a str;

    fn view(event: &RawEvent) -> Result<&str, String> {
        let text = event.as_str();
        text.map_err(|error| format!("the event is not UTF-8: {error}"))
    }
}

impl EventView for [u8] {
    type View<'a> = &'a [u8];

    fn view(event: &RawEvent) -> Result<&[u8], String> {
        Ok(event.as_bytes())
    }
}

/// A finished extraction, or one that is waiting for something.
pub enum Extraction<'a> {
    /// The extractor is a plain function.
    Ready(Extracted),
    /// The extractor is an `async fn`.
    Pending(Pin<Box<dyn Future<Output = Extracted> + Send + 'a>>),
}

impl Debug for Extraction<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ready(extracted) => f.debug_tuple("Ready").field(extracted).finish(),
            Self::Pending(_) => f.write_str("Pending(..)"),
        }
    }
}

/// A function that finds the trace context in an event.
///
/// It takes `&T`, where `T` is any type that is deserialised from the event, `serde_json::Value`,
/// `str`, `[u8]` or [`RawEvent`]; optionally `&lambda_runtime::Context` as a second parameter. It
/// returns anything that is [`IntoCarrier`], and may be `async`.
///
/// The trait is implemented for such functions. Name one in `#[traced_handler(extractor = "path::function")]`.
/// The type parameter distinguishes the signatures.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an extractor",
    label = "wrong signature for an extractor",
    note = "an extractor is a function such as `fn(&serde_json::Value) -> Option<Carrier>`",
    note = "it takes the event as `&T`, where `T` is `RawEvent`, `str`, `[u8]` or implements `Deserialize`, and `&lambda_runtime::Context` of version 1.5 second if it wants",
    note = "it returns a `Carrier`, a `TraceContext`, a map of strings or `(u128, u64, i8)`, or an `Option` or `Result` of one, directly or from a future that is `Send`"
)]
pub trait Extractor<Signature> {
    /// Runs the function on an event.
    #[doc(hidden)]
    fn extract<'a>(&'a self, event: &'a RawEvent, context: &'a Context) -> Extraction<'a>;
}

/// The signature `fn(&T) -> R`.
#[derive(Debug)]
pub struct OfEvent<T: ?Sized, R>(PhantomData<fn(&T) -> R>);

/// The signature `fn(&T, &Context) -> R`.
#[derive(Debug)]
pub struct OfEventAndContext<T: ?Sized, R>(PhantomData<fn(&T) -> R>);

/// The signature `async fn(&T) -> R`.
#[derive(Debug)]
pub struct AsyncOfEvent<T: ?Sized>(PhantomData<fn(&T)>);

/// The signature `async fn(&T, &Context) -> R`.
#[derive(Debug)]
pub struct AsyncOfEventAndContext<T: ?Sized>(PhantomData<fn(&T)>);

impl<F, T, R> Extractor<OfEvent<T, R>> for F
where
    F: Fn(&T) -> R,
    T: EventView + ?Sized,
    R: IntoCarrier,
{
    fn extract<'a>(&'a self, event: &'a RawEvent, _: &'a Context) -> Extraction<'a> {
        Extraction::Ready(match T::view(event) {
            Ok(view) => self(view.borrow()).into_carrier(),
            Err(reason) => Extracted::nothing(reason),
        })
    }
}

impl<F, T, R> Extractor<OfEventAndContext<T, R>> for F
where
    F: Fn(&T, &Context) -> R,
    T: EventView + ?Sized,
    R: IntoCarrier,
{
    fn extract<'a>(&'a self, event: &'a RawEvent, context: &'a Context) -> Extraction<'a> {
        Extraction::Ready(match T::view(event) {
            Ok(view) => self(view.borrow(), context).into_carrier(),
            Err(reason) => Extracted::nothing(reason),
        })
    }
}

/// An `async fn(&T)`, whose future borrows its argument.
pub trait AsyncFn1<'a, T: ?Sized + 'a>: Fn(&'a T) -> Self::Future {
    /// The result of a call.
    type Future: Future<Output: IntoCarrier> + Send + 'a;
}

impl<'a, F, T, Fut> AsyncFn1<'a, T> for F
where
    F: Fn(&'a T) -> Fut,
    T: ?Sized + 'a,
    Fut: Future<Output: IntoCarrier> + Send + 'a,
{
    type Future = Fut;
}

/// An `async fn(&T, &Context)`, whose future borrows its arguments.
pub trait AsyncFn2<'a, T: ?Sized + 'a>: Fn(&'a T, &'a Context) -> Self::Future {
    /// The result of a call.
    type Future: Future<Output: IntoCarrier> + Send + 'a;
}

impl<'a, F, T, Fut> AsyncFn2<'a, T> for F
where
    F: Fn(&'a T, &'a Context) -> Fut,
    T: ?Sized + 'a,
    Fut: Future<Output: IntoCarrier> + Send + 'a,
{
    type Future = Fut;
}

impl<F, T> Extractor<AsyncOfEvent<T>> for F
where
    F: Sync + for<'a> AsyncFn1<'a, T>,
    T: EventView + Sync + ?Sized + 'static,
    for<'a> T::View<'a>: Send,
{
    fn extract<'a>(&'a self, event: &'a RawEvent, _: &'a Context) -> Extraction<'a> {
        Extraction::Pending(Box::pin(async move {
            match T::view(event) {
                Ok(view) => self(view.borrow()).await.into_carrier(),
                Err(reason) => Extracted::nothing(reason),
            }
        }))
    }
}

impl<F, T> Extractor<AsyncOfEventAndContext<T>> for F
where
    F: Sync + for<'a> AsyncFn2<'a, T>,
    T: EventView + Sync + ?Sized + 'static,
    for<'a> T::View<'a>: Send,
{
    fn extract<'a>(&'a self, event: &'a RawEvent, context: &'a Context) -> Extraction<'a> {
        Extraction::Pending(Box::pin(async move {
            match T::view(event) {
                Ok(view) => self(view.borrow(), context).await.into_carrier(),
                Err(reason) => Extracted::nothing(reason),
            }
        }))
    }
}

mod sealed {
    pub trait EventView {}
    impl<T> EventView for T {}
    impl EventView for str {}
    impl EventView for [u8] {}
}
