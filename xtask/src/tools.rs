//! The Rust side of the toolchain: the wasm target, `worker-build` and the `wasm-bindgen` command line, in the versions that the
//! lock files name, kept in the user's cache.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    files, process, say,
    workspace::{Workspace, locked_version},
};

pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

pub struct Tools {
    pub worker_build: PathBuf,
    pub wasm_bindgen: PathBuf,
    /// Names every version that shapes what is built.
    pub mark: String,
}

/// The wasm standard library for the toolchain in use.
pub fn wasm_target(workspace: &Workspace) -> Result<()> {
    let libraries =
        process::output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))
            .context("Rust is not installed: see https://rustup.rs")?;
    if Path::new(&libraries).is_dir() {
        return Ok(());
    }
    say::step("wasm target", || {
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", WASM_TARGET]);
        process::run_quietly(&mut rustup, &workspace.logs().join("rustup.log")).with_context(|| {
            format!(
                "this Rust cannot build for {WASM_TARGET}. Try `rustup target add {WASM_TARGET}` by hand."
            )
        })
    })
}

/// `worker-build` and `wasm-bindgen`, both installed at once where both are missing.
pub fn provide(workspace: &Workspace) -> Result<Tools> {
    let lock = workspace.path("Cargo.lock");
    let worker = locked_version(&lock, "worker")?;
    let wasm_bindgen = locked_version(&lock, "wasm-bindgen")?;
    let pinned = workspace.path("xtask/tools/wasm-bindgen");
    let pinned_version = locked_version(&pinned.join("Cargo.lock"), "wasm-bindgen-cli")?;
    if pinned_version != wasm_bindgen {
        bail!(
            "Cargo.lock has wasm-bindgen {wasm_bindgen}, but xtask/tools/wasm-bindgen has {pinned_version}; they speak only to their own \
             version. Put {wasm_bindgen} into its Cargo.toml and run `cargo update` there."
        );
    }

    let cache = files::cache()?;
    let mut from_registry = Command::new("cargo");
    from_registry.args(["install", "worker-build", "--version", &worker]);
    let mut from_here = Command::new("cargo");
    from_here.args(["install", "--path"]).arg(&pinned);
    let (worker_build, wasm_bindgen_program) = std::thread::scope(|scope| {
        let first = scope.spawn(|| install(workspace, &cache, "worker-build", &worker, &mut from_registry));
        let second = install(workspace, &cache, "wasm-bindgen", &wasm_bindgen, &mut from_here);
        (first.join(), second)
    });
    let Ok(worker_build) = worker_build else { bail!("installing worker-build ended badly") };
    Ok(Tools {
        worker_build: worker_build.context(
            "worker-build could not be installed. It needs OpenSSL's headers: `apt-get install pkg-config libssl-dev`.",
        )?,
        wasm_bindgen: wasm_bindgen_program?,
        mark: format!("worker-build {worker}, wasm-bindgen {wasm_bindgen}"),
    })
}

fn install(
    workspace: &Workspace,
    cache: &Path,
    tool: &str,
    version: &str,
    cargo: &mut Command,
) -> Result<PathBuf> {
    let root = cache.join(format!("{tool}-{version}"));
    let program = root.join("bin").join(tool);
    if program.is_file() {
        return Ok(program);
    }
    say::step(&format!("{tool} {version} (once per host)"), || {
        cargo.args(["--locked", "--bin", tool, "--root"]).arg(&root).env_remove("CARGO_TARGET_DIR");
        process::run_quietly(cargo, &workspace.logs().join(format!("{tool}.log")))
    })?;
    Ok(program)
}
