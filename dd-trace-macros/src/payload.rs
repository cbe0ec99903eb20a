//! `#[derive(TracedPayload)]`: parse → check → emit. If there are mistakes, a stub impl is emitted.

mod attrs;
mod borrowed;
mod bounds;
mod check;
mod emit;
#[cfg(test)]
mod expansion_tests;
mod fields;
#[cfg(test)]
mod mistake_tests;
mod receiver;
mod refused;
mod rest;
mod serde_attrs;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error};

use self::attrs::Datadog;
use crate::diag::Diag;

pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let input = match syn::parse2::<DeriveInput>(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    match derive(&input) {
        Ok(payload) => payload,
        Err(errors) => {
            let errors = errors.into_compile_error();
            let stub = emit::stub(&attrs::runtime(&input.attrs), &input);
            quote!(#errors #stub)
        }
    }
}

fn derive(input: &DeriveInput) -> Result<TokenStream, Error> {
    let mut diag = Diag::default();
    let datadog = Datadog::parse(input, &mut diag);
    check::shape(input, &mut diag);
    check::serde_keys(input, &mut diag);
    if let Some(datadog) = &datadog {
        check::reserved_key(input, &datadog.field, &mut diag);
    }
    let datadog = diag.finish(datadog)?;
    if refused::by_rustc(input) {
        return Ok(emit::stub(&datadog.runtime, input));
    }
    Ok(emit::payload(&datadog, input))
}
