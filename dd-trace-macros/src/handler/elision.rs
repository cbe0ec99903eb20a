//! Whether rustc can tell what a response borrows from.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    FnArg, Lifetime, ParenthesizedGenericArguments, ReturnType, Signature, TypeFnPtr, TypeReference,
};

/// Whether the response has a reference without a lifetime, and no parameter has one that it could borrow from.
/// rustc refuses that in the user's function, and would refuse it once more in the wrapper.
pub(super) fn borrows_from_nothing(sig: &Signature) -> bool {
    let ReturnType::Type(_, whole) = &sig.output else {
        return false;
    };
    let mut elided = Elided(false);
    elided.visit_type(whole);
    elided.0 && !sig.inputs.iter().any(may_be_borrowed_from)
}

/// Finds a reference or another type whose lifetime is elided.
struct Elided(bool);

impl<'a> Visit<'a> for Elided {
    fn visit_type_reference(&mut self, reference: &'a TypeReference) {
        self.0 |= reference.lifetime.is_none();
        visit::visit_type_reference(self, reference);
    }
    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        self.0 |= lifetime.ident == "_";
    }
    // Their lifetimes are their own.
    fn visit_type_fn_ptr(&mut self, _: &'a TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments(&mut self, _: &'a ParenthesizedGenericArguments) {}
}

/// Errs on the side of `true`, as a macro may expand to a reference.
fn may_be_borrowed_from(input: &FnArg) -> bool {
    match input {
        FnArg::Typed(param) => has_borrow(param.ty.to_token_stream()),
        FnArg::Receiver(_) => true,
    }
}

fn has_borrow(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => matches!(punct.as_char(), '&' | '\'' | '!'),
        TokenTree::Group(group) => has_borrow(group.stream()),
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    })
}
