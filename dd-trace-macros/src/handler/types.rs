//! Helpers for types as tokens.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Type, TypeImplTrait};

/// The spans of the first and the last token, which stable Rust can't join.
pub(super) fn ends(ty: &Type) -> (Span, Span) {
    let last = ty.to_token_stream().into_iter().last();
    let end = last.map_or_else(|| ty.span(), |token| token.span());
    (ty.span(), end)
}

/// The type inside the groups of `macro_rules!` and parentheses.
pub(super) fn plain(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => plain(&group.elem),
        Type::Paren(paren) => plain(&paren.elem),
        _ => ty,
    }
}

/// The first `impl Trait` anywhere in `ty`.
pub(super) fn first_impl_trait(ty: &Type) -> Option<&TypeImplTrait> {
    struct Finder<'a>(Option<&'a TypeImplTrait>);
    impl<'a> Visit<'a> for Finder<'a> {
        fn visit_type_impl_trait(&mut self, opaque: &'a TypeImplTrait) {
            self.0.get_or_insert(opaque);
        }
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}
