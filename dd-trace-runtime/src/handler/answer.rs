//! The handler's response, whose type only the generated code knows.

use std::any::Any;
use std::fmt::{self, Debug};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lambda_runtime::streaming::Body;
use lambda_runtime::{FunctionResponse, StreamResponse};
use serde::Serialize;
use serde_json::Value;

use super::status::{Probed, probe};

/// What can be done with a response without knowing its type.
#[must_use]
pub enum Answer<'a> {
    /// It is written as JSON.
    Serialize(&'a dyn Probe),
    /// It is JSON already, and may be added to.
    Value(&'a mut Value),
    /// It is streamed, with this status in its prelude, and with `lambda_runtime`'s own type of body if the
    /// stream has that type.
    Stream(u16, Option<&'a mut Body>),
    /// The user's own conversion makes it a response.
    Opaque,
}

impl Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Serialize(_) => "Serialize",
            Self::Value(_) => "Value",
            Self::Stream(..) => "Stream",
            Self::Opaque => "Opaque",
        })
    }
}

impl Answer<'_> {
    /// The response as it will be written; `None` if it isn't JSON or can't be written.
    ///
    /// It is written here and again when it is posted, so this is for rare cases and for what the user asks
    /// for.
    pub(crate) fn json(&self) -> Option<Vec<u8>> {
        match self {
            Self::Serialize(response) => response.json(),
            Self::Value(value) => serde_json::to_vec(value).ok(),
            Self::Stream(..) | Self::Opaque => None,
        }
    }
}

/// A response that is written as JSON.
pub trait Probe {
    /// Writes the response.
    #[doc(hidden)]
    fn json(&self) -> Option<Vec<u8>>;
    /// Finds the HTTP status.
    #[doc(hidden)]
    fn probe(&self) -> Probed;
}

impl<T: Serialize> Probe for T {
    /// A panic here happens again when `lambda_runtime` writes the response, and is handled there.
    fn json(&self) -> Option<Vec<u8>> {
        let write = || serde_json::to_vec(self);
        catch_unwind(AssertUnwindSafe(write)).ok()?.ok()
    }

    fn probe(&self) -> Probed {
        probe(self)
    }
}

/// `Look(response).__answer()` is the best look at a response that its type allows.
///
/// Method resolution finds what a type offers: an inherent method comes before a trait's, each exists only if
/// its bounds hold, and a method that needs a reference to the receiver comes last. So nothing is required of
/// the response here. `lambda_runtime` requires it where the handler is run.
#[derive(Debug)]
pub struct Look<'a, T>(pub &'a mut T);

// One impl for all of them: if a mistake leaves the type unknown, several impls would cause a second error.
impl<'a, T: Special> Look<'a, T> {
    /// As what it is.
    pub fn __answer(self) -> Answer<'a> {
        self.0.answer()
    }
}

/// A response of which more is known than that it is written as JSON.
pub trait Special {
    /// What is known.
    fn answer(&mut self) -> Answer<'_>;
}

impl Special for Value {
    fn answer(&mut self) -> Answer<'_> {
        Answer::Value(self)
    }
}

impl<S: 'static> Special for StreamResponse<S> {
    fn answer(&mut self) -> Answer<'_> {
        stream(self)
    }
}

impl<B: Serialize, S: 'static> Special for FunctionResponse<B, S> {
    fn answer(&mut self) -> Answer<'_> {
        match self {
            Self::BufferedResponse(response) => Answer::Serialize(response),
            Self::StreamingResponse(response) => stream(response),
        }
    }
}

fn stream<S: 'static>(response: &mut StreamResponse<S>) -> Answer<'_> {
    let status = response.metadata_prelude.status_code.as_u16();
    let stream: &mut dyn Any = &mut response.stream;
    Answer::Stream(status, stream.downcast_mut())
}

/// The look at a response that is written as JSON.
pub trait LookAtSerialize<'a> {
    /// Marks the import of the trait as used, if nothing else uses it.
    const __IMPORTED: () = ();
    /// As such.
    fn __answer(self) -> Answer<'a>;
}

impl<'a, T: Serialize> LookAtSerialize<'a> for Look<'a, T> {
    fn __answer(self) -> Answer<'a> {
        Answer::Serialize(self.0)
    }
}

/// The look at any other response.
pub trait LookAtOpaque {
    /// Marks the import of the trait as used, if nothing else uses it.
    const __IMPORTED_TOO: () = ();
    /// From outside.
    fn __answer(self) -> Answer<'static>;
}

impl<T> LookAtOpaque for &Look<'_, T> {
    fn __answer(self) -> Answer<'static> {
        Answer::Opaque
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    macro_rules! look {
        ($response:expr) => {
            format!("{:?}", Look(&mut $response).__answer())
        };
    }

    struct Unwritable;

    #[test]
    fn each_type_of_response_is_looked_at_in_its_own_way() {
        assert_eq!(look!(json!({})), "Value");
        assert_eq!(look!(String::new()), "Serialize");
        assert_eq!(look!(None::<Value>), "Serialize");
        assert_eq!(look!(Unwritable), "Opaque");
        assert_eq!(look!(StreamResponse::from(Body::empty())), "Stream");
        let mut either = FunctionResponse::<_, Body>::BufferedResponse(json!({}));
        assert_eq!(look!(either), "Serialize");
        either = FunctionResponse::StreamingResponse(Body::empty().into());
        assert_eq!(look!(either), "Stream");
    }

    #[test]
    fn a_type_that_hides_all_but_serialize_is_looked_at_as_that() {
        fn hidden() -> impl Serialize {
            1
        }
        assert_eq!(look!(hidden()), "Serialize");
    }
}
