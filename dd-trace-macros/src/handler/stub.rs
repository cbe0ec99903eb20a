//! A stub in place of a handler whose signature has a mistake, so that its callers still compile.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{FnArg, Ident, Pat, PatType, ReturnType, Type, parse_quote};

use super::check::parameters;
use super::elision::borrows_from_nothing;
use super::emit::{asked, split};
use super::event::{is_context, is_lambda_event};
use super::item::HandlerFn;
use super::output::is_no_result;
use super::self_type::first_self_type;
use super::types::first_impl_trait;
use crate::runtime_path::RuntimePath;

/// The user's function inside one with the likely signature of the wrapper.
pub(crate) fn stub(rt: &RuntimePath, function: &HandlerFn) -> TokenStream {
    let inner = function.clone().without_what_rustc_refuses();
    // A method stays as it is, because a function inside it couldn't use `Self`. `main` has no callers.
    let is_method = inner.sig.receiver().is_some() || first_self_type(&inner).is_some();
    if is_method || inner.sig.ident == "main" {
        return inner.into_token_stream();
    }
    let (outer_attrs, inner_attrs) = split(&inner.attrs);
    let HandlerFn { vis, sig, body, .. } = &inner;
    let (name, generics) = (&sig.ident, &sig.generics);
    let inputs = inputs(rt, &parameters(&inner));
    let output = output(rt, &inner);
    let predicates = &generics.where_clause;
    quote! {
        #(#outer_attrs)*
        #[allow(dead_code, unused_variables, clippy::unused_async)]
        #vis async fn #name #generics(#(#inputs),*) -> #output #predicates {
            #(#inner_attrs)*
            #sig #body
            ::core::unreachable!()
        }
    }
}

/// One event, and the other parameters as they are.
fn inputs(rt: &RuntimePath, params: &[&PatType]) -> Vec<FnArg> {
    let spelled = |param: &PatType| is_lambda_event(&param.ty);
    let named = |param: &PatType| matches!(&*param.pat, Pat::Ident(pat) if pat.ident == "event");
    let position = |is_event: &dyn Fn(&PatType) -> bool| params.iter().position(|p| is_event(p));
    let last = params.iter().rposition(|param| !is_context(param));
    let event = position(&spelled).or_else(|| position(&named)).or(last);

    let name = Ident::new("__event", Span::mixed_site());
    let incoming: FnArg = parse_quote!(#name: #rt::__private::Incoming);
    let mut inputs: Vec<FnArg> = Vec::new();
    for (index, param) in params.iter().enumerate() {
        if Some(index) == event {
            inputs.push(incoming.clone());
        } else if !spelled(param) && !is_context(param) {
            inputs.push(FnArg::Typed((*param).clone()));
        }
    }
    if inputs.is_empty() {
        inputs.push(incoming);
    }
    inputs
}

fn output(rt: &RuntimePath, function: &HandlerFn) -> TokenStream {
    let is_usable = |whole: &Type| {
        first_impl_trait(whole).is_none()
            && !is_no_result(whole)
            && !borrows_from_nothing(&function.sig)
    };
    let (response, error) = match &function.sig.output {
        ReturnType::Type(_, whole) if is_usable(whole) => {
            (asked(rt, whole, "Response"), asked(rt, whole, "Error"))
        }
        _ => (quote!(()), quote!(::core::convert::Infallible)),
    };
    quote!(::core::result::Result<#response, #rt::TracedError<#error>>)
}
