//! Gives the shared library its name, keeps it in memory once it is loaded, and says where restartable sequences run.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-check-cfg=cfg(restartable, loom)");
    if has_restartable_sequences() {
        println!("cargo:rustc-cfg=restartable");
    }
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // Versions of one major part fit each other.
        let major = std::env::var("CARGO_PKG_VERSION_MAJOR").unwrap_or_default();
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libmetra.so.{major}");
        // Threads, thread-locals and restartable sequences may outlive a dlclose.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}

/// Whether `src/cell/sequence.rs` is written for the target. Interpreters and model checkers do not know the kernel's part.
fn has_restartable_sequences() -> bool {
    let target =
        ["ARCH", "POINTER_WIDTH", "OS", "ENV"].map(|part| format!("CARGO_CFG_TARGET_{part}"));
    let target = target.map(|key| std::env::var(key).unwrap_or_default());
    let is_watched = ["MIRI", "LOOM"].map(|tool| std::env::var_os(format!("CARGO_CFG_{tool}")));
    target == ["x86_64", "64", "linux", "gnu"] && is_watched.iter().all(Option::is_none)
}
