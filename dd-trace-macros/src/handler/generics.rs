//! A handler's type and const parameters: which of them the event uses, and how the wrapper passes them on.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Ident, Type};

/// The first place in `ty` that names a type or const parameter.
pub(super) fn first_use(generics: &Generics, ty: &Type) -> Option<Ident> {
    let params: Vec<&Ident> = names(generics).collect();
    first_of(&params, ty.to_token_stream())
}

/// `::<R, N>`, because a parameter that only the body uses can't be inferred. Lifetimes can be, and may be left
/// out.
pub(super) fn turbofish(generics: &Generics) -> Option<TokenStream> {
    let mut names = names(generics).peekable();
    names.peek()?;
    Some(quote!(::<#(#names),*>))
}

fn names(generics: &Generics) -> impl Iterator<Item = &Ident> {
    generics.params.iter().filter_map(|param| match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    })
}

/// Reads tokens, because a parameter can also be in an array's length or in the arguments of a macro.
fn first_of(params: &[&Ident], tokens: TokenStream) -> Option<Ident> {
    let mut follows_colon = 0;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                if let Some(found) = first_of(params, group.stream()) {
                    return Some(found);
                }
                follows_colon = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => follows_colon += 1,
            // In `module::T` it is another item.
            TokenTree::Ident(ident) if follows_colon < 2 && params.contains(&&ident) => {
                return Some(ident);
            }
            _ => follows_colon = 0,
        }
    }
    None
}
