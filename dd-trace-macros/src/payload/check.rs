//! The rules on a payload: it must be a JSON object with room for one more key.

use proc_macro2::Span;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Variant};

use super::fields::{Origin, Tagging, outermost_keys};
use super::serde_attrs::SerdeAttrs;
use crate::diag::Diag;

/// Only a JSON object has room for the trace context. With `into` and `transparent` another type decides, which is
/// known only at run time.
pub(crate) fn shape(input: &DeriveInput, diag: &mut Diag) {
    let serde = SerdeAttrs::of(&input.attrs);
    let delegated = serde.has("into") || serde.has("transparent");
    if serde.has("remote") {
        // `serde_keys` reports it: the type isn't the payload, whatever its shape.
        return;
    }
    match &input.data {
        Data::Union(data) => diag.at(data.union_token, needs_named_fields(input, "union")),
        _ if delegated => {}
        Data::Enum(data) => enum_is_object(input, data, diag),
        Data::Struct(data) => match &data.fields {
            Fields::Named(_) => {}
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => diag.at(
                fields,
                format!(
                    "`{}` is a newtype; write `#[serde(transparent)]` for it to be the object that it holds",
                    input.ident
                ),
            ),
            Fields::Unnamed(fields) => diag.at(fields, needs_named_fields(input, "tuple struct")),
            Fields::Unit => diag.at(&input.ident, needs_named_fields(input, "unit struct")),
        },
    }
}

fn needs_named_fields(input: &DeriveInput, shape: &str) -> String {
    format!(
        "`TracedPayload` needs a struct with named fields; `{}` is a {shape}",
        input.ident
    )
}

fn enum_is_object(input: &DeriveInput, data: &DataEnum, diag: &mut Diag) {
    let container = Tagging::of(&SerdeAttrs::of(&input.attrs));
    let written = |variant: &&Variant| !SerdeAttrs::of(&variant.attrs).skips();
    let mut is_external = data.variants.is_empty() && container == Tagging::External;
    for variant in data.variants.iter().filter(written) {
        if container == Tagging::Untagged || SerdeAttrs::of(&variant.attrs).has("untagged") {
            untagged_variant_is_object(variant, diag);
        } else {
            is_external |= container == Tagging::External;
        }
    }
    if is_external {
        diag.at(
            data.enum_token,
            format!(
                "`{}` is externally tagged, which is no plain JSON object; add `#[serde(tag = \"type\")]`",
                input.ident
            ),
        );
    }
}

fn untagged_variant_is_object(variant: &Variant, diag: &mut Diag) {
    let name = &variant.ident;
    match &variant.fields {
        Fields::Named(_) => {}
        Fields::Unit => diag.at(
            name,
            format!("`{name}` serialises as `null`, not as a JSON object; give it named fields"),
        ),
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => diag.at(
            name,
            format!(
                "`{name}` serialises as what it holds; derive `TracedPayload` on that and `Serialize` on the enum, or give it named fields"
            ),
        ),
        Fields::Unnamed(_) => diag.at(
            name,
            format!("`{name}` serialises as an array, not as a JSON object; give it named fields"),
        ),
    }
}

/// Refuses serde attributes that contradict an added field.
pub(crate) fn serde_keys(input: &DeriveInput, diag: &mut Diag) {
    let serde = SerdeAttrs::of(&input.attrs);
    if let Some(meta) = serde.get("deny_unknown_fields") {
        diag.at(
            meta.path(),
            "a reader of this type would refuse the added trace context; remove `deny_unknown_fields`",
        );
    }
    if let Some(meta) = serde.get("remote") {
        diag.at(
            meta.path(),
            format!(
                "`remote` describes a type of another crate; derive `Serialize` here, and `TracedPayload` on a struct with `#[serde(transparent)]` and a field with `#[serde(with = \"{}\")]`",
                input.ident
            ),
        );
        return;
    }
    if let Data::Struct(data) = &input.data {
        for field in &data.fields {
            if let Some(meta) = SerdeAttrs::of(&field.attrs).get("getter") {
                diag.at(
                    meta.path(),
                    "`getter` is for `remote` types only; remove it",
                );
            }
        }
    }
}

/// Refuses members with the key of the trace context: consumers can't rely on an object with one key twice.
pub(crate) fn reserved_key(input: &DeriveInput, reserved: &str, diag: &mut Diag) {
    for key in outermost_keys(input)
        .into_iter()
        .filter(|key| key.name == reserved)
    {
        let problem = format!("`{reserved}` is reserved for the trace context");
        match key.origin {
            Origin::Field(span) => diag.push(error(span, &format!("{problem}; rename this field"))),
            Origin::Text(text) => {
                diag.push(error(
                    text.span(),
                    &format!("{problem}; choose another key"),
                ));
            }
        }
    }
}

fn error(span: Span, message: &str) -> Error {
    Error::new(span, message)
}
