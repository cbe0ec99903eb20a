//! Names in the user's scope that generated code must not resolve to.

/// Modules, types and traits with the names that generated code needs. Nothing else is in scope.
pub mod taken {
    #![no_implicit_prelude]
    #![allow(
        dead_code,
        non_camel_case_types,
        reason = "they are there to be in the way"
    )]

    mod std {}
    mod core {}
    mod alloc {}
    mod serde {}
    mod serde_json {}
    mod dd_trace_runtime {}
    mod lambda_runtime {}

    struct Some;
    struct None;
    struct Ok;
    struct Err;
    struct Box;
    struct String;
    type Result = ();
    type Option = ();
    struct __serde;
    struct __Fields;
    struct __S;
    struct RawEvent;

    trait Serialize {
        fn serialize(&self) {}
        fn into_result(self)
        where
            Self: ::core::marker::Sized,
        {
        }
        const GET: u8 = 1;
    }

    impl<T: ?::core::marker::Sized> Serialize for T {}

    macro_rules! panic {
        () => {};
    }

    macro_rules! unreachable {
        () => {};
    }

    /// Answers with the event.
    ///
    /// # Errors
    /// None.
    #[::dd_trace_runtime::traced_handler(extractors(extract))]
    pub async fn handler(
        event: ::lambda_runtime::LambdaEvent<u8>,
    ) -> ::core::result::Result<u8, ::lambda_runtime::Error> {
        unreachable!();
        panic!();
        ::core::result::Result::Ok(event.payload)
    }

    async fn extract(
        _: &::dd_trace_runtime::RawEvent,
    ) -> ::core::option::Option<::dd_trace_runtime::Carrier> {
        ::tokio::task::yield_now().await;
        ::core::option::Option::None
    }

    /// A payload.
    #[derive(::core::fmt::Debug, ::dd_trace_runtime::TracedPayload)]
    #[serde(tag = "type")]
    pub struct Order<T> {
        /// The number.
        pub id: T,
        /// More of them.
        pub more: ::std::vec::Vec<Self>,
    }
}

/// Items that `macro_rules!` prints.
pub mod printed {
    use dd_trace_runtime::{Carrier, RawEvent, TracedPayload, traced_handler};
    use lambda_runtime::{Error, LambdaEvent};

    /// The name that the macro has for the runtime.
    pub mod reexport {
        pub use dd_trace_runtime as tracing;
    }

    fn nothing(_: &RawEvent) -> Option<Carrier> {
        None
    }

    macro_rules! function {
        ($name:ident($client:ident: $type:ty) $body:block, $extractor:path, $output:ty, $resource:literal) => {
            /// Printed.
            ///
            /// # Errors
            /// None.
            #[traced_handler(
                                        extractor = $extractor,
                                        resource = $resource,
                                        crate = $crate::names::printed::reexport::tracing
                                    )]
            pub async fn $name($client: $type, event: LambdaEvent<u8>) -> $output {
                let client = 1;
                let _ = (event.payload, client);
                $body
            }
        };
    }

    macro_rules! payload {
        ($name:ident<$param:ident> { $($field:ident: $type:ty,)* } $key:literal) => {
            /// Printed.
            #[derive(Debug, TracedPayload)]
            #[datadog(crate = $crate::names::printed::reexport::tracing, field = $key)]
            pub struct $name<$param> {
                $(
                    /// Printed.
                    pub $field: $type,
                )*
                inner: Vec<Self>,
            }
        };
    }

    function!(handler(client: &str) { Ok(client.len()) }, nothing, Result<usize, Error>, "printed");
    payload!(Order<T> { id: T, list: Vec<T>, } "context");

    #[tokio::test]
    async fn what_a_macro_prints_works() {
        assert_eq!(handler("abc", crate::event("1")).await.unwrap(), 3);
        let order = Order {
            id: 1,
            list: vec![2],
            inner: vec![],
        };
        assert_eq!(
            serde_json::to_string(&order).unwrap(),
            r#"{"id":1,"list":[2],"inner":[]}"#
        );
    }
}

#[tokio::test]
async fn names_that_are_taken_are_not_met() {
    assert_eq!(taken::handler(crate::event("7")).await.unwrap(), 7);
    let order = taken::Order {
        id: 1,
        more: Vec::new(),
    };
    assert_eq!(
        serde_json::to_string(&order).unwrap(),
        r#"{"type":"Order","id":1,"more":[]}"#
    );
}
