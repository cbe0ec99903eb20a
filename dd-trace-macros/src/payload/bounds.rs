//! The bounds that serde would infer for `Serialize`.
//!
//! A type parameter gets one if a field that serde itself serialises mentions it, outside of
//! `PhantomData`; a field of an associated type such as `T::Out` gets one on that type; `bound` on the
//! type replaces both. The hidden copy of the type is derived by serde with these bounds, so an impl
//! that calls it needs exactly the same.

use syn::visit::{self, Visit};
use syn::{
    Attribute, Constraint, Data, DeriveInput, Expr, Field, GenericParam, Generics, Ident, Macro,
    Path, Type, TypePath, Variant, WherePredicate, parse_quote,
};

use super::serde_attrs::SerdeAttrs;
use crate::runtime_path::RuntimePath;

pub(crate) fn with_serialize(rt: &RuntimePath, input: &DeriveInput) -> Generics {
    let mut generics = without_defaults(&input.generics);
    let mut predicates: Vec<WherePredicate> = Vec::new();
    predicates.extend(
        fields(input)
            .iter()
            .flat_map(|(_, field)| bound(&field.attrs)),
    );
    if let Data::Enum(data) = &input.data {
        predicates.extend(
            data.variants
                .iter()
                .flat_map(|variant| bound(&variant.attrs)),
        );
    }
    match SerdeAttrs::of(&input.attrs).bound() {
        Some(given) => predicates.extend(given),
        None => predicates.extend(inferred(rt, input)),
    }
    generics.make_where_clause().predicates.extend(predicates);
    generics
}

/// A default may stand in the definition of a type alone.
pub(crate) fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for param in &mut generics.params {
        match param {
            GenericParam::Type(param) => param.default = None,
            GenericParam::Const(param) => param.default = None,
            GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

fn bound(attrs: &[Attribute]) -> Vec<WherePredicate> {
    SerdeAttrs::of(attrs).bound().unwrap_or_default()
}

/// Every field, with the attributes of the variant it belongs to.
fn fields(input: &DeriveInput) -> Vec<(&[Attribute], &Field)> {
    fn of_variant(variant: &Variant) -> impl Iterator<Item = (&[Attribute], &Field)> {
        let attrs = variant.attrs.as_slice();
        variant.fields.iter().map(move |field| (attrs, field))
    }
    match &input.data {
        Data::Struct(data) => data.fields.iter().map(|field| (&[][..], field)).collect(),
        Data::Enum(data) => data.variants.iter().flat_map(of_variant).collect(),
        Data::Union(_) => Vec::new(),
    }
}

fn inferred(rt: &RuntimePath, input: &DeriveInput) -> Vec<WherePredicate> {
    let params: Vec<&Ident> = input
        .generics
        .type_params()
        .map(|param| &param.ident)
        .collect();
    let mut mentioned = Mentioned {
        params: &params,
        found: Vec::new(),
    };
    let mut bounded: Vec<&Type> = Vec::new();
    for (variant, field) in fields(input) {
        if needs_bound(variant) && needs_bound(&field.attrs) {
            mentioned.visit_type(&field.ty);
            bounded.extend(Some(&field.ty).filter(|ty| is_associated(ty, &params)));
        }
    }
    let found = mentioned.found;
    let of_params = params.iter().filter(|param| found.contains(param));
    of_params
        .map(|param| parse_quote!(#param: #rt::__private::serde::Serialize))
        .chain(
            bounded
                .iter()
                .map(|ty| parse_quote!(#ty: #rt::__private::serde::Serialize)),
        )
        .collect()
}

/// Whether serde serialises it by its type's own impl, and with no bound given for that.
fn needs_bound(attrs: &[Attribute]) -> bool {
    let serde = SerdeAttrs::of(attrs);
    !serde.skips() && !serde.has_function() && serde.bound().is_none()
}

/// Whether the type is `T::Out` for a type parameter `T`.
fn is_associated(ty: &Type, params: &[&Ident]) -> bool {
    match ty {
        Type::Group(group) => is_associated(&group.elem, params),
        Type::Path(TypePath { path, .. }) if path.segments.len() > 1 => {
            let first = path.segments.first();
            first.is_some_and(|first| params.contains(&&first.ident))
        }
        _ => false,
    }
}

/// Finds the type parameters that a type mentions.
struct Mentioned<'a> {
    params: &'a [&'a Ident],
    found: Vec<Ident>,
}

impl<'ast> Visit<'ast> for Mentioned<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        // Serialisable whatever it is a phantom of.
        if path
            .segments
            .last()
            .is_some_and(|last| last.ident == "PhantomData")
        {
            return;
        }
        if let Some(ident) = path.get_ident()
            && self.params.contains(&ident)
        {
            self.found.push(ident.clone());
        }
        visit::visit_path(self, path);
    }

    // The name of a macro is no type, a length no serialised value, a constraint no argument.
    fn visit_macro(&mut self, _: &'ast Macro) {}
    fn visit_expr(&mut self, _: &'ast Expr) {}
    fn visit_constraint(&mut self, _: &'ast Constraint) {}
}
