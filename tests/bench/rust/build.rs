//! Links the library that `run` has built, under the name it is loaded by.

fn main() {
    println!("cargo:rerun-if-env-changed=METRA_LIBRARY_DIR");
    if let Ok(folder) = std::env::var("METRA_LIBRARY_DIR") {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}
