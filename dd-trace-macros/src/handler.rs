//! `#[traced_handler]`: parse → check → emit, or the mistakes and the item as given.

mod args;
mod check;
mod emit;
#[cfg(test)]
mod expansion_tests;
mod item;
#[cfg(test)]
mod mistake_tests;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Error;

use self::args::Args;
use self::item::HandlerFn;
use crate::diag::Diag;

pub(crate) fn expand(args: TokenStream, item: &TokenStream) -> TokenStream {
    let function = match syn::parse2::<HandlerFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#error #item);
        }
    };
    match wrap(args, &function) {
        Ok(wrapper) => wrapper,
        Err(errors) => {
            let errors = errors.into_compile_error();
            let function = function.without_what_rustc_refuses();
            quote!(#errors #function)
        }
    }
}

fn wrap(args: TokenStream, function: &HandlerFn) -> Result<TokenStream, Error> {
    let mut diag = Diag::default();
    let args = Args::parse(args, &mut diag);
    let shape = check::shape(function, &mut diag);
    let (args, shape) = diag.finish(args.zip(shape))?;
    Ok(emit::wrapper(&args, function, &shape))
}
