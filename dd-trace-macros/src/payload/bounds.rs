//! The bounds that serde would infer for `Serialize`.
//!
//! A type parameter gets one if a field that serde itself serialises mentions it, outside of
//! `PhantomData`; a field of an associated type such as `T::Out` gets one on that type; `bound` on the
//! type replaces both. The impl and the hidden copy of the type need exactly the same ones, so serde is
//! told ours instead of inferring its own.

use syn::visit::{self, Visit};
use syn::{
    Attribute, Constraint, Data, DeriveInput, Expr, Field, GenericParam, Generics, Ident, Macro,
    Path, Type, TypePath, Variant, WherePredicate, parse_quote,
};

use super::serde_attrs::SerdeAttrs;

/// What serde would infer for this copy of a type; `None` where the user gives the bounds.
pub(crate) fn inferred(copy: &DeriveInput) -> Option<Vec<WherePredicate>> {
    if SerdeAttrs::of(&copy.attrs).text("bound").is_some() {
        return None;
    }
    let params: Vec<&Ident> = copy
        .generics
        .type_params()
        .map(|param| &param.ident)
        .collect();
    let mut mentioned = Mentioned {
        params: &params,
        found: Vec::new(),
    };
    let mut bounded: Vec<&Type> = Vec::new();
    for (variant, field) in fields(copy) {
        if needs_bound(variant) && needs_bound(&field.attrs) {
            mentioned.visit_type(&field.ty);
            bounded.extend(Some(&field.ty).filter(|ty| is_associated(ty, &params)));
        }
    }
    let found = mentioned.found;
    let of_params = params.iter().filter(|param| found.contains(param));
    let predicates = of_params
        .map(|param| parse_quote!(#param: __serde::Serialize))
        .chain(
            bounded
                .iter()
                .map(|ty| parse_quote!(#ty: __serde::Serialize)),
        );
    Some(predicates.collect())
}

/// The generics of the impl, which are those that serde gives the copy. The inferred bounds have the user's spans, so
/// that rustc's error about one is the same as that about the field.
pub(crate) fn of_impl(copy: &DeriveInput, inferred: &[WherePredicate]) -> Generics {
    let mut generics = copy.generics.clone();
    let predicates = &mut generics.make_where_clause().predicates;
    for (_, field) in fields(copy) {
        predicates.extend(given(&field.attrs));
    }
    if let Data::Enum(data) = &copy.data {
        predicates.extend(
            data.variants
                .iter()
                .flat_map(|variant| given(&variant.attrs)),
        );
    }
    predicates.extend(given(&copy.attrs));
    predicates.extend(inferred.iter().cloned());
    generics
}

/// Defaults are only allowed in the definition of a type.
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

fn given(attrs: &[Attribute]) -> Vec<WherePredicate> {
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

/// Whether serde uses the impl of the field's type, and the user gives no bound for it.
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
        // It is serialisable for every type.
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

    // These hold no types that are serialised.
    fn visit_macro(&mut self, _: &'ast Macro) {}
    fn visit_expr(&mut self, _: &'ast Expr) {}
    fn visit_constraint(&mut self, _: &'ast Constraint) {}
}
