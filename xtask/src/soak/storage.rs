//! What the shop keeps on disk, by database and by class of object.

use std::{collections::BTreeMap, fs, io, path::Path};

use anyhow::{Context, Result};
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::workspace::Worker;

/// Bytes of each database, and of all objects of each class.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct Storage {
    pub databases: BTreeMap<String, u64>,
    pub objects: BTreeMap<String, u64>,
}

impl Storage {
    pub fn bytes(&self) -> u64 {
        self.databases.values().chain(self.objects.values()).sum()
    }

    pub fn parts(&self) -> BTreeMap<String, u64> {
        let all = self.databases.iter().chain(&self.objects);
        all.map(|(name, bytes)| (name.clone(), *bytes)).collect()
    }
}

/// Where the local runtime keeps a shop's files.
pub struct Files<'a> {
    state: &'a Path,
    /// Each database by the name of its file.
    databases: BTreeMap<String, String>,
}

/// What the runtime derives the names of all databases' files from.
const DATABASES: &str = "miniflare-D1DatabaseObject";

impl<'a> Files<'a> {
    pub fn of(state: &'a Path, workers: &[Worker]) -> Result<Self> {
        let all = workers.iter().flat_map(|worker| &worker.config.d1_databases);
        let databases = all.map(|one| Ok((file_of(&one.database_id)?, one.database_name.clone())));
        Ok(Self { state, databases: databases.collect::<Result<_>>()? })
    }

    /// Looks at every file. Files come and go meanwhile: logs of what was written are files of their own, for as long as a database is open.
    pub fn measure(&self) -> Result<Storage> {
        let mut storage = Storage::default();
        for (file, bytes) in sizes(&self.state.join("v3/d1").join(DATABASES))? {
            let name = self.databases.get(&file).unwrap_or(&file);
            *storage.databases.entry(name.clone()).or_default() += bytes;
        }
        let objects = self.state.join("v3/do");
        for class in fs::read_dir(&objects).with_context(|| format!("{} is missing", objects.display()))? {
            let class = class?;
            let bytes = sizes(&class.path())?.into_iter().map(|(_, bytes)| bytes).sum();
            storage.objects.insert(class.file_name().to_string_lossy().into_owned(), bytes);
        }
        Ok(storage)
    }
}

/// The files of a directory without their endings, and their bytes.
fn sizes(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))? {
        let entry = entry?;
        let size = match entry.metadata() {
            Ok(known) => known.len(),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error.into()),
        };
        let name = entry.file_name().to_string_lossy().into_owned();
        found.push((name.split('.').next().unwrap_or_default().to_owned(), size));
    }
    Ok(found)
}

/// A database is an object of the runtime's, and its file is named by that object's id: half of it from the name, half a check of that.
fn file_of(database: &str) -> Result<String> {
    let key = Sha256::digest(DATABASES);
    let half = |text: &[u8]| -> Result<Vec<u8>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).context("a key of any length will do")?;
        mac.update(text);
        Ok(mac.finalize().into_bytes().into_iter().take(16).collect())
    };
    let first = half(database.as_bytes())?;
    let second = half(&first)?;
    Ok(first.iter().chain(&second).map(|byte| format!("{byte:02x}")).collect())
}
