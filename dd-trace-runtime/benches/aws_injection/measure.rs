//! The time of a hook and of a copy.

use std::hint::black_box;
use std::time::Instant;

use aws_smithy_runtime_api::client::interceptors::context::Input;

use crate::hook::Hook;
use crate::inputs::Case;

/// In microseconds.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) injection: f64,
    pub(crate) copy: f64,
}

/// The medians over rounds, in each of which all three are measured.
pub(crate) fn case(case: &Case) -> Taken {
    const ROUNDS: usize = 101;
    // What a round holds stays small enough for the cache of a core.
    let calls = (1 << 20) / (case.body.len() + (32 << 10)) + 1;
    let (mut injections, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        // Both inputs are made for either hook, which then finds the same in the caches.
        let inputs = || ((case.with)(&case.body), (case.without)());
        let with = hook(&case.hook, calls, inputs);
        let without = hook(&case.hook, calls, || {
            let (with, without) = inputs();
            (without, with)
        });
        injections.push(with - without);
        copies.push(copy(&case.body, calls));
    }
    Taken {
        injection: median(injections),
        copy: median(copies),
    }
}

/// The hook over the first of two inputs.
fn hook(hook: &Hook, calls: usize, inputs: impl Fn() -> (Input, Input)) -> f64 {
    let call = || {
        let (input, other) = inputs();
        (Hook::call(input), other)
    };
    let mut due: Vec<_> = std::iter::repeat_with(call).take(calls).collect();
    let start = Instant::now();
    for (call, _) in &mut due {
        hook.run(black_box(call));
    }
    each(start, calls)
}

/// Of bodies of their own, as those of the inputs are: the cache has them no better.
fn copy(body: &str, calls: usize) -> f64 {
    let made = vec![body.to_owned(); calls];
    let mut copies = Vec::with_capacity(calls);
    let start = Instant::now();
    for body in &made {
        copies.push(black_box(body).clone());
    }
    each(start, calls)
}

fn each(start: Instant, calls: usize) -> f64 {
    let calls = u32::try_from(calls).unwrap();
    start.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    *values.get(values.len() / 2).unwrap()
}
