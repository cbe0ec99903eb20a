//! Flushes that take their time.

use std::sync::mpsc::{Receiver, Sender, channel};

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use super::*;

/// Far longer than anything that works takes.
const LIMIT: Duration = Duration::from_secs(20);
const SOON: Duration = Duration::from_millis(10);

/// A processor whose flush ends when and how the test says.
#[derive(Debug)]
struct Slow {
    flushes: Arc<Mutex<usize>>,
    end: Mutex<Receiver<End>>,
}

#[derive(Debug)]
enum End {
    Well,
    Panic,
}

impl SpanProcessor for Slow {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        *self.flushes.lock().unwrap() += 1;
        let end = self.end.lock().unwrap().recv();
        assert!(!matches!(end, Ok(End::Panic)), "it was told to panic");
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// A provider, the number of its flushes, and the sender that ends a flush.
fn slow() -> (Flushes, Arc<Mutex<usize>>, Sender<End>) {
    let (ends, end) = channel();
    let flushes = Arc::default();
    let processor = Slow {
        flushes: Arc::clone(&flushes),
        end: Mutex::new(end),
    };
    let provider = SdkTracerProvider::builder().with_span_processor(processor);
    (Flushes::new(provider.build()), flushes, ends)
}

#[tokio::test]
async fn a_flush_that_ends_in_time_is_waited_for() {
    let (provider, flushes, ends) = slow();
    ends.send(End::Well).unwrap();
    provider.flush(LIMIT).await;
    assert_eq!(*flushes.lock().unwrap(), 1);
    assert!(provider.alone.try_lock().is_ok(), "it has ended");
}

#[tokio::test]
async fn a_flush_that_takes_too_long_is_neither_begun_again_nor_waited_for() {
    let (provider, flushes, ends) = slow();
    provider.flush(SOON).await;
    let again = tokio::time::timeout(Duration::ZERO, provider.flush(SOON)).await;
    assert!(again.is_ok(), "it was waited for");
    ends.send(End::Well).unwrap();
    ends.send(End::Well).unwrap();
    assert!(provider.flush_last(LIMIT).await);
    assert_eq!(*flushes.lock().unwrap(), 2);
}

#[tokio::test]
async fn the_later_of_two_flushes_at_a_time_is_a_flush_of_its_own() {
    let (provider, flushes, ends) = slow();
    ends.send(End::Well).unwrap();
    ends.send(End::Well).unwrap();
    tokio::join!(provider.flush(LIMIT), provider.flush(LIMIT));
    assert_eq!(*flushes.lock().unwrap(), 2);
}

#[tokio::test]
async fn callers_that_wait_for_the_same_flush_share_the_next_one() {
    let (provider, flushes, ends) = slow();
    // Not before all of them wait, however busy this machine is.
    let end = async {
        for _ in 0..4 {
            ends.send(End::Well).unwrap();
        }
    };
    let flush = || provider.flush(LIMIT);
    tokio::join!(biased; flush(), flush(), flush(), flush(), end);
    assert_eq!(*flushes.lock().unwrap(), 2);
    flush().await;
    assert_eq!(*flushes.lock().unwrap(), 3);
}

#[tokio::test]
async fn the_last_flush_comes_after_one_that_goes_on_and_within_its_limit() {
    let (provider, flushes, ends) = slow();
    provider.flush(SOON).await;
    assert!(!provider.flush_last(SOON).await);
    ends.send(End::Well).unwrap();
    ends.send(End::Well).unwrap();
    assert!(provider.flush_last(LIMIT).await);
    assert_eq!(*flushes.lock().unwrap(), 2);
}

#[tokio::test]
async fn a_flush_that_panics_costs_its_spans_and_no_later_flush() {
    let (provider, flushes, ends) = slow();
    ends.send(End::Panic).unwrap();
    assert!(!provider.flush_last(LIMIT).await);
    ends.send(End::Well).unwrap();
    assert!(provider.flush_last(LIMIT).await);
    assert_eq!(*flushes.lock().unwrap(), 2);
}
