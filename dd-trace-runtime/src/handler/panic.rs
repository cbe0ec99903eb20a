//! A panic of the handler: its message and its place.
//!
//! Only the panic hook knows the place of a panic. [`install`] puts a hook before the existing one, which is
//! still called. Our hook notes the place while a handler is being polled on this thread, and does nothing
//! otherwise.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::future::Future;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll};

use super::failure::ErrorTags;

/// A panic that was caught.
pub(crate) struct Panic {
    pub(crate) payload: Box<dyn Any + Send>,
    /// `file:line:column`, and a backtrace if the environment asks for one. Empty if the hook isn't ours any
    /// more, and for a panic that was resumed.
    place: String,
}

impl Panic {
    pub(crate) fn message(&self) -> &str {
        message(self.payload.as_ref())
    }

    /// What the span says about it; the stack is the panic's place.
    pub(crate) fn tags(&self) -> ErrorTags {
        ErrorTags {
            kind: "panic".to_owned(),
            message: self.message().to_owned(),
            stack: self.place.clone(),
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panicked with a value that is not text")
}

/// The hook's notes on this thread.
struct Noted {
    message: String,
    place: String,
}

thread_local! {
    /// How many calls of [`catch`] are running.
    static CATCHING: Cell<usize> = const { Cell::new(0) };
    static NOTED: RefCell<Option<Noted>> = const { RefCell::new(None) };
}

/// Calls `call` and returns its panic, if it panics.
pub(crate) fn catch<R>(call: impl FnOnce() -> R) -> Result<R, Panic> {
    CATCHING.set(CATCHING.get() + 1);
    // A panic ends the invocation: nothing sees what it left half done.
    let result = catch_unwind(AssertUnwindSafe(call));
    CATCHING.set(CATCHING.get().saturating_sub(1));
    result.map_err(|payload| {
        let noted = NOTED.take();
        // Resuming a panic calls no hook; the note is then about another panic, caught before.
        let noted = noted.filter(|noted| noted.message == message(payload.as_ref()));
        Panic {
            place: noted.map(|noted| noted.place).unwrap_or_default(),
            payload,
        }
    })
}

pin_project_lite::pin_project! {
    /// A future that outputs its panic.
    pub(crate) struct CatchPanic<F> {
        #[pin]
        future: F,
    }
}

pub(crate) fn catch_panic<F: Future>(future: F) -> CatchPanic<F> {
    CatchPanic { future }
}

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match catch(|| self.project().future.poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

/// Puts the hook before the existing one, once in a process.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // `take_hook` panics during a panic, which costs only the place.
        if std::thread::panicking() {
            return;
        }
        let next = take_hook();
        set_hook(Box::new(move |info| {
            if CATCHING.try_with(Cell::get).is_ok_and(|depth| depth > 0) {
                note(info);
            }
            next(info);
        }));
    });
}

fn note(info: &PanicHookInfo<'_>) {
    let mut place = info.location().map(ToString::to_string).unwrap_or_default();
    // Captures nothing unless `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` says so.
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = write!(place, "\n{backtrace}");
    }
    let message = message(info.payload()).to_owned();
    // Neither the text of a place nor the copy of a message can panic, so nothing is borrowed here.
    let _ = NOTED.try_with(|noted| noted.replace(Some(Noted { message, place })));
}

#[cfg(test)]
mod tests {
    use std::panic::resume_unwind;

    use super::*;

    fn place(panic: &Panic) -> &str {
        panic.place.lines().next().unwrap_or_default()
    }

    #[test]
    fn a_panic_has_its_message_and_its_place() {
        install();
        let panic = catch(|| panic!("the {} is on fire", "till")).err().unwrap();
        assert_eq!(panic.message(), "the till is on fire");
        let (file, position) = place(&panic).split_once(".rs:").unwrap();
        assert!(file.ends_with("panic"), "{file}");
        let (line, column) = position.split_once(':').unwrap();
        assert!(line.parse::<u32>().is_ok() && column.parse::<u32>().is_ok());
    }

    #[test]
    fn a_panic_that_is_resumed_has_no_place_of_another_one() {
        install();
        let panic = catch(|| {
            let _ = catch_unwind(|| panic!("caught before"));
            resume_unwind(Box::new("resumed"))
        });
        let panic: Panic = panic.map(|(): ()| ()).err().unwrap();
        assert_eq!((panic.message(), place(&panic)), ("resumed", ""));
    }

    #[test]
    fn a_panic_elsewhere_is_not_noted() {
        install();
        let _ = catch_unwind(|| panic!("nobody asked"));
        assert!(NOTED.take().is_none());
    }

    #[test]
    fn a_value_that_is_no_text_says_so() {
        install();
        let panic = catch(|| std::panic::panic_any(7)).err().unwrap();
        assert_eq!(panic.message(), "panicked with a value that is not text");
        assert!(place(&panic).contains("panic.rs:"));
    }
}
