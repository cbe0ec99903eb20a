//! The function's span from inside.

use crate::sample::run;

#[test]
fn the_function_s_span_has_what_was_found_out_below_it() {
    let run = run("invocation_span", &[]);
    assert!(run.told.contains("order placed"), "{}", run.told);
    assert!(run.told.contains("price"), "{}", run.told);
    run.trace();
}
