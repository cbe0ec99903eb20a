//! Which parameter is the event, and the rules on its type.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::Visit;
use syn::{Error, Lifetime, PatType, Type, TypeFnPtr, TypeReference};

use super::generics;
use super::item::HandlerFn;
use super::types::{first_impl_trait, plain};
use crate::diag::Diag;

/// Finds the event: the only parameter, or the one spelled `LambdaEvent<T>`.
pub(super) fn find<'a>(
    function: &HandlerFn,
    params: &[&'a PatType],
    diag: &mut Diag,
) -> Option<(usize, &'a Type)> {
    let mut types = (0..).zip(params.iter().map(|param| &*param.ty));
    if let [_] = params {
        return types
            .next()
            .filter(|(_, ty)| is_event_type(function, ty, diag));
    }
    let mut spelled = types.filter(|(_, ty)| is_lambda_event(ty));
    match (spelled.next(), spelled.next()) {
        (Some(event), None) => Some(event).filter(|(_, ty)| is_event_type(function, ty, diag)),
        (_, Some((_, second))) => {
            diag.at(
                second,
                "a traced handler takes one event; keep one `LambdaEvent`",
            );
            None
        }
        (None, None) => {
            reports_no_event(function, params, diag);
            None
        }
    }
}

fn reports_no_event(function: &HandlerFn, params: &[&PatType], diag: &mut Diag) {
    let sig = &function.sig;
    if params.iter().any(|param| is_context(param)) {
        diag.at(
            &sig.inputs,
            "a traced handler takes `event: LambdaEvent<T>`, which brings the context; write `event.context`",
        );
    } else if !params.is_empty() {
        diag.at(
            &sig.inputs,
            "cannot tell which parameter is the event; spell its type `LambdaEvent<T>`",
        );
    } else {
        let message = "a traced handler takes the event; write `event: LambdaEvent<T>`";
        diag.push(Error::new(sig.paren_token.span.join(), message));
    }
}

fn is_event_type(function: &HandlerFn, event: &Type, diag: &mut Diag) -> bool {
    let before = diag.count();
    if let Some(param) = generics::first_use(&function.sig.generics, event) {
        let message = format!(
            "the event of a traced handler cannot be generic; write a concrete type in place of `{param}`, and a parameter of its own for what is generic: `repo: &impl Repo`"
        );
        diag.at(param, message);
        return false;
    }
    if let Some(opaque) = first_impl_trait(event) {
        diag.at(
            opaque,
            "the event of a traced handler cannot be generic; name its type instead of `impl Trait`",
        );
    } else if let Type::Reference(reference) = plain(event) {
        diag.at(
            reference,
            "a traced handler owns its event; write `LambdaEvent<T>` without the `&`",
        );
    } else if let Some(borrowed) = first_borrowed(event) {
        diag.at(
            borrowed,
            "the event cannot borrow from the bytes it is read from; write an owned type, such as `String`",
        );
    }
    diag.count() == before
}

/// Whether the type is a `LambdaEvent<T>` or a reference to one, which another rule refuses.
pub(super) fn is_lambda_event(ty: &Type) -> bool {
    match plain(ty) {
        Type::Path(path) => {
            let last = path.path.segments.last();
            last.is_some_and(|segment| segment.ident == "LambdaEvent")
        }
        Type::Reference(reference) => is_lambda_event(&reference.elem),
        _ => false,
    }
}

/// Whether a parameter has the type `Context`, which is the second parameter in other languages.
pub(super) fn is_context(param: &PatType) -> bool {
    matches!(plain(&param.ty), Type::Path(path) if path.path.is_ident("Context"))
}

/// The first reference or lifetime in `ty`, other than `'static` ones.
fn first_borrowed(ty: &Type) -> Option<TokenStream> {
    struct Finder(Option<TokenStream>);
    impl<'a> Visit<'a> for Finder {
        fn visit_type_reference(&mut self, reference: &'a TypeReference) {
            self.0.get_or_insert_with(|| reference.to_token_stream());
        }
        fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
            if lifetime.ident != "static" {
                self.0.get_or_insert_with(|| lifetime.to_token_stream());
            }
        }
        // Their lifetimes are their own.
        fn visit_type_fn_ptr(&mut self, _: &'a TypeFnPtr) {}
    }
    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}
