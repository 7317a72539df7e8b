//! The committed header is what cbindgen makes of src/ffi.
//!
//! `METRA_BLESS=1 cargo test --test header` writes it anew.

use std::path::PathBuf;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn committed_header_is_what_the_sources_say() {
    let config = cbindgen::Config::from_root_or_default(root());
    let bindings = cbindgen::generate_with_config(root(), config).unwrap();
    let mut generated = Vec::new();
    bindings.write(&mut generated);
    let generated = String::from_utf8(generated).unwrap();
    let path = root().join("include/metra.h");
    if std::env::var_os("METRA_BLESS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        generated == committed,
        "include/metra.h is stale: METRA_BLESS=1 cargo test --test header"
    );
}
