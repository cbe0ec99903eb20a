//! A copy of a struct that borrows the fields, and names none of their types.
//!
//! In `struct Order { id: T }` rustc reports a `T` that doesn't exist, and proposes it as a parameter of the struct.
//! What serde's derive prints for the usual copy repeats the `T` in an impl, where rustc has no such proposal: another
//! error. It is the same with an `S::Id` that doesn't exist. So where such a name may be missing, the copy has a
//! parameter of its own for each field.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::visit::{self, Visit};
use syn::{Attribute, Data, DeriveInput, Fields, FieldsNamed, GenericParam, Path};

use super::serde_attrs::SerdeAttrs;

/// The copy of a struct, and the expression that makes it of `self`.
pub(crate) struct Borrowed {
    pub(crate) definition: TokenStream,
    pub(crate) value: TokenStream,
}

/// Makes the copy if a field's type may name what doesn't exist, and nothing else needs the types.
pub(crate) fn of(
    input: &DeriveInput,
    container_attrs: &[Attribute],
    member_attrs: impl Fn(&[Attribute]) -> Vec<Attribute>,
) -> Option<Borrowed> {
    let Data::Struct(data) = &input.data else {
        return None;
    };
    let Fields::Named(fields) = &data.fields else {
        return None;
    };
    if !mentions_what_may_not_exist(input) || needs_types(input, fields) {
        return None;
    }
    let names: Vec<&Ident> = fields
        .named
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let attrs = fields.named.iter().map(|field| member_attrs(&field.attrs));
    let params: Vec<Ident> = (0..names.len())
        .map(|index| format_ident!("__F{index}"))
        .collect();
    Some(Borrowed {
        definition: quote! {
            #(#container_attrs)*
            struct __Fields<'__fields, #(#params: ?Sized),*> {
                #(#(#attrs)* #names: &'__fields #params),*
            }
        },
        value: quote!(__Fields { #(#names: &self.#names),* }),
    })
}

/// Whether serde's derive must know the types, or a field can't be borrowed without a warning or at all.
fn needs_types(input: &DeriveInput, fields: &FieldsNamed) -> bool {
    let container = ["bound", "from", "into", "transparent", "try_from"];
    let member = [
        "bound",
        "flatten",
        "serialize_with",
        "skip_serializing_if",
        "with",
    ];
    has_any(&input.attrs, &container, "repr")
        || fields
            .named
            .iter()
            .any(|field| has_any(&field.attrs, &member, "deprecated"))
}

/// Whether there is one of serde's `keys`, or the attribute `other`.
fn has_any(attrs: &[Attribute], keys: &[&str], other: &str) -> bool {
    let serde = SerdeAttrs::of(attrs);
    keys.iter().any(|key| serde.has(key)) || attrs.iter().any(|attr| attr.path().is_ident(other))
}

/// Whether a field's type mentions one capital letter that is no parameter, or a type of a parameter's trait. Both may
/// exist.
fn mentions_what_may_not_exist(input: &DeriveInput) -> bool {
    let of_param = |param: &GenericParam| match param {
        GenericParam::Type(param) => Some(param.ident.clone()),
        GenericParam::Const(param) => Some(param.ident.clone()),
        GenericParam::Lifetime(_) => None,
    };
    let mut doubtful = Doubtful {
        params: input.generics.params.iter().filter_map(of_param).collect(),
        found: false,
    };
    doubtful.visit_data(&input.data);
    doubtful.found
}

struct Doubtful {
    params: Vec<Ident>,
    found: bool,
}

impl<'ast> Visit<'ast> for Doubtful {
    fn visit_path(&mut self, path: &'ast Path) {
        let is_param = |ident: &Ident| self.params.contains(ident);
        self.found |= match path.get_ident() {
            Some(ident) => {
                matches!(ident.to_string().as_bytes(), [b'A'..=b'Z']) && !is_param(ident)
            }
            // A path of one name with arguments is no path of a parameter.
            None => {
                path.segments.len() > 1
                    && path
                        .segments
                        .first()
                        .is_some_and(|first| is_param(&first.ident))
            }
        };
        visit::visit_path(self, path);
    }

    // Its paths are no types.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}

#[cfg(test)]
mod tests {
    // expect-test writes every text with hashes.
    #![allow(clippy::needless_raw_string_hashes)]

    use expect_test::expect;
    use quote::quote;

    use super::super::expand;
    use crate::diag::pretty;

    #[test]
    fn a_copy_that_borrows_names_no_type() {
        let copied = pretty(expand(quote! {
            #[serde(rename_all = "camelCase")]
            struct Order<S: Shop> {
                order_id: S::Id,
                letter: T,
            }
        }));
        let copied = copied.split("#[automatically_derived]").next().unwrap();
        let expected = expect![[r#"
            const _: () = {
                use ::dd_trace_runtime::__private::serde as __serde;
                #[derive(__serde::Serialize)]
                #[serde(crate = "__serde")]
                #[serde(rename(serialize = "Order"))]
                #[serde(rename_all = "camelCase")]
                struct __Fields<'__fields, __F0: ?Sized, __F1: ?Sized> {
                    order_id: &'__fields __F0,
                    letter: &'__fields __F1,
                }"#]];
        expected.assert_eq(copied.trim_end());
    }

    #[test]
    fn a_struct_whose_types_are_needed_is_not_borrowed() {
        for fields in [
            quote!(id: u8),
            quote!(id: S),
            quote!(#[serde(with = "f")] id: T),
            quote!(#[serde(flatten)] id: T),
            quote!(#[serde(skip_serializing_if = "f")] id: T),
            quote!(#[deprecated] id: T),
        ] {
            let copied = pretty(expand(quote!(struct Order<S> { #fields })));
            assert!(!copied.contains("__fields"), "{copied}");
        }
    }
}
