//! Iterators over the headers of a carrier.

use super::{Carrier, Name, Value};

/// The headers of a [`Carrier`], borrowed.
#[derive(Debug, Clone)]
pub struct Iter<'a> {
    headers: std::slice::Iter<'a, (Name, Value)>,
    written: &'a str,
}

impl<'a> Iter<'a> {
    pub(super) fn new(headers: &'a [(Name, Value)], written: &'a str) -> Self {
        Self {
            headers: headers.iter(),
            written,
        }
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.headers.next()?;
        Some((name.as_ref(), value.as_str(self.written)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.headers.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

/// The headers of a [`Carrier`], owned.
#[derive(Debug)]
pub struct IntoIter {
    headers: std::vec::IntoIter<(Name, Value)>,
    written: String,
}

impl Iterator for IntoIter {
    type Item = (String, String);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, value) = self.headers.next()?;
        Some((name.into_owned(), value.into_string(&self.written)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.headers.size_hint()
    }
}

impl ExactSizeIterator for IntoIter {}

impl<'a> IntoIterator for &'a Carrier {
    type Item = (&'a str, &'a str);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Carrier {
    type Item = (String, String);
    type IntoIter = IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        IntoIter {
            headers: self.headers.into_iter(),
            written: self.written,
        }
    }
}
