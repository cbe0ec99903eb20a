//! Messages that are waiting for their reader.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::watched::Watched;

/// A first-in, first-out store, shared by a server and its driver.
#[derive(Debug)]
pub(crate) struct Mailbox<T>(Arc<Watched<VecDeque<T>>>);

impl<T> Mailbox<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Watched::new(VecDeque::new())))
    }

    pub(crate) fn put(&self, message: T) {
        self.0.update(|messages| messages.push_back(message));
    }

    pub(crate) async fn next(&self) -> T {
        self.0.until(VecDeque::pop_front).await
    }

    pub(crate) fn len(&self) -> usize {
        self.0.read(VecDeque::len)
    }
}

impl<T> Clone for Mailbox<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
