//! A hidden copy of the type for serde to derive, and the impl that adds one field to what it writes.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Meta, MetaList, Visibility, parse_quote};

use super::attrs::{CarrierShape, Datadog};
use super::borrowed::{self, Borrowed};
use super::bounds;
use super::receiver::Receiver;
use super::rest;
use super::serde_attrs::{self, SerdeAttrs};
use crate::runtime_path::RuntimePath;

/// Input:
///
/// ```text
/// #[datadog(carrier = "json")]
/// #[serde(rename_all = "camelCase")]
/// struct Order { order_id: String }
/// ```
///
/// Output, with `::rt` for the runtime crate:
///
/// ```text
/// const _: () = {
///     use ::rt::__private::serde as __serde;
///
///     #[derive(__serde::Serialize)]
///     #[serde(crate = "__serde", remote = "Order", rename(serialize = "Order"))]
///     #[serde(rename_all = "camelCase")]
///     #[serde(bound(serialize = ""))]
///     struct __Fields { order_id: String }
///
///     impl __serde::Serialize for Order {
///         fn serialize<__S>(&self, __serializer: __S) -> Result<__S::Ok, __S::Error> where __S: Serializer {
///             ::rt::__private::serialize_payload(
///                 &::rt::__private::PayloadField::new("_datadog", CarrierShape::Json),
///                 __serializer,
///                 |__serializer| __Fields::serialize(self, __serializer),
///             )
///         }
///     }
///
///     impl ::rt::__private::TracedPayload for Order {}
/// };
/// ```
pub(crate) fn payload(datadog: &Datadog, input: &DeriveInput) -> TokenStream {
    let rt = &datadog.runtime;
    let mut fields = copy(input);
    let inferred = bounds::inferred(&fields);
    let generics = bounds::of_impl(&fields, inferred.as_deref().unwrap_or_default());
    if let Some(predicates) = inferred {
        let predicates = quote!(#(#predicates),*).to_string();
        let bound = parse_quote!(#[serde(bound(serialize = #predicates))]);
        fields.attrs.push(bound);
    }
    let name = &datadog.field;
    let carrier = Ident::new(
        match datadog.carrier {
            CarrierShape::Object => "Object",
            CarrierShape::Json => "Json",
            CarrierShape::Attribute => "Attribute",
        },
        Span::call_site(),
    );
    let in_binary = datadog.binary.then(|| quote!(.in_binary()));
    let read_by = rest::read_by(rt, &fields, input);
    let (copied, imported, written) = written(rt, input, &fields);
    let body = quote! {
        #imported
        #rt::__private::serialize_payload(
            &#rt::__private::PayloadField::new(#name, #rt::__private::CarrierShape::#carrier)
                #in_binary
                #read_by,
            __serializer,
            |__serializer| #written,
        )
    };
    let serialize = serialize_impl(rt, input, &generics, &body);
    quote! {
        const _: () = {
            use #rt::__private::serde as __serde;
            #copied
            #serialize
        };
    }
}

/// The copy that serde derives from, a statement before its use, and the expression that writes the payload by it.
fn written(
    rt: &RuntimePath,
    input: &DeriveInput,
    fields: &DeriveInput,
) -> (TokenStream, Option<TokenStream>, TokenStream) {
    let receiver = Receiver::of(input);
    let attrs = container_attrs(input, &parse_quote!(#[serde(crate = "__serde")]));
    let borrowed = borrowed::of(input, &attrs, |attrs| member_attrs(attrs, &receiver));
    if let Some(Borrowed { definition, value }) = borrowed {
        let written = quote!(__serde::Serialize::serialize(&#value, __serializer));
        return (definition, None, written);
    }
    let (_, arguments, _) = input.generics.split_for_impl();
    let arguments = arguments.as_turbofish();
    // It avoids a second error here if serde refuses an attribute.
    let imported = quote! {
        use #rt::__private::NotSerialized as _;
        let () = __Fields #arguments::__IMPORTED;
    };
    let written = quote!(__Fields #arguments::serialize(self, __serializer));
    (quote!(#fields), Some(imported), written)
}

/// An impl for a type that has a mistake, so that code that uses the type as a payload still compiles.
pub(crate) fn stub(rt: &RuntimePath, input: &DeriveInput) -> TokenStream {
    let generics = bounds::without_defaults(&input.generics);
    let body = quote!(__serializer.serialize_unit());
    let serialize = serialize_impl(rt, input, &generics, &body);
    let remote = stub_of_remote(rt, input, &generics, &body);
    quote!(#serialize #remote)
}

/// The function that `#[serde(with = "..")]` calls, for a type with `#[serde(remote = "..")]`.
fn stub_of_remote(
    rt: &RuntimePath,
    input: &DeriveInput,
    generics: &syn::Generics,
    body: &TokenStream,
) -> Option<TokenStream> {
    let remote: syn::Path = SerdeAttrs::of(&input.attrs).text("remote")?.parse().ok()?;
    let (params, arguments, predicates) = generics.split_for_impl();
    let (ident, vis) = (&input.ident, &input.vis);
    Some(quote! {
        impl #params #ident #arguments #predicates {
            #[allow(dead_code)]
            #vis fn serialize<__S>(
                _: &#remote,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error>
            where
                __S: #rt::__private::serde::Serializer,
            {
                #body
            }
        }
    })
}

fn serialize_impl(
    rt: &RuntimePath,
    input: &DeriveInput,
    generics: &syn::Generics,
    body: &TokenStream,
) -> TokenStream {
    let (params, arguments, predicates) = generics.split_for_impl();
    // With the span of the derive, so that rustc doesn't warn here that the type is deprecated.
    let mut ident = input.ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    quote! {
        #[automatically_derived]
        impl #params #rt::__private::serde::Serialize for #ident #arguments #predicates {
            fn serialize<__S>(
                &self,
                __serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error>
            where
                __S: #rt::__private::serde::Serializer,
            {
                #body
            }
        }
        #[automatically_derived]
        impl #params #rt::__private::TracedPayload for #ident #arguments #predicates {}
    }
}

/// The copy of the type that serde derives from. With `remote`, serde writes a function for the real type, and no
/// impl.
fn copy(input: &DeriveInput) -> DeriveInput {
    let receiver = &mut Receiver::of(input);
    let mut copy = input.clone();
    let real = input.ident.to_string();
    let remote = parse_quote!(#[serde(crate = "__serde", remote = #real)]);
    copy.attrs = container_attrs(input, &remote);
    copy.vis = Visibility::Inherited;
    // It has the span of the type's name. If rustc's error about a field also points at the name of the type, it
    // has the same spans for both types, and rustc prints it once.
    copy.ident = Ident::new("__Fields", input.ident.span());
    copy.generics = bounds::without_defaults(&copy.generics);
    receiver.visit_generics_mut(&mut copy.generics);
    match &mut copy.data {
        Data::Struct(data) => copy_fields(&mut data.fields, receiver),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                variant.attrs = member_attrs(&variant.attrs, receiver);
                variant.discriminant = None;
                copy_fields(&mut variant.fields, receiver);
            }
        }
        Data::Union(_) => {}
    }
    copy
}

fn copy_fields(fields: &mut Fields, receiver: &mut Receiver) {
    for Field { attrs, vis, ty, .. } in fields {
        *attrs = member_attrs(attrs, receiver);
        *vis = Visibility::Inherited;
        receiver.visit_type_mut(ty);
    }
}

/// serde's attributes, with `own` for the path of serde and for the type.
fn container_attrs(input: &DeriveInput, own: &Attribute) -> Vec<Attribute> {
    let mut attrs: Vec<Attribute> = vec![parse_quote!(#[derive(__serde::Serialize)]), own.clone()];
    if SerdeAttrs::of(&input.attrs).text("rename").is_none() {
        // `tag` writes the name, and so do other formats than JSON.
        let name = input.ident.unraw().to_string();
        attrs.push(parse_quote!(#[serde(rename(serialize = #name))]));
    }
    let theirs = |attr: &Attribute| match serde_attrs::metas(attr) {
        Some(mut metas) => {
            metas.retain(|meta| !meta.path().is_ident("crate"));
            Some(with_metas(attr, &metas))
        }
        None => kept(attr),
    };
    attrs.extend(input.attrs.iter().filter_map(theirs));
    attrs
}

fn member_attrs(attrs: &[Attribute], receiver: &Receiver) -> Vec<Attribute> {
    let copied = |attr: &Attribute| match serde_attrs::metas(attr) {
        Some(mut metas) => {
            for meta in &mut metas {
                replace_self(meta, receiver);
            }
            Some(with_metas(attr, &metas))
        }
        None => kept(attr),
    };
    attrs.iter().filter_map(copied).collect()
}

/// The same attribute with other keys. serde still reports errors under the user's tokens.
fn with_metas(attr: &Attribute, metas: &[Meta]) -> Attribute {
    let mut attr = attr.clone();
    if let Meta::List(list) = &mut attr.meta {
        list.tokens = quote!(#(#metas),*);
    }
    attr
}

/// Replaces `Self` in the text of a serde attribute: `Self::f` is a function of the real type.
fn replace_self(meta: &mut Meta, receiver: &Receiver) {
    if let Meta::NameValue(pair) = meta
        && let Some(text) = serde_attrs::literal(&pair.value)
        && let Some(replaced) = receiver.replace_in_text(&text)
    {
        pair.value = parse_quote!(#replaced);
    }
}

/// Of the other attributes, those that serde reads and those that silence a lint. The copy repeats the user's tokens,
/// so it needs the same lint levels.
fn kept(attr: &Attribute) -> Option<Attribute> {
    let path = attr.path();
    match &attr.meta {
        // The real type fulfils the expectation; the copy might not.
        Meta::List(MetaList { tokens, .. }) if path.is_ident("expect") => {
            Some(parse_quote!(#[allow(#tokens)]))
        }
        _ => ["serde", "allow", "deprecated", "repr"]
            .iter()
            .any(|name| path.is_ident(name))
            .then(|| attr.clone()),
    }
}
