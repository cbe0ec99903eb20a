//! The rules on the return type, and how it tells the types of the response and the error.

use proc_macro2::Span;
use syn::{GenericArgument, PathArguments, ReturnType, Type};

use super::item::HandlerFn;
use super::types::{ends, first_impl_trait, plain};
use crate::diag::Diag;

/// How the types of the response and the error are found.
pub(crate) enum Output<'a> {
    /// Through a trait, so that aliases such as `anyhow::Result<T>` work.
    Asked(&'a Type),
    /// From the tokens `Result<impl Trait, E>`, because a trait can't be used with `impl Trait`.
    Read { response: &'a Type, error: &'a Type },
}

impl Output<'_> {
    /// The places of the first and the last token that an error about the return type underlines.
    pub(crate) fn ends(&self) -> (Span, Span) {
        match self {
            Self::Asked(ty) | Self::Read { response: ty, .. } => ends(ty),
        }
    }

    /// The place of the first of them.
    pub(crate) fn span(&self) -> Span {
        self.ends().0
    }
}

/// Reads the return type.
pub(super) fn read<'a>(function: &'a HandlerFn, diag: &mut Diag) -> Option<Output<'a>> {
    let name = &function.sig.ident;
    if function.sig.asyncness.is_none() && returns_future(&function.sig.output) {
        // Another rule has asked for `async fn`, which replaces the future.
        return None;
    }
    let ReturnType::Type(_, whole) = &function.sig.output else {
        diag.at(
            name,
            format!("`{name}` returns nothing; a traced handler returns a `Result<T, E>`"),
        );
        return None;
    };
    if is_no_result(whole) {
        diag.at(
            whole,
            "a traced handler cannot return this; write `Result<T, E>`",
        );
        return None;
    }
    let Some(opaque) = first_impl_trait(whole) else {
        return Some(Output::Asked(whole));
    };
    let Some((response, error)) = two_arguments(whole) else {
        diag.at(
            opaque,
            "the error type must stand beside `impl Trait`; write `Result<impl Trait, E>`",
        );
        return None;
    };
    if let Some(opaque) = first_impl_trait(error) {
        diag.at(
            opaque,
            "the error of a traced handler needs a name; write its type instead of `impl Trait`",
        );
        return None;
    }
    Some(Output::Read { response, error })
}

/// Whether the shape of the type shows that it isn't a `Result`, whatever its names refer to.
pub(super) fn is_no_result(ty: &Type) -> bool {
    !matches!(
        plain(ty),
        Type::Path(_) | Type::Macro(_) | Type::ImplTrait(_) | Type::Verbatim(_)
    )
}

/// Whether the return type is `impl Future<..>` or the like.
fn returns_future(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if matches!(plain(ty), Type::ImplTrait(_)))
}

/// `T` and `E` of `Result<T, E>`.
fn two_arguments(ty: &Type) -> Option<(&Type, &Type)> {
    let Type::Path(path) = plain(ty) else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(response)), Some(GenericArgument::Type(error)), None) => {
            Some((response, error))
        }
        _ => None,
    }
}
