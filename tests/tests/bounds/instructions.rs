//! Instructions, counted by valgrind: they show a loop within a loop, which allocates nothing.

use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::families::FAMILIES;
use super::invoke;

const FAMILY: &str = "BOUNDS_FAMILY";
const SIZE: &str = "BOUNDS_SIZE";

/// One event, with capture and without. [`instructions`] runs it.
#[test]
#[ignore = "the test below runs it in a process of its own"]
fn one_event() {
    let variable = |name| std::env::var(name).ok();
    let (Some(family), Some(size)) = (variable(FAMILY), variable(SIZE)) else {
        return;
    };
    let size = size.parse().unwrap();
    let (_, event) = FAMILIES.iter().find(|(name, _)| *name == family).unwrap();
    for capture in [false, true] {
        invoke(event(size), capture);
    }
}

/// The instructions of a process that handles one event of `size` bytes.
fn instructions(family: &str, size: usize) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg("--cachegrind-out-file=/dev/null")
        .arg(std::env::current_exe()?)
        .args(["--ignored", "--exact", "instructions::one_event"])
        .env(FAMILY, family)
        .env(SIZE, size.to_string())
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let count = report.lines().find_map(|line| line.split_once("refs:"));
    let (_, count) = count.ok_or_else(|| io::Error::other(report.clone().into_owned()))?;
    let digits: String = count.chars().filter(char::is_ascii_digit).collect();
    digits.parse().map_err(io::Error::other)
}

#[test]
#[ignore = "needs valgrind: apt-get install valgrind"]
fn instructions_are_a_multiple_of_the_event() {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((name, _)) = FAMILIES.get(next.fetch_add(1, Ordering::Relaxed)) {
            assert_linear(name);
        }
    };
    // The counts don't depend on how many processes run at a time.
    let cores = std::thread::available_parallelism().unwrap().get();
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
}

fn assert_linear(name: &str) {
    let sizes = [1, 2, 4].map(|times| times * 16 * 1_024);
    let [once, twice, four_times] = sizes.map(|size| instructions(name, size).unwrap());
    // The difference of two sizes leaves out what doesn't depend on the size.
    let (first, second) = (twice.saturating_sub(once), four_times.saturating_sub(twice));
    eprintln!("{name}: {once} +{first} +{second}");
    assert!(
        second <= 3 * first.max(1_000_000),
        "{name}: {once}, {twice}, {four_times} instructions"
    );
}
