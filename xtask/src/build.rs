//! Builds the Workers: one cargo call for each profile, then worker-build for each whose wasm changed.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};

use crate::{
    files::{self, Stamp},
    order, process, say,
    setup::Setup,
    tools::WASM_TARGET,
    wasm,
    workspace::{Worker, Workspace},
};

/// What a Worker may weigh, compressed: the size decides how long a cold start takes.
pub const SIZE_MAX_BYTES: usize = 250 * 1024;

/// The one Worker that anybody can reach.
const PUBLIC: &str = "router";

/// Builds what changed. Cargo decides what that is; a Worker whose wasm stayed the same is left alone.
pub fn build(workspace: &Workspace, setup: &Setup) -> Result<Vec<Worker>> {
    let workers = workspace.workers()?;
    let groups = by_profile(&workers);
    say::step("Rust to wasm", || {
        for (profile, packages) in &groups {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--quiet", "--lib", "--target", WASM_TARGET, "--profile", profile]);
            cargo.args(packages).current_dir(&workspace.root).env("WASM_BINDGEN_USE_JS_SYS", "1");
            process::run(&mut cargo).context("the Workers do not compile")?;
        }
        Ok(())
    })?;

    let output = target_directory(workspace)?.join(WASM_TARGET);
    let changed: Vec<(&Worker, Stamp)> = workers
        .iter()
        .map(|worker| (worker, stamp(workspace, setup, worker, &output)))
        .filter(|(worker, stamp)| !stamp.holds() || !worker.build_dir().join("index_bg.wasm").is_file())
        .collect();
    if !changed.is_empty() {
        let names: Vec<_> = changed.iter().map(|(worker, _)| worker.package.as_str()).collect();
        let label = if names.len() == workers.len() { "all Workers".to_owned() } else { names.join(", ") };
        say::step(&format!("bundling {label}"), || bundle(workspace, setup, &groups, &changed))?;
    }
    Ok(workers)
}

/// The packages that are compiled together, as arguments of cargo.
fn by_profile(workers: &[Worker]) -> BTreeMap<&str, Vec<String>> {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for worker in workers {
        groups.entry(worker.profile.as_str()).or_default().push(format!("--package={}", worker.package));
    }
    groups
}

fn stamp(workspace: &Workspace, setup: &Setup, worker: &Worker, output: &Path) -> Stamp {
    let wasm = output.join(&worker.profile).join(worker.package.replace('-', "_")).with_extension("wasm");
    // What makes a build of the wasm: the bundler's version, and our own hand in it.
    let makers = ["build.rs", "bundle.mjs", "order.rs", "wasm.rs"]
        .map(|maker| workspace.path("xtask/src").join(maker));
    let sources = makers.into_iter().chain([workspace.path("package-lock.json"), wasm]);
    let mark = format!("{}\n{}", setup.tools.mark, files::hash(sources));
    Stamp::new(workspace.kept().join("built").join(&worker.package), mark)
}

/// worker-build calls cargo once more, with the same packages: the features are then the same, and nothing is compiled again.
fn bundle(
    workspace: &Workspace,
    setup: &Setup,
    groups: &BTreeMap<&str, Vec<String>>,
    workers: &[(&Worker, Stamp)],
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..hands {
            scope.spawn(|| {
                while let Some((worker, stamp)) = workers.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let done = stamp
                        .lift()
                        .and_then(|()| worker_build(workspace, setup, groups, worker))
                        .and_then(|()| stamp.set());
                    if let (Err(error), Ok(mut first)) = (done, failure.lock()) {
                        first.get_or_insert(error);
                        return;
                    }
                }
            });
        }
    });
    match failure.into_inner() {
        Ok(None) => Ok(()),
        Ok(Some(error)) => Err(error),
        Err(_) => bail!("bundling ended badly"),
    }
}

fn worker_build(
    workspace: &Workspace,
    setup: &Setup,
    groups: &BTreeMap<&str, Vec<String>>,
    worker: &Worker,
) -> Result<()> {
    let mut command = Command::new(&setup.tools.worker_build);
    command
        // wasm-opt makes the module faster by little and its compressed size larger by a tenth, in half a minute of CPU for each.
        .args(["--profile", &worker.profile, "--no-opt"])
        .args(groups.get(worker.profile.as_str()).into_iter().flatten())
        .current_dir(&worker.crate_dir)
        .env("PATH", setup.node.path())
        .env("WASM_BINDGEN_BIN", &setup.tools.wasm_bindgen)
        .env("ESBUILD_BIN", workspace.path("xtask/src/bundle.mjs"));
    if worker.package == PUBLIC {
        // A purchase goes on when the shopper's connection drops. Those behind the gateway are held by it, and need not hold themselves.
        command.env("RUN_TO_COMPLETION", "1");
    }
    process::run_quietly(&mut command, &workspace.logs().join(format!("build-{}.log", worker.package)))
        .with_context(|| format!("`{}` could not be bundled", worker.package))?;
    let path = worker.build_dir().join("index_bg.wasm");
    fs::write(&path, order::alike_together(&wasm::without_section(&fs::read(&path)?, "name")?)?)?;
    Ok(())
}

fn target_directory(workspace: &Workspace) -> Result<PathBuf> {
    #[derive(serde::Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(&workspace.root);
    let metadata: Metadata = serde_json::from_str(&process::output(&mut cargo)?)?;
    Ok(metadata.target_directory)
}

/// Prints what each Worker weighs; one that is too heavy is an error.
pub fn weigh(workers: &[Worker]) -> Result<()> {
    println!("\n  Worker                     wasm      compressed");
    let mut heavy = Vec::new();
    for worker in workers {
        let wasm = fs::read(worker.build_dir().join("index_bg.wasm"))?;
        let script = fs::read(worker.build_dir().join("index.js"))?;
        let compressed = gzip(&wasm)?.saturating_add(gzip(&script)?);
        println!("  {:<24} {:>5} KB {:>9} KB", worker.config.name, wasm.len() / 1024, compressed / 1024);
        if compressed > SIZE_MAX_BYTES {
            heavy.push(worker.config.name.as_str());
        }
    }
    println!();
    if !heavy.is_empty() {
        bail!("over {} KB compressed: {}", SIZE_MAX_BYTES / 1024, heavy.join(", "));
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
