//! Mistakes in the user's own type.

use proc_macro2::Ident;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    BoundLifetimes, Data, DeriveInput, Fields, GenericParam, Lifetime, TraitBound, TypeFnPtr,
    TypeImplTrait,
};

/// Whether rustc refuses the type itself, because a name is given twice or a field can't have its type. A copy of
/// the type would only repeat the error.
pub(crate) fn by_rustc(input: &DeriveInput) -> bool {
    let mut mistakes = Mistakes {
        declared: lifetimes(&input.generics.params),
        found: false,
    };
    mistakes.visit_data(&input.data);
    mistakes.found || has_a_name_twice(input)
}

fn has_a_name_twice(input: &DeriveInput) -> bool {
    match &input.data {
        Data::Struct(data) => any_twice(names(&data.fields)),
        Data::Enum(data) => {
            let variants = data.variants.iter();
            any_twice(variants.clone().map(|variant| &variant.ident))
                || variants
                    .into_iter()
                    .any(|variant| any_twice(names(&variant.fields)))
        }
        Data::Union(_) => false,
    }
}

fn names(fields: &Fields) -> impl Iterator<Item = &Ident> {
    fields.iter().filter_map(|field| field.ident.as_ref())
}

fn any_twice<'a>(names: impl Iterator<Item = &'a Ident>) -> bool {
    let mut names: Vec<&Ident> = names.collect();
    names.sort_unstable();
    names
        .windows(2)
        .any(|pair| matches!(pair, [one, next] if one == next))
}

/// Finds an `impl Trait`, and a lifetime that isn't declared.
struct Mistakes {
    declared: Vec<Ident>,
    found: bool,
}

impl Mistakes {
    /// Visits a type that declares lifetimes of its own, such as `for<'a> Fn(&'a u8)`.
    fn within(&mut self, binder: Option<&BoundLifetimes>, visit: impl FnOnce(&mut Self)) {
        let before = self.declared.len();
        let own = binder.map(|binder| lifetimes(&binder.lifetimes));
        self.declared.extend(own.unwrap_or_default());
        visit(self);
        self.declared.truncate(before);
    }
}

impl<'a> Visit<'a> for Mistakes {
    fn visit_lifetime(&mut self, lifetime: &'a Lifetime) {
        let is_known = lifetime.ident == "static" || lifetime.ident == "_";
        self.found |= !is_known && !self.declared.contains(&lifetime.ident);
    }
    fn visit_type_impl_trait(&mut self, _: &'a TypeImplTrait) {
        self.found = true;
    }
    fn visit_type_fn_ptr(&mut self, ty: &'a TypeFnPtr) {
        self.within(ty.lifetimes.as_ref(), |this| {
            visit::visit_type_fn_ptr(this, ty);
        });
    }
    fn visit_trait_bound(&mut self, bound: &'a TraitBound) {
        self.within(bound.lifetimes.as_ref(), |this| {
            visit::visit_trait_bound(this, bound);
        });
    }
}

fn lifetimes<P>(params: &Punctuated<GenericParam, P>) -> Vec<Ident> {
    let lifetimes = params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(param) => Some(param.lifetime.ident.clone()),
        GenericParam::Type(_) | GenericParam::Const(_) => None,
    });
    lifetimes.collect()
}
