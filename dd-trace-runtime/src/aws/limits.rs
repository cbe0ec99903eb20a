//! What AWS accepts in one request, and which entries of it get a trace context.

use super::left_out::{LeftOut, Reason};

/// The sizes in bytes, ascending, that an entry or a request may have.
///
/// There are several if AWS has raised the limit, because a queue, a stream or an account may still have the lower one.
/// What is below a limit stays below it, so that nothing is refused because of its trace context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit(pub(super) &'static [usize]);

impl Limit {
    /// Whether something that is accepted with `before` bytes is also accepted with `after`.
    pub(super) fn admits(self, before: usize, after: usize) -> bool {
        let Self(limits) = self;
        let is_known = limits.last().is_some_and(|highest| after <= *highest);
        let crosses = |limit: &usize| before <= *limit && *limit < after;
        after <= before || (is_known && !limits.iter().any(crosses))
    }
}

/// The entries of one request. Each gets a trace context or stays as it is.
#[derive(Debug)]
pub(super) struct Batch<T> {
    entry: Limit,
    request: Limit,
    before: usize,
    after: usize,
    entries: usize,
    changes: Vec<T>,
    left_out: Option<LeftOut>,
}

impl<T> Batch<T> {
    pub(super) fn new(entry: Limit, request: Limit, entries: usize) -> Self {
        Self {
            entry,
            request,
            before: 0,
            after: 0,
            entries,
            changes: Vec::with_capacity(entries),
            left_out: None,
        }
    }

    /// Adds an entry of `before` bytes: its size after the change and the change, or the reason why there is none.
    pub(super) fn add(&mut self, before: usize, change: Result<(usize, T), Reason>) {
        self.before += before;
        let change = change.and_then(|(after, change)| {
            let fits = self.entry.admits(before, after);
            fits.then_some((after, change)).ok_or(Reason::EntrySize)
        });
        match change {
            Ok((after, change)) => {
                self.after += after;
                self.changes.push(change);
            }
            Err(reason) => {
                self.after += before;
                self.leave_out(1, reason);
            }
        }
    }

    /// Makes the changes. A request that would grow over its limit stays as it is.
    pub(super) fn apply(mut self, make: impl FnMut(T)) -> Option<LeftOut> {
        if self.request.admits(self.before, self.after) {
            self.changes.into_iter().for_each(make);
        } else {
            self.leave_out(self.changes.len(), Reason::RequestSize);
        }
        self.left_out
    }

    /// The last reason is the one that is logged.
    fn leave_out(&mut self, entries: usize, reason: Reason) {
        let before = self.left_out.as_ref().map_or(0, |it| it.entries);
        self.left_out = Some(LeftOut {
            entries: before + entries,
            of: self.entries,
            reason,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAISED: Limit = Limit(&[100, 1000]);

    #[test]
    fn what_fits_to_the_byte_is_admitted() {
        for (before, after) in [(90, 100), (100, 100), (101, 1000), (990, 1000)] {
            assert!(RAISED.admits(before, after), "{before} {after}");
        }
    }

    #[test]
    fn nothing_grows_over_a_limit_that_it_may_have() {
        for (before, after) in [(90, 101), (100, 101), (90, 1001), (990, 1001)] {
            assert!(!RAISED.admits(before, after), "{before} {after}");
        }
    }

    #[test]
    fn what_is_too_large_already_is_left_alone_unless_it_shrinks() {
        assert!(!RAISED.admits(1001, 1002));
        assert!(RAISED.admits(1002, 1001));
    }

    fn batch(entries: &[(usize, Result<usize, Reason>)]) -> (Vec<usize>, Option<LeftOut>) {
        let mut batch = Batch::new(Limit(&[100]), Limit(&[150]), entries.len());
        for (at, (before, after)) in entries.iter().enumerate() {
            batch.add(*before, after.map(|after| (after, at)));
        }
        let mut made = Vec::new();
        let left_out = batch.apply(|at| made.push(at));
        (made, left_out)
    }

    #[test]
    fn an_entry_that_cant_change_leaves_the_others_theirs() {
        let (made, left_out) = batch(&[
            (10, Ok(50)),
            (10, Err(Reason::Attributes)),
            (90, Ok(101)),
            (0, Ok(50)),
        ]);
        // 50 + 10 + 90 + 50 bytes are too many for the request, though.
        assert!(made.is_empty());
        assert_eq!(left_out.map(|it| (it.entries, it.of)), Some((4, 4)));

        let (made, left_out) = batch(&[(10, Ok(50)), (10, Err(Reason::Attributes)), (40, Ok(90))]);
        assert_eq!(made, [0, 2]);
        let left_out = left_out.unwrap();
        assert_eq!((left_out.entries, left_out.of), (1, 3));
        assert_eq!(left_out.reason, Reason::Attributes);
    }

    #[test]
    fn a_request_that_would_grow_over_its_limit_stays_as_it_is() {
        let (made, left_out) = batch(&[(40, Ok(75)), (40, Ok(75))]);
        assert_eq!((made, left_out), (vec![0, 1], None));
        let (made, left_out) = batch(&[(40, Ok(75)), (40, Ok(76))]);
        assert!(made.is_empty());
        assert_eq!(left_out.unwrap().reason, Reason::RequestSize);
    }
}
