//! What the macro prints.

// expect-test writes every text with hashes.
#![allow(clippy::needless_raw_string_hashes)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;
use quote::quote;

use super::expand;
use crate::diag::{compact, pretty};

fn expands(input: TokenStream, expected: &Expect) {
    expected.assert_eq(&pretty(expand(input)));
}

#[test]
fn a_struct_is_copied_for_serde_and_gets_one_impl() {
    expands(
        quote! {
            /// Not copied.
            #[derive(Clone)]
            #[serde(rename_all = "camelCase", crate = "my_serde")]
            #[datadog(carrier = "json", field = "trace")]
            pub struct OrderPlaced {
                #[serde(rename = "id")]
                pub order_id: String,
                #[serde(skip_serializing_if = "Self::is_unknown")]
                parent: Option<Box<Self>>,
            }
        },
        &expect![[r#"
            const _: () = {
                use ::dd_trace_runtime::__private::serde as __serde;
                #[derive(__serde::Serialize)]
                #[serde(crate = "__serde", remote = "OrderPlaced")]
                #[serde(rename(serialize = "OrderPlaced"))]
                #[serde(rename_all = "camelCase")]
                #[serde(bound(serialize = ""))]
                struct __Fields {
                    #[serde(rename = "id")]
                    order_id: String,
                    #[serde(skip_serializing_if = "<OrderPlaced>::is_unknown")]
                    parent: Option<Box<OrderPlaced>>,
                }
                #[automatically_derived]
                impl ::dd_trace_runtime::__private::serde::Serialize for OrderPlaced {
                    fn serialize<__S>(
                        &self,
                        __serializer: __S,
                    ) -> ::core::result::Result<__S::Ok, __S::Error>
                    where
                        __S: ::dd_trace_runtime::__private::serde::Serializer,
                    {
                        use ::dd_trace_runtime::__private::NotSerialized as _;
                        let () = __Fields::__IMPORTED;
                        ::dd_trace_runtime::__private::serialize_payload(
                            &::dd_trace_runtime::__private::PayloadField::new(
                                "trace",
                                ::dd_trace_runtime::__private::CarrierShape::Json,
                            ),
                            __serializer,
                            |__serializer| __Fields::serialize(self, __serializer),
                        )
                    }
                }
                #[automatically_derived]
                impl ::dd_trace_runtime::__private::TracedPayload for OrderPlaced {}
            };
        "#]],
    );
}

#[test]
fn bounds_are_those_that_serde_infers_unless_the_user_gives_them() {
    for (input, predicates) in [
        (
            quote!(
                struct Order<T> {
                    item: Vec<T>,
                }
            ),
            quote!(where T: __serde::Serialize),
        ),
        (
            quote!(
                struct Order<T> {
                    items: [u8; size::<T>()],
                }
            ),
            quote!(),
        ),
        (
            quote!(
                struct Order<T> {
                    phantom: PhantomData<T>,
                }
            ),
            quote!(),
        ),
        (
            quote!(
                struct Order<T> {
                    #[serde(skip)]
                    cache: T,
                }
            ),
            quote!(),
        ),
        (
            quote!(
                struct Order<T> {
                    #[serde(serialize_with = "named")]
                    item: T,
                }
            ),
            quote!(),
        ),
        (
            quote!(
                struct Order<T: Source> {
                    out: T::Out,
                }
            ),
            quote!(where T::Out: __serde::Serialize),
        ),
        (
            quote!(
                struct Order<T>
                where
                    T: Copy,
                {
                    item: T,
                }
            ),
            quote!(where T: Copy, T: __serde::Serialize),
        ),
        (
            quote!(
                struct Order<T> {
                    #[serde(bound = "T: Named")]
                    item: T,
                }
            ),
            quote!(where T: Named),
        ),
        (
            quote!(
                #[serde(bound(serialize = "T: Named", deserialize = "T: Default"))]
                struct Order<T> {
                    item: T,
                }
            ),
            quote!(where T: Named),
        ),
    ] {
        let text = input.to_string();
        let printed = compact(&expand(input));
        let impls = printed.split("forOrder<T>").skip(1);
        let found = impls.map(|rest| rest.split('{').next().unwrap_or(rest));
        let expected = compact(&predicates);
        assert_eq!(
            found.collect::<Vec<_>>(),
            [&*expected, &*expected],
            "{text}"
        );
    }
}

#[test]
fn each_part_of_the_user_s_type_is_where_it_belongs() {
    for (input, parts) in [
        (
            quote!(
                struct Order<'a, T: Source + ?Sized, U = u8, const N: usize = 2> {
                    item: &'a T,
                    list: Vec<[U; N]>,
                }
            ),
            // Defaults are only allowed in the type's definition.
            &[
                quote!(struct __Fields<'a, T: Source + ?Sized, U, const N: usize>),
                quote!(impl<'a, T: Source + ?Sized, U, const N: usize> serde::Serialize for Order<'a, T, U, N>),
                quote!(__Fields::<'a, T, U, N>::serialize(self, __serializer)),
                quote!(TracedPayload for Order<'a, T, U, N>),
            ][..],
        ),
        (
            // The copy keeps the name that `tag` writes, and has no discriminants.
            quote!(
                #[serde(tag = "type", rename = "order")]
                #[repr(u8)]
                enum r#Order {
                    #[expect(dead_code)]
                    Placed {
                        id: u32,
                    } = 1,
                    Closed = 2,
                }
            ),
            &[
                quote!(
                    #[serde(crate = "__serde", remote = "r#Order")]
                    #[serde(tag = "type", rename = "order")]
                    #[repr(u8)]
                    #[serde(bound(serialize = ""))]
                    enum __Fields {
                        #[allow(dead_code)]
                        Placed {
                            id: u32,
                        },
                        Closed,
                    }
                ),
                quote!(impl serde::Serialize for r#Order),
            ],
        ),
        (
            // rustc refuses the type, and would refuse a copy for the same reason.
            quote!(
                struct Order {
                    id: u8,
                    id: u16,
                }
            ),
            &[quote!({ __serializer.serialize_unit() })],
        ),
    ] {
        let printed = compact(&expand(input));
        for part in parts {
            let part = compact(part);
            assert!(printed.contains(&part), "{part}\nis not in\n{printed}");
        }
    }
}

#[test]
fn a_mistake_leaves_a_stub_that_keeps_uses_quiet() {
    expands(
        quote! {
            #[datadog(crate = "::tracing", colour = "blue")]
            struct Order<T = u8>(T);
        },
        &expect![[r#"
            ::core::compile_error! {
                "unknown key `colour`; the keys are `binary`, `carrier`, `crate`, `field`"
            }
            ::core::compile_error! {
                "`Order` is a newtype; write `#[serde(transparent)]` for it to be the object that it holds"
            }
            #[automatically_derived]
            impl<T> ::tracing::__private::serde::Serialize for Order<T> {
                fn serialize<__S>(
                    &self,
                    __serializer: __S,
                ) -> ::core::result::Result<__S::Ok, __S::Error>
                where
                    __S: ::tracing::__private::serde::Serializer,
                {
                    __serializer.serialize_unit()
                }
            }
            #[automatically_derived]
            impl<T> ::tracing::__private::TracedPayload for Order<T> {}
        "#]],
    );
}

#[test]
fn what_reads_the_added_field_is_asked_for_its_shape() {
    let parts = |input| {
        let expansion = expand(input).to_string();
        let parts = expansion.split("Reads :: < ").skip(2);
        let part = |text: &str| text.split(" & __READING").next().unwrap_or(text).to_owned();
        parts.map(part).collect::<Vec<_>>().concat()
    };
    for (input, expected) in [
        (
            quote!(
                struct Order {
                    id: u8,
                }
            ),
            "",
        ),
        (
            quote!(
                struct Order {
                    #[serde(flatten)]
                    rest: HashMap<String, Self>,
                }
            ),
            "Order , HashMap < String , Order > > :: __FLATTENED]) ;",
        ),
        (
            quote!(
                struct Order<T> {
                    #[serde(flatten)]
                    rest: Rest,
                    #[serde(flatten)]
                    more: T,
                }
            ),
            "() , Rest > :: __FLATTENED]) ;",
        ),
        (
            quote!(
                #[serde(transparent)]
                struct Order(Rest);
            ),
            "Order , Rest > :: __WHOLE]) ;",
        ),
        (
            quote!(
                #[serde(into = "Out", from = "In")]
                struct Order(Rest);
            ),
            "Order , In > :: __WHOLE]) ;",
        ),
        (
            quote!(
                #[serde(tag = "t")]
                enum Order {
                    A(Rest),
                    B {
                        c: u8,
                    },
                    #[serde(skip)]
                    D(Rest),
                }
            ),
            "Order , Rest > :: __WHOLE]) ;",
        ),
        (
            quote!(
                struct Order {
                    #[serde(flatten, with = "m")]
                    rest: Rest,
                    #[serde(flatten, skip)]
                    more: Rest,
                }
            ),
            "",
        ),
    ] {
        let text = input.to_string();
        assert_eq!(parts(input), expected, "{text}");
    }
}

#[test]
fn what_the_documentation_shows_of_each_key_is_what_is_printed() {
    for (key, line) in [
        (
            quote!(carrier = "json"),
            "::dd_trace_runtime::__private::CarrierShape::Json,",
        ),
        (quote!(field = "traceContext"), r#""traceContext","#),
        (quote!(binary), ".in_binary()"),
        (
            quote!(crate = ::my_library::tracing),
            "use ::my_library::tracing::__private::serde as __serde;",
        ),
    ] {
        let expansion = pretty(expand(quote! {
            #[datadog(#key)]
            struct OrderPlaced { id: u8 }
        }));
        assert!(expansion.contains(line), "{line} is not in\n{expansion}");
        assert!(include_str!("../lib.rs").contains(line), "{line}");
    }
}
