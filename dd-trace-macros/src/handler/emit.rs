//! The wrapper: the whole of the user's function, one constant table, and one call.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, Ident, Meta, Pat, PatType, Path, ReturnType, Token, Type, parse_quote,
    parse_quote_spanned,
};

use super::args::{Args, ExtractorArg, compact};
use super::check::Shape;
use super::generics;
use super::item::HandlerFn;
use super::output::Output;
use super::types::ends;
use crate::runtime_path::RuntimePath;

/// Input:
///
/// ```text
/// async fn handler(client: &Client, event: LambdaEvent<Order>) -> Result<Receipt, Error> { body }
/// ```
///
/// Output, with `::rt` for the runtime crate:
///
/// ```text
/// async fn handler(client: &Client, __event: ::rt::__private::Incoming)
///     -> ::core::result::Result<Receipt, ::rt::TracedError<Error>>
/// {
///     async fn handler(client: &Client, event: LambdaEvent<Order>) -> Result<Receipt, Error> { body }
///     ::rt::__private::invoke(
///         const { &::rt::__private::Site { name: "handler", .. } },
///         __event,
///         move |__event| handler(client, __event),
///         <Result<Receipt, Error> as ::rt::__private::HandlerOutput>::into_result,
///         |__response| ::rt::__private::Look(__response).__answer(),
///     ).await
/// }
/// ```
pub(crate) fn wrapper(args: &Args, function: &HandlerFn, shape: &Shape) -> TokenStream {
    let HandlerFn {
        attrs,
        vis,
        sig,
        body,
        ..
    } = function;
    let (outer_attrs, inner_attrs) = split(attrs);
    let rt = &args.runtime;
    let name = &sig.ident;
    let event = Ident::new("__event", Span::mixed_site());
    let params = outer_params(shape, name, &event);
    let site = site(args, name, shape);
    let span = shape.output.span();
    let private = private_at(rt, span);
    let turbofish = generics::turbofish(&sig.generics);
    let handler = quote!(move |#event| #name #turbofish (#(#params),*));
    let result = match shape.output {
        Output::Asked(whole) => asked(rt, whole, "into_result"),
        Output::Read { .. } => quote_spanned!(span=> #private::identity),
    };
    let look = look(&private);
    let call =
        quote_spanned!(span=> #private::invoke(#site, #event, #handler, #result, #look).await);

    // Only the inputs and the output differ. All other tokens keep their spans, so that lints such as `dead_code`
    // point at the user's function.
    let mut outer = sig.clone();
    outer.inputs = typed_inputs(rt, shape, &params);
    outer.output = outer_output(rt, &shape.output);
    let mut outer_body = Group::new(
        Delimiter::Brace,
        quote! {
            #(#inner_attrs)*
            // The macro asks for `async` even if there is nothing to await. Clippy reports the other lints at the
            // wrapper.
            #[allow(
                clippy::unused_async,
                clippy::too_many_arguments,
                clippy::type_complexity,
                clippy::fn_params_excessive_bools,
                clippy::future_not_send
            )]
            #sig #body
            #call
        },
    );
    outer_body.set_span(body.span());
    quote!(#(#outer_attrs)* #vis #outer #outer_body)
}

/// The attributes of the wrapper, and the attributes of the user's function inside it.
pub(super) fn split(attrs: &[Attribute]) -> (Vec<&Attribute>, Vec<&Attribute>) {
    attrs.iter().partition(|attr| is_for_callers(&attr.meta))
}

/// Whether an attribute is about the function as its callers see it. Lint levels count as such: on the wrapper
/// they also apply inside it, so either function can fulfil an `#[expect(..)]`.
fn is_for_callers(meta: &Meta) -> bool {
    const NAMES: [&str; 9] = [
        "doc",
        "cfg",
        "deprecated",
        "must_use",
        "allow",
        "expect",
        "warn",
        "deny",
        "forbid",
    ];
    if meta.path().is_ident("cfg_attr") {
        let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
        return meta
            .require_list()
            .and_then(|list| list.parse_args_with(parse))
            .is_ok_and(|metas| metas.iter().skip(1).all(is_for_callers));
    }
    NAMES.iter().any(|name| meta.path().is_ident(name))
}

/// The wrapper's parameter names. A pattern stays with the user's function; so does a name that would hide that
/// function, and one that rustc refuses there because another parameter has it.
fn outer_params(shape: &Shape, function: &Ident, event: &Ident) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::with_capacity(shape.params.len());
    for (index, param) in shape.params.iter().enumerate() {
        names.push(match &*param.pat {
            _ if index == shape.event => event.clone(),
            Pat::Ident(pat)
                if pat.subpat.is_none()
                    && pat.ident != *function
                    && !names.contains(&pat.ident) =>
            {
                unlinted(&pat.ident)
            }
            _ => format_ident!("__arg{index}", span = Span::mixed_site()),
        });
    }
    names
}

/// Marks a name as printed by the macro, in the same place. The name also stands in the user's function, and rustc's
/// lints report it only there.
fn unlinted(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().resolved_at(Span::mixed_site()));
    name
}

