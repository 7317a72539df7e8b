//! metra beside Rust's metric libraries, all of them in one process.
//!
//! - `metra-bench hot`: updates
//! - `metra-bench registry <series>...`: registering and rendering
//! - `metra-bench memory <library> <series>`: memory of one registry
//! - `metra-bench reports <series>`: reports of counters
//! - `metra-bench reports mixed <series>`: reports of metrics of several types
//! - `metra-bench reported <series>`: updates of a counter that is reported meanwhile
//! - `metra-bench histograms`: quantiles
//! - `metra-bench histograms memory <library>`: memory of histograms

mod allocations;
mod harness;
mod hdr;
mod histograms;
mod hot;
mod libraries;
mod memory;
mod metra;
mod registry;
mod reports;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &*words {
        ["hot"] => hot::measure(),
        ["registry", sizes @ ..] => {
            harness::become_threaded();
            sizes
                .iter()
                .for_each(|size| registry::measure(number(size)));
        }
        ["memory", library, series] => registry::measure_memory(library, number(series)),
        ["reports", series] => reports::measure(number(series)),
        ["reports", "mixed", series] => reports::measure_mixed(number(series)),
        ["reported", series] => reports::measure_beside(number(series)),
        ["histograms"] => histograms::measure(),
        ["histograms", "memory", library] => histograms::measure_memory(library),
        _ => harness::fail("these are no words of this program"),
    }
}

fn number(text: &str) -> usize {
    let number = text.parse();
    number.unwrap_or_else(|_| harness::fail(&format!("'{text}' is no number")))
}
