//! The keys of a payload's own members in its JSON.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, LitStr};

use super::serde_attrs::SerdeAttrs;

/// A key in the object that gets the trace context.
pub(crate) struct Key {
    pub(crate) name: String,
    /// Where the user wrote it.
    pub(crate) origin: Origin,
}

pub(crate) enum Origin {
    /// The field's own name, possibly changed by `rename_all`.
    Field(Span),
    /// A text in a serde attribute.
    Text(LitStr),
}

impl Key {
    fn text(text: LitStr) -> Self {
        Self {
            name: text.value(),
            origin: Origin::Text(text),
        }
    }
}

/// How the JSON of an enum names the variant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tagging {
    External,
    Internal,
    Adjacent,
    Untagged,
}

impl Tagging {
    pub(crate) fn of(container: &SerdeAttrs) -> Self {
        if container.has("untagged") {
            Self::Untagged
        } else if !container.has("tag") {
            Self::External
        } else if container.has("content") {
            Self::Adjacent
        } else {
            Self::Internal
        }
    }
}

/// The keys of the outermost JSON object, without those that `flatten` and newtype variants add, which aren't known
/// here.
pub(crate) fn outermost_keys(input: &DeriveInput) -> Vec<Key> {
    let container = SerdeAttrs::of(&input.attrs);
    let mut keys: Vec<Key> = Vec::new();
    if container.has("transparent") || container.has("into") {
        return keys;
    }
    keys.extend(
        ["tag", "content"]
            .iter()
            .filter_map(|key| container.text(key))
            .map(Key::text),
    );
    match &input.data {
        Data::Struct(data) => {
            let rule = container.text("rename_all");
            keys.extend(field_keys(&data.fields, rule.as_ref()));
        }
        Data::Enum(data) => {
            let tagging = Tagging::of(&container);
            let common_rule = container.text("rename_all_fields");
            for variant in &data.variants {
                let attrs = SerdeAttrs::of(&variant.attrs);
                let nested = tagging == Tagging::Adjacent && !attrs.has("untagged");
                if nested || attrs.skips() || attrs.has_function() {
                    continue;
                }
                let own_rule = attrs.text("rename_all");
                keys.extend(field_keys(
                    &variant.fields,
                    own_rule.as_ref().or(common_rule.as_ref()),
                ));
            }
        }
        Data::Union(_) => {}
    }
    keys
}

fn field_keys(fields: &Fields, rule: Option<&LitStr>) -> Vec<Key> {
    let mut keys = Vec::new();
    for field in fields {
        let attrs = SerdeAttrs::of(&field.attrs);
        let Some(ident) = &field.ident else { continue };
        if attrs.skips() || attrs.has("flatten") {
            continue;
        }
        keys.extend(attrs.texts("alias").map(Key::text));
        keys.push(attrs.text("rename").map_or_else(
            || Key {
                name: renamed(&ident.unraw().to_string(), rule),
                origin: Origin::Field(ident.span()),
            },
            Key::text,
        ));
    }
    keys
}

/// A field's name after `rename_all`. serde reports unknown rules.
fn renamed(field: &str, rule: Option<&LitStr>) -> String {
    match rule.map(LitStr::value).as_deref() {
        Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => field.to_ascii_uppercase(),
        Some("PascalCase") => pascal_case(field),
        Some("camelCase") => {
            let mut name = pascal_case(field);
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            name
        }
        Some("kebab-case") => field.replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => field.to_ascii_uppercase().replace('_', "-"),
        _ => field.to_owned(),
    }
}

fn pascal_case(field: &str) -> String {
    let mut words = field.split('_').map(str::to_owned).collect::<Vec<_>>();
    for first in words.iter_mut().filter_map(|word| word.get_mut(..1)) {
        first.make_ascii_uppercase();
    }
    words.concat()
}
