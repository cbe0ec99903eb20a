//! Parses the `key = value` list of an attribute, for both macros.

use darling::ast::NestedMeta;
use proc_macro2::TokenStream;
use syn::Error;

use crate::diag::Diag;

const INSTEAD: &str = "write `key = value`, with a comma between two of them";

pub(crate) fn parse(tokens: TokenStream, diag: &mut Diag) -> Option<Vec<NestedMeta>> {
    let mut metas = NestedMeta::parse_meta_list(tokens)
        .map_err(|error| diag.push(Error::new(error.span(), format!("unexpected; {INSTEAD}"))))
        .ok()?;
    metas.retain(|meta| match meta {
        NestedMeta::NameValueInvalidExpr(pair) => {
            diag.at(&pair.path, format!("no value that can be read; {INSTEAD}"));
            false
        }
        NestedMeta::Meta(_) | NestedMeta::Lit(_) => true,
    });
    Some(metas)
}
