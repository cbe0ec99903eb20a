//! The value of `key = value`, as far as both macros read it alike.

use darling::{Error, Result};
use syn::{Expr, Lit, LitStr};

/// What the user wrote, without the invisible groups that `macro_rules!` puts around its fragments.
pub(crate) fn peel(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}

/// A text that is not empty; `needs` is what to tell otherwise.
pub(crate) fn text(expr: &Expr, needs: fn() -> Error) -> Result<LitStr> {
    match peel(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) if !text.value().trim().is_empty() => Ok(text.clone()),
            other => Err(needs().with_span(other)),
        },
        other => Err(needs().with_span(other)),
    }
}
