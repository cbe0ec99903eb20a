//! Iterators over the headers of a carrier.

use super::{Carrier, Name};

/// The headers of a [`Carrier`], borrowed.
#[derive(Debug, Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, (Name, String)>);

impl<'a> Iter<'a> {
    pub(super) fn new(headers: &'a [(Name, String)]) -> Self {
        Self(headers.iter())
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0
            .next()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

/// The headers of a [`Carrier`], owned.
#[derive(Debug)]
pub struct IntoIter(std::vec::IntoIter<(Name, String)>);

impl Iterator for IntoIter {
    type Item = (String, String);

    fn next(&mut self) -> Option<Self::Item> {
        self.0
            .next()
            .map(|(name, value)| (name.into_owned(), value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
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
        IntoIter(self.headers.into_iter())
    }
}
