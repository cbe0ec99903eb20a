//! The functions of the pipeline.

use std::fmt;

use lambda_runtime::Error;

use crate::{checkout, fulfil, notify, ship};

/// One of the four functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Checkout,
    Fulfil,
    Notify,
    Ship,
}

impl Function {
    pub(super) const ALL: [Self; 4] = [Self::Checkout, Self::Fulfil, Self::Notify, Self::Ship];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::Fulfil => "fulfil",
            Self::Notify => "notify",
            Self::Ship => "ship",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|function| function.name() == name)
    }

    /// Runs the function in this process until Lambda stops it.
    pub(super) async fn run(self) -> Result<(), Error> {
        match self {
            Self::Checkout => checkout::run().await,
            Self::Fulfil => fulfil::run().await,
            Self::Notify => notify::run().await,
            Self::Ship => ship::run().await,
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
