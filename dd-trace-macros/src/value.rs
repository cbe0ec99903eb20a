//! Parses the value of `key = value`, for both macros.

use darling::{Error, Result};
use syn::{Expr, Lit, LitStr};

/// The value as written, without the invisible groups that `macro_rules!` puts around its fragments.
pub(crate) fn peel(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}

/// A text that is not empty; `needs` is the error message for any other value.
pub(crate) fn text(expr: &Expr, needs: fn() -> Error) -> Result<LitStr> {
    match peel(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) if !text.value().trim().is_empty() => Ok(text.clone()),
            other => Err(needs().with_span(other)),
        },
        other => Err(needs().with_span(other)),
    }
}
