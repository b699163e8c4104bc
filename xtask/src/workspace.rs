//! Where things lie: the checkout, its Workers and their `wrangler.toml` files, and what is kept between runs.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The checkout.
#[derive(Clone)]
pub struct Workspace {
    pub root: PathBuf,
}

impl Workspace {
    pub fn find() -> Result<Self> {
        let crate_dir =
            std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&crate_dir).parent().context("xtask lies in the checkout")?;
        Ok(Self { root: root.to_owned() })
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// What is kept between runs and belongs to this checkout alone; never in git.
    pub fn kept(&self) -> PathBuf {
        self.path(".meridian")
    }

    pub fn logs(&self) -> PathBuf {
        self.kept().join("logs")
    }

    /// Where the contract lies and the seed draws the pictures, and the Worker that serves both without code of ours.
    pub fn assets(&self) -> PathBuf {
        self.path("assets/public")
    }

    pub fn assets_config(&self) -> PathBuf {
        self.path("assets/wrangler.toml")
    }

    /// Every Worker that is built, the router first: the first is the one that gets the port.
    pub fn workers(&self) -> Result<Vec<Worker>> {
        let mut configs = vec![self.path("wrangler.toml")];
        for group in ["durable-objects", "workers"] {
            let mut found: Vec<_> = fs::read_dir(self.path(group))
                .with_context(|| format!("{group}/ cannot be read"))?
                .filter_map(|entry| Some(entry.ok()?.path().join("wrangler.toml")))
                .filter(|path| path.is_file())
                .collect();
            found.sort();
            configs.extend(found);
        }
        configs.iter().map(|path| Worker::read(path)).collect()
    }
}

/// One Worker: its configuration and the crate it is built from.
pub struct Worker {
    pub config_path: PathBuf,
    pub config: Config,
    /// The crate's directory and its name.
    pub crate_dir: PathBuf,
    pub package: String,
    /// How cargo compiles it.
    pub profile: String,
}

impl Worker {
    fn read(path: &Path) -> Result<Self> {
        let config: Config = read_toml(path)?;
        let config_dir = path.parent().context("a file lies in a directory")?;
        let main = config_dir.join(&config.main);
        let (Some(build_dir), Some(crate_dir)) = (main.parent(), main.ancestors().nth(2)) else {
            bail!("{}: `main` names no file in a crate's build directory", path.display());
        };
        if !build_dir.ends_with("build") {
            bail!("{}: `main` should be `<crate>/build/index.js`", path.display());
        }
        let manifest: Manifest = read_toml(&crate_dir.join("Cargo.toml"))?;
        Ok(Self {
            config_path: path.to_owned(),
            crate_dir: crate_dir.to_owned(),
            package: manifest.package.name,
            profile: manifest.package.metadata.meridian.profile,
            config,
        })
    }

    pub fn config_dir(&self) -> &Path {
        self.config_path.parent().unwrap_or(Path::new("."))
    }

    pub fn build_dir(&self) -> PathBuf {
        self.crate_dir.join("build")
    }
}

/// The parts of a `wrangler.toml` that these commands act on.
#[derive(Deserialize)]
pub struct Config {
    pub name: String,
    pub main: String,
    #[serde(default)]
    pub d1_databases: Vec<Database>,
}

#[derive(Deserialize)]
pub struct Database {
    pub database_name: String,
    pub database_id: String,
    pub migrations_dir: String,
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    meridian: Settings,
}

/// `[package.metadata.meridian]`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    profile: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self { profile: "release".to_owned() }
    }
}

fn read_toml<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not what it should be", path.display()))
}

/// The version of a package that a Cargo.lock names.
pub fn locked_version(lock: &Path, package: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        name: String,
        version: String,
    }
    let lock_file: Lock = read_toml(lock)?;
    let found = lock_file.package.into_iter().find(|entry| entry.name == package);
    Ok(found.with_context(|| format!("{} does not name `{package}`", lock.display()))?.version)
}
