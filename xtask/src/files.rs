//! Small things done to files.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The hash of several files' contents, in hexadecimal; a file that is not there counts as empty.
pub fn hash<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> String {
    let mut hash = Sha256::new();
    for path in paths {
        let content = fs::read(path).unwrap_or_default();
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file, and the directories it needs.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("{} cannot be written", path.display()))
}

/// Writes a file that only its owner may read.
pub fn write_secret(path: &Path, content: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(file.write_all(content.as_bytes())?)
}

/// A note of what something was last made from: the work is done again only when that changed.
pub struct Stamp {
    path: PathBuf,
    mark: String,
}

impl Stamp {
    pub fn new(path: PathBuf, mark: impl Into<String>) -> Self {
        Self { path, mark: mark.into() }
    }

    pub fn holds(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|found| found == self.mark)
    }

    /// Say this first when the work begins, so that work broken off is done again.
    pub fn lift(&self) -> Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    pub fn set(&self) -> Result<()> {
        write(&self.path, &self.mark)
    }
}

/// A directory of this process alone, gone when dropped. On a memory file system where there is one: local storage is one small
/// SQLite file per object, and a disk's flushes would decide how fast the shop is.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(purpose: &str) -> Result<Self> {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let path = base.join(format!("meridian-{purpose}-{}", std::process::id()));
        fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left_behind = fs::remove_dir_all(&self.0);
    }
}

/// The directory for what is shared between this user's checkouts.
pub fn cache() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("MERIDIAN_CACHE").or_else(|| std::env::var_os("XDG_CACHE_HOME")) {
        return Ok(PathBuf::from(path).join("meridian"));
    }
    let home =
        PathBuf::from(std::env::var_os("HOME").context("HOME is not set, so there is no place for tools")?);
    let caches = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    Ok(home.join(caches).join("meridian"))
}

/// Every file in a directory and below, sorted; for a file, itself. What is made from sources (`build`, hidden) is left out.
pub fn tree(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if name != "build" && !name.to_string_lossy().starts_with('.') {
            found.extend(tree(&entry.path())?);
        }
    }
    found.sort();
    Ok(found)
}
