//! The operations of a service, each of which has a type of its own in the SDK.

/// Defines a function named as a getter of inputs: what an input names, if it is of one of these operations.
///
/// Datadog's tracers for Python and Node (ddtrace 4.16, `ext/aws.py`; dd-trace 5.132, `generateTags` of each
/// service) take the tag from that parameter whichever operation has it.
macro_rules! parameter {
    ($sdk:ident, $getter:ident: $($module:ident $input:ident),+ $(,)?) => {
        pub(super) fn $getter(input: &Input) -> Option<&str> {
            None$(.or_else(|| {
                input.downcast_ref::<$sdk::operation::$module::$input>()?.$getter()
            }))+
        }
    };
}

pub(super) use parameter;
