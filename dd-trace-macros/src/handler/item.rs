//! The function under the attribute: a parsed signature, and a body of tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Signature, Token, Visibility};

/// The body isn't parsed, so that an unfinished one still expands and editors can complete inside it.
#[derive(Clone)]
pub(crate) struct HandlerFn {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    pub(crate) body: Group,
    /// Whether the user wrote a body.
    pub(crate) has_body: bool,
}

impl HandlerFn {
    /// Removes what rustc would report in addition to our own error.
    pub(crate) fn without_what_rustc_refuses(mut self) -> Self {
        self.sig.constness = None;
        self.sig.variadic = None;
        self
    }
}

impl Parse for HandlerFn {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !at_function(input) {
            return Err(input.error("`#[traced_handler]` goes on an `async fn`"));
        }
        let sig: Signature = input.parse()?;
        let (body, has_body) = match input.parse::<TokenTree>() {
            Ok(TokenTree::Group(body)) => (body, true),
            _ => (
                Group::new(Delimiter::Brace, quote!(::core::unimplemented!())),
                false,
            ),
        };
        Ok(Self {
            attrs,
            vis,
            sig,
            body,
            has_body,
        })
    }
}

/// Whether a function starts here, with any qualifiers.
fn at_function(input: ParseStream) -> bool {
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
        || ahead.peek(LitStr)
    {
        if ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    ahead.peek(Token![fn])
}

impl ToTokens for HandlerFn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
    }
}
