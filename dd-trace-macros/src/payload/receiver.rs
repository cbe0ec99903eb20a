//! Replaces `Self` by the user's type, because the hidden copy of the type has another name.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{DeriveInput, ExprPath, LitStr, Path, QSelf, Type, TypePath, parse_quote};

/// The type that `Self` means.
pub(crate) struct Receiver {
    ty: Type,
}

impl Receiver {
    pub(crate) fn of(input: &DeriveInput) -> Self {
        let ident = &input.ident;
        let (_, arguments, _) = input.generics.split_for_impl();
        Self {
            ty: parse_quote!(#ident #arguments),
        }
    }

    /// Replaces `Self` in texts such as `skip_serializing_if = "Self::is_empty"`.
    pub(crate) fn replace_in_text(&self, path: &LitStr) -> Option<LitStr> {
        let text = path.value();
        let rest = text
            .trim_start()
            .strip_prefix("Self")?
            .trim_start()
            .strip_prefix("::")?;
        let ty = self.ty.to_token_stream();
        Some(LitStr::new(&format!("<{ty}>::{rest}"), path.span()))
    }

    /// Replaces `Self::X` by `<Type>::X`.
    fn qualify(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        let starts_with_self = path
            .segments
            .first()
            .is_some_and(|first| first.ident == "Self");
        if qself.is_some() || path.leading_colon.is_some() || !starts_with_self {
            return;
        }
        let ty = &self.ty;
        let rest = path.segments.iter().skip(1);
        let qualified: ExprPath = parse_quote!(<#ty>::#(#rest)::*);
        *qself = qualified.qself;
        *path = qualified.path;
    }
}

impl VisitMut for Receiver {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(TypePath {
                qself: None, path, ..
            }) if path.is_ident("Self") => {
                *ty = self.ty.clone();
            }
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }

    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        self.qualify(&mut ty.qself, &mut ty.path);
        visit_mut::visit_type_path_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        self.qualify(&mut expr.qself, &mut expr.path);
        visit_mut::visit_expr_path_mut(self, expr);
    }
}
