//! A stand-in for the agent, which the tests of all that is sent use, and any bytes in place of an answer.

pub(crate) mod stand_in;

use proptest::prelude::*;

use super::answer::{End, parse};

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_not_but_never_a_panic(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "HTTP/1\\.[01] [0-9]{3} OK\r\n(Content-Length: [0-9]{1,30}\r\n)?(Transfer-Encoding: chunked\r\n)?\r\n[0-9a-f]{0,20}(\r\n)?.{0,40}"
                .prop_map(String::into_bytes),
        ],
    ) {
        for end in [End::Open, End::Closed, End::Full] {
            let answer = parse(&bytes, end);
            prop_assert!(end == End::Open || answer != Ok(None), "{:?} leaves it open", end);
        }
    }
}
