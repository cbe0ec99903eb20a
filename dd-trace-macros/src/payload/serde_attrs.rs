//! The user's `#[serde(..)]` attributes, as far as the derive needs them.
//!
//! Attributes that can't be read are not reported here, because serde gets them too and reports them.

use darling::ast::NestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, LitStr, Meta, Token, WherePredicate};

use crate::value::peel;

/// All keys of all `#[serde(..)]` attributes of one item.
pub(crate) struct SerdeAttrs {
    metas: Vec<Meta>,
}

impl SerdeAttrs {
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        let lists = attrs.iter().filter_map(metas);
        Self {
            metas: lists.flatten().collect(),
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Meta> {
        self.metas.iter().find(|meta| meta.path().is_ident(key))
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether this field or variant is not serialised.
    pub(crate) fn skips(&self) -> bool {
        self.has("skip") || self.has("skip_serializing")
    }

    /// Whether a function of the user serialises this field or variant.
    pub(crate) fn has_function(&self) -> bool {
        self.has("with") || self.has("serialize_with")
    }

    /// `key = "text"`, or `text` of `key(serialize = "text", deserialize = "..")`.
    pub(crate) fn text(&self, key: &str) -> Option<LitStr> {
        self.texts(key).next()
    }

    /// Every `key = "text"` of a key that may be repeated.
    pub(crate) fn texts(&self, key: &str) -> impl Iterator<Item = LitStr> {
        let given = self
            .metas
            .iter()
            .filter(move |meta| meta.path().is_ident(key));
        given.filter_map(serialize_text)
    }

    /// The predicates of `bound`, which replace the inferred ones.
    pub(crate) fn bound(&self) -> Option<Vec<WherePredicate>> {
        let parse = Punctuated::<WherePredicate, Token![,]>::parse_terminated;
        let predicates = self.text("bound")?.parse_with(parse).ok()?;
        Some(predicates.into_iter().collect())
    }
}

/// The keys of one attribute, if it is a `#[serde(..)]` that can be read.
pub(crate) fn metas(attr: &Attribute) -> Option<Vec<Meta>> {
    if !attr.path().is_ident("serde") {
        return None;
    }
    let list = attr.meta.require_list().ok()?;
    let nested = NestedMeta::parse_meta_list(list.tokens.clone()).ok()?;
    let meta = |nested| match nested {
        NestedMeta::Meta(meta) => Some(meta),
        NestedMeta::Lit(_) | NestedMeta::NameValueInvalidExpr(_) => None,
    };
    nested.into_iter().map(meta).collect()
}

fn serialize_text(meta: &Meta) -> Option<LitStr> {
    match meta {
        Meta::NameValue(pair) => literal(&pair.value),
        Meta::List(list) => {
            let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
            let nested = list.parse_args_with(parse).ok()?;
            nested.iter().find_map(|meta| match meta {
                Meta::NameValue(pair) if pair.path.is_ident("serialize") => literal(&pair.value),
                _ => None,
            })
        }
        Meta::Path(_) => None,
    }
}

pub(crate) fn literal(expr: &Expr) -> Option<LitStr> {
    match peel(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
