//! Chromium: where this host has it, or from Debian where we may install it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{process, say, workspace::Workspace};

/// Say which one to take.
const VARIABLES: [&str; 2] = ["MERIDIAN_CHROMIUM", "CHROME_PATH"];
const PROGRAMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// Without a font of its own a small host would show boxes instead of letters.
const PACKAGES: [&str; 2] = ["chromium", "fonts-liberation"];

/// The Chromium to use, or why there is none.
pub fn provide(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(found) = named()? {
        return Ok(found);
    }
    if let Some(found) = on_path() {
        return Ok(found);
    }
    if !is_root() || process::output(Command::new("apt-get").arg("--version")).is_err() {
        bail!("there is no Chromium on this host: install one, or say in {} where it is", VARIABLES[0]);
    }
    say::step("Chromium (once per host)", || {
        let log = workspace.logs().join("chromium.log");
        let apt = |words: &[&str]| {
            let mut command = Command::new("apt-get");
            command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
            process::run_quietly(&mut command, &log)
        };
        apt(&["update", "-qq"])?;
        apt(&[&["install", "-y", "-qq", "--no-install-recommends"], &PACKAGES[..]].concat())
    })
    .context("Chromium could not be installed")?;
    on_path().context("apt-get installed no Chromium")
}

fn named() -> Result<Option<PathBuf>> {
    let Some((name, path)) = VARIABLES.into_iter().find_map(|name| Some((name, env::var_os(name)?))) else {
        return Ok(None);
    };
    let path = PathBuf::from(path);
    if !path.is_file() {
        bail!("{name} names {}, which is no file", path.display());
    }
    Ok(Some(path))
}

fn on_path() -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    PROGRAMS.iter().find_map(|program| find(program, &folders))
}

fn find(program: &str, folders: &std::ffi::OsStr) -> Option<PathBuf> {
    env::split_paths(folders).map(|folder| folder.join(program)).find(|path| Path::is_file(path))
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_the_first_folder_that_has_it() {
        let own = env::current_exe().unwrap();
        let (folder, name) = (own.parent().unwrap(), own.file_name().unwrap().to_str().unwrap());
        let folders = env::join_paths([Path::new("/nowhere"), folder]).unwrap();
        assert_eq!(find(name, &folders).as_deref(), Some(own.as_path()));
        assert_eq!(find("no-such-program", &folders), None);
    }
}
