//! Functions that fail with every kind of error that `lambda_runtime` accepts, each without tracing and with it.

use std::convert::Infallible;
use std::fmt;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::Value;

#[derive(Debug)]
struct Flood;

impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the cellar is flooded")
    }
}

impl std::error::Error for Flood {}

/// As `thiserror` derives it.
#[derive(Debug)]
enum Delivery {
    Impossible(Flood),
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no delivery")
    }
}

impl std::error::Error for Delivery {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let Self::Impossible(flood) = self;
        Some(flood)
    }
}

impl From<Delivery> for Diagnostic {
    fn from(error: Delivery) -> Self {
        Self {
            error_type: "Delivery".to_owned(),
            error_message: error.to_string(),
        }
    }
}

#[derive(Debug)]
enum Stock {
    Empty { sku: u8 },
}

impl From<Stock> for Diagnostic {
    fn from(error: Stock) -> Self {
        let Stock::Empty { sku } = error;
        Self {
            error_type: "Stock::Empty".to_owned(),
            error_message: format!("none of {sku}"),
        }
    }
}

/// Converts, but not through `From`.
#[derive(Debug)]
struct OnlyInto;

#[allow(
    clippy::from_over_into,
    reason = "an error may have only this conversion"
)]
impl Into<Diagnostic> for OnlyInto {
    fn into(self) -> Diagnostic {
        Diagnostic {
            error_type: "only".to_owned(),
            error_message: "into".to_owned(),
        }
    }
}

macro_rules! functions {
    ($($name:literal, $module:ident: $error:ty = $result:expr;)*) => {
        $(mod $module {
            use super::*;

            pub(super) async fn bare(_: LambdaEvent<Value>) -> Result<Value, $error> {
                $result
            }

            #[dd_trace_runtime::traced_handler]
            pub(super) async fn traced(_: LambdaEvent<Value>) -> Result<Value, $error> {
                $result
            }
        })*

        pub(crate) async fn run(how: &str) -> Result<(), Error> {
            match how.split_once(' ') {
                $(
                    Some(("bare", $name)) => lambda_runtime::run(service_fn($module::bare)).await,
                    Some(("traced", $name)) => dd_trace_runtime::run($module::traced).await,
                )*
                _ => crate::no_function(how),
            }
        }
    };
}

functions! {
    "error", error: Error = Err(Box::new(Flood));
    "local error", local_error: Box<dyn std::error::Error> = Err(Box::new(Flood));
    "anyhow", anyhow_error: anyhow::Error = Err(anyhow::Error::new(Flood).context("no delivery"));
    "deep", deep: Delivery = Err(Delivery::Impossible(Flood));
    "deep in a box", deep_in_a_box: Error = Err(Box::new(Delivery::Impossible(Flood)));
    "own enum", own_enum: Stock = Err(Stock::Empty { sku: 7 });
    "only into", only_into: OnlyInto = Err(OnlyInto);
    "io", io: std::io::Error = Err(std::io::Error::other(Flood));
    "string", string: String = Err("no string".to_owned());
    "str", str: &'static str = Err("no str");
    "diagnostic", diagnostic: Diagnostic = Err(Diagnostic {
        error_type: "kind".to_owned(),
        error_message: "message".to_owned(),
    });
    "infallible", infallible: Infallible = Ok("never".into());
}
