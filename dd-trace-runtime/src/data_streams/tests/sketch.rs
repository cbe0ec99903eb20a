//! Sketches beside those of ddtrace 4.16 (`ddtrace.internal.native.DDSketch`): the length of `to_proto()`, and its
//! hash by `ddtrace.internal.utils.fnv.fnv1_64`.

use super::super::fnv::Fnv;
use super::super::sketch::Sketch;

fn sketch(values: &[f64]) -> Sketch {
    let mut sketch = Sketch::default();
    for value in values {
        sketch.add(*value);
    }
    sketch
}

#[test]
fn a_sketch_has_the_bytes_that_ddtrace_writes() {
    let cases = [
        (&[][..], 24, 11_437_124_829_122_863_884),
        (&[0.0], 33, 17_688_062_663_447_330_698),
        (&[1.0], 37, 13_139_493_649_024_328_592),
        (&[1.0, 1.02, 1.02], 45, 3_452_413_915_094_211_696),
        (&[1e-9], 36, 8_419_730_430_567_766_847),
        (
            &[0.0, 0.001, 1.5, 1.5, 3_600.0],
            7_840,
            8_052_019_401_391_466_033,
        ),
        (
            &[40.0, 1_024.0, 262_144.0],
            4_575,
            3_711_122_547_623_194_539,
        ),
        // More bins than are sent.
        (&[1e-9, 2e-9, 1.0, 1e10], 16_417, 11_660_403_554_044_941_895),
        (&[1e10, 1e-9, 2e-9, 1.0], 16_417, 11_660_403_554_044_941_895),
    ];
    for (values, length, hash) in cases {
        let bytes = sketch(values).encode();
        assert_eq!(
            (bytes.len(), Fnv::new().with(&bytes).finish()),
            (length, hash),
            "{values:?}"
        );
    }
}

#[test]
fn two_sketches_make_the_one_of_all_their_values() {
    let mut merged = sketch(&[0.0, 1.0, 7.0]);
    merged.merge(&sketch(&[0.0, 1.0, 1e6]));
    assert_eq!(
        merged.encode(),
        sketch(&[0.0, 0.0, 1.0, 1.0, 7.0, 1e6]).encode()
    );
}
