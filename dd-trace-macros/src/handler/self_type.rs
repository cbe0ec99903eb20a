//! Where a function names `Self`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;

use super::item::HandlerFn;

/// The first `Self` that doesn't belong to an item inside the body.
pub(super) fn first_self_type(function: &HandlerFn) -> Option<Ident> {
    first_self(function.sig.to_token_stream()).or_else(|| first_self(function.body.stream()))
}

fn first_self(tokens: TokenStream) -> Option<Ident> {
    const ITEMS: [&str; 5] = ["impl", "trait", "struct", "enum", "union"];
    let mut is_in_item = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if ident == "Self" && !is_in_item => return Some(ident),
            TokenTree::Ident(ident) => is_in_item |= ITEMS.iter().any(|item| ident == item),
            // Braces are the body of the item, after which it ends.
            TokenTree::Group(group) if is_in_item => {
                is_in_item = group.delimiter() != Delimiter::Brace;
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => is_in_item = false,
            TokenTree::Group(group) => {
                if let Some(found) = first_self(group.stream()) {
                    return Some(found);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}
