//! The types that read members for which a payload has no field, such as the added one.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Field, Fields, GenericParam, Generics, Type};

use super::fields::Tagging;
use super::serde_attrs::SerdeAttrs;
use crate::runtime_path::RuntimePath;

/// One such type.
struct Part {
    ty: Type,
    /// Whether it reads the whole payload, and not only the members without a field.
    is_whole: bool,
}

/// The call that tells the runtime which types must be able to read the added field.
pub(crate) fn read_by(
    rt: &RuntimePath,
    copy: &DeriveInput,
    input: &DeriveInput,
) -> Option<TokenStream> {
    let parts: Vec<Part> = parts(copy)
        .into_iter()
        .filter(|part| !mentions(&input.generics, part.ty.to_token_stream()))
        .collect();
    if parts.is_empty() {
        return None;
    }
    // A static can't name a type with parameters. Such a payload is taken to be read somewhere.
    let payload = if input.generics.params.is_empty() {
        input.ident.to_token_stream()
    } else {
        quote!(())
    };
    let reads = parts.iter().map(|Part { ty, is_whole }| {
        let which = if *is_whole {
            quote!(__WHOLE)
        } else {
            quote!(__FLATTENED)
        };
        quote!(#rt::__private::Reads::<#payload, #ty>::#which)
    });
    Some(quote! {
        .read_by({
            use #rt::__private::NotRead as _;
            let () = #rt::__private::Reads::<(), ()>::__READ_IMPORTED;
            static __READING: #rt::__private::Reading = #rt::__private::Reading::new(&[#(#reads),*]);
            &__READING
        })
    })
}

fn parts(copy: &DeriveInput) -> Vec<Part> {
    let container = SerdeAttrs::of(&copy.attrs);
    let other = container
        .text("from")
        .or_else(|| container.text("try_from"));
    if let Some(other) = other {
        let whole = |ty| Part { ty, is_whole: true };
        return other.parse().ok().map(whole).into_iter().collect();
    }
    let is_transparent = container.has("transparent");
    let is_tagged = Tagging::of(&container) == Tagging::Internal;
    match &copy.data {
        Data::Struct(data) => of_fields(&data.fields, is_transparent).collect(),
        Data::Enum(data) => {
            let read = data
                .variants
                .iter()
                .filter(|variant| is_read(&variant.attrs));
            read.flat_map(|variant| {
                let is_newtype =
                    matches!(&variant.fields, Fields::Unnamed(_)) && variant.fields.len() == 1;
                of_fields(&variant.fields, is_tagged && is_newtype)
            })
            .collect()
        }
        Data::Union(_) => Vec::new(),
    }
}

fn of_fields(fields: &Fields, is_whole: bool) -> impl Iterator<Item = Part> {
    let takes_rest = move |field: &&Field| {
        is_read(&field.attrs) && (is_whole || SerdeAttrs::of(&field.attrs).has("flatten"))
    };
    fields.iter().filter(takes_rest).map(move |field| Part {
        ty: field.ty.clone(),
        is_whole,
    })
}

/// Whether the impl of its type reads it.
fn is_read(attrs: &[syn::Attribute]) -> bool {
    let serde = SerdeAttrs::of(attrs);
    let not = ["skip", "skip_deserializing", "with", "deserialize_with"];
    !not.iter().any(|key| serde.has(key))
}

/// Whether the tokens contain a parameter of the payload's type.
fn mentions(generics: &Generics, tokens: TokenStream) -> bool {
    let is_param = |ident: &proc_macro2::Ident| {
        generics.params.iter().any(|param| match param {
            GenericParam::Type(param) => param.ident == *ident,
            GenericParam::Const(param) => param.ident == *ident,
            GenericParam::Lifetime(param) => param.lifetime.ident == *ident,
        })
    };
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => is_param(&ident),
        TokenTree::Group(group) => mentions(generics, group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
