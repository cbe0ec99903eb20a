//! Reads a parameter of any operation of a service. The SDK has a type for each operation.

/// Defines a function with the name of a getter. It calls that getter if the input belongs to one of the operations.
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
