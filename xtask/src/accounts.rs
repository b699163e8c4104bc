//! The accounts that a local shop begins with, and the first admin of any shop: nobody else can make one.

use std::{path::Path, time::SystemTime};

use anyhow::{Context, Result, anyhow};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, SaltString},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    account::EmailKey,
    text::{Email, NormalForm},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::{
    files, migrate,
    node::Node,
    process,
    workspace::{Worker, Workspace},
    wrangler,
};

/// A local shop's: their addresses and roles. All have the checkout's own password.
pub const LOCAL: [(&str, &str); 3] = [
    ("shopper@meridian.example", "customer"),
    ("staff@meridian.example", "staff"),
    ("admin@meridian.example", "admin"),
];

const PASSWORD_BYTES: usize = 18;
const SALT_BYTES: usize = 16;

/// As hard to guess as it is dull to type.
pub fn new_password() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<PASSWORD_BYTES>()?))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("this host has no randomness: {error}"))?;
    Ok(bytes)
}

/// One account that can sign in at once, as SQL; `on_conflict` says what becomes of one that is there.
fn account(email: &str, role: &str, password: &str, on_conflict: &str) -> Result<String> {
    let email: Email = email.parse().map_err(|invalid| anyhow!("{email}: {invalid}"))?;
    let salt = SaltString::encode_b64(&random::<SALT_BYTES>()?).map_err(|error| anyhow!("salt: {error}"))?;
    // Its defaults are what auth asks for; were they less, the first login would make the hash anew.
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| anyhow!("the password cannot be hashed: {error}"))?;
    let roles = if role == "customer" { json!([role]) } else { json!(["customer", role]) };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
    let values = [
        format!("usr_{}", Uuid::now_v7()),
        email.to_string(),
        EmailKey::of(&email, normalise).to_string(),
        hash.to_string(),
        roles.to_string(),
    ]
    .map(|text| format!("'{}'", text.replace('\'', "''")))
    .join(", ");
    Ok(format!(
        "insert into accounts (user_id, email, email_key, password_hash, roles, email_verified_at, created_at, updated_at) \
         values ({values}, {now}, {now}, {now}) {on_conflict};\n"
    ))
}

fn normalise(form: NormalForm, text: &str) -> String {
    match form {
        NormalForm::Nfc => text.nfc().collect(),
        NormalForm::Nfkc => text.nfkc().collect(),
    }
}

/// What fills a local shop's database of accounts: a checkout with new secrets has a new password for those that are there.
pub fn local(password: &str) -> Result<String> {
    let renew = "on conflict (email_key) do update set password_hash = excluded.password_hash";
    LOCAL.iter().map(|(email, role)| account(email, role, password, renew)).collect()
}

/// Tells accounts with this password from those with another, and the password to nobody.
pub fn mark(password: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(format!("local accounts\n{password}")))
}

/// Where an admin is made.
pub enum Shop<'a> {
    Local {
        node: &'a Node,
        workers: &'a [Worker],
        state: &'a Path,
    },
    /// The deployed one, with wrangler's own sign-in.
    Remote {
        node: &'a Node,
    },
}

/// Makes an admin and prints their password, this once.
pub fn make_admin(workspace: &Workspace, shop: &Shop<'_>, email: &str) -> Result<()> {
    let password = new_password()?;
    let statement = account(email, "admin", &password, "on conflict do nothing")?;
    match shop {
        Shop::Local { node, workers, state } => {
            migrate::run(workspace, node, workers, state)?;
            migrate::execute(workspace, node, workers, state, &statement)?;
        }
        Shop::Remote { node } => {
            let file = workspace.kept().join("admin.sql");
            files::write_secret(&file, &statement)?;
            let mut command = node.command(&workspace.path("node_modules/wrangler/bin/wrangler.js"));
            wrangler::prepare(&mut command, workspace);
            command.args(["d1", "execute", "meridian-auth", "--remote", "--yes", "--file"]).arg(&file);
            command.args(["--config"]).arg(workspace.path("workers/auth/wrangler.toml"));
            let done = process::run_quietly(&mut command, &workspace.logs().join("admin.log"));
            std::fs::remove_file(&file).context("the statement with the password's hash is still there")?;
            done?;
        }
    }
    println!(
        "{email} may sign in with this password, which nobody will show again; where the address had an account, nothing changed:\n\n  {password}"
    );
    Ok(())
}
