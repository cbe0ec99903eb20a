//! `#[traced_handler]`: parse → check → emit. If there are mistakes, a stub with the same signature is emitted.

mod args;
mod check;
mod elision;
mod emit;
mod event;
#[cfg(test)]
mod expansion_tests;
mod generics;
mod item;
#[cfg(test)]
mod mistake_tests;
mod output;
mod refused;
mod self_type;
mod stub;
mod types;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;

use self::args::Args;
use self::item::HandlerFn;
use crate::diag::Diag;

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match syn::parse2::<HandlerFn>(item.clone()) {
        Ok(function) => function,
        Err(_) if refused::by_rustc(item) => return item.clone(),
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    let (item, mistakes) = wrap(args, &function);
    let errors = mistakes.err().map(Error::into_compile_error);
    quote!(#errors #item)
}

/// Returns the wrapper, or a stub if the signature has a mistake, and the mistakes.
fn wrap(args: TokenStream, function: &HandlerFn) -> (TokenStream, Result<(), Error>) {
    let mut diag = Diag::default();
    let args = Args::parse(args, &mut diag);
    let item = match check::shape(function, &mut diag) {
        Some(shape) => emit::wrapper(&args, function, &shape),
        None => stub::stub(&args.runtime, function),
    };
    (item, diag.finish(Some(())))
}