fn typed_inputs(rt: &RuntimePath, shape: &Shape, names: &[Ident]) -> Punctuated<FnArg, Token![,]> {
    let input = |(index, (name, param)): (usize, (&Ident, &&PatType))| -> FnArg {
        let (colon, ty) = (param.colon_token, &param.ty);
        if index == shape.event {
            // If this is a method of a trait, rustc reports under the user's type that the types differ.
            let incoming = quote_spanned!(ty.span()=> Incoming);
            let private = private_at(rt, ty.span());
            parse_quote!(#name #colon #private::#incoming)
        } else {
            parse_quote!(#name #colon #ty)
        }
    };
    names
        .iter()
        .zip(&shape.params)
        .enumerate()
        .map(input)
        .collect()
}

fn outer_output(rt: &RuntimePath, output: &Output) -> ReturnType {
    let (response, error) = match output {
        Output::Asked(whole) => (asked(rt, whole, "Response"), asked(rt, whole, "Error")),
        Output::Read { response, error } => (response.to_token_stream(), error.to_token_stream()),
    };
    let (first, last) = output.ends();
    let start = quote_spanned!(first=> ::);
    let rt = rt.at(last);
    parse_quote_spanned!(last=> -> #start core::result::Result<#response, #rt::TracedError<#error>>)
}

/// `<Result<T, E> as HandlerOutput>::Error`. The path starts and ends where the user's type does, so that rustc
/// reports all errors about it in that place, and several of them as one.
pub(super) fn asked(rt: &RuntimePath, whole: &Type, which: &str) -> TokenStream {
    let (first, last) = ends(whole);
    let private = private_at(rt, last);
    let which = Ident::new(which, last);
    let start = quote_spanned!(first=> <);
    quote_spanned!(last=> #start #whole as #private::HandlerOutput>::#which)
}

/// The response's type may be an `impl Trait`, which can't be written here, so it is inferred from what the handler
/// returns.
fn look(private: &TokenStream) -> TokenStream {
    let response = Ident::new("__response", Span::mixed_site());
    quote! {
        |#response| {
            use #private::{LookAtOpaque as _, LookAtSerialize as _};
            let () = #private::Look::<'_, ()>::__IMPORTED;
            let () = <&#private::Look<'_, ()>>::__IMPORTED_TOO;
            #private::Look(#response).__answer()
        }
    }
}

/// All trait obligations are in this table, where each of them fails once. As bounds on an `async fn` they would
/// fail two to four times. The table has no name, because the user's body could see a named item.
fn site(args: &Args, name: &Ident, shape: &Shape) -> TokenStream {
    let rt = &args.runtime;
    let span = shape.output.span();
    let private = private_at(rt, span);
    let name = name.unraw().to_string();
    let resource = args.resource.as_ref().map_or_else(
        || quote!(#private::None),
        |resource| quote!(#private::Some(#resource)),
    );
    let extractor = extractor(rt, &args.extractor);
    let event = shape.event_type;
    let private_at_event = private_at(rt, event.span());
    let decode = quote_spanned!(event.span()=> <#event as #private_at_event::HandlerInput>::decode);
    let error = match shape.output {
        Output::Asked(whole) => asked(rt, whole, "Error"),
        Output::Read { error, .. } => error.to_token_stream(),
    };
    let (first, last) = shape.output.ends();
    let constant = |of: &str, which: &str| {
        let rt = rt.between((first, last));
        let (of, which) = (Ident::new(of, last), Ident::new(which, last));
        quote_spanned!(last=> #rt::__private::#of::<#error>::#which)
    };
    let looks = ["AsError", "HidesError", "AsDisplay", "AsDebug"];
    let imported = looks.map(|look| constant(look, "__IMPORTED"));
    let [as_error, hides_error, as_display, as_debug] = looks.map(|look| constant(look, "__GET"));
    quote_spanned! {span=>
        const {
            use #private::{HidesNoError as _, NotAnError as _, NotDebug as _, NotDisplay as _};
            #(let () = #imported;)*
            &#private::Site {
                name: #name,
                resource: #resource,
                extractor: #extractor,
                decode: #decode,
                failure: #private::Failure {
                    error: #as_error,
                    inner: #hides_error,
                    display: #as_display,
                    debug: #as_debug,
                },
            }
        }
    }
}

fn private_at(rt: &RuntimePath, span: Span) -> TokenStream {
    let rt = rt.at(span);
    quote_spanned!(span=> #rt::__private)
}

fn extractor(rt: &RuntimePath, arg: &ExtractorArg) -> TokenStream {
    let custom = |path: &Path| {
        let private = private_at(rt, path.span());
        // Only this call checks the signature, so that a wrong one is one error.
        quote_spanned! {path.span()=>
            #private::extractor(&#private::Custom(#path, #private::PhantomData))
        }
    };
    match arg {
        ExtractorArg::BuiltIn => quote!(&#rt::__private::BuiltIn),
        ExtractorArg::Custom(path) => custom(path),
        ExtractorArg::Choice(paths) => {
            let names = paths.iter().map(compact);
            let extractors = paths.iter().map(custom);
            quote!(&#rt::__private::Choice { extractors: &[#((#names, #extractors)),*] })
        }
    }
}
