//! Which traced value on this thread adds the trace context: the outermost one, and once.

use std::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No traced value is being serialised, or nothing around the next one adds a trace context.
    Outside,
    /// Inside a traced value that found no trace context, or whose format holds none.
    WithoutContext,
    /// Inside a traced value that adds its trace context, or one that must have none.
    Adding,
}

struct Progress {
    state: Cell<State>,
    /// Whether an object got its trace context.
    added: Cell<bool>,
}

thread_local! {
    static PROGRESS: Progress = const {
        Progress { state: Cell::new(State::Outside), added: Cell::new(false) }
    };
}

/// The serialisation of one traced value. It is synchronous, so what is inside it is a fact about the thread.
pub(super) struct Scope {
    outer: State,
    outer_added: bool,
}

impl Scope {
    /// `None` inside another traced value.
    pub(super) fn enter() -> Option<Self> {
        Self::enter_unless(|state| state != State::Outside)
    }

    /// `None` inside another traced value that adds a trace context: an explicit one is better than none.
    pub(super) fn enter_with_context() -> Option<Self> {
        Self::enter_unless(|state| state == State::Adding)
    }

    /// Nothing inside adds a trace context.
    pub(super) fn enter_untraced() -> Option<Self> {
        let scope = Self::enter_unless(|_| false);
        adds();
        scope
    }

    fn enter_unless(is_inside: impl FnOnce(State) -> bool) -> Option<Self> {
        PROGRESS.with(|progress| {
            let outer = progress.state.get();
            if is_inside(outer) {
                return None;
            }
            progress.state.set(State::WithoutContext);
            let outer_added = progress.added.replace(false);
            Some(Self { outer, outer_added })
        })
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        PROGRESS.with(|progress| {
            progress.state.set(self.outer);
            progress.added.set(self.outer_added || progress.added.get());
        });
    }
}

/// The value that is serialised next gets its trace context from the serializer around it.
pub(super) fn adds() {
    PROGRESS.with(|progress| progress.state.set(State::Adding));
}

/// The value that is serialised next is out of the serializer's reach: traced values in it add their own.
pub(super) fn leaves() {
    PROGRESS.with(|progress| progress.state.set(State::Outside));
}

pub(super) fn added() {
    PROGRESS.with(|progress| progress.added.set(true));
}

/// Whether an object got its trace context since the innermost scope was entered.
pub(super) fn has_added() -> bool {
    PROGRESS.with(|progress| progress.added.get())
}
