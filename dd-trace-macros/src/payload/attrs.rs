//! `#[datadog(..)]`: the shape of the added field, its key, and where the runtime crate is.

use darling::ast::NestedMeta;
use darling::{Error, FromMeta, Result};
use syn::{Attribute, Data, DeriveInput, Expr, LitStr, Meta};

use crate::diag::Diag;
use crate::keys;
use crate::runtime_path::RuntimePath;
use crate::value;

/// The checked arguments.
pub(crate) struct Datadog {
    pub(crate) carrier: CarrierShape,
    /// The key that the trace context gets in the payload.
    pub(crate) field: String,
    /// Whether the field is also added in binary formats.
    pub(crate) binary: bool,
    pub(crate) runtime: RuntimePath,
}

/// How the headers are written under the key.
#[derive(Clone, Copy, Default)]
pub(crate) enum CarrierShape {
    /// `{"x-datadog-trace-id": ".."}`
    #[default]
    Object,
    /// The same object, as a JSON text.
    Json,
    /// The JSON text as an SQS or SNS message attribute.
    Attribute,
}

/// The keys as darling reads them.
#[derive(FromMeta)]
struct Keys {
    carrier: Option<CarrierShape>,
    field: Option<FieldKey>,
    binary: Option<Binary>,
    #[darling(rename = "crate")]
    runtime: Option<RuntimePath>,
}

impl Datadog {
    pub(crate) fn parse(input: &DeriveInput, diag: &mut Diag) -> Option<Self> {
        stands_on_type_only(input, diag);
        let before = diag.count();
        let metas = metas(&input.attrs, diag);
        let keys = diag.take(Keys::from_list(&metas))?;
        let runtime = keys.runtime.unwrap_or_default();
        runtime.check(diag);
        (diag.count() == before).then(|| Self {
            carrier: keys.carrier.unwrap_or_default(),
            field: keys
                .field
                .map_or_else(|| "_datadog".to_owned(), |field| field.0.value()),
            binary: keys.binary.is_some(),
            runtime,
        })
    }
}

/// The keys of all `#[datadog(..)]` attributes.
fn metas(attrs: &[Attribute], diag: &mut Diag) -> Vec<NestedMeta> {
    let mut metas = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("datadog")) {
        match &attr.meta {
            Meta::List(list) => {
                let keys = keys::parse(list.tokens.clone(), diag);
                metas.extend(keys.unwrap_or_default());
            }
            other => diag.at(
                other,
                "`datadog` needs keys; write `#[datadog(carrier = \"json\")]`",
            ),
        }
    }
    metas
}

/// The key that the stub impl needs, too; mistakes in other keys don't matter.
pub(crate) fn runtime(attrs: &[Attribute]) -> RuntimePath {
    RuntimePath::among(&metas(attrs, &mut Diag::default()))
}

fn stands_on_type_only(input: &DeriveInput, diag: &mut Diag) {
    let mut refuse = |attrs: &[Attribute]| {
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("datadog")) {
            diag.at(
                attr,
                "`#[datadog(..)]` speaks about the whole payload; put it on the type",
            );
        }
    };
    match &input.data {
        Data::Struct(data) => data.fields.iter().for_each(|field| refuse(&field.attrs)),
        Data::Enum(data) => {
            for variant in &data.variants {
                refuse(&variant.attrs);
                variant.fields.iter().for_each(|field| refuse(&field.attrs));
            }
        }
        Data::Union(_) => {}
    }
}

impl FromMeta for CarrierShape {
    fn from_word() -> Result<Self> {
        Err(needs_carrier())
    }

    fn from_list(_: &[NestedMeta]) -> Result<Self> {
        Err(needs_carrier())
    }

    fn from_expr(expr: &Expr) -> Result<Self> {
        let text = value::text(expr, needs_carrier)?;
        match text.value().as_str() {
            "object" => Ok(Self::Object),
            "json" => Ok(Self::Json),
            "attribute" => Ok(Self::Attribute),
            other => {
                let message = format!(
                    "unknown carrier `{other}`; write `\"object\"`, `\"json\"` or `\"attribute\"`"
                );
                Err(Error::custom(message).with_span(&text))
            }
        }
    }
}

fn needs_carrier() -> Error {
    Error::custom("`carrier` needs a shape; write `\"object\"`, `\"json\"` or `\"attribute\"`")
}

struct FieldKey(LitStr);

impl FromMeta for FieldKey {
    fn from_word() -> Result<Self> {
        Err(needs_key())
    }

    fn from_list(_: &[NestedMeta]) -> Result<Self> {
        Err(needs_key())
    }

    fn from_expr(expr: &Expr) -> Result<Self> {
        value::text(expr, needs_key).map(Self)
    }
}

fn needs_key() -> Error {
    Error::custom("`field` needs a key; write `field = \"_datadog\"`")
}

/// `binary` has no value.
struct Binary;

impl FromMeta for Binary {
    fn from_word() -> Result<Self> {
        Ok(Self)
    }

    fn from_list(_: &[NestedMeta]) -> Result<Self> {
        Err(needs_no_value())
    }

    fn from_expr(expr: &Expr) -> Result<Self> {
        Err(needs_no_value().with_span(expr))
    }
}

fn needs_no_value() -> Error {
    Error::custom("`binary` needs no value; write `#[datadog(binary)]`")
}
