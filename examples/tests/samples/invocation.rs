//! The function's span, reached from inside the handler.

use crate::sample::run;

#[test]
fn the_function_s_span_has_the_tags_that_were_set_below_it() {
    let run = run("invocation_span", &[]);
    assert!(run.told.contains("order placed"), "{}", run.told);
    assert!(run.told.contains("price"), "{}", run.told);
    run.trace();
}
